"""The terms on which a ticket type is sold, held against what one buyer asks for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.holds.asking import HoldAsk
from domain.holds.refusals import (
    AccessCodeNeeded,
    AccessCodeNotValid,
    AccessCodeState,
    LimitScope,
    SalesClosed,
    TicketTypeUnknown,
    TooFewTickets,
    TooManyTickets,
)
from domain.holds.values import HoldLine
from domain.refusals import Refusal
from domain.ticket_types import SalesStatus, SaleTerms, sales_status


@dataclass(frozen=True, slots=True)
class Offer:
    """A ticket type as the batch finds it: its pools, its sale terms, how many of it there must and may be, whether it is hidden."""

    ticket_type_id: UUID
    pool_ids: tuple[UUID, ...]
    terms: SaleTerms
    max_per_order: int | None = None
    min_per_order: int | None = None
    max_per_buyer: int | None = None
    hidden: bool = False


@dataclass(slots=True)
class CodeStock:
    """An access code while a batch is decided: what it opens, when, and how often yet; `used` counts the grants of the batch too.

    `spent_by` names the holds of the batch that it opened a type to.
    """

    ticket_type_ids: frozenset[UUID]
    valid_from: datetime | None
    valid_until: datetime | None
    use_limit: int | None
    used: int
    spent_by: list[UUID] = field(default_factory=list)

    def why_not(self, now: datetime) -> AccessCodeState | None:
        """Why it opens nothing, None when it does."""
        if self.valid_from and now < self.valid_from:
            return AccessCodeState.NOT_YET_VALID
        if self.valid_until and now >= self.valid_until:
            return AccessCodeState.OVER
        return AccessCodeState.USED_UP if self.use_limit is not None and self.used >= self.use_limit else None


def check_terms(
    line: HoldLine, ask: HoldAsk, offer: Offer | None, has: int, codes: Mapping[UUID, CodeStock], now: datetime
) -> Refusal | None:
    """Why this buyer, who has so many of the type already, may not have the line; stock is looked at elsewhere.

    Who names a hidden type without a code for it is told that it needs one, and nothing else of it: so this comes before all other terms.
    """
    if offer is None:
        return TicketTypeUnknown(line.ticket_type_id)
    if offer.hidden and not ask.staff and (locked := _locked(line.ticket_type_id, _opening(codes, ask, line.ticket_type_id), now)):
        return locked
    if ask.given_away:
        return None
    status = sales_status(offer.terms, now, available=1, held=0)
    if status is not SalesStatus.ON_SALE:
        closed_at = offer.terms.closes_at if now >= offer.terms.closes_at else None
        return SalesClosed(line.ticket_type_id, status, offer.terms.sales_start_at, closed_at)
    return _amiss(line, offer, has)


def hidden_from(ask: HoldAsk, offers: Iterable[Offer], codes: Mapping[UUID, CodeStock]) -> frozenset[UUID]:
    """The hidden types for which the ask shows no code; one that shows an idle code may be told why it opens nothing."""
    if ask.staff:
        return frozenset()
    return frozenset(each.ticket_type_id for each in offers if each.hidden and not _opening(codes, ask, each.ticket_type_id))


def spend(codes: Mapping[UUID, CodeStock], ask: HoldAsk, offers: Mapping[UUID, Offer], now: datetime) -> None:
    """Count the granted ask in the codes that opened it: for each hidden type the first that does; a code counts once for a hold."""
    for line in ask.lines:
        if not codes or ask.staff or not offers[line.ticket_type_id].hidden:
            continue
        opening = _opening(codes, ask, line.ticket_type_id)
        if not any(ask.hold_id in code.spent_by for code in opening):
            first = next(code for code in opening if code.why_not(now) is None)
            first.used += 1
            first.spent_by.append(ask.hold_id)


def _opening(codes: Mapping[UUID, CodeStock], ask: HoldAsk, ticket_type_id: UUID) -> Sequence[CodeStock]:
    """The codes shown that are made for the type."""
    return [codes[each] for each in ask.access_codes if each in codes and ticket_type_id in codes[each].ticket_type_ids]


def _locked(ticket_type_id: UUID, opening: Sequence[CodeStock], now: datetime) -> Refusal | None:
    refusal: Refusal = AccessCodeNeeded(ticket_type_id)
    for code in opening:
        state = code.why_not(now)
        if state is None:
            return None
        refusal = AccessCodeNotValid(ticket_type_id, state, code.valid_from, code.valid_until)
    return refusal


def _amiss(line: HoldLine, offer: Offer, has: int) -> Refusal | None:
    """What is wrong with the amount."""
    type_id = line.ticket_type_id
    if offer.max_per_order is not None and line.quantity > offer.max_per_order:
        return TooManyTickets(offer.max_per_order, 0, LimitScope.ORDER, type_id)
    if offer.max_per_buyer is not None and has + line.quantity > offer.max_per_buyer:
        return TooManyTickets(offer.max_per_buyer, has, LimitScope.TICKET_TYPE, type_id)
    if offer.min_per_order is not None and has + line.quantity < offer.min_per_order:
        return TooFewTickets(type_id, offer.min_per_order, has)
    return None
