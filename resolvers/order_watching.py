"""Watching an order: the stream of its changes, for those who may see it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from domain import orders as rules
from domain.identity import Permission
from domain.live import Live
from domain.order_watching import OrderTopic, OrderUpdate

from resolvers.context import Context
from resolvers.orders import order_by_secret, orders_by_id


@dataclass(frozen=True, slots=True)
class OrderWatch:
    """A viewer's allowed wish to watch an order; iterating it gives it as it is, then after each change."""

    topic: OrderTopic
    live: Live

    async def __aiter__(self) -> AsyncIterator[OrderUpdate]:
        """The frames of this one viewer; ends when the iterator is closed."""
        async with self.live.listening(self.topic) as beats:
            first = True
            async for latest in beats:
                update = cast("OrderUpdate", latest)
                yield update if first else update.since(update.mark)
                first = False


async def watch_order(ctx: Context, order_id: UUID, secret: str | None) -> OrderWatch:
    """The stream of an order; refused with NotFound to those who may not see it."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    [order] = await orders_by_id(ctx, [order_id], {})
    if order is None and secret is not None:
        opened = await order_by_secret(ctx, secret)
        order = opened if opened and opened.id == order_id else None
    rules.found_order(order, ("orderId",))
    return OrderWatch(OrderTopic(ctx.viewer.tenant, order_id), ctx.live)
