"""Who is overtaken by another password, or by the end of all sessions, while she is let in gets no session any more."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest

from domain.accounts import CredentialsWrong, PasswordWrong, SignIn
from domain.identity import Viewer
from domain.letters import LetterKind
from domain.passwords import Passwords, Verdict
from domain.refusals import Refused
from domain.sessions import Carrier, Ending, SessionEnded
from resolvers import accounts, sessions, two_factor
from resolvers.context import Context
from tests.identity.authenticators import guard
from tests.identity.conftest import PASSWORD, Person, PostBox

pytestmark = pytest.mark.asyncio

ANOTHER = "harbour ladder Wednesday crumb"
THIRD = "marble kettle Thursday grove"
LIVE = "SELECT count(*) FROM sessions WHERE person_id = $1 AND revoked_at IS NULL"
FACTORS = "SELECT count(*) FROM two_factors WHERE person_id = $1"
CHALLENGES = "SELECT count(*) FROM sign_in_challenges WHERE person_id = $1"


@dataclass
class Overtaken:
    """The passwords of the house; between the first verdict and whoever waits for it something else happens."""

    real: Passwords
    meanwhile: Callable[[], Awaitable[object]]
    done: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """The verdict of the real one, which is told late."""
        verdict = await self.real.verify(password, stored)
        if not self.done:
            self.done = True
            await self.meanwhile()
        return verdict


async def _context(person: Person, viewer: Viewer | None = None) -> Context:
    return person.tenant.house.contexts.for_viewer(viewer or Viewer(person.tenant.organization.id))


async def _overtaken(person: Person, post_box: PostBox, viewer: Viewer | None = None) -> Context:
    """The context of somebody who gave the right password, which is reset by mail before the answer is there."""
    ctx = await _context(person, viewer)
    await accounts.request_password_reset(ctx, person.email)
    token = await post_box.token(person.email, LetterKind.RESET_PASSWORD)
    passwords = Overtaken(ctx.outside.passwords, lambda: accounts.reset_password(ctx, token, ANOTHER))
    return replace(ctx, outside=replace(ctx.outside, passwords=passwords))


async def _id_of(person: Person) -> UUID:
    found: UUID = await person.tenant.house.pools.system.fetchval("SELECT id FROM people WHERE email = $1", person.email)
    return found


async def _signed_in(person: Person) -> Viewer:
    """She, in a session of tokens."""
    began = await sessions.sign_in(await _context(person), SignIn(person.email, PASSWORD), Carrier.TOKENS)
    return Viewer(person.tenant.organization.id, began.account.person_id, session_id=began.session.id)


async def test_a_sign_in_with_the_password_of_before_begins_no_session(ada: Person, post_box: PostBox) -> None:
    ctx = await _overtaken(ada, post_box)

    with pytest.raises(Refused) as refused:
        await sessions.sign_in(ctx, SignIn(ada.email, PASSWORD), Carrier.COOKIE)

    assert refused.value.refusal == CredentialsWrong()
    assert await ada.tenant.house.pools.system.fetchval(LIVE, await _id_of(ada)) == 0
    assert (await ada.sign_in(ANOTHER))["errors"] == []


async def test_nor_a_challenge_for_whoever_has_a_second_factor(ada: Person, post_box: PostBox) -> None:
    await guard(ada)
    ctx = await _overtaken(ada, post_box)

    with pytest.raises(Refused) as refused:
        await sessions.sign_in(ctx, SignIn(ada.email, PASSWORD), Carrier.COOKIE)

    assert refused.value.refusal == CredentialsWrong()
    assert await ada.tenant.house.pools.system.fetchval(CHALLENGES, await _id_of(ada)) == 0


async def test_the_password_of_before_sets_no_other_over_the_one_set_meanwhile(ada: Person, post_box: PostBox) -> None:
    ctx = await _overtaken(ada, post_box, await _signed_in(ada))

    with pytest.raises(Refused) as refused:
        await accounts.change_password(ctx, PASSWORD, THIRD)

    assert refused.value.refusal == PasswordWrong()
    assert [each["__typename"] for each in (await ada.sign_in(THIRD))["errors"]] == ["CredentialsWrong"]
    assert (await ada.sign_in(ANOTHER))["errors"] == []


async def test_nor_enrols_it_an_authenticator(ada: Person, post_box: PostBox) -> None:
    viewer = await _signed_in(ada)
    ctx = await _overtaken(ada, post_box, viewer)

    with pytest.raises(Refused) as refused:
        await two_factor.enroll(ctx, PASSWORD)

    assert refused.value.refusal == PasswordWrong()
    assert await ada.tenant.house.pools.system.fetchval(FACTORS, viewer.person_id) == 0


async def test_nor_turns_it_one_off_or_renews_its_codes(ada: Person, post_box: PostBox) -> None:
    guarded = await guard(ada)
    viewer = Viewer(ada.tenant.organization.id, await _id_of(ada))

    with pytest.raises(Refused) as kept_on:
        await two_factor.disable(await _overtaken(ada, post_box, viewer), PASSWORD, guarded.recovery_codes[0])
    with pytest.raises(Refused) as kept_codes:
        await two_factor.regenerate_recovery_codes(await _overtaken(ada, post_box, viewer), ANOTHER, guarded.recovery_codes[0])

    assert kept_on.value.refusal == kept_codes.value.refusal == PasswordWrong()
    state = await two_factor.state_of(await _context(ada, viewer), viewer.person)
    assert state is not None
    assert state.recovery_codes_left == 10


async def test_a_password_hashed_anew_meanwhile_is_the_same_password(ada: Person) -> None:
    ctx, person = await _context(ada), await _id_of(ada)

    async def rehash() -> None:
        hashed = await ctx.outside.passwords.hash(PASSWORD)
        async with ctx.accounts() as work:
            before = await work.accounts.get(person)
            assert before is not None
            await work.accounts.rehash(person, before.password_hash, hashed)

    late = replace(ctx, outside=replace(ctx.outside, passwords=Overtaken(ctx.outside.passwords, rehash)))

    began = await sessions.sign_in(late, SignIn(ada.email, PASSWORD), Carrier.COOKIE)

    assert await ada.tenant.house.pools.system.fetchval(LIVE, person) == 1
    assert began.account.email == ada.email


async def test_whose_sessions_end_all_together_goes_over_to_no_other_organization_meanwhile(ada: Person) -> None:
    viewer = await _signed_in(ada)
    ctx, person = await _context(ada, viewer), viewer.person
    async with ctx.accounts() as work:
        await work.sessions.end(person, Ending.REVOKED, work.now)
        going = asyncio.create_task(sessions.change_organization(ctx, ada.tenant.organization.id, Carrier.TOKENS))
        await asyncio.sleep(0.5)
        assert not going.done()

    with pytest.raises(Refused) as refused:
        await going

    assert refused.value.refusal == SessionEnded()
    assert await ada.tenant.house.pools.system.fetchval(LIVE, person) == 0


async def test_ending_all_sessions_waits_for_the_one_that_is_about_to_begin_in_the_place_of_another(ada: Person) -> None:
    viewer = await _signed_in(ada)
    ctx, person = await _context(ada, viewer), viewer.person
    async with ctx.accounts() as work:
        await work.accounts.for_change(person)
        ending = asyncio.create_task(sessions.revoke_sessions(ctx, keep_own=False))
        await asyncio.sleep(0.5)
        assert not ending.done()

    assert await ending == 1
