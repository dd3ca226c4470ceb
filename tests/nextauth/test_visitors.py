"""Who comes with a front end's session is the right person in the right organization, and may do no more than her membership says."""

import time
from typing import Any

import pytest

from domain.foreign_sessions import ForeignSession, SessionMode
from domain.identity import GRANTS, PUBLIC, Permission, Role
from schema import ids
from tests.api.box_office import CREATE_EVENT, event_input
from tests.api.conftest import Tenant
from tests.identity.conftest import Person
from tests.nextauth.connected import Connected
from tests.nextauth.front_ends import FOREIGN_SECRET, NOBODY, SIGNED, front_end

pytestmark = pytest.mark.asyncio

NOW = int(time.time())
STRANGER = front_end(SessionMode.V5_JWE, 5, FOREIGN_SECRET)


def session_of(email: str | None, **said: Any) -> ForeignSession:
    """A session of an hour, of somebody whose address the front end has verified."""
    return ForeignSession(**{"subject": "gh-4711", "expires_at": NOW + 3_600, "email": email, "email_verified": True, **said})


async def member(tenant: Tenant, role: Role) -> str:
    """The address of the member with this role, which is proved."""
    await tenant.house.pools.system.execute("UPDATE accounts SET email_verified_at = app_now() WHERE person_id = $1", tenant.people[role])
    return f"{role.value}@{tenant.organization.id}.example"


async def id_of(person: Person) -> Any:
    """The id of somebody's account."""
    return await person.tenant.house.pools.system.fetchval("SELECT id FROM people WHERE email = $1", person.email)


async def begun(person: Person) -> str:
    """The id of a session that somebody has just begun."""
    return str((await person.sign_in())["session"]["id"])


async def test_a_proven_address_finds_the_account_by_cookie_and_as_bearer(shop: Connected, ada: Person) -> None:
    session = session_of(ada.email.upper(), tenant_id=ada.tenant.organization.slug)

    by_cookie = await shop.ask(shop.cookie(session))
    as_bearer = await shop.ask(shop.bearer(session))

    assert by_cookie == as_bearer
    assert by_cookie["data"]["viewer"]["account"] == {"email": ada.email}
    assert by_cookie["data"]["viewer"]["role"] is None
    assert by_cookie["data"]["organization"] == {"slug": ada.tenant.organization.slug}


async def test_a_session_in_several_cookies_is_read_and_cookies_that_look_alike_are_not(shop: Connected, ada: Person) -> None:
    session = session_of(ada.email, tenant_id=ada.tenant.organization.slug, picture="https://shop.example/" + "x" * 6_000)
    cookies = shop.cookie(session)["cookie"]

    assert cookies.count("authjs.session-token.") == 3
    assert (
        await shop.email({"cookie": f"authjs.session-token.01=x; {cookies}; authjs.session-tokenX=y; authjs.session-token.0.1=z"})
        == ada.email
    )
    assert await shop.email({"cookie": cookies.partition("; ")[2]}) is NOBODY


async def test_the_id_that_the_credentials_were_answered_with_finds_the_account(shop: Connected, ada: Person) -> None:
    person_id = await id_of(ada)

    for subject in (ids.show("Person", person_id), str(person_id)):
        session = session_of(None, subject=subject, email_verified=None, tenant_id=ada.tenant.organization.slug)
        assert await shop.email(shop.cookie(session)) == ada.email


@pytest.mark.parametrize("verified", [False, None])
async def test_an_address_that_is_not_verified_finds_nobody(shop: Connected, ada: Person, verified: bool | None) -> None:
    session = session_of(ada.email, email_verified=verified, tenant_id=ada.tenant.organization.slug)

    assert await shop.email(shop.cookie(session)) is NOBODY
    assert await shop.code(shop.bearer(session)) == "UNAUTHENTICATED"


async def test_an_account_whose_address_is_not_proved_here_is_not_found(shop: Connected, tenant: Tenant) -> None:
    session = session_of(f"owner@{tenant.organization.id}.example", tenant_id=tenant.organization.slug)

    assert await shop.email(shop.cookie(session)) is NOBODY


async def test_an_id_and_an_address_of_different_people_are_refused(shop: Connected, ada: Person, tenant: Tenant) -> None:
    """The trap: a provider at which people choose their own ids, and somebody who chose another's."""
    owner = await member(tenant, Role.OWNER)
    session = session_of(ada.email, subject=str(tenant.people[Role.OWNER]), tenant_id=tenant.organization.slug)

    assert await shop.email(shop.cookie(session)) is NOBODY
    assert await shop.code(shop.bearer(session)) == "UNAUTHENTICATED"
    assert (
        await shop.email(shop.cookie(session_of(owner, subject=str(tenant.people[Role.OWNER]), tenant_id=tenant.organization.slug)))
        == owner
    )


