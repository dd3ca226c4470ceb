"""Discounts: what the promo codes shown take off, in the combination that is best for the buyer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from domain.pricing.listing import type_of
from domain.pricing.promo_codes import PromoCode, PromoKind, expect_few
from domain.pricing.refusals import SHOWN_AT, PromoCodeFault, PromoCodeNotValid
from domain.pricing.rounding import apportioned, share_of
from domain.pricing.rules import PriceKind
from domain.pricing.values import CodeSpent, PriceBook, PricedAsk
from domain.refusals import Refused


@dataclass(frozen=True, slots=True)
class Discounts:
    """What is taken off each line, and which codes gave how much of it."""

    lines: tuple[int, ...]
    spent: tuple[CodeSpent, ...]

    @property
    def rank(self) -> tuple[int, int, list[str]]:
        """What the best comes first by: most is taken off, by the fewest codes, by those first in the alphabet."""
        return -sum(self.lines), len(self.spent), [each.code for each in self.spent]


@dataclass(frozen=True, slots=True)
class Reach:
    """A code with the lines that it may make cheaper, by their places."""

    code: PromoCode
    places: tuple[int, ...]


def discounts(asks: Sequence[PricedAsk], prices: Sequence[int], book: PriceBook, currency: str, now: datetime) -> Discounts:
    """The best of all allowed combinations of the codes shown; refused with PromoCodeNotValid for the first that gives nothing, or
    with TooManyPromoCodes.

    Stackable codes may be combined, others stand alone. Prices that the buyer names are never reduced.
    """
    expect_few(book.shown, SHOWN_AT)
    reaches = [_reach(word, asks, prices, book, currency, now) for word in book.shown]
    return min((_combined(chosen, prices) for chosen in _allowed(reaches)), key=lambda each: each.rank)


def _allowed(reaches: Sequence[Reach]) -> Iterator[Sequence[Reach]]:
    stackable = [each for each in reaches if each.code.stackable]
    for size in range(len(stackable) + 1):
        yield from combinations(stackable, size)
    for each in reaches:
        if not each.code.stackable:
            yield (each,)


def _combined(chosen: Sequence[Reach], prices: Sequence[int]) -> Discounts:
    """One code after the other on what the ones before have left: percentages, then amounts of tickets, then those of the order."""
    left, spent = list(prices), []
    for each in sorted(chosen, key=lambda one: (list(PromoKind).index(one.code.kind), one.code.code)):
        taken = _taken_off(each, left)
        for at, amount in taken.items():
            left[at] -= amount
        if given := sum(taken.values()):
            spent.append(CodeSpent(each.code.id, each.code.code, given))
    lines = tuple(price - rest for price, rest in zip(prices, left, strict=True))
    return Discounts(lines, tuple(sorted(spent, key=lambda one: one.code)))


def _taken_off(reach: Reach, left: Sequence[int]) -> dict[int, int]:
    """What the code takes off each of its lines, within what is left of its budget."""
    prices, budget = [left[at] for at in reach.places], reach.code.left_minor
    wished = _wished(reach.code, prices)
    if budget is not None and sum(wished) > budget:
        wished = apportioned(budget, wished)
    return dict(zip(reach.places, wished, strict=True))


def _wished(code: PromoCode, prices: Sequence[int]) -> list[int]:
    if code.kind is PromoKind.PER_TICKET:
        return [min(code.amount_minor, price) for price in prices]
    whole = sum(prices)
    return apportioned(share_of(whole, code.rate) if code.kind is PromoKind.PERCENTAGE else min(code.amount_minor, whole), prices)


def _reach(word: str, asks: Sequence[PricedAsk], prices: Sequence[int], book: PriceBook, currency: str, now: datetime) -> Reach:
    """The code with the lines it is for; refused with PromoCodeNotValid."""
    code = next((each for each in book.codes if each.code == word), None)
    if code is None:
        raise Refused(PromoCodeNotValid(word, PromoCodeFault.UNKNOWN))
    places = tuple(at for at, ask in enumerate(asks) if code.is_for(ask.event_id, ask.ticket_type_id, currency) and _reducible(ask, book))
    if (fault := code.fault(now, book.used.get(code.id, 0)) or _too_little(code, [prices[at] for at in places])) is not None:
        raise Refused(PromoCodeNotValid(word, fault))
    return Reach(code, places)


def _reducible(ask: PricedAsk, book: PriceBook) -> bool:
    return type_of(ask, book).rules.kind is PriceKind.FIXED


def _too_little(code: PromoCode, prices: Sequence[int]) -> PromoCodeFault | None:
    if not prices:
        return PromoCodeFault.NOTHING_TO_REDUCE
    return PromoCodeFault.BELOW_MINIMUM if sum(prices) < code.minimum_minor else None
