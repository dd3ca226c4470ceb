"""The store of ticket types and their pools."""

from collections.abc import Sequence
from operator import attrgetter
from uuid import UUID

from adapters.postgres.rows import Row, columns_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.news import stock_moved
from domain.refusals import NotFound, Refused, VersionConflict
from domain.ticket_types import Pool, TicketType

COLUMNS = f"""{columns_of(TicketType, table="t", but=["pool_ids"])}, ARRAY(
    SELECT drawn.pool_id FROM ticket_type_pools drawn
    WHERE drawn.organization_id = t.organization_id AND drawn.ticket_type_id = t.id ORDER BY drawn.pool_id
) AS pool_ids"""
GET_MANY = f"SELECT {COLUMNS} FROM ticket_types t WHERE t.id = ANY($1::uuid[])"
OF_EVENTS = f"SELECT {COLUMNS} FROM ticket_types t WHERE t.event_id = ANY($1::uuid[]) ORDER BY t.position, t.id"
POOLS_OF_EVENTS = f"SELECT {columns_of(Pool)} FROM pools WHERE event_id = ANY($1::uuid[]) ORDER BY name, id"
BUMP = "UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 RETURNING sequence"
KEEP_NEW = """
WITH pool AS (
    INSERT INTO pools (organization_id, event_id, moved_at, id, name, capacity, held, sold)
    SELECT $1, $2, $3, made.* FROM unnest($4::uuid[], $5::text[], $6::integer[], $7::integer[], $8::integer[]) AS made
), type AS (
    INSERT INTO ticket_types (organization_id, event_id, moved_at, id, name, price_minor, currency, position, sales_start_at,
        sales_end_at, max_per_order, version)
    VALUES ($1, $2, $3, $9, $10, $11, $12, $13, $14, $15, $16, $17)
)
INSERT INTO ticket_type_pools (organization_id, ticket_type_id, pool_id) SELECT $1, $9, drawn FROM unnest($18::uuid[]) AS drawn
"""
KEEP = """
WITH changed AS (
    UPDATE ticket_types SET moved_at = $3, name = $5, price_minor = $6, currency = $7, position = $8, sales_start_at = $9,
        sales_end_at = $10, max_per_order = $11, version = $12
    WHERE id = $4 AND event_id = $2 AND version = $12 - 1
    RETURNING id
), parted AS (
    DELETE FROM ticket_type_pools p USING changed WHERE p.ticket_type_id = changed.id AND p.pool_id <> ALL ($13::uuid[])
), joined AS (
    INSERT INTO ticket_type_pools (organization_id, ticket_type_id, pool_id)
    SELECT $1, changed.id, drawn FROM changed, unnest($13::uuid[]) AS drawn
    ON CONFLICT DO NOTHING
)
SELECT id FROM changed
"""
KEEP_POOLS = """
INSERT INTO pools (organization_id, event_id, moved_at, id, name, capacity)
SELECT $1, $2, $3, kept.* FROM unnest($4::uuid[], $5::text[], $6::integer[]) AS kept
ON CONFLICT (organization_id, id) DO UPDATE SET
    name = excluded.name, moved_at = excluded.moved_at, capacity = greatest(excluded.capacity, pools.held + pools.sold)
"""

FACTS = attrgetter(
    "id", "name", "price_minor", "currency", "position", "sales_start_at", "sales_end_at", "max_per_order", "version", "pool_ids"
)


class TicketTypeRow(Row, reads=TicketType):
    """Reads like a TicketType."""

    __slots__ = ()

    @property
    def pool_ids(self) -> tuple[UUID, ...]:
        return tuple(self["pool_ids"])


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

    async def pools_of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Pool]]:
        """For each event its pools by name, then id."""
        rows: list[Pool] = await self._connection.fetch(POOLS_OF_EVENTS, event_ids, record_class=PoolRow)
        return grouped(rows, event_ids, by="event_id")

    async def keep_new(self, ticket_type: TicketType, new_pools: Sequence[Pool]) -> None:
        """Write the type, its new pools and what it draws on; a movement of the event's stock, announced as `stock:moved`."""
        event_id = ticket_type.event_id
        sequence = await self._move(event_id)
        pools = [[getattr(pool, name) for pool in new_pools] for name in ("id", "name", "capacity", "held", "sold")]
        await self._connection.execute(KEEP_NEW, self._organization_id, event_id, sequence, *pools, *FACTS(ticket_type))

    async def keep(self, ticket_type: TicketType) -> None:
        """Write what changed of the type, and draw on its pools only; a movement of the event's stock."""
        sequence = await self._move(ticket_type.event_id)
        facts = FACTS(ticket_type)
        if await self._connection.fetchval(KEEP, self._organization_id, ticket_type.event_id, sequence, *facts) is None:
            [found] = await self.get_many([ticket_type.id])
            raise Refused(VersionConflict(found.version) if found else NotFound("ticket type"))

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
