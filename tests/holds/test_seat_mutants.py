"""The machine that holds seats notices every wrong rule, each for its own reason, and nothing where the rules are right."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from asyncpg import CheckViolationError
from hypothesis import HealthCheck, Phase, settings

from adapters.postgres.holds_writer import BatchedHolds
from tests.conftest import Clock, WorkOf
from tests.holds.mutants import MUTANTS, Mutant
from tests.holds.seat_machine import Differs, Stage, play

pytestmark = pytest.mark.asyncio

# The same sequences of steps each time, and no shorter one is sought once something differs.
TERMS = settings(
    max_examples=20,
    stateful_step_count=30,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest_asyncio.fixture
async def stage(app_pool: Any, work_of: WorkOf, owner: Any, clock: Clock, here: BatchedHolds, elsewhere: BatchedHolds) -> Stage:
    """What the machine needs."""
    return Stage(asyncio.get_running_loop(), app_pool, work_of, owner, clock, here, elsewhere)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
async def test_the_machine_finds_a_wrong_rule_out(stage: Stage, monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    mutant.put(monkeypatch)

    with pytest.raises((Differs, CheckViolationError)) as found:
        await play(stage, TERMS)

    assert _reason(found.value) in mutant.found_by


async def test_the_machine_finds_nothing_where_no_rule_is_wrong(stage: Stage) -> None:
    await play(stage, TERMS)


def _reason(fault: BaseException) -> str:
    """What differed, or which constraint forbade it."""
    return fault.what if isinstance(fault, Differs) else str(getattr(fault, "constraint_name", None))
