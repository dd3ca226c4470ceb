"""Programmes: what is said of an event besides itself, read, planned and written in the deeds that change the event."""

from dataclasses import replace
from uuid import UUID

from domain import programme as rules
from domain.events import AttendanceMode, Event, EventStatus
from domain.programme import Programme, ProgrammePlan, ProgrammeWish
from domain.refusals import Faults
from domain.work import Work


async def plan_programme(work: Work, event: Event | None, mode: AttendanceMode, wish: ProgrammeWish, faults: Faults) -> ProgrammePlan:
    """What the wish makes of the programme of an event (None for a new one) that people shall take part in so.

    Every fault is noted; a category that does not exist is refused at once.
    """
    if rules.leaves(event, mode, wish):
        return rules.NO_CHANGE
    chosen = await work.event_categories.chosen(wish.category_ids or ())
    fields = await work.metadata_fields.for_use()
    there = await read_programme(work, event.id) if event else Programme()
    becomes = (mode, event.status if event else EventStatus.DRAFT)
    return ProgrammePlan(there, rules.planned(faults, there, wish, rules.all_found(chosen), fields, becomes), fields)


async def copied_programme(work: Work, source_id: UUID) -> ProgrammePlan:
    """The programme of an event for a copy of it: all but the join link, since another date is another meeting."""
    there = await read_programme(work, source_id)
    stays = await work.event_categories.chosen([each.id for each in there.categories])
    fields = await work.metadata_fields.for_use()
    kept = replace(there, categories=tuple(each for each in stays if each), join_url=None)
    return ProgrammePlan(Programme(), kept, fields)


async def keep_programme(work: Work, event_id: UUID, plan: ProgrammePlan) -> None:
    """Write what changed, after the event itself."""
    before, after = plan.before, plan.after
    if before.category_ids != after.category_ids:
        await work.event_categories.put(event_id, after.category_ids)
    if before.metadata != after.metadata:
        await work.metadata.put(event_id, plan.fields, after.metadata)
    if before.join_url != after.join_url:
        await work.join_links.keep(event_id, after.join_url)


async def read_programme(work: Work, event_id: UUID) -> Programme:
    """What the event has now."""
    [categories] = await work.event_categories.of_events([event_id])
    [metadata] = await work.metadata.of_events([event_id], staff=True)
    [join_url] = await work.join_links.of_events([event_id])
    return Programme(tuple(categories), {each.field.id: each.value for each in metadata}, join_url)
