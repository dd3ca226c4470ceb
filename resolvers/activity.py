"""Activity: writes down what is done to events, and shows it to the staff."""

from collections.abc import Sequence
from uuid import UUID

from domain.activity import Activity, changes_between
from domain.events import Event
from domain.identity import Permission
from domain.news import News
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.work import Work

from resolvers.context import Context


async def keep_event(ctx: Context, work: Work, kind: str, before: Event | None, after: Event) -> None:
    """Write a new or changed event, note in its log what changed, and tell it as news of this kind (`event:updated`)."""
    await work.events.keep(after)
    await note(ctx, work, kind, before, after)


async def note(ctx: Context, work: Work, kind: str, before: Event | None, after: Event | None) -> None:
    """Note what became of an event in its log, and tell it; `before` is None when it is new, `after` when it is gone."""
    event = after or before
    if event is not None:
        changes = changes_between(before, after)
        await work.activity.add(Activity(ctx.new_id(), event.id, ctx.viewer.person_id, kind, event.version, changes, work.now))
        work.announce(event_news(kind, event))


def event_news(kind: str, event: Event) -> News:
    """News of this kind about the event."""
    return News(
        kind, f"event:{event.id}", {"eventId": str(event.id), "slug": event.slug, "status": event.status.value, "version": event.version}
    )


async def activity_of_events(ctx: Context, event_ids: Sequence[UUID], page: Page) -> list[Slice[Activity] | None]:
    """For each event one page of its log, the newest first; None for those who are not staff."""
    if not ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED):
        return [None for _ in event_ids]
    async with ctx.reading() as reading:
        return [*await reading.activity.pages(event_ids, page)]


async def count_activity(ctx: Context, event_ids: Sequence[UUID], _args: object) -> list[int]:
    """For each event how long its log is, counted up to 10,000; asked only by those who were shown a page of it."""
    async with ctx.reading() as reading:
        return await reading.activity.counts(event_ids, COUNTED_AT_MOST)
