"""The port of payment providers: what they are asked, what they report, and what they may leave unsaid.

ProviderRefused    the provider said no: nothing was done, and asking again ends the same way
ProviderUnsure     nobody knows whether it was done: ask again with the same id, or retrieve it
NoticeForged       a notice that the provider did not send, or not now
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.payments.values import Payment, PaymentStatus, Refund, RefundStatus


class ProviderRefused(Exception):
    """It said no, for a reason that it names by a word (`amount_too_small`)."""

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason


class ProviderUnsure(Exception):
    """It did not answer, or not so that we know what was done."""


class NoticeForged(Exception):
    """The signature is missing or wrong, or the time is not now."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys of one account with a provider."""

    publishable_key: str
    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Charge:
    """A payment to begin. Begun twice under the same payment's id it is one payment; `title` is what the person reads on a page."""

    payment: Payment
    organization_id: UUID
    order_number: str
    title: str
    email: str | None
    return_url: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider says of a payment at this moment; its secret and its page for the person alone who pays."""

    reference: str
    status: PaymentStatus
    amount_minor: int
    currency: str
    payment_id: UUID | None
    order_id: UUID | None
    captured_minor: int = 0
    intent: str | None = None
    failure: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    redirect_url: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class RefundReport:
    """What a provider says of a refund at this moment."""

    reference: str
    status: RefundStatus
    amount_minor: int
    currency: str
    refund_id: UUID | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A verified notice: something happened to a payment or a refund of ours, or to none (both ids None).

    `report` and `refund` are what it tells, when it tells something final; else the provider is to be asked. `dispute` is the provider's
    name for a dispute, of which it is asked always.
    """

    id: str
    kind: str
    intent: str | None
    payment_id: UUID | None = None
    refund_id: UUID | None = None
    report: Report | None = None
    refund: RefundReport | None = None
    dispute: str | None = None

    @property
    def concerns_nothing(self) -> bool:
        """Whether it is about neither a payment nor a refund of ours, nor about a dispute."""
        return self.payment_id is None and self.refund_id is None and self.dispute is None


class PaymentProvider(Protocol):
    """One account with a provider. Plugins bring payment methods by offering the same."""

    @property
    def publishable_key(self) -> str | None:
        """What the page of the person who pays needs to know."""

    async def begin(self, charge: Charge) -> Report:
        """Begin a payment. Raises ProviderRefused, ProviderUnsure."""

    async def retrieve(self, payment: Payment) -> Report:
        """How a payment stands. Raises ProviderRefused when it knows of none, ProviderUnsure."""

    async def cancel(self, payment: Payment) -> Report:
        """Give a payment up; the report of how it stands when it is too late for that. Raises ProviderRefused, ProviderUnsure."""

    async def refund(self, payment: Payment, refund: Refund) -> RefundReport:
        """Give money back; once, however often it is asked under the refund's id. Raises ProviderRefused, ProviderUnsure."""

    async def retrieve_refund(self, refund: Refund) -> RefundReport:
        """How a refund stands. Raises ProviderRefused, ProviderUnsure."""

    async def disputes(self, dispute: str) -> bool:
        """Whether a dispute takes or may take the money; not once it was won. Raises ProviderRefused, ProviderUnsure."""

    def verify(self, body: bytes, signature: str, now: datetime) -> Notice:
        """What a notice says that has just come. Raises NoticeForged."""

    def read(self, body: bytes) -> Notice:
        """What a notice says that was verified when it came. Raises NoticeForged where it cannot be read."""


class PaymentProviders(Protocol):
    """The providers of this installation."""

    @property
    def methods(self) -> Sequence[str]:
        """The methods that buyers can choose, the preferred one first."""

    def provider_of(self, method: str) -> str | None:
        """The name of the provider behind a method, None for a method that there is not."""

    def get(self, provider: str, credentials: Credentials | None) -> PaymentProvider | None:
        """The account with these keys, or the installation's own; None where there is neither."""
