"""A small part of the drill: a few dozen orders, PostgreSQL and a gateway killed; and the control, which the same check catches."""

from pathlib import Path

import pytest

from tests.drills.killing import CARELESS, storm, stormy_platform, victims

pytestmark = pytest.mark.asyncio


async def test_no_acknowledged_order_is_lost_though_postgresql_and_the_workers_are_killed(tmp_path: Path) -> None:
    async with stormy_platform(tmp_path) as (platform, sale):
        verdict = await storm(platform, sale, orders=60, kills=victims(3, seed=1), buyers=8, tell=print)

    assert verdict.faults == []
    assert (verdict.ordered, verdict.paid, sum(verdict.kills.values())) == (60, 60, 3)


async def test_the_same_check_catches_a_database_that_does_not_wait_for_its_log(tmp_path: Path) -> None:
    async with stormy_platform(tmp_path, CARELESS) as (platform, sale):
        verdict = await storm(platform, sale, orders=40, kills=["postgresql"], buyers=8, tell=print, patience=0)

    assert verdict.lost > 0
    assert f"{verdict.lost} acknowledged orders are lost" in verdict.faults
