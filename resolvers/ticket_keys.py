"""The keys that sign tickets' codes, and which codes are revoked: what a scanner needs where there is no network."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import tickets as rules
from domain.events import expect_not_archived
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.news import News
from domain.tickets import Revocations, RotateTicketKey, TicketKey

from resolvers.context import Context


async def rotate_ticket_key(ctx: Context, ask: RotateTicketKey) -> Sequence[TicketKey]:
    """The event's keys, a new one first; the others go on to prove the codes that they signed."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event = await work.events.for_change(ask.event_id)
        key = ask.key(ctx.viewer.actor)
        if await earlier(work.answers, key) is None:
            expect_not_archived(event.status)
            await work.ticket_keys.rotate(event.id)
            await once(work.answers, key, event.id)
            work.announce(News("ticket_key:rotated", f"event:{event.id}", {"eventId": str(event.id)}))
        [keys] = await work.ticket_keys.of_events([event.id])
    return keys


async def keys_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[TicketKey]]:
    """For each event that the viewer was shown its keys, the one that signs first; none before the first ticket."""
    async with ctx.reading() as reading:
        return await reading.ticket_keys.of_events(event_ids)


async def revocations_of_event(ctx: Context, event_id: UUID) -> Revocations:
    """Which codes of the event's tickets admit nobody; none of an event that there is not."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        return await reading.tickets.revocations(event_id)


def jwk_set(keys: Sequence[TicketKey]) -> Mapping[str, object]:
    """The published halves (RFC 7517)."""
    return rules.key_set(keys)
