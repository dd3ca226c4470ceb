"""Ticket types: what can be bought for an event, at which price, drawing on which pools."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.dates import check_moment
from domain.events import EventStatus
from domain.idempotency import Key, key_of
from domain.money import Money, check_money
from domain.refusals import Faults, NotFound, Refusal, Refused
from domain.texts import LocalizedText, check_title

LARGEST_POOL = 10_000_000
LONGEST_NAME = 200


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
    """One thing to buy; every ticket takes one from each of `pool_ids`. Sale times are UTC, None means: no bound but the event's."""

    id: UUID
    event_id: UUID
    name: LocalizedText
    price_minor: int
    currency: str
    pool_ids: tuple[UUID, ...]
    position: int = 0
    sales_start_at: datetime | None = None
    sales_end_at: datetime | None = None
    max_per_order: int | None = None
    version: int = 1

    typename: ClassVar[str] = "TicketType"


def price_of(ticket_type: TicketType) -> Money:
    """The price of one ticket."""
    return Money(ticket_type.price_minor, ticket_type.currency)


@dataclass(frozen=True, slots=True)
class CreateTicketType:
    """The wish for a new ticket type: with a pool of its own (`capacity`) or drawing on the event's pools (`pool_ids`)."""

    event_id: UUID
    name: LocalizedText
    price: Money
    capacity: int | None = None
    pool_ids: tuple[UUID, ...] = ()
    sales_start_at: datetime | None = None
    sales_end_at: datetime | None = None
    max_per_order: int | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        times = [each and each.isoformat() for each in (self.sales_start_at, self.sales_end_at)]
        price = [self.price.amount_minor, self.price.currency]
        pools = [str(each) for each in self.pool_ids]
        facts = [str(self.event_id), dict(self.name), price, self.capacity, pools, times, self.max_per_order]
        return key_of(f"person:{person_id}", "createTicketType", self.idempotency_key, facts)


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


class TicketTypes(Protocol):
    """The store of ticket types and their pools. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[TicketType | None]:
        """The ticket types by id, in the order asked."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[TicketType]]:
        """For each event its ticket types by position."""

    async def pools_of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Pool]]:
        """For each event its pools by name."""

    async def keep_new(self, ticket_type: TicketType, new_pools: Sequence[Pool]) -> None:
        """Write a new ticket type, its pools first; bumps the event's inventory sequence."""

    async def keep(self, ticket_type: TicketType) -> None:
        """Write a changed ticket type (its version one higher) and what it draws on; a movement of its event's stock.

        Refused with VersionConflict or NotFound.
        """

    async def keep_pools(self, event_id: UUID, pools: Sequence[Pool]) -> None:
        """Write pools, new or changed in name and capacity (never below what is held and sold); a movement of the event's stock."""


def create(
    ticket_type_id: UUID, pool_id: UUID, ask: CreateTicketType, known_pools: Sequence[Pool], position: int
) -> tuple[TicketType, list[Pool]]:
    """The ticket type and the pools to make for it; refused with InputInvalid or PoolUnknown."""
    faults = Faults()
    check_title(faults, ask.name, ("input", "name"), longest=LONGEST_NAME)
    check_money(faults, ask.price, ("input", "price"))
    faults.check((ask.capacity is None) == bool(ask.pool_ids), ("input", "capacity"), "give either capacity or poolIds")
    faults.check(
        ask.capacity is None or 0 < ask.capacity <= LARGEST_POOL,
        ("input", "capacity"),
        f"must be between 1 and {LARGEST_POOL}",
    )
    faults.check(ask.max_per_order is None or ask.max_per_order > 0, ("input", "maxPerOrder"), "must be positive")
    check_moment(faults, ask.sales_start_at, ("input", "salesStartAt"))
    check_moment(faults, ask.sales_end_at, ("input", "salesEndAt"))
    ends_well = ask.sales_start_at is None or ask.sales_end_at is None or ask.sales_end_at > ask.sales_start_at
    faults.check(ends_well, ("input", "salesEndAt"), "must be after salesStartAt")
    faults.refuse()
    made = [] if ask.capacity is None else [Pool(pool_id, ask.event_id, next(iter(ask.name.values())), ask.capacity)]
    pool_ids = tuple(sorted({*ask.pool_ids, *(pool.id for pool in made)}))
    _refuse_unknown(pool_ids, [*known_pools, *made])
    return (
        TicketType(
            id=ticket_type_id,
            event_id=ask.event_id,
            name=ask.name,
            price_minor=ask.price.amount_minor,
            currency=ask.price.currency,
            pool_ids=pool_ids,
            position=position,
            sales_start_at=ask.sales_start_at,
            sales_end_at=ask.sales_end_at,
            max_per_order=ask.max_per_order,
        ),
        made,
    )


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """What decides whether a type is on sale, besides stock."""

    event_status: EventStatus
    event_ends_at: datetime
    sales_start_at: datetime | None
    sales_end_at: datetime | None

    @property
    def closes_at(self) -> datetime:
        """When sales end: the type's own end or the event's."""
        return min(self.sales_end_at, self.event_ends_at) if self.sales_end_at else self.event_ends_at


def found(ticket_type: TicketType | None) -> TicketType:
    """The ticket type, or the refusal NotFound."""
    if ticket_type is None:
        raise Refused(NotFound("ticket type"))
    return ticket_type


def sales_status(terms: SaleTerms, now: datetime, available: int, held: int) -> SalesStatus:
    """The status at `now`; `available` and `held` are those of the scarcest pool. Held stock may come back, sold stock does not."""
    if terms.event_status is EventStatus.DRAFT:
        return SalesStatus.NOT_YET_ON_SALE
    if terms.event_status is EventStatus.POSTPONED:
        return SalesStatus.PAUSED
    if terms.event_status is not EventStatus.PUBLISHED or now >= terms.closes_at:
        return SalesStatus.SALES_ENDED
    if terms.sales_start_at and now < terms.sales_start_at:
        return SalesStatus.NOT_YET_ON_SALE
    if available > 0:
        return SalesStatus.ON_SALE
    return SalesStatus.RESERVED_OUT if held > 0 else SalesStatus.SOLD_OUT


def _refuse_unknown(pool_ids: Sequence[UUID], known: Sequence[Pool]) -> None:
    unknown = tuple(sorted(set(pool_ids) - {pool.id for pool in known}))
    if unknown:
        raise Refused(PoolUnknown(unknown))
