"""What occurrences sell: the terms of a ticket type, changed for one occurrence, for those that follow, or for all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from uuid import UUID

from domain.dates import moved_along
from domain.events import Event, expect_not_archived
from domain.refusals import Faults, NotFound, Refused
from domain.series.editing import EDITABLE, InScope, OccurrenceScope, chosen, stepped, unlike
from domain.series.values import EventSeries, Left, LeftReason, Staged, Trait
from domain.ticket_types import Pool, TicketType, TicketTypeDetails, UpdateTicketType, given, update
from domain.ticket_types import check as check_type

PRICE = frozenset({"price_minor", "currency"})
"""Changed together or not at all."""
WINDOW = frozenset({"sales_start_at", "sales_end_at"})


@dataclass(frozen=True, slots=True)
class UpdateOffers:
    """The wish to change a ticket type, and the one in the same place of other occurrences; `cleared` names fields that shall be empty.

    Sale times and pools are said for the occurrence of the type named. Elsewhere the times lie to that occurrence as they do here, and
    pools are those of the same names. With a `series_id` it must be a type of that series.
    """

    ticket_type_id: UUID
    scope: OccurrenceScope
    expected_version: int
    changes: TicketTypeDetails = field(default_factory=TicketTypeDetails)
    cleared: frozenset[str] = frozenset()
    series_id: UUID | None = None

    def seen_from(self, ticket_type: TicketType) -> InScope:
        """Which occurrences: those in scope, seen from the event of the type."""
        return InScope(ticket_type.event_id, self.scope, self.expected_version, self.series_id)


@dataclass(frozen=True, slots=True)
class Selling:
    """What an occurrence sells: its ticket types, its pools, and which of these count seats."""

    types: Sequence[TicketType]
    pools: Sequence[Pool] = ()
    seat_pools: Collection[UUID] = ()

    def names_of(self, pool_ids: Collection[UUID]) -> set[str]:
        """What these pools are called."""
        return {pool.name for pool in self.pools if pool.id in pool_ids}

    def called(self, names: Collection[str]) -> tuple[UUID, ...] | None:
        """The pools of these names; None where one is missing, or two have the same."""
        found = [pool for pool in self.pools if pool.name in names]
        return tuple(sorted(pool.id for pool in found)) if sorted(pool.name for pool in found) == sorted(names) else None

    def counts_seats(self, pool_ids: Collection[UUID]) -> bool:
        """Whether one of these pools counts seats."""
        return not set(pool_ids).isdisjoint(self.seat_pools)


@dataclass(frozen=True, slots=True)
class Offered:
    """A ticket type of an occurrence before and after."""

    event: Event
    before: TicketType
    after: TicketType


@dataclass(frozen=True, slots=True)
class NewOffers:
    """The series, the ticket types that changed, and the occurrences that were left, at least in part."""

    series: EventSeries
    changes: tuple[Offered, ...]
    left: tuple[Left, ...]

    @property
    def ticket_types(self) -> list[TicketType]:
        """The ticket types as they are now."""
        return [each.after for each in self.changes]


@dataclass(frozen=True, slots=True)
class _Pattern:
    """The type that was named, in its occurrence, and what is asked for it."""

    event: Event
    selling: Selling
    ticket_type: TicketType
    asked: Mapping[str, object]


def offer(series: EventSeries, staged: Sequence[Staged], sold: Mapping[UUID, Selling], ask: UpdateOffers, now: datetime) -> NewOffers:
    """The ticket types with the changes; `sold` is what each event sells.

    The type in the same place of another occurrence is changed in what it has in common with the one named, as it was before; where it
    differs it is left, and so is an archived event. Refused with VersionConflict, NotFound, InputInvalid, PoolUnknown, PoolCountsSeats, or
    EventNotEditable where an archived event alone is meant.
    """
    pattern = _pattern(staged, sold, ask)
    in_scope = chosen(series, staged, ask.seen_from(pattern.ticket_type))
    if ask.scope is OccurrenceScope.THIS:
        expect_not_archived(in_scope[0].event.status)
    _refuse_bad(pattern, ask)
    left = [Left(each.event, reason) for each in in_scope if (reason := unlike(each, EDITABLE, now))]
    changed = []
    for each in in_scope:
        if unlike(each, EDITABLE, now) is None:
            own = next((one for one in sold[each.event.id].types if one.position == pattern.ticket_type.position), None)
            terms = {} if own is None else _in_common(pattern, each.event, sold[each.event.id], own)
            if own is not None and terms:
                changed.append(Offered(each.event, own, _checked(_changed(own, terms))))
            if len(terms) < len(pattern.asked):
                left.append(Left(each.event, LeftReason.DEVIATES, (Trait.TICKET_TYPES,)))
    return NewOffers(stepped(series, now), tuple(changed), tuple(left))


def _pattern(staged: Sequence[Staged], sold: Mapping[UUID, Selling], ask: UpdateOffers) -> _Pattern:
    for each in staged:
        for one in sold[each.event.id].types:
            if one.id == ask.ticket_type_id:
                return _Pattern(each.event, sold[each.event.id], one, given(ask.changes, ask.cleared))
    raise Refused(NotFound("ticket type", ("input", "ticketTypeId")))


def _refuse_bad(pattern: _Pattern, ask: UpdateOffers) -> None:
    """Refuse what may not be said of the type named, whether or not it is changed itself."""
    here = _changed(pattern.ticket_type, {"version": pattern.ticket_type.version})
    update(here, UpdateTicketType(here.id, here.version, ask.changes, ask.cleared), pattern.selling.pools, pattern.selling.seat_pools)


def _in_common(pattern: _Pattern, event: Event, selling: Selling, own: TicketType) -> dict[str, object]:
    """The terms that are changed here: those in which the type is like the one named, and that there can be here."""
    named = pattern.ticket_type
    terms = {
        name: _seen(pattern, event, selling, name, new)
        for name, new in pattern.asked.items()
        if _plain(getattr(own, name)) == _plain(_seen(pattern, event, selling, name, getattr(named, name)))
    }
    if not terms.keys() >= PRICE & pattern.asked.keys():
        terms = {name: new for name, new in terms.items() if name not in PRICE}
    if "pool_ids" in terms and not _may_draw(selling, own, terms["pool_ids"]):
        del terms["pool_ids"]
    return terms


def _seen(pattern: _Pattern, event: Event, selling: Selling, name: str, value: object) -> object:
    """What a term of the type named means in this occurrence; None for pools that are not there."""
    if event.id == pattern.event.id:
        return value
    if name in WINDOW and isinstance(value, datetime):
        return moved_along(value, pattern.event.starts_at, event.starts_at, pattern.event.time_zone)
    if name == "pool_ids" and isinstance(value, Sequence):
        return selling.called(pattern.selling.names_of(value))
    return value


def _may_draw(selling: Selling, own: TicketType, pool_ids: object) -> bool:
    """Whether the pools are there, and none of those that are new or given up counts seats."""
    return isinstance(pool_ids, tuple) and not selling.counts_seats(set(pool_ids) ^ set(own.pool_ids))


def _plain(value: object) -> object:
    """The value for comparing; pools in any order."""
    return sorted(value) if isinstance(value, list | tuple) else value


def _changed(each: TicketType, terms: Mapping[str, object]) -> TicketType:
    """The type with other terms; it may be a row that reads like one."""
    facts = {one.name: getattr(each, one.name) for one in fields(TicketType)}
    return TicketType(**facts | {"version": each.version + 1, "pool_ids": tuple(each.pool_ids)} | dict(terms))


def _checked(changed: TicketType) -> TicketType:
    """The type when its terms fit each other; refused with InputInvalid."""
    faults = Faults()
    check_type(faults, changed)
    faults.refuse()
    return changed
