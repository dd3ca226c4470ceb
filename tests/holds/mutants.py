"""Rules of holds that are wrong in one point each, and how the machine should notice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import ModuleType
from typing import Any

import pytest

from adapters.postgres import holds, holds_batch
from domain.holds import Hold, HoldAsk, HoldStatus, Lasting, SeatsTaken, Stock, extend, grant
from domain.holds import seats as seat_rules
from domain.holds.granting import Verdict
from tests.holds import seat_machine


@dataclass(frozen=True, slots=True)
class Mutant:
    """A wrong rule: what it does, how it gets into the place of the right one, and by what it is found out.

    That is what the machine compared, or the constraint of a table that stopped it, where it depends on the pool how far it gets.
    """

    name: str
    put: Callable[[pytest.MonkeyPatch], None]
    found_by: frozenset[str]


def text_of(module: ModuleType, name: str, *changes: tuple[str, str]) -> Callable[[pytest.MonkeyPatch], None]:
    """A statement with another text here and there; each of them must be in it."""

    def put(patch: pytest.MonkeyPatch) -> None:
        text: str = getattr(module, name)
        for old, new in changes:
            assert text.count(old) == 1, f"{name} has {text.count(old)} times {old!r}"
            text = text.replace(old, new)
        patch.setattr(module, name, text)

    return put


def _decides(decide: Callable[[Stock, Sequence[HoldAsk], Any], list[Verdict]]) -> Callable[[pytest.MonkeyPatch], None]:
    """Another decision of what is granted."""
    return lambda patch: patch.setattr(holds_batch, "grant", decide)


def _without_limit(stock: Stock, asks: Sequence[HoldAsk], hold_for: Any) -> list[Verdict]:
    return grant(replace(stock, buyer_limit=1_000), asks, hold_for)


def _what_is_free(stock: Stock, asks: Sequence[HoldAsk], hold_for: Any) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for ask in asks:
        [verdict] = grant(stock, [ask], hold_for)
        if isinstance(verdict, SeatsTaken):
            taken = {seat.label for seat in verdict.seats}
            rest = tuple(choice for choice in ask.seats if choice.label not in taken)
            [verdict] = grant(stock, [replace(ask, seats=rest)], hold_for) if rest else [verdict]
        verdicts.append(verdict)
    return verdicts


def _live_claims_are_free(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seat_rules, "_taken", lambda *_: None)
    text_of(holds_batch, "WRITE", ("AND hold_id IS NULL AND NOT booked", "AND NOT booked"))(patch)


def _never_capped(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seat_machine, "extend", lambda hold, now, lasting: extend(hold, now, Lasting(lasting.hold_for, lasting.hold_for * 9)))


def _again_and_again(patch: pytest.MonkeyPatch) -> None:
    def again(hold: Hold, now: datetime, lasting: Lasting) -> Hold:
        return extend(replace(hold, extended_at=None), now, lasting)

    patch.setattr(seat_machine, "extend", again)
    text_of(holds, "EXTEND", (" AND extended_at IS NULL", ""))(patch)


def _releases_what_was_sold(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seat_machine, "release", lambda hold: replace(hold, status=HoldStatus.RELEASED))
    text_of(holds, "GIVE_BACK", (" AND asked.status = 'REVOKED'", ""))(patch)


def _told_twice(patch: pytest.MonkeyPatch) -> None:
    give_back = holds.HoldStore.give_back

    async def twice(self: holds.HoldStore, ended: Sequence[Hold]) -> int:
        before = len(self._news)
        count = await give_back(self, ended)
        self._news.extend(self._news[before:])
        return count

    patch.setattr(holds.HoldStore, "give_back", twice)


ACTIVE_ALONE = "(h.status = 'ACTIVE' OR"
OVER = "status = 'ACTIVE' AND expires_at <= app_now()"
SOON_OVER = f"{OVER} + interval '1 hour'"
ASKS = frozenset({"the answer to an ask", "how many of a crowd got the seats"})
POOLS = frozenset({"the counters", "pools_held_check", "pools_sold_check", "pools_capacity_check"})

MUTANTS = (
    Mutant("a release gives back twice", text_of(holds, "GIVE_BACK", (ACTIVE_ALONE, "(h.status IN ('ACTIVE', 'RELEASED') OR")), POOLS),
    Mutant("an order's hold can be released", _releases_what_was_sold, frozenset({"the answer to a release"})),
    Mutant(
        "what is over stays counted",
        text_of(holds, "GIVE_BACK", ("WHERE p.id = returned.pool_id", "WHERE p.id = returned.pool_id AND NOT 'EXPIRED' = ANY ($3)")),
        POOLS,
    ),
    Mutant(
        "what is over keeps its seats",
        text_of(holds, "GIVE_BACK", ("AND seats.hold_id = ended.id", "AND seats.hold_id = ended.id AND NOT 'EXPIRED' = ANY ($3)")),
        frozenset({"the audit", "the answer to an ask"}),
    ),
    Mutant(
        "a hold is swept while it lasts",
        text_of(holds, "EXPIRED", (OVER, SOON_OVER)),
        frozenset({"how many holds are over"}),
    ),
    Mutant("a live claim is taken over", _live_claims_are_free, ASKS),
    Mutant("who cannot have all gets the rest", _decides(_what_is_free), ASKS),
    Mutant("nobody has a limit", _decides(_without_limit), frozenset({"the answer to an ask"})),
    Mutant(
        "what is bought is not counted against the limit",
        text_of(holds_batch, "READ", ("holds.status IN ('ACTIVE', 'CONVERTED')", "holds.status = 'ACTIVE'")),
        frozenset({"the answer to an ask"}),
    ),
    Mutant("an extended hold has no cap", _never_capped, frozenset({"how long an extended hold lasts"})),
    Mutant("a hold is extended twice", _again_and_again, frozenset({"why a hold is not extended"})),
    Mutant(
        "a hold that is extended keeps its claims as they were",
        text_of(holds, "EXTEND", ("UPDATE seats SET claimed_until = $3", "UPDATE seats SET claimed_until = claimed_until")),
        frozenset({"the seats", "the audit"}),
    ),
    Mutant(
        "a hold of an order keeps its claims as they were",
        text_of(holds, "CONVERT", ("UPDATE seats SET claimed_until = $3", "UPDATE seats SET claimed_until = coalesce(claimed_until, $3)")),
        frozenset({"the seats", "the audit"}),
    ),
    Mutant(
        "what is sold is sold again",
        text_of(holds, "SELL", (" AND sold_at IS NULL", "")),
        frozenset({"how many holds are sold", "pools_held_check"}),
    ),
    Mutant("what is sold is counted twice", text_of(holds, "SELL", ("sold = p.sold + taken", "sold = p.sold + 2 * taken")), POOLS),
    Mutant("what was sold comes back as held", text_of(holds, "GIVE_BACK", ("h.sold_at IS NOT NULL AS sold", "false AS sold")), POOLS),
    Mutant("the end of a hold is told twice", _told_twice, frozenset({"the news of ended holds"})),
)
