"""A small part of the drills that need no process to be killed: expiry racing payment, and notices in every order."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from gateway.embedded.postgres import DatabaseAddresses
from tests.drills.racing import races
from tests.drills.shuffling import shuffles
from tests.payments.shop import Shop

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def superuser(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """Moves the end of an order to the moment that is wanted."""
    connection = await asyncpg.connect(urlunsplit(urlsplit(database.superuser)._replace(path=urlsplit(database.owner).path)))
    yield connection
    await connection.close()


async def test_an_order_whose_time_ends_while_it_is_paid_is_paid_or_refunded_and_never_both(shop: Shop, superuser: Any) -> None:
    found = await races(shop, superuser, 16, seed=3, tell=print)

    assert found.faults == []
    assert sum(found.ends.values()) == 16


async def test_however_three_notices_are_ordered_the_money_is_counted_once(shop: Shop) -> None:
    found = await shuffles(shop, 4, tell=print, of_length=(3,))

    assert found.faults == []
    assert found.tried == {3: 24}
