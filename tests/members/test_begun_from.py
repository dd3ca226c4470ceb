"""Whoever stole a session and went over to another organization with it is thrown out there, too."""

from typing import Any

import pytest
import pytest_asyncio

from domain.identity import Role, Viewer
from tests.api.callers import bearer
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.identity.conftest import Person
from tests.members.test_organizations import switch

pytestmark = pytest.mark.asyncio

REFRESH = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { tickets { access refresh } errors { __typename } } }"
REVOKE = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { ended errors { __typename } } }"
SIGN_OUT = "mutation { signOut(input: {}) { ended errors { __typename } } }"
LIVE = """
SELECT count(*) FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1 AND s.revoked_at IS NULL
"""
ENDED = [{"__typename": "SessionEnded"}]


@pytest_asyncio.fixture
async def grace(ada: Person) -> Person:
    """Somebody who works for the hall."""
    async with ada.tenant.house.contexts.for_viewer(Viewer(ada.tenant.organization.id)).accounts() as work:
        account = await work.accounts.by_email(ada.email)
        assert account is not None
        await work.joining.join(ada.tenant.organization.id, account.person_id, Role.ANALYST)
    return ada


async def refresh(tenant: Tenant, tickets: Any) -> Any:
    return (await tenant.anonymous.ask(REFRESH, input={"refreshToken": tickets["refresh"]}))["refreshSession"]


async def live(person: Person) -> int:
    counted: int = await person.tenant.house.pools.system.fetchval(LIVE, person.email)
    return counted


async def test_a_refresh_token_shown_twice_ends_what_was_begun_from_its_session(grace: Person, tenant: Tenant, clock: Clock) -> None:
    own = (await grace.sign_in())["tickets"]
    stolen = (await refresh(tenant, own))["tickets"]
    there = await switch(bearer(tenant, stolen["access"]), tenant)
    further = await switch(bearer(tenant, there["tickets"]["access"]), tenant)
    assert (there["errors"], further["errors"], await live(grace)) == ([], [], 3)

    await clock.advance(seconds=11)
    assert (await refresh(tenant, own))["errors"] == ENDED

    assert await live(grace) == 0
    assert [(await refresh(tenant, each["tickets"]))["errors"] for each in (there, further)] == [ENDED, ENDED]


async def test_so_it_does_when_the_thief_has_signed_out_where_he_came_in(grace: Person, tenant: Tenant, clock: Clock) -> None:
    own = (await grace.sign_in())["tickets"]
    stolen = (await refresh(tenant, own))["tickets"]
    there = await switch(bearer(tenant, stolen["access"]), tenant)
    assert (await bearer(tenant, stolen["access"]).ask(SIGN_OUT))["signOut"]["ended"] == 1
    assert await live(grace) == 1

    await clock.advance(seconds=11)
    assert (await refresh(tenant, own))["errors"] == ENDED

    assert await live(grace) == 0
    assert (await refresh(tenant, there["tickets"]))["errors"] == ENDED


async def test_a_session_that_is_revoked_takes_along_what_was_begun_from_it_and_nothing_else(grace: Person, tenant: Tenant) -> None:
    lost, kept = await grace.sign_in(), await grace.sign_in()
    there = await switch(bearer(tenant, lost["tickets"]["access"]), tenant)

    revoked = await bearer(tenant, kept["tickets"]["access"]).ask(REVOKE, input={"sessionId": lost["session"]["id"]})

    assert revoked["revokeSession"] == {"ended": 2, "errors": []}
    assert await live(grace) == 1
    assert (await refresh(tenant, there["tickets"]))["errors"] == ENDED
    assert (await refresh(tenant, kept["tickets"]))["errors"] == []


async def test_who_signs_out_where_she_came_from_stays_where_she_went(grace: Person, tenant: Tenant) -> None:
    own = (await grace.sign_in())["tickets"]
    there = await switch(bearer(tenant, own["access"]), tenant)

    assert (await bearer(tenant, own["access"]).ask(SIGN_OUT))["signOut"]["ended"] == 1

    assert await live(grace) == 1
    assert (await refresh(tenant, there["tickets"]))["errors"] == []
