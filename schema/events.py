"""Events as clients see them: reading one and many."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Self

import strawberry

from domain import events as domain
from domain.events import EventOrder, search_of
from domain.names import is_slug
from domain.paging import Page, page_of
from domain.texts import in_language
from resolvers import events as deeds
from resolvers.availability import availability_of_events
from resolvers.context import Context
from resolvers.event_categories import event_categories_of_events
from resolvers.events import events_by_id
from resolvers.images import images_of_events
from resolvers.join_links import join_urls_of_events
from resolvers.metadata import metadata_of_events
from resolvers.questions import questions_of_events
from resolvers.seating import versions_of_events
from resolvers.seats import categories_of_events
from resolvers.series_reading import placings_of_events, series_of_events
from resolvers.structured_data import structured_data_of_events
from resolvers.ticket_keys import keys_of_events
from resolvers.ticket_types import pools_of_events, ticket_types_of_events
from resolvers.venues import venues_by_id
from schema import ids
from schema.activity import PAGE_ARGUMENTS, EventActivity, activity_of_events
from schema.attendance import AttendanceMode
from schema.availability import TicketAvailability
from schema.batched import batched
from schema.columns import localized
from schema.connections import Connection, connect
from schema.event_categories import EventCategory
from schema.event_finding import Cursors, PriceFilter, addressed, countries
from schema.event_status import EventStatus
from schema.filters import ids_wanted as _ids
from schema.filters import wanted as _wanted
from schema.images import Image
from schema.metadata import EventMetadata, MetadataFilter
from schema.nodes import Node, found_by
from schema.questions import ARCHIVED, Question
from schema.seating import SeatingPlanVersion
from schema.seats import SeatCategory
from schema.series import EventSeries, Occurrence
from schema.texts import Translation, translations
from schema.ticket_keys import TicketKey
from schema.ticket_types import ACCESS_CODE, Pool, TicketType
from schema.venues import Venue


@strawberry.federation.type(keys=["id"], description="What is put on, when and where.")
class Event(Node):
    """See `domain.events.Event`."""

    slug: str = strawberry.field(description="Its short name in links, unique in the organization.")
    status: EventStatus = strawberry.field(description="Where it is between draft and archive.")
    attendance_mode: AttendanceMode = strawberry.field(description="Whether people come, connect, or both.")
    starts_at: datetime = strawberry.field(description="When it begins.")
    ends_at: datetime = strawberry.field(description="When it ends.")
    time_zone: str = strawberry.field(description="The IANA time zone of the place.")
    created_at: datetime = strawberry.field(description="When it was entered.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    published_at: datetime | None = strawberry.field(description="When it was put before the public.")
    previous_starts_at: datetime | None = strawberry.field(
        description="When it should have begun, as long as it is postponed or was put at another time."
    )
    buyer_limit: int | None = strawberry.field(
        description="How many tickets of it one buyer may have; null: as many as the organization says."
    )
    approval_required: bool = strawberry.field(description="Whether the staff look at each order before it can be paid.")
    ticket_keys: list[TicketKey] = batched(
        keys_of_events,
        description="The keys that sign the codes of its tickets, the one that signs now first; none before the first.",
    )
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")
    venue: Venue | None = batched(venues_by_id, key="venue_id", description="Where it takes place.")
    ticket_types: list[TicketType] = batched(
        ticket_types_of_events, description="What can be bought, by position; hidden ones with their code.", arguments=ACCESS_CODE
    )
    questions: list[Question] = batched(questions_of_events, description="What its buyers are asked, by position.", arguments=ARCHIVED)
    pools: list[Pool] | None = batched(pools_of_events, description="Its stocks with their counters; null without tickets:manage.")
    images: list[Image] = batched(images_of_events, description="Its gallery, by position; the public sees what is READY.")
    seating_plan: SeatingPlanVersion | None = batched(versions_of_events, description="The seating plan it uses; null without one.")
    seat_categories: list[SeatCategory] = batched(categories_of_events, description="The plan's price categories that are on sale.")
    categories: list[EventCategory] = batched(event_categories_of_events, description="The categories it is in, as they were given.")
    metadata: list[EventMetadata] = batched(
        metadata_of_events, description="What it has in the organization's fields, by their positions; the public sees what is public."
    )
    join_url: str | None = batched(
        join_urls_of_events,
        description="Where to connect; null for all but holders of valid tickets and staff with events:read-join-link.",
    )
    availability: TicketAvailability | None = batched(
        availability_of_events, description="How many tickets can be had now; of hidden types with their code.", arguments=ACCESS_CODE
    )
    json_ld: str | None = batched(
        structured_data_of_events,
        description="What search engines are told of it, in the viewer's language: schema.org as JSON-LD, escaped so that a page's script "
        "element may hold it as it is. Null unless the public sees the event.",
    )
    series: EventSeries | None = batched(series_of_events, description="The series that it is an occurrence of; null when it stands alone.")
    occurrence: Occurrence | None = batched(placings_of_events, description="What it is in its series; null when it stands alone.")
    activity: Connection[EventActivity] | None = batched(
        activity_of_events, description="What was done to it, the newest first; null for those who are not staff.", arguments=PAGE_ARGUMENTS
    )
    title: str = localized("title", description="Its title in the viewer's language.")

    @strawberry.field(description="Its title in every language.")
    def titles(self: domain.Event) -> list[Translation]:
        """The whole localized title."""
        return translations(self.title)

    @strawberry.field(description="What it is about, in the viewer's language; null when nothing is said.")
    def description(self: domain.Event, info: strawberry.Info) -> str | None:
        """The localized description."""
        return in_language(self.description, info.context.viewer.locales) or None

    @strawberry.field(description="Why it was cancelled, in the viewer's language; null when it was not.")
    def cancellation_reason(self: domain.Event, info: strawberry.Info) -> str | None:
        """The localized reason."""
        return in_language(self.cancellation_reason, info.context.viewer.locales) or None

    @strawberry.field(description="What it is about, in every language.")
    def descriptions(self: domain.Event) -> list[Translation]:
        """The whole localized description."""
        return translations(self.description)


@strawberry.input(one_of=True, description="Names one event, by its id or its slug.")
class EventBy:
    """Exactly one of the two."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By its global id.")
    slug: str | None = strawberry.field(default=strawberry.UNSET, description="By its slug.")


