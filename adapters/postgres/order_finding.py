"""Finding orders: turns a filter and an order into one statement with its values."""

from collections.abc import Iterator, Sequence

from adapters.postgres.order_rows import ORDER
from domain.orders import OrderFilter, OrderOrder, split
from domain.paging import Page

OWED = "CASE WHEN o.status IN ('EXPIRED', 'CANCELLED') THEN 0 ELSE o.total_minor END"
KEPT = "o.paid_minor - o.refunded_minor"
# `domain.orders.payment_state` in SQL; a test compares the two.
PAYMENT_STATE = f"""CASE
    WHEN o.paid_minor = 0 THEN CASE WHEN {OWED} > 0 THEN 'UNPAID' ELSE 'NOT_REQUIRED' END
    WHEN {KEPT} > {OWED} THEN 'OVERPAID'
    WHEN o.refunded_minor > 0 THEN CASE WHEN {KEPT} > 0 THEN 'PARTIALLY_REFUNDED' ELSE 'REFUNDED' END
    WHEN {KEPT} = {OWED} THEN 'PAID' ELSE 'PARTIALLY_PAID' END"""
CONDITIONS = {
    "numbers": "o.number = ANY ({}::text[])",
    "emails": "o.email = ANY ({}::text[])",
    "event_ids": "o.id IN (SELECT l.order_id FROM order_lines l WHERE l.event_id = ANY ({}::uuid[]))",
    "statuses": "o.status = ANY ({}::text[])",
    "payment_states": f"({PAYMENT_STATE}) = ANY ({{}}::text[])",
    "channels": "o.channel = ANY ({}::text[])",
    "created_from": "o.created_at >= {}",
    "created_before": "o.created_at < {}",
    "confirmed_from": "o.confirmed_at >= {}",
    "confirmed_before": "o.confirmed_at < {}",
    "buyers": "o.buyer = ANY ({}::text[])",
}
# A range instead of LIKE, which row security keeps from any index (it is not leak-proof).
WORD = "o.id IN (SELECT w.order_id FROM order_words w WHERE w.word >= {} AND w.word < {})"
LAST_LETTER = "\U0010ffff"
COLUMNS = {
    OrderOrder.CREATED_AT_ASC: "created_at",
    OrderOrder.CREATED_AT_DESC: "created_at",
    OrderOrder.TOTAL_ASC: "total_minor",
    OrderOrder.TOTAL_DESC: "total_minor",
}


def sorted_by(by: OrderOrder) -> str:
    """The column."""
    return COLUMNS[by]


def page_of(where: OrderFilter, by: OrderOrder, page: Page) -> tuple[str, list[object]]:
    """The statement that reads one window and one row more, and its values."""
    conditions, values = _conditions(where)
    column = f"o.{COLUMNS[by]}"
    descending = by.value.endswith("DESC") is not page.backward
    if page.edge is not None:
        conditions.append(f"({column}, o.id) {'<' if descending else '>'} (${len(values) + 1}, ${len(values) + 2})")
        values += page.edge
    way = "DESC" if descending else "ASC"
    values.append(page.size + 1)
    matching = " AND ".join(conditions) or "true"
    return f"SELECT {ORDER} FROM orders o WHERE {matching} ORDER BY {column} {way}, o.id {way} LIMIT ${len(values)}", values


def count_of(where: OrderFilter, at_most: int) -> tuple[str, list[object]]:
    """The statement that counts, and its values."""
    conditions, values = _conditions(where)
    matching = " AND ".join(conditions) or "true"
    return f"SELECT count(*) FROM (SELECT FROM orders o WHERE {matching} LIMIT ${len(values) + 1}) AS counted", [*values, at_most]


def _conditions(where: OrderFilter) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for condition, given in _given(where):
        places = [f"${len(values) + at}" for at, _ in enumerate(given, start=1)]
        conditions.append(condition.format(*places))
        values += given
    return conditions, values


def _given(where: OrderFilter) -> Iterator[tuple[str, Sequence[object]]]:
    for name, condition in CONDITIONS.items():
        value = getattr(where, name)
        if value is not None:
            yield condition, [list(value) if isinstance(value, list | tuple) else value]
    for word in split(where.search or ""):
        yield WORD, [word, word + LAST_LETTER]
