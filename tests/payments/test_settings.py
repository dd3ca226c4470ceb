"""An organization's own account: keys go in, are sealed, and never come out; and each organization pays into its own."""

from typing import Any

import pytest

from domain.identity import Role
from gateway.environment import SettingsRefused
from gateway.settings import read_settings
from tests.gateway.test_settings import NEEDED
from tests.payments.shop import Shop
from tests.ticket_types.desk import do, refusal

pytestmark = pytest.mark.asyncio

SHOWN = "settings { version publishableKey secretKey { hasValue } webhookSecret { hasValue } }"
ASK = "{ paymentSettings { provider version publishableKey secretKey { hasValue } webhookSecret { hasValue } } }"


async def test_secrets_are_sealed_and_never_shown(shop: Shop, owner: Any) -> None:
    account = shop.double.account
    row = await owner.fetchrow("SELECT * FROM payment_settings WHERE organization_id = $1", shop.tenant.organization.id)

    seen = (await shop.tenant.owner.ask(ASK))["paymentSettings"]

    assert seen == {
        "provider": "stripe",
        "version": 1,
        "publishableKey": account.publishable_key,
        "secretKey": {"hasValue": True},
        "webhookSecret": {"hasValue": True},
    }
    assert account.secret_key.encode() not in row["secret_key_sealed"]
    assert account.webhook_secret.encode() not in row["webhook_secret_sealed"]
    assert await shop.tenant.member(Role.MANAGER).code(ASK) == "FORBIDDEN"


async def test_a_secret_that_is_left_out_stays_and_a_stale_change_is_refused(shop: Shop) -> None:
    key = shop.double.account.publishable_key

    kept = await do(shop.tenant.owner, "setPaymentSettings", SHOWN, publishableKey=key, expectedVersion=1)
    stale = await do(shop.tenant.owner, "setPaymentSettings", SHOWN, publishableKey="pk_test_somebodyelse", expectedVersion=1)

    assert kept["settings"]["version"] == 2
    assert kept["settings"]["secretKey"] == {"hasValue": True}
    assert refusal(stale)["__typename"] == "VersionConflict"
    bought = await shop.order()
    await bought.paid()
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"publishableKey": "sk_test_wrongplace"}, "publishableKey"),
        ({"publishableKey": "pk_test_12345678", "secretKey": "pk_test_12345678"}, "secretKey"),
        ({"publishableKey": "pk_test_12345678", "secretKey": "sk_live_12345678"}, "secretKey"),
        ({"publishableKey": "pk_test_12345678", "webhookSecret": "nothing"}, "webhookSecret"),
    ],
    ids=["publishable", "secret", "mode", "webhook"],
)
async def test_what_cannot_be_a_key_is_refused_at_its_place_and_not_repeated(shop: Shop, keys: dict[str, str], place: str) -> None:
    answer = await do(shop.tenant.owner, "setPaymentSettings", SHOWN, **keys, expectedVersion=1)

    no = refusal(answer)
    assert (no["__typename"], no["message"].split(": ")[0]) == ("InputInvalid", f"input.{place}")
    assert all(value not in no["message"] for value in keys.values())
    assert (await shop.tenant.owner.ask(ASK))["paymentSettings"]["version"] == 1


async def test_without_any_account_there_is_no_way_to_pay(shop: Shop) -> None:
    bought = await shop.order()
    async with shop.pools.app.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{shop.tenant.organization.id}'")
        await connection.execute("UPDATE payment_settings SET provider = 'nobody'")

    answer = await bought.start()
    methods = (await bought.client.ask("{ paymentMethods }"))["paymentMethods"]

    assert (refusal(answer)["__typename"], methods) == ("PaymentMethodUnknown", [])
    assert (await bought.money())["payments"] == []


async def test_the_installations_keys_come_together_or_not_at_all() -> None:
    with pytest.raises(SettingsRefused) as refused:
        read_settings(NEEDED | {"STRIPE_SECRET_KEY": "sk_test_12345678"})

    assert [fault.variable for fault in refused.value.faults] == ["STRIPE_PUBLISHABLE_KEY"]
