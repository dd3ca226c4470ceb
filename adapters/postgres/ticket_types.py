"""The store of ticket types and their pools."""

from collections.abc import Sequence
from dataclasses import fields
from operator import attrgetter
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, facts_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.events import PUBLIC_STATUSES
from domain.news import stock_moved
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict
from domain.ticket_types import Pool, TicketType, TicketTypeFilter

COLUMNS = f"""{columns_of(TicketType, table="t", but=["pool_ids"], unread=["name"])}, (
    SELECT string_agg(drawn.pool_id::text, ' ' ORDER BY drawn.pool_id) FROM ticket_type_pools drawn
    WHERE drawn.organization_id = t.organization_id AND drawn.ticket_type_id = t.id
) AS pool_ids"""
GET_MANY = f"SELECT {COLUMNS} FROM ticket_types t WHERE t.id = ANY($1::uuid[])"
OF_EVENTS = f"SELECT {COLUMNS} FROM ticket_types t WHERE t.event_id = ANY($1::uuid[]) ORDER BY t.position, t.id"
POOLS_OF_EVENTS = f"SELECT {columns_of(Pool)} FROM pools WHERE event_id = ANY($1::uuid[]) ORDER BY name, id"
POOLS = f"SELECT {columns_of(Pool)} FROM pools WHERE id = ANY($1::uuid[])"
# Live holds alone are looked at, by the index that covers them; hold lines have none of ticket types.
TAKEN = """
SELECT coalesce(sum(l.quantity), 0)
FROM holds h JOIN hold_lines l ON l.organization_id = h.organization_id AND l.hold_id = h.id
WHERE h.event_id = $1 AND h.status IN ('ACTIVE', 'CONVERTED') AND l.ticket_type_id = $2
"""
BUMP = "UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 RETURNING sequence"
WRITTEN = tuple(each.name for each in fields(TicketType) if each.name not in {"event_id", "pool_ids"})
CHANGED = tuple(name for name in WRITTEN if name not in {"id", "created_by", "version"})
KEEP_NEW = f"""
WITH pool AS (
    INSERT INTO pools (organization_id, event_id, moved_at, id, name, capacity, held, sold)
    SELECT $1, $2, $3, made.* FROM unnest($4::uuid[], $5::text[], $6::integer[], $7::integer[], $8::integer[]) AS made
), type AS (
    INSERT INTO ticket_types (organization_id, event_id, moved_at, id, {", ".join(WRITTEN[1:])})
    VALUES ($1, $2, $3, $10, {", ".join(f"${at}" for at, _ in enumerate(WRITTEN[1:], start=11))})
)
INSERT INTO ticket_type_pools (organization_id, ticket_type_id, pool_id) SELECT $1, $10, drawn FROM unnest($9::uuid[]) AS drawn
"""
# A type that is hidden from now on goes out of the public's sight, which what moved cannot tell.
KEEP = f"""
WITH before AS (
    SELECT hidden FROM ticket_types WHERE id = $4
), changed AS (
    UPDATE ticket_types SET moved_at = $3, version = $5, {", ".join(f"{name} = ${at}" for at, name in enumerate(CHANGED, start=7))}
    WHERE id = $4 AND event_id = $2 AND version = $5 - 1
    RETURNING id, hidden
), parted AS (
    DELETE FROM ticket_type_pools p USING changed WHERE p.ticket_type_id = changed.id AND p.pool_id <> ALL ($6::uuid[])
), joined AS (
    INSERT INTO ticket_type_pools (organization_id, ticket_type_id, pool_id)
    SELECT $1, changed.id, drawn FROM changed, unnest($6::uuid[]) AS drawn
    ON CONFLICT DO NOTHING
), reshaped AS (
    UPDATE inventories SET reshaped_at = $3 FROM before, changed WHERE event_id = $2 AND changed.hidden AND NOT before.hidden
)
SELECT id FROM changed
"""
REMOVE = """
WITH gone AS (
    DELETE FROM ticket_types WHERE id = $3 AND event_id = $1
), reshaped AS (
    UPDATE inventories SET reshaped_at = $2 WHERE event_id = $1
)
DELETE FROM pools WHERE event_id = $1 AND id = ANY ($4::uuid[])
"""
KEEP_POOLS = """
INSERT INTO pools (organization_id, event_id, moved_at, id, name, capacity)
SELECT $1, $2, $3, kept.* FROM unnest($4::uuid[], $5::text[], $6::integer[]) AS kept
ON CONFLICT (organization_id, id) DO UPDATE SET
    name = excluded.name, moved_at = excluded.moved_at, capacity = greatest(excluded.capacity, pools.held + pools.sold)
"""
REMOVE_POOL = "DELETE FROM pools WHERE event_id = $1 AND id = $2"

NEW_FACTS, CHANGED_FACTS = attrgetter("pool_ids", *WRITTEN), attrgetter("id", "version", "pool_ids", *CHANGED)
FIRST, LAST = UUID(int=0), UUID(int=2**128 - 1)


class TicketTypeRow(Row, reads=TicketType, unread=["name"]):
    """Reads like a TicketType."""

    __slots__ = ()

    @property
    def pool_ids(self) -> tuple[UUID, ...]:
        """Read from text when they are asked for, which who shows a price list never does."""
        return tuple(map(UUID, (self["pool_ids"] or "").split()))


class PoolRow(Row, reads=Pool):
    """Reads like a Pool."""

    __slots__ = ()


