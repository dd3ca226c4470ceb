"""What a batch of holds reads of an event's seats: those named by their labels, and which are free where somebody wants the best."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from adapters.postgres.halls import OtherPlan, Seen, free_seats
from adapters.postgres.seats import STATUS
from adapters.postgres.transaction import Connection
from domain.holds import HoldAsk, NamedSeat, SeatStock
from domain.seating.choosing import Chooser
from domain.seats import STATUSES, WITHOUT_END, SeatStatus

# One look-up in the index on labels for each seat. Compared as rows, because before PostgreSQL knows that an event has more than a few
# seats it would as soon read all of them for each label, by the primary key's index; that one cannot serve this.
NAMED = f"""
SELECT seat.* FROM unnest($2::text[]) AS named (label) CROSS JOIN LATERAL (
    SELECT seat_no, id, label, category, claimed_until, {STATUS} AS status FROM seats
    WHERE (label, event_id) >= (named.label, $1) AND (label, event_id) <= (named.label, $1) OFFSET 0
) AS seat
"""


async def read_seats(connection: Connection, seen: Seen | None, found: Mapping[str, Any], asks: Sequence[HoldAsk]) -> SeatStock:
    """What draws on what, and the seats as the asks find them; costs a round trip only where some ask for seats.

    Raises OtherPlan when somebody wants the best seats of a hall that is not the one `seen`. With None nobody gets the best seats.
    """
    draws: dict[UUID, tuple[UUID, ...]] = {}
    for type_id, pool_id in found["draws"]:
        draws[type_id] = (*draws.get(type_id, ()), pool_id)
    named = await _named(connection, asks)
    return SeatStock(dict(found["seated"]), draws, named, await _chooser(connection, seen, found["plan_version_id"], asks))


async def _chooser(connection: Connection, seen: Seen | None, version_id: UUID | None, asks: Sequence[HoldAsk]) -> Chooser | None:
    if version_id is None or seen is None or not wants_best(asks):
        return None
    if seen.version_id != version_id or seen.hall is None:
        raise OtherPlan(version_id)
    return Chooser(seen.hall, await free_seats(connection, asks[0].event_id))


def wants_best(asks: Sequence[HoldAsk]) -> bool:
    """Whether somebody leaves the choice of seats to the house."""
    return any(ask.best is not None for ask in asks)


async def _named(connection: Connection, asks: Sequence[HoldAsk]) -> dict[str, NamedSeat]:
    labels = sorted({choice.label for ask in asks for choice in ask.seats})
    if not labels:
        return {}
    rows = await connection.fetch(NAMED, asks[0].event_id, labels)
    return {row["label"]: _seat(row) for row in rows}


def _seat(row: Any) -> NamedSeat:
    status, until = STATUSES[row["status"]], row["claimed_until"]
    ends = status is SeatStatus.HELD and until is not None and until < WITHOUT_END
    return NamedSeat(row["seat_no"], row["id"], row["category"], status, until if ends else None)
