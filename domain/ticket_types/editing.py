"""Changing, ordering and deleting ticket types: the wishes, the rules, and every no."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from uuid import UUID

from domain.counts import counted, verb
from domain.events import EventStatus, expect_not_archived, expect_version
from domain.refusals import Faults, NotFound, Refusal, Refused
from domain.ticket_types.creating import refuse_unknown
from domain.ticket_types.terms import TicketTypeDetails, check
from domain.ticket_types.values import Pool, TicketType

CLEARABLE = frozenset({"sales_start_at", "sales_end_at", "min_per_order", "max_per_order", "max_per_buyer"})
"""What a change may take away again."""
ON_SALE = frozenset({EventStatus.PUBLISHED, EventStatus.POSTPONED})


@dataclass(frozen=True, slots=True)
class UpdateTicketType:
    """The wish to change a ticket type as it was at `expected_version`; `cleared` names fields that shall be empty from now on.

    With an `event_id` it must be a type of that event.
    """

    ticket_type_id: UUID
    expected_version: int
    changes: TicketTypeDetails
    cleared: frozenset[str] = frozenset()
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class DeleteTicketType:
    """The wish to delete a ticket type of which nothing is held or sold; with an `event_id` it must be a type of that event."""

    ticket_type_id: UUID
    expected_version: int
    event_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReorderTicketTypes:
    """The wish to have an event's ticket types in this order."""

    event_id: UUID
    ticket_type_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class TicketTypeHasTickets(Refusal):
    """Tickets of the type are held or sold, so it stays."""

    tickets: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        taken = f"{counted(self.tickets, 'ticket')} of this type {verb(self.tickets)} held or sold"
        return f"{taken}, so it stays; pause it if no more shall be sold."


@dataclass(frozen=True, slots=True)
class TicketTypeNeeded(Refusal):
    """The event is before the public, and needs a ticket type there."""

    status: EventStatus

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The event is {self.status.value.lower()} and needs a ticket type; add another one first, or take the event back to draft."


@dataclass(frozen=True, slots=True)
class TicketTypesChanged(Refusal):
    """The event has other ticket types than those named."""

    ticket_type_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The event has {len(self.ticket_type_ids)} ticket types; name each of them once."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "ticketTypeIds")


@dataclass(frozen=True, slots=True)
class PoolCountsSeats(Refusal):
    """A pool counts the seats of the event's seating plan, which alone says how many these are and what sells them."""

    pool_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The pool counts seats: block seats, or assign the seating plan anew, to change how many there are or what sells them."

    @property
    def path(self) -> tuple[str, ...]:
        """What is to blame."""
        return ("input",)


def expect_editable(status: EventStatus) -> None:
    """Refuse with EventNotEditable to change what an archived event sells."""
    expect_not_archived(status)


def chosen(types: Sequence[TicketType], ticket_type_id: UUID) -> TicketType:
    """The type among those of its event; refused with NotFound when it is gone."""
    for each in types:
        if each.id == ticket_type_id:
            return each
    raise Refused(NotFound("ticket type", ("input", "ticketTypeId")))


def update(here: TicketType, ask: UpdateTicketType, pools: Sequence[Pool], seat_pools: Collection[UUID]) -> TicketType:
    """The type with the changes; refused with VersionConflict, InputInvalid, PoolUnknown, or PoolCountsSeats."""
    expect_version(here.version, ask.expected_version)
    changed = replace(here, **given(ask.changes, ask.cleared), version=here.version + 1)  # type: ignore[arg-type]
    faults = Faults()
    faults.check(bool(changed.pool_ids), ("input", "poolIds"), "name a pool at least")
    check(faults, changed)
    faults.refuse()
    refuse_unknown(changed.pool_ids, pools)
    refuse_seats(set(changed.pool_ids) ^ set(here.pool_ids), seat_pools)
    return changed


def refuse_seats(pool_ids: Collection[UUID], seat_pools: Collection[UUID]) -> None:
    """Refuse with PoolCountsSeats where one of the pools counts seats."""
    if counting := tuple(sorted(set(pool_ids) & set(seat_pools))):
        raise Refused(PoolCountsSeats(counting))


def delete(here: TicketType, ask: DeleteTicketType, types: Sequence[TicketType], status: EventStatus, tickets: int) -> TicketType:
    """The type that may go from its event, which has `types`; refused with VersionConflict, TicketTypeHasTickets, or TicketTypeNeeded."""
    expect_version(here.version, ask.expected_version)
    if tickets:
        raise Refused(TicketTypeHasTickets(tickets))
    if len(types) == 1 and status in ON_SALE:
        raise Refused(TicketTypeNeeded(status))
    return here


def left_alone(here: TicketType, types: Sequence[TicketType], pools: Sequence[Pool], seat_pools: Collection[UUID]) -> list[UUID]:
    """The pools that go with a type that is deleted: those that no other draws on, that count no seats, and of which nothing is taken."""
    kept = {pool_id for each in types if each.id != here.id for pool_id in each.pool_ids} | set(seat_pools)
    return [each.id for each in pools if each.id in here.pool_ids and each.id not in kept and not each.held + each.sold]


def reorder(types: Sequence[TicketType], ticket_type_ids: Sequence[UUID]) -> list[TicketType]:
    """The types that move, each with its new position; refused with TicketTypesChanged unless each of the event's is named once."""
    by_id = {each.id: each for each in types}
    if sorted(ticket_type_ids) != sorted(by_id):
        raise Refused(TicketTypesChanged(tuple(each.id for each in types)))
    moved = [replace(by_id[each], position=at, version=by_id[each].version + 1) for at, each in enumerate(ticket_type_ids)]
    return [each for each in moved if each.position != by_id[each.id].position]


def given(changes: TicketTypeDetails, cleared: frozenset[str]) -> Mapping[str, object]:
    """The fields that change, by the names that a ticket type has for them."""
    told = {each.name: value for each in fields(changes) if (value := getattr(changes, each.name)) is not None}
    if (price := changes.price) is not None:
        del told["price"]
        told |= {"price_minor": price.amount_minor, "currency": price.currency}
    if changes.pool_ids is not None:
        told["pool_ids"] = tuple(sorted(set(changes.pool_ids)))
    return told | dict.fromkeys(cleared & CLEARABLE)
