"""Sessions begin by a password, go on by refresh tokens that are good once, and end wherever their person says so."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.api.conftest import Client, Tenant
from tests.conftest import Clock
from tests.identity.conftest import SIGN_IN, Person

pytestmark = pytest.mark.asyncio

REFRESH = """mutation ($input: RefreshSessionInput!) {
  refreshSession(input: $input) { session { id } tickets { access refresh } errors { __typename ... on UserError { code } } }
}"""
SIGN_OUT = "mutation ($input: SignOutInput!) { signOut(input: $input) { ended errors { __typename } } }"
REVOKE = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { ended errors { __typename ... on UserError { path } } } }"
REVOKE_OTHERS = "mutation ($input: RevokeOtherSessionsInput!) { revokeOtherSessions(input: $input) { ended errors { __typename } } }"
SESSIONS = "{ viewer { sessions { id device address methods isCurrent lastSeenAt endsAt } } }"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


async def refresh(tenant: Tenant, token: str) -> Any:
    return (await tenant.anonymous.ask(REFRESH, input={"refreshToken": token}))["refreshSession"]


async def live_sessions(tenant: Tenant, email: str) -> int:
    counted: int = await tenant.house.pools.system.fetchval(
        "SELECT count(*) FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1 AND s.revoked_at IS NULL", email
    )
    return counted


async def test_a_session_says_who_and_from_where(ada: Person) -> None:
    client = await ada.client(user_agent=FIREFOX)

    asked = await client.ask("{ viewer { personId role account { email name hasPassword } } }")
    [session] = (await client.ask(SESSIONS))["viewer"]["sessions"]

    assert asked["viewer"]["account"] == {"email": ada.email, "name": "Ada Lovelace", "hasPassword": True}
    assert asked["viewer"]["role"] is None
    assert (session["device"], session["methods"], session["isCurrent"]) == ("Firefox on Linux", ["PASSWORD"], True)


async def test_wrong_passwords_unknown_addresses_and_unproved_ones_are_answered_alike(ada: Person) -> None:
    wrong = await ada.sign_in("not her password")
    unknown = await Person(ada.tenant, "nobody@example.org").sign_in()

    assert wrong == unknown
    assert wrong["errors"][0]["__typename"] == "CredentialsWrong"
    assert wrong["errors"][0]["code"] == "UNAUTHENTICATED"


async def test_an_address_that_no_store_takes_is_one_that_nobody_has(ada: Person) -> None:
    refused = await Person(ada.tenant, ada.email.replace("@", "\0@")).sign_in()

    assert refused["errors"][0]["__typename"] == "CredentialsWrong"


async def test_a_refresh_token_is_good_once_and_a_lost_answer_is_repeated(ada: Person, clock: Clock) -> None:
    first = (await ada.sign_in())["tickets"]["refresh"]

    second = await refresh(ada.tenant, first)
    lost = await refresh(ada.tenant, first)

    assert second["errors"] == lost["errors"] == []
    assert second["tickets"]["refresh"] == lost["tickets"]["refresh"] != first
    counted = await ada.tenant.house.pools.system.fetchval(
        "SELECT count(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id JOIN people p ON p.id = s.person_id "
        "WHERE p.email = $1 AND t.used_at IS NULL",
        ada.email,
    )
    assert counted == 1


async def test_a_token_that_was_used_before_ends_the_family(ada: Person, clock: Clock) -> None:
    first = (await ada.sign_in())["tickets"]["refresh"]
    second = (await refresh(ada.tenant, first))["tickets"]["refresh"]
    await clock.advance(seconds=11)

    reused = await refresh(ada.tenant, first)
    heir = await refresh(ada.tenant, second)

    assert reused["errors"] == heir["errors"] == [{"__typename": "SessionEnded", "code": "UNAUTHENTICATED"}]
    assert await live_sessions(ada.tenant, ada.email) == 0


async def test_an_answer_is_not_repeated_once_its_token_was_used(ada: Person) -> None:
    first = (await ada.sign_in())["tickets"]["refresh"]
    second = (await refresh(ada.tenant, first))["tickets"]["refresh"]
    third = (await refresh(ada.tenant, second))["tickets"]["refresh"]

    stolen = await refresh(ada.tenant, first)

    assert stolen["errors"][0]["__typename"] == "SessionEnded"
    assert (await refresh(ada.tenant, third))["errors"][0]["__typename"] == "SessionEnded"


async def test_twenty_at_once_with_one_token_get_one_successor(ada: Person) -> None:
    first = (await ada.sign_in())["tickets"]["refresh"]

    answers = await asyncio.gather(*(refresh(ada.tenant, first) for _ in range(20)))

    assert {each["tickets"]["refresh"] for each in answers if each["tickets"]} == {answers[0]["tickets"]["refresh"]}
    assert all(each["errors"] == [] for each in answers)
    assert (await refresh(ada.tenant, answers[0]["tickets"]["refresh"]))["errors"] == []


async def test_refreshing_while_a_password_is_changed_waits_for_nobody_for_ever(ada: Person) -> None:
    change = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { errors { __typename } } }"
    for password, wished in ((ada.password, "quite another sentence"), ("quite another sentence", ada.password)) * 3:
        there = [(await ada.sign_in(password))["tickets"]["refresh"] for _ in range(3)]
        here = await replace(ada, password=password).client()

        asking = here.ask(change, input={"currentPassword": password, "password": wished})
        changed, *refreshed = await asyncio.gather(asking, *(refresh(ada.tenant, each) for each in there))

        assert changed["changePassword"]["errors"] == []
        assert {error["__typename"] for each in refreshed for error in each["errors"]} <= {"SessionEnded"}


async def test_a_session_ends_when_it_is_not_used_and_at_the_latest(ada: Person, clock: Clock) -> None:
    token = (await ada.sign_in())["tickets"]["refresh"]
    await clock.advance(days=6)
    token = (await refresh(ada.tenant, token))["tickets"]["refresh"]
    await clock.advance(days=12)
    token = (await refresh(ada.tenant, token))["tickets"]["refresh"]

    await clock.advance(days=12 + 7, seconds=1)
    idle = await refresh(ada.tenant, token)

    assert idle["errors"][0]["__typename"] == "SessionEnded"


async def test_signing_out_ends_this_session_alone_or_all(ada: Person) -> None:
    here, _, _ = [await ada.client() for _ in range(3)]

    assert (await here.ask(SIGN_OUT, input={}))["signOut"] == {"ended": 1, "errors": []}
    assert await live_sessions(ada.tenant, ada.email) == 2
    other = await ada.client()
    assert (await other.ask(SIGN_OUT, input={"everywhere": True}))["signOut"] == {"ended": 3, "errors": []}
    assert await live_sessions(ada.tenant, ada.email) == 0


async def test_one_session_or_all_others_are_revoked(ada: Person) -> None:
    here, there, _ = [await ada.client() for _ in range(3)]
    sessions = (await here.ask(SESSIONS))["viewer"]["sessions"]
    theirs = next(each["id"] for each in (await there.ask(SESSIONS))["viewer"]["sessions"] if each["isCurrent"])

    assert (await here.ask(REVOKE, input={"sessionId": theirs}))["revokeSession"] == {"ended": 1, "errors": []}
    assert (await here.ask(REVOKE_OTHERS, input={}))["revokeOtherSessions"] == {"ended": 1, "errors": []}

    assert len(sessions) == 3
    assert [each["isCurrent"] for each in (await here.ask(SESSIONS))["viewer"]["sessions"]] == [True]


async def test_nobody_ends_anothers_session(ada: Person, tenant: Tenant, post_box: Any) -> None:
    from_ada = await ada.client()
    [hers] = (await from_ada.ask(SESSIONS))["viewer"]["sessions"]

    refused = (await tenant.owner.ask(REVOKE, input={"sessionId": hers["id"]}))["revokeSession"]

    assert refused == {"ended": None, "errors": [{"__typename": "NotFound", "path": ["input", "sessionId"]}]}
    assert await live_sessions(tenant, ada.email) == 1


async def test_a_session_that_was_ended_lets_nobody_in_any_more(ada: Person) -> None:
    client = await ada.client()
    elsewhere = await ada.client()
    await elsewhere.ask(REVOKE_OTHERS, input={})

    assert await client.code("{ viewer { role } }") == "UNAUTHENTICATED"


async def test_too_many_attempts_are_refused_before_the_password_is_looked_at(ada: Person) -> None:
    wrong = [await ada.sign_in(f"wrong password {number}") for number in range(10)]

    right = await ada.sign_in()

    assert {each["errors"][0]["__typename"] for each in wrong} == {"CredentialsWrong"}
    assert right["errors"][0]["__typename"] == "TooManyAttempts"
    assert right["errors"][0]["code"] == "RATE_LIMITED"
    wait = datetime.fromisoformat(right["errors"][0]["retryAt"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < wait <= timedelta(minutes=15, seconds=1)


async def test_aliases_do_not_multiply_guesses(ada: Person) -> None:
    guesses = " ".join(
        f'g{n}: signIn(input: {{email: "{ada.email}", password: "guess {n}"}}) {{ errors {{ __typename }} }}' for n in range(4)
    )

    kinds = []
    for _ in range(3):
        answer = await ada.tenant.anonymous.ask(f"mutation {{ {guesses} }}")
        kinds += [answer[f"g{n}"]["errors"][0]["__typename"] for n in range(4)]

    assert kinds == ["CredentialsWrong"] * 10 + ["TooManyAttempts"] * 2


async def test_who_signs_in_nowhere_is_asked_for_an_organization(ada: Person) -> None:
    nowhere = Client(ada.tenant.http)

    assert await nowhere.code(SIGN_IN, input={"email": ada.email, "password": ada.password}) == "BAD_USER_INPUT"
