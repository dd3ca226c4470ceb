"""Seating plans: bring one here, let an event use one; and reading them, with the documents that clients draw them from."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain import seat_assignments as assignments
from domain import seat_removals as removals
from domain.events import Event, expect_editable
from domain.idempotency import Key, earlier, once
from domain.identity import Permission
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.refusals import NotFound, Refused
from domain.seat_assignments import AssignSeatingPlan, Here
from domain.seat_removals import UnassignSeatingPlan
from domain.seating import plans as rules
from domain.seating.documents import read_document, unpack
from domain.seating.geometry import Geometry
from domain.seating.plans import Drawn, ImportedSeatingPlan, ImportSeatingPlan, SeatingPlan, SeatingPlanVersion
from domain.work import Work

from resolvers.activity import keep_event
from resolvers.context import Context


async def import_seating_plan(ctx: Context, ask: ImportSeatingPlan) -> ImportedSeatingPlan:
    """The version that the document makes; the plan's newest one when that has the same geometry already."""
    ctx.viewer.require(Permission.VENUES_MANAGE)
    # Reading takes seconds for the largest plans, and others shall not wait for it.
    drawn = await asyncio.to_thread(rules.draw, ask)
    async with ctx.work() as work:
        found = await work.seating_plans.named(rules.new_plan(ctx.new_id(), ask, drawn, work.now))
        plan = rules.placed(found, ask, work.now)
        [newest] = await work.seating_plans.newest([plan.id])
        if newest is not None and newest.hash == drawn.hash:
            await work.seating_plans.move(plan)
            return ImportedSeatingPlan(newest, is_new=False)
        return await _keep(ctx, work, plan, drawn)


async def assign_seating_plan(ctx: Context, ask: AssignSeatingPlan) -> Event:
    """The event, which uses the plan from now on; its seats that were held, booked or blocked stay so.

    The same key again changes nothing.
    """
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    geometry = await _geometry(ctx, ask.plan_version_id)
    key = ask.key(ctx.viewer.actor)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        if await earlier(work.answers, key):
            return event
        expect_editable(event, ask.expected_version)
        assignment = assignments.assign(ask, geometry, await _here(work, event.id), ctx.new_id)
        await work.seats.assign(assignment)
        return await _keep_change(ctx, work, event, key)


async def unassign_seating_plan(ctx: Context, ask: UnassignSeatingPlan) -> Event:
    """The event without seats; its ticket types sell from the same pools as before. The same key again changes nothing."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    key = ask.key(ctx.viewer.actor)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        if await earlier(work.answers, key):
            return event
        expect_editable(event, ask.expected_version)
        [version] = await work.seating_plans.of_events([event.id])
        removals.expect_unused(await _here(work, event.id), seated=version is not None)
        await work.seats.unassign(event.id)
        return await _keep_change(ctx, work, event, key)


async def plans_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[SeatingPlan | None]:
    """The plans by id; staff alone sees them, the public sees the versions that events use."""
    if not ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED):
        return [None for _ in ids]
    async with ctx.reading() as reading:
        return await reading.seating_plans.get_many(ids)


async def versions_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[SeatingPlanVersion | None]:
    """The versions by id; None for those that no event uses which this viewer may see."""
    async with ctx.reading() as reading:
        found = await reading.seating_plans.versions(ids)
        shown = ids if ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED) else await reading.seating_plans.shown(ids)
    return [each if each and each.id in shown else None for each in found]


async def versions_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[SeatingPlanVersion | None]:
    """The version that each event uses; the events themselves were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.seating_plans.of_events(event_ids)


async def newest_versions(ctx: Context, plan_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[SeatingPlanVersion | None]:
    """The newest version of each plan; the plans were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.seating_plans.newest(plan_ids)


async def list_seating_plans(ctx: Context, page: Page) -> Slice[SeatingPlan]:
    """One page of the organization's plans, by name; for staff."""
    ctx.viewer.require(Permission.EVENTS_READ_UNPUBLISHED)
    async with ctx.reading() as reading:
        return await reading.seating_plans.page(page)


async def count_seating_plans(ctx: Context) -> int:
    """How many plans the organization has, counted up to 10,000; for staff."""
    ctx.viewer.require(Permission.EVENTS_READ_UNPUBLISHED)
    async with ctx.reading() as reading:
        return await reading.seating_plans.count(COUNTED_AT_MOST)


async def plan_document(ctx: Context, hash: str) -> bytes | None:
    """The document with this hash, packed, when this viewer may see an event that uses it, or all of them."""
    async with ctx.reading() as reading:
        return await reading.seating_plans.document_with(hash, shown=not ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED))


async def _keep(ctx: Context, work: Work, plan: SeatingPlan, drawn: Drawn) -> ImportedSeatingPlan:
    kept = await work.seating_plans.keep(rules.with_new_version(plan, work.now), drawn, ctx.new_id())
    return ImportedSeatingPlan(kept, is_new=True)


async def _keep_change(ctx: Context, work: Work, event: Event, key: Key | None) -> Event:
    changed = replace(event, version=event.version + 1, updated_at=work.now)
    await keep_event(ctx, work, "event:updated", event, changed)
    await once(work.answers, key, event.id)
    return changed


async def _geometry(ctx: Context, version_id: UUID) -> Geometry:
    """The version's geometry, read before the event is locked, since a version never changes; refused with NotFound."""
    async with ctx.reading() as reading:
        packed = await reading.seating_plans.document(version_id)
    if packed is None:
        raise Refused(NotFound("version of a seating plan", ("input", "seatingPlanVersionId")))
    return await asyncio.to_thread(lambda: read_document(unpack(packed)))


async def _here(work: Work, event_id: UUID) -> Here:
    [ticket_types] = await work.ticket_types.of_events([event_id])
    [pools] = await work.ticket_types.pools_of_events([event_id])
    [categories] = await work.seats.categories_of_events([event_id])
    return Here(ticket_types, pools, categories, await work.seats.taken(event_id))
