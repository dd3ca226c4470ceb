"""Activity: writes down what is done to events, and shows it to the staff."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from domain.activity import Activity, changes_between
from domain.events import Event
from domain.identity import Permission
from domain.news import Fact, News
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.work import Work

from resolvers.context import Context
from resolvers.tickets import revalidate

Changes = Mapping[str, Mapping[str, Fact]]
NOTHING: Changes = MappingProxyType({})


async def keep_event(ctx: Context, work: Work, kind: str, before: Event | None, after: Event, also: Changes = NOTHING) -> None:
    """Write a new or changed event, note in its log what changed, and tell it as news of this kind (`event:updated`).

    `also` is what changed beside it, and is for the log alone. Codes of tickets follow an event that ends at another time.
    """
    await work.events.keep(after)
    await revalidate(work, before, after)
    await note(ctx, work, kind, before, after, also)


async def note(ctx: Context, work: Work, kind: str, before: Event | None, after: Event | None, also: Changes = NOTHING) -> None:
    """Note what became of an event in its log, and tell it; `before` is None when it is new, `after` when it is gone."""
    event = after or before
    if event is not None:
        changes = {**changes_between(before, after), **also}
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
