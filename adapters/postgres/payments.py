"""The store of payments, refunds and the ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any, cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.payment_notices import NoticeStore
from adapters.postgres.rows import Row, columns_of, facts_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.paging import Page, Slice
from domain.payments import (
    LedgerEntry,
    LedgerFilter,
    LedgerKind,
    LedgerTotal,
    Payment,
    PaymentSettings,
    PaymentStatus,
    Refund,
    RefundLine,
    RefundStatus,
)

PAYMENT, REFUND, LINE, ENTRY = (columns_of(each, table="p") for each in (Payment, Refund, RefundLine, LedgerEntry))
GET_MANY = f"SELECT {PAYMENT} FROM payments p WHERE p.id = ANY ($1::uuid[])"
OF_ORDERS = f"SELECT {PAYMENT} FROM payments p WHERE p.order_id = ANY ($1::uuid[]) ORDER BY p.order_id, p.id"
BY_INTENTS = f"SELECT {PAYMENT} FROM payments p WHERE p.intent = ANY ($1::text[])"
LOCK = f"SELECT {PAYMENT} FROM payments p WHERE p.order_id = $1 ORDER BY p.id FOR UPDATE"
REFUNDS = f"SELECT {REFUND} FROM refunds p WHERE p.id = ANY ($1::uuid[])"
REFUNDS_OF = f"SELECT {REFUND} FROM refunds p WHERE p.order_id = ANY ($1::uuid[]) ORDER BY p.order_id, p.id"
LINES_OF = f"SELECT {LINE} FROM refund_lines p WHERE p.refund_id = ANY ($1::uuid[]) ORDER BY p.refund_id, p.id"
LEDGER_OF = f"SELECT {ENTRY} FROM ledger p WHERE p.order_id = ANY ($1::uuid[]) ORDER BY p.order_id, p.id"
# Conditions that ask for nothing are NULL, which the planner sees through for each set of parameters.
MATCHES = """
($1::text[] IS NULL OR p.kind = ANY ($1)) AND ($2::uuid[] IS NULL OR p.order_id = ANY ($2))
AND ($3::timestamptz IS NULL OR p.at >= $3) AND ($4::timestamptz IS NULL OR p.at < $4)
"""
LEDGER_PAGE = f"SELECT {ENTRY} FROM ledger p WHERE {MATCHES} AND {{edge}} ORDER BY p.id {{way}} LIMIT $5"
LEDGER_COUNT = f"SELECT count(*) FROM (SELECT FROM ledger p WHERE {MATCHES} LIMIT $5) AS counted"
LEDGER_TOTALS = f"""
SELECT p.currency, coalesce(sum(p.amount_minor) FILTER (WHERE p.kind = 'CAPTURE'), 0)::bigint AS came_in_minor,
    coalesce(-sum(p.amount_minor) FILTER (WHERE p.kind <> 'CAPTURE'), 0)::bigint AS went_back_minor
FROM ledger p WHERE {MATCHES} GROUP BY p.currency ORDER BY p.currency
"""
CHANGED: Mapping[str, str] = {
    "status": "text", "changed_at": "timestamptz", "reference": "text", "intent": "text", "captured_minor": "bigint",
    "refunded_minor": "bigint", "refunding_minor": "bigint", "disputed": "boolean", "late": "boolean", "failure": "text",
    "due_at": "timestamptz",
}  # fmt: skip
KEEP = f"""
UPDATE payments p SET {", ".join(f"{name} = new.{name}" for name in CHANGED)}
FROM unnest($1::uuid[], {", ".join(f"${at}::{kind}[]" for at, kind in enumerate(CHANGED.values(), start=2))})
    AS new (id, {", ".join(CHANGED)})
