"""New ticket types: the wish, and what is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.idempotency import Key, key_of
from domain.money import Money
from domain.refusals import Faults, Refused
from domain.texts import LocalizedText
from domain.ticket_types.terms import LARGEST_POOL, PoolUnknown, check
from domain.ticket_types.values import Pool, TicketType


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
    min_per_order: int | None = None
    max_per_order: int | None = None
    max_per_buyer: int | None = None
    hidden: bool = False
    paused: bool = False
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        times = [each and each.isoformat() for each in (self.sales_start_at, self.sales_end_at)]
        price = [self.price.amount_minor, self.price.currency]
        pools = [str(each) for each in self.pool_ids]
        terms = [self.min_per_order, self.max_per_order, self.max_per_buyer, self.hidden, self.paused]
        facts = [str(self.event_id), dict(self.name), price, self.capacity, pools, times, terms]
        return key_of(f"person:{person_id}", "createTicketType", self.idempotency_key, facts)


def create(
    ticket_type_id: UUID,
    pool_id: UUID,
    ask: CreateTicketType,
    known_pools: Sequence[Pool],
    position: int,
    created_by: UUID | None = None,
) -> tuple[TicketType, list[Pool]]:
    """The ticket type and the pools to make for it; refused with InputInvalid or PoolUnknown."""
    faults = Faults()
    faults.check((ask.capacity is None) == bool(ask.pool_ids), ("input", "capacity"), "give either capacity or poolIds")
    faults.check(
        ask.capacity is None or 0 < ask.capacity <= LARGEST_POOL,
        ("input", "capacity"),
        f"must be between 1 and {LARGEST_POOL}",
    )
    made = [] if ask.capacity is None else [Pool(pool_id, ask.event_id, next(iter(ask.name.values()), ""), ask.capacity)]
    ticket_type = TicketType(
        id=ticket_type_id,
        event_id=ask.event_id,
        name=ask.name,
        price_minor=ask.price.amount_minor,
        currency=ask.price.currency,
        pool_ids=tuple(sorted({*ask.pool_ids, *(pool.id for pool in made)})),
        position=position,
        sales_start_at=ask.sales_start_at,
        sales_end_at=ask.sales_end_at,
        min_per_order=ask.min_per_order,
        max_per_order=ask.max_per_order,
        max_per_buyer=ask.max_per_buyer,
        hidden=ask.hidden,
        paused=ask.paused,
        created_by=created_by,
    )
    check(faults, ticket_type)
    faults.refuse()
    refuse_unknown(ticket_type.pool_ids, [*known_pools, *made])
    return ticket_type, made


def next_position(types: Sequence[TicketType]) -> int:
    """The place after the last one of an event's types, which may have gaps where others were deleted."""
    return max((each.position for each in types), default=-1) + 1


def refuse_unknown(pool_ids: Sequence[UUID], known: Sequence[Pool]) -> None:
    """Refuse with PoolUnknown pools that are not among those known."""
    unknown = tuple(sorted(set(pool_ids) - {pool.id for pool in known}))
    if unknown:
        raise Refused(PoolUnknown(unknown))
