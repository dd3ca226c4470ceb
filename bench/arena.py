"""An arena of 20,000 seats to hold, and the rival that holds them seat by seat."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from asyncpg import DeadlockDetectedError

from adapters.crypto.identifiers import new_id
from adapters.postgres.transaction import TO_WRITE, Connection, begin, keep, undo
from adapters.postgres.work import writing
from bench.stage import Stage
from domain.events import AttendanceMode, Event, EventStatus
from domain.holds import Hold, HoldAsk, HoldStatus, Lasting
from domain.refusals import NotFound, Refused
from domain.seat_assignments import AssignSeatingPlan, Here, SoldBy, assign
from domain.seating import plans
from domain.seating.geometry import Geometry
from domain.seating.plans import Drawn, ImportSeatingPlan
from domain.ticket_types import Pool, TicketType
from gateway.seating.arena import make_arena

SEATS, MOST = 20_000, 20

# Rows are compared as in the batch's look-up of labels (see holds_seats.py), so that this finds a seat as fast.
CLAIM = """
UPDATE seats SET hold_id = $3, claimed_until = $4, moved_at = 1
WHERE (label, event_id) >= ($2, $1) AND (label, event_id) <= ($2, $1)
    AND (hold_id IS NULL OR claimed_until < app_now()) AND NOT booked AND blocked_reason IS NULL
RETURNING id, category
"""
LIVE = """
SELECT coalesce(sum(quantity), 0) FROM holds JOIN hold_lines ON hold_lines.hold_id = holds.id
WHERE holds.buyer = $2 AND holds.event_id = $1 AND holds.status IN ('ACTIVE', 'CONVERTED')
"""
SELLS = """
SELECT drawn.ticket_type_id, drawn.pool_id FROM seat_categories sold JOIN ticket_type_pools drawn ON drawn.pool_id = sold.pool_id
WHERE sold.event_id = $1 AND sold.category = $2
"""
HOLD = """
INSERT INTO holds (organization_id, id, event_id, buyer, status, created_at, expires_at) VALUES ($1, $2, $3, $4, 'ACTIVE', $5, $6)
"""
LINE = "INSERT INTO hold_lines (organization_id, hold_id, ticket_type_id, quantity, pool_ids, seat_ids) VALUES ($1, $2, $3, $4, $5, $6)"
MOVE = "UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 RETURNING sequence"
TOLD = """
INSERT INTO outbox (organization_id, id, occurred_at, type, version, subject, payload)
VALUES ($1, $2, app_now(), 'hold:placed', 1, $3, $4)
"""


@dataclass(frozen=True, slots=True)
class Arena:
    """An event on sale: its ticket types, and the labels of its seats row by row."""

    event_id: UUID
    types: Sequence[UUID]
    rows: Sequence[Sequence[str]]


class Arenas:
    """Opens one arena after the other; the plan is drawn once."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._drawn: Drawn = plans.draw(ImportSeatingPlan(make_arena(SEATS), name="Arena"))

    async def open(self) -> Arena:
        """A new event in it, with one ticket type for each price category."""
        now, event_id, geometry = datetime.now(UTC), new_id(), self._drawn.geometry
        event = Event(event_id, f"arena-{event_id}", {"en": "Arena"}, {}, EventStatus.PUBLISHED, AttendanceMode.PHYSICAL, now,
                      now + timedelta(days=30), "UTC", None, now, now, now)  # fmt: skip
        names = [each.name for each in geometry.categories]
        pools = [Pool(new_id(), event_id, name, 1) for name in names]
        types = [TicketType(new_id(), event_id, {"en": name}, 5_000, "EUR", (pool.id,)) for name, pool in zip(names, pools, strict=True)]
        async with writing(self._stage.pool, self._stage.organization.id, None, new_id) as work:
            await work.events.keep(event)
            for pool, ticket_type in zip(pools, types, strict=True):
                await work.ticket_types.keep_new(ticket_type, [pool])
            ask = ImportSeatingPlan({}, name=f"Arena {event_id}")
            plan = await work.seating_plans.named(plans.new_plan(new_id(), ask, self._drawn, work.now))
            version = await work.seating_plans.keep(plans.with_new_version(plan, work.now), self._drawn, new_id())
            sold = tuple(SoldBy(name, (each.id,)) for name, each in zip(names, types, strict=True))
            here = Here(types, pools, [], [])
            await work.seats.assign(assign(AssignSeatingPlan(event_id, version.id, sold), geometry, here, new_id))
        return Arena(event_id, [each.id for each in types], _rows(geometry))


