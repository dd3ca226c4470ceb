"""A strict double of Stripe on the loopback interface for the tests of payments; each test has an account of its own."""

import socket
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio

from tests.payments.double import Double, open_account, running_double


@pytest.fixture(scope="session")
def double_address() -> Iterator[str]:
    """Where the double is, for the whole run."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with running_double(port) as address:
        yield address


@pytest_asyncio.fixture
async def double(double_address: str) -> AsyncIterator[Double]:
    """The double, with an account of this test's own; no events are delivered before the test says so."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        yield await open_account(double_address, http)
