"""Carts as clients see them: what their holds cost, fees and taxes included, and when they end."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry

from domain import orders as domain
from domain.orders import NamedFor, Spot, Terms
from resolvers import carts as deeds
from resolvers.events import events_by_id
from resolvers.orders import seats_of_order_lines
from resolvers.ticket_types import ticket_types_of_lines
from schema import ids
from schema.answers import AnswerInput
from schema.batched import batched
from schema.columns import column
from schema.events import Event
from schema.money import Money, MoneyInput
from schema.orders import OrderFee, money, tax_rates
from schema.questions import Question
from schema.scalars import CurrencyCode
from schema.seats import Seat
from schema.ticket_types import TicketType


@strawberry.type(description="One ticket of a cart, with its price as it is now.")
class CartLine:
    """See `domain.orders.CartLine`."""

    index: int = strawberry.field(description="Counts the tickets of this type in this hold, from 0.")
    list_price: Money = money("list", description="What the list says.")
    discount: Money = money("discount", description="What promo codes take off.")
    price: Money = money("price", description="What is to be paid, tax included.")
    net: Money = money("net", description="The price without tax.")
    tax: Money = money("tax", description="The tax in the price.")
    tax_rate: Decimal = column(tax_rates, description="The rate of the tax in percent.")
    event: Event | None = batched(events_by_id, key="event_id", description="For which event.")
    ticket_type: TicketType | None = batched(ticket_types_of_lines, key="ticket_type_id", description="Of which type.")
    seat: Seat | None = batched(seats_of_order_lines, key="seat_id", description="On which seat; null without one.")
    questions: list[Question] = strawberry.field(description="What is asked of it; some only where others are answered so.")

    @strawberry.field(description="The hold that sets it aside.")
    def hold_id(self: domain.CartLine) -> strawberry.ID:
        """Its global id."""
        return ids.show("Hold", self.hold_id)

    @strawberry.field(description="The type's global id.")
    def ticket_type_id(self: domain.CartLine) -> strawberry.ID:
        """The id alone."""
        return ids.show("TicketType", self.ticket_type_id)


@strawberry.type(description="All that the viewer's holds set aside, and what it costs now.")
class Cart:
    """See `domain.orders.Cart`."""

    currency: CurrencyCode = strawberry.field(description="The one currency of its prices.")
    lines: list[CartLine] = strawberry.field(description="Its tickets, one by one.")
    fees: list[OrderFee] = strawberry.field(description="What is paid besides.")
    net: Money = money("net", description="The total without tax.")
    tax: Money = money("tax", description="The tax in the total.")
    fee: Money = money("fee", description="The fees in the total.")
    discount: Money = money("discount", description="What promo codes take off.")
    total: Money = money("total", description="What is to be paid; give it as `expectedTotal`.")
    expires_at: datetime | None = strawberry.field(description="When the first of its holds ends; null for an empty cart.")
    questions: list[Question] = strawberry.field(description="What is asked of the order as a whole.")


@strawberry.input(description="The price that the buyer names for a ticket that has none.")
class CartPriceInput:
    """Read into `domain.orders.NamedFor`."""

    hold_id: strawberry.ID = strawberry.field(description="The hold that sets it aside.")
    ticket_type_id: strawberry.ID = strawberry.field(description="Its type.")
    index: int = strawberry.field(default=0, description="Which of the tickets of this type in this hold, from 0.")
    price: MoneyInput = strawberry.field(description="What shall be paid for it.")


@strawberry.input(description="Who will come.")
class AttendeeInput:
    """Read into `domain.orders.Attendee`."""

    hold_id: strawberry.ID = strawberry.field(description="The hold that sets the ticket aside.")
    ticket_type_id: strawberry.ID = strawberry.field(description="Its type.")
    index: int = strawberry.field(default=0, description="Which of the tickets of this type in this hold, from 0.")
    name: str | None = strawberry.field(default=None, description="Her name.")
    email: str | None = strawberry.field(default=None, description="Her e-mail address.")
    answers: list[AnswerInput] | None = strawberry.field(default=None, description="What is answered of the ticket.")


def read_spot(given: CartPriceInput | AttendeeInput, path: tuple[str, ...]) -> Spot:
    """The ticket meant."""
    hold_id = ids.expect(given.hold_id, "Hold", (*path, "holdId"))
    return Spot(hold_id, ids.expect(given.ticket_type_id, "TicketType", (*path, "ticketTypeId")), given.index)


def read_terms(
    promo_codes: list[str] | None, country: str | None, named_prices: list[CartPriceInput] | None, path: tuple[str, ...]
) -> Terms:
    """The terms meant; `path` leads to the arguments that say them."""
    named = tuple(
        NamedFor(read_spot(each, (*path, "namedPrices", str(at))), each.price.to_domain()) for at, each in enumerate(named_prices or ())
    )
    return Terms(tuple(promo_codes or ()), country, named)


@strawberry.type
class CartQueries:
    """Queries of carts, merged into the root."""

    @strawberry.field(description="What the viewer's active holds here cost now. Nothing is changed by looking.")
    async def cart(
        self,
        info: strawberry.Info,
        promo_codes: Annotated[list[str] | None, strawberry.argument(description="Promo codes to use, 10 at most.")] = None,
        country: Annotated[str | None, strawberry.argument(description="The buyer's country, such as DE; it may decide on tax.")] = None,
        named_prices: Annotated[
            list[CartPriceInput] | None, strawberry.argument(description="What shall be paid where the buyer names the price.")
        ] = None,
    ) -> Cart:
        """See `resolvers.carts.cart_of_viewer`."""
        return await deeds.cart_of_viewer(info.context, read_terms(promo_codes, country, named_prices, ()))  # type: ignore[return-value]
