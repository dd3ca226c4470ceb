"""Why an order is not placed or not changed, as clients see it."""

import strawberry

from domain import orders as domain
from domain.orders import OrderStatus, PaymentState
from schema import ids
from schema.errors import UserError, shows
from schema.money import Money


@strawberry.type(description="What one ticket of a cart costs now.")
class NowPriced:
    """See `domain.orders.NowPriced`."""

    index: int = strawberry.field(description="Counts the tickets of this type in this hold, from 0.")
    price: Money = strawberry.field(description="What is to be paid for it, tax included.")

    @strawberry.field(description="The hold that sets it aside.")
    def hold_id(self: domain.NowPriced) -> strawberry.ID:
        """Its global id."""
        return ids.show("Hold", self.hold_id)

    @strawberry.field(description="Its type.")
    def ticket_type_id(self: domain.NowPriced) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.CartEmpty, "Nothing is set aside that could be bought.")
class CartEmpty(UserError):
    """See `domain.orders.CartEmpty`."""


@shows(domain.PriceChanged, "The cart costs something else than was expected.")
class PriceChanged(UserError):
    """See `domain.orders.PriceChanged`."""

    expected_total: Money = strawberry.field(description="What was expected.")
    current_total: Money = strawberry.field(description="What it costs now; expect this next.")
    lines: list[NowPriced] = strawberry.field(description="Its tickets as they are priced now.")


@shows(domain.OrderStepRefused, "An order in this status, or so far paid, cannot become that here.")
class OrderStepRefused(UserError):
    """See `domain.orders.OrderStepRefused`."""

    status: OrderStatus = strawberry.field(description="How far it has come.")
    payment_state: PaymentState = strawberry.field(description="How it stands with money.")
    to_status: OrderStatus = strawberry.field(description="What it cannot become, or stays.")


@shows(domain.OrderLinesFixed, "Some admissions are cancelled, or their event has begun.")
class OrderLinesFixed(UserError):
    """See `domain.orders.OrderLinesFixed`."""

    @strawberry.field(description="Those that stay as they are.")
    def line_ids(self: domain.OrderLinesFixed) -> list[strawberry.ID]:
        """Their global ids."""
        return ids.show_all("OrderLine", self.line_ids)


@shows(domain.OrderHasOneEnd, "Nothing would be left of the order.")
class OrderHasOneEnd(UserError):
    """See `domain.orders.OrderHasOneEnd`."""
