"""Stock under orders: a part of a hold goes back once, a race with a hold's end has one winner, and SQL says of payment what we say."""

import asyncio
from dataclasses import replace
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from adapters.postgres.order_finding import PAYMENT_STATE
from domain.holds import HoldLine, HoldStatus, shorten
from domain.orders import OrderStatus, payment_state
from resolvers.sweeping import end_expired_holds
from schema import ids
from tests.api.conftest import Tenant
from tests.conftest import Clock, WorkOf
from tests.domain.test_orders import an_order
from tests.orders.shop import check_out, guest, held, on_sale, ordered, stock

pytestmark = pytest.mark.asyncio


def uuid_of(global_id: str) -> UUID:
    """The UUID behind a global id."""
    named = ids.read(global_id)
    assert named
    return named[1]


async def test_a_part_of_a_hold_is_given_back_once_however_often_it_is_tried(tenant: Tenant, work_of: WorkOf) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = uuid_of(await held(ada, event_id, type_id, 3))
    organization = tenant.organization

    async def give_back() -> tuple[bool, list[object]]:
        async with work_of(organization) as work:
            [before] = await work.holds.lock([hold_id])
            assert before
            whole = replace(before, lines=tuple(replace(line, quantity=3) for line in before.lines))
            done = await work.holds.give_back_part(whole, shorten(whole, [HoldLine(uuid_of(type_id), 2)]))
            return done, [(news.type, news.payload["status"], news.payload["lines"]) for news in work._news]

    async with work_of(organization) as work:
        [hold] = await work.holds.lock([hold_id])
        assert hold
        assert await work.holds.convert([hold]) == 1
    answers = await asyncio.gather(*(give_back() for _ in range(4)))
    left = await stock(tenant, event_id)
    async with work_of(organization) as work:
        [found] = await work.holds.get_many([hold_id])
        assert found
        await work.holds.give_back([replace(found, status=HoldStatus.REVOKED)])

    assert sorted(done for done, _ in answers) == [False, False, False, True]
    told = ("hold:released", "REVOKED", [{"ticketTypeId": str(uuid_of(type_id)), "quantity": 2}])
    assert sorted(len(news) for _, news in answers) == [0, 0, 0, 1]
    assert [each for _, news in answers for each in news] == [told]
    assert (left, found.lines[0].quantity) == ([(1, 0)], 1)
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_nothing_is_given_back_in_part_of_a_hold_that_no_order_took_over(tenant: Tenant, work_of: WorkOf) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = uuid_of(await held(ada, event_id, type_id, 3))

    async with work_of(tenant.organization) as work:
        [hold] = await work.holds.lock([hold_id])
        assert hold
        shorter = replace(shorten(hold, [HoldLine(uuid_of(type_id), 1)]), status=HoldStatus.CONVERTED)
        assert not await work.holds.give_back_part(hold, shorter)
        with pytest.raises(ValueError, match="a hold is shortened"):
            await work.holds.give_back_part(hold, hold)

    assert await stock(tenant, event_id) == [(3, 0)]


@pytest.mark.parametrize("seconds", [899, 901])
async def test_a_checkout_that_races_the_end_of_its_hold_has_all_or_nothing(
    tenant: Tenant, work_of: WorkOf, clock: Clock, seconds: int
) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    hold_id = await held(ada, event_id, type_id, 2)
    await clock.advance(seconds=seconds)

    async def sweep() -> None:
        await end_expired_holds(lambda: work_of(tenant.organization), uuid_of(event_id))

    _, payload, _ = await asyncio.gather(sweep(), check_out(ada, 5100, holdIds=[hold_id]), sweep())

    assert [each["__typename"] for each in payload["errors"]] == ([] if seconds < 900 else ["HoldNotActive"])
    assert await stock(tenant, event_id) == ([(2, 0)] if seconds < 900 else [(0, 0)])


async def test_orders_of_several_events_in_any_order_wait_for_nobody_in_a_circle(tenant: Tenant) -> None:
    events = [await on_sale(tenant, slug=f"show-{at}") for at in range(3)]

    async def buy(at: int) -> str:
        ada = guest(tenant)
        turned = events[at % 3 :] + events[: at % 3]
        holds = [await held(ada, *each) for each in turned]
        return str((await ordered(ada, 7650, holdIds=holds))["status"])

    assert await asyncio.gather(*(buy(at) for at in range(12))) == ["PENDING"] * 12
    assert [await stock(tenant, event_id) for event_id, _ in events] == [[(12, 0)]] * 3


async def test_sql_says_of_payment_what_the_rule_says(owner: Any) -> None:
    cases = [
        an_order(status=status, total_minor=total, paid_minor=paid, refunded_minor=refunded)
        for status, total, paid, refunded in product(OrderStatus, (0, 5, 10), (0, 5, 10, 15), (0, 5, 10, 15))
        if refunded <= paid
    ]
    rows = await owner.fetch(
        f"SELECT {PAYMENT_STATE} AS state FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[])"
        " WITH ORDINALITY AS o (status, total_minor, paid_minor, refunded_minor, place) ORDER BY place",
        [each.status.value for each in cases],
        [each.total_minor for each in cases],
        [each.paid_minor for each in cases],
        [each.refunded_minor for each in cases],
    )

    assert [row["state"] for row in rows] == [payment_state(each).value for each in cases]
