"""The organization's own account with a provider, and what it gives back to buyers who ask: set, and seen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.events import expect_not_archived, expect_version, is_public
from domain.identity import Permission
from domain.payments import PaymentSettings, RefundPolicy, check_policy, place_of_key
from domain.payments.keys import PaymentKeys, changed_settings, check_keys

from resolvers.context import Context
from resolvers.till import open_or_none, till_of


async def set_payment_settings(ctx: Context, keys: PaymentKeys) -> PaymentSettings:
    """The account with other keys; a secret that is left out stays. What is sealed is never shown again."""
    ctx.viewer.require(Permission.PAYMENTS_MANAGE)
    check_keys(keys)
    sealed = {name: _seal(ctx, name, value) for name, value in keys.secrets.items() if value is not None}
    async with ctx.work() as work:
        before = await work.payments.settings_for_change()
        expect_version(before.version if before else 0, keys.expected_version)
        settings = changed_settings(before, keys, sealed)
        await work.payments.keep_settings(settings)
    return settings


def _seal(ctx: Context, name: str, value: str) -> bytes:
    return ctx.outside.vault.seal(value.encode(), bound_to=place_of_key(ctx.viewer.tenant, name))


async def payment_settings(ctx: Context) -> PaymentSettings | None:
    """The account, its secrets sealed; None where the organization has none of its own."""
    ctx.viewer.require(Permission.PAYMENTS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.payments.settings()


async def payment_methods(ctx: Context) -> Sequence[str]:
    """How one can pay here, the preferred way first; none where there is no account to pay to."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    till = till_of(ctx)
    async with ctx.reading() as reading:
        settings = await reading.payments.settings()
    providers = till.providers
    return [method for method in providers.methods if open_or_none(till, providers.provider_of(method) or "", settings)]


async def set_refund_policy(ctx: Context, event_id: UUID | None, policy: RefundPolicy | None) -> RefundPolicy | None:
    """What buyers may take back of an event, or (None) of all that have no policy of their own."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    check_policy(policy)
    async with ctx.work() as work:
        if event_id is not None:
            expect_not_archived((await work.events.for_change(event_id)).status)
        await work.refund_policies.keep(event_id, policy)
    return policy


async def refund_policies_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[RefundPolicy | None]:
    """For each event what its buyers may take back; None where that is nothing."""
    async with ctx.reading() as reading:
        *own, general = await reading.refund_policies.of_events([*event_ids, None])
    return [policy or general for policy in own]


async def refund_policy(ctx: Context, event_id: UUID | None) -> RefundPolicy | None:
    """The same for one event that the viewer may see, or for all events without a policy of their own."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    async with ctx.reading() as reading:
        [event] = await reading.events.get_many([event_id]) if event_id else [None]
    if event_id and not (event and (is_public(event.status) or ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED))):
        return None
    async with ctx.reading() as reading:
        [own, general] = await reading.refund_policies.of_events([event_id, None])
    return own or general
