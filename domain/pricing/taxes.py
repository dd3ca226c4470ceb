"""Taxes: which rate a sale bears, by place, tax code and time, and how it is parted from the price or added to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.pricing.rounding import MILLION, apportioned, half_up, share_of


class TaxRounding(StrEnum):
    """Where taxes are rounded: on each line alone, or so that the net amounts of a rate add up to the net amount of its sum."""

    LINE = "LINE"
    SUM_BY_NET_KEEP_GROSS = "SUM_BY_NET_KEEP_GROSS"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is supplied: ISO 3166-1 alpha-2, and the region there (the part of ISO 3166-2 after the hyphen), if known."""

    country: str
    region: str = ""


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A rate in millionths for a tax code in a country or a region of it, for what is supplied from then until then (UTC)."""

    country: str
    tax_code: str
    rate: int
    region: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    def applies(self, place: Place, tax_code: str, at: datetime) -> bool:
        """Whether it is for that place, code and moment."""
        there = self.country == place.country and self.region in {"", place.region} and self.tax_code == tax_code
        return there and (self.valid_from is None or self.valid_from <= at) and (self.valid_until is None or at < self.valid_until)


@dataclass(frozen=True, slots=True)
class Parted:
    """A price in its parts, `gross_minor == net_minor + tax_minor`."""

    gross_minor: int
    net_minor: int
    tax_minor: int


def rate_of(rules: Iterable[TaxRule], place: Place | None, tax_code: str | None, at: datetime) -> int:
    """The rate in millionths, the region's before the country's; 0 where no rule is for it."""
    if place is None or tax_code is None:
        return 0
    fitting = [each for each in rules if each.applies(place, tax_code, at)]
    return max(fitting, key=lambda each: each.region != "").rate if fitting else 0


def parted(amounts: Sequence[int], rates: Sequence[int], rounding: TaxRounding, *, include_tax: bool) -> list[Parted]:
    """Amounts that include the tax, or bear it on top, in their parts."""
    if rounding is TaxRounding.LINE:
        return [_alone(amount, rate, include_tax=include_tax) for amount, rate in zip(amounts, rates, strict=True)]
    result = [Parted(amount, amount, 0) for amount in amounts]
    for rate in set(rates) - {0}:
        places = [at for at, each in enumerate(rates) if each == rate]
        together = _together([amounts[at] for at in places], rate, include_tax=include_tax)
        for at, each in zip(places, together, strict=True):
            result[at] = each
    return result


def _alone(amount: int, rate: int, *, include_tax: bool) -> Parted:
    if include_tax:
        tax = _tax_within(amount, rate)
        return Parted(amount, amount - tax, tax)
    tax = share_of(amount, rate)
    return Parted(amount + tax, amount, tax)


def _together(amounts: Sequence[int], rate: int, *, include_tax: bool) -> list[Parted]:
    """Taxed as one sum; the tax is shared out over the amounts by largest remainder."""
    whole = sum(amounts)
    taxes = apportioned(_tax_within(whole, rate) if include_tax else share_of(whole, rate), amounts)
    pairs = list(zip(amounts, taxes, strict=True))
    if include_tax:
        return [Parted(amount, amount - tax, tax) for amount, tax in pairs]
    return [Parted(amount + tax, amount, tax) for amount, tax in pairs]


def _tax_within(gross: int, rate: int) -> int:
    """The tax in a gross amount, half up: the gross amount is what the buyer was told, so it is never made from the net one."""
    return half_up(gross * rate, MILLION + rate)
