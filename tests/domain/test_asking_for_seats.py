"""What no hall could grant is refused before anything is looked at, each fault at its own place and nowhere else."""

from uuid import UUID

import pytest

from domain.holds import BestAvailable, HoldBestAvailable, HoldLine
from domain.holds.seat_asking import check_best
from domain.refusals import InputInvalid, Refused

EVENT, ADULT, CHILD = UUID(int=1), UUID(int=2), UUID(int=3)


def faults_of(best: BestAvailable, *lines: HoldLine) -> list[tuple[str, ...]]:
    with pytest.raises(Refused) as refused:
        check_best(HoldBestAvailable(EVENT, lines, best))
    assert isinstance(refused.value.refusal, InputInvalid)
    return [fault.path for fault in refused.value.refusal.faults]


def test_of_a_line_for_fewer_than_one_only_its_quantity_is_to_blame() -> None:
    assert faults_of(BestAvailable(), HoldLine(ADULT, -1)) == [("input", "lines", "0", "quantity")]
    assert faults_of(BestAvailable(), HoldLine(ADULT, 1), HoldLine(CHILD, -2)) == [("input", "lines", "1", "quantity")]


@pytest.mark.parametrize("accessible", [-1, 3])
def test_accessible_seats_are_none_to_as_many_as_all_seats(accessible: int) -> None:
    assert faults_of(BestAvailable(accessible=accessible), HoldLine(ADULT, 2)) == [("input", "accessible")]
