"""Ticket types: add one to an event, change, order and delete them; and reading them for many events at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import ticket_types as rules
from domain.activity import Activity, changes_between
from domain.events import Event
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.news import Fact, News
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.pricing.rules_editing import expect_same_currency
from domain.texts import in_language
from domain.ticket_types import (
    CreateTicketType,
    DeleteTicketType,
    Pool,
    ReorderTicketTypes,
    TicketType,
    TicketTypeFilter,
    UpdateTicketType,
)
from domain.work import Work

from resolvers.access_codes import unlocked_by
from resolvers.context import Context
from resolvers.events import events_by_id

_TYPE_ID = ("input", "ticketTypeId")


async def create_ticket_type(ctx: Context, ask: CreateTicketType) -> TicketType:
    """The new ticket type of an event; the same key again gets the same one."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return rules.found((await work.ticket_types.get_many([before]))[0])
        made = await add_ticket_type(ctx, work, event, ask)
        await once(work.answers, key, made.id)
    return made


async def add_ticket_type(ctx: Context, work: Work, event: Event, ask: CreateTicketType) -> TicketType:
    """The new type, written down in a work that has locked its event; refused with EventNotEditable for an archived one."""
    rules.expect_editable(event.status)
    types, pools = await work.ticket_types.for_change(event.id)
    made, new_pools = rules.create(ctx.new_id(), ctx.new_id(), ask, pools, rules.next_position(types), ctx.viewer.actor)
    await work.ticket_types.keep_new(made, new_pools)
    await note_ticket_type(ctx, work, "created", event, None, made)
    return made


async def update_ticket_type(ctx: Context, ask: UpdateTicketType) -> TicketType:
    """The type with the changes asked for."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, _ = await locked(work, ask.ticket_type_id, of=ask.event_id)
        return await change_ticket_type(ctx, work, event, here, ask)


async def change_ticket_type(ctx: Context, work: Work, event: Event, here: TicketType, ask: UpdateTicketType) -> TicketType:
    """The changed type, written down in a work that has locked its event."""
    _, pools = await work.ticket_types.for_change(event.id)
    changed = rules.update(here, ask, pools, await seat_pools(work, event.id))
    await keep_ticket_type(work, here, changed)
    await note_ticket_type(ctx, work, "updated", event, here, changed)
    return changed


async def keep_ticket_type(work: Work, before: TicketType, after: TicketType) -> None:
    """Write the changed type, unless its price rules name amounts of another currency."""
    if before.currency != after.currency:
        [rules] = await work.prices.rules([before.id])
        expect_same_currency(before, after, rules)
    await work.ticket_types.keep(after)


async def delete_ticket_type(ctx: Context, ask: DeleteTicketType) -> TicketType:
    """The type as it was before it was deleted, with the pool that it alone drew on."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, types = await locked(work, ask.ticket_type_id, of=ask.event_id)
        gone = rules.delete(here, ask, types, event.status, await work.ticket_types.taken(here))
        _, pools = await work.ticket_types.for_change(event.id)
        await work.ticket_types.remove(gone, rules.left_alone(gone, types, pools, await seat_pools(work, event.id)))
        await note_ticket_type(ctx, work, "deleted", event, gone, None)
    return gone


async def reorder_ticket_types(ctx: Context, ask: ReorderTicketTypes) -> Event:
    """The event whose ticket types stand in the order asked for."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        rules.expect_editable(event.status)
        types, _ = await work.ticket_types.for_change(event.id)
        before = {each.id: each for each in types}
        for each in rules.reorder(types, ask.ticket_type_ids):
            await work.ticket_types.keep(each)
            await note_ticket_type(ctx, work, "updated", event, before[each.id], each)
    return event


async def locked(
    work: Work, ticket_type_id: UUID, at: tuple[str, ...] = _TYPE_ID, of: UUID | None = None
) -> tuple[Event, TicketType, Sequence[TicketType]]:
    """The type with its event, which stays locked until the work ends, and all types of the event; refused with NotFound."""
    seen = rules.found((await work.ticket_types.get_many([ticket_type_id]))[0], at, of)
    event = await work.events.for_change(seen.event_id)
    rules.expect_editable(event.status)
    types, _ = await work.ticket_types.for_change(event.id)
    return event, rules.chosen(types, ticket_type_id), types


async def seat_pools(work: Work, event_id: UUID) -> list[UUID]:
    """The event's pools that count the seats or the standing room of its plan."""
    [categories] = await work.seats.categories_of_events([event_id])
    return [each.pool_id for each in categories]


