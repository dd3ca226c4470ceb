"""Refusals count as people do: one ticket is held, two tickets are."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from domain.counts import counted, verb
from domain.event_categories import EventCategoryInUse
from domain.events import EventHasTickets
from domain.holds import LimitScope, NoAdjacentSeats, TicketsSoldOut, TooManyTickets
from domain.images import GalleryFull
from domain.metadata_fields import MetadataFieldInUse
from domain.refusals import Refusal
from domain.seat_assignments import TooFewPlaces
from domain.seats import SeatsInUse
from domain.series import OccurrencesNotPublishable
from domain.ticket_types import PoolInUse, PoolTooSmall, TicketTypeHasTickets
from gateway.graphql.refusals import TooComplex

ID = UUID(int=1)
LACKING = "so none was published; give each what it lacks first."

TOLD: list[tuple[Refusal, str]] = [
    (EventHasTickets(1, 0), "1 ticket of the event is held and 0 sold, so it stays; cancel it if it does not take place."),
    (EventHasTickets(0, 1), "0 tickets of the event are held and 1 sold, so it stays; cancel it if it does not take place."),
    (EventHasTickets(1200, 3), "1,200 tickets of the event are held and 3 sold, so it stays; cancel it if it does not take place."),
    (TicketTypeHasTickets(1), "1 ticket of this type is held or sold, so it stays; pause it if no more shall be sold."),
    (TicketTypeHasTickets(2), "2 tickets of this type are held or sold, so it stays; pause it if no more shall be sold."),
    (PoolTooSmall(1, 2), "1 ticket of the pool is held and 2 sold; it cannot have fewer than 3."),
    (PoolTooSmall(2, 1), "2 tickets of the pool are held and 1 sold; it cannot have fewer than 3."),
    (PoolInUse((ID,), 1, 0), "1 ticket type draws on the pool, 1 of its tickets is held and 0 sold, so it stays."),
    (PoolInUse((ID, ID), 0, 1), "2 ticket types draw on the pool, 0 of its tickets are held and 1 sold, so it stays."),
    (EventCategoryInUse(0, 1), "There is 1 category in it; move or delete it first."),
    (EventCategoryInUse(0, 2), "There are 2 categories in it; move or delete them first."),
    (EventCategoryInUse(1, 0), "1 event is in it; take it out, or repeat with evenIfUsed."),
    (EventCategoryInUse(2, 0), "2 events are in it; take them out, or repeat with evenIfUsed."),
    (MetadataFieldInUse(1, "kind"), "1 event has values of the old kind; change them first."),
    (MetadataFieldInUse(2, "fieldId"), "2 events have values of it; change them first, or repeat with evenIfUsed."),
    (
        OccurrencesNotPublishable((ID,)),
        f"1 of the occurrences has no ticket type, or is VIRTUAL without a join link, {LACKING}",
    ),
    (
        OccurrencesNotPublishable((ID, ID)),
        f"2 of the occurrences have no ticket type, or are VIRTUAL without a join link, {LACKING}",
    ),
    (TicketsSoldOut(ID, 1, 0), "Only 1 ticket of this type is left."),
    (TicketsSoldOut(ID, 2, 0), "Only 2 tickets of this type are left."),
    (TicketsSoldOut(ID, 2, 1), "Only 2 tickets of this type are left; 1 more is in other carts, try again in a few minutes."),
    (
        TicketsSoldOut(ID, 1, 3, datetime(2030, 5, 1, 18, 0, tzinfo=UTC)),
        "Only 1 ticket of this type is left; 3 more are in other carts, the first may come back 2030-05-01T18:00:00Z.",
    ),
    (TooManyTickets(1, 0, LimitScope.ORDER), "One order may have 1 ticket of this type."),
    (TooManyTickets(1, 1), "One buyer may have 1 ticket here; 1 is already held."),
    (TooManyTickets(4, 2, LimitScope.TICKET_TYPE), "One buyer may have 4 tickets of this type; 2 are already held."),
    (NoAdjacentSeats(1, 3), "At most 1 of these seats is left together, 3 in all."),
    (TooFewPlaces("Stalls", 1, 2), "Stalls would have 1 place, and 2 are held or sold."),
    (TooFewPlaces("Stalls", 0, 1), "Stalls would have 0 places, and 1 is held or sold."),
    (SeatsInUse(("A-1",), 1), "1 seat is held or booked: A-1."),
    (SeatsInUse(("A-1", "A-2"), 2), "2 seats are held or booked: A-1, A-2."),
    (GalleryFull(1), "An event has at most 1 image; remove one first."),
    (TooComplex("depth", 2, 1, "levels"), "The operation has 2 levels, at most 1 is allowed; ask for less, or in several requests."),
]


@pytest.mark.parametrize(("refusal", "told"), TOLD)
def test_a_refusal_counts_as_people_do(refusal: Refusal, told: str) -> None:
    assert refusal.message == told


def test_a_word_may_have_a_plural_of_its_own_and_thousands_are_parted() -> None:
    assert [counted(each, "category", "categories") for each in (0, 1, 2, 1000)] == [
        "0 categories",
        "1 category",
        "2 categories",
        "1,000 categories",
    ]
    assert [verb(each) for each in (0, 1, 2)] == ["are", "is", "are"]
