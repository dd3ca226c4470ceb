"""The real libraries, one process for each module of tests."""

from collections.abc import Iterator

import pytest

from tests.nextauth.libraries import Libraries


@pytest.fixture(scope="module")
def libraries() -> Iterator[Libraries]:
    with Libraries() as running:
        yield running
