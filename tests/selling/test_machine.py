"""Whatever buyers, staff, banks and the worker do with orders, in any order: the database says what a simple model says."""

import pytest
from hypothesis import HealthCheck, settings

from tests.selling.machine import play
from tests.selling.stage import Stage

pytestmark = pytest.mark.asyncio


async def test_orders_and_money_are_what_a_simple_model_says_after_any_deeds(stage: Stage) -> None:
    await play(stage, settings(max_examples=6, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)))
