"""Finding orders: by id, number or secret, as the staff's list, and as the buyer's own."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from domain import orders as domain
from domain.money import LARGEST_AMOUNT
from domain.orders import OrderChannel, OrderFilter, OrderOrder, OrderStatus, PaymentState
from domain.paging import Page, Slice, page_of
from domain.refusals import Fault, InputInvalid, Refused
from resolvers import orders as deeds
from resolvers.context import Context
from schema import ids
from schema.connections import After, Before, Connection, First, Last, connect, read_cursor, show_cursor
from schema.enums import show_enum
from schema.orders import Order
from schema.scalars import EmailAddress, read_time, show_time

MOST_VALUES = 100

show_enum(
    OrderOrder,
    "By what a list of orders is ordered; what is equal is ordered by id.",
    {
        "CREATED_AT_ASC": "The oldest first.",
        "CREATED_AT_DESC": "The newest first.",
        "TOTAL_ASC": "The cheapest first.",
        "TOTAL_DESC": "The dearest first.",
    },
)


@strawberry.input(one_of=True, description="Names an order: exactly one of these.")
class OrderBy:
    """One way to name it."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By its global id.")
    number: str | None = strawberry.field(default=strawberry.UNSET, description="By its number.")
    secret: str | None = strawberry.field(default=strawberry.UNSET, description="By the secret that a guest's link carries.")


@strawberry.input(description="Which orders; all conditions given must hold.")
class OrderWhere:
    """Read into `domain.orders.OrderFilter`."""

    search: str | None = strawberry.field(
        default=None, description="Beginnings of words, all of which must be found: of numbers, of names and e-mail addresses of people."
    )
    numbers: list[str] | None = strawberry.field(default=None, description="One of these numbers, 100 at most.")
    emails: list[EmailAddress] | None = strawberry.field(default=None, description="Bought with one of these addresses, 100 at most.")
    event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="With admissions to one of these events.")
    statuses: list[OrderStatus] | None = strawberry.field(default=None, description="In one of these statuses.")
    payment_states: list[PaymentState] | None = strawberry.field(default=None, description="In one of these states of payment.")
    channels: list[OrderChannel] | None = strawberry.field(default=None, description="That came about in one of these ways.")
    created_from: datetime | None = strawberry.field(default=None, description="Placed at this time or later.")
    created_before: datetime | None = strawberry.field(default=None, description="Placed before this time.")
    confirmed_from: datetime | None = strawberry.field(default=None, description="Confirmed at this time or later.")
    confirmed_before: datetime | None = strawberry.field(default=None, description="Confirmed before this time.")

    def to_domain(self) -> OrderFilter:
        """The filter meant; refused with InputInvalid where a list is too long, with NotFound for ids of other things."""
        for name in ("numbers", "emails", "event_ids"):
            if len(getattr(self, name) or ()) > MOST_VALUES:
                raise Refused(InputInvalid((Fault(("where", name), f"names more than {MOST_VALUES}"),)))
        return OrderFilter(
            search=self.search,
            numbers=None if self.numbers is None else [domain.read_number(each) for each in self.numbers],
            emails=None if self.emails is None else [each.lower() for each in self.emails],
            event_ids=_events(self.event_ids),
            statuses=self.statuses,
            payment_states=self.payment_states,
            channels=self.channels,
            created_from=self.created_from,
            created_before=self.created_before,
            confirmed_from=self.confirmed_from,
            confirmed_before=self.confirmed_before,
        )


def _events(given: list[strawberry.ID] | None) -> list[UUID] | None:
    return None if given is None else [ids.expect(each, "Event", ("where", "eventIds", str(at))) for at, each in enumerate(given)]


def _total(text: str) -> int:
    total = int(text)
    if not 0 <= total <= LARGEST_AMOUNT:
        raise ValueError("not a total that is sorted by")
    return total


_READERS: dict[OrderOrder, Callable[[str], object]] = {
    OrderOrder.CREATED_AT_ASC: read_time,
    OrderOrder.CREATED_AT_DESC: read_time,
    OrderOrder.TOTAL_ASC: _total,
    OrderOrder.TOTAL_DESC: _total,
}


def _same(by: OrderOrder) -> Callable[[str], object]:
    def read(mark: str) -> object:
        if mark != by.value:
            raise ValueError("a cursor of a list in another order")
        return mark

    return read


def _window(first: int | None, after: str | None, last: int | None, before: str | None, by: OrderOrder) -> Page:
    readers = [_same(by), _READERS[by], UUID]
    edges = [read_cursor(cursor, readers, name) for cursor, name in ((after, "after"), (before, "before"))]
    return page_of(first, edges[0] and edges[0][1:], last, edges[1] and edges[1][1:])


def _shown(found: Slice[domain.Order], by: OrderOrder, count: Callable[[], Any]) -> Connection[Order]:
    edges = {order.id: edge for order, edge in zip(found.items, found.edges, strict=True)}

    def cursor(order: domain.Order) -> str:
        value, order_id = edges[order.id]
        return show_cursor([by.value, show_time(value) if isinstance(value, datetime) else str(value), str(order_id)])

    return connect(found, cursor, count)


async def own_orders(ctx: Context, first: int | None, after: str | None, last: int | None, before: str | None) -> Connection[Order]:
    """One page of what the viewer bought."""
    found = await deeds.orders_of_viewer(ctx, _window(first, after, last, before, deeds.NEWEST_FIRST))
    return _shown(found, deeds.NEWEST_FIRST, lambda: deeds.count_orders_of_viewer(ctx))


@strawberry.type
class OrderQueries:
    """Queries of orders, merged into the root."""

    @strawberry.field(description="One order, to its buyer, to staff with orders:read and to whoever shows its secret; null for others.")
    async def order(self, info: strawberry.Info, by: Annotated[OrderBy, strawberry.argument(description="Which one.")]) -> Order | None:
        """Missing, foreign and forbidden ones alike."""
        if by.number:
            return await deeds.order_by_number(info.context, by.number)  # type: ignore[return-value]
        if by.secret:
            return await deeds.order_by_secret(info.context, by.secret)  # type: ignore[return-value]
        named = ids.read(by.id or "")
        wanted = [named[1]] if named and named[0] == "Order" else []
        return next(iter(await deeds.orders_by_id(info.context, wanted, {})), None) if wanted else None  # type: ignore[return-value]

    @strawberry.field(description="The organization's orders. Needs orders:read.")
    async def orders(
        self,
        info: strawberry.Info,
        where: Annotated[OrderWhere | None, strawberry.argument(description="Which ones; all without it.")] = None,
        order_by: Annotated[OrderOrder, strawberry.argument(description="In which order.")] = OrderOrder.CREATED_AT_DESC,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Order]:
        """One page."""
        filtered = where.to_domain() if where else OrderFilter()
        found = await deeds.list_orders(info.context, filtered, order_by, _window(first, after, last, before, order_by))
        return _shown(found, order_by, lambda: deeds.count_orders(info.context, filtered))

    @strawberry.field(description="What the viewer bought, by person or by cart, the newest first.")
    async def my_orders(
        self, info: strawberry.Info, first: First = None, after: After = None, last: Last = None, before: Before = None
    ) -> Connection[Order]:
        """One page."""
        return await own_orders(info.context, first, after, last, before)
