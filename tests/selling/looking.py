"""What the database says of an organization's orders and money, beside what the model and the provider say."""

from collections import Counter
from typing import Any
from uuid import UUID

from tests.selling.model import Model
from tests.selling.twin import Twin

ORDERS = """
SELECT o.id, o.status, o.total_minor, o.paid_minor, o.refunded_minor,
    (SELECT count(*) FROM order_lines l WHERE l.order_id = o.id AND l.cancelled_at IS NULL) AS lines
FROM orders o WHERE organization_id = $1
"""
PAYMENTS = "SELECT id, status, captured_minor, refunded_minor, refunding_minor, late FROM payments WHERE organization_id = $1"
REFUNDS = "SELECT id, status, amount_minor FROM refunds WHERE organization_id = $1"
STOCK = "SELECT held, sold FROM pools WHERE organization_id = $1"
LETTERS = "SELECT kind, count(*) AS letters FROM letters WHERE organization_id = $1 AND kind = 'ORDER_CONFIRMED' GROUP BY kind"
NEWS = "SELECT subject FROM outbox WHERE organization_id = $1 AND type = 'order:confirmed'"
MONEY = "SELECT coalesce(sum(amount_minor), 0) FROM ledger WHERE organization_id = $1 AND order_id = $2"

Books = dict[str, Any]


async def books(owner: Any, tenant: UUID) -> Books:
    """Orders, payments, refunds and stock."""
    orders = await owner.fetch(ORDERS, tenant)
    paid = await owner.fetch(PAYMENTS, tenant)
    back = await owner.fetch(REFUNDS, tenant)
    [stock] = await owner.fetch(STOCK, tenant)
    return {
        "the stock": tuple(stock),
        "the orders": {row["id"]: tuple(row)[1:] for row in orders},
        "the payments": {row["id"]: tuple(row)[1:] for row in paid},
        "the refunds": {row["id"]: tuple(row)[1:] for row in back},
    }


def expected(model: Model) -> Books:
    """The same as the model has it; money that came late is never left undecided."""
    orders = model.orders.values()
    return {
        "the stock": model.stock,
        "the orders": {each.id: (each.status, each.total, each.paid, each.refunded, each.admissions) for each in orders},
        "the payments": {
            each.id: (each.status, each.captured, each.refunded, each.refunding, False) for order in orders for each in order.payments
        },
        "the refunds": {each.id: (each.status, each.amount) for order in orders for each in order.refunds},
    }


async def money(owner: Any, tenant: UUID) -> dict[UUID, int]:
    """What the ledger says that each order kept."""
    return {row["id"]: await owner.fetchval(MONEY, tenant, row["id"]) for row in await owner.fetch(ORDERS, tenant)}


def truth(twin: Twin, model: Model) -> dict[UUID, int]:
    """What people paid for each order, at the provider and in cash, less what banks gave back."""
    kept = {}
    for order in model.orders.values():
        came = sum(each.amount for each in order.payments if each.manual or twin.intents.get(each.id) == "paid")
        gone = sum(each.amount for each in order.refunds if each.payment.manual or twin.refunds.get(each.id or order.id) == "succeeded")
        kept[order.id] = came - gone
    return kept


async def letters(owner: Any, tenant: UUID) -> int:
    """How many buyers were written to that they may come."""
    found = await owner.fetch(LETTERS, tenant)
    return sum(row["letters"] for row in found)


async def news(owner: Any, tenant: UUID) -> int:
    """How often it was told that an order is confirmed."""
    return sum(Counter(row["subject"] for row in await owner.fetch(NEWS, tenant)).values())


def confirmations(model: Model) -> int:
    """How often that happened."""
    return sum(each.confirmed for each in model.orders.values())


async def count(owner: Any, tenant: UUID) -> int:
    """How many orders there are."""
    found: int = await owner.fetchval("SELECT count(*) FROM orders WHERE organization_id = $1", tenant)
    return found


async def payments(owner: Any, order_id: UUID) -> list[Any]:
    """An order's payments, the oldest first."""
    found: list[Any] = await owner.fetch("SELECT id FROM payments WHERE order_id = $1 ORDER BY id", order_id)
    return found


async def refunds(owner: Any, order_id: UUID) -> list[Any]:
    """An order's refunds, the oldest first."""
    found: list[Any] = await owner.fetch("SELECT id, payment_id, amount_minor FROM refunds WHERE order_id = $1 ORDER BY id", order_id)
    return found


async def lines(owner: Any, order_id: UUID) -> tuple[int, list[UUID]]:
    """An order's version, and its admissions that go on."""
    version = await owner.fetchval("SELECT version FROM orders WHERE id = $1", order_id)
    rows = await owner.fetch("SELECT id FROM order_lines WHERE order_id = $1 AND cancelled_at IS NULL ORDER BY position", order_id)
    return version, [row["id"] for row in rows]
