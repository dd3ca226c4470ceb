"""Reading series: by id, by slug, as a list, with their occurrences; and looking at dates before there are any."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from domain import series as rules
from domain.events import Event
from domain.identity import Permission
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.series import AskedRecurrence, EventSeries, Planned, Schedule, Trait

from resolvers.context import Context


@dataclass(frozen=True, slots=True)
class Placing:
    """What an event is in its series: the date that the series has it for, when that would begin, and in what the event deviates."""

    series: EventSeries
    day: date
    original_starts_at: datetime
    deviations: tuple[Trait, ...]

    typename: ClassVar[str] = "Occurrence"


async def series_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[EventSeries | None]:
    """The series this viewer may see, by id; None for the others."""
    async with ctx.reading() as reading:
        return await reading.series.get_many(ids, public=_public(ctx))


async def series_by_slug(ctx: Context, slugs: Sequence[str], _args: Mapping[str, object]) -> list[EventSeries | None]:
    """The series this viewer may see, by slug; None for the others."""
    async with ctx.reading() as reading:
        return await reading.series.by_slugs(slugs, public=_public(ctx))


async def series_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[EventSeries | None]:
    """The series that each event belongs to; the events themselves were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        occurrences = await reading.series.of_events(event_ids)
        known = list({each.series_id for each in occurrences if each})
        series = {each.id: each for each in await reading.series.get_many(known, public=False) if each}
    return [series[each.series_id] if each else None for each in occurrences]


async def placings_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Placing | None]:
    """What each event is in its series, None for those that belong to none; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        occurrences = await reading.series.of_events(event_ids)
        known = list({each.series_id for each in occurrences if each})
        series = {each.id: each for each in await reading.series.get_many(known, public=False) if each}
        events = {each.id: each for each in await reading.events.get_many([each.event_id for each in occurrences if each]) if each}
    return [
        _placing(series[each.series_id], each.date, events[each.event_id]) if each and each.event_id in events else None
        for each in occurrences
    ]


async def list_series(ctx: Context, page: Page) -> Slice[EventSeries]:
    """One page of the series this viewer may see, by slug."""
    async with ctx.reading() as reading:
        return await reading.series.page(page, public=_public(ctx))


async def count_series(ctx: Context) -> int:
    """How many series this viewer may see, counted up to 10,000."""
    async with ctx.reading() as reading:
        return await reading.series.count(COUNTED_AT_MOST, public=_public(ctx))


async def events_of_series(ctx: Context, series_ids: Sequence[UUID], page: Page) -> list[Slice[tuple[date, Event]]]:
    """For each series one page of the occurrences this viewer may see, by date."""
    async with ctx.reading() as reading:
        return await reading.series.events(series_ids, page, public=_public(ctx))


async def count_events_of_series(ctx: Context, series_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[int]:
    """For each series how many occurrences this viewer may see."""
    async with ctx.reading() as reading:
        return await reading.series.event_counts(series_ids, COUNTED_AT_MOST, public=_public(ctx))


def schedule_of(ctx: Context, series: EventSeries) -> Schedule | None:
    """When a series has occurrences; for staff, since it tells what is not published."""
    return None if _public(ctx) else rules.schedule_of(series)


def preview_occurrences(ctx: Context, starts_at: datetime, zone: str, ask: AskedRecurrence) -> list[Planned]:
    """The dates that a series would have whose first event begins then; for those who may make one."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    return rules.preview(starts_at, zone, ask, ctx.outside.recurrences, ("recurrence",))


def _placing(series: EventSeries, day: date, event: Event) -> Placing:
    return Placing(series, day, rules.starts_at(series, day), rules.deviations(series, day, event))


def _public(ctx: Context) -> bool:
    return not ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED)
