"""Seats of an event: take some off sale or put them on again; look them up, and see what each is now."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import seats as rules
from domain.events import Event, expect_not_archived, found
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.seats import BlockSeats, SeatState, SoldSeats
from domain.ticket_types import TicketType

from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.ticket_types import ticket_types_of_events


async def block_seats(ctx: Context, ask: BlockSeats) -> tuple[Event, int]:
    """The event, and how many seats changed; to unblock is to give no reason. What is so already stays and counts for nothing.

    The same key again changes nothing and tells the same number.
    """
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    rules.check_choice(ask)
    key = ask.key(ctx.viewer.actor)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        if (before := await earlier(work.answers, key)) is not None:
            return event, rules.from_answer(before)
        expect_not_archived(event.status)
        chosen = await work.seats.chosen(event.id, ask.labels, ask.sections)
        rules.expect_all(ask, chosen)
        blocking = rules.block(ask, chosen)
        await work.seats.block(event.id, blocking)
        await once(work.answers, key, rules.as_answer(len(blocking.seats)))
    return event, len(blocking.seats)


async def seats_labelled(ctx: Context, event_id: UUID, labels: Sequence[str]) -> list[SeatState | None]:
    """The event's seats with these labels, in the order asked; refused with InputInvalid, or NotFound for an event not seen."""
    rules.check_labels(labels)
    [event] = await events_by_id(ctx, [event_id], {})
    found(event, ("eventId",))
    async with ctx.reading() as reading:
        return await reading.seats.labelled(event_id, labels)


async def categories_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[SoldSeats]]:
    """For each event the price categories on sale; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.seats.categories_of_events(event_ids)


async def ticket_types_of_categories(
    ctx: Context, sold: Sequence[tuple[UUID, UUID]], args: Mapping[str, object]
) -> list[Sequence[TicketType]]:
    """For each pair of event and pool the ticket types this viewer sees that draw on the pool."""
    events = list(dict.fromkeys(event_id for event_id, _ in sold))
    types = dict(zip(events, await ticket_types_of_events(ctx, events, args), strict=True))
    return [[each for each in types[event_id] if pool_id in each.pool_ids] for event_id, pool_id in sold]


async def seats_of_lines(ctx: Context, lines: Sequence[Sequence[UUID]], _args: Mapping[str, object]) -> list[Sequence[SeatState]]:
    """For each hold's line its seats, without those that the event's plan no longer has; the holds were allowed by whoever loaded them."""
    ids = list(dict.fromkeys(each for line in lines for each in line))
    async with ctx.reading() as reading:
        states = dict(zip(ids, await reading.seats.get_many(ids) if ids else [], strict=True))
    return [[state for each in line if (state := states[each]) is not None] for line in lines]


async def statuses_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[int] | None]:
    """For each event the status of every seat by number; the events were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.seats.statuses(event_ids)
