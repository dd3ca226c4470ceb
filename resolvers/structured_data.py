"""Structured data: what search engines are told of events, for many events at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import structured_data as rules
from domain.availability import Availability
from domain.events import Event
from domain.structured_data import Told
from domain.ticket_types import SalesStatus, open_to

from resolvers.availability import availability_of_events
from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.images import images_of_events
from resolvers.organizations import own_organization
from resolvers.ticket_types import ticket_types_of_events
from resolvers.venues import venues_by_id


async def structured_data_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[str | None]:
    """For each event its JSON-LD, fit to stand in a page's script element; None where the public does not see it, whoever asks."""
    events = {event.id: event for event in await events_by_id(ctx, event_ids, {}) if event and rules.is_told(event)}
    told = await _told(ctx, list(events.values())) if events else {}
    addresses, locales = ctx.outside.addresses, ctx.viewer.locales
    documents = {event_id: rules.written(rules.describe(each, addresses, locales)) for event_id, each in told.items()}
    return [documents.get(event_id) for event_id in event_ids]


async def _told(ctx: Context, events: Sequence[Event]) -> dict[UUID, Told]:
    ids = [event.id for event in events]
    organization = await own_organization(ctx)
    places = list(dict.fromkeys(event.venue_id for event in events if event.venue_id))
    venues = dict(zip(places, await venues_by_id(ctx, places, {}), strict=True))
    async with ctx.reading() as reading:
        moved = await reading.activity.moved_online(ids)
    galleries = await images_of_events(ctx, ids, {})
    # Written for the public, whoever asks.
    types = [open_to(sold, staff=False) for sold in await ticket_types_of_events(ctx, ids, {})]
    sales = [_sales(each) for each in await availability_of_events(ctx, ids, {})]
    return {
        event.id: Told(event, organization, venues[event.venue_id] if event.venue_id else None, gallery, sold, statuses, online)
        for event, gallery, sold, statuses, online in zip(events, galleries, types, sales, moved, strict=True)
    }


def _sales(availability: Availability | None) -> Mapping[UUID, SalesStatus]:
    return {each.ticket_type_id: each.sales_status for each in availability.ticket_types} if availability else {}
