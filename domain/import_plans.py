"""Import plans: compares an imported event with what is here and says what to write; what was imported before changes, never doubles."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from uuid import UUID

from domain import events as event_rules
from domain import ticket_types as ticket_type_rules
from domain.counts import counted, verb
from domain.events import AttendanceMode, Event, EventDetails, EventStatus
from domain.imports import (
    Change,
    DocumentFault,
    DocumentsBroken,
    EventOutcome,
    ImportedEvent,
    ImportedTicketType,
    ImportedVenue,
    TicketTypeOutcome,
)
from domain.refusals import Refused
from domain.texts import in_language
from domain.ticket_types import CreateTicketType, Pool, TicketType
from domain.venues import Venue

EVENT, POOL, TICKET_TYPE, VENUE = "event", "pool", "ticket_type", "venue"
NEWS = {Change.CREATED: "created", Change.CHANGED: "updated"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Our `id` stands for the thing of this kind that the other system calls `name`."""

    kind: str
    name: str
    id: UUID


@dataclass(frozen=True, slots=True)
class Known:
    """What is here already: our ids by kind and the other system's name; the events imported before, with all their types and pools."""

    ids: Mapping[tuple[str, str], UUID]
    events: Mapping[UUID, Event]
    ticket_types: Mapping[UUID, Sequence[TicketType]]
    pools: Mapping[UUID, Sequence[Pool]]


@dataclass(slots=True)
class Plan:
    """What to write for one event, in this order: the event, its pools and ticket types, then the later steps of its status."""

    name: str
    event: Event
    change: Change
    fields: tuple[str, ...]
    pools: list[Pool] = field(default_factory=list)
    new_types: list[TicketType] = field(default_factory=list)
    changed_types: list[TicketType] = field(default_factory=list)
    steps: list[Event] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)
    ticket_types: list[TicketTypeOutcome] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    @property
    def draft(self) -> list[Event]:
        """The event when it is to be written before its ticket types: none when it stays as it is."""
        return [] if self.change is Change.UNCHANGED else [self.event]

    @property
    def outcome(self) -> EventOutcome:
        """What the report says of it."""
        change, names = self.change, self.fields
        if self.steps and change is not Change.CREATED:
            change, names = Change.CHANGED, (*names, "status")
        event = self.steps[-1] if self.steps else self.event
        return EventOutcome(self.name, event, change, names, tuple(self.ticket_types), tuple(self.remarks))


def plan(imported: ImportedEvent, known: Known, new_id: Callable[[], UUID], now: datetime) -> Plan:
    """What to write so that the event is here as it was imported. Refused where it breaks a rule of events or ticket types."""
    names = _Names(known.ids, new_id)
    event_id = names.id(EVENT, imported.name)
    here = known.events.get(event_id)
    if here is not None and here.status is EventStatus.ARCHIVED:
        return Plan(imported.name, here, Change.UNCHANGED, (), remarks=["stays as it is, since it is archived"])
    planned = _plan_event(imported, event_id, here, now)
    pools = _plan_pools(planned, imported, names, {each.id: each for each in known.pools.get(event_id, ())})
    types = {each.id: each for each in known.ticket_types.get(event_id, ())}
    for position, kind in enumerate(imported.ticket_types):
        _plan_type(planned, kind, names, pools, types, position)
    for type_id in (known.ids.get((TICKET_TYPE, name)) for name in imported.off_sale):
        if type_id in types:
            _take_off_sale(planned, types[type_id], now)
    _plan_status(planned, imported, bool(types or planned.new_types), now)
    planned.references = names.new
    return planned


def names_of(events: Sequence[ImportedEvent]) -> dict[str, list[str]]:
    """For each kind of thing the names that the other system has for those of these events."""
    return {
        EVENT: [event.name for event in events],
        POOL: [each.name for event in events for each in event.pools],
        TICKET_TYPE: [name for event in events for name in (*(each.name for each in event.ticket_types), *event.off_sale)],
    }


def venue_of(imported: ImportedVenue, venue_id: UUID) -> Venue:
    """The venue as it is here."""
    return Venue(venue_id, imported.name, imported.street, imported.city, imported.country, imported.time_zone)


def refuse_taken_slugs(imported: Sequence[ImportedEvent], here: Sequence[Event | None], known: Known) -> None:
    """Refuse with DocumentsBroken events whose slug another event has here."""
    owners = {event.slug: event.id for event in here if event}
    faults = [
        DocumentFault(each.file, "$.slug", f"another event here is called {each.slug} already: rename or delete that one")
        for each in imported
        if each.slug in owners and owners[each.slug] != known.ids.get((EVENT, each.name))
    ]
    if faults:
        raise Refused(DocumentsBroken(tuple(faults)))


class _Names:
    """Gives each imported thing its id: the one noted before, or a new one that is to be noted."""

    def __init__(self, known: Mapping[tuple[str, str], UUID], new_id: Callable[[], UUID]) -> None:
        self._known = known
        self._new_id = new_id
        self.new: list[Reference] = []

    def id(self, kind: str, name: str) -> UUID:
        if (kind, name) in self._known:
            return self._known[kind, name]
        self.new.append(Reference(kind, name, self._new_id()))
        return self.new[-1].id


