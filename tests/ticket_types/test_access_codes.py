"""Access codes open hidden types to those who show them: while they are valid, as often as they may, and to nobody who guesses."""

import asyncio
from typing import Any

import pytest

from adapters.crypto.identifiers import new_token
from domain.access_codes import GUESSES_OF_ONE
from domain.identity import Role
from tests.api.box_office import create_event, create_ticket_type, left
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock
from tests.ticket_types.desk import do, done, give_out, refusal, reserve, with_hidden

pytestmark = pytest.mark.asyncio

TYPES = "query ($id: ID!, $code: String) { event(by: {id: $id}) { ticketTypes(accessCode: $code) { id } } }"
CODES = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  accessCodes(eventId: $id, first: $first, after: $after, last: $last, before: $before) {
    nodes { id code label used useLimit revokedAt ticketTypeIds event { id } } totalCount pageInfo { hasNextPage endCursor }
  }
}
"""
SHOWN = "accessCode { id code label used useLimit validFrom validUntil revokedAt ticketTypeIds }"


async def seen(client: Client, event_id: str, code: str | None = None) -> list[str]:
    return [each["id"] for each in (await client.ask(TYPES, id=event_id, code=code))["event"]["ticketTypes"]]


async def codes_of(tenant: Tenant, event_id: str, **page: Any) -> Any:
    return (await tenant.owner.ask(CODES, id=event_id, **page))["accessCodes"]


async def test_a_code_shows_and_sells_what_it_is_made_for_however_it_is_written(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    code = await give_out(tenant.owner, event_id, hidden_id, code="friends-2031", label="The band's friends")

    lists = [await seen(tenant.anonymous, event_id, word) for word in ("Friends-2031", "  FRIENDS-2031 ", "\uff26riends-2031", None)]
    held = await reserve(tenant.anonymous, event_id, hidden_id, 2, accessCodes=["friends-2031"])

    assert code["code"] == "FRIENDS-2031"
    assert lists == [[open_id, hidden_id]] * 3 + [[open_id]]
    assert held["hold"]["lines"] == [{"quantity": 2, "ticketType": {"id": hidden_id, "name": "Standing", "price": {"amountMinor": 2550}}}]
    assert await left(tenant.owner, event_id) == [50, 48]
    assert [each["used"] for each in (await codes_of(tenant, event_id))["nodes"]] == [1]


async def test_the_staff_need_no_code(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    await give_out(tenant.owner, event_id, hidden_id, code="FRIENDS")

    held = await reserve(tenant.member(Role.SUPPORT), event_id, hidden_id, accessCodes=["FRIENDS"])

    assert await seen(tenant.member(Role.SUPPORT), event_id) == [open_id, hidden_id]
    assert held["errors"] == []
    assert [each["used"] for each in (await codes_of(tenant, event_id))["nodes"]] == [0]


async def test_a_code_opens_nothing_of_another_event_type_or_organization(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    backstage = await create_ticket_type(tenant.owner, event_id, hidden=True)
    other_id = await create_event(tenant.owner, slug="other")
    await give_out(tenant.owner, event_id, backstage, code="BACKSTAGE")
    await give_out(tenant.owner, other_id, await create_ticket_type(tenant.owner, other_id), code="ELSEWHERE")
    far_id, _, far_hidden = await with_hidden(other_tenant.owner)
    await give_out(other_tenant.owner, far_id, far_hidden, code="FARAWAY")
    words = ["BACKSTAGE", "ELSEWHERE", "FARAWAY", "", "x" * 101, "NUL\0NUL"]

    answers = [refusal(await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=[word])) for word in words]

    assert {each["__typename"] for each in answers} == {"AccessCodeNeeded"}
    assert await seen(tenant.anonymous, event_id, "BACKSTAGE") == [open_id, backstage]
    assert await seen(tenant.anonymous, event_id, "FARAWAY") == [open_id]


async def test_a_code_opens_only_while_it_is_valid_and_says_when_that_is(tenant: Tenant, clock: Clock) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    await give_out(tenant.owner, event_id, hidden_id, code="LATER-ON", validFrom="2030-01-01T00:00:00Z")
    await give_out(tenant.owner, event_id, hidden_id, code="ONCE-UPON", validUntil="2020-01-01T00:00:00Z")

    early = refusal(await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["later-on"]))
    late = refusal(await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["once-upon"]))
    lists = [await seen(tenant.anonymous, event_id, word) for word in ("LATER-ON", "ONCE-UPON")]
    await clock.advance(days=365 * 4)
    in_time = await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["once-upon", "later-on"])

    assert early == {
        "__typename": "AccessCodeNotValid",
        "message": "The access code is valid from 2030-01-01T00:00:00Z on.",
        "ticketTypeId": hidden_id,
        "state": "NOT_YET_VALID",
        "validFrom": "2030-01-01T00:00:00Z",
        "validUntil": None,
    }
    assert (late["state"], late["validUntil"]) == ("OVER", "2020-01-01T00:00:00Z")
    assert late["message"] == "The access code was valid until 2020-01-01T00:00:00Z."
    assert lists == [[open_id]] * 2
    assert in_time["errors"] == []


async def test_racing_holds_do_not_pass_a_codes_limit_and_what_is_given_back_may_be_used_again(tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)
    await give_out(tenant.owner, event_id, hidden_id, code="THREE-TIMES", useLimit=3)

    payloads = await asyncio.gather(*(reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["THREE-TIMES"]) for _ in range(20)))
    granted = [each for each in payloads if each["hold"]]
    buyer = tenant.anonymous.with_headers(x_cart=granted[0]["cart"])
    await done(buyer, "releaseHold", "hold { id }", holdId=granted[0]["hold"]["id"])
    used = [each["used"] for each in (await codes_of(tenant, event_id))["nodes"]]
    again = await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["THREE-TIMES"])

    assert len(granted) == 3
    assert {error["state"] for each in payloads for error in each["errors"]} == {"USED_UP"}
    assert used == [2]
    assert again["errors"] == []
    assert await left(tenant.owner, event_id) == [50, 47]


async def test_a_revoked_code_is_none_and_what_was_held_with_it_stays(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    code = await give_out(tenant.owner, event_id, hidden_id, code="FRIENDS")
    await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["FRIENDS"])

    revoked = [(await done(tenant.owner, "revokeAccessCode", SHOWN, accessCodeId=code["id"]))["accessCode"] for _ in range(2)]
    refused = refusal(await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["FRIENDS"]))

    assert revoked[0]["revokedAt"]
    assert revoked[0] == revoked[1]
    assert refused["__typename"] == "AccessCodeNeeded"
    assert await seen(tenant.anonymous, event_id, "FRIENDS") == [open_id]
    assert await left(tenant.owner, event_id) == [50, 49]


async def test_the_same_hold_is_answered_again_after_its_code_was_revoked(tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)
    code = await give_out(tenant.owner, event_id, hidden_id, code="FRIENDS", useLimit=1)
    buyer = tenant.anonymous.with_headers(x_cart=new_token())
    wish: dict[str, Any] = {"accessCodes": ["FRIENDS"], "idempotencyKey": "k1"}
    first = await reserve(buyer, event_id, hidden_id, **wish)
    await done(tenant.owner, "revokeAccessCode", SHOWN, accessCodeId=code["id"])

    again = await reserve(buyer, event_id, hidden_id, **wish)
    other = await reserve(buyer, event_id, hidden_id, **wish | {"accessCodes": ["OTHERS"]})

    assert again["hold"]["id"] == first["hold"]["id"]
    assert refusal(other)["__typename"] == "IdempotencyKeyReused"


async def test_a_code_that_nobody_chose_is_made_of_sixty_bits_that_can_be_read_aloud(tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)

    codes = {(await give_out(tenant.owner, event_id, hidden_id))["code"] for _ in range(5)}

    assert len(codes) == 5
    assert all(len(code) == 14 and set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567-") for code in codes)


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({"code": "SHORT"}, "input.code"),
        ({"code": "A" * 41}, "input.code"),
        ({"code": "TWO WORDS"}, "input.code"),
        ({"code": "-FRIENDS"}, "input.code"),
        ({"code": "FRIENDS\u200b1"}, "input.code"),
        ({"code": "A" * 101}, "input.code"),
        ({"label": "a\nb"}, "input.label"),
        ({"useLimit": 0}, "input.useLimit"),
        ({"ticketTypeIds": []}, "input.ticketTypeIds"),
        ({"validFrom": "2031-01-02T00:00:00Z", "validUntil": "2031-01-01T00:00:00Z"}, "input.validUntil"),
    ],
)
async def test_odd_codes_are_refused_at_their_place(tenant: Tenant, wish: dict[str, Any], place: str) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)

    payload = await do(tenant.owner, "createAccessCode", SHOWN, **{"eventId": event_id, "ticketTypeIds": [hidden_id]} | wish)

    assert [".".join(fault["path"]) for fault in refusal(payload)["faults"]] == [place]
    assert (await codes_of(tenant, event_id))["nodes"] == []


async def test_a_code_is_made_once_and_for_types_of_its_event(tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)
    other_id = await create_event(tenant.owner, slug="other")
    elsewhere = await create_ticket_type(tenant.owner, other_id)
    wish = {"eventId": event_id, "ticketTypeIds": [hidden_id], "code": "FRIENDS"}

    made = [(await done(tenant.owner, "createAccessCode", SHOWN, **wish, idempotencyKey="k1"))["accessCode"] for _ in range(2)]
    taken = refusal(await do(tenant.owner, "createAccessCode", SHOWN, **wish | {"code": "friends"}))
    foreign = refusal(await do(tenant.owner, "createAccessCode", SHOWN, **wish | {"code": "OTHERS", "ticketTypeIds": [elsewhere]}))

    assert made[0] == made[1]
    assert (taken["__typename"], taken["accessCodeId"]) == ("AccessCodeTaken", made[0]["id"])
    assert foreign["__typename"] == "NotFound"
    assert [each["code"] for each in (await codes_of(tenant, event_id))["nodes"]] == ["FRIENDS"]


async def test_codes_are_paged_and_shown_to_those_alone_who_manage_tickets(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)
    codes = [await give_out(tenant.owner, event_id, hidden_id) for _ in range(3)]
    node = "query ($id: ID!) { node(id: $id) { id ... on AccessCode { code } } }"

    first = await codes_of(tenant, event_id, first=2)
    rest = await codes_of(tenant, event_id, first=2, after=first["pageInfo"]["endCursor"])
    last = await codes_of(tenant, event_id, last=1)
    denied = [await client.code(CODES, id=event_id) for client in (tenant.anonymous, tenant.member(Role.SUPPORT))]
    nodes = [
        (await client.ask(node, id=codes[0]["id"]))["node"]
        for client in (tenant.anonymous, tenant.member(Role.SUPPORT), other_tenant.owner, tenant.member(Role.ORGANIZER))
    ]

    assert [[each["id"] for each in page["nodes"]] for page in (first, rest, last)] == [
        [each["id"] for each in codes[:2]],
        [codes[2]["id"]],
        [codes[2]["id"]],
    ]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)
    assert denied == ["UNAUTHENTICATED", "FORBIDDEN"]
    assert nodes == [None, None, None, {"id": codes[0]["id"], "code": codes[0]["code"]}]
    assert (await other_tenant.owner.ask(CODES, id=event_id))["accessCodes"]["nodes"] == []


async def test_who_guesses_too_often_must_wait_and_is_not_told_when_he_is_right(tenant: Tenant) -> None:
    event_id, open_id, hidden_id = await with_hidden(tenant.owner)
    await give_out(tenant.owner, event_id, hidden_id, code="FRIENDS")
    guesser, friend = (tenant.anonymous.with_headers(x_cart=new_token()) for _ in range(2))
    right = [await seen(guesser, event_id, "FRIENDS") for _ in range(GUESSES_OF_ONE[0] + 5)]

    wrong = await asyncio.gather(*(guesser.answer(TYPES, id=event_id, code=f"GUESS-{number}") for number in range(GUESSES_OF_ONE[0] + 3)))
    denied = [await guesser.code(TYPES, id=event_id, code=word) for word in ("FRIENDS", "GUESS-99")]
    held = await guesser.answer(
        "mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { hold { id } } }",
        input={"eventId": event_id, "lines": [{"ticketTypeId": hidden_id, "quantity": 1}], "accessCodes": ["FRIENDS"]},
    )

    assert right == [[open_id, hidden_id]] * (GUESSES_OF_ONE[0] + 5)
    assert sum("errors" in each for each in wrong) == 3
    assert denied == ["RATE_LIMITED", "RATE_LIMITED"]
    assert held["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert await seen(friend, event_id, "FRIENDS") == [open_id, hidden_id]
    assert await seen(guesser, event_id) == [open_id]
    assert await left(tenant.owner, event_id) == [50, 50]


async def test_a_wrong_code_shown_for_a_hold_is_a_guess_and_tells_no_more_than_none(tenant: Tenant) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)
    await give_out(tenant.owner, event_id, hidden_id, code="FRIENDS")
    guesser = tenant.anonymous.with_headers(x_cart=new_token())

    without = [await reserve(guesser, event_id, hidden_id) for _ in range(GUESSES_OF_ONE[0])]
    wrong = [await reserve(guesser, event_id, hidden_id, accessCodes=[f"GUESS-{number}"]) for number in range(GUESSES_OF_ONE[0])]
    denied = await guesser.answer(
        "mutation ($input: HoldTicketsInput!) { holdTickets(input: $input) { hold { id } } }",
        input={"eventId": event_id, "lines": [{"ticketTypeId": hidden_id, "quantity": 1}], "accessCodes": ["FRIENDS"]},
    )

    assert refusal(without[0])["__typename"] == "AccessCodeNeeded"
    assert without + wrong == [without[0]] * (2 * GUESSES_OF_ONE[0])
    assert denied["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
    assert await left(tenant.owner, event_id) == [50, 50]


async def test_no_code_is_in_the_log_the_news_or_the_holds(tenant: Tenant, owner: Any) -> None:
    event_id, _, hidden_id = await with_hidden(tenant.owner)
    code = await give_out(tenant.owner, event_id, hidden_id, code="CANARY-BIRD")
    await reserve(tenant.anonymous, event_id, hidden_id, accessCodes=["canary-bird"])
    await done(tenant.owner, "revokeAccessCode", SHOWN, accessCodeId=code["id"])

    tables = [
        row["name"]
        for row in await owner.fetch("SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    ]
    found = {table for table in tables if await owner.fetchval(f"SELECT count(*) FROM {table} t WHERE t::text ~* 'canary.bird'")}

    assert found == {"access_codes"}
