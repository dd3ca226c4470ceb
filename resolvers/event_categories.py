"""Event categories: enter, change, delete; reading them by id, as a tree, and those of events."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import event_categories as rules
from domain.event_categories import CreateEventCategory, DeleteEventCategory, EventCategory, UpdateEventCategory
from domain.identity import Permission

from resolvers.context import Context


async def create_event_category(ctx: Context, ask: CreateEventCategory) -> EventCategory:
    """The new category."""
    ctx.viewer.require(Permission.PROGRAMME_MANAGE)
    async with ctx.work() as work:
        category = rules.create(ctx.new_id(), ask.details, await work.event_categories.for_change())
        await work.event_categories.keep(category)
    return category


async def update_event_category(ctx: Context, ask: UpdateEventCategory) -> EventCategory:
    """The category with the changes asked for."""
    ctx.viewer.require(Permission.PROGRAMME_MANAGE)
    async with ctx.work() as work:
        categories = await work.event_categories.for_change()
        changed = rules.update(rules.named(ask.category_id, categories), ask.expected_version, ask.changes, categories)
        await work.event_categories.keep(changed)
    return changed


async def delete_event_category(ctx: Context, ask: DeleteEventCategory) -> EventCategory:
    """The category as it was; its events are no longer in it."""
    ctx.viewer.require(Permission.PROGRAMME_MANAGE)
    async with ctx.work() as work:
        categories = await work.event_categories.for_change()
        category = rules.named(ask.category_id, categories)
        gone = rules.deletable(category, ask, categories, await work.event_categories.uses(category.id))
        await work.event_categories.delete(gone.id)
    return gone


async def list_event_categories(ctx: Context) -> Sequence[EventCategory]:
    """All of them, each before those in it; they are public within their organization."""
    async with ctx.reading() as reading:
        return rules.arranged(await reading.event_categories.all())


async def event_categories_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[EventCategory | None]:
    """The categories by id."""
    async with ctx.reading() as reading:
        return await reading.event_categories.get_many(ids)


async def event_categories_within(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[EventCategory]]:
    """For each category those right within it."""
    async with ctx.reading() as reading:
        return rules.inside(await reading.event_categories.all(), ids)


async def event_categories_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[EventCategory]]:
    """For each event the categories it is in."""
    async with ctx.reading() as reading:
        return await reading.event_categories.of_events(event_ids)
