"""Checking out: the order that a cart becomes, and what the staff sell at the box office."""

from typing import Annotated
from uuid import UUID

import strawberry

from domain import holds, pricing, questions, refusals
from domain import orders as domain
from domain.refusals import Refusal
from resolvers import carts as deeds
from resolvers.ordering import check_out_cart
from schema import ids, order_refusals, price_refusals  # noqa: F401 - show what may be refused
from schema.answers import AnswerInput, read_answers
from schema.carts import AttendeeInput, CartPriceInput, read_spot, read_terms
from schema.errors import MayRefuse, payload
from schema.holds import CART, HoldLineInput, read_lines
from schema.money import MoneyInput
from schema.orders import Order

ANSWERS = ("input", "answers")
KEY = "The same key with the same input gets the same order; with another input it is refused."
LINES = "Tickets to set aside first and to buy too, each type once; without `holdIds` these alone. Seats are held before."
HOLDS = "The holds to buy, 20 at most; all that are active when it is left out."
NAMED = "What shall be paid where the buyer names the price."
LOCALE = "The language to be written to in, such as de; the viewer's own without it."
ATTENDEES = "Who will come, as far as that is known, and what is answered of the tickets."
COUNTRY = "The buyer's country, such as DE; it may decide on tax."


@strawberry.input(description="The wish to buy what holds set aside, all of it.")
class CheckOutCartInput:
    """Read into `domain.orders.CheckOutCart`."""

    hold_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=HOLDS)
    email: str = strawberry.field(description="Where the buyer is written to.")
    name: str = strawberry.field(description="The buyer's name.")
    locale: str | None = strawberry.field(default=None, description=LOCALE)
    country: str | None = strawberry.field(default=None, description=COUNTRY)
    promo_codes: list[str] | None = strawberry.field(default=None, description="Promo codes to use, 10 at most.")
    lines: list[HoldLineInput] | None = strawberry.field(default=None, description=LINES)
    access_codes: list[str] | None = strawberry.field(default=None, description="Codes that open hidden types among the lines.")
    expected_total: MoneyInput = strawberry.field(description="What the buyer was told to pay; refused when it is something else now.")
    named_prices: list[CartPriceInput] | None = strawberry.field(default=None, description=NAMED)
    attendees: list[AttendeeInput] | None = strawberry.field(default=None, description=ATTENDEES)
    answers: list[AnswerInput] | None = strawberry.field(default=None, description="What is answered of the order as a whole.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> domain.CheckOutCart:
        """The command meant."""
        return domain.CheckOutCart(
            hold_ids=_hold_ids(self.hold_ids),
            email=self.email,
            name=self.name,
            locale=self.locale,
            terms=read_terms(self.promo_codes, self.country, self.named_prices, ("input",)),
            expected_total=self.expected_total.to_domain(),
            attendees=_attendees(self.attendees),
            idempotency_key=self.idempotency_key,
            lines=read_lines(self.lines or ()),
            access_codes=tuple(self.access_codes or ()),
            answers=read_answers(self.answers, ANSWERS),
        )


@strawberry.input(description="The wish to sell what one's own holds set aside to somebody at the counter, or to give it away.")
class CreateBoxOfficeOrderInput:
    """Read into `domain.orders.CheckOutCart`."""

    hold_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=HOLDS)
    email: str | None = strawberry.field(default=None, description="Where the buyer is written to; nobody is without it.")
    name: str | None = strawberry.field(default=None, description="The buyer's name.")
    locale: str | None = strawberry.field(default=None, description=LOCALE)
    country: str | None = strawberry.field(default=None, description=COUNTRY)
    promo_codes: list[str] | None = strawberry.field(default=None, description="Promo codes to use, 10 at most.")
    expected_total: MoneyInput | None = strawberry.field(default=None, description="What the buyer was told to pay.")
    named_prices: list[CartPriceInput] | None = strawberry.field(default=None, description=NAMED)
    attendees: list[AttendeeInput] | None = strawberry.field(default=None, description=ATTENDEES)
    answers: list[AnswerInput] | None = strawberry.field(default=None, description="What is answered of the order as a whole.")
    complimentary: bool = strawberry.field(default=False, description="Whether it is given away: nothing is to be paid.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> domain.CheckOutCart:
        """The command meant."""
        return domain.CheckOutCart(
            hold_ids=_hold_ids(self.hold_ids),
            email=self.email,
            name=self.name or "",
            locale=self.locale,
            terms=read_terms(self.promo_codes, self.country, self.named_prices, ("input",)),
            expected_total=self.expected_total.to_domain() if self.expected_total else None,
            attendees=_attendees(self.attendees),
            idempotency_key=self.idempotency_key,
            as_staff=True,
            complimentary=self.complimentary,
            answers=read_answers(self.answers, ANSWERS),
        )


def _hold_ids(given: list[strawberry.ID] | None) -> tuple[UUID, ...] | None:
    return None if given is None else tuple(ids.expect(each, "Hold", ("input", "holdIds", str(at))) for at, each in enumerate(given))


def _attendees(given: list[AttendeeInput] | None) -> tuple[domain.Attendee, ...]:
    place = ("input", "attendees")
    return tuple(
        domain.Attendee(read_spot(each, (*place, str(at))), each.name, each.email, read_answers(each.answers, (*place, str(at), "answers")))
        for at, each in enumerate(given or ())
    )


WHY_NOT: tuple[type[Refusal], ...] = (
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.IdempotencyKeyReused,
    domain.CartEmpty,
    questions.AnswersInvalid,
    domain.PriceChanged,
    holds.HoldNotActive,
    holds.SalesClosed,
    pricing.CurrenciesMixed,
    pricing.PromoCodeNotValid,
    pricing.PriceNamedTooLow,
    pricing.PriceNamedTooHigh,
    pricing.PriceNotNamed,
    pricing.AmountTooLarge,
)


@payload(
    *WHY_NOT,
    holds.TicketTypeUnknown,
    holds.TooManyTickets,
    holds.TooFewTickets,
    holds.AccessCodeNotValid,
    holds.TicketsSoldOut,
    holds.SeatsNeeded,
    description="The answer to `checkOutCart`.",
)
class CheckOutCartPayload:
    """The order, or why there is none."""

    order: Order | None = strawberry.field(default=None, description="The new order.")
    secret: str | None = strawberry.field(
        default=None, description="What a guest shows to see the order anywhere; null for those who are signed in."
    )
    cart: str | None = strawberry.field(default=None, description=CART)


@payload(*WHY_NOT, description="The answer to `createBoxOfficeOrder`.")
class CreateBoxOfficeOrderPayload:
    """The order, or why there is none."""

    order: Order | None = strawberry.field(default=None, description="The new order.")


@strawberry.type
class CheckoutMutations:
    """Mutations that place orders, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CheckOutCartPayload)],
        description="Make an order of one's holds, at prices frozen from now on; it waits 15 minutes for its payment. Open to everybody.",
    )
    async def check_out_cart(
        self, info: strawberry.Info, input: Annotated[CheckOutCartInput, strawberry.argument(description="What is bought, by whom.")]
    ) -> CheckOutCartPayload:
        """See `resolvers.ordering.check_out_cart`."""
        order, secret, cart = await check_out_cart(info.context, input.to_domain())
        return CheckOutCartPayload(order=order, secret=secret, cart=cart)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(CreateBoxOfficeOrderPayload)],
        description="Sell what one's own holds set aside at the counter, or give it away. Needs orders:manage.",
    )
    async def create_box_office_order(
        self, info: strawberry.Info, input: Annotated[CreateBoxOfficeOrderInput, strawberry.argument(description="What is sold, to whom.")]
    ) -> CreateBoxOfficeOrderPayload:
        """See `resolvers.carts.create_box_office_order`."""
        order = await deeds.create_box_office_order(info.context, input.to_domain())
        return CreateBoxOfficeOrderPayload(order=order)  # type: ignore[arg-type]