async def test_strangers_and_sessions_that_are_over_are_nobody_by_cookie_and_refused_as_bearers(shop: Connected, ada: Person) -> None:
    session = session_of(ada.email, tenant_id=ada.tenant.organization.slug)
    foreign = Connected(STRANGER, shop.house, shop.gateway, shop.http)
    over = session_of(ada.email, expires_at=NOW - 60, tenant_id=ada.tenant.organization.slug)
    unknown = session_of("nobody@example.org", tenant_id=ada.tenant.organization.slug)
    elsewhere = session_of(ada.email, tenant_id="no-such-hall")

    worthless = [foreign.cookie(session), shop.cookie(over), shop.cookie(unknown), shop.cookie(elsewhere)]
    refused = [foreign.bearer(session), shop.bearer(over), shop.bearer(unknown), shop.bearer(elsewhere)]

    assert [await shop.email(each) for each in worthless] == [NOBODY] * 4
    assert [await shop.code(each) for each in refused] == ["UNAUTHENTICATED"] * 4
    assert await shop.email({"cookie": "authjs.session-token=worthless"}) is NOBODY


async def test_access_tokens_are_accepted_beside_sessions_of_every_kind(shop: Connected, ada: Person) -> None:
    payload = await ada.sign_in()
    signed = Connected(SIGNED, shop.house, shop.gateway, shop.http)

    assert await shop.email({"authorization": f"Bearer {payload['tickets']['access']}"}) == ada.email
    assert await shop.code(signed.bearer(session_of(ada.email, tenant_id=ada.tenant.organization.slug))) == "UNAUTHENTICATED"


async def test_without_a_front_end_its_sessions_are_nobodys(shop: Connected, ada: Person, http: Any) -> None:
    session = session_of(ada.email, tenant_id=ada.tenant.organization.slug)
    unconnected = Connected(shop.front, shop.house, shop.gateway, http)

    assert await unconnected.email(shop.cookie(session)) is NOBODY
    assert await unconnected.code(shop.bearer(session)) == "UNAUTHENTICATED"


async def test_the_session_names_the_organization_as_requests_do(shop: Connected, ada: Person) -> None:
    here = ada.tenant.organization
    for name in (here.slug, str(here.id), ids.show("Organization", here.id)):
        answer = await shop.ask(shop.cookie(session_of(ada.email, tenant_id=name)))
        assert answer["data"]["organization"] == {"slug": here.slug}

    unnamed = await shop.ask({**shop.cookie(session_of(ada.email)), "x-organization": here.slug})
    assert unnamed["data"]["organization"] == {"slug": here.slug}
    assert unnamed["data"]["viewer"]["account"] == {"email": ada.email}


async def test_who_names_no_organization_is_in_the_one_she_joined_first_or_nobody(shop: Connected, ada: Person, tenant: Tenant) -> None:
    owner = await member(tenant, Role.OWNER)

    answer = await shop.ask(shop.cookie(session_of(owner)))

    assert answer["data"]["organization"] == {"slug": tenant.organization.slug}
    assert await shop.email(shop.cookie(session_of(ada.email))) is NOBODY
    assert await shop.code(shop.bearer(session_of(ada.email))) == "UNAUTHENTICATED"


async def test_a_request_for_another_organization_than_the_sessions_is_refused(shop: Connected, ada: Person, other_tenant: Tenant) -> None:
    session, elsewhere = session_of(ada.email, tenant_id=ada.tenant.organization.slug), other_tenant.organization.slug
    for headers in (shop.cookie(session), shop.bearer(session)):
        assert await shop.code({**headers, "x-organization": elsewhere}) == "BAD_USER_INPUT"
        assert await shop.code({**headers, "host": f"{elsewhere}.localhost"}) == "BAD_USER_INPUT"
        assert await shop.email({**headers, "host": f"{ada.tenant.organization.slug}.localhost"}) == ada.email


