"""Why there is no price: a code that does not hold, a name of a price out of bounds, or amounts that cannot be added."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.money import LARGEST_AMOUNT
from domain.refusals import ErrorCode, Refusal

SHOWN_AT = ("input", "promoCodes")


class PromoCodeFault(StrEnum):
    """Why a promo code gives nothing."""

    UNKNOWN = "UNKNOWN"
    NOT_YET_VALID = "NOT_YET_VALID"
    OVER = "OVER"
    USED_UP = "USED_UP"
    USED_BY_BUYER = "USED_BY_BUYER"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    NOTHING_TO_REDUCE = "NOTHING_TO_REDUCE"


_SENTENCES = {
    PromoCodeFault.UNKNOWN: "There is no such promo code.",
    PromoCodeFault.NOT_YET_VALID: "The promo code is not valid yet.",
    PromoCodeFault.OVER: "The promo code is not valid any more.",
    PromoCodeFault.USED_UP: "The promo code is used up.",
    PromoCodeFault.USED_BY_BUYER: "You have used the promo code as often as it may be used.",
    PromoCodeFault.BELOW_MINIMUM: "The promo code needs a larger order.",
    PromoCodeFault.NOTHING_TO_REDUCE: "The promo code is for none of these tickets.",
}


@dataclass(frozen=True, slots=True)
class PromoCodeNotValid(Refusal):
    """A promo code that was shown gives nothing, and why; `at` is the place of the list in which it was shown."""

    promo_code: str
    why: PromoCodeFault
    at: tuple[str, ...] = SHOWN_AT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return _SENTENCES[self.why]

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that named it."""
        return self.at


@dataclass(frozen=True, slots=True)
class TooManyPromoCodes(Refusal):
    """More promo codes are shown than one order may use."""

    limit: int
    at: tuple[str, ...] = SHOWN_AT

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Show {self.limit} promo codes at most."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that named them."""
        return self.at


@dataclass(frozen=True, slots=True)
class CurrenciesMixed(Refusal):
    """Tickets in several currencies cannot be bought in one order."""

    currencies: tuple[str, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The tickets are priced in {' and '.join(self.currencies)}; buy them in an order for each currency."


@dataclass(frozen=True, slots=True)
class PriceOutOfBounds(Refusal):
    """The price that was named for an admission is lower or higher than may be named, or may not be named at all."""

    key: int
    ticket_type_id: UUID
    named_minor: int
    minimum_minor: int
    maximum_minor: int
    currency: str

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT


class PriceNamedTooLow(PriceOutOfBounds):
    """Less was named than the ticket costs at least."""

    __slots__ = ()

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The price named is too low."


class PriceNamedTooHigh(PriceOutOfBounds):
    """More was named than may be paid."""

    __slots__ = ()

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The price named is too high."


@dataclass(frozen=True, slots=True)
class PriceNotNamed(Refusal):
    """The ticket has a price, so none can be named."""

    key: int
    ticket_type_id: UUID

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "This ticket has a fixed price; leave the named price out."


@dataclass(frozen=True, slots=True)
class AmountTooLarge(Refusal):
    """The order is worth more than can be reckoned with."""

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The order comes to more than {LARGEST_AMOUNT} minor units; divide it."
