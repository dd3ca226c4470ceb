"""The store of events' seats: reading their state, numbering them by a plan, and taking seats off sale.

Whoever writes here holds the event's row in `inventories`, as every change of stock does; so no seat is locked by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from adapters.postgres.rows import Row, columns_of, facts_of, grouped
from adapters.postgres.transaction import Transaction
from domain.news import Fact, stock_moved
from domain.refusals import NotFound, Refused
from domain.seating.geometry import Geometry, SeatFlags
from domain.seats import Assignment, Blocking, Seat, SeatState, SoldSeats, seat_id, status_of

STATUS = """CASE WHEN seats.booked THEN 2 WHEN seats.blocked_reason IS NOT NULL THEN 3
    WHEN seats.claimed_until > app_now() THEN 1 ELSE 0 END"""
"""A seat's status as its index in `STATUSES`; says the same as `status_of`."""

LABELLED = f"SELECT {columns_of(Seat)}, app_now() AS now FROM seats WHERE event_id = $1 AND label = ANY($2::text[])"
GET_MANY = f"SELECT {columns_of(Seat)}, app_now() AS now FROM seats WHERE id = ANY($1::uuid[])"
CHOSEN = f"""
SELECT {columns_of(Seat)} FROM seats WHERE event_id = $1 AND (label = ANY($2::text[]) OR section = ANY($3::integer[])) ORDER BY seat_no
"""
TAKEN = f"""
SELECT {columns_of(Seat)} FROM seats
WHERE event_id = $1 AND (hold_id IS NOT NULL OR booked OR blocked_reason IS NOT NULL) ORDER BY seat_no
"""
CATEGORIES = f"SELECT {columns_of(SoldSeats)} FROM seat_categories WHERE event_id = ANY($1::uuid[]) ORDER BY event_id, category"
STATUSES_OF = f"""
SELECT seatings.event_id, ARRAY(
    SELECT {STATUS} FROM seats WHERE seats.organization_id = seatings.organization_id AND seats.event_id = seatings.event_id
    ORDER BY seats.seat_no
) AS statuses
FROM seatings WHERE seatings.event_id = ANY($1::uuid[])
"""
MOVE = "UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 RETURNING sequence"
# The old seats must be gone before new ones can have their numbers, so these are statements of their own.
CLEAR = """
WITH unnumbered AS (DELETE FROM seats WHERE event_id = $2), unsold AS (DELETE FROM seat_categories WHERE event_id = $2)
INSERT INTO seatings (organization_id, event_id, plan_version_id, moved_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (organization_id, event_id) DO UPDATE SET plan_version_id = excluded.plan_version_id, moved_at = excluded.moved_at
"""
STOCK = """
INSERT INTO pools (organization_id, event_id, moved_at, id, name, capacity)
SELECT $1, $2, $3, kept.* FROM unnest($4::uuid[], $5::text[], $6::integer[]) AS kept
ON CONFLICT (organization_id, id) DO UPDATE SET name = excluded.name, moved_at = excluded.moved_at, capacity = excluded.capacity
"""
# One row for each pool that a type draws on from now on; a type that draws on none is among $3 all the same.
DRAW = """
WITH changed AS (UPDATE ticket_types SET moved_at = $2, version = version + 1 WHERE id = ANY($3::uuid[])),
parted AS (
    DELETE FROM ticket_type_pools p WHERE p.ticket_type_id = ANY($3::uuid[]) AND NOT EXISTS (
        SELECT FROM unnest($4::uuid[], $5::uuid[]) AS drawn (type_id, pool_id)
        WHERE drawn.type_id = p.ticket_type_id AND drawn.pool_id = p.pool_id
    )
)
INSERT INTO ticket_type_pools (organization_id, ticket_type_id, pool_id)
SELECT $1, drawn.* FROM unnest($4::uuid[], $5::uuid[]) AS drawn ON CONFLICT DO NOTHING
"""
SELL = """
WITH dropped AS (DELETE FROM pools WHERE event_id = $2 AND id = ANY($3::uuid[]))
INSERT INTO seat_categories (organization_id, event_id, category, name, pool_id, standing)
SELECT $1, $2, sold.* FROM unnest($4::integer[], $5::text[], $6::uuid[], $7::integer[]) AS sold
"""
NUMBER = """
INSERT INTO seats (organization_id, event_id, moved_at, seat_no, id, guid, label, section, row_no, place, category, flags)
SELECT $1, $2, $3, seat.* FROM unnest(
    $4::integer[], $5::uuid[], $6::text[], $7::text[], $8::integer[], $9::integer[], $10::integer[], $11::integer[], $12::integer[]
) AS seat
"""
CARRY = """
UPDATE seats SET hold_id = was.hold_id, claimed_until = was.claimed_until, booked = was.booked, blocked_reason = was.blocked_reason
FROM unnest($2::integer[], $3::uuid[], $4::timestamptz[], $5::boolean[], $6::text[]) AS was (seat_no, hold_id, claimed_until, booked,
    blocked_reason)
WHERE seats.event_id = $1 AND seats.seat_no = was.seat_no
"""
UNASSIGN = "DELETE FROM seatings WHERE event_id = $1"
# Says the same as `seat_id`.
SEAT_ID = "encode(substring(sha256(convert_to({}::text || ':' || guid, 'UTF8')) FOR 16), 'hex')::uuid"
PLACE = "seat_no, guid, label, section, row_no, place, category, flags, blocked_reason"
COPY = f"""
WITH moved AS (
    UPDATE inventories SET sequence = sequence + 1
    WHERE event_id = $2 AND EXISTS (SELECT FROM seatings WHERE event_id = $1) RETURNING sequence
), seating AS (
    INSERT INTO seatings (organization_id, event_id, plan_version_id, moved_at)
    SELECT organization_id, $2, plan_version_id, sequence FROM seatings, moved WHERE event_id = $1
), sold AS (
    INSERT INTO seat_categories (organization_id, event_id, category, name, standing, pool_id)
    SELECT organization_id, $2, category, name, standing, pool.new_id
    FROM seat_categories JOIN unnest($3::uuid[], $4::uuid[]) AS pool (id, new_id) ON pool.id = pool_id WHERE event_id = $1
), numbered AS (
    INSERT INTO seats (organization_id, event_id, id, moved_at, {PLACE})
    SELECT organization_id, $2, {SEAT_ID.format("$2")}, sequence, {PLACE} FROM seats, moved WHERE event_id = $1
    RETURNING seat_no
)
SELECT sequence, (SELECT count(*) FROM numbered) AS seats FROM moved
"""
BLOCK = """
WITH stock AS (
    UPDATE pools SET capacity = capacity + grown.growth, moved_at = $2 FROM (
        SELECT sold.pool_id, sum(growth.growth) AS growth
        FROM unnest($5::integer[], $6::integer[]) AS growth (category, growth)
        JOIN seat_categories sold ON sold.event_id = $1 AND sold.category = growth.category
        GROUP BY sold.pool_id
    ) AS grown WHERE pools.event_id = $1 AND pools.id = grown.pool_id
)
UPDATE seats SET blocked_reason = now.reason, moved_at = $2
FROM unnest($3::integer[], $4::text[]) AS now (seat_no, reason) WHERE seats.event_id = $1 AND seats.seat_no = now.seat_no
"""


