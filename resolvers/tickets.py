"""Tickets: issue them for what was ordered, block, void and replace them; and see one's own, the staff all."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from domain import tickets as rules
from domain.events import Event
from domain.identity import Permission
from domain.orders import Order, OrderEntry, OrderLine, buyers_of
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.tickets import ChangeTicket, CodeFacts, QrText, Terms, Ticket, TicketFilter
from domain.work import Work

from resolvers.context import Context

Deed = Callable[[Ticket, int], Ticket]
Key = TypeVar("Key", UUID, str)


async def issue_tickets(work: Work, new_id: Callable[[], UUID], order: Order, lines: Sequence[OrderLine]) -> list[Ticket]:
    """A ticket for each line of a confirmed order that goes on, in the order of the lines; one that has its ticket keeps it."""
    going_on = wanted = [line for line in lines if line.cancelled_at is None]
    terms = await _terms(work, sorted({line.event_id for line in wanted}))
    for _ in range(rules.CODES_TRIED):
        tickets = rules.new_tickets(order, wanted, terms, work.now, new_id)
        if len(await work.tickets.issue(tickets)) == len(going_on):
            return list(tickets)
        wanted = await _without_ticket(work, wanted)
    if wanted:
        raise RuntimeError("no short code was free for a ticket")
    return [ticket for ticket in await work.tickets.of_lines([line.id for line in going_on]) if ticket]


async def void_tickets(work: Work, line_ids: Sequence[UUID]) -> int:
    """Let the tickets of these lines admit nobody any more, for good; how many were not void yet."""
    return await work.tickets.void(line_ids)


async def revalidate(work: Work, before: Event | None, after: Event) -> None:
    """Let the codes of an event that moved be good until its new end."""
    if before is not None and before.ends_at != after.ends_at:
        await work.tickets.good_until(after.id, rules.last_moment(after.ends_at))


async def block_ticket(ctx: Context, ask: ChangeTicket) -> Ticket:
    """The ticket, which admits nobody until it is unblocked."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    return await _change(ctx, ask, "ticket:blocked", rules.block)


async def unblock_ticket(ctx: Context, ask: ChangeTicket) -> Ticket:
    """The ticket, which admits again."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    return await _change(ctx, ask, "ticket:unblocked", rules.unblock)


async def reissue_ticket(ctx: Context, ask: ChangeTicket) -> Ticket:
    """The ticket with other codes; those it had admit nobody any more."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.work() as work:
        [seen] = await work.tickets.get_many([ask.ticket_id])
        event_id = rules.found(seen).event_id
        keys = await work.ticket_keys.current([event_id])
        ticket = rules.found(await work.tickets.for_change(ask.ticket_id))
        changed = await _with_free_code(ctx, work, ticket, ask.expected_version, keys[event_id])
        await _tell(ctx, work, "ticket:reissued", changed, ask.reason)
    return changed


async def tickets_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Ticket | None]:
    """The tickets that this viewer may see, by id: his own, and the staff's all."""
    async with ctx.reading() as reading:
        return _visible(ctx, await reading.tickets.get_many(ids))


async def tickets_by_code(ctx: Context, codes: Sequence[str], _args: Mapping[str, object]) -> list[Ticket | None]:
    """The tickets that this viewer may see, by their short codes."""
    async with ctx.reading() as reading:
        return _visible(ctx, await reading.tickets.by_codes(codes))


async def tickets_of_lines(ctx: Context, line_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Ticket | None]:
    """For each line its ticket. Asked only for lines of orders that the viewer was shown, be it by the order's secret."""
    async with ctx.reading() as reading:
        return await reading.tickets.of_lines(line_ids)


async def list_tickets(ctx: Context, where: TicketFilter, page: Page) -> Slice[Ticket]:
    """One page of the house's tickets, the newest first."""
    ctx.viewer.require(Permission.ORDERS_READ)
    rules.check_filter(where)
    async with ctx.reading() as reading:
        return await reading.tickets.page(where, page)


