"""One TicketBase of real processes for all tests here, and a tenant for each."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.conftest import Clock
from tests.two_workers.platform import Gateway, Platform, Tenant


@pytest_asyncio.fixture(scope="session")
async def platform(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Platform]:
    """Its services, two gateways and a worker."""
    platform = Platform(tmp_path_factory.mktemp("two-workers"))
    try:
        await platform.start()
        yield platform
    finally:
        await platform.stop()


@pytest_asyncio.fixture
async def tenant(platform: Platform) -> Tenant:
    """An organization of this test's own."""
    return await platform.tenant()


@pytest_asyncio.fixture
async def clock(platform: Platform) -> AsyncIterator[Clock]:
    """The clock of this platform's database, put right again after the test."""
    async with platform.connected() as owner:
        clock = Clock(owner)
        yield clock
        await clock.advance(seconds=0)


@pytest_asyncio.fixture
async def doomed(platform: Platform) -> AsyncIterator[Gateway]:
    """The gateway that a test ends, the first of the two; it runs again afterwards."""
    gateway = platform.gateways[0]
    yield gateway
    gateway.kill()
    gateway.start()
    await gateway.ready()


@pytest_asyncio.fixture
async def mended(platform: Platform) -> AsyncIterator[None]:
    """Whatever the test leaves dead runs again afterwards."""
    yield
    for service in (platform.postgresql, platform.valkey):
        if not service.alive:
            await service.start()
    if not platform.worker.running.alive:
        platform.worker.start()


@pytest.fixture
def quiet(platform: Platform) -> Iterator[None]:
    """Whatever the test does, no process complains of anything."""
    before = platform.complaints
    yield
    assert platform.complaints == before


@pytest_asyncio.fixture(autouse=True)
async def _all_adds_up(platform: Platform) -> AsyncIterator[None]:
    yield
    assert platform.dead == []
    assert await platform.breaches() == []
