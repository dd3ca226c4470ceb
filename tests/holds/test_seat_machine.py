"""Whatever buyers, the sweeper and orders do with the seats of an event, in any order: the database says what a simple model says."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from adapters.postgres.holds_writer import BatchedHolds
from tests.conftest import Clock, WorkOf
from tests.holds.seat_machine import Stage, play

pytestmark = pytest.mark.asyncio


async def test_seats_and_stock_are_what_a_simple_model_says_after_any_deeds(
    app_pool: Any, work_of: WorkOf, owner: Any, clock: Clock, here: BatchedHolds, elsewhere: BatchedHolds
) -> None:
    stage = Stage(asyncio.get_running_loop(), app_pool, work_of, owner, clock, here, elsewhere)

    await play(stage, settings(max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)))
