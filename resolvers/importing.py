"""Importing: brings events from another system's documents here, all of them or none, and again without doubling them."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from domain import import_plans as rules
from domain.events import Event
from domain.identity import Permission
from domain.import_plans import Known, Plan
from domain.imports import NEEDED, EventOutcome, ImportedEvent, ImportedVenue, ImportEvents, ImportReport
from domain.work import Work

from resolvers.activity import keep_event
from resolvers.context import Context
from resolvers.ticket_types import announce_ticket_type


async def import_events(ctx: Context, ask: ImportEvents, told: Callable[[EventOutcome], None] = lambda _: None) -> ImportReport:
    """The report of what was written; `told` hears of each event as it is, though nothing is kept before the last.

    Refused with DocumentsBroken where another event here has the slug of an imported one.
    """
    ctx.viewer.require(Permission.EVENTS_CREATE)
    for permission in NEEDED:
        ctx.viewer.require(permission)
    async with ctx.work() as work:
        await work.references.lock(ask.source)
        events = ask.events_at(work.now)
        known = await _known(work, ask.source, events)
        rules.refuse_taken_slugs(events, await work.events.by_slugs([each.slug for each in events]), known)
        outcomes = [await _bring(ctx, work, ask.source, each, known, told) for each in events]
    return ImportReport(ask.source, tuple(outcomes), ask.documents.findings)


async def import_venues(ctx: Context, source: str, venues: Sequence[ImportedVenue]) -> Mapping[str, UUID]:
    """The ids of the venues by name; those imported before stay as they are here."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    async with ctx.work() as work:
        await work.references.lock(source)
        ids = dict(await work.references.find(source, rules.VENUE, [each.name for each in venues]))
        for each in venues:
            if each.name not in ids:
                ids[each.name] = ctx.new_id()
                await work.venues.keep(rules.venue_of(each, ids[each.name]))
                await work.references.keep(source, rules.VENUE, each.name, ids[each.name])
    return ids


async def imported_events(ctx: Context, source: str, names: Sequence[str]) -> Mapping[str, Event]:
    """The events imported from the source before, by the names it has for them; those deleted since are left out."""
    ctx.viewer.require(Permission.EVENTS_CREATE)
    async with ctx.work() as work:
        ids = await work.references.find(source, rules.EVENT, names)
        found = {event.id: event for event in await work.events.get_many(list(ids.values())) if event}
    return {name: found[event_id] for name, event_id in ids.items() if event_id in found}


async def _known(work: Work, source: str, events: Sequence[ImportedEvent]) -> Known:
    """What is here of these events; they and their stock stay locked until the work ends."""
    ids: dict[tuple[str, str], UUID] = {}
    for kind, names in rules.names_of(events).items():
        found = await work.references.find(source, kind, names)
        ids |= {(kind, name): known_id for name, known_id in found.items()}
    imported = sorted(event_id for (kind, _), event_id in ids.items() if kind == rules.EVENT)
    here = [each.id for each in await work.events.get_many(imported) if each]
    return Known(
        ids=ids,
        events={event_id: await work.events.for_change(event_id) for event_id in here},
        ticket_types=dict(zip(here, await work.ticket_types.of_events(here), strict=True)),
        pools=dict(zip(here, await work.ticket_types.pools_of_events(here), strict=True)),
    )


async def _bring(
    ctx: Context, work: Work, source: str, imported: ImportedEvent, known: Known, told: Callable[[EventOutcome], None]
) -> EventOutcome:
    plan = rules.plan(imported, known, ctx.new_id, work.now)
    before = known.events.get(plan.event.id)
    for event in plan.draft:
        await keep_event(ctx, work, f"event:{rules.NEWS[plan.change]}", before, event)
        before = event
    await _keep_stock(work, plan)
    for event in plan.steps:
        await keep_event(ctx, work, f"event:{event.status.value.lower()}", before, event)
        before = event
    for each in plan.references:
        await work.references.keep(source, each.kind, each.name, each.id)
    told(plan.outcome)
    return plan.outcome


async def _keep_stock(work: Work, plan: Plan) -> None:
    if plan.pools:
        await work.ticket_types.keep_pools(plan.event.id, plan.pools)
    for made in plan.new_types:
        await work.ticket_types.keep_new(made, [])
        announce_ticket_type(work, "created", made)
    for changed in plan.changed_types:
        await work.ticket_types.keep(changed)
        announce_ticket_type(work, "updated", changed)
