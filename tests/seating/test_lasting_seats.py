"""How long seats stay with who has them: extended once, taken over by an order, sold, taken back."""

from dataclasses import replace
from typing import Any

import pytest

from domain.holds import HoldStatus
from resolvers.sweeping import end_expired_holds
from tests.api.box_office import RELEASE_HOLD, left
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock, WorkOf
from tests.seating.halls import seated_event, status
from tests.seating.taking import choose, uuid_of

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("adds_up")]

EXTEND = """
mutation ($input: ExtendHoldInput!) {
  extendHold(input: $input) {
    hold { id status expiresAt extendedAt }
    errors { __typename ... on UserError { message code path } ... on HoldNotExtendable { reason } }
  }
}
"""


async def release(client: Client, hold_id: str) -> dict[str, Any]:
    payload: dict[str, Any] = (await client.ask(RELEASE_HOLD, input={"holdId": hold_id}))["releaseHold"]
    return payload


async def sweep(tenant: Tenant, work_of: WorkOf, event_id: str) -> int:
    return await end_expired_holds(lambda: work_of(tenant.organization), uuid_of(event_id))


async def test_a_hold_is_extended_once_with_its_seats(tenant: Tenant, clock: Clock, work_of: WorkOf) -> None:
    event_id, _ = await seated_event(tenant.owner)
    held = (await choose(tenant.owner, event_id, "Stalls A-1"))["hold"]
    wish = {"holdId": held["id"], "idempotencyKey": "more"}
    await clock.advance(minutes=10)

    done = (await tenant.owner.ask(EXTEND, input=wish))["extendHold"]
    same = (await tenant.owner.ask(EXTEND, input=wish))["extendHold"]
    again = (await tenant.owner.ask(EXTEND, input={"holdId": held["id"]}))["extendHold"]
    await clock.advance(minutes=24)

    assert done["errors"] == []
    assert done["hold"]["expiresAt"] > held["expiresAt"]
    assert same == done
    assert [(error["__typename"], error["reason"]) for error in again["errors"]] == [("HoldNotExtendable", "EXTENDED_BEFORE")]
    assert await sweep(tenant, work_of, event_id) == 0
    assert await status(tenant.anonymous, event_id, "Stalls A-1") == ["HELD"]
    await clock.advance(minutes=26)
    assert await status(tenant.anonymous, event_id, "Stalls A-1") == ["FREE"]
    assert await sweep(tenant, work_of, event_id) == 1


async def test_who_wants_seats_in_other_carts_is_told_when_each_may_come_back(tenant: Tenant, clock: Clock, work_of: WorkOf) -> None:
    event_id, _ = await seated_event(tenant.owner)
    long, paying = [(await choose(tenant.owner, event_id, f"Stalls {label}"))["hold"]["id"] for label in ("A-1", "A-2")]
    short = (await choose(tenant.owner, event_id, "Stalls B-1"))["hold"]["expiresAt"]
    await clock.advance(minutes=5)
    until = (await tenant.owner.ask(EXTEND, input={"holdId": long}))["extendHold"]["hold"]["expiresAt"]
    async with work_of(tenant.organization) as work:
        assert await work.holds.convert([each for each in await work.holds.get_many([uuid_of(paying)]) if each]) == 1

    [every] = (await choose(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2", "Stalls B-1", "Stalls B-2"))["errors"]
    [being_paid] = (await choose(tenant.anonymous, event_id, "Stalls A-2"))["errors"]
    await clock.advance(minutes=16)
    [later] = (await choose(tenant.anonymous, event_id, "Stalls A-1", "Stalls B-1"))["errors"]

    assert short < until
    assert every["mayReturnAt"] == short
    assert [(each["label"], each["mayComeBack"], each["mayReturnAt"]) for each in every["seats"]] == [
        ("Stalls A-1", True, until),
        ("Stalls A-2", True, None),
        ("Stalls B-1", True, short),
    ]
    assert every["message"] == f"Stalls A-1, Stalls A-2, Stalls B-1 may come back from {short[:19]}Z on."
    assert (being_paid["mayReturnAt"], being_paid["message"]) == (None, "Stalls A-2 may come back in a few minutes.")
    assert [(each["label"], each["mayReturnAt"]) for each in later["seats"]] == [("Stalls A-1", until)]
    assert await status(tenant.anonymous, event_id, "Stalls B-1", "Stalls B-2") == ["FREE", "FREE"]


async def test_who_has_no_time_left_or_no_hold_gets_no_more(tenant: Tenant, clock: Clock) -> None:
    event_id, _ = await seated_event(tenant.owner)
    overdue, ended = [(await choose(tenant.owner, event_id, label))["hold"]["id"] for label in ("Stalls A-1", "Stalls A-2")]
    await release(tenant.owner, ended)
    stranger = (await tenant.anonymous.ask(EXTEND, input={"holdId": overdue}))["extendHold"]
    await clock.advance(minutes=15)

    late, gone = [(await tenant.owner.ask(EXTEND, input={"holdId": each}))["extendHold"] for each in (overdue, ended)]

    assert [error["__typename"] for error in stranger["errors"]] == ["NotFound"]
    assert [each["errors"][0]["reason"] for each in (late, gone)] == ["OVERDUE", "ENDED"]
    assert late["errors"][0]["message"] == "The hold cannot be extended. Its time is over."


async def test_seats_that_an_order_took_over_stay_until_they_are_sold_and_come_back_when_it_is_revoked(
    tenant: Tenant, work_of: WorkOf, clock: Clock, owner: Any
) -> None:
    event_id, _ = await seated_event(tenant.owner)
    converted, sold = [uuid_of((await choose(tenant.owner, event_id, label))["hold"]["id"]) for label in ("Stalls A-1", "Stalls A-2")]
    async with work_of(tenant.organization) as work:
        holds = [each for each in await work.holds.get_many([converted, sold]) if each]
        assert await work.holds.convert(holds) == 2
        assert await work.holds.sell(holds[1:]) == 1
        assert await work.holds.sell(holds[1:]) == 0
    await clock.advance(days=2)

    assert await sweep(tenant, work_of, event_id) == 0
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2") == ["HELD", "BOOKED"]
    assert [
        tuple(row) for row in await owner.fetch("SELECT held, sold FROM pools WHERE name = 'Stalls' AND event_id = $1", uuid_of(event_id))
    ] == [(1, 1)]
    assert await left(tenant.anonymous, event_id) == [2, 2, 50]
    async with work_of(tenant.organization) as work:
        revoked = [replace(each, status=HoldStatus.REVOKED) for each in holds]
        assert (await work.holds.give_back(revoked), await work.holds.give_back(revoked)) == (2, 0)
    assert await status(tenant.anonymous, event_id, "Stalls A-1", "Stalls A-2") == ["FREE", "FREE"]
    counted = await owner.fetchrow("SELECT held, sold FROM pools WHERE name = 'Stalls' AND event_id = $1", uuid_of(event_id))
    assert tuple(counted) == (0, 0)
