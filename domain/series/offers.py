"""What occurrences sell: the terms of a ticket type, changed for one occurrence, for those that follow, or for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from domain.events import expect_not_archived
from domain.money import Money
from domain.refusals import Faults, NotFound, Refused
from domain.series.editing import EDITABLE, InScope, OccurrenceScope, chosen, stepped, unlike
from domain.series.values import EventSeries, Left, LeftReason, Staged, Trait
from domain.texts import LocalizedText, check_text
from domain.ticket_types import LONGEST_NAME, TicketType, check_amounts


@dataclass(frozen=True, slots=True)
class UpdateOffers:
    """The wish to change a ticket type, and the one in the same place of other occurrences; None means: leave it."""

    ticket_type_id: UUID
    scope: OccurrenceScope
    expected_version: int
    name: LocalizedText | None = None
    price: Money | None = None
    max_per_order: int | None = None

    def seen_from(self, ticket_type: TicketType) -> InScope:
        """Which occurrences: those in scope, seen from the event of the type."""
        return InScope(ticket_type.event_id, self.scope, self.expected_version)


@dataclass(frozen=True, slots=True)
class NewOffers:
    """The series, the ticket types that changed, and the occurrences that were left, at least in part."""

    series: EventSeries
    ticket_types: tuple[TicketType, ...]
    left: tuple[Left, ...]


def offer(
    series: EventSeries, staged: Sequence[Staged], types: Mapping[UUID, Sequence[TicketType]], ask: UpdateOffers, now: datetime
) -> NewOffers:
    """The ticket types with the changes; `types` are those of each event.

    The type in the same place of another occurrence is changed in what it has in common with the one named, as it was before; where it
    differs it is left, and so is an archived event. Refused with VersionConflict, NotFound, InputInvalid, or EventNotEditable where an
    archived event alone is meant.
    """
    pattern = _pattern(types, ask.ticket_type_id)
    in_scope = chosen(series, staged, ask.seen_from(pattern))
    if ask.scope is OccurrenceScope.THIS:
        expect_not_archived(in_scope[0].event.status)
    _check(ask)
    left = [Left(each.event, reason) for each in in_scope if (reason := unlike(each, EDITABLE, now))]
    changed = []
    for each in in_scope:
        if unlike(each, EDITABLE, now) is None:
            own = next((one for one in types[each.event.id] if one.position == pattern.position), None)
            terms = {} if own is None else {name: new for name, new in _asked(ask).items() if getattr(own, name) == getattr(pattern, name)}
            if own is not None and terms:
                changed.append(_checked(_changed(own, terms)))
            if len(terms) < len(_asked(ask)):
                left.append(Left(each.event, LeftReason.DEVIATES, (Trait.TICKET_TYPES,)))
    return NewOffers(stepped(series, now), tuple(changed), tuple(left))


def _changed(each: TicketType, terms: Mapping[str, object]) -> TicketType:
    """The type with other terms; it may be a row that reads like one."""
    facts = {one.name: getattr(each, one.name) for one in fields(TicketType)}
    return TicketType(**facts | dict(terms) | {"version": each.version + 1})


def _checked(changed: TicketType) -> TicketType:
    """The type when its terms fit each other; refused with InputInvalid."""
    faults = Faults()
    check_amounts(faults, changed)
    faults.refuse()
    return changed


def _pattern(types: Mapping[UUID, Sequence[TicketType]], ticket_type_id: UUID) -> TicketType:
    for each in (one for several in types.values() for one in several):
        if each.id == ticket_type_id:
            return each
    raise Refused(NotFound("ticket type", ("input", "ticketTypeId")))


def _check(ask: UpdateOffers) -> None:
    faults = Faults()
    check_text(faults, ask.name or {}, ("input", "name"), longest=LONGEST_NAME, required=ask.name is not None)
    faults.check(ask.price is None or ask.price.amount_minor >= 0, ("input", "price", "amountMinor"), "must not be negative")
    faults.check(ask.max_per_order is None or ask.max_per_order > 0, ("input", "maxPerOrder"), "must be positive")
    faults.refuse()


def _asked(ask: UpdateOffers) -> dict[str, object]:
    price = {"price_minor": ask.price.amount_minor, "currency": ask.price.currency} if ask.price else {}
    return price | {name: value for name in ("name", "max_per_order") if (value := getattr(ask, name)) is not None}
