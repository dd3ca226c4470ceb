"""Money as clients see and send it."""

from decimal import Decimal
from typing import Annotated

import strawberry
from babel.core import UnknownLocaleError
from babel.numbers import format_currency

from domain import money as domain
from domain.refusals import Fault, InputInvalid, Refused
from schema.scalars import BigInt, CurrencyCode


@strawberry.type(description="An amount of money, exact.")
class Money:
    """See `domain.money.Money`."""

    amount_minor: BigInt = strawberry.field(description="In minor units: cents, yen, fils.")
    currency: CurrencyCode = strawberry.field(description="The currency.")
    amount: Decimal = strawberry.field(description="In major units, with exactly the currency's digits.")

    @strawberry.field(description="As people in a place write it.")
    def formatted(
        self: domain.Money,
        info: strawberry.Info,
        locale: Annotated[str | None, strawberry.argument(description="Such as de-CH; the viewer's own without it.")] = None,
    ) -> str:
        """The amount in the locale asked for, else in the viewer's first."""
        wanted = locale or info.context.viewer.locales[0]
        try:
            return format_currency(self.amount, self.currency, locale=wanted.replace("-", "_"))
        except (UnknownLocaleError, ValueError) as unknown:
            raise Refused(InputInvalid((Fault(("locale",), f"{wanted!r} is not a locale known here"),))) from unknown


@strawberry.input(description="An amount of money.")
class MoneyInput:
    """Read into `domain.money.Money`."""

    amount_minor: BigInt = strawberry.field(description="In minor units: cents, yen, fils.")
    currency: CurrencyCode = strawberry.field(description="The currency.")

    def to_domain(self) -> domain.Money:
        """The value meant."""
        return domain.Money(self.amount_minor, self.currency)
