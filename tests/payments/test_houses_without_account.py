"""A house that has no account with a provider any more keeps no other house's money waiting."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from domain.payments import PaymentProvider
from domain.payments.provider import Credentials
from gateway.money_rounds import look_after_money
from tests.conftest import Clock
from tests.payments.shop import Shop

pytestmark = pytest.mark.asyncio


class NoProviders:
    """An installation that has no account anywhere."""

    @property
    def methods(self) -> Sequence[str]:
        return ()

    def provider_of(self, method: str) -> str | None:
        return None

    def get(self, provider: str, credentials: Credentials | None) -> PaymentProvider | None:
        return None


async def test_its_payments_wait_and_are_asked_about_again(shop: Shop, clock: Clock) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])
    await clock.advance(minutes=3)

    await look_after_money(shop.pools, lambda organization_id: replace(shop.till_of(organization_id), providers=NoProviders()))

    assert await bought.state() == ("PENDING", "UNPAID", 0, 0)
    await clock.advance(minutes=8)
    await shop.rounds()
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)
