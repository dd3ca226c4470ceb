"""The store of ticket types and their pools."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres.rows import Row, columns_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.news import stock_moved
from domain.refusals import NotFound, Refused
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
        sequence = await self._connection.fetchval(BUMP, event_id)
        if sequence is None:
            raise Refused(NotFound("event", ("input", "eventId")))
        pools = [[getattr(pool, name) for pool in new_pools] for name in ("id", "name", "capacity", "held", "sold")]
        sale = (ticket_type.sales_start_at, ticket_type.sales_end_at, ticket_type.max_per_order, ticket_type.version)
        price = (ticket_type.price_minor, ticket_type.currency)
        facts = (ticket_type.id, ticket_type.name, *price, ticket_type.position, *sale, ticket_type.pool_ids)
        await self._connection.execute(KEEP_NEW, self._organization_id, event_id, sequence, *pools, *facts)
        self._news.append(stock_moved("stock:moved", event_id, sequence, {}))
