"""Series and their occurrences as clients see them: reading, and looking at dates before there are any."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

import strawberry

from domain import series as domain
from domain.events import Event as DomainEvent
from domain.names import is_slug
from domain.paging import Slice, page_of
from domain.series import Trait
from domain.texts import in_language
from resolvers import series_reading as deeds
from resolvers.context import Context
from resolvers.series_reading import series_by_id
from resolvers.venues import venues_by_id
from schema import ids
from schema.activity import PAGE_ARGUMENTS
from schema.attendance import AttendanceMode
from schema.batched import Batch, batched, load
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.enums import show_enum
from schema.nodes import Node, found_by
from schema.recurrence import PlannedOccurrence, Recurrence, RecurrenceInput
from schema.scalars import read_date
from schema.texts import Translation, translations
from schema.venues import Venue

if TYPE_CHECKING:
    from schema.events import Event

show_enum(
    Trait,
    "What the occurrences of a series have in common, as long as none of them deviates.",
    {
        "TITLE": "The title.",
        "DESCRIPTION": "The description.",
        "ATTENDANCE_MODE": "Whether people come, connect, or both.",
        "VENUE": "The venue.",
        "START": "The date and the time of day.",
        "DURATION": "How long it takes.",
        "TICKET_TYPES": "What is sold, in the same place of the price list; told by what `updateOccurrenceTicketTypes` leaves.",
    },
)

_COUNT = Batch(deeds.count_events_of_series, lambda key: key)


async def _occurrences(ctx: Context, series_ids: Sequence[UUID], args: Mapping[str, object]) -> list[Connection["Event"]]:
    """For each series a page of the occurrences that this viewer may see."""
    after, before = (read_cursor(cast("str | None", args.get(name)), [read_date], name) for name in ("after", "before"))
    page = page_of(cast("int | None", args.get("first")), after, cast("int | None", args.get("last")), before)
    slices = await deeds.events_of_series(ctx, series_ids, page)
    return [_connection(ctx, series_id, each) for series_id, each in zip(series_ids, slices, strict=True)]


@strawberry.federation.type(keys=["id"], description="An event that takes place again and again; each occurrence is an event of its own.")
class EventSeries(Node):
    """See `domain.series.EventSeries`."""

    slug: str = strawberry.field(description="Its short name in links, unique among the series of the organization.")
    attendance_mode: AttendanceMode = strawberry.field(description="Whether people come, connect, or both.")
    time_zone: str = strawberry.field(description="The IANA time zone of the place.")
    start_time: time = strawberry.field(description="When occurrences begin, by the clocks of the place, in summer and in winter.")
    created_at: datetime = strawberry.field(description="When it was entered.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    version: int = strawberry.field(description="Rises with every deed done to the series; give it as `expectedVersion`.")
    venue: Venue | None = batched(venues_by_id, key="venue_id", description="Where it takes place.")
    occurrences: Connection[Annotated["Event", strawberry.lazy("schema.events")]] = batched(
        _occurrences, description="The events that this viewer may see, by the date that the series has them for.", arguments=PAGE_ARGUMENTS
    )

    @strawberry.field(description="Its title in the viewer's language.")
    def title(self: domain.EventSeries, info: strawberry.Info) -> str:
        """The localized title."""
        return in_language(self.title, info.context.viewer.locales)

    @strawberry.field(description="Its title in every language.")
    def titles(self: domain.EventSeries) -> list[Translation]:
        """The whole localized title."""
        return translations(self.title)

    @strawberry.field(description="What it is about, in the viewer's language; null when nothing is said.")
    def description(self: domain.EventSeries, info: strawberry.Info) -> str | None:
        """The localized description."""
        return in_language(self.description, info.context.viewer.locales) or None

    @strawberry.field(description="What it is about, in every language.")
    def descriptions(self: domain.EventSeries) -> list[Translation]:
        """The whole localized description."""
        return translations(self.description)

    @strawberry.field(description="How many whole minutes an occurrence takes.")
    def duration_minutes(self: domain.EventSeries) -> int:
        """The duration."""
        return self.lasts // timedelta(minutes=1)

    @strawberry.field(description="When it takes place; null for those who are not staff, since it tells what is not published.")
    def recurrence(self: domain.EventSeries, info: strawberry.Info) -> Recurrence | None:
        """The rule and its exceptions."""
        return deeds.schedule_of(info.context, self)  # type: ignore[return-value]


@strawberry.type(description="What an event is in its series.")
class Occurrence:
    """See `resolvers.series_reading.Placing`."""

    series: EventSeries = strawberry.field(description="The series.")
    day: date = strawberry.field(name="date", description="The date that the series has the event for; it stays when the event is moved.")
    original_starts_at: datetime = strawberry.field(description="When the event begins as its series has it.")
    deviations: list[Trait] = strawberry.field(description="In what it differs from its series; edits of the series leave that alone.")


@strawberry.input(one_of=True, description="Names one series, by its id or its slug.")
class EventSeriesBy:
    """Exactly one of the two."""

    id: strawberry.ID | None = strawberry.field(default=strawberry.UNSET, description="By its global id.")
    slug: str | None = strawberry.field(default=strawberry.UNSET, description="By its slug.")


@strawberry.type
class SeriesQueries:
    """Queries of series, merged into the root."""

    @strawberry.field(description="One series; null for missing and foreign ones, and for the public where no occurrence is published.")
    async def event_series(
        self, info: strawberry.Info, by: Annotated[EventSeriesBy, strawberry.argument(description="Which one.")]
    ) -> EventSeries | None:
        """By id or by slug."""
        if by.slug:
            return (await deeds.series_by_slug(info.context, [by.slug], {}))[0] if is_slug(by.slug) else None  # type: ignore[return-value]
        named = ids.read(by.id or "")
        if named is None or named[0] != "EventSeries":
            return None
        return (await series_by_id(info.context, [named[1]], {}))[0]  # type: ignore[return-value]

    @strawberry.field(description="The series this viewer may see, by slug.")
    async def event_series_list(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
    ) -> Connection[EventSeries]:
        """One page."""
        page = page_of(first, read_cursor(after, [str], "after"), last, read_cursor(before, [str], "before"))
        found = await deeds.list_series(info.context, page)
        return connect(found, lambda series: show_cursor([series.slug]), lambda: deeds.count_series(info.context))

    @strawberry.field(description="The dates that a series would have whose first event begins at `startsAt`. Needs events:create.")
    async def preview_occurrences(
        self,
        info: strawberry.Info,
        starts_at: Annotated[datetime, strawberry.argument(description="When the first event begins.")],
        time_zone: Annotated[str, strawberry.argument(description="The IANA time zone of the place.")],
        recurrence: Annotated[RecurrenceInput, strawberry.argument(description="When to repeat.")],
    ) -> list[PlannedOccurrence]:
        """Nothing is written."""
        return deeds.preview_occurrences(info.context, starts_at, time_zone, recurrence.to_domain())  # type: ignore[return-value]


def _connection(ctx: Context, series_id: UUID, found: Slice[tuple[date, DomainEvent]]) -> Connection["Event"]:
    days = {event.id: day for day, event in found.items}
    shown = Slice([event for _, event in found.items], found.has_next, found.has_previous)
    return connect(shown, lambda event: show_cursor([days[event.id].isoformat()]), partial(_count, ctx, series_id))


async def _count(ctx: Context, series_id: UUID) -> int:
    return cast("int", await load(ctx, _COUNT, series_id, {}))


found_by("EventSeries", series_by_id)