@strawberry.input(description="Conditions on a status.")
class EventStatusFilter:
    """All conditions given must hold."""

    eq: EventStatus | None = strawberry.field(default=None, description="Is this one.")
    in_: list[EventStatus] | None = strawberry.field(default=None, name="in", description="Is one of these.")


@strawberry.input(description="Conditions on whether people come, connect, or both.")
class AttendanceModeFilter:
    """All conditions given must hold."""

    eq: AttendanceMode | None = strawberry.field(default=None, description="Is this one.")
    in_: list[AttendanceMode] | None = strawberry.field(default=None, name="in", description="Is one of these.")


@strawberry.input(description="Conditions on a text that is matched whole.")
class TextFilter:
    """All conditions given must hold."""

    eq: str | None = strawberry.field(default=None, description="Is this one.")
    in_: list[str] | None = strawberry.field(default=None, name="in", description="Is one of these.")


@strawberry.input(description="Conditions on an id.")
class IDFilter:
    """All conditions given must hold."""

    eq: strawberry.ID | None = strawberry.field(default=None, description="Is this one.")
    in_: list[strawberry.ID] | None = strawberry.field(default=None, name="in", description="Is one of these.")


@strawberry.input(description="Conditions on a time.")
class DateTimeFilter:
    """All conditions given must hold."""

    gte: datetime | None = strawberry.field(default=None, description="At this time or later.")
    lte: datetime | None = strawberry.field(default=None, description="At this time or earlier.")


