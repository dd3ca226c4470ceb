"""Notices about a hot event: what sells nothing does not queue up for its stock, and what is about nothing is not kept."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from adapters.stripe.accounts import STRIPE
from domain.payments import Payment, PaymentStatus
from resolvers.payment_settling import settle
from resolvers.till import account_of
from schema import ids
from tests.payments.shop import Bought, Shop

pytestmark = pytest.mark.asyncio

KEPT = "SELECT kind FROM payment_notices ORDER BY kind"


def uuid_of(global_id: str) -> UUID:
    named = ids.read(global_id)
    assert named
    return named[1]


@asynccontextmanager
async def stock_locked(shop: Shop, event_id: str) -> AsyncIterator[None]:
    """Somebody else changes the event's stock and takes his time."""
    async with shop.pools.app.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{shop.tenant.organization.id}'")
        assert await connection.fetchval("SELECT true FROM inventories WHERE event_id = $1 FOR UPDATE", uuid_of(event_id))
        yield


async def payment_of(shop: Shop, bought: Bought) -> Payment:
    async with shop.till_of(shop.tenant.organization.id).work() as work:
        [[payment]] = await work.payments.of_orders([uuid_of(bought.id)])
    return payment


async def test_money_that_came_in_waits_for_the_stock_and_hearing_of_it_again_does_not(shop: Shop) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])
    till = shop.till_of(shop.tenant.organization.id)
    payment = await payment_of(shop, bought)
    report = await (await account_of(till, STRIPE)).retrieve(payment)

    async with stock_locked(shop, bought.event_id):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(settle(till, payment.id, report), 0.5)
    first = await settle(till, payment.id, report)
    async with stock_locked(shop, bought.event_id):
        again = await asyncio.wait_for(settle(till, payment.id, report), 5)

    assert first
    assert (first.status, first == again) == (PaymentStatus.CONFIRMED, True)
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)
    assert len((await bought.money())["transactions"]) == 1


async def test_a_notice_about_nothing_of_ours_is_taken_and_not_kept(shop: Shop) -> None:
    bought = await shop.order()
    await shop.pay((await bought.started())["intent"])

    statuses = [await shop.double.deliver(event["id"]) for event in await shop.double.events()]
    await shop.rounds()

    kinds = [event["type"] for event in await shop.double.events()]
    async with shop.pools.app.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{shop.tenant.organization.id}'")
        kept = [row["kind"] for row in await connection.fetch(KEPT)]
    assert sorted(kinds) == ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]
    assert (statuses, kept) == ([200] * 3, ["payment_intent.created", "payment_intent.succeeded"])
    assert await bought.state() == ("CONFIRMED", "PAID", 2_550, 0)