@pytest.mark.parametrize(
    ("said", "role", "may"),
    [
        ({}, "OWNER", GRANTS[Role.OWNER]),
        ({"role": "owner"}, "OWNER", GRANTS[Role.OWNER]),
        ({"role": "Analyst"}, "ANALYST", GRANTS[Role.ANALYST]),
        ({"role": "superadmin"}, "USER", PUBLIC),
        ({"permissions": frozenset()}, "OWNER", PUBLIC),
        ({"permissions": frozenset({"events:create", "people:sync"})}, "OWNER", PUBLIC | {Permission.EVENTS_CREATE}),
        ({"role": "analyst", "permissions": frozenset({"events:create"})}, "ANALYST", PUBLIC),
    ],
    ids=["as member", "owner", "analyst", "unknown role", "nothing", "one permission", "both"],
)
async def test_an_owner_may_do_what_the_session_leaves_her(
    shop: Connected, tenant: Tenant, said: dict[str, Any], role: str, may: frozenset[Permission]
) -> None:
    headers = shop.cookie(session_of(await member(tenant, Role.OWNER), tenant_id=tenant.organization.slug, **said))

    viewer = (await shop.ask(headers))["data"]["viewer"]
    made = await shop.ask(headers, CREATE_EVENT, input=event_input())

    assert viewer["role"] == role
    assert set(viewer["permissions"]) == {each.value for each in may}
    codes = [each["extensions"]["code"] for each in made.get("errors", [])]
    assert codes == ([] if Permission.EVENTS_CREATE in may else ["FORBIDDEN"])


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SUPPORT, Role.ADMIN, Role.USER])
async def test_claims_never_grant_more_than_the_membership(shop: Connected, tenant: Tenant, role: Role) -> None:
    said: dict[str, Any] = {"role": "owner", "permissions": frozenset(each.value for each in Permission)}

    viewer = (await shop.ask(shop.cookie(session_of(await member(tenant, role), tenant_id=tenant.organization.slug, **said))))["data"][
        "viewer"
    ]

    assert viewer["role"] == role.value.upper()
    assert set(viewer["permissions"]) == {each.value for each in GRANTS[role]}


async def test_an_owner_elsewhere_is_no_owner_here(shop: Connected, tenant: Tenant, other_tenant: Tenant) -> None:
    session = session_of(await member(tenant, Role.OWNER), tenant_id=other_tenant.organization.slug, role="owner")

    viewer = (await shop.ask(shop.cookie(session)))["data"]["viewer"]

    assert (viewer["role"], set(viewer["permissions"])) == (None, {each.value for each in PUBLIC})


async def test_sessions_made_before_the_password_was_changed_are_over(shop: Connected, ada: Person) -> None:
    session = session_of(ada.email, tenant_id=ada.tenant.organization.slug)

    assert await shop.email(shop.cookie(session, now=NOW - 3_600)) is NOBODY
    assert await shop.code(shop.bearer(session, now=NOW - 3_600)) == "UNAUTHENTICATED"
    assert await shop.email(shop.cookie(session)) == ada.email


async def test_a_session_that_was_begun_here_lives_and_ends_here(shop: Connected, ada: Person) -> None:
    """However often the front end seals it anew, which its library does with every look."""
    session = session_of(ada.email, tenant_id=ada.tenant.organization.slug, session_id=await begun(ada))
    query = "{ viewer { sessions { id isCurrent } } }"

    [shown] = (await shop.ask(shop.cookie(session, now=NOW - 3_600), query))["data"]["viewer"]["sessions"]
    ended = await shop.ask(shop.bearer(session), "mutation { signOut(input: {}) { ended errors { __typename } } }")
    other = session_of(ada.email, tenant_id=ada.tenant.organization.slug, session_id=await begun(ada))
    await shop.house.pools.system.execute("UPDATE sessions SET revoked_at = app_now() WHERE person_id = $1", await id_of(ada))

    assert shown == {"id": session.session_id, "isCurrent": True}
    assert ended["data"]["signOut"] == {"ended": 1, "errors": []}
    assert await shop.email(shop.cookie(other)) is NOBODY
    assert await shop.code(shop.bearer(other)) == "UNAUTHENTICATED"


async def test_anothers_session_and_one_that_never_was_are_refused(shop: Connected, ada: Person, tenant: Tenant) -> None:
    owner = await member(tenant, Role.OWNER)
    for session_id in (await begun(ada), ids.show("Session", tenant.organization.id), ids.show("Person", tenant.organization.id), "x"):
        session = session_of(owner, tenant_id=tenant.organization.slug, session_id=session_id)
        assert await shop.email(shop.cookie(session)) is NOBODY
        assert await shop.code(shop.bearer(session)) == "UNAUTHENTICATED"


async def test_our_own_cookie_goes_before_the_front_ends(shop: Connected, ada: Person, tenant: Tenant) -> None:
    named = {"x-organization": ada.tenant.organization.slug}
    answer = await shop.http.post("/api/auth/login", json={"email": ada.email, "password": ada.password}, headers=named)
    shop.http.cookies.clear()
    ours = answer.headers["set-cookie"].partition(";")[0]
    theirs = shop.cookie(session_of(await member(tenant, Role.OWNER), tenant_id=tenant.organization.slug))["cookie"]

    assert await shop.email({"cookie": f"{theirs}; {ours}"}) == ada.email
    assert await shop.email({"cookie": f"{theirs}; ticketbase-session=worthless"}) == await member(tenant, Role.OWNER)