class TicketTypeStore:
    """Implements `TicketTypes`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._news = transaction.news

    async def get_many(self, ids: Sequence[UUID]) -> list[TicketType | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=TicketTypeRow), ids)

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[TicketType]]:
        """For each event its ticket types by position, then id."""
        rows: list[TicketType] = await self._connection.fetch(OF_EVENTS, event_ids, record_class=TicketTypeRow)
        return grouped(rows, event_ids, by="event_id")

    async def for_change(self, event_id: UUID) -> tuple[list[TicketType], list[Pool]]:
        """The event's types and pools as values; nobody changes them while this work has the event's lock."""
        [types], [pools] = await self.of_events([event_id]), await self.pools_of_events([event_id])
        return (
            [TicketType(**facts_of(cast("Row", each), TicketType)) for each in types],
            [Pool(**facts_of(cast("Row", each), Pool)) for each in pools],
        )

    async def page(self, where: TicketTypeFilter, page: Page) -> Slice[TicketType]:
        """One window by id, and one row more to know whether others follow."""
        edge = page.edge[0] if page.edge else LAST if page.backward else FIRST
        beyond, order = ("<", "DESC") if page.backward else (">", "ASC")
        statement = f"SELECT {COLUMNS} {_matching(where)} AND t.id {beyond} $2 ORDER BY t.id {order} LIMIT $3"
        rows = await self._connection.fetch(statement, where.event_ids, edge, page.size + 1, record_class=TicketTypeRow)
        return pages.slice_of(cast("list[TicketType]", rows), page)

    async def count(self, where: TicketTypeFilter, at_most: int) -> int:
        """How many match; looks at no more than `at_most`."""
        statement = f"SELECT count(*) FROM (SELECT {_matching(where)} LIMIT $2) AS counted"
        counted: int = await self._connection.fetchval(statement, where.event_ids, at_most)
        return counted

    async def taken(self, ticket_type: TicketType) -> int:
        """How many tickets of the type live holds have."""
        tickets: int = await self._connection.fetchval(TAKEN, ticket_type.event_id, ticket_type.id)
        return tickets

    async def pools(self, ids: Sequence[UUID]) -> list[Pool | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(POOLS, ids, record_class=PoolRow), ids)

    async def pools_of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Pool]]:
        """For each event its pools by name, then id."""
        rows: list[Pool] = await self._connection.fetch(POOLS_OF_EVENTS, event_ids, record_class=PoolRow)
        return grouped(rows, event_ids, by="event_id")

    async def keep_new(self, ticket_type: TicketType, new_pools: Sequence[Pool]) -> None:
        """Write the type, its new pools and what it draws on; a movement of the event's stock, announced as `stock:moved`."""
        event_id = ticket_type.event_id
        sequence = await self._move(event_id)
        pools = [[getattr(pool, name) for pool in new_pools] for name in ("id", "name", "capacity", "held", "sold")]
        await self._connection.execute(KEEP_NEW, self._organization_id, event_id, sequence, *pools, *NEW_FACTS(ticket_type))

    async def keep(self, ticket_type: TicketType) -> None:
        """Write what changed of the type, and draw on its pools only; a movement of the event's stock."""
        sequence = await self._move(ticket_type.event_id)
        facts = CHANGED_FACTS(ticket_type)
        if await self._connection.fetchval(KEEP, self._organization_id, ticket_type.event_id, sequence, *facts) is None:
            [found] = await self.get_many([ticket_type.id])
            raise Refused(VersionConflict(found.version) if found else NotFound("ticket type"))

    async def remove(self, ticket_type: TicketType, pool_ids: Sequence[UUID]) -> None:
        """Delete the type and these pools; a movement after which those who watch get the whole anew."""
        sequence = await self._move(ticket_type.event_id)
        await self._connection.execute(REMOVE, ticket_type.event_id, sequence, ticket_type.id, pool_ids)

    async def remove_pool(self, event_id: UUID, pool_id: UUID) -> None:
        """Delete the pool; a movement of the event's stock."""
        await self._move(event_id)
        await self._connection.execute(REMOVE_POOL, event_id, pool_id)

    async def keep_pools(self, event_id: UUID, pools: Sequence[Pool]) -> None:
        """Write the pools, new or changed; a movement of the event's stock."""
        sequence = await self._move(event_id)
        facts = [[getattr(pool, name) for pool in pools] for name in ("id", "name", "capacity")]
        await self._connection.execute(KEEP_POOLS, self._organization_id, event_id, sequence, *facts)

    async def _move(self, event_id: UUID) -> int:
        """The number of the movement that this work makes of the event's stock, which it keeps others from moving meanwhile."""
        sequence: int | None = await self._connection.fetchval(BUMP, event_id)
        if sequence is None:
            raise Refused(NotFound("event", ("input", "eventId")))
        self._news.append(stock_moved("stock:moved", event_id, sequence, {}))
        return sequence


def _matching(where: TicketTypeFilter) -> str:
    """What stands after SELECT, with $1 for the events."""
    joined = "FROM ticket_types t JOIN events e ON e.organization_id = t.organization_id AND e.id = t.event_id"
    public = ", ".join(f"'{status.value}'" for status in sorted(PUBLIC_STATUSES))
    seen = "true" if where.staff else f"NOT t.hidden AND e.status IN ({public})"
    # Named in either case, so that the parameters are the same.
    of = "$1::uuid[] IS NULL" if where.event_ids is None else "t.event_id = ANY ($1::uuid[])"
    return f"{joined} WHERE {seen} AND {of}"
