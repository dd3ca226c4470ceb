"""Reads what moved in seat maps: one statement for many events, which visits no seats but those of the sections that are watched."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from adapters.postgres.rows import in_order
from adapters.postgres.seats import STATUS
from adapters.postgres.transaction import Transaction
from domain.availability import Mark
from domain.seat_availability import MovedSeats, PlanInUse, SeatsRead, SeatsWanted

# A section's seats are one range of the primary key. `moved_at` has no index, so that claims stay beside the old row; each seat of the
# range is looked at instead. Where a plan was assigned since, every seat's `moved_at` is later, and so the whole section is found.
MOVED = f"""
SELECT i.event_id, i.sequence, app_now() AS at, s.moved_at AS assigned_at, v.hash, part.index, part.first_seat,
    moved.seats, moved.statuses, moved.moves
FROM unnest($1::uuid[], $2::integer[], $3::bigint[]) AS wanted (event_id, section, since)
JOIN inventories i ON i.event_id = wanted.event_id
LEFT JOIN seatings s ON s.organization_id = i.organization_id AND s.event_id = i.event_id
LEFT JOIN seating_plan_versions v ON v.organization_id = s.organization_id AND v.id = s.plan_version_id
LEFT JOIN LATERAL jsonb_to_recordset(v.sections) AS part (index integer, first_seat integer, seat_count integer)
    ON wanted.section IS NULL OR part.index = wanted.section
LEFT JOIN LATERAL (
    SELECT array_agg(seat_no ORDER BY seat_no) AS seats, string_agg(status::text, '' ORDER BY seat_no) AS statuses,
        array_agg(moved_at ORDER BY seat_no) AS moves
    FROM (
        SELECT seats.seat_no, {STATUS} AS status, seats.moved_at FROM seats
        WHERE seats.organization_id = s.organization_id AND seats.event_id = s.event_id
            AND seats.seat_no >= part.first_seat AND seats.seat_no < part.first_seat + part.seat_count AND seats.moved_at > wanted.since
    ) AS later
) AS moved ON true
ORDER BY i.event_id, part.index
"""


class SeatAvailabilityStore:
    """Implements `SeatAvailabilities`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    async def moved_since(self, wanted: Sequence[SeatsWanted]) -> list[SeatsRead | None]:
        """Of each event, whatever its status, in the order asked; each event is asked for once."""
        pairs = [(each.event_id, section, since) for each in wanted for section, since in each.since.items()]
        rows = await self._connection.fetch(MOVED, *map(list, zip(*pairs, strict=True)))
        found = [_read(list(group)) for _, group in groupby(rows, itemgetter("event_id"))]
        return in_order(found, [each.event_id for each in wanted], by="event_id")


def _read(rows: Sequence[Any]) -> SeatsRead:
    first = rows[0]
    plan = PlanInUse(first["hash"], first["assigned_at"]) if first["hash"] is not None else None
    moved = [MovedSeats(row["index"], row["first_seat"], row["seats"], row["statuses"], row["moves"]) for row in rows if row["seats"]]
    return SeatsRead(first["event_id"], Mark(first["sequence"], first["at"]), plan, moved)
