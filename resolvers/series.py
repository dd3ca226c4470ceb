"""Series: repeat an event, give a series another rule; and edit, publish or cancel many occurrences in one deed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from domain import series as rules
from domain.copying import CopyEvent
from domain.events import Event
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.join_links import joinable
from domain.news import Fact, News
from domain.programme import NOTHING_SAID, changes
from domain.refusals import Faults, NotFound, Refused
from domain.series import (
    CancelOccurrences,
    Change,
    CreateSeries,
    Deed,
    EventSeries,
    InScope,
    NewOffers,
    Replanned,
    Selling,
    Staged,
    UpdateOccurrences,
    UpdateOffers,
    UpdateSeries,
)
from domain.ticket_types import found
from domain.work import Work

from resolvers.activity import keep_event, note
from resolvers.context import Context
from resolvers.copying import make_copy
from resolvers.programme import keep_programme, plan_programme
from resolvers.ticket_types import keep_ticket_type, note_ticket_type

_TYPE_ID = ("input", "ticketTypeId")


async def create_event_series(ctx: Context, ask: CreateSeries) -> EventSeries:
    """The series of which a draft becomes the first occurrence; the same key again gets the same one."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return rules.found_series((await work.series.get_many([before], public=False))[0], ("input", "eventId"))
        [occurrence] = await work.series.of_events([event.id])
        made = rules.create_series(event, occurrence, ask, ctx.outside.recurrences, ctx.new_id(), work.now)
        await work.series.keep(made.series)
        await _add_dates(ctx, work, made.series, await _with_first(ctx, work, made.series, event), made.dates[1:])
        await once(work.answers, key, made.series.id)
        _announce(work, "created", made.series)
    return made.series


async def update_event_series(ctx: Context, ask: UpdateSeries) -> Replanned:
    """The series with its new rule: what is missing was added, what the rule lacks is gone or was left."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        series = await work.series.for_change(ask.series_id)
        staged = await work.series.staged(series.id)
        plan = rules.replan(series, staged, ask, ctx.outside.recurrences, work.now)
        await work.series.keep(plan.series)
        await _add_dates(ctx, work, plan.series, staged, plan.added)
        await _remove(ctx, work, plan.removed)
        _announce(work, "updated", plan.series)
    return plan


async def update_occurrences(ctx: Context, ask: UpdateOccurrences) -> Deed:
    """What was changed of the occurrences in scope, and of the series when it is more than the one."""
    ctx.viewer.require(Permission.EVENTS_UPDATE)
    async with ctx.work() as work:
        series, staged = await _staged(work, ask.where)
        deed = await _named(work, rules.edit(series, staged, ask, ctx.outside.recurrences, ctx.new_id(), work.now))
        await _keep(ctx, work, "event:updated", deed)
    return deed


async def update_occurrence_ticket_types(ctx: Context, ask: UpdateOffers) -> NewOffers:
    """What was changed of the ticket type, and of those in the same place of the occurrences in scope."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        pattern = found((await work.ticket_types.get_many([ask.ticket_type_id]))[0], _TYPE_ID)
        series, staged = await _staged(work, ask.seen_from(pattern), _TYPE_ID)
        offers = rules.offer(series, staged, await _sold(work, [each.event.id for each in staged]), ask, work.now)
        await work.series.keep(offers.series)
        await _keep_offers(ctx, work, offers)
    return offers


