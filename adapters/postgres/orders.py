"""The store of orders."""

from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.order_finding import count_of, page_of, sorted_by
from adapters.postgres.order_rows import ENTRY, FEE, LINE, ORDER, EntryRow, FeeRow, LineRow, OrderRow, fee_of, line_of, order_of
from adapters.postgres.order_writing import (
    ADD,
    ADD_WORDS,
    FORGET_WORDS,
    KEEP,
    KEEP_LINES,
    NOTE,
    values_of_changed,
    values_of_entry,
    values_of_lines,
    values_of_new,
)
from adapters.postgres.rows import grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.orders import Bill, NewOrder, Order, OrderEntry, OrderFee, OrderFilter, OrderLine, OrderOrder, words_of
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict

GET_MANY = f"SELECT {ORDER} FROM orders o WHERE o.id = ANY ($1::uuid[])"
BY_NUMBERS = f"SELECT {ORDER} FROM orders o WHERE o.number = ANY ($1::text[])"
BY_SECRETS = f"""
SELECT {ORDER}, s.digest FROM order_secrets s JOIN orders o ON o.organization_id = s.organization_id AND o.id = s.order_id
WHERE s.digest = ANY ($1::bytea[])
"""
OF_ORDER = "JOIN orders o ON o.organization_id = {0}.organization_id AND o.id = {0}.order_id"
LINES_OF = f"""
SELECT {LINE} FROM order_lines l {OF_ORDER.format("l")} WHERE l.order_id = ANY ($1::uuid[]) ORDER BY l.order_id, l.position
"""
LINES = f"SELECT {LINE} FROM order_lines l {OF_ORDER.format('l')} WHERE l.id = ANY ($1::uuid[])"
FEES_OF = f"SELECT {FEE} FROM order_fees f {OF_ORDER.format('f')} WHERE f.order_id = ANY ($1::uuid[]) ORDER BY f.order_id, f.id"
HISTORY = """
SELECT entry.* FROM unnest($1::uuid[]) AS asked (order_id) CROSS JOIN LATERAL (
    SELECT {columns} FROM order_history e WHERE e.order_id = asked.order_id AND {edge} ORDER BY e.id {way} LIMIT $2
) AS entry
"""
COUNT_HISTORY = """
SELECT (SELECT count(*) FROM (SELECT FROM order_history e WHERE e.order_id = asked.order_id LIMIT $2) AS counted)
FROM unnest($1::uuid[]) WITH ORDINALITY AS asked (order_id, place) ORDER BY place
"""
# Whoever changes an event's stock locks its row in `inventories` first; of several events in the order of their ids.
LANES = """
SELECT FROM inventories WHERE event_id = ANY (ARRAY(SELECT event_id FROM order_lines WHERE order_id = $1)) ORDER BY event_id FOR UPDATE
"""
LOCK = f"SELECT {ORDER} FROM orders o WHERE o.id = $1 FOR UPDATE"
PUT_OFF = "UPDATE orders SET expires_at = $2 WHERE id = $1 AND status IN ('PENDING_APPROVAL', 'PENDING')"
ADD_SECRET = "INSERT INTO order_secrets (organization_id, digest, order_id) VALUES ($1, $2, $3)"  # noqa: S105 - a statement


