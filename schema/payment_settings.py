"""The organization's account with a payment provider, ways to pay, refund policies, and the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain import payments as domain
from domain import refusals
from domain.events import EventNotEditable
from domain.money import Money as MoneyOf
from domain.paging import page_of
from domain.payments import LedgerFilter, LedgerKind
from domain.payments.keys import PaymentKeys
from resolvers import payment_settings as deeds
from resolvers import transactions
from schema import ids
from schema.connections import After, Before, Connection, First, Last, connect, read_cursor, show_cursor
from schema.errors import MayRefuse, payload
from schema.money import Money
from schema.payments import Transaction

MOST_VALUES = 100


@strawberry.type(description="A secret that is written and never shown.")
class HiddenValue:
    """Whether there is one."""

    has_value: bool = strawberry.field(description="Whether it is set.")


@strawberry.type(description="The organization's own account with a payment provider.")
class PaymentSettings:
    """See `domain.payments.PaymentSettings`."""

    provider: str = strawberry.field(description="The provider: stripe.")
    publishable_key: str = strawberry.field(description="The key that pages may know.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")

    @strawberry.field(description="The secret key.")
    def secret_key(self: domain.PaymentSettings) -> HiddenValue:
        """Never shown."""
        return HiddenValue(has_value=self.secret_key_sealed is not None)

    @strawberry.field(description="The secret that the provider signs its notices with.")
    def webhook_secret(self: domain.PaymentSettings) -> HiddenValue:
        """Never shown."""
        return HiddenValue(has_value=self.webhook_secret_sealed is not None)


@strawberry.type(description="What buyers may take back themselves.")
class RefundPolicy:
    """See `domain.payments.RefundPolicy`."""

    hours_before: int = strawberry.field(description="Until so many hours before the event begins.")
    kept_rate: int = strawberry.field(description="What of the price stays with the organizer, in millionths: 100000 is 10 %.")
    fees: bool = strawberry.field(description="Whether fees go back, too, when all of an order does.")


@strawberry.type(description="What came in and went back in one currency.")
class TransactionTotal:
    """See `domain.payments.LedgerTotal`."""

    came_in: Money = strawberry.field(description="What payments brought.")
    went_back: Money = strawberry.field(description="What refunds took.")


@strawberry.input(description="Which movements of money; all conditions given must hold.")
class TransactionWhere:
    """Read into `domain.payments.LedgerFilter`."""

    kinds: list[LedgerKind] | None = strawberry.field(default=None, description="For one of these reasons.")
    order_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="For one of these orders, 100 at most.")
    at_from: datetime | None = strawberry.field(default=None, description="At this time or later.")
    at_before: datetime | None = strawberry.field(default=None, description="Before this time.")

    def to_domain(self) -> LedgerFilter:
        """The filter meant; refused with InputInvalid where a list is too long, with NotFound for ids of other things."""
        named = self.order_ids
        if named is not None and len(named) > MOST_VALUES:
            raise refusals.Refused(refusals.InputInvalid((refusals.Fault(("where", "orderIds"), f"names more than {MOST_VALUES}"),)))
        shown = None if named is None else [ids.expect(each, "Order", ("where", "orderIds", str(at))) for at, each in enumerate(named)]
        return LedgerFilter(self.kinds, shown, self.at_from, self.at_before)


@strawberry.input(description="The keys of the organization's own account.")
class SetPaymentSettingsInput:
    """Read into `domain.payments.keys.PaymentKeys`."""

    publishable_key: str = strawberry.field(description="Begins with pk_.")
    secret_key: str | None = strawberry.field(default=None, description="Begins with sk_ or rk_; stays what it was when left out.")
    webhook_secret: str | None = strawberry.field(default=None, description="Begins with whsec_; stays what it was when left out.")
    expected_version: int = strawberry.field(default=0, description="The version that was read; 0 where there was none.")

    def to_domain(self) -> PaymentKeys:
        """The command meant."""
        return PaymentKeys("stripe", self.publishable_key, self.secret_key, self.webhook_secret, self.expected_version)


@strawberry.input(description="What buyers may take back themselves.")
class RefundPolicyInput:
    """Read into `domain.payments.RefundPolicy`."""

    hours_before: int = strawberry.field(description="Until so many hours before the event begins.")
    kept_rate: int = strawberry.field(default=0, description="What of the price stays with the organizer, in millionths: 100000 is 10 %.")
    fees: bool = strawberry.field(default=False, description="Whether fees go back, too, when all of an order does.")


@strawberry.input(description="A refund policy to set.")
class SetRefundPolicyInput:
    """Read by the mutation."""

    event_id: strawberry.ID | None = strawberry.field(default=None, description="For which event; without one for all that have none.")
    policy: RefundPolicyInput | None = strawberry.field(default=None, description="The policy; taken away when left out.")


COMMON = (refusals.NotFound, refusals.InputInvalid, refusals.VersionConflict)


@payload(*COMMON, description="The answer to `setPaymentSettings`.")
class SetPaymentSettingsPayload:
    """The settings, or why they stay."""

    settings: PaymentSettings | None = strawberry.field(default=None, description="The settings as they are now.")


@payload(refusals.NotFound, refusals.InputInvalid, EventNotEditable, description="The answer to `setRefundPolicy`.")
class SetRefundPolicyPayload:
    """Whether it was set, or why not."""

    done: bool | None = strawberry.field(default=None, description="True once it is set, or taken away.")
    policy: RefundPolicy | None = strawberry.field(default=None, description="The policy as it is now.")


@strawberry.type
class PaymentQueries:
    """Queries of payments, merged into the root."""

    @strawberry.field(description="How one can pay here, the preferred way first.")
    async def payment_methods(self, info: strawberry.Info) -> list[str]:
        """Names for `startPayment`."""
        return list(await deeds.payment_methods(info.context))

    @strawberry.field(description="The organization's own account; null where it has none. Needs payments:manage.")
    async def payment_settings(self, info: strawberry.Info) -> PaymentSettings | None:
        """Its secrets are not shown."""
        return await deeds.payment_settings(info.context)  # type: ignore[return-value]

    @strawberry.field(description="What buyers may take back of an event; null where that is nothing.")
    async def refund_policy(
        self,
        info: strawberry.Info,
        event_id: Annotated[strawberry.ID | None, strawberry.argument(description="Of which event; in general without one.")] = None,
    ) -> RefundPolicy | None:
        """The event's own, else the general one."""
        event = ids.read(event_id) if event_id else None
        if event_id and (event is None or event[0] != "Event"):
            return None
        return await deeds.refund_policy(info.context, event[1] if event else None)  # type: ignore[return-value]

    @strawberry.field(description="Every movement of money, the newest first. Needs orders:read.")
    async def transactions(
        self,
        info: strawberry.Info,
        where: Annotated[TransactionWhere | None, strawberry.argument(description="Which ones; all without it.")] = None,
        first: First = None,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[Transaction]:
        """One page."""
        filtered = where.to_domain() if where else LedgerFilter()
        edges = [read_cursor(cursor, [UUID], name) for cursor, name in ((after, "after"), (before, "before"))]
        found = await transactions.page(info.context, filtered, page_of(first, edges[0], last, edges[1]))
        return connect(found, lambda each: show_cursor([str(each.id)]), lambda: transactions.count(info.context, filtered))

    @strawberry.field(description="The same movements summed up by currency. Needs orders:read.")
    async def transaction_totals(
        self,
        info: strawberry.Info,
        where: Annotated[TransactionWhere | None, strawberry.argument(description="Which ones; all without it.")] = None,
    ) -> list[TransactionTotal]:
        """One for each currency."""
        totals = await transactions.totals(info.context, where.to_domain() if where else LedgerFilter())
        return _shown(totals)


def _shown(totals: Sequence[domain.LedgerTotal]) -> list[TransactionTotal]:
    return [
        TransactionTotal(came_in=MoneyOf(each.came_in_minor, each.currency), went_back=MoneyOf(each.went_back_minor, each.currency))  # type: ignore[arg-type]
        for each in totals
    ]


@strawberry.type
class PaymentSettingsMutations:
    """Mutations of payment settings, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(SetPaymentSettingsPayload)],
        description="Let money come to the organization's own account. Secrets are sealed and never shown. Needs payments:manage.",
    )
    async def set_payment_settings(
        self, info: strawberry.Info, input: Annotated[SetPaymentSettingsInput, strawberry.argument(description="The keys.")]
    ) -> SetPaymentSettingsPayload:
        """See `resolvers.payment_settings.set_payment_settings`."""
        settings = await deeds.set_payment_settings(info.context, input.to_domain())
        return SetPaymentSettingsPayload(settings=settings)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(SetRefundPolicyPayload)],
        description="Say what buyers may take back themselves, of one event or in general. Needs prices:manage.",
    )
    async def set_refund_policy(
        self, info: strawberry.Info, input: Annotated[SetRefundPolicyInput, strawberry.argument(description="Which policy.")]
    ) -> SetRefundPolicyPayload:
        """See `resolvers.payment_settings.set_refund_policy`."""
        event_id = ids.expect(input.event_id, "Event", ("input", "eventId")) if input.event_id else None
        wanted = input.policy and domain.RefundPolicy(input.policy.hours_before, input.policy.kept_rate, input.policy.fees)
        policy = await deeds.set_refund_policy(info.context, event_id, wanted or None)
        return SetRefundPolicyPayload(done=True, policy=policy)  # type: ignore[arg-type]