async def ticket_types_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[TicketType | None]:
    """The ticket types by id that this viewer sees, of events he may see; None for the others."""
    async with ctx.reading() as reading:
        found = await reading.ticket_types.get_many(ids)
    seen = rules.open_to([each for each in found if each], staff=sees_hidden(ctx))
    return await _of_events_seen(ctx, ids, seen)


async def ticket_types_of_lines(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[TicketType | None]:
    """The ticket types by id for who holds tickets of them: hidden ones too."""
    async with ctx.reading() as reading:
        found = await reading.ticket_types.get_many(ids)
    return await _of_events_seen(ctx, ids, [each for each in found if each])


async def ticket_type_shown(ctx: Context, ticket_type_id: UUID, code: str | None) -> TicketType | None:
    """One ticket type, a hidden one with its access code; None where this viewer sees none."""
    async with ctx.reading() as reading:
        found = [each for each in await reading.ticket_types.get_many([ticket_type_id]) if each]
    unlocked = await unlocked_by(ctx, [each.event_id for each in found], code)
    seen = rules.open_to(found, staff=sees_hidden(ctx), unlocked=unlocked)
    return (await _of_events_seen(ctx, [ticket_type_id], seen))[0]


async def ticket_types_of_events(ctx: Context, event_ids: Sequence[UUID], args: Mapping[str, object]) -> list[Sequence[TicketType]]:
    """For each event the ticket types this viewer sees; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        found = await reading.ticket_types.of_events(event_ids)
    unlocked = await unlocked_by(ctx, event_ids, args.get("access_code"))
    staff = sees_hidden(ctx)
    return [rules.open_to(types, staff=staff, unlocked=unlocked) for types in found]


async def list_ticket_types(ctx: Context, event_ids: Sequence[UUID] | None, page: Page) -> Slice[TicketType]:
    """One page of the ticket types this viewer sees, the oldest first."""
    async with ctx.reading() as reading:
        return await reading.ticket_types.page(TicketTypeFilter(sees_hidden(ctx), event_ids), page)


async def count_ticket_types(ctx: Context, event_ids: Sequence[UUID] | None) -> int:
    """How many ticket types this viewer sees, counted up to 10,000."""
    async with ctx.reading() as reading:
        return await reading.ticket_types.count(TicketTypeFilter(sees_hidden(ctx), event_ids), COUNTED_AT_MOST)


async def pools_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[Pool] | None]:
    """For each event its pools with their counters; null for those who may not manage tickets."""
    if not ctx.viewer.may(Permission.TICKETS_MANAGE):
        return [None for _ in event_ids]
    async with ctx.reading() as reading:
        return [*await reading.ticket_types.pools_of_events(event_ids)]


def sees_hidden(ctx: Context) -> bool:
    """Whether the viewer sees hidden ticket types without any code: the staff, as with drafts."""
    return ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED)


async def note_ticket_type(ctx: Context, work: Work, what: str, event: Event, before: TicketType | None, after: TicketType | None) -> None:
    """Note in the event's log what became of a ticket type (`created`, `updated`, `deleted`), and tell it."""
    each = after or before
    if each is not None:
        about: dict[str, dict[str, Fact]] = {
            "ticket_type_id": {"old": str(each.id) if before else None, "new": str(each.id) if after else None}
        }
        changes = about | changes_between(before, after, TicketType)
        deed = f"ticket_type:{what}"
        await work.activity.add(Activity(ctx.new_id(), event.id, ctx.viewer.person_id, deed, event.version, changes, work.now))
        announce_ticket_type(work, what, each)


def announce_ticket_type(work: Work, what: str, ticket_type: TicketType) -> None:
    """Tell what became of a ticket type, by both of its names; as a product it is told with all that a shop shows of it."""
    facts: dict[str, Fact] = {"eventId": str(ticket_type.event_id), "ticketTypeId": str(ticket_type.id), "version": ticket_type.version}
    product: dict[str, Fact] = {
        "title": in_language(ticket_type.name, ["en"]),
        "price": {"amountMinor": ticket_type.price_minor, "currency": ticket_type.currency},
        "createdBy": str(ticket_type.created_by) if ticket_type.created_by else None,
    }
    subject = f"event:{ticket_type.event_id}"
    work.announce(News(f"ticket_type:{what}", subject, facts))
    work.announce(News(f"product:{what}", subject, facts | product))


async def _of_events_seen(ctx: Context, ids: Sequence[UUID], types: Sequence[TicketType]) -> list[TicketType | None]:
    """These types in the order of the ids, where the viewer may see their events."""
    events = await events_by_id(ctx, [each.event_id for each in types], {})
    seen = {event.id for event in events if event}
    by_id = {each.id: each for each in types if each.event_id in seen}
    return [by_id.get(each) for each in ids]