def _plan_event(imported: ImportedEvent, event_id: UUID, here: Event | None, now: datetime) -> Plan:
    if here is None:
        return Plan(imported.name, event_rules.create(event_id, imported.details, now), Change.CREATED, ())
    given = {each.name: getattr(imported.details, each.name) for each in fields(EventDetails)}
    wanted = {name: value for name, value in given.items() if value is not None and value != getattr(here, name)}
    changed = {name: value for name, value in wanted.items() if event_rules.may_change(here.status, name)}
    remarks = [f"keeps {', '.join(sorted(wanted.keys() - changed))}, since it is {here.status.value.lower()}"] if changed != wanted else []
    if not changed:
        return Plan(imported.name, here, Change.UNCHANGED, (), remarks=remarks)
    updated = event_rules.update(here, here.version, EventDetails(**changed), now)
    return Plan(imported.name, updated, Change.CHANGED, tuple(changed), remarks=remarks)


def _plan_pools(planned: Plan, imported: ImportedEvent, names: _Names, here: Mapping[UUID, Pool]) -> dict[str, Pool]:
    """The event's imported pools by name; a pool never gets smaller than what is held and sold of it."""
    pools = {}
    for each in imported.pools:
        pool_id = names.id(POOL, each.name)
        old = here.get(pool_id)
        taken = old.held + old.sold if old else 0
        pool = Pool(pool_id, planned.event.id, each.label, max(each.capacity, taken))
        if pool.capacity > each.capacity:
            kept = f"{counted(taken, 'ticket')} that {verb(taken)} held or sold"
            planned.remarks.append(f"the pool {each.label} keeps {kept}, instead of {each.capacity}")
        if old is None or (old.name, old.capacity) != (pool.name, pool.capacity):
            planned.pools.append(pool)
        pools[each.name] = pool
    return pools


def _plan_type(
    planned: Plan,
    imported: ImportedTicketType,
    names: _Names,
    pools: Mapping[str, Pool],
    here: Mapping[UUID, TicketType],
    position: int,
) -> None:
    drawn = [pools[name] for name in imported.pools]
    ask = CreateTicketType(
        event_id=planned.event.id,
        name=imported.title,
        price=imported.price,
        pool_ids=tuple(pool.id for pool in drawn),
        sales_start_at=imported.sales_start_at,
        sales_end_at=imported.sales_end_at,
        min_per_order=imported.min_per_order,
        max_per_order=imported.max_per_order,
        hidden=imported.hidden,
    )
    type_id = names.id(TICKET_TYPE, imported.name)
    wanted, _ = ticket_type_rules.create(type_id, type_id, ask, drawn, position)
    change, changed = _plan_change(planned, wanted, here.get(type_id))
    capacity = min(pool.capacity for pool in drawn)
    planned.ticket_types.append(TicketTypeOutcome(imported.name, type_id, imported.title, imported.price, capacity, change, changed))


def _plan_change(planned: Plan, wanted: TicketType, here: TicketType | None) -> tuple[Change, tuple[str, ...]]:
    if here is None:
        planned.new_types.append(wanted)
        return Change.CREATED, ()
    # What no document tells stays as the staff left it.
    wanted = replace(wanted, max_per_buyer=here.max_per_buyer, paused=here.paused, created_by=here.created_by)
    names = (each.name for each in fields(TicketType) if each.name != "version")
    changed = tuple(name for name in names if getattr(wanted, name) != getattr(here, name))
    if changed:
        planned.changed_types.append(replace(wanted, version=here.version + 1))
    return (Change.CHANGED if changed else Change.UNCHANGED), changed


def _take_off_sale(planned: Plan, here: TicketType, now: datetime) -> None:
    """End the sale of a type that was imported before and must not be sold any more."""
    if here.sales_end_at is None or here.sales_end_at > now:
        facts = {each.name: getattr(here, each.name) for each in fields(TicketType)}
        planned.changed_types.append(TicketType(**facts | {"sales_end_at": now, "version": here.version + 1}))
        planned.remarks.append(f"the sale of {in_language(here.name, ['en'])} ends now, because its document does not allow it any more")


def _plan_status(planned: Plan, imported: ImportedEvent, has_types: bool, now: datetime) -> None:  # noqa: FBT001 - a fact
    event = planned.event
    reasons = [*imported.held_back, *([] if has_types else ["it has no ticket type"])]
    if event.status is EventStatus.DRAFT and event.attendance_mode is AttendanceMode.VIRTUAL:
        reasons.append("it has no join link")
    if event.status is EventStatus.DRAFT and (reasons or imported.status is EventStatus.DRAFT):
        planned.remarks.append(f"stays a draft: {'; '.join(reasons) or 'its document says so'}")
        return
    if reasons:
        planned.remarks.append(f"stays {event.status.value.lower()} here, although {'; '.join(reasons)}")
    if event.status is EventStatus.DRAFT:
        event = event_rules.publish(event, event.version, 1, now)
        planned.steps.append(event)
    if imported.status is EventStatus.CANCELLED and event.status is EventStatus.PUBLISHED:
        planned.steps.append(replace(event, status=EventStatus.CANCELLED, version=event.version + 1, updated_at=now))
    if event.ends_at <= now:
        planned.remarks.append("is over, so nothing of it can be bought")
