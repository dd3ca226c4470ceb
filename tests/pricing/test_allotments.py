"""Reserved allotments: tickets leave the public's stock, are sold to who shows the code, and are made in one step or not at all."""

from typing import Any

import pytest

from tests.api.box_office import create_ticket_type, hold, left, put_on_sale
from tests.api.conftest import Tenant
from tests.pricing.till import rules_of, set_rules
from tests.seating.halls import seated_event
from tests.ticket_types.desk import do, done, refusal, reserve

pytestmark = pytest.mark.asyncio

MADE = "ticketType { id name hidden price { amountMinor } } accessCode { id code ticketTypeIds label }"


async def test_tickets_set_aside_are_had_with_the_code_alone(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=50)

    wish = {"eventId": event_id, "ticketTypeId": type_id, "quantity": 20, "code": "friends", "label": "Band"}
    made = await done(tenant.owner, "createReservedAllotment", MADE, **wish)
    hidden = made["ticketType"]["id"]
    without = await reserve(tenant.anonymous, event_id, hidden)
    with_code = await reserve(tenant.anonymous, event_id, hidden, 20, accessCodes=["FRIENDS"])

    assert (made["ticketType"]["hidden"], made["ticketType"]["price"]) == (True, {"amountMinor": 2_550})
    assert made["accessCode"]["ticketTypeIds"] == [hidden]
    assert (made["accessCode"]["code"], made["accessCode"]["label"]) == ("FRIENDS", "Band")
    assert without["errors"][0]["__typename"] == "AccessCodeNeeded"
    assert with_code["errors"] == []
    assert await left(tenant.owner, event_id) == [30, 0]
    assert await left(tenant.anonymous, event_id) == [30]


async def test_every_pool_of_the_type_gives_up_as_many(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=50)
    pools = "query ($id: ID!) { event(by: {id: $id}) { pools { id capacity } } }"
    [own] = (await tenant.owner.ask(pools, id=event_id))["event"]["pools"]
    house = (await done(tenant.owner, "createPool", "pool { id }", eventId=event_id, name="House", capacity=60))["pool"]["id"]
    both = await create_ticket_type(tenant.owner, event_id, None, poolIds=[own["id"], house])

    await done(tenant.owner, "createReservedAllotment", MADE, eventId=event_id, ticketTypeId=both, quantity=10)

    assert sorted(each["capacity"] for each in (await tenant.owner.ask(pools, id=event_id))["event"]["pools"]) == [10, 40, 50]
    assert type_id != both


async def test_an_allotment_may_cost_something_else_and_is_priced_by_the_same_rules(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await set_rules(tenant.owner, type_id, tiers=[{"name": "Half", "change": "-50"}])

    wish = {"eventId": event_id, "ticketTypeId": type_id, "quantity": 5, "price": {"amountMinor": 1_000, "currency": "EUR"}}
    made = await done(tenant.owner, "createReservedAllotment", MADE, **wish, name=[{"locale": "en", "text": "Guests"}])

    assert (made["ticketType"]["name"], made["ticketType"]["price"]) == ("Guests", {"amountMinor": 1_000})
    rules = await rules_of(tenant.owner, made["ticketType"]["id"])
    assert rules is not None
    assert [each["change"] for each in rules["priceRules"]["tiers"]] == ["-50"]


async def test_no_more_is_set_aside_than_is_left(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=10)
    await hold(tenant.anonymous, event_id, type_id, 4)

    told = refusal(await do(tenant.owner, "createReservedAllotment", MADE, eventId=event_id, ticketTypeId=type_id, quantity=7))
    before = await left(tenant.owner, event_id)
    await done(tenant.owner, "createReservedAllotment", MADE, eventId=event_id, ticketTypeId=type_id, quantity=6)

    assert (told["__typename"], told["available"]) == ("AllotmentTooLarge", 6)
    assert (before, await left(tenant.owner, event_id)) == ([6], [0, 6])


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"quantity": 0}, "InputInvalid"),
    ({"code": "x"}, "InputInvalid"),
    ({"price": {"amountMinor": -1, "currency": "EUR"}}, "InputInvalid"),
    ({"code": "TAKEN-1"}, "AccessCodeTaken"),
]


@pytest.mark.parametrize(("wish", "why"), REFUSED, ids=["none", "no code", "no price", "a code that is taken"])
async def test_what_cannot_be_made_leaves_everything_as_it_was(tenant: Tenant, wish: dict[str, Any], why: str) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=10)
    await done(tenant.owner, "createAccessCode", "accessCode { id }", eventId=event_id, ticketTypeIds=[type_id], code="TAKEN-1")

    whole = {"eventId": event_id, "ticketTypeId": type_id, "quantity": 5} | wish
    told = refusal(await do(tenant.owner, "createReservedAllotment", MADE, **whole))

    assert told["__typename"] == why
    assert await left(tenant.owner, event_id) == [10]


async def test_seats_are_not_set_aside_like_this(tenant: Tenant) -> None:
    event_id, types = await seated_event(tenant.owner)

    wish = {"eventId": event_id, "ticketTypeId": types["Stalls"], "quantity": 1}
    told = refusal(await do(tenant.owner, "createReservedAllotment", MADE, **wish))

    assert told["__typename"] == "PoolCountsSeats"


async def test_the_same_wish_again_gets_the_same_allotment(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner, capacity=10)
    wish = {"eventId": event_id, "ticketTypeId": type_id, "quantity": 5, "idempotencyKey": "k"}

    first = await done(tenant.owner, "createReservedAllotment", MADE, **wish)
    second = await done(tenant.owner, "createReservedAllotment", MADE, **wish)
    other = refusal(await do(tenant.owner, "createReservedAllotment", MADE, **wish | {"quantity": 4}))

    assert first == second
    assert other["__typename"] == "IdempotencyKeyReused"
    assert await left(tenant.owner, event_id) == [5, 5]
