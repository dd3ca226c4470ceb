"""Paying: begin a payment, give it up, note money that came by hand."""

from typing import Annotated

import strawberry

from domain import payments as domain
from domain import refusals
from domain.orders import OrderNamed
from domain.payments.asking import RecordPayment, StartPayment
from resolvers import payments as deeds
from schema import ids, payment_refusals  # noqa: F401 - shows what may be refused
from schema.errors import MayRefuse, payload
from schema.money import MoneyInput
from schema.payments import Payment

SECRET = "The secret that a guest's link carries; not needed with the cart, or signed in."  # noqa: S105 - a description
KEY = "The same key with the same input gets the same answer; with another input it is refused."
_ORDER_ID = ("input", "orderId")


@strawberry.input(description="A payment to begin.")
class StartPaymentInput:
    """Read into `domain.payments.asking.StartPayment`."""

    order_id: strawberry.ID = strawberry.field(description="Which order is paid.")
    method: str = strawberry.field(
        default="card", description="How, one of `paymentMethods`: card on a page of yours, checkout on Stripe's."
    )
    return_url: str | None = strawberry.field(
        default=None, description="The page that the provider's own leads back to; needed for checkout."
    )
    secret: str | None = strawberry.field(default=None, description=SECRET)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> StartPayment:
        """The command meant."""
        named = OrderNamed(ids.expect(self.order_id, "Order", _ORDER_ID), self.secret)
        return StartPayment(named, self.method, self.return_url, self.idempotency_key)


@strawberry.input(description="A payment to give up.")
class CancelPaymentInput:
    """Read by the mutation."""

    payment_id: strawberry.ID = strawberry.field(description="Which one.")
    order_id: strawberry.ID = strawberry.field(description="Of which order.")
    secret: str | None = strawberry.field(default=None, description=SECRET)


@strawberry.input(description="Money that came by hand.")
class RecordPaymentInput:
    """Read into `domain.payments.asking.RecordPayment`."""

    order_id: strawberry.ID = strawberry.field(description="For which order.")
    amount: MoneyInput = strawberry.field(description="How much, at most what is left to pay.")
    note: str = strawberry.field(default="", description="What there is to say of it, 500 characters at most.")
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> RecordPayment:
        """The command meant."""
        return RecordPayment(ids.expect(self.order_id, "Order", _ORDER_ID), self.amount.to_domain(), self.note, self.idempotency_key)


COMMON = (refusals.NotFound, refusals.InputInvalid)


@payload(
    *COMMON,
    refusals.IdempotencyKeyReused,
    domain.OrderNotPayable,
    domain.PaymentMethodUnknown,
    domain.PaymentRefused,
    domain.PaymentUnsure,
    description="The answer to `startPayment`.",
)
class StartPaymentPayload:
    """The payment and what the page needs for it, or why none was begun."""

    payment: Payment | None = strawberry.field(default=None, description="The payment.")
    publishable_key: str | None = strawberry.field(default=None, description="The key for the provider's script, for a card.")
    client_secret: str | None = strawberry.field(default=None, description="The secret of this payment for that script, for a card.")
    redirect_url: str | None = strawberry.field(default=None, description="Where the person is to be sent, for checkout.")


@payload(*COMMON, domain.PaymentOver, domain.PaymentRefused, domain.PaymentUnsure, description="The answer to `cancelPayment`.")
class CancelPaymentPayload:
    """The payment, or why it was not given up."""

    payment: Payment | None = strawberry.field(default=None, description="The payment as it is now.")


@payload(*COMMON, refusals.IdempotencyKeyReused, domain.OrderNotPayable, description="The answer to `recordPayment`.")
class RecordPaymentPayload:
    """The payment, or why it was not noted."""

    payment: Payment | None = strawberry.field(default=None, description="The payment.")


@strawberry.type
class PaymentMutations:
    """Mutations of payments, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(StartPaymentPayload)],
        description="Begin to pay what is left of an order. Whoever asks again while the payment is open goes on with the same one. "
        "Open to the order's buyer and to staff with orders:manage.",
    )
    async def start_payment(
        self, info: strawberry.Info, input: Annotated[StartPaymentInput, strawberry.argument(description="Of which order, and how.")]
    ) -> StartPaymentPayload:
        """See `resolvers.payments.start_payment`."""
        begun = await deeds.start_payment(info.context, input.to_domain())
        return StartPaymentPayload(
            payment=begun.payment,  # type: ignore[arg-type]
            publishable_key=begun.publishable_key,
            client_secret=begun.client_secret,
            redirect_url=begun.redirect_url,
        )

    @strawberry.mutation(
        extensions=[MayRefuse(CancelPaymentPayload)],
        description="Give a payment up that has not come to its end. Open to the order's buyer and to staff with orders:manage.",
    )
    async def cancel_payment(
        self, info: strawberry.Info, input: Annotated[CancelPaymentInput, strawberry.argument(description="Which one.")]
    ) -> CancelPaymentPayload:
        """See `resolvers.payments.cancel_payment`."""
        payment_id = ids.expect(input.payment_id, "Payment", ("input", "paymentId"))
        named = OrderNamed(ids.expect(input.order_id, "Order", _ORDER_ID), input.secret)
        return CancelPaymentPayload(payment=await deeds.cancel_payment(info.context, payment_id, named))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RecordPaymentPayload)],
        description="Note money that came by hand, cash or a transfer; it pays as any other does. Needs orders:manage.",
    )
    async def record_payment(
        self, info: strawberry.Info, input: Annotated[RecordPaymentInput, strawberry.argument(description="How much, for what.")]
    ) -> RecordPaymentPayload:
        """See `resolvers.payments.record_payment`."""
        return RecordPaymentPayload(payment=await deeds.record_payment(info.context, input.to_domain()))  # type: ignore[arg-type]
