"""Reads what moved in seat maps: one statement for many events, which looks at the seats that moved and rarely at others."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from adapters.postgres.rows import in_order
from adapters.postgres.seats import STATUS
from adapters.postgres.transaction import Transaction
from domain.availability import Mark
from domain.events import EventStatus, is_public
from domain.seat_availability import MovedSeats, PlanInUse, SeatsRead, SeatsWanted

# `seat_moves` notes which seats moved in each of the last 1024 movements; `noted.seats` are those of all movements since. It is null where
# the notes do not reach back so far, where one of the movements is too large to be noted, and where a plan was assigned since. Then every
# seat of the section (a range of the primary key) or of the hall is looked at: `moved_at` has no index, so that a claim's new row stays
# beside the old one. A plan's assignment moves every seat, so after one all of them are found.
# Each noted seat is looked up by itself. Both look-ups are said in a way that only the primary key answers without sorting, behind a fence:
# the planner goes by events of usual size, of which it would rather read all seats, and where tenants have few seats it would as soon read
# all seats of the tenant by the index on labels.
MOVED = f"""
SELECT i.event_id, i.sequence, app_now() AS at, e.status AS event_status, s.moved_at AS assigned_at, v.hash,
    part.index, part.first_seat, part.seat_count, moved.seats, moved.statuses, moved.moves
FROM unnest($1::uuid[], $2::integer[], $3::bigint[]) AS wanted (event_id, section, since)
JOIN inventories i ON i.event_id = wanted.event_id
JOIN events e ON e.organization_id = i.organization_id AND e.id = i.event_id
LEFT JOIN seatings s ON s.organization_id = i.organization_id AND s.event_id = i.event_id
LEFT JOIN seating_plan_versions v ON v.organization_id = s.organization_id AND v.id = s.plan_version_id
LEFT JOIN LATERAL (SELECT wanted.since >= s.moved_at AND i.sequence - wanted.since <= 1024 AS reach) AS notes ON true
LEFT JOIN LATERAL (
    SELECT CASE WHEN notes.reach AND count(*) FILTER (WHERE m.sequence IS NOT NULL AND m.seats IS NULL) = 0
        THEN array_remove(array_agg(DISTINCT seat_no), NULL) END AS seats
    FROM generate_series(wanted.since, CASE WHEN notes.reach THEN i.sequence ELSE wanted.since END) AS movement
    LEFT JOIN seat_moves m ON m.organization_id = i.organization_id AND m.event_id = i.event_id
        AND m.slot = movement % 1024 AND m.sequence = movement AND movement > wanted.since
    LEFT JOIN LATERAL unnest(m.seats) AS seat_no ON true
) AS noted ON true
LEFT JOIN LATERAL (
    SELECT min(first_seat) AS first, max(first_seat + seat_count) AS after
    FROM jsonb_to_recordset(v.sections) AS outline (index integer, first_seat integer, seat_count integer)
    WHERE wanted.section IS NULL OR index = wanted.section
) AS span ON true
LEFT JOIN LATERAL (
    SELECT section, array_agg(seat_no ORDER BY seat_no) AS seats, string_agg(status::text, '' ORDER BY seat_no) AS statuses,
        array_agg(moved_at ORDER BY seat_no) AS moves
    FROM (
        SELECT found.* FROM unnest(noted.seats) AS one (seat_no), LATERAL (
            SELECT seats.section, seats.seat_no, {STATUS} AS status, seats.moved_at FROM seats
            WHERE seats.organization_id = s.organization_id AND seats.event_id = s.event_id
                AND seats.seat_no >= one.seat_no AND seats.seat_no <= one.seat_no
            ORDER BY seats.seat_no LIMIT 1
        ) AS found
        UNION ALL
        SELECT ranged.* FROM (
            SELECT seats.section, seats.seat_no, {STATUS} AS status, seats.moved_at FROM seats
            WHERE noted.seats IS NULL AND seats.organization_id = s.organization_id AND seats.event_id = s.event_id
                AND seats.seat_no >= span.first AND seats.seat_no < span.after
            ORDER BY seats.seat_no OFFSET 0
        ) AS ranged
    ) AS later
    WHERE moved_at > wanted.since
    GROUP BY section
) AS moved ON true
LEFT JOIN LATERAL jsonb_to_recordset(v.sections) AS part (index integer, first_seat integer, seat_count integer)
    ON part.index = moved.section
ORDER BY i.event_id, wanted.section NULLS FIRST, part.index
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
    mark, public = Mark(first["sequence"], first["at"]), is_public(EventStatus(first["event_status"]))
    return SeatsRead(first["event_id"], mark, plan, [_moved(row) for row in rows if row["seats"]], public)


def _moved(row: Any) -> MovedSeats:
    return MovedSeats(row["index"], row["first_seat"], row["seat_count"], row["seats"], row["statuses"], row["moves"])
