"""Calendars: one event, or an organization's whole public programme, as people subscribe to it."""

from collections.abc import Sequence

from domain import calendars as rules
from domain.calendars import Calendar
from domain.events import PUBLIC_STATUSES, Event, EventFilter, EventOrder
from domain.organizations import Organization
from domain.paging import Page

from resolvers.context import Context
from resolvers.organizations import own_organization
from resolvers.venues import venues_by_id


async def calendar_of_event(ctx: Context, event: Event | None) -> Calendar | None:
    """The event as a calendar of its own; None where the public does not see it, whoever asks."""
    if event is None or not rules.is_told(event):
        return None
    return await _calendar(ctx, [event], await own_organization(ctx), None)


async def calendar_of_organization(ctx: Context) -> Calendar:
    """The public programme in the order in which it takes place, at most the latest thousand events."""
    organization = await own_organization(ctx)
    async with ctx.reading() as reading:
        public = EventFilter(statuses=sorted(PUBLIC_STATUSES))
        found = await reading.events.page(public, [EventOrder.STARTS_AT_DESC], Page(rules.MOST_ENTRIES))
    return await _calendar(ctx, found.items[::-1], organization, organization.name)


async def _calendar(ctx: Context, events: Sequence[Event], organization: Organization, name: str | None) -> Calendar:
    places = list(dict.fromkeys(event.venue_id for event in events if event.venue_id))
    venues = dict(zip(places, await venues_by_id(ctx, places, {}), strict=True))
    addresses, locales = ctx.outside.addresses, ctx.viewer.locales
    found = [(event, venues[event.venue_id] if event.venue_id else None) for event in events]
    return Calendar([rules.entry_of(event, venue, organization, addresses, locales) for event, venue in found], name)
