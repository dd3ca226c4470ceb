"""Setting the price rules of a ticket type: the wish, and the rules that rules keep."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from uuid import UUID

from domain.dates import check_moment, moved_along
from domain.events import Event, expect_version
from domain.money import LARGEST_AMOUNT
from domain.pricing.rounding import MILLION
from domain.pricing.rules import DemandRule, NamedPrice, PriceKind, PriceRules, PriceTier
from domain.refusals import Faults
from domain.texts import check_line
from domain.ticket_types import TicketType

MOST_CATEGORIES, MOST_TIERS, MOST_STEPS = 100, 50, 20
LARGEST_CHANGE = 10 * MILLION
LARGEST_COUNT = 1_000_000_000
LONGEST_NAME, LONGEST_CODE = 100, 40

_AMOUNT = f"must be between 0 and {LARGEST_AMOUNT}"
_CHANGE = "must be between -100 and 1000 percent"


@dataclass(frozen=True, slots=True)
class SetPriceRules:
    """The wish for these rules, in the place of all others, for a type as it was at `expected_version`; none: its base price alone."""

    ticket_type_id: UUID
    expected_version: int
    rules: PriceRules


def set_rules(here: TicketType, ask: SetPriceRules) -> TicketType:
    """The type, a version on, that has the rules from now on; refused with VersionConflict, or InputInvalid where they break a rule."""
    expect_version(here.version, ask.expected_version)
    faults = Faults()
    check_rules(faults, ask.rules)
    faults.refuse()
    return replace(here, version=here.version + 1)


def expect_same_currency(before: TicketType, after: TicketType, rules: PriceRules | None) -> None:
    """Refuse with InputInvalid to price a type in another currency while its rules name amounts of the one before."""
    faults = Faults()
    fits = before.currency == after.currency or rules is None or not rules.has_amounts()
    faults.check(fits, ("input", "price", "currency"), "is not that of the price rules; change those first")
    faults.refuse()


def copied(rules: PriceRules, source: Event, copy: Event) -> PriceRules:
    """The rules for a copy of an event, whose tiers begin and end at times that lie to it as they did to its source."""

    def along(moment: datetime | None) -> datetime | None:
        return moment and moved_along(moment, source.starts_at, copy.starts_at, source.time_zone)

    tiers = (replace(each, from_at=along(each.from_at), until_at=along(each.until_at)) for each in rules.tiers)
    return replace(rules, tiers=tuple(tiers))


def check_rules(faults: Faults, rules: PriceRules) -> None:
    """Note every rule that the rules break, at the place in the input where it was said."""
    check_tax_code(faults, rules.tax_code, ("input", "taxCode"))
    if rules.kind is PriceKind.FIXED:
        faults.check(rules.named == NamedPrice(), ("input", "named"), "is for prices that the buyer names")
    else:
        for field, said in (("byCategory", rules.by_category), ("tiers", rules.tiers), ("demand", rules.demand)):
            faults.check(not said, ("input", field), "is for fixed prices")
    _check_categories(faults, rules)
    _check_tiers(faults, rules)
    if rules.demand is not None:
        _check_demand(faults, rules.demand)
    _check_named(faults, rules.named)


def check_tax_code(faults: Faults, tax_code: str | None, path: tuple[str, ...]) -> None:
    """Note a tax code that is none."""
    if tax_code is not None:
        check_line(faults, tax_code, path, longest=LONGEST_CODE)


def check_amount(faults: Faults, amount: int | None, path: tuple[str, ...]) -> None:
    """Note an amount below nothing or absurdly large."""
    faults.check(amount is None or 0 <= amount <= LARGEST_AMOUNT, path, _AMOUNT)


def _check_categories(faults: Faults, rules: PriceRules) -> None:
    path = ("input", "byCategory")
    faults.check(len(rules.by_category) <= MOST_CATEGORIES, path, f"must be {MOST_CATEGORIES} at most")
    faults.check(len({each.category for each in rules.by_category}) == len(rules.by_category), path, "names a category twice")
    for at, each in enumerate(rules.by_category):
        faults.check(0 <= each.category <= LARGEST_COUNT, (*path, str(at), "category"), "is not the index of a category")
        check_amount(faults, each.price_minor, (*path, str(at), "priceMinor"))


def _check_tiers(faults: Faults, rules: PriceRules) -> None:
    path = ("input", "tiers")
    faults.check(len(rules.tiers) <= MOST_TIERS, path, f"must be {MOST_TIERS} at most")
    for at, each in enumerate(rules.tiers):
        here = (*path, str(at))
        check_line(faults, each.name, (*here, "name"), longest=LONGEST_NAME)
        faults.check((each.price_minor is None) != (each.change is None), here, "give either priceMinor or change")
        faults.check(each.price_minor is None or not rules.by_category, here, "give change where seats have prices of their own")
        check_amount(faults, each.price_minor, (*here, "priceMinor"))
        _check_change(faults, each.change or 0, (*here, "change"))
        _check_bounds(faults, each, here)


def _check_bounds(faults: Faults, tier: PriceTier, path: tuple[str, ...]) -> None:
    check_moment(faults, tier.from_at, (*path, "fromAt"))
    check_moment(faults, tier.until_at, (*path, "untilAt"))
    lasts = tier.from_at is None or tier.until_at is None or tier.from_at < tier.until_at
    faults.check(lasts, (*path, "untilAt"), "must be after fromAt")
    for field, count in (("soldFrom", tier.sold_from), ("soldUntil", tier.sold_until)):
        faults.check(count is None or 0 <= count <= LARGEST_COUNT, (*path, field), f"must be between 0 and {LARGEST_COUNT}")
    holds = tier.sold_until is None or (tier.sold_from or 0) < tier.sold_until
    faults.check(holds, (*path, "soldUntil"), "must be more than soldFrom")


def _check_demand(faults: Faults, rule: DemandRule) -> None:
    path = ("input", "demand")
    faults.check(0 < len(rule.steps) <= MOST_STEPS, (*path, "steps"), f"must be 1 to {MOST_STEPS} steps")
    faults.check(_rises([each.taken for each in rule.steps]), (*path, "steps"), "must rise in what is taken")
    for at, each in enumerate(rule.steps):
        faults.check(0 <= each.taken <= MILLION, (*path, "steps", str(at), "taken"), "must be between 0 and 100 percent")
        _check_change(faults, each.change, (*path, "steps", str(at), "change"))
    check_amount(faults, rule.floor_minor, (*path, "floorMinor"))
    check_amount(faults, rule.ceiling_minor, (*path, "ceilingMinor"))
    faults.check(rule.floor_minor <= rule.ceiling_minor, (*path, "ceilingMinor"), "must not be less than floorMinor")
    faults.check(0 < rule.round_to <= LARGEST_AMOUNT, (*path, "roundTo"), f"must be between 1 and {LARGEST_AMOUNT}")


def _check_named(faults: Faults, named: NamedPrice) -> None:
    path = ("input", "named")
    check_amount(faults, named.minimum_minor, (*path, "minimumMinor"))
    check_amount(faults, named.suggested_minor, (*path, "suggestedMinor"))
    check_amount(faults, named.maximum_minor, (*path, "maximumMinor"))
    low = named.suggested_minor is None or named.minimum_minor <= named.suggested_minor
    faults.check(low, (*path, "suggestedMinor"), "must not be less than minimumMinor")
    high = named.maximum_minor is None or named.usual_minor <= named.maximum_minor
    faults.check(high, (*path, "maximumMinor"), "must not be less than minimumMinor and suggestedMinor")


def _check_change(faults: Faults, change: int, path: tuple[str, ...]) -> None:
    faults.check(-MILLION <= change <= LARGEST_CHANGE, path, _CHANGE)


def _rises(numbers: Sequence[int]) -> bool:
    return all(one < other for one, other in pairwise(numbers))
