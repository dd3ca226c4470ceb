"""Why no money is taken or given back, as clients see it."""

import strawberry

from domain import payments as domain
from domain.orders import OrderStatus
from schema.errors import UserError, shows
from schema.scalars import BigInt, CurrencyCode


@shows(domain.OrderNotPayable, "The order does not wait for money.")
class OrderNotPayable(UserError):
    """See `domain.payments.OrderNotPayable`."""

    status: OrderStatus = strawberry.field(description="How far it has come.")


@shows(domain.PaymentMethodUnknown, "One cannot pay so here.")
class PaymentMethodUnknown(UserError):
    """See `domain.payments.PaymentMethodUnknown`."""

    methods: list[str] = strawberry.field(description="How one can.")


@shows(domain.PaymentRefused, "The payment provider said no.")
class PaymentRefused(UserError):
    """See `domain.payments.PaymentRefused`."""

    reason: str = strawberry.field(description="Why, in a word of the provider's, such as amount_too_small.")


@shows(domain.PaymentUnsure, "The payment provider did not answer; the same request with the same key goes on where this one stopped.")
class PaymentUnsure(UserError):
    """See `domain.payments.PaymentUnsure`."""


@shows(domain.PaymentOver, "The payment has come to its end.")
class PaymentOver(UserError):
    """See `domain.payments.PaymentOver`."""

    status: str = strawberry.field(description="What it is.")


@shows(domain.RefundTooLarge, "More is to go back than is there.")
class RefundTooLarge(UserError):
    """See `domain.payments.RefundTooLarge`."""

    refundable_minor: BigInt = strawberry.field(description="What can go back at most, in minor units.")
    currency: CurrencyCode = strawberry.field(description="Of this currency.")


@shows(domain.RefundNotOffered, "The organizer gives nothing back for this, or no longer.")
class RefundNotOffered(UserError):
    """See `domain.payments.RefundNotOffered`."""
