"""The terms of a ticket type as organizers may write them, new or changed, and the rules that they keep."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.dates import check_moment
from domain.money import Money, check_money
from domain.refusals import Faults, Refusal
from domain.texts import LocalizedText, check_title
from domain.ticket_types.values import TicketType, price_of

LARGEST_POOL = 10_000_000
LARGEST_LIMIT = 1_000_000
LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class TicketTypeDetails:
    """What may be said of a ticket type, new or changed; None in a change means: leave it."""

    name: LocalizedText | None = None
    price: Money | None = None
    pool_ids: tuple[UUID, ...] | None = None
    sales_start_at: datetime | None = None
    sales_end_at: datetime | None = None
    min_per_order: int | None = None
    max_per_order: int | None = None
    max_per_buyer: int | None = None
    hidden: bool | None = None
    paused: bool | None = None


@dataclass(frozen=True, slots=True)
class PoolUnknown(Refusal):
    """A pool named is not one of the event's."""

    pool_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "A ticket type draws on pools of its own event only; a pool named is not one of them."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "poolIds")


def check(faults: Faults, each: TicketType) -> None:
    """Note every rule that the ticket type breaks, at the place in the input where it was said."""
    check_title(faults, each.name, ("input", "name"), longest=LONGEST_NAME)
    check_money(faults, price_of(each), ("input", "price"))
    check_window(faults, each.sales_start_at, each.sales_end_at)
    check_amounts(faults, each)


def check_window(faults: Faults, opens: datetime | None, closes: datetime | None) -> None:
    """Note what is wrong with the times of a sale."""
    check_moment(faults, opens, ("input", "salesStartAt"))
    check_moment(faults, closes, ("input", "salesEndAt"))
    faults.check(opens is None or closes is None or closes > opens, ("input", "salesEndAt"), "must be after salesStartAt")


def check_amounts(faults: Faults, each: TicketType) -> None:
    """Note what is wrong with the least and the most that one may have: a least that no order may reach sells nothing."""
    for field, amount in (
        ("minPerOrder", each.min_per_order),
        ("maxPerOrder", each.max_per_order),
        ("maxPerBuyer", each.max_per_buyer),
    ):
        faults.check(amount is None or 0 < amount <= LARGEST_LIMIT, ("input", field), f"must be positive and at most {LARGEST_LIMIT}")
    least = each.min_per_order or 1
    for field, most in (("maxPerOrder", each.max_per_order), ("maxPerBuyer", each.max_per_buyer)):
        # A limit that is not positive is said once.
        faults.check(most is None or most <= 0 or most >= least, ("input", field), "must not be less than minPerOrder")
