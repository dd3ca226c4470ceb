"""The machine that sells notices every wrong rule, each for its own reason."""

import pytest
from asyncpg import IntegrityConstraintViolationError
from hypothesis import HealthCheck, Phase, settings

from tests.holds.seat_machine import Differs
from tests.selling.machine import play
from tests.selling.mutants import MUTANTS, Mutant
from tests.selling.stage import Stage

pytestmark = pytest.mark.asyncio

# The same sequences of steps each time, and no shorter one is sought once something differs.
TERMS = settings(
    max_examples=15,
    stateful_step_count=20,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),
    deadline=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
async def test_the_machine_finds_a_wrong_rule_out(stage: Stage, monkeypatch: pytest.MonkeyPatch, mutant: Mutant) -> None:
    mutant.put(monkeypatch)

    with pytest.raises((Differs, IntegrityConstraintViolationError)) as found:
        await play(stage, TERMS)

    assert _reason(found.value) in mutant.found_by


def _reason(fault: BaseException) -> str:
    """What differed, or which constraint forbade it."""
    return fault.what if isinstance(fault, Differs) else str(getattr(fault, "constraint_name", None))