async def count_tickets(ctx: Context, where: TicketFilter) -> int:
    """How many match, counted up to 10,000."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        return await reading.tickets.count(where, COUNTED_AT_MOST)


async def tickets_of_viewer(ctx: Context, page: Page) -> Slice[Ticket]:
    """One page of the viewer's own tickets in this organization, the newest first; none for a program."""
    holders = holders_of(ctx)
    if not holders:
        return Slice([], has_next=False, has_previous=False)
    async with ctx.reading() as reading:
        return await reading.tickets.of_holders(holders, page)


async def count_tickets_of_viewer(ctx: Context) -> int:
    """How many these are, counted up to 10,000."""
    holders = holders_of(ctx)
    if not holders:
        return 0
    async with ctx.reading() as reading:
        return await reading.tickets.count_of_holders(holders, COUNTED_AT_MOST)


async def qr_texts(ctx: Context, facts: Sequence[CodeFacts], _args: Mapping[str, object]) -> list[QrText]:
    """What the QR codes of tickets say that say this; asked only for tickets that the viewer was shown."""
    ids = [rules.show_bytes(each.key_id) for each in facts]
    async with ctx.reading() as reading:
        keys = await reading.ticket_keys.get_many(sorted(set(ids)))
    secrets = {each.id: _secret(ctx, each.id, each.sealed) for each in keys if each}
    return [rules.qr_text(ctx.outside.ticket_signer, secrets[key_id], each) for key_id, each in zip(ids, facts, strict=True)]


def holders_of(ctx: Context) -> list[str]:
    """The names under which the viewer holds tickets; none without an organization."""
    return buyers_of(ctx.viewer) if ctx.viewer.organization_id else []


def _visible(ctx: Context, tickets: Sequence[Ticket | None]) -> list[Ticket | None]:
    holders, all_ = holders_of(ctx), ctx.viewer.may(Permission.ORDERS_READ)
    return [ticket if ticket and (all_ or ticket.holder in holders) else None for ticket in tickets]


def _secret(ctx: Context, key_id: str, sealed: bytes) -> bytes:
    return ctx.outside.vault.open(sealed, bound_to=rules.place_of(ctx.viewer.tenant, key_id))


async def _terms(work: Work, event_ids: Sequence[UUID]) -> Mapping[UUID, Terms]:
    keys = await work.ticket_keys.current(event_ids)
    events = await work.events.get_many(event_ids)
    return {each.id: Terms(keys[each.id], rules.last_moment(each.ends_at)) for each in events if each}


async def _without_ticket(work: Work, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Those whose short code was taken; the others have a ticket, from now or from before."""
    tickets = await work.tickets.of_lines([line.id for line in lines])
    return [line for line, ticket in zip(lines, tickets, strict=True) if ticket is None]


async def _change(ctx: Context, ask: ChangeTicket, kind: str, deed: Deed) -> Ticket:
    ctx.viewer.require(Permission.ORDERS_READ)  # because the answer shows the codes
    async with ctx.work() as work:
        changed = deed(rules.found(await work.tickets.for_change(ask.ticket_id)), ask.expected_version)
        await work.tickets.keep(changed)
        await _tell(ctx, work, kind, changed, ask.reason)
    return changed


async def _with_free_code(ctx: Context, work: Work, ticket: Ticket, expected: int, key_id: str) -> Ticket:
    for _ in range(rules.CODES_TRIED):
        changed = rules.reissue(ticket, expected, rules.code_from(ctx.new_id), key_id)
        if await work.tickets.keep(changed):
            return changed
    raise RuntimeError("no short code was free for a ticket")


async def _tell(ctx: Context, work: Work, kind: str, ticket: Ticket, reason: str) -> None:
    """Note it in the history of the ticket's order, and announce it."""
    work.announce(rules.ticket_news(kind, ticket))
    [line] = await work.orders.lines([ticket.order_line_id] if ticket.order_line_id else []) or [None]
    [order] = await work.orders.get_many([line.order_id] if line else []) or [None]
    if line and order:
        facts = rules.told_in_history(ticket, reason)
        await work.orders.note(OrderEntry(ctx.new_id(), order.id, work.now, ctx.viewer.actor, kind, order.version, facts))
