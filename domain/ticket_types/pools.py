"""Pools: the stocks of an event that several ticket types may share, made and resized by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.counts import counted, verb
from domain.idempotency import Key, key_of
from domain.refusals import Faults, NotFound, Refusal, Refused
from domain.texts import check_line
from domain.ticket_types.editing import refuse_seats
from domain.ticket_types.terms import LARGEST_POOL, LONGEST_NAME
from domain.ticket_types.values import Pool, TicketType


@dataclass(frozen=True, slots=True)
class CreatePool:
    """The wish for a stock on which ticket types may draw."""

    event_id: UUID
    name: str
    capacity: int
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(f"person:{person_id}", "createPool", self.idempotency_key, [str(self.event_id), self.name, self.capacity])


@dataclass(frozen=True, slots=True)
class UpdatePool:
    """The wish to call a pool otherwise, or to have more or fewer tickets in it; None means: leave it."""

    pool_id: UUID
    name: str | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class PoolTooSmall(Refusal):
    """More tickets of the pool are held and sold than it should have."""

    held: int
    sold: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        held = f"{counted(self.held, 'ticket')} of the pool {verb(self.held)} held"
        return f"{held} and {self.sold:,} sold; it cannot have fewer than {self.held + self.sold:,}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "capacity")


@dataclass(frozen=True, slots=True)
class PoolInUse(Refusal):
    """Ticket types draw on the pool, or tickets of it are held or sold."""

    ticket_type_ids: tuple[UUID, ...]
    held: int
    sold: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        types = len(self.ticket_type_ids)
        drawing = f"{counted(types, 'ticket type')} {verb(types, 'draws', 'draw')} on the pool"
        return f"{drawing}, {self.held:,} of its tickets {verb(self.held)} held and {self.sold:,} sold, so it stays."


def create_pool(pool_id: UUID, ask: CreatePool) -> Pool:
    """The new pool; refused with InputInvalid."""
    return _checked(Pool(pool_id, ask.event_id, ask.name, ask.capacity))


def chosen_pool(pools: Sequence[Pool], pool_id: UUID) -> Pool:
    """The pool among those of its event; refused with NotFound when it is gone."""
    for each in pools:
        if each.id == pool_id:
            return each
    raise Refused(NotFound("pool", ("input", "poolId")))


def update_pool(here: Pool, ask: UpdatePool, seat_pools: Collection[UUID]) -> Pool:
    """The pool with the changes; refused with InputInvalid, PoolCountsSeats, or PoolTooSmall."""
    changed = replace(
        here,
        name=here.name if ask.name is None else ask.name,
        capacity=here.capacity if ask.capacity is None else ask.capacity,
    )
    if changed.capacity != here.capacity:
        refuse_seats([here.id], seat_pools)
    checked = _checked(changed)
    if checked.capacity < here.held + here.sold:
        raise Refused(PoolTooSmall(here.held, here.sold))
    return checked


def delete_pool(here: Pool, types: Sequence[TicketType], seat_pools: Collection[UUID]) -> UUID:
    """The pool that may go; refused with PoolCountsSeats or PoolInUse."""
    refuse_seats([here.id], seat_pools)
    drawing = tuple(each.id for each in types if here.id in each.pool_ids)
    if drawing or here.held or here.sold:
        raise Refused(PoolInUse(drawing, here.held, here.sold))
    return here.id


def _checked(pool: Pool) -> Pool:
    faults = Faults()
    check_line(faults, pool.name, ("input", "name"), longest=LONGEST_NAME)
    faults.check(0 < pool.capacity <= LARGEST_POOL, ("input", "capacity"), f"must be between 1 and {LARGEST_POOL}")
    faults.refuse()
    return pool
