"""Promo codes: words that make tickets cheaper, for whom, how long, how often, and up to what sum."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.pricing.refusals import PromoCodeFault, PromoCodeNotValid, TooManyPromoCodes
from domain.refusals import Refused

LONGEST_TOLD = 40
MOST_SHOWN = 5
"""Promo codes that one order may show: all ways to combine them are reckoned."""


class PromoKind(StrEnum):
    """What a promo code takes off."""

    PERCENTAGE = "PERCENTAGE"
    PER_TICKET = "PER_TICKET"
    PER_ORDER = "PER_ORDER"


@dataclass(frozen=True, slots=True)
class PromoCode:
    """A promo code of an organization: `rate` millionths, or `amount_minor` of each ticket or of the order.

    It is for the tickets of these events and types, for all where none are named. `minimum_minor` is what the tickets it is for must
    cost together; `budget_minor` what it may give away in all, `use_limit` and `buyer_limit` in how many orders, of all and of one
    buyer. Amounts are in `currency`. One that is not `stackable` is used alone. `uses` and `spent_minor` count the orders that go on.
    """

    id: UUID
    code: str
    label: str
    kind: PromoKind
    created_at: datetime
    rate: int = 0
    amount_minor: int = 0
    currency: str | None = None
    event_ids: tuple[UUID, ...] = ()
    ticket_type_ids: tuple[UUID, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    minimum_minor: int = 0
    budget_minor: int | None = None
    use_limit: int | None = None
    buyer_limit: int | None = None
    stackable: bool = False
    created_by: UUID | None = None
    deactivated_at: datetime | None = None
    uses: int = 0
    spent_minor: int = 0
    version: int = 1

    typename: ClassVar[str] = "PromoCode"

    @property
    def left_minor(self) -> int | None:
        """What of its budget is left; None where it has none."""
        return None if self.budget_minor is None else max(0, self.budget_minor - self.spent_minor)

    def is_for(self, event_id: UUID, ticket_type_id: UUID, currency: str) -> bool:
        """Whether it makes these tickets cheaper."""
        of_event = not self.event_ids or event_id in self.event_ids
        of_type = not self.ticket_type_ids or ticket_type_id in self.ticket_type_ids
        return of_event and of_type and self.currency in {None, currency}

    def fault(self, now: datetime, used_by_buyer: int) -> PromoCodeFault | None:
        """Why it gives nothing to this buyer now, whatever is bought; None when it may."""
        if self.deactivated_at is not None:
            return PromoCodeFault.UNKNOWN
        if self.valid_from is not None and now < self.valid_from:
            return PromoCodeFault.NOT_YET_VALID
        if self.valid_until is not None and now >= self.valid_until:
            return PromoCodeFault.OVER
        if self.left_minor == 0 or (self.use_limit is not None and self.uses >= self.use_limit):
            return PromoCodeFault.USED_UP
        if self.buyer_limit is not None and used_by_buyer >= self.buyer_limit:
            return PromoCodeFault.USED_BY_BUYER
        return None


def expect_few(codes: Sequence[str], at: tuple[str, ...]) -> None:
    """Refuse with TooManyPromoCodes more than one order may show."""
    if len(codes) > MOST_SHOWN:
        raise Refused(TooManyPromoCodes(MOST_SHOWN, at))


def expect_all_known(words: Mapping[str, str], known: Collection[str], at: tuple[str, ...]) -> None:
    """Refuse with PromoCodeNotValid the first of the codes, as written and as they are compared, that there is not."""
    for written, word in words.items():
        if word not in known:
            raise Refused(PromoCodeNotValid(written[:LONGEST_TOLD], PromoCodeFault.UNKNOWN, at))
