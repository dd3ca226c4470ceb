"""Giving money back: by the staff, and to buyers who ask for it themselves."""

from typing import Annotated
from uuid import UUID

import strawberry

from domain import orders, refusals
from domain import payments as domain
from domain.payments.asking import RefundOrder, RequestRefund
from resolvers import refunds as deeds
from schema import ids, payment_refusals  # noqa: F401 - shows what may be refused
from schema.errors import MayRefuse, payload
from schema.payments import Refund
from schema.scalars import BigInt

SECRET = "The secret that a guest's link carries; not needed with the cart, or signed in."  # noqa: S105 - a description
KEY = "The same key with the same input gets the same answer; with another input it is refused."
_ORDER_ID = ("input", "orderId")


def _lines(given: list[strawberry.ID] | None) -> tuple[UUID, ...]:
    return tuple(ids.expect(each, "OrderLine", ("input", "lineIds", str(at))) for at, each in enumerate(given or ()))


@strawberry.input(description="Money of an order to give back.")
class RefundOrderInput:
    """Read into `domain.payments.asking.RefundOrder`."""

    order_id: strawberry.ID = strawberry.field(description="Of which order.")
    line_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="For which admissions, 100 at most; without them for all of the order."
    )
    amount_minor: BigInt | None = strawberry.field(
        default=None, description="How much, in minor units of the order's currency; without it all that is left."
    )
    reason: str = strawberry.field(default="", description="Why, 500 characters at most; it is noted in the history.")
    cancel_lines: bool = strawberry.field(
        default=False, description="Whether these admissions are called off, too, so that their places are free again."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="The order's version that was read; refused when there is a newer one and something is called off."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> RefundOrder:
        """The command meant."""
        order_id = ids.expect(self.order_id, "Order", _ORDER_ID)
        return RefundOrder(
            order_id,
            _lines(self.line_ids),
            self.amount_minor,
            self.reason,
            self.cancel_lines,
            self.expected_version,
            self.idempotency_key,
        )


@strawberry.input(description="Admissions to give back.")
class RequestRefundInput:
    """Read into `domain.payments.asking.RequestRefund`."""

    order_id: strawberry.ID = strawberry.field(description="Of which order.")
    line_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Which ones, 100 at most; all without them.")
    secret: str | None = strawberry.field(default=None, description=SECRET)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> RequestRefund:
        """The command meant."""
        named = orders.OrderNamed(ids.expect(self.order_id, "Order", _ORDER_ID), self.secret)
        return RequestRefund(named, _lines(self.line_ids), self.idempotency_key)


COMMON = (refusals.NotFound, refusals.InputInvalid, refusals.IdempotencyKeyReused, refusals.VersionConflict)


@payload(*COMMON, domain.RefundTooLarge, orders.OrderStepRefused, description="The answer to `refundOrder`.")
class RefundOrderPayload:
    """The refunds, or why there are none."""

    refunds: list[Refund] | None = strawberry.field(default=None, description="One for each payment whose money goes back.")


@payload(*COMMON, domain.RefundTooLarge, domain.RefundNotOffered, orders.OrderStepRefused, description="The answer to `requestRefund`.")
class RequestRefundPayload:
    """The refunds, or why there are none."""

    refunds: list[Refund] | None = strawberry.field(default=None, description="One for each payment whose money goes back.")


@strawberry.type
class RefundMutations:
    """Mutations of refunds, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(RefundOrderPayload)],
        description="Give money of an order back: all, an amount, or what is for some admissions. What the provider has not confirmed yet "
        "goes on by itself. Needs refunds:make.",
    )
    async def refund_order(
        self, info: strawberry.Info, input: Annotated[RefundOrderInput, strawberry.argument(description="How much of what.")]
    ) -> RefundOrderPayload:
        """See `resolvers.refunds.refund_order`."""
        return RefundOrderPayload(refunds=(await deeds.refund_order(info.context, input.to_domain())).refunds)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RequestRefundPayload)],
        description="Give admissions back as the organizer's `refundPolicy` allows; they are called off. Open to the order's buyer.",
    )
    async def request_refund(
        self, info: strawberry.Info, input: Annotated[RequestRefundInput, strawberry.argument(description="Which ones.")]
    ) -> RequestRefundPayload:
        """See `resolvers.refunds.request_refund`."""
        return RequestRefundPayload(refunds=(await deeds.request_refund(info.context, input.to_domain())).refunds)  # type: ignore[arg-type]
