"""Who has a second factor gets a challenge for the password; a code that was not used before turns it into a session, once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from adapters.valkey.client import connect
from adapters.valkey.throttle import ValkeyThrottle
from domain.identity import Viewer
from domain.letters import LetterKind
from domain.refusals import Refused
from domain.sessions import Carrier
from domain.throttling import Allowance, AttemptsUncounted
from resolvers.answering import answer_challenge
from resolvers.context import Context
from tests.api.conftest import NOWHERE, Tenant
from tests.conftest import Clock
from tests.identity.authenticators import CHALLENGE_ENDED, CODE_WRONG, DISABLE, Guarded, code_at, guard, live_sessions
from tests.identity.conftest import Person, PostBox, make_person

pytestmark = pytest.mark.asyncio

TOO_MANY = [{"__typename": "TooManyAttempts", "code": "RATE_LIMITED", "path": []}]


class Unthrottled:
    """A throttle that lets everybody try, so that races are about codes alone."""

    async def take(self, allowances: Sequence[Allowance]) -> None: ...
    async def take_surely(self, allowances: Sequence[Allowance]) -> None: ...
    async def give_back(self, allowances: Sequence[Allowance]) -> None: ...


def context(tenant: Tenant, **outside: Any) -> Context:
    """That of somebody at this organization who has said nothing of himself."""
    opened = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id))
    return replace(opened, outside=replace(opened.outside, **outside))


async def outcome(context: Context, challenge: str, code: str) -> str:
    """Who was let in by which methods, or why nobody was."""
    try:
        signed_in = await answer_challenge(context, challenge, code, tuple(Carrier))
    except Refused as no:
        return no.refusal.typename
    return " ".join(signed_in.session.methods)


async def tries_of(challenge_of: Guarded) -> list[int]:
    rows = await challenge_of.person.tenant.house.pools.system.fetch(
        "SELECT tries FROM sign_in_challenges JOIN people p ON p.id = person_id WHERE p.email = $1", challenge_of.person.email
    )
    return [row["tries"] for row in rows]


async def test_the_password_alone_opens_no_session(ada: Person) -> None:
    guarded = await guard(ada)
    before = await live_sessions(ada)

    payload = await guarded.sign_in()

    [error] = payload["errors"]
    assert (payload["account"], payload["session"], payload["tickets"]) == (None, None, None)
    assert (error["__typename"], error["code"], error["methods"]) == ("SecondFactorRequired", "UNAUTHENTICATED", ["TOTP", "RECOVERY_CODE"])
    assert len(error["challenge"]) == 43
    assert await live_sessions(ada) == before == 1


async def test_a_code_of_the_authenticator_opens_it(ada: Person) -> None:
    guarded = await guard(ada)

    payload = await guarded.answer(await guarded.challenge(), await guarded.code(1))

    assert payload["errors"] == []
    assert payload["account"] == {"email": ada.email}
    assert payload["session"] == {"methods": ["PASSWORD", "TOTP"]}
    asked = await ada.tenant.anonymous.with_headers(authorization=f"Bearer {payload['tickets']['access']}").ask(
        "{ viewer { sessions { methods } } }"
    )
    assert {"methods": ["PASSWORD", "TOTP"]} in asked["viewer"]["sessions"]
    assert await tries_of(guarded) == []


async def test_a_recovery_code_opens_it_once_however_it_is_typed(ada: Person, post_box: PostBox) -> None:
    guarded = await guard(ada)
    code = guarded.recovery_codes[0]

    first = await guarded.answer(await guarded.challenge(), f" {code.upper().replace('-', ' ').replace('0', 'O').replace('1', 'l')} ")
    again = await guarded.answer(await guarded.challenge(), code)

    assert first["session"] == {"methods": ["PASSWORD", "RECOVERY_CODE"]}
    assert again["errors"] == CODE_WRONG
    assert (await guarded.shown())["recoveryCodesLeft"] == 9
    letters = [each.facts["change"] for each in await post_box.to(ada.email) if each.kind is LetterKind.TWO_FACTOR_CHANGED]
    assert letters == ["ENABLED", "RECOVERY_CODE_USED"]


async def test_no_code_works_twice_nor_after_a_later_one(ada: Person, clock: Clock) -> None:
    guarded = await guard(ada)
    used = await guarded.code()
    await clock.advance(seconds=60)
    now = await guarded.step()

    later = await guarded.answer(await guarded.challenge(), code_at(guarded.secret, now))
    again = await guarded.answer(await guarded.challenge(), code_at(guarded.secret, now))
    earlier = await guarded.answer(await guarded.challenge(), code_at(guarded.secret, now - 1))

    assert later["errors"] == []
    assert again["errors"] == earlier["errors"] == CODE_WRONG
    assert used


async def test_codes_of_another_time_are_wrong(ada: Person) -> None:
    guarded = await guard(ada)
    challenge = await guarded.challenge()

    answers = [await guarded.answer(challenge, await guarded.code(off)) for off in (-3, -2, 3)]

    assert [each["errors"] for each in answers] == [CODE_WRONG] * 3
    assert await live_sessions(ada) == 1


@pytest.mark.parametrize(
    "code",
    ["", "12345", "1234567", "١٢٣٤٥٦", "\uff11\uff12\uff13\uff14\uff15\uff16", "0" * 10_000, "\x00" * 6, "🎟️🎟️", "-- --"],
    ids=range(9),
)
async def test_what_is_no_code_is_a_wrong_one(ada: Person, code: str) -> None:
    guarded = await guard(ada)

    refused = await guarded.answer(await guarded.challenge(), code)

    assert refused["errors"] == CODE_WRONG
    assert await tries_of(guarded) == [1]
    assert await live_sessions(ada) == 1


async def test_twenty_at_once_with_one_code_get_one_session(ada: Person) -> None:
    guarded = await guard(ada)
    challenges = [await guarded.challenge() for _ in range(20)]
    code, unthrottled = await guarded.code(1), context(ada.tenant, throttle=Unthrottled())

    outcomes = await asyncio.gather(*(outcome(unthrottled, each, code) for each in challenges))

    assert sorted(outcomes) == ["CodeWrong"] * 19 + ["PASSWORD TOTP"]
    assert await live_sessions(ada) == 2


async def test_twenty_at_once_with_one_recovery_code_get_one_session(ada: Person) -> None:
    guarded = await guard(ada)
    challenges = [await guarded.challenge() for _ in range(20)]
    unthrottled = context(ada.tenant, throttle=Unthrottled())

    outcomes = await asyncio.gather(*(outcome(unthrottled, each, guarded.recovery_codes[0]) for each in challenges))

    assert sorted(outcomes) == ["CodeWrong"] * 19 + ["PASSWORD RECOVERY_CODE"]
    assert (await guarded.shown())["recoveryCodesLeft"] == 9
    assert await live_sessions(ada) == 2


async def test_one_challenge_gives_one_session_to_ten_with_good_codes(ada: Person) -> None:
    guarded = await guard(ada)
    challenge, unthrottled = await guarded.challenge(), context(ada.tenant, throttle=Unthrottled())

    outcomes = await asyncio.gather(*(outcome(unthrottled, challenge, each) for each in guarded.recovery_codes))

    assert sorted(outcomes) == ["ChallengeEnded"] * 9 + ["PASSWORD RECOVERY_CODE"]
    assert (await guarded.shown())["recoveryCodesLeft"] == 9


async def test_twenty_guesses_at_once_are_five_tries(ada: Person) -> None:
    guarded = await guard(ada)
    challenge, wrong = await guarded.challenge(), await guarded.wrong()
    unthrottled = context(ada.tenant, throttle=Unthrottled())

    outcomes = await asyncio.gather(*(outcome(unthrottled, challenge, wrong) for _ in range(20)))

    assert sorted(outcomes) == ["ChallengeEnded"] * 15 + ["CodeWrong"] * 5


async def test_answering_while_it_is_turned_off_and_on_ends_well(ada: Person) -> None:
    """Those who change a second factor and those who use it lock in the same order; none is a victim of a deadlock."""
    guarded = await guard(ada)
    challenges = [await guarded.challenge() for _ in range(8)]
    unthrottled, wrong = context(ada.tenant, throttle=Unthrottled()), await guarded.wrong()
    change = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { errors { __typename } } }"

    *outcomes, disabled, changed = await asyncio.gather(
        *(outcome(unthrottled, each, wrong) for each in challenges),
        guarded.own(DISABLE, currentPassword=ada.password, code=guarded.recovery_codes[0]),
        guarded.own(change, currentPassword=ada.password, password="seven quiet herons upstream"),
    )

    assert set(outcomes) <= {"CodeWrong", "ChallengeEnded"}
    assert (disabled["errors"], changed["errors"]) == ([], [])


async def test_five_wrong_codes_end_a_challenge(ada: Person) -> None:
    guarded = await guard(ada)
    challenge, wrong = await guarded.challenge(), await guarded.wrong()

    refused = [await guarded.answer(challenge, wrong) for _ in range(5)]
    right = await guarded.answer(challenge, await guarded.code(1))

    assert [each["errors"] for each in refused] == [CODE_WRONG] * 5
    assert right["errors"] == CHALLENGE_ENDED
    assert await live_sessions(ada) == 1
    assert (await guarded.answer(await guarded.challenge(), await guarded.code(1)))["errors"] == []


async def test_a_challenge_waits_five_minutes(ada: Person, clock: Clock) -> None:
    guarded = await guard(ada)
    [first, second] = [await guarded.challenge() for _ in range(2)]

    await clock.advance(minutes=4, seconds=50)
    in_time = await guarded.answer(first, await guarded.code())
    await clock.advance(minutes=5, seconds=5)
    too_late = await guarded.answer(second, await guarded.code(1))

    assert in_time["errors"] == []
    assert too_late["errors"] == CHALLENGE_ENDED
    await guarded.challenge()
    assert await tries_of(guarded) == [0]


async def test_a_challenge_is_answered_where_it_began(ada: Person, other_tenant: Tenant) -> None:
    guarded = await guard(ada)
    challenge, code = await guarded.challenge(), await guarded.code(1)

    elsewhere = await guarded.answer(challenge, code, x_organization=other_tenant.organization.slug)

    assert elsewhere["errors"] == CHALLENGE_ENDED
    assert (await guarded.answer(challenge, code))["errors"] == []


async def test_what_begins_for_a_cookie_gives_no_tokens(ada: Person) -> None:
    guarded = await guard(ada)
    begun = await ada.tenant.http.post(
        "/api/auth/login", json={"email": ada.email, "password": ada.password}, headers=ada.tenant.anonymous.headers
    )

    refused = await guarded.answer(begun.json()["errors"][0]["challenge"], await guarded.code(1))

    assert refused["errors"] == CHALLENGE_ENDED
    assert await tries_of(guarded) == [0]


async def test_unknown_challenges_and_ended_ones_are_answered_alike(ada: Person) -> None:
    guarded = await guard(ada)
    done = await guarded.challenge()
    await guarded.answer(done, await guarded.code(1))

    answers = [await guarded.answer(each, guarded.recovery_codes[0]) for each in (done, "x" * 43, "", "0" * 5_000)]

    assert [each["errors"] for each in answers] == [CHALLENGE_ENDED] * 4
    assert (await guarded.shown())["recoveryCodesLeft"] == 10


async def test_whether_somebody_has_one_shows_only_after_the_right_password(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    guarded, eve = await guard(ada), await make_person(tenant, post_box)

    wrong = [await guarded.sign_in("wrong password"), await Guarded(eve, guarded.client, "", []).sign_in("wrong password")]

    assert wrong[0] == wrong[1]
    assert [each["__typename"] for each in wrong[0]["errors"]] == ["CredentialsWrong"]


async def test_a_password_that_is_set_anew_leaves_the_second_factor(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    """The link proves the mailbox, and nothing else."""
    guarded, another = await guard(ada), "seven quiet herons upstream"
    waiting = await guarded.challenge()
    ask = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { sentTo } }"
    use = "mutation ($input: ResetPasswordInput!) { resetPassword(input: $input) { errors { __typename } } }"
    await tenant.anonymous.ask(ask, input={"email": ada.email})
    token = await post_box.token(ada.email, LetterKind.RESET_PASSWORD)

    assert (await tenant.anonymous.ask(use, input={"token": token, "password": another}))["resetPassword"] == {"errors": []}

    assert (await guarded.answer(waiting, await guarded.code(1)))["errors"] == CHALLENGE_ENDED
    [error] = (await guarded.sign_in(another))["errors"]
    assert error["__typename"] == "SecondFactorRequired"
    assert await live_sessions(ada) == 0
    assert (await guarded.answer(error["challenge"], await guarded.code(1)))["errors"] == []


async def test_ten_guesses_in_a_quarter_of_an_hour_are_all_however_many_challenges(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    guarded, eve = await guard(ada), await guard(await make_person(tenant, post_box))
    wrong, first, second = await guarded.wrong(), await guarded.challenge(), await guarded.challenge()

    refused = [(await guarded.answer(each, wrong))["errors"] for each in (*[first] * 5, *[second] * 5)]
    eleventh = await guarded.answer(await guarded.challenge(), await guarded.code(1))

    assert refused == [CODE_WRONG] * 10
    assert eleventh["errors"] == TOO_MANY
    assert await live_sessions(ada) == 1
    assert (await eve.answer(await eve.challenge(), await eve.code(1)))["errors"] == []
    assert (await guarded.answer(await guarded.challenge(), guarded.recovery_codes[0]))["errors"] == []


async def test_aliases_do_not_multiply_guesses(ada: Person) -> None:
    guarded = await guard(ada)
    wrong, kinds = await guarded.wrong(), []

    for challenge in [await guarded.challenge() for _ in range(3)]:
        guesses = " ".join(
            f'g{n}: answerChallenge(input: {{challenge: "{challenge}", code: "{wrong}"}}) {{ errors {{ __typename }} }}' for n in range(4)
        )
        answer = await ada.tenant.anonymous.ask(f"mutation {{ {guesses} }}")
        kinds += [answer[f"g{n}"]["errors"][0]["__typename"] for n in range(4)]

    assert kinds == ["CodeWrong"] * 10 + ["TooManyAttempts"] * 2


async def test_right_codes_are_no_guesses(ada: Person, clock: Clock) -> None:
    guarded = await guard(ada)

    for minute in range(1, 13):
        await clock.advance(minutes=minute)
        assert (await guarded.answer(await guarded.challenge(), await guarded.code()))["errors"] == []


async def test_nobody_is_let_in_while_guesses_cannot_be_counted(ada: Person) -> None:
    guarded = await guard(ada)
    challenge, code = await guarded.challenge(), await guarded.code(1)
    redis = connect(f"redis://{NOWHERE}")
    try:
        refused = await outcome(context(ada.tenant, throttle=ValkeyThrottle(redis)), challenge, code)
    finally:
        await redis.aclose()

    assert refused == AttemptsUncounted.__name__
    assert await tries_of(guarded) == [0]
    assert await live_sessions(ada) == 1
