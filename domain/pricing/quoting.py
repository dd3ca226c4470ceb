"""Quotes: what admissions cost together now, with discounts, taxes and fees."""

from collections.abc import Sequence
from datetime import datetime

from domain.money import LARGEST_AMOUNT
from domain.pricing.discounts import Discounts, discounts
from domain.pricing.fees import FeeRule
from domain.pricing.listing import list_prices, type_of
from domain.pricing.refusals import AmountTooLarge, CurrenciesMixed
from domain.pricing.taxes import Parted, Place, parted, rate_of
from domain.pricing.values import BookedType, PriceBook, PricedAsk, Quote, QuotedFee, QuotedLine
from domain.refusals import Refused


def quote(asks: Sequence[PricedAsk], book: PriceBook, now: datetime, country: str | None = None) -> Quote:
    """The price of these admissions at `now` (UTC) for a buyer in that country (ISO 3166-1 alpha-2, None: unknown).

    Refused with NotFound for a type that the book does not have, CurrenciesMixed, PriceNamedTooLow, PriceNamedTooHigh, PriceNotNamed,
    PromoCodeNotValid, or AmountTooLarge.
    """
    if not asks:
        return Quote(book.currency, (), (), (), 0, 0, 0, 0, 0)
    types = [type_of(ask, book) for ask in asks]
    currency = _currency(types)
    prices = list_prices(asks, book, now)
    _expect_reckonable(prices)
    off = discounts(asks, prices, book, currency, now)
    left = [price - less for price, less in zip(prices, off.lines, strict=True)]
    due = [(each, amount) for each in book.settings.fees if (amount := each.amount(left, currency))]
    rates = [*_rates(types, book, country), *_fee_rates([each for each, _ in due], types[0], book, country, now)]
    parts = _parted([*left, *(amount for _, amount in due)], rates, book)
    lines = tuple(_line(*each) for each in zip(asks, types, prices, off.lines, rates, parts, strict=False))
    taxed = zip(due, rates[len(asks) :], parts[len(asks) :], strict=True)
    fees = tuple(_fee(rule, rate, part) for (rule, _), rate, part in taxed)
    return _sum(currency, lines, fees, off)


def _parted(amounts: Sequence[int], rates: Sequence[int], book: PriceBook) -> list[Parted]:
    settings = book.settings
    return parted(amounts, rates, settings.rounding, include_tax=settings.prices_include_tax)


def _line(ask: PricedAsk, here: BookedType, price: int, less: int, rate: int, part: Parted) -> QuotedLine:
    return QuotedLine(ask.key, price, less, part.gross_minor, part.net_minor, part.tax_minor, rate, here.rules.tax_code)


def _fee(rule: FeeRule, rate: int, part: Parted) -> QuotedFee:
    return QuotedFee(rule.kind, rule.label, part.gross_minor, part.net_minor, part.tax_minor, rate)


def _rates(types: Sequence[BookedType], book: PriceBook, country: str | None) -> list[int]:
    """What each admission is taxed with, supplied when its event begins."""
    rules = book.settings.tax_rules
    return [rate_of(rules, _place(each, book, country), each.rules.tax_code, each.starts_at) for each in types]


def _fee_rates(fees: Sequence[FeeRule], first: BookedType, book: PriceBook, country: str | None, now: datetime) -> list[int]:
    """What each fee is taxed with, supplied now, where the first admission is."""
    place = _place(first, book, country)
    return [rate_of(book.settings.tax_rules, place, each.tax_code, now) for each in fees]


def _place(here: BookedType, book: PriceBook, country: str | None) -> Place | None:
    """Where an admission is supplied: at the venue; online where the buyer is; otherwise, or if that is unknown, at the organization."""
    if not here.is_virtual:
        return here.place or book.settings.place
    own = book.settings.place
    return own if country is None or (own is not None and own.country == country) else Place(country)


def _currency(types: Sequence[BookedType]) -> str:
    currencies = sorted({each.currency for each in types})
    if len(currencies) > 1:
        raise Refused(CurrenciesMixed(tuple(currencies)))
    return currencies[0]


def _sum(currency: str, lines: tuple[QuotedLine, ...], fees: tuple[QuotedFee, ...], off: Discounts) -> Quote:
    fee = sum(each.price_minor for each in fees)
    total = fee + sum(each.price_minor for each in lines)
    _expect_reckonable([total])
    return Quote(
        currency=currency,
        lines=lines,
        fees=fees,
        spent=off.spent,
        net_minor=sum(each.net_minor for each in lines) + sum(each.net_minor for each in fees),
        tax_minor=sum(each.tax_minor for each in lines) + sum(each.tax_minor for each in fees),
        fee_minor=fee,
        discount_minor=sum(off.lines),
        total_minor=total,
    )


def _expect_reckonable(amounts: Sequence[int]) -> None:
    if sum(amounts) > LARGEST_AMOUNT:
        raise Refused(AmountTooLarge())
