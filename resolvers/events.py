"""Events: create, change, delete; and reading them by id, by slug and as a list."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain import events as rules
from domain.events import AttendanceMode, CreateEvent, DeleteEvent, Event, EventFilter, EventOrder, UpdateEvent
from domain.identity import Permission
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.programme import NOTHING_SAID, ProgrammeWish, changes
from domain.refusals import Faults
from domain.work import Work

from resolvers.activity import keep_event, note
from resolvers.context import Context
from resolvers.event_vocabulary import understood_filter
from resolvers.programme import keep_programme, plan_programme


async def create_event(ctx: Context, ask: CreateEvent, wish: ProgrammeWish = NOTHING_SAID) -> Event:
    """A new draft with its programme."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    faults = Faults()
    async with ctx.work() as work:
        plan = await plan_programme(work, None, ask.details.attendance_mode or AttendanceMode.PHYSICAL, wish, faults)
        event = rules.create(ctx.new_id(), ask.details, work.now, faults)
        await _check_venue(work, event)
        await keep_event(ctx, work, "event:created", None, event, changes(plan))
        await keep_programme(work, event.id, plan)
    return event


async def update_event(ctx: Context, ask: UpdateEvent, wish: ProgrammeWish = NOTHING_SAID) -> Event:
    """The event with the changes asked for, of itself and of its programme."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    faults = Faults()
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        rules.expect_editable(event, ask.expected_version)
        plan = await plan_programme(work, event, ask.changes.attendance_mode or event.attendance_mode, wish, faults)
        changed = rules.update(event, ask.expected_version, ask.changes, work.now, faults, ask.cleared)
        await _check_venue(work, changed)
        await keep_event(ctx, work, "event:updated", event, changed, changes(plan))
        await keep_programme(work, event.id, plan)
    return changed


async def delete_event(ctx: Context, ask: DeleteEvent) -> Event:
    """The event as it was before it was deleted."""
    ctx.viewer.require(Permission.EVENTS_DELETE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        _, held, sold = await work.events.stock(event.id)
        gone = rules.deletable(event, ask.expected_version, held, sold)
        await work.events.delete(gone.id)
        await note(ctx, work, "event:deleted", gone, None)
    return gone


async def events_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Event | None]:
    """The events this viewer may see, by id; None for the others."""
    async with ctx.reading() as reading:
        events = await reading.events.get_many(ids)
    return _visible(ctx, events)


async def events_by_slug(ctx: Context, slugs: Sequence[str], _args: Mapping[str, object]) -> list[Event | None]:
    """The events this viewer may see, by slug; None for the others."""
    async with ctx.reading() as reading:
        events = await reading.events.by_slugs(slugs)
    return _visible(ctx, events)


async def list_events(ctx: Context, where: EventFilter, order: Sequence[EventOrder], page: Page) -> Slice[Event]:
    """One page of the events this viewer may see."""
    rules.check_order(order, where)
    allowed = await _allowed(ctx, where)
    async with ctx.reading() as reading:
        return await reading.events.page(allowed, order, page, ctx.viewer.locales)


async def count_events(ctx: Context, where: EventFilter) -> int:
    """How many events this viewer may see match, counted up to 10,000."""
    allowed = await _allowed(ctx, where)
    async with ctx.reading() as reading:
        return await reading.events.count(allowed, COUNTED_AT_MOST)


def _visible(ctx: Context, events: Sequence[Event | None]) -> list[Event | None]:
    unpublished = ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED)
    return [rules.visible(event, unpublished=unpublished) for event in events]


async def _allowed(ctx: Context, where: EventFilter) -> EventFilter:
    rules.check_filter(where)
    where = await understood_filter(ctx, where)
    if ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED):
        return where
    return replace(where, all_of=[*where.all_of, EventFilter(statuses=sorted(rules.PUBLIC_STATUSES))])


async def _check_venue(work: Work, event: Event) -> None:
    if event.venue_id is not None:
        [venue] = await work.venues.get_many([event.venue_id])
        rules.expect_venue(venue is not None)
