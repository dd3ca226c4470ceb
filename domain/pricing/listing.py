"""List prices: what each admission costs before promo codes, by the rules of its type."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.money import LARGEST_AMOUNT
from domain.pricing.refusals import PriceNamedTooHigh, PriceNamedTooLow, PriceNotNamed, PriceOutOfBounds
from domain.pricing.rounding import MILLION, half_up
from domain.pricing.rules import DemandRule, PriceKind, PriceRules, PriceTier
from domain.pricing.values import BookedPool, BookedType, PriceBook, PricedAsk
from domain.refusals import NotFound, Refused


@dataclass(frozen=True, slots=True)
class Taken:
    """What is taken before a ticket: of its type, and of each pool on which that draws."""

    of_type: int
    of_pools: tuple[BookedPool, ...]


def list_prices(asks: Sequence[PricedAsk], book: PriceBook, now: datetime) -> list[int]:
    """The list price of each admission, in the order asked.

    Tickets of one quote are priced one after the other, by key: each stands before the next in what is sold. Refused with NotFound,
    PriceNamedTooLow, PriceNamedTooHigh, PriceNotNamed.
    """
    before = _before(asks, book)
    prices: dict[int, int] = {}
    for ask in sorted(asks, key=lambda each: each.key):
        here = type_of(ask, book)
        pools = tuple(BookedPool(each.id, before[each.id], each.capacity) for each in here.pools)
        prices[ask.key] = price_of(here, Taken(before[here.id], pools), now, ask)
        before.update({here.id, *(each.id for each in here.pools)})
    return [prices[ask.key] for ask in asks]


def type_of(ask: PricedAsk, book: PriceBook) -> BookedType:
    """The type that an admission is of; refused with NotFound unless the book has it, at that event."""
    found = book.types.get(ask.ticket_type_id)
    if found is None or found.event_id != ask.event_id:
        raise Refused(NotFound("ticket type"))
    return found


def next_price(here: BookedType, now: datetime) -> int:
    """What the next ticket of the type would cost on no particular seat, by whoever names no price."""
    return _by_rules(here, here.price_minor, Taken(here.taken, here.pools), now)


def price_of(here: BookedType, taken: Taken, now: datetime, ask: PricedAsk) -> int:
    """The list price of one admission."""
    if here.rules.kind is not PriceKind.FIXED:
        return _named(here, ask)
    if ask.named_minor is not None:
        raise Refused(PriceNotNamed(ask.key, here.id))
    return _by_rules(here, _on_seat(here, ask.category), taken, now)


def price_range(here: BookedType) -> tuple[int, int]:
    """The least and the most that a ticket of the type can cost at any time; without an upper bound the largest amount there is."""
    rules = here.rules
    if rules.kind is not PriceKind.FIXED:
        maximum = rules.named.maximum_minor
        return rules.named.minimum_minor, LARGEST_AMOUNT if maximum is None else maximum
    bases = [here.price_minor, *(each.price_minor for each in rules.by_category)]
    prices = [*bases, *(tiered(each, base) for each in rules.tiers for base in bases)]
    if rules.demand is not None:
        prices += [by_demand(rules.demand, price, step.change) for step in rules.demand.steps for price in prices]
    return min(prices), max(prices)


def tiered(tier: PriceTier, price: int) -> int:
    """The price in a tier."""
    return _changed(price, tier.change or 0) if tier.price_minor is None else tier.price_minor


def by_demand(rule: DemandRule, price: int, change: int) -> int:
    """The price after a step of demand: changed, rounded to a multiple, and kept within the bounds."""
    rounded = half_up(_changed(price, change), rule.round_to) * rule.round_to
    return min(max(rounded, rule.floor_minor), rule.ceiling_minor)


def _before(asks: Sequence[PricedAsk], book: PriceBook) -> Counter[UUID]:
    """How many were taken of each type and pool before the first ticket of this quote."""
    before: Counter[UUID] = Counter()
    for each in book.types.values():
        before[each.id] = each.taken
        before.update({pool.id: pool.taken for pool in each.pools if pool.id not in before})
    for ask in asks:
        if ask.counted:
            here = type_of(ask, book)
            before.subtract({here.id, *(pool.id for pool in here.pools)})
    return Counter({key: max(0, number) for key, number in before.items()})


def _on_seat(here: BookedType, category: int | None) -> int:
    for each in here.rules.by_category:
        if each.category == category:
            return each.price_minor
    return here.price_minor


def _by_rules(here: BookedType, base: int, taken: Taken, now: datetime) -> int:
    """The price by tier and demand; who names no price is told the usual one."""
    rules = here.rules
    if rules.kind is not PriceKind.FIXED:
        return rules.named.usual_minor
    tier = next((each for each in rules.tiers if each.applies(now, taken.of_type)), None)
    price = tiered(tier, base) if tier else base
    return _demanded(rules, price, taken.of_pools)


def _demanded(rules: PriceRules, price: int, pools: Sequence[BookedPool]) -> int:
    """The price by the last step that the fullest of the pools has reached; before the first it stays."""
    if rules.demand is None:
        return price
    reached = [each for each in rules.demand.steps if any(pool.taken * MILLION >= each.taken * pool.capacity for pool in pools)]
    if not reached:
        return price
    return by_demand(rules.demand, price, max(reached, key=lambda each: each.taken).change)


def _named(here: BookedType, ask: PricedAsk) -> int:
    """The price that the buyer names, within its bounds."""
    named = here.rules.named
    price = named.usual_minor if ask.named_minor is None else ask.named_minor
    maximum = LARGEST_AMOUNT if named.maximum_minor is None else named.maximum_minor
    if named.minimum_minor <= price <= maximum:
        return price
    refusal: type[PriceOutOfBounds] = PriceNamedTooLow if price < named.minimum_minor else PriceNamedTooHigh
    raise Refused(refusal(ask.key, here.id, price, named.minimum_minor, maximum, here.currency))


def _changed(price: int, change: int) -> int:
    """The price changed by so many millionths, -1,000,000 at least."""
    return half_up(price * (MILLION + change), MILLION)
