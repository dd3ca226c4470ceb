"""What is written of orders: one statement for a new one with all that is on it, one for each change."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from adapters.postgres.transaction import Transaction
from domain.orders import NewOrder, Order, OrderEntry, OrderFee, OrderLine, words_of

LINE_TYPES: Mapping[str, str] = {
    "id": "uuid", "position": "integer", "event_id": "uuid", "ticket_type_id": "uuid", "hold_id": "uuid", "seat_id": "uuid",
    "list_minor": "bigint", "discount_minor": "bigint", "price_minor": "bigint", "net_minor": "bigint", "tax_minor": "bigint",
    "tax_rate": "integer", "tax_code": "text", "attendee_name": "text", "attendee_email": "text",
}  # fmt: skip
FEE_TYPES: Mapping[str, str] = {
    "id": "uuid", "kind": "text", "label": "text", "price_minor": "bigint", "net_minor": "bigint", "tax_minor": "bigint",
    "tax_rate": "integer",
}  # fmt: skip
ORDER_COLUMNS = tuple(each.name for each in fields(Order) if each.name != "number")


def _arrays(types: Mapping[str, str], first: int) -> str:
    return ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(types.values(), start=first))


# $1 the tenant, $2 the numbers, then the order, and columns of its lines and its fees.
_LINES_FROM = 3 + len(ORDER_COLUMNS)
_FEES_FROM = _LINES_FROM + len(LINE_TYPES)
_REST_FROM = _FEES_FROM + len(FEE_TYPES)
ADD = f"""
WITH added AS (
    INSERT INTO orders (organization_id, number, {", ".join(ORDER_COLUMNS)})
    SELECT $1, free.number, {", ".join(f"${at}" for at in range(3, _LINES_FROM))}
    FROM (
        SELECT tried.number FROM unnest($2::text[]) WITH ORDINALITY AS tried (number, place)
        WHERE NOT EXISTS (SELECT FROM orders o WHERE o.number = tried.number) ORDER BY place LIMIT 1
    ) AS free
    RETURNING id, number
), lines AS (
    INSERT INTO order_lines (organization_id, order_id, {", ".join(LINE_TYPES)})
    SELECT $1, added.id, line.* FROM added, unnest({_arrays(LINE_TYPES, _LINES_FROM)}) AS line
), fees AS (
    INSERT INTO order_fees (organization_id, order_id, {", ".join(FEE_TYPES)})
    SELECT $1, added.id, fee.* FROM added, unnest({_arrays(FEE_TYPES, _FEES_FROM)}) AS fee
), noted AS (
    INSERT INTO order_history (organization_id, order_id, id, at, actor_id, service_key_id, by_platform_admin, kind, version, facts)
    SELECT $1, added.id, {", ".join(f"${at}" for at in range(_REST_FROM, _REST_FROM + 8))} FROM added
), opened AS (
    INSERT INTO order_secrets (organization_id, digest, order_id) SELECT $1, digest, added.id
    FROM added, unnest(${_REST_FROM + 8}::bytea[]) AS digest
), found AS (
    INSERT INTO order_words (organization_id, order_id, word) SELECT DISTINCT $1::uuid, added.id, said
    FROM added, unnest(${_REST_FROM + 9}::text[] || lower(added.number)) AS said
)
SELECT number FROM added
"""
CHANGED = (
    "email", "name", "status", "net_minor", "tax_minor", "fee_minor", "discount_minor", "total_minor", "paid_minor", "refunded_minor",
    "expires_at", "confirmed_at", "ended_at", "version", "notes",
)  # fmt: skip
CHANGED_OF_LINES: Mapping[str, str] = {
    "hold_id": "uuid", "attendee_name": "text", "attendee_email": "text", "cancelled_at": "timestamptz", "refunded_minor": "bigint",
}  # fmt: skip
KEEP = f"""
UPDATE orders SET {", ".join(f"{name} = ${at}" for at, name in enumerate(CHANGED, start=3))}
WHERE id = $1 AND version = $2 RETURNING id
"""
KEEP_LINES = f"""
UPDATE order_lines l SET {", ".join(f"{name} = line.{name}" for name in CHANGED_OF_LINES)}
FROM unnest($2::uuid[], {_arrays(CHANGED_OF_LINES, 3)}) AS line (id, {", ".join(CHANGED_OF_LINES)})
WHERE l.order_id = $1 AND l.id = line.id
"""
NOTE = """
INSERT INTO order_history (organization_id, order_id, id, at, actor_id, service_key_id, by_platform_admin, kind, version, facts)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
FORGET_WORDS = "DELETE FROM order_words WHERE order_id = $1 AND word <> ALL ($2::text[])"
ADD_WORDS = """
INSERT INTO order_words (organization_id, order_id, word) SELECT $3, $1, said FROM unnest($2::text[]) AS said ON CONFLICT DO NOTHING
"""


def values_of_new(new: NewOrder, transaction: Transaction) -> list[object]:
    """What ADD takes."""
    bill = new.bill
    entry = _entry(new.entry, transaction)
    return [
        transaction.organization_id,
        list(new.numbers),
        *(getattr(bill.order, name) for name in ORDER_COLUMNS),
        *_columns(bill.lines, LINE_TYPES),
        *_columns(bill.fees, FEE_TYPES),
        *entry,
        list(new.secrets),
        list(words_of(bill.order, bill.lines)),
    ]


def values_of_changed(order: Order) -> list[object]:
    """What KEEP takes."""
    return [order.id, order.version - 1, *(getattr(order, name) for name in CHANGED)]


def values_of_lines(order: Order, lines: Sequence[OrderLine]) -> list[object]:
    """What KEEP_LINES takes."""
    return [order.id, [line.id for line in lines], *_columns(lines, CHANGED_OF_LINES)]


def values_of_entry(entry: OrderEntry, transaction: Transaction) -> list[object]:
    """What NOTE takes."""
    return [transaction.organization_id, entry.order_id, *_entry(entry, transaction)]


def _entry(entry: OrderEntry, transaction: Transaction) -> list[object]:
    acting = transaction.acting
    return [
        entry.id,
        entry.at,
        entry.actor_id,
        acting.service_key_id,
        acting.as_platform_admin,
        entry.kind,
        entry.version,
        entry.facts,
    ]


def _columns(things: Sequence[OrderLine] | Sequence[OrderFee], names: Mapping[str, str]) -> list[list[Any]]:
    return [[getattr(each, name) for each in things] for name in names]
