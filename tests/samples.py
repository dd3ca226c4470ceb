"""Things as a box office has them, for tests to change one fact at a time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id
from domain.events import AttendanceMode, Event, EventStatus
from domain.holds import Hold, HoldLine, HoldStatus
from domain.ticket_types import Pool, TicketType
from domain.venues import Venue

CREATED = datetime(2040, 1, 1, 12, tzinfo=UTC)
STARTS = datetime(2040, 6, 1, 18, tzinfo=UTC)
ENDS = datetime(2040, 6, 1, 22, tzinfo=UTC)


def an_event(**facts: Any) -> Event:
    """A published concert of summer 2040."""
    event_id = new_id()
    concert = Event(
        id=event_id,
        slug=f"concert-{event_id}",
        title={"en": "Summer concert", "de": "Sommerkonzert"},
        description={"en": "Outdoors, come rain or shine."},
        status=EventStatus.PUBLISHED,
        attendance_mode=AttendanceMode.PHYSICAL,
        starts_at=STARTS,
        ends_at=ENDS,
        time_zone="Europe/Berlin",
        venue_id=None,
        created_at=CREATED,
        updated_at=CREATED,
        published_at=CREATED,
    )
    return replace(concert, **facts)


def a_venue(**facts: Any) -> Venue:
    """A hall in Berlin."""
    return replace(Venue(new_id(), "Great Hall", "Bellevuestraße 1", "Berlin", "DE", "Europe/Berlin"), **facts)


def a_pool(event_id: UUID, capacity: int = 100, **facts: Any) -> Pool:
    """Standing room."""
    return replace(Pool(new_id(), event_id, "Standing", capacity), **facts)


def a_ticket_type(event_id: UUID, *pools: Pool, **facts: Any) -> TicketType:
    """A ticket for 25 euros that draws on these pools."""
    drawn = tuple(sorted(pool.id for pool in pools))
    return replace(TicketType(new_id(), event_id, {"en": "Standing"}, 2500, "EUR", drawn), **facts)


def a_hold(ticket_type: TicketType, quantity: int, **facts: Any) -> Hold:
    """An active hold of one line."""
    line = HoldLine(ticket_type.id, quantity, ticket_type.pool_ids)
    until = datetime(2040, 5, 1, tzinfo=UTC)
    return replace(Hold(new_id(), ticket_type.event_id, "cart:of-a-buyer", HoldStatus.ACTIVE, (line,), CREATED, until), **facts)