def _rows(geometry: Geometry) -> list[list[str]]:
    """The labels of each row, of plain seats alone."""
    rows: dict[int, list[str]] = {}
    for each in geometry.seats():
        if not each.seat.flags:
            rows.setdefault(each.row_no, []).append(each.label)
    return [row for row in rows.values() if len(row) > 1]


class SeatBySeat:
    """Implements `Holds` as one would write it: a transaction for each hold, which claims one seat after the other in their order."""

    def __init__(self, pool: Any, new_id: Callable[[], UUID]) -> None:
        self._pool = pool
        self._new_id = new_id
        self.lasting = Lasting()

    async def place(self, ask: HoldAsk) -> Hold:
        """See `Holds.place`. Whoever waits for whom waits for him is thrown out by PostgreSQL, and tries again."""
        while True:
            try:
                return await self._try(ask)
            except DeadlockDetectedError:
                continue

    async def _try(self, ask: HoldAsk) -> Hold:
        connection = await begin(self._pool, ask.organization_id, TO_WRITE)
        try:
            hold = await self._place(connection, ask)
        except BaseException as fault:
            await undo(self._pool, connection, fault)
            raise
        await keep(self._pool, connection)
        return hold

    async def _place(self, connection: Connection, ask: HoldAsk) -> Hold:
        now, until = await connection.fetchrow("SELECT app_now(), app_now() + interval '15 minutes'")
        if await connection.fetchval(LIVE, ask.event_id, ask.buyer) + len(ask.seats) > MOST:
            raise Refused(NotFound("seat"))
        claims: dict[tuple[UUID, UUID], list[UUID]] = {}
        for label in sorted(seat.label for seat in ask.seats):
            seat_id, *sold = await self._claim(connection, ask, label, until)
            claims.setdefault((sold[0], sold[1]), []).append(seat_id)
        await connection.execute(HOLD, ask.organization_id, ask.hold_id, ask.event_id, ask.buyer, now, until)
        # Pools in one order too, as seats are: whoever wants two categories would else wait for whom waits for him.
        for (type_id, pool_id), seats in sorted(claims.items(), key=lambda each: each[0][1]):
            await connection.execute("UPDATE pools SET held = held + $2 WHERE id = $1", pool_id, len(seats))
            await connection.execute(LINE, ask.organization_id, ask.hold_id, type_id, len(seats), [pool_id], seats)
        told = {"holdId": str(ask.hold_id), "sequence": await connection.fetchval(MOVE, ask.event_id)}
        await connection.execute(TOLD, ask.organization_id, self._new_id(), f"event:{ask.event_id}", told)
        return Hold(ask.hold_id, ask.event_id, ask.buyer, HoldStatus.ACTIVE, (), now, until)

    async def _claim(self, connection: Connection, ask: HoldAsk, label: str, until: datetime) -> tuple[UUID, UUID, UUID]:
        """The seat, the ticket type that sells it, and the pool that counts it."""
        seat = await connection.fetchrow(CLAIM, ask.event_id, label, ask.hold_id, until)
        if seat is None:
            raise Refused(NotFound("seat"))
        type_id, pool_id = await connection.fetchrow(SELLS, ask.event_id, seat["category"])
        return seat["id"], type_id, pool_id
