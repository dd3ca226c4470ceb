"""Ticket types: add one to an event; and reading types and pools for many events at once."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import ticket_types as rules
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.news import Fact, News
from domain.ticket_types import CreateTicketType, Pool, TicketType
from domain.work import Work

from resolvers.context import Context
from resolvers.events import events_by_id


async def create_ticket_type(ctx: Context, ask: CreateTicketType) -> TicketType:
    """The new ticket type of an event; the same key again gets the same one."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.person_id)
        if before := await earlier(work.answers, key):
            return rules.found((await work.ticket_types.get_many([before]))[0])
        [pools] = await work.ticket_types.pools_of_events([event.id])
        ticket_types, _, _ = await work.events.stock(event.id)
        made, new_pools = rules.create(ctx.new_id(), ctx.new_id(), ask, pools, position=ticket_types)
        await work.ticket_types.keep_new(made, new_pools)
        await once(work.answers, key, made.id)
        announce_ticket_type(work, "created", made)
    return made


async def ticket_types_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[TicketType | None]:
    """The ticket types by id whose event this viewer may see; None for the others."""
    async with ctx.reading() as reading:
        found = await reading.ticket_types.get_many(ids)
    events = await events_by_id(ctx, [each.event_id for each in found if each], {})
    seen = {event.id for event in events if event}
    return [each if each and each.event_id in seen else None for each in found]


async def ticket_types_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[TicketType]]:
    """For each event its ticket types; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.ticket_types.of_events(event_ids)


async def pools_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[Pool] | None]:
    """For each event its pools with their counters; null for those who may not manage tickets."""
    if not ctx.viewer.may(Permission.TICKETS_MANAGE):
        return [None for _ in event_ids]
    async with ctx.reading() as reading:
        return [*await reading.ticket_types.pools_of_events(event_ids)]


def announce_ticket_type(work: Work, what: str, ticket_type: TicketType) -> None:
    """Tell that a ticket type was created or updated, by both of its names."""
    facts: dict[str, Fact] = {"eventId": str(ticket_type.event_id), "ticketTypeId": str(ticket_type.id), "version": ticket_type.version}
    for word in ("ticket_type", "product"):
        work.announce(News(f"{word}:{what}", f"event:{ticket_type.event_id}", facts))
