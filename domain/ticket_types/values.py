"""Ticket types as they are: what can be bought for an event, on which terms, and whether it can be had now."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.events import EventStatus
from domain.money import Money, money_of
from domain.refusals import NotFound, Refused
from domain.texts import LocalizedText


class SalesStatus(StrEnum):
    """Whether tickets of a type can be had now; derived, never stored."""

    NOT_YET_ON_SALE = "NOT_YET_ON_SALE"
    ON_SALE = "ON_SALE"
    PAUSED = "PAUSED"
    SOLD_OUT = "SOLD_OUT"
    RESERVED_OUT = "RESERVED_OUT"
    SALES_ENDED = "SALES_ENDED"


@dataclass(frozen=True, slots=True)
class Pool:
    """A stock of an event; `held + sold <= capacity` always."""

    id: UUID
    event_id: UUID
    name: str
    capacity: int
    held: int = 0
    sold: int = 0

    typename: ClassVar[str] = "Pool"


@dataclass(frozen=True, slots=True)
class TicketType:
    """One thing to buy; every ticket takes one from each of `pool_ids`. Sale times are UTC, None means: no bound but the event's.

    The public sees a `hidden` one only with an access code. `max_per_buyer` counts all that one buyer has of it. `created_by` is the
    person who entered it, None for an operator of the platform.
    """

    id: UUID
    event_id: UUID
    name: LocalizedText
    price_minor: int
    currency: str
    pool_ids: tuple[UUID, ...]
    position: int = 0
    sales_start_at: datetime | None = None
    sales_end_at: datetime | None = None
    min_per_order: int | None = None
    max_per_order: int | None = None
    max_per_buyer: int | None = None
    hidden: bool = False
    paused: bool = False
    created_by: UUID | None = None
    version: int = 1

    typename: ClassVar[str] = "TicketType"


def price_of(ticket_type: TicketType) -> Money:
    """The price of one ticket."""
    return money_of(ticket_type.price_minor, ticket_type.currency)


def found(ticket_type: TicketType | None, at: tuple[str, ...] = (), event_id: UUID | None = None) -> TicketType:
    """The ticket type, of that event where one is named; or the refusal NotFound naming the argument `at`."""
    if ticket_type is None or event_id not in {None, ticket_type.event_id}:
        raise Refused(NotFound("ticket type", at))
    return ticket_type


def open_to(types: Iterable[TicketType], *, staff: bool, unlocked: Collection[UUID] = ()) -> list[TicketType]:
    """Those of the types that somebody sees: the staff all, the public what is not hidden or what its access codes unlock."""
    return list(types) if staff else [each for each in types if not each.hidden or each.id in unlocked]


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What decides whether a type is on sale, besides stock."""

    event_status: EventStatus
    event_ends_at: datetime
    sales_start_at: datetime | None
    sales_end_at: datetime | None
    paused: bool = False

    @property
    def closes_at(self) -> datetime:
        """When sales end: the type's own end or the event's."""
        return min(self.sales_end_at, self.event_ends_at) if self.sales_end_at else self.event_ends_at


def sales_status(terms: SaleTerms, now: datetime, available: int, held: int) -> SalesStatus:
    """The status at `now`; `available` and `held` are those of the scarcest pool. Held stock may come back, sold stock does not."""
    if (closed := _closed(terms, now)) is not None:
        return closed
    if available > 0:
        return SalesStatus.ON_SALE
    return SalesStatus.RESERVED_OUT if held > 0 else SalesStatus.SOLD_OUT


def _closed(terms: SaleTerms, now: datetime) -> SalesStatus | None:
    """Why nothing is sold, however much there is; None when it is."""
    if terms.event_status is EventStatus.DRAFT:
        return SalesStatus.NOT_YET_ON_SALE
    if terms.event_status is EventStatus.POSTPONED:
        return SalesStatus.PAUSED
    if terms.event_status is not EventStatus.PUBLISHED or now >= terms.closes_at:
        return SalesStatus.SALES_ENDED
    if terms.paused:
        return SalesStatus.PAUSED
    return SalesStatus.NOT_YET_ON_SALE if terms.sales_start_at and now < terms.sales_start_at else None
