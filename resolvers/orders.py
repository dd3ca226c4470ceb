"""Orders: look at them, find them, say who comes, and note something; what they are made of, for many at once."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from domain import orders as rules
from domain.identity import Permission
from domain.orders import AnnotateOrder, Order, OrderEntry, OrderFee, OrderFilter, OrderLine, OrderOrder, UpdateAttendees
from domain.paging import COUNTED_AT_MOST, LONGEST_PAGE, Page, Slice
from domain.seats import SeatState
from domain.secrets import digest

from resolvers.context import Context
from resolvers.order_answers import change_answers
from resolvers.order_ending import opens
from resolvers.order_settling import events_of

NEWEST_FIRST = OrderOrder.CREATED_AT_DESC


async def orders_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Order | None]:
    """The orders by id that this viewer may see; None for the others."""
    async with ctx.reading() as reading:
        found = await reading.orders.get_many(ids)
    return [rules.visible(order, ctx.viewer) for order in found]


async def order_by_number(ctx: Context, number: str) -> Order | None:
    """The order with this number, as people write it, when the viewer may see it."""
    async with ctx.reading() as reading:
        [order] = await reading.orders.by_numbers([rules.read_number(number)])
    return rules.visible(order, ctx.viewer)


async def order_by_secret(ctx: Context, secret: str) -> Order | None:
    """The order that this secret opens to everybody who shows it."""
    if not rules.is_secret(secret):
        return None
    async with ctx.reading() as reading:
        [order] = await reading.orders.by_secrets([digest(secret)])
    return order


async def list_orders(ctx: Context, where: OrderFilter, by: OrderOrder, page: Page) -> Slice[Order]:
    """One page of the organization's orders that match."""
    ctx.viewer.require(Permission.ORDERS_READ)
    rules.check_search(where.search)
    async with ctx.reading() as reading:
        return await reading.orders.page(where, by, page)


async def count_orders(ctx: Context, where: OrderFilter) -> int:
    """How many of them there are, counted up to 10,000."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        return await reading.orders.count(where, COUNTED_AT_MOST)


async def orders_of_viewer(ctx: Context, page: Page) -> Slice[Order]:
    """One page of what the viewer bought here herself, the newest first; by her cart too, where she shows it."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    async with ctx.reading() as reading:
        return await reading.orders.page(rules.own_filter(ctx.viewer), NEWEST_FIRST, page)


async def count_orders_of_viewer(ctx: Context) -> int:
    """How many these are, counted up to 10,000."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    async with ctx.reading() as reading:
        return await reading.orders.count(rules.own_filter(ctx.viewer), COUNTED_AT_MOST)


async def each_order(ctx: Context, where: OrderFilter) -> AsyncGenerator[Sequence[tuple[Order, Sequence[OrderLine]]], None]:
    """All orders that match, with their lines, a hundred at a time, the newest first; no work is open between two of them."""
    ctx.viewer.require(Permission.ORDERS_READ)
    rules.check_search(where.search)
    page = Page(LONGEST_PAGE)
    while True:
        async with ctx.reading() as reading:
            window = await reading.orders.page(where, NEWEST_FIRST, page)
            lines = await reading.orders.lines_of_orders([order.id for order in window.items])
        yield list(zip(window.items, lines, strict=True))
        if not window.has_next:
            return
        page = replace(page, edge=window.edges[-1])


async def lines_of_orders(ctx: Context, order_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[OrderLine]]:
    """For each order its lines; the orders were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.orders.lines_of_orders(order_ids)


async def fees_of_orders(ctx: Context, order_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[OrderFee]]:
    """For each order its fees; the orders were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.orders.fees_of_orders(order_ids)


async def history_of_orders(ctx: Context, order_ids: Sequence[UUID], page: Page) -> list[Slice[OrderEntry] | None]:
    """For each order one page of its history, the newest first; None for those who are not staff."""
    if not ctx.viewer.may(Permission.ORDERS_READ):
        return [None for _ in order_ids]
    async with ctx.reading() as reading:
        return [*await reading.orders.history_of_orders(order_ids, page)]


async def count_history(ctx: Context, order_ids: Sequence[UUID], _args: object) -> list[int]:
    """For each order how long its history is, counted up to 10,000; asked only by those who were shown a page of it."""
    async with ctx.reading() as reading:
        return await reading.orders.count_history(order_ids, COUNTED_AT_MOST)


async def update_attendees(ctx: Context, ask: UpdateAttendees) -> Order:
    """The order with others who come, or with other answers; its buyer may say so until the event begins, the staff always."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    rules.check_some([each.line_id for each in ask.attendees], ("input", "attendees"), least=1 if ask.answers is None else 0)
    async with ctx.work() as work:
        bill = rules.found(await work.orders.for_edit(ask.order.order_id))
        staff = rules.expect_touchable(bill.order, ctx.viewer, opened=await opens(work, ask.order))
        begun = set() if staff else {event.id for event in await events_of(work, bill.lines) if event.starts_at <= work.now}
        changed, lines = rules.update_attendees(bill, ask.attendees, ask.expected_version, begun)
        before = rules.lines_named(bill, [line.id for line in lines])
        answers = await change_answers(ctx, work, bill, ask, begun, staff=staff)
        also = {**rules.told_of_lines(before, lines), **answers}
        noted = rules.entry(ctx.new_id(), "order:attendees_updated", bill.order, changed, work.now, ctx.viewer.actor, also)
        await work.orders.keep(changed, noted, lines)
        work.announce(rules.news("order:updated", changed))
    return changed


async def annotate_order(ctx: Context, ask: AnnotateOrder) -> Order:
    """The order with other notes of the staff's."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    async with ctx.work() as work:
        bill = rules.found(await work.orders.for_edit(ask.order_id))
        changed = rules.annotate(bill.order, ask)
        noted = rules.entry(ctx.new_id(), "order:annotated", bill.order, changed, work.now, ctx.viewer.actor)
        await work.orders.keep(changed, noted)
        work.announce(rules.news("order:updated", changed))
    return changed


async def order_lines_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[OrderLine | None]:
    """The lines by id of orders that this viewer may see; None for the others."""
    async with ctx.reading() as reading:
        lines = await reading.orders.lines(ids)
    orders = await orders_by_id(ctx, [line.order_id for line in lines if line], {})
    seen = {order.id for order in orders if order}
    return [line if line and line.order_id in seen else None for line in lines]


async def seats_of_order_lines(ctx: Context, seat_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[SeatState | None]:
    """The seats by id; None for what an event's plan no longer has. The lines were allowed by whoever loaded them."""
    async with ctx.reading() as reading:
        return await reading.seats.get_many(seat_ids)