class SeatRow(Row, reads=Seat):
    """Reads like a Seat."""

    __slots__ = ()

    @property
    def flags(self) -> SeatFlags:
        return SeatFlags(self["flags"])


class SeatStore:
    """Implements `Seats`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._news = transaction.news

    async def labelled(self, event_id: UUID, labels: Sequence[str]) -> list[SeatState | None]:
        """By label, in the order asked."""
        rows = await self._connection.fetch(LABELLED, event_id, labels, record_class=SeatRow)
        found = {row["label"]: _state(row) for row in rows}
        return [found.get(label) for label in labels]

    async def get_many(self, ids: Sequence[UUID]) -> list[SeatState | None]:
        """By id, in the order asked."""
        states = [_state(row) for row in await self._connection.fetch(GET_MANY, ids, record_class=SeatRow)]
        found = {state.seat.id: state for state in states}
        return [found.get(each) for each in ids]

    async def chosen(self, event_id: UUID, labels: Sequence[str], sections: Sequence[int]) -> Sequence[Seat]:
        """By label or section, in the order of their numbers."""
        return [_seat(row) for row in await self._connection.fetch(CHOSEN, event_id, labels, sections, record_class=SeatRow)]

    async def taken(self, event_id: UUID) -> Sequence[Seat]:
        """Held, booked and blocked ones, in the order of their numbers."""
        return [_seat(row) for row in await self._connection.fetch(TAKEN, event_id, record_class=SeatRow)]

    async def categories_of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[SoldSeats]]:
        """For each event the price categories that are sold, by index."""
        rows = await self._connection.fetch(CATEGORIES, event_ids)
        return grouped([SoldSeats(**row) for row in rows], event_ids, by="event_id")

    async def statuses(self, event_ids: Sequence[UUID]) -> list[Sequence[int] | None]:
        """For each event the status of every seat, by number; None for an event without a plan."""
        found = {row["event_id"]: row["statuses"] for row in await self._connection.fetch(STATUSES_OF, event_ids)}
        return [found.get(event_id) for event_id in event_ids]

    async def assign(self, assignment: Assignment) -> None:
        """Number the event's seats by the plan and let its ticket types draw on their pools: seven statements, however many seats."""
        tenant, event_id = self._organization_id, assignment.event_id
        sequence = await self._move(event_id, "seats:assigned", {"seats": assignment.geometry.seat_count})
        await self._connection.execute(CLEAR, tenant, event_id, assignment.plan_version_id, sequence)
        pools = [(pool_id, name, capacity) for pool_id, (name, capacity) in assignment.pools.items()]
        await self._connection.execute(STOCK, tenant, event_id, sequence, *_columns(pools, 3))
        draws = [(type_id, pool_id) for type_id, pool_ids in assignment.draws.items() for pool_id in pool_ids]
        await self._connection.execute(DRAW, tenant, sequence, list(assignment.draws), *_columns(draws, 2))
        sold = [(each.category, each.name, each.pool_id, each.standing) for each in assignment.categories]
        await self._connection.execute(SELL, tenant, event_id, assignment.dropped_pools, *_columns(sold, 4))
        await self._connection.execute(NUMBER, tenant, event_id, sequence, *_numbered(event_id, assignment.geometry))
        if assignment.seats:
            carried = [(seat.seat_no, seat.hold_id, seat.claimed_until, seat.booked, seat.blocked_reason) for seat in assignment.seats]
            await self._connection.execute(CARRY, event_id, *_columns(carried, 5))

    async def unassign(self, event_id: UUID) -> None:
        """Delete the seating, and with it the seats and the categories."""
        await self._move(event_id, "seats:unassigned", {})
        await self._connection.execute(UNASSIGN, event_id)

    async def copy(self, source_id: UUID, event_id: UUID, new_pools: Mapping[UUID, UUID]) -> None:
        """Copy plan, categories and seats in one statement, however many seats."""
        moved = await self._connection.fetchrow(COPY, source_id, event_id, list(new_pools), list(new_pools.values()))
        if moved:
            self._news.append(stock_moved("seats:assigned", event_id, moved["sequence"], {"seats": moved["seats"]}))

    async def block(self, event_id: UUID, blocking: Blocking) -> None:
        """Write why the seats are blocked, or that they are no longer, and how many the pools have then."""
        if not blocking.seats:
            return
        numbers: list[Fact] = [seat.seat_no for seat in blocking.seats]
        kind = "seats:unblocked" if blocking.seats[0].blocked_reason is None else "seats:blocked"
        sequence = await self._move(event_id, kind, {"seats": numbers})
        seats = [(seat.seat_no, seat.blocked_reason) for seat in blocking.seats]
        await self._connection.execute(BLOCK, event_id, sequence, *_columns(seats, 2), *_columns(blocking.growth.items(), 2))

    async def _move(self, event_id: UUID, kind: str, facts: dict[str, Fact]) -> int:
        """The number of the movement that this work makes of the event's stock, which it keeps others from moving meanwhile."""
        sequence: int | None = await self._connection.fetchval(MOVE, event_id)
        if sequence is None:
            raise Refused(NotFound("event", ("input", "eventId")))
        self._news.append(stock_moved(kind, event_id, sequence, facts))
        return sequence


def _state(row: Row) -> SeatState:
    seat = _seat(row)
    return SeatState(seat, status_of(seat, row["now"]))


def _seat(row: Row) -> Seat:
    return Seat(**facts_of(row, Seat))


def _numbered(event_id: UUID, geometry: Geometry) -> list[list[object]]:
    rows = [
        (
            each.seat_no,
            seat_id(event_id, each.seat.guid),
            each.seat.guid,
            each.label,
            each.section,
            each.row_no,
            each.seat.place,
            each.seat.category,
            int(each.seat.flags),
        )
        for each in geometry.seats()
    ]
    return _columns(rows, 9)


def _columns(rows: Iterable[tuple[object, ...]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
