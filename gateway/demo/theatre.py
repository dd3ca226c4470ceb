"""Puts on the demo's play, whose seats are numbered, so that there is a seat map to watch; and at another time once it is over."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.events import CreateEvent, Event, EventDetails, EventStatus, PublishEvent, RescheduleEvent
from domain.money import Money
from domain.seat_assignments import AssignSeatingPlan, SoldBy
from domain.seating.plans import ImportSeatingPlan
from domain.seats import BlockSeats
from domain.texts import LocalizedText
from domain.ticket_types import CreateTicketType
from gateway.demo.harbour_nights import ROPEWALK
from gateway.demo.programme import Day, Slot
from gateway.seating.theatre import make_theatre
from resolvers.context import Context
from resolvers.event_lifecycle import publish_event, reschedule_event
from resolvers.events import create_event, events_by_slug
from resolvers.seating import assign_seating_plan, import_seating_plan, versions_of_events
from resolvers.seats import block_seats
from resolvers.ticket_types import create_ticket_type

TROUPE, SLUG = "demo", "the-drowned-bell"
TITLE = {"en": "The Drowned Bell", "de": "Die versunkene Glocke", "da": "Den druknede klokke"}
ABOUT = {
    "en": "A play for five actors and a diving bell. All seats are numbered.",
    "de": "Ein Stück für fünf Schauspieler und eine Taucherglocke. Alle Plätze sind nummeriert.",
    "da": "Et stykke for fem skuespillere og en dykkerklokke. Alle pladser er nummererede.",
}
SLOT = Slot(Day.FRIDAY, 24, "19:30", 2.5)
PLAN, SEATS = "Rebslageriet, rows", 240
KEPT_FREE = ("Stalls A-1", "Stalls A-2", "Circle A-1", "Circle A-2")
PRICES: Mapping[str, tuple[LocalizedText, str]] = {
    "Premium": ({"en": "Front rows", "de": "Vordere Reihen", "da": "Forreste rækker"}, "48.00"),
    "Stalls": ({"en": "Stalls", "de": "Parkett", "da": "Parket"}, "36.00"),
    "Circle": ({"en": "Circle", "de": "Rang", "da": "Balkon"}, "28.00"),
    "Gallery": ({"en": "Gallery", "de": "Galerie", "da": "Galleri"}, "16.00"),
}


async def stage_play(ctx: Context, troupe: str, currency: str, venues: Mapping[str, UUID], now: datetime) -> None:
    """Put the play on where it is not here, and again where it is over; an event of the organizer's own with its slug is left alone."""
    if troupe != TROUPE:
        return
    [play] = await events_by_slug(ctx, [SLUG], {})
    if play is None:
        await _premiere(ctx, currency, venues[ROPEWALK.name], now)
    elif play.ends_at <= now and play.status is EventStatus.PUBLISHED and await _is_ours(ctx, play):
        await reschedule_event(ctx, RescheduleEvent(play.id, play.version, *SLOT.times(now, ROPEWALK.time_zone)))


async def _premiere(ctx: Context, currency: str, venue_id: UUID, now: datetime) -> None:
    starts_at, ends_at = SLOT.times(now, ROPEWALK.time_zone)
    plan = await import_seating_plan(ctx, ImportSeatingPlan(make_theatre(SEATS), PLAN, venue_id))
    details = EventDetails(SLUG, TITLE, ABOUT, None, starts_at, ends_at, ROPEWALK.time_zone, venue_id)
    play = await create_event(ctx, CreateEvent(details))
    sold = []
    for category, (name, price) in PRICES.items():
        wish = CreateTicketType(play.id, name, Money.of_major(Decimal(price), currency), capacity=1)
        sold.append(SoldBy(category, ((await create_ticket_type(ctx, wish)).id,)))
    await assign_seating_plan(ctx, AssignSeatingPlan(play.id, plan.version.id, tuple(sold)))
    await block_seats(ctx, BlockSeats(play.id, KEPT_FREE, (), "For the fire brigade."))
    await publish_event(ctx, PublishEvent(play.id, None))


async def _is_ours(ctx: Context, play: Event) -> bool:
    [version] = await versions_of_events(ctx, [play.id], {})
    return version is not None and version.name == PLAN
