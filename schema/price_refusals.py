"""Why there is no price, as clients see it."""

import strawberry

from domain import pricing as domain
from domain.pricing import PromoCodeFault
from schema import ids
from schema.enums import show_enum
from schema.errors import UserError, shows
from schema.scalars import BigInt, CurrencyCode

show_enum(
    PromoCodeFault,
    "Why a promo code gives nothing.",
    {
        "UNKNOWN": "There is no such code.",
        "NOT_YET_VALID": "Its time has not come.",
        "OVER": "Its time is over.",
        "USED_UP": "It was used as often as it may be, or gave all that it has to give.",
        "USED_BY_BUYER": "This buyer used it as often as one may.",
        "BELOW_MINIMUM": "The order is worth too little.",
        "NOTHING_TO_REDUCE": "It is for none of these tickets.",
    },
)


@shows(domain.PromoCodeNotValid, "A promo code that was shown gives nothing.")
class PromoCodeNotValid(UserError):
    """See `domain.pricing.PromoCodeNotValid`."""

    promo_code: str = strawberry.field(description="The code, as it is compared.")
    why: PromoCodeFault = strawberry.field(description="Why it gives nothing.")


@shows(domain.CurrenciesMixed, "Tickets in several currencies cannot be bought in one order.")
class CurrenciesMixed(UserError):
    """See `domain.pricing.CurrenciesMixed`."""

    currencies: list[CurrencyCode] = strawberry.field(description="The currencies.")


@shows(domain.PriceNamedTooLow, "Less was named than the ticket costs at least.")
class PriceNamedTooLow(UserError):
    """See `domain.pricing.PriceNamedTooLow`."""

    minimum_minor: BigInt = strawberry.field(description="The least that may be named, in minor units.")
    maximum_minor: BigInt = strawberry.field(description="The most that may be named, in minor units.")

    @strawberry.field(description="The ticket type.")
    def ticket_type_id(self: domain.PriceNamedTooLow) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.PriceNamedTooHigh, "More was named than may be paid.")
class PriceNamedTooHigh(UserError):
    """See `domain.pricing.PriceNamedTooHigh`."""

    minimum_minor: BigInt = strawberry.field(description="The least that may be named, in minor units.")
    maximum_minor: BigInt = strawberry.field(description="The most that may be named, in minor units.")

    @strawberry.field(description="The ticket type.")
    def ticket_type_id(self: domain.PriceNamedTooHigh) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.PriceNotNamed, "The ticket has a price, so none can be named.")
class PriceNotNamed(UserError):
    """See `domain.pricing.PriceNotNamed`."""

    @strawberry.field(description="The ticket type.")
    def ticket_type_id(self: domain.PriceNotNamed) -> strawberry.ID:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id)


@shows(domain.AmountTooLarge, "The order is worth more than can be reckoned with.")
class AmountTooLarge(UserError):
    """See `domain.pricing.AmountTooLarge`."""
