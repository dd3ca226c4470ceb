"""Orders as clients see them: what was bought, by whom, at which prices, and what became of it."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any, cast
from uuid import UUID

import strawberry

from domain import orders as domain
from domain.identity import Permission
from domain.money import money_of
from domain.orders import OrderChannel, OrderStatus, PaymentState
from domain.paging import page_of
from domain.pricing import FeeKind
from resolvers import orders as deeds
from resolvers import payments as payment_deeds
from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.order_answers import answers_about
from resolvers.ticket_types import ticket_types_of_lines
from resolvers.tickets import tickets_of_lines
from schema import ids
from schema.activity import PAGE_ARGUMENTS
from schema.answers import Answer
from schema.batched import Batch, batched, load
from schema.columns import column
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.enums import show_enum
from schema.events import Event
from schema.money import Money
from schema.nodes import Node, found_by
from schema.payments import Payment, Refund, Transaction
from schema.percents import show_percent
from schema.pricing import FeeRule as _FeeRule  # noqa: F401 - its module shows what kinds of fees there are
from schema.seats import Seat
from schema.ticket_types import TicketType
from schema.tickets import Ticket

show_enum(
    OrderStatus,
    "How far an order has come; `paymentState` tells whether it is paid.",
    {
        "PENDING_APPROVAL": "The organizer looks at it before it can be paid.",
        "PENDING": "It waits for its payment.",
        "CONFIRMED": "The tickets are the buyer's.",
        "EXPIRED": "Its time was over.",
        "CANCELLED": "It was called off.",
    },
)
show_enum(
    OrderChannel,
    "How an order came about.",
    {"ONLINE": "The buyer placed it.", "BOX_OFFICE": "The staff sold it.", "COMPLIMENTARY": "The staff gave it away."},
)
show_enum(
    PaymentState,
    "How an order stands with money.",
    {
        "NOT_REQUIRED": "Nothing is to be paid.",
        "UNPAID": "Nothing was paid yet.",
        "PARTIALLY_PAID": "A part of it was paid.",
        "PAID": "All of it was paid.",
        "OVERPAID": "More was paid than is owed, and can be refunded.",
        "PARTIALLY_REFUNDED": "A part of what was paid went back.",
        "REFUNDED": "All that was paid went back.",
    },
)


def money(name: str, *, description: str) -> Any:
    """A field that shows an amount of minor units in the currency that stands beside it."""
    read = attrgetter(f"{name}_minor", "currency")

    def amounts(_ctx: Context, things: Sequence[Any]) -> Sequence[object]:
        return [money_of(*read(each)) for each in things]

    return column(amounts, description=description)


def tax_rates(_ctx: Context, things: Sequence[Any]) -> Sequence[object]:
    """The rates of lines or fees, in percent."""
    return [show_percent(each.tax_rate) for each in things]


def _states(_ctx: Context, orders: Sequence[domain.Order]) -> Sequence[object]:
    return [domain.payment_state(order) for order in orders]


def _notes(ctx: Context, orders: Sequence[domain.Order]) -> Sequence[object]:
    staff = ctx.viewer.may(Permission.ORDERS_READ)
    return [order.notes if staff else None for order in orders]


@strawberry.federation.type(keys=["id"], description="One admission of an order.")
class OrderLine(Node):
    """See `domain.orders.OrderLine`."""

    position: int = strawberry.field(description="Its place in the order, from 0.")
    list_price: Money = money("list", description="What the list says.")
    discount: Money = money("discount", description="What was taken off.")
    price: Money = money("price", description="What the buyer pays, tax included.")
    net: Money = money("net", description="The price without tax.")
    tax: Money = money("tax", description="The tax in the price.")
    refunded: Money = money("refunded", description="What of the price went back.")
    tax_rate: Decimal = column(tax_rates, description="The rate of the tax in percent.")
    tax_code: str | None = strawberry.field(description="The code by which it was taxed; null for the standard one.")
    attendee_name: str | None = strawberry.field(description="Who will come, where that is said.")
    attendee_email: str | None = strawberry.field(description="The address of who will come, where that is said.")
    cancelled_at: datetime | None = strawberry.field(description="When it was cancelled; null when it was not.")
    event: Event | None = batched(events_by_id, key="event_id", description="For which event.")
    ticket_type: TicketType | None = batched(ticket_types_of_lines, key="ticket_type_id", description="Of which type.")
    seat: Seat | None = batched(deeds.seats_of_order_lines, key="seat_id", description="On which seat; null without one.")
    answers: list[Answer] = batched(answers_about, description="What was answered of it, by the positions of the questions.")
    ticket: Ticket | None = batched(tickets_of_lines, description="Its ticket; null until the order is confirmed.")


@strawberry.type(description="What is paid besides the admissions.")
class OrderFee:
    """See `domain.orders.OrderFee`."""

    kind: FeeKind = strawberry.field(description="What it is for.")
    label: str = strawberry.field(description="What people call it.")
    price: Money = money("price", description="What the buyer pays, tax included.")
    net: Money = money("net", description="The price without tax.")
    tax: Money = money("tax", description="The tax in the price.")
    tax_rate: Decimal = column(tax_rates, description="The rate of the tax in percent.")


@strawberry.type(description="One entry of an order's history; what is written here stays.")
class OrderHistoryEntry:
    """See `domain.orders.OrderEntry`."""

    kind: str = strawberry.field(description="What was done, such as order:confirmed.")
    version: int = strawberry.field(description="The order's version afterwards.")
    at: datetime = strawberry.field(description="When.")

    @strawberry.field(description="Who, opaque; null for a buyer who was not signed in, and for the platform.")
    def actor_id(self: domain.OrderEntry) -> strawberry.ID | None:
        """The global id of the person or the service key."""
        return ids.show("Person", self.actor_id) if self.actor_id else None

    @strawberry.field(description="What became of it, as JSON: each field with what it was and what it is.")
    def facts(self: domain.OrderEntry) -> str:
        """A JSON object."""
        return json.dumps(dict(self.facts), ensure_ascii=False, sort_keys=True)


async def history_of_orders(ctx: Context, order_ids: Sequence[UUID], args: Mapping[str, object]) -> list[object]:
    """For each order a page of its history; None for those who are not staff."""
    readers: list[Callable[[str], object]] = [UUID]
    after, before = (read_cursor(cast("str | None", args.get(name)), readers, name) for name in ("after", "before"))
    page = page_of(cast("int | None", args.get("first")), after, cast("int | None", args.get("last")), before)
    slices = await deeds.history_of_orders(ctx, order_ids, page)
    shown = zip(order_ids, slices, strict=True)
    return [None if each is None else connect(each, _cursor, partial(_count, ctx, order_id)) for order_id, each in shown]


def _cursor(each: domain.OrderEntry) -> str:
    return show_cursor([str(each.id)])


_COUNT = Batch(deeds.count_history, lambda key: key)


async def _count(ctx: Context, order_id: UUID) -> int:
    return cast("int", await load(ctx, _COUNT, order_id, {}))


@strawberry.federation.type(keys=["id"], description="Admissions that somebody buys; its buyer sees it, and staff with orders:read.")
class Order(Node):
    """See `domain.orders.Order`."""

    number: str = strawberry.field(description="Its number, as people read it to each other.")
    status: OrderStatus = strawberry.field(description="How far it has come.")
    payment_state: PaymentState = column(_states, description="How it stands with money.")
    channel: OrderChannel = strawberry.field(description="How it came about.")
    email: str | None = strawberry.field(description="Where the buyer is written to; null where the box office did not ask.")
    name: str = strawberry.field(description="The buyer's name.")
    locale: str = strawberry.field(description="The language in which the buyer is written to.")
    country: str | None = strawberry.field(description="The buyer's country, by which it was taxed; null where nobody said.")
    net: Money = money("net", description="The total without tax.")
    tax: Money = money("tax", description="The tax in the total.")
    fee: Money = money("fee", description="The fees in the total.")
    discount: Money = money("discount", description="What was taken off list prices.")
    total: Money = money("total", description="What is to be paid.")
    paid: Money = money("paid", description="What was paid.")
    refunded: Money = money("refunded", description="What of that went back.")
    created_at: datetime = strawberry.field(description="When it was placed.")
    expires_at: datetime = strawberry.field(description="When it ends by itself, as long as it waits for approval or payment.")
    confirmed_at: datetime | None = strawberry.field(description="When it was confirmed.")
    ended_at: datetime | None = strawberry.field(description="When it expired or was cancelled.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")
    notes: str | None = column(_notes, description="What the staff note of it; null for those who are not staff.")
    lines: list[OrderLine] = batched(deeds.lines_of_orders, description="Its admissions, cancelled ones too.")
    fees: list[OrderFee] = batched(deeds.fees_of_orders, description="What is paid besides.")
    answers: list[Answer] = batched(answers_about, description="What was answered of it as a whole, by the positions of the questions.")
    payments: list[Payment] = batched(payment_deeds.payments_of_orders, description="Its payments, the oldest first.")
    refunds: list[Refund] = batched(payment_deeds.refunds_of_orders, description="What went back or is on its way, the oldest first.")
    transactions: list[Transaction] = batched(payment_deeds.transactions_of_orders, description="How its money moved, the oldest first.")
    history: Connection[OrderHistoryEntry] | None = batched(
        history_of_orders, description="What was done to it, the newest first; null for those who are not staff.", arguments=PAGE_ARGUMENTS
    )


found_by("Order", deeds.orders_by_id)
found_by("OrderLine", deeds.order_lines_by_id)