async def publish_occurrences(ctx: Context, where: InScope) -> Deed:
    """The drafts in scope, now before the public: all of them or none."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        series, staged = await _staged(work, where)
        events = [each.event for each in staged]
        links = await work.join_links.of_events([each.id for each in events])
        apart = {each.id for each, link in zip(events, links, strict=True) if not joinable(each.attendance_mode, link)}
        deed = rules.publish(series, staged, where, work.now, unjoinable=apart)
        await _keep(ctx, work, "event:published", deed)
    return deed


async def cancel_occurrences(ctx: Context, ask: CancelOccurrences) -> Deed:
    """What was published in scope, called off: all of it or nothing."""
    ctx.viewer.require(Permission.EVENTS_PUBLISH)
    async with ctx.work() as work:
        series, staged = await _staged(work, ask.where)
        deed = rules.cancel(series, staged, ask, work.now)
        await _keep(ctx, work, "event:cancelled", deed)
    return deed


async def _with_first(ctx: Context, work: Work, series: EventSeries, draft: Event) -> list[Staged]:
    """The draft as the first occurrence, under the name that it has among the others."""
    day = series.starts_on
    [slug] = await _free_slugs(work, series, [day])
    first = replace(draft, slug=slug, version=draft.version + 1, updated_at=work.now)
    await keep_event(ctx, work, "event:updated", draft, first)
    await work.series.add(series.id, {day: first.id})
    return [Staged(day, first, 0, 0, 0)]


async def _add_dates(ctx: Context, work: Work, series: EventSeries, staged: Sequence[Staged], days: Sequence[date]) -> None:
    """New drafts on these days, each like the occurrence before it and as the series says."""
    versions = await work.seating_plans.of_events([each.event.id for each in staged])
    rules.expect_few_seats(max(each.seat_count if each else 0 for each in versions), len(days))
    made: dict[date, UUID] = {}
    for day, slug in zip(days, await _free_slugs(work, series, days), strict=True):
        model = rules.in_common(series, rules.model_for(day, staged).event)
        copy = await make_copy(ctx, work, model, CopyEvent(model.id, slug, rules.starts_at(series, day)))
        made[day] = copy.id
    await work.series.add(series.id, made)


async def _free_slugs(work: Work, series: EventSeries, days: Sequence[date]) -> list[str]:
    """A slug for each day, numbered where another event has the plain one."""
    names = [rules.names_of(rules.stem_of(series.slug), day) for day in days]
    taken = {each.slug for each in await work.events.by_slugs([best for best, *_ in names]) if each}
    others = [other for best, *rest in names if best in taken for other in rest]
    taken |= {each.slug for each in await work.events.by_slugs(others) if each}
    return [rules.first_free(each, taken) for each in names]


async def _remove(ctx: Context, work: Work, removed: Sequence[Staged]) -> None:
    if removed:
        ctx.viewer.require(Permission.EVENTS_DELETE)
    for each in removed:
        await work.events.delete(each.event.id)
        await note(ctx, work, "event:deleted", each.event, None)


async def _staged(work: Work, where: InScope, at: tuple[str, ...] = ("input", "eventId")) -> tuple[EventSeries, list[Staged]]:
    """The series of an occurrence with all of its occurrences, locked; refused with NotFound for an event that is none, or another's."""
    [occurrence] = await work.series.of_events([where.event_id])
    if occurrence is None or where.series_id not in {None, occurrence.series_id}:
        raise Refused(NotFound("occurrence", at))
    series = await work.series.for_change(occurrence.series_id)
    return series, await work.series.staged(series.id)


async def _named(work: Work, deed: Deed) -> Deed:
    """The deed with a slug for the part that goes on by itself, when there is one."""
    if deed.part is None or deed.since is None:
        return deed
    names = rules.names_of_part(deed.part.slug, deed.since)
    taken = {each.slug for each in await work.series.by_slugs(names, public=False) if each}
    return replace(deed, part=replace(deed.part, slug=rules.first_free(names, taken)))


async def _keep(ctx: Context, work: Work, kind: str, deed: Deed) -> None:
    await work.series.keep(deed.series)
    _announce(work, "updated", deed.series)
    if deed.part and deed.since:
        await work.series.keep(deed.part)
        await work.series.hand_over(deed.series.id, deed.part.id, deed.since)
        _announce(work, "created", deed.part)
    for each in deed.changes:
        await _keep_change(ctx, work, kind, each)


async def _keep_change(ctx: Context, work: Work, kind: str, change: Change) -> None:
    """Write one event, and what another way of attendance means for its join link; refused with InputInvalid where it needs one."""
    faults = Faults()
    plan = await plan_programme(work, change.before, change.after.attendance_mode, NOTHING_SAID, faults)
    faults.refuse()
    await keep_event(ctx, work, kind, change.before, change.after, changes(plan))
    await keep_programme(work, change.after.id, plan)


async def _sold(work: Work, event_ids: Sequence[UUID]) -> dict[UUID, Selling]:
    """What each of these events sells."""
    types, pools = await work.ticket_types.of_events(event_ids), await work.ticket_types.pools_of_events(event_ids)
    seats = [[each.pool_id for each in several] for several in await work.seats.categories_of_events(event_ids)]
    return dict(zip(event_ids, map(Selling, types, pools, seats), strict=True))


async def _keep_offers(ctx: Context, work: Work, offers: NewOffers) -> None:
    for each in offers.changes:
        await keep_ticket_type(work, each.before, each.after)
        await note_ticket_type(ctx, work, "updated", each.event, each.before, each.after)
    _announce(work, "updated", offers.series)


def _announce(work: Work, what: str, series: EventSeries) -> None:
    facts: dict[str, Fact] = {"seriesId": str(series.id), "slug": series.slug, "version": series.version}
    work.announce(News(f"series:{what}", f"series:{series.id}", facts))
