"""Puts the demo's series on: a show that is repeated week after week, and again once its last occurrence is over."""

from datetime import datetime
from zoneinfo import ZoneInfo

from domain.copying import CopyEvent
from domain.dates import weeks_later
from domain.events import Event
from domain.paging import Page
from domain.series import (
    AskedRecurrence,
    CreateSeries,
    EventSeries,
    Frequency,
    InScope,
    OccurrenceScope,
    Recurrence,
    UpdateSeries,
)
from gateway.demo.programme import Run
from resolvers.context import Context
from resolvers.copying import copy_event
from resolvers.events import events_by_slug
from resolvers.series import create_event_series, publish_occurrences, update_event_series
from resolvers.series_reading import events_of_series, series_by_slug


async def put_on(ctx: Context, run: Run, now: datetime) -> int:
    """How many occurrences were made: all of them when there is no such series, or when its last one is over; else none."""
    [series] = await series_by_slug(ctx, [run.slug], {})
    [show] = await events_by_slug(ctx, [run.show], {})
    if show is None:
        return 0
    if series is None:
        return await _begin(ctx, run, show)
    [found] = await events_of_series(ctx, [series.id], Page(1, backward=True))
    over = [event for _, event in found.items if event.ends_at <= now]
    return await _go_on(ctx, run, series, show, over[0]) if over else 0


async def _begin(ctx: Context, run: Run, show: Event) -> int:
    # It may be here without a series when bringing the demo in was broken off.
    [found] = await events_by_slug(ctx, [run.slug], {})
    draft = found or await copy_event(ctx, CopyEvent(show.id, run.slug, weeks_later(show.starts_at, 1, show.time_zone)))
    series = await create_event_series(ctx, CreateSeries(draft.id, draft.version, _weekly(run)))
    return len((await publish_occurrences(ctx, InScope(draft.id, OccurrenceScope.ALL, series.version))).changes)


async def _go_on(ctx: Context, run: Run, series: EventSeries, show: Event, last: Event) -> int:
    since = weeks_later(show.starts_at, 1, show.time_zone).astimezone(ZoneInfo(series.time_zone)).date()
    plan = await update_event_series(ctx, UpdateSeries(series.id, series.version, _weekly(run), since))
    return len((await publish_occurrences(ctx, InScope(last.id, OccurrenceScope.ALL, plan.series.version))).changes)


def _weekly(run: Run) -> AskedRecurrence:
    return AskedRecurrence(rule=Recurrence(Frequency.WEEKLY, count=run.weeks))