WHERE p.id = new.id
"""
KEEP_REFUND = "UPDATE refunds SET status = $2, changed_at = $3, reference = $4, failure = $5, due_at = $6 WHERE id = $1"
SETTINGS = "SELECT provider, publishable_key, secret_key_sealed, webhook_secret_sealed, version FROM payment_settings"
KEEP_SETTINGS = """
INSERT INTO payment_settings (organization_id, provider, publishable_key, secret_key_sealed, webhook_secret_sealed, version)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (organization_id) DO UPDATE SET provider = $2, publishable_key = $3, secret_key_sealed = $4, webhook_secret_sealed = $5,
    version = $6
"""


def _insert(table: str, value: type[Any], types: Mapping[str, str]) -> str:
    names = [each.name for each in fields(value)]
    arrays = ", ".join(f"${at}::{types.get(name, 'text')}[]" for at, name in enumerate(names, start=2))
    return f"INSERT INTO {table} (organization_id, {', '.join(names)}) SELECT $1, new.* FROM unnest({arrays}) AS new"


_TYPES: Mapping[str, str] = {
    **CHANGED,
    **dict.fromkeys(("id", "order_id", "payment_id", "refund_id", "order_line_id", "by"), "uuid"),
    **dict.fromkeys(("created_at", "at"), "timestamptz"),
    "amount_minor": "bigint",
}
ADD_PAYMENTS, ADD_REFUNDS = _insert("payments", Payment, _TYPES), _insert("refunds", Refund, _TYPES)
ADD_LINES, ENTER = _insert("refund_lines", RefundLine, _TYPES), _insert("ledger", LedgerEntry, _TYPES)


class PaymentRow(Row, reads=Payment):
    """Reads like a Payment."""

    __slots__ = ()

    @property
    def status(self) -> PaymentStatus:
        return PaymentStatus(self["status"])

    @property
    def left_minor(self) -> int:
        left: int = self["captured_minor"] - self["refunded_minor"] - self["refunding_minor"]
        return left


class RefundRow(Row, reads=Refund):
    """Reads like a Refund."""

    __slots__ = ()

    @property
    def status(self) -> RefundStatus:
        return RefundStatus(self["status"])


class RefundLineRow(Row, reads=RefundLine):
    """Reads like a RefundLine."""

    __slots__ = ()


class EntryRow(Row, reads=LedgerEntry):
    """Reads like a LedgerEntry."""

    __slots__ = ()

    @property
    def kind(self) -> LedgerKind:
        return LedgerKind(self["kind"])


class PaymentStore(NoticeStore):
    """Implements `Payments`."""

    def __init__(self, transaction: Transaction) -> None:
        super().__init__(transaction)
        self._tenant = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[Payment | None]:
        """By id, in the order asked."""
        return [_payment(row) for row in in_order(await self._connection.fetch(GET_MANY, ids, record_class=PaymentRow), ids)]

    async def of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[Payment]]:
        """In the order in which they began: ids rise with time."""
        return grouped(await self._connection.fetch(OF_ORDERS, order_ids, record_class=PaymentRow), order_ids, by="order_id")

    async def refunds(self, ids: Sequence[UUID]) -> list[Refund | None]:
        """By id, in the order asked."""
        rows = in_order(await self._connection.fetch(REFUNDS, ids, record_class=RefundRow), ids)
        return [Refund(**facts_of(row, Refund)) if row else None for row in rows]

    async def refunds_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[Refund]]:
        """In the order in which they were asked for."""
        return grouped(await self._connection.fetch(REFUNDS_OF, order_ids, record_class=RefundRow), order_ids, by="order_id")

    async def refund_lines(self, refund_ids: Sequence[UUID]) -> list[Sequence[RefundLine]]:
        """In the order in which they were written."""
        return grouped(await self._connection.fetch(LINES_OF, refund_ids, record_class=RefundLineRow), refund_ids, by="refund_id")

    async def ledger_of_orders(self, order_ids: Sequence[UUID]) -> list[Sequence[LedgerEntry]]:
        """In the order in which money moved."""
        return grouped(await self._connection.fetch(LEDGER_OF, order_ids, record_class=EntryRow), order_ids, by="order_id")

    async def ledger_page(self, where: LedgerFilter, page: Page) -> Slice[LedgerEntry]:
        """The newest first: ids of entries rise with time."""
        edge = f"p.id {'>' if page.backward else '<'} $6" if page.edge else "true"
        statement = LEDGER_PAGE.format(edge=edge, way="ASC" if page.backward else "DESC")
        rows = await self._connection.fetch(statement, *_asked(where), page.size + 1, *(page.edge or ()), record_class=EntryRow)
        return pages.slice_of(cast("list[LedgerEntry]", rows), page)

    async def ledger_count(self, where: LedgerFilter, at_most: int) -> int:
        """Looks at no more than `at_most`."""
        counted: int = await self._connection.fetchval(LEDGER_COUNT, *_asked(where), at_most)
        return counted

    async def ledger_totals(self, where: LedgerFilter) -> Sequence[LedgerTotal]:
        """By currency."""
        return [LedgerTotal(**row) for row in await self._connection.fetch(LEDGER_TOTALS, *_asked(where))]

    async def by_intents(self, intents: Sequence[str]) -> list[Payment | None]:
        """By what their money is given back by."""
        rows = in_order(await self._connection.fetch(BY_INTENTS, intents, record_class=PaymentRow), intents, by="intent")
        return [_payment(row) for row in rows]

    async def for_change(self, order_id: UUID) -> Sequence[Payment]:
        """As they are once nobody else can change them."""
        rows = await self._connection.fetch(LOCK, order_id, record_class=PaymentRow)
        return [Payment(**facts_of(row, Payment)) for row in rows]

    async def add(self, payment: Payment) -> None:
        """Write it."""
        await self._connection.execute(ADD_PAYMENTS, self._tenant, *_columns([payment], Payment))

    async def keep(self, payments: Sequence[Payment]) -> None:
        """Write them, in one statement."""
        ids = [payment.id for payment in payments]
        await self._connection.execute(KEEP, ids, *([getattr(payment, name) for payment in payments] for name in CHANGED))

    async def add_refunds(self, refunds: Sequence[Refund], lines: Sequence[RefundLine]) -> None:
        """Write them and what they are for."""
        await self._connection.execute(ADD_REFUNDS, self._tenant, *_columns(refunds, Refund))
        await self._connection.execute(ADD_LINES, self._tenant, *_columns(lines, RefundLine))

    async def keep_refund(self, refund: Refund) -> None:
        """Write it."""
        await self._connection.execute(
            KEEP_REFUND, refund.id, refund.status, refund.changed_at, refund.reference, refund.failure, refund.due_at
        )

    async def enter(self, entries: Sequence[LedgerEntry]) -> None:
        """Add them; the same movement cannot be entered twice."""
        await self._connection.execute(ENTER, self._tenant, *_columns(entries, LedgerEntry))

    async def settings(self) -> PaymentSettings | None:
        """Its secrets stay sealed."""
        row = await self._connection.fetchrow(SETTINGS)
        return PaymentSettings(**row) if row else None

    async def settings_for_change(self) -> PaymentSettings | None:
        """The same, once nobody else can change it."""
        row = await self._connection.fetchrow(f"{SETTINGS} FOR UPDATE")
        return PaymentSettings(**row) if row else None

    async def keep_settings(self, settings: PaymentSettings) -> None:
        """Write it, in place of what was there."""
        keys = settings.secret_key_sealed, settings.webhook_secret_sealed
        await self._connection.execute(KEEP_SETTINGS, self._tenant, settings.provider, settings.publishable_key, *keys, settings.version)


def _payment(row: Any) -> Payment | None:
    return Payment(**facts_of(row, Payment)) if row else None


def _asked(where: LedgerFilter) -> list[object]:
    kinds = None if where.kinds is None else [kind.value for kind in where.kinds]
    return [kinds, where.order_ids, where.at_from, where.at_before]


def _columns(things: Sequence[object], value: type[Any]) -> list[list[Any]]:
    return [[getattr(thing, each.name) for thing in things] for each in fields(value)]
