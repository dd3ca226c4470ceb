"""A house whose deeds are done without HTTP, and what the machine needs of it."""

import asyncio
from typing import Any

import pytest_asyncio

from gateway.house import House
from tests.api.conftest import api_settings, house
from tests.conftest import Clock, WorkOf
from tests.selling.stage import Stage

__all__ = ["api_settings", "house"]


@pytest_asyncio.fixture
async def stage(house: House, work_of: WorkOf, owner: Any, clock: Clock) -> Stage:
    """What the machine needs."""
    return Stage(asyncio.get_running_loop(), house, work_of, owner, clock)
