"""Reserved allotments: tickets of a type set aside for those who know a code.

An allotment is a hidden ticket type with a pool of its own, opened by an access code; its tickets are taken out of the pools of the type
that it is made of, so that there are as many in all as before. Nothing else need know of it: it is held, sold and counted like any type.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from domain import access_codes
from domain.access_codes import AccessCode, CreateAccessCode
from domain.counts import counted
from domain.idempotency import Key, key_of
from domain.money import Money
from domain.refusals import Faults, Refusal, Refused
from domain.texts import LocalizedText
from domain.ticket_types import Pool, TicketType, next_position
from domain.ticket_types.editing import chosen, refuse_seats
from domain.ticket_types.terms import LARGEST_POOL, check


@dataclass(frozen=True, slots=True)
class CreateReservedAllotment:
    """The wish to set tickets of a type aside; without a name or a price they are called and cost as those."""

    event_id: UUID
    ticket_type_id: UUID
    quantity: int
    name: LocalizedText | None = None
    price: Money | None = None
    code: str | None = None
    label: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    use_limit: int | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        price = self.price and [self.price.amount_minor, self.price.currency]
        times = [each and each.isoformat() for each in (self.valid_from, self.valid_until)]
        named = [str(self.event_id), str(self.ticket_type_id), self.quantity, self.name and dict(self.name), price]
        facts = [*named, self.code, self.label, times, self.use_limit]
        return key_of(f"person:{person_id}", "createReservedAllotment", self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class AllotmentTooLarge(Refusal):
    """Fewer tickets are left to be set aside."""

    available: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Only {counted(self.available, 'ticket')} can be set aside."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "quantity")


@dataclass(frozen=True, slots=True)
class NewIds:
    """Ids for what an allotment is made of, and 256 random bits."""

    ticket_type: UUID
    pool: UUID
    access_code: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class ReservedAllotment:
    """The new hidden type with its pool and its code, and the pools that are smaller by as much."""

    ticket_type: TicketType
    pool: Pool
    access_code: AccessCode
    smaller: tuple[Pool, ...]


def reserve(
    ask: CreateReservedAllotment,
    types: Sequence[TicketType],
    pools: Sequence[Pool],
    seat_pools: Collection[UUID],
    new: NewIds,
    by: UUID | None,
    now: datetime,
) -> ReservedAllotment:
    """The allotment; refused with NotFound, InputInvalid, PoolCountsSeats, AllotmentTooLarge."""
    source = chosen(types, ask.ticket_type_id)
    refuse_seats(source.pool_ids, seat_pools)
    made = _hidden(source, ask, new, next_position(types), by)
    drawn = [each for each in pools if each.id in source.pool_ids]
    available = min(each.capacity - each.held - each.sold for each in drawn)
    if ask.quantity > available:
        raise Refused(AllotmentTooLarge(available))
    pool = Pool(new.pool, source.event_id, next(iter(made.name.values()), ""), ask.quantity)
    smaller = tuple(replace(each, capacity=each.capacity - ask.quantity) for each in drawn)
    return ReservedAllotment(made, pool, _opening(made, ask, new, by, now), smaller)


def _hidden(source: TicketType, ask: CreateReservedAllotment, new: NewIds, position: int, by: UUID | None) -> TicketType:
    made = replace(
        source,
        id=new.ticket_type,
        name=ask.name or source.name,
        price_minor=ask.price.amount_minor if ask.price else source.price_minor,
        currency=ask.price.currency if ask.price else source.currency,
        pool_ids=(new.pool,),
        position=position,
        hidden=True,
        created_by=by,
        version=1,
    )
    faults = Faults()
    faults.check(0 < ask.quantity <= LARGEST_POOL, ("input", "quantity"), f"must be between 1 and {LARGEST_POOL}")
    check(faults, made)
    faults.refuse()
    return made


def _opening(made: TicketType, ask: CreateReservedAllotment, new: NewIds, by: UUID | None, now: datetime) -> AccessCode:
    opens = CreateAccessCode(made.event_id, (made.id,), ask.code, ask.label, ask.valid_from, ask.valid_until, ask.use_limit)
    return access_codes.create(new.access_code, new.secret, opens, [made], by, now)
