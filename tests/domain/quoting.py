"""What tests of prices are reckoned with: a concert in Berlin, a stream, and whoever prices them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from domain.pricing import (
    BookedType,
    Place,
    PriceBook,
    PricedAsk,
    PricingSettings,
    PromoCode,
    PromoKind,
    Quote,
    TaxRule,
    quote,
)

NOW = datetime(2040, 1, 15, 12, tzinfo=UTC)
STARTS = datetime(2040, 6, 1, 18, tzinfo=UTC)
CONCERT, STANDING, SEATED, STREAM = (UUID(int=at) for at in range(1, 5))
POOL = UUID(int=9)
GERMAN = TaxRule("DE", "standard", 190_000)


def a_type(type_id: UUID = STANDING, price: int = 2_500, **facts: Any) -> BookedType:
    """A ticket type of the concert."""
    return replace(BookedType(type_id, CONCERT, price, "EUR", STARTS, place=Place("DE", "BE")), **facts)


def a_book(*types: BookedType, codes: tuple[PromoCode, ...] = (), used: dict[UUID, int] | None = None, **settings: Any) -> PriceBook:
    """A book of these types, with the codes shown."""
    own = replace(PricingSettings(place=Place("DE")), **settings)
    shown = tuple(sorted(each.code for each in codes))
    return PriceBook("EUR", NOW, own, {each.id: each for each in types or (a_type(),)}, codes, shown, used or {})


def a_code(word: str = "SPRING", kind: PromoKind = PromoKind.PERCENTAGE, **facts: Any) -> PromoCode:
    """A promo code in force."""
    return replace(PromoCode(UUID(int=int.from_bytes(word.encode()[-8:])), word, "", kind, NOW), **facts)


def percent(word: str, rate: int, **facts: Any) -> PromoCode:
    """A code that takes off so many millionths."""
    return a_code(word, PromoKind.PERCENTAGE, rate=rate, **facts)


def off(word: str, amount: int, kind: PromoKind = PromoKind.PER_ORDER, **facts: Any) -> PromoCode:
    """A code that takes off so many cents."""
    return a_code(word, kind, amount_minor=amount, currency="EUR", **facts)


def asks(*type_ids: UUID, **facts: Any) -> list[PricedAsk]:
    """One admission of each type named."""
    return [PricedAsk(at, CONCERT, each, **facts) for at, each in enumerate(type_ids)]


def prices(book: PriceBook, number: int = 1, type_id: UUID = STANDING, now: datetime = NOW, **facts: Any) -> list[int]:
    """The list prices of so many tickets."""
    return [each.list_minor for each in quote(asks(*[type_id] * number, **facts), book, now).lines]


def quoted(book: PriceBook, number: int = 1, country: str | None = None) -> Quote:
    """What so many tickets cost."""
    return quote(asks(*[STANDING] * number), book, NOW, country)