@strawberry.input(description="Which events; all conditions given must hold.")
class EventWhere:
    """Read into `domain.events.EventFilter`."""

    status: EventStatusFilter | None = strawberry.field(default=None, description="By status.")
    slug: TextFilter | None = strawberry.field(default=None, description="By slug.")
    venue_id: IDFilter | None = strawberry.field(default=None, description="By venue.")
    starts_at: DateTimeFilter | None = strawberry.field(default=None, description="By when it begins.")
    categories: IDFilter | None = strawberry.field(default=None, description="By category; what is within a category counts as in it.")
    metadata: list[MetadataFilter] | None = strawberry.field(default=None, description="By what it has in these fields; all must hold.")
    ends_at: DateTimeFilter | None = strawberry.field(default=None, description="By when it ends.")
    attendance_mode: AttendanceModeFilter | None = strawberry.field(default=None, description="By whether people come, connect, or both.")
    city: TextFilter | None = strawberry.field(default=None, description="By the venue's city; letter case and accents do not count.")
    country: TextFilter | None = strawberry.field(default=None, description="By the venue's country, ISO 3166-1 alpha-2.")
    price: PriceFilter | None = strawberry.field(default=None, description="By what the cheapest ticket type costs.")
    free: bool | None = strawberry.field(
        default=None, description="Whether the cheapest ticket type costs nothing; events without ticket types are neither."
    )
    available: bool | None = strawberry.field(default=None, description="Whether a ticket type is on sale now and in stock.")
    search: str | None = strawberry.field(
        default=None,
        description="By words of title and description in any language, 200 characters and 24 words at most: all must be there, the last "
        'may be a beginning; "a phrase" stands exactly so, -word is left out, OR between two words takes either. Blanks ask for nothing.',
    )
    all_of: list[Self] | None = strawberry.field(default=None, name="AND", description="All of these hold.")
    any_of: list[Self] | None = strawberry.field(default=None, name="OR", description="At least one of these holds.")
    none_of: list[Self] | None = strawberry.field(default=None, name="NOT", description="None of these holds.")

    def to_domain(self, locales: Sequence[str]) -> domain.EventFilter:
        """The filter meant by a viewer with these languages, best first."""
        starts, ends = self.starts_at or DateTimeFilter(), self.ends_at or DateTimeFilter()
        return domain.EventFilter(
            statuses=_wanted(self.status),
            slugs=_slugs(_wanted(self.slug)),
            venue_ids=_ids(_wanted(self.venue_id), "Venue"),
            starts_from=starts.gte,
            starts_before=_after(starts.lte) if starts.lte else None,
            categories=_ids(_wanted(self.categories), "EventCategory"),
            metadata=[each.to_domain() for each in self.metadata or ()],
            ends_from=ends.gte,
            ends_before=_after(ends.lte) if ends.lte else None,
            attendance_modes=_wanted(self.attendance_mode),
            cities=addressed(_wanted(self.city)),
            countries=countries(_wanted(self.country)),
            price=self.price.to_domain() if self.price else None,
            currency=self.price.currency if self.price else None,
            free=self.free,
            available=self.available,
            search=search_of(self.search, locales),
            all_of=[each.to_domain(locales) for each in self.all_of or ()],
            any_of=[each.to_domain(locales) for each in self.any_of or ()],
            none_of=[each.to_domain(locales) for each in self.none_of or ()],
        )


@strawberry.type
class EventQueries:
    """Queries of events, merged into the root."""

    @strawberry.field(description="One event; null for missing, foreign and unpublished ones alike.")
    async def event(self, info: strawberry.Info, by: Annotated[EventBy, strawberry.argument(description="Which one.")]) -> Event | None:
        """By id or by slug."""
        if by.slug:
            return (await deeds.events_by_slug(info.context, [by.slug], {}))[0] if is_slug(by.slug) else None  # type: ignore[return-value]
        named = ids.read(by.id or "")
        if named is None or named[0] != "Event":
            return None
        return (await events_by_id(info.context, [named[1]], {}))[0]  # type: ignore[return-value]

    @strawberry.field(description="The events this viewer may see.")
    async def events(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
        where: Annotated[EventWhere | None, strawberry.argument(description="Which ones.")] = None,
        order_by: Annotated[
            list[EventOrder] | None,
            strawberry.argument(description="In which order; what fits a search best otherwise, then the next first."),
        ] = None,
    ) -> Connection[Event]:
        """One page."""
        locales = info.context.viewer.locales
        wanted = where.to_domain(locales) if where else domain.EventFilter()
        order = order_by or domain.usual_order(wanted)
        cursors = Cursors(wanted, order, locales)
        page = page_of(first, cursors.read(after, "after"), last, cursors.read(before, "before"))
        return await _connection(info.context, wanted, order, page, cursors)


async def _connection(
    ctx: Context, where: domain.EventFilter, order: Sequence[EventOrder], page: Page, cursors: Cursors
) -> Connection[Event]:
    found = await deeds.list_events(ctx, where, order, page)
    edges = cache(lambda: {edge[-1]: edge for edge in found.edges})
    return connect(found, lambda event: cursors.show(edges()[event.id]), lambda: deeds.count_events(ctx, where))


def _slugs(wanted: list[str] | None) -> list[str] | None:
    """What can be slugs; anything else matches nothing."""
    return None if wanted is None else [each for each in wanted if is_slug(each)]


def _after(moment: datetime) -> datetime | None:
    """The next moment, since "at or before" is "before the next one" and PostgreSQL counts microseconds; None after the last there is."""
    try:
        return moment + timedelta(microseconds=1)
    except OverflowError:
        return None


found_by("Event", events_by_id)