class OrderStore:
    """Implements `Orders`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self._connection = transaction.connection

    async def get_many(self, ids: Sequence[UUID]) -> list[Order | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=OrderRow), ids)

    async def by_numbers(self, numbers: Sequence[str]) -> list[Order | None]:
        """By number, in the order asked."""
        return in_order(await self._connection.fetch(BY_NUMBERS, numbers, record_class=OrderRow), numbers, by="number")

    async def by_secrets(self, digests: Sequence[bytes]) -> list[Order | None]:
        """By the digest of a secret, in the order asked."""
        return in_order(await self._connection.fetch(BY_SECRETS, digests, record_class=OrderRow), digests, by="digest")

    async def page(self, where: OrderFilter, by: OrderOrder, page: Page) -> Slice[Order]:
        """One window, and one row more to know whether others follow."""
        statement, values = page_of(where, by, page)
        rows = await self._connection.fetch(statement, *values, record_class=OrderRow)
        window = pages.slice_of(cast("list[Order]", rows), page)
        edges = tuple(map(attrgetter(sorted_by(by), "id"), window.items))
        return Slice(window.items, window.has_next, window.has_previous, edges)

    async def count(self, where: OrderFilter, at_most: int) -> int:
        """How many match; looks at no more than `at_most`."""
        statement, values = count_of(where, at_most)
        counted: int = await self._connection.fetchval(statement, *values)
        return counted

    async def lines_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[OrderLine]]:
        """By position."""
        return grouped(await self._connection.fetch(LINES_OF, order_ids, record_class=LineRow), order_ids, by="order_id")

    async def fees_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[OrderFee]]:
        """In the order in which they were written."""
        return grouped(await self._connection.fetch(FEES_OF, order_ids, record_class=FeeRow), order_ids, by="order_id")

    async def lines(self, line_ids: Sequence[UUID]) -> list[OrderLine | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(LINES, line_ids, record_class=LineRow), line_ids)

    async def history_of_orders(self, order_ids: Sequence[UUID], page: Page) -> list[Slice[OrderEntry]]:
        """The newest first: ids of entries rise with time."""
        towards_newer = page.backward
        edge = f"e.id {'>' if towards_newer else '<'} $3" if page.edge else "true"
        statement = HISTORY.format(columns=ENTRY, edge=edge, way="ASC" if towards_newer else "DESC")
        rows = await self._connection.fetch(statement, order_ids, page.size + 1, *(page.edge or ()), record_class=EntryRow)
        return [pages.slice_of(cast("Sequence[OrderEntry]", some), page) for some in grouped(rows, order_ids, by="order_id")]

    async def count_history(self, order_ids: Sequence[UUID], at_most: int) -> list[int]:
        """Looks at no more than `at_most` of each."""
        return [row["count"] for row in await self._connection.fetch(COUNT_HISTORY, order_ids, at_most)]

    async def add(self, new: NewOrder) -> Order:
        """Write it. Raises RuntimeError when each of its numbers is taken, which nobody lives to see."""
        number = await self._connection.fetchval(ADD, *values_of_new(new, self._transaction))
        if number is None:
            raise RuntimeError("no number is free for a new order")
        [order] = await self.get_many([new.bill.order.id])
        return order_of(cast("OrderRow", order))

    async def for_change(self, order_id: UUID) -> Bill | None:
        """The order as it is once nobody else can change it or the stock of its events."""
        await self._connection.execute(LANES, order_id)
        return await self.for_edit(order_id)

    async def for_edit(self, order_id: UUID) -> Bill | None:
        """The order as it is once nobody else can change it."""
        row = await self._connection.fetchrow(LOCK, order_id, record_class=OrderRow)
        if row is None:
            return None
        lines = await self._connection.fetch(LINES_OF, [order_id], record_class=LineRow)
        fees = await self._connection.fetch(FEES_OF, [order_id], record_class=FeeRow)
        return Bill(order_of(row), tuple(map(line_of, lines)), tuple(map(fee_of, fees)))

    async def keep(self, order: Order, entry: OrderEntry, lines: Sequence[OrderLine] = ()) -> None:
        """Write the order, these lines and the entry; it is found by its new words from then on."""
        if await self._connection.fetchval(KEEP, *values_of_changed(order)) is None:
            await self._refuse_stale(order.id)
        if lines:
            await self._connection.execute(KEEP_LINES, *values_of_lines(order, lines))
            await self._find_anew(order)
        await self.note(entry)

    async def note(self, entry: OrderEntry) -> None:
        """Write the entry."""
        await self._connection.execute(NOTE, *values_of_entry(entry, self._transaction))

    async def put_off(self, order_id: UUID, until: datetime) -> None:
        """Let it wait."""
        await self._connection.execute(PUT_OFF, order_id, until)

    async def add_secret(self, order_id: UUID, digest: bytes) -> None:
        """One more."""
        await self._connection.execute(ADD_SECRET, self._transaction.organization_id, digest, order_id)

    async def _find_anew(self, order: Order) -> None:
        rows: list[Any] = await self._connection.fetch(LINES_OF, [order.id], record_class=LineRow)
        words = [*words_of(order, rows), order.number.lower()]
        await self._connection.execute(FORGET_WORDS, order.id, words)
        await self._connection.execute(ADD_WORDS, order.id, words, self._transaction.organization_id)

    async def _refuse_stale(self, order_id: UUID) -> None:
        [order] = await self.get_many([order_id])
        raise Refused(VersionConflict(order.version) if order else NotFound("order", ("input", "orderId")))
