"""Promo codes: made, changed and ended by who manages prices; shown to nobody else; guessed by nobody."""

import asyncio
from typing import Any

import pytest

from adapters.crypto.identifiers import new_token
from domain.access_codes import GUESSES_OF_ONE
from domain.identity import Role, Viewer
from domain.pricing import PromoCodeFault, PromoCodeNotValid, TooManyPromoCodes
from domain.refusals import Refused
from domain.throttling import TooManyTries
from resolvers.context import Context
from resolvers.promo_codes import expect_promo_codes
from tests.api.box_office import create_event, create_ticket_type, put_on_sale
from tests.api.conftest import Tenant
from tests.pricing.till import PROMO, promo_code, promo_codes
from tests.ticket_types.desk import do, done, refusal

pytestmark = pytest.mark.asyncio

EURO = {"currency": "EUR"}


async def test_a_code_is_kept_as_it_is_compared_with_all_its_terms(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    terms: dict[str, Any] = {
        "label": "Radio", "percent": "12.5", "currency": "EUR", "eventIds": [event_id], "ticketTypeIds": [type_id],
        "validFrom": "2030-01-01T00:00:00Z", "validUntil": "2031-01-01T00:00:00Z", "minimumMinor": 1_000, "budgetMinor": 50_000,
        "useLimit": 100, "buyerLimit": 2, "stackable": True,
    }  # fmt: skip

    made = await promo_code(tenant.owner, code=" spring-2031 ", **terms)

    rest = {"kind": "PERCENTAGE", "code": "SPRING-2031", "amountMinor": 0, "uses": 0, "spentMinor": 0, "deactivatedAt": None, "version": 1}
    assert made == {"id": made["id"]} | terms | rest
    assert await promo_codes(tenant.owner) == [made]


async def test_without_a_word_one_is_made_that_nobody_guesses(tenant: Tenant) -> None:
    words = {(await promo_code(tenant.owner, percent="10"))["code"] for _ in range(3)}

    assert len(words) == 3
    assert all(len(word) == 14 for word in words)


async def test_a_code_is_changed_and_bounds_are_taken_away(tenant: Tenant) -> None:
    made = await promo_code(tenant.owner, "PER_ORDER", amountMinor=500, budgetMinor=5_000, useLimit=3, **EURO)

    change = {"promoCodeId": made["id"], "expectedVersion": 1, "amountMinor": 700, "useLimit": None, "label": "Autumn"}
    changed = (await done(tenant.owner, "updatePromoCode", PROMO, **change))["promoCode"]
    stale = refusal(await do(tenant.owner, "updatePromoCode", PROMO, **change))

    assert changed == made | {"amountMinor": 700, "useLimit": None, "label": "Autumn", "version": 2}
    assert (stale["__typename"], stale["currentVersion"]) == ("VersionConflict", 2)
    assert await promo_codes(tenant.owner) == [changed]


async def test_a_code_for_a_type_that_is_gone_may_still_be_changed_but_not_be_made(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    type_id = await create_ticket_type(tenant.owner, event_id)
    made = await promo_code(tenant.owner, percent="10", ticketTypeIds=[type_id])
    await done(tenant.owner, "deleteTicketType", "ticketTypeId", ticketTypeId=type_id, expectedVersion=1)

    changed = await done(tenant.owner, "updatePromoCode", PROMO, promoCodeId=made["id"], expectedVersion=1, label="Old")
    told = refusal(await do(tenant.owner, "createPromoCode", PROMO, kind="PERCENTAGE", percent="10", ticketTypeIds=[type_id]))
    again = refusal(await do(tenant.owner, "updatePromoCode", PROMO, promoCodeId=made["id"], expectedVersion=2, ticketTypeIds=[type_id]))

    assert changed["promoCode"] == made | {"label": "Old", "version": 2}
    assert [told["__typename"], again["__typename"]] == ["NotFound", "NotFound"]
    assert await promo_codes(tenant.owner) == [changed["promoCode"]]


async def test_a_code_is_ended_once(tenant: Tenant) -> None:
    made = await promo_code(tenant.owner, percent="10", code="SPRING")

    ended = [(await done(tenant.owner, "deactivatePromoCode", PROMO, promoCodeId=made["id"]))["promoCode"] for _ in range(2)]

    assert ended[0] == ended[1]
    assert (ended[0]["deactivatedAt"] is not None, ended[0]["version"]) == (True, 2)
    taken = refusal(await do(tenant.owner, "createPromoCode", PROMO, kind="PERCENTAGE", percent="5", code="spring"))
    assert (taken["__typename"], taken["promoCodeId"]) == ("PromoCodeTaken", made["id"])


async def test_the_same_wish_again_gets_the_same_code_and_another_is_refused(tenant: Tenant) -> None:
    wish = {"percent": "10", "code": "SPRING", "idempotencyKey": "k", "validFrom": "2030-01-01T00:00:00Z"}
    first, second = await promo_code(tenant.owner, **wish), await promo_code(tenant.owner, **wish)

    other = refusal(await do(tenant.owner, "createPromoCode", PROMO, kind="PERCENTAGE", **wish | {"percent": "11"}))

    assert first == second
    assert other["__typename"] == "IdempotencyKeyReused"
    assert await promo_codes(tenant.owner) == [first]


FAULTS: list[tuple[dict[str, Any], list[str]]] = [
    ({"kind": "PERCENTAGE"}, ["input.percent"]),
    ({"kind": "PERCENTAGE", "percent": "100.0001"}, ["input.percent"]),
    ({"kind": "PERCENTAGE", "percent": "10", "amountMinor": 5, **EURO}, ["input.amountMinor"]),
    ({"kind": "PER_TICKET", "percent": "10", "amountMinor": 5, **EURO}, ["input.percent"]),
    ({"kind": "PER_TICKET", **EURO}, ["input.amountMinor"]),
    ({"kind": "PER_TICKET", "amountMinor": -5, **EURO}, ["input.amountMinor"]),
    ({"kind": "PER_ORDER", "amountMinor": 5}, ["input.currency"]),
    ({"kind": "PER_ORDER", "amountMinor": 5, "currency": "ABC"}, ["input.currency"]),
    ({"kind": "PERCENTAGE", "percent": "10", "budgetMinor": 5}, ["input.currency"]),
    ({"kind": "PERCENTAGE", "percent": "10", "budgetMinor": 0, **EURO}, ["input.budgetMinor"]),
    ({"kind": "PERCENTAGE", "percent": "10", "useLimit": 0, "buyerLimit": -1}, ["input.useLimit", "input.buyerLimit"]),
    ({"kind": "PERCENTAGE", "percent": "10", "code": "a b c d"}, ["input.code"]),
    (
        {"kind": "PERCENTAGE", "percent": "10", "validFrom": "2031-01-01T00:00:00Z", "validUntil": "2031-01-01T00:00:00Z"},
        ["input.validUntil"],
    ),
]


@pytest.mark.parametrize(("terms", "paths"), FAULTS, ids=[f"{at}" for at in range(len(FAULTS))])
async def test_a_code_that_cannot_be_is_refused_at_its_place(tenant: Tenant, terms: dict[str, Any], paths: list[str]) -> None:
    told = refusal(await do(tenant.owner, "createPromoCode", PROMO, **terms))

    assert told["__typename"] == "InputInvalid"
    assert [".".join(fault["path"]) for fault in told["faults"]] == paths
    assert await promo_codes(tenant.owner) == []


async def test_codes_are_shown_to_nobody_who_does_not_manage_prices(tenant: Tenant) -> None:
    made = await promo_code(tenant.owner, percent="10")
    node = "query ($id: ID!) { node(id: $id) { id } }"

    assert await tenant.anonymous.code("{ promoCodes { nodes { id } } }") == "UNAUTHENTICATED"
    assert await tenant.member(Role.ORGANIZER).code("{ promoCodes { nodes { id } } }") == "FORBIDDEN"
    assert await tenant.member(Role.ORGANIZER).code("{ promoCodes { totalCount } }") == "FORBIDDEN"
    assert [await each.ask(node, id=made["id"]) for each in (tenant.anonymous, tenant.member(Role.ORGANIZER), tenant.owner)] == [
        {"node": None},
        {"node": None},
        {"node": {"id": made["id"]}},
    ]


async def test_pages_are_walked_in_both_directions(tenant: Tenant) -> None:
    made = [(await promo_code(tenant.owner, percent="10"))["id"] for _ in range(3)]
    page = "query ($first: Int, $after: String, $last: Int) { promoCodes(first: $first, after: $after, last: $last) { %s } }"
    document = page % "nodes { id } totalCount pageInfo { hasNextPage endCursor }"

    first = (await tenant.owner.ask(document, first=2))["promoCodes"]
    rest = (await tenant.owner.ask(document, first=2, after=first["pageInfo"]["endCursor"]))["promoCodes"]
    last = (await tenant.owner.ask(document, last=1))["promoCodes"]

    assert [[each["id"] for each in found["nodes"]] for found in (first, rest, last)] == [made[:2], made[2:], made[2:]]
    assert [first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]] == [3, True, False]


async def shows(ctx: Context, *codes: str) -> object:
    """Why the codes are not accepted; None when they are."""
    try:
        await expect_promo_codes(ctx, codes)
    except Refused as no:
        return no.refusal
    return None


async def test_many_wrong_codes_are_refused_and_right_ones_do_not_count(tenant: Tenant) -> None:
    made = await promo_code(tenant.owner, percent="10", code="SPRING")
    ctx = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, cart=new_token()))
    wrong = PromoCodeNotValid("SUMMER", PromoCodeFault.UNKNOWN)

    right = [await shows(ctx, "spring ") for _ in range(GUESSES_OF_ONE[0] + 5)]
    guesses = await asyncio.gather(*(shows(ctx, "SUMMER") for _ in range(GUESSES_OF_ONE[0] + 5)))

    assert right == [None] * (GUESSES_OF_ONE[0] + 5)
    assert (guesses.count(wrong), sum(isinstance(each, TooManyTries) for each in guesses)) == (GUESSES_OF_ONE[0], 5)
    assert isinstance(await shows(ctx, made["code"]), TooManyTries)


async def test_an_ended_code_answers_like_one_that_never_was_and_six_are_too_many(tenant: Tenant) -> None:
    made = await promo_code(tenant.owner, percent="10", code="SPRING")
    await done(tenant.owner, "deactivatePromoCode", PROMO, promoCodeId=made["id"])
    ctx = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, cart=new_token()))

    assert await shows(ctx) is None
    assert await shows(ctx, "SPRING") == PromoCodeNotValid("SPRING", PromoCodeFault.UNKNOWN)
    assert await shows(ctx, *[f"CODE-{at}" for at in range(6)]) == TooManyPromoCodes(5)
