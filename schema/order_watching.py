"""Watching an order, as clients see it."""

from collections.abc import AsyncIterator
from typing import Annotated

import strawberry

from resolvers.order_watching import watch_order
from schema import ids
from schema.orders import Order


@strawberry.type(description="An order as it is at one point.")
class OrderUpdate:
    """See `domain.order_watching.OrderUpdate`."""

    sequence: int = strawberry.field(description="The order's version; only rises.")
    snapshot: bool = strawberry.field(description="Whether it is the first message; the others follow changes.")
    order: Order = strawberry.field(description="The order as it is now.")


@strawberry.type
class OrderSubscriptions:
    """Subscriptions to orders, merged into the root."""

    @strawberry.subscription(description="An order as it is, then after each change; to those who may see it.")
    async def order_updated(
        self,
        info: strawberry.Info,
        order_id: Annotated[strawberry.ID, strawberry.argument(description="The order to watch.")],
        secret: Annotated[str | None, strawberry.argument(description="The secret that a guest's link carries.")] = None,
    ) -> AsyncIterator[OrderUpdate]:
        """See `resolvers.order_watching.watch_order`."""
        return await watch_order(info.context, ids.expect(order_id, "Order", ("orderId",)), secret)  # type: ignore[return-value]
