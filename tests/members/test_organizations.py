"""Somebody who works for several organizations goes from one to the other without signing in again."""

import asyncio
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import PUBLIC, Limits, Permission, Role, Viewer
from domain.joining import FrontEndSession
from domain.refusals import Refused
from domain.sessions import Carrier, Ending
from resolvers.joining import switch_organization
from schema import ids
from tests.api.callers import bearer, platform_admin
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock
from tests.identity.conftest import Person, PostBox
from tests.members.conftest import ERRORS, accept, invited

pytestmark = pytest.mark.asyncio

SWITCH = f"""mutation ($input: SwitchOrganizationInput!) {{
  switchOrganization(input: $input) {{
    membership {{ organization {{ slug }} role }} session {{ id methods endsAt }} tickets {{ access refresh }} {ERRORS}
  }}
}}"""
OWN = "{ viewer { memberships { organization { id slug members { totalCount } } role } } }"
HERE = "{ organization { slug } viewer { role sessions { id isCurrent } } }"
REFRESH = "mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { tickets { access } errors { __typename } } }"
ORIGIN = {"origin": "http://127.0.0.1"}


async def join(person: Person, where: Tenant, post_box: PostBox, role: str) -> None:
    _, token = await invited(where, post_box, person.email, role)
    assert (await accept(await person.client(), token))["errors"] == []


async def switch(client: Client, where: Tenant) -> Any:
    wish = {"organizationId": ids.show("Organization", where.organization.id)}
    return (await client.ask(SWITCH, input=wish))["switchOrganization"]


@pytest.mark.usefixtures("memory")
async def test_the_new_session_is_for_the_other_organization_and_goes_on_by_its_own_token(
    ada: Person, tenant: Tenant, other_tenant: Tenant, post_box: PostBox
) -> None:
    await join(ada, tenant, post_box, "MANAGER")
    await join(ada, other_tenant, post_box, "ANALYST")
    client = await ada.client()

    there = await switch(client, other_tenant)
    over_there = bearer(tenant, there["tickets"]["access"])

    assert there["membership"] == {"organization": {"slug": other_tenant.organization.slug}, "role": "ANALYST"}
    assert there["session"]["methods"] == ["PASSWORD"]
    assert (await over_there.ask(HERE))["organization"]["slug"] == other_tenant.organization.slug
    assert (await over_there.ask(HERE))["viewer"]["role"] == "ANALYST"
    assert (await client.ask(HERE))["organization"]["slug"] == tenant.organization.slug
    refreshed = (await tenant.anonymous.ask(REFRESH, input={"refreshToken": there["tickets"]["refresh"]}))["refreshSession"]
    assert (await bearer(tenant, refreshed["tickets"]["access"]).ask(HERE))["organization"]["slug"] == other_tenant.organization.slug


async def test_who_goes_over_takes_her_turn_after_who_sets_another_password(
    ada: Person, tenant: Tenant, other_tenant: Tenant, post_box: PostBox
) -> None:
    """Both lock the account first and the sessions then; the other way round each would wait for the other."""
    await join(ada, other_tenant, post_box, "ANALYST")
    await ada.sign_in()
    newest = "SELECT s.person_id, s.id FROM sessions s JOIN people p ON p.id = s.person_id WHERE p.email = $1 ORDER BY s.id DESC LIMIT 1"
    person_id, session_id = await tenant.house.pools.system.fetchrow(newest, ada.email)
    ctx = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, person_id, session_id=session_id))

    async with ctx.accounts() as work:
        await work.accounts.for_change(person_id)
        going = asyncio.create_task(switch_organization(ctx, other_tenant.organization.id, Carrier.COOKIE))
        await asyncio.sleep(0.5)
        assert not going.done()
        await work.sessions.end(person_id, Ending.PASSWORD_CHANGED, work.now, but=session_id)
    signed_in, _ = await asyncio.wait_for(going, 5)

    assert signed_in.session.organization_id == other_tenant.organization.id


async def test_the_organizations_one_works_for_are_listed_and_show_nothing_of_the_others(
    ada: Person, tenant: Tenant, other_tenant: Tenant, post_box: PostBox, memory: Any
) -> None:
    await join(ada, tenant, post_box, "OWNER")
    await join(ada, other_tenant, post_box, "OWNER")
    memory.fade()

    answer = await (await ada.client()).answer(OWN)

    own = {each["organization"]["slug"]: each for each in answer["data"]["viewer"]["memberships"]}
    assert {slug: each["role"] for slug, each in own.items()} == {each.organization.slug: "OWNER" for each in (tenant, other_tenant)}
    assert own[tenant.organization.slug]["organization"]["members"] == {"totalCount": len(Role) + 1}
    assert own[other_tenant.organization.slug]["organization"]["members"] is None
    assert [each["extensions"]["code"] for each in answer["errors"]] == ["NOT_FOUND"]


async def test_nobody_goes_where_she_does_not_work(ada: Person, tenant: Tenant, other_tenant: Tenant) -> None:
    client = await ada.client()
    wishes = [ids.show("Organization", other_tenant.organization.id), ids.show("Organization", new_id()), "nonsense"]

    answers = [(await client.ask(SWITCH, input={"organizationId": each}))["switchOrganization"] for each in wishes]

    assert answers[0] == answers[1] == answers[2]
    assert [(each["__typename"], each["path"]) for each in answers[0]["errors"]] == [("NotFound", ["input", "organizationId"])]
    assert len((await client.ask(HERE))["viewer"]["sessions"]) == 1


async def test_an_operators_token_belongs_to_no_session_and_goes_nowhere(tenant: Tenant) -> None:
    refused = await switch(tenant.owner, tenant)

    assert [each["__typename"] for each in refused["errors"]] == ["SessionEnded"]


async def test_the_new_session_ends_no_later_than_the_one_it_comes_from(
    ada: Person, tenant: Tenant, post_box: PostBox, clock: Clock
) -> None:
    await join(ada, tenant, post_box, "MANAGER")
    client = await ada.client()
    [before] = [each["id"] for each in (await client.ask(HERE))["viewer"]["sessions"] if each["isCurrent"]]
    await clock.advance(minutes=5)

    after = (await switch(client, tenant))["session"]["id"]

    named = [ids.read(each) for each in (before, after)]
    rows = await tenant.house.pools.system.fetch(
        "SELECT expires_at FROM sessions WHERE id = ANY($1::uuid[])", [each[1] for each in named if each]
    )
    assert before != after
    assert len({row["expires_at"] for row in rows}) == 1
    assert len(rows) == 2


async def test_a_browser_gets_another_cookie_and_the_old_one_is_worth_nothing(
    ada: Person, tenant: Tenant, other_tenant: Tenant, post_box: PostBox, memory: Any
) -> None:
    await join(ada, other_tenant, post_box, "SUPPORT")
    headers = tenant.anonymous.headers | ORIGIN
    signed_in = await tenant.http.post("/api/auth/login", json={"email": ada.email, "password": ada.password}, headers=headers)
    old = signed_in.headers["set-cookie"].partition(";")[0]
    tenant.http.cookies.clear()

    moved = await tenant.http.post(
        "/api/auth/switch-organization",
        json={"organizationId": ids.show("Organization", other_tenant.organization.id)},
        headers={"cookie": old, **ORIGIN, "x-forwarded-for": tenant.address},
    )
    tenant.http.cookies.clear()
    new = moved.headers["set-cookie"].partition(";")[0]
    memory.fade()

    assert moved.status_code == 200
    assert new != old
    here = await Client(tenant.http, {"cookie": new, **ORIGIN}).ask(HERE)
    assert (here["organization"]["slug"], here["viewer"]["role"]) == (other_tenant.organization.slug, "SUPPORT")
    assert (await Client(tenant.http, {"cookie": old, **ORIGIN}).ask("{ viewer { role } }")) == {"viewer": None}


async def test_a_cookie_makes_no_tokens_that_a_script_could_read(ada: Person, tenant: Tenant, post_box: PostBox, owner: Any) -> None:
    await join(ada, tenant, post_box, "SUPPORT")
    headers = tenant.anonymous.headers | ORIGIN
    signed_in = await tenant.http.post("/api/auth/login", json={"email": ada.email, "password": ada.password}, headers=headers)
    tenant.http.cookies.clear()
    browser = Client(tenant.http, {"cookie": signed_in.headers["set-cookie"].partition(";")[0], **ORIGIN})
    wish = {"organizationId": ids.show("Organization", tenant.organization.id)}
    before = await owner.fetchval("SELECT count(*) FROM sessions")

    by_graphql = await browser.code(SWITCH, input=wish)
    by_route = await tenant.http.post("/api/auth/switch-organization", json=wish | {"carrier": "tokens"}, headers=browser.headers)
    tenant.http.cookies.clear()

    assert (by_graphql, by_route.status_code, by_route.json()["code"]) == ("FORBIDDEN", 403, "FORBIDDEN")
    assert await owner.fetchval("SELECT count(*) FROM sessions") == before
    assert (await browser.ask("{ viewer { role } }"))["viewer"] == {"role": "SUPPORT"}


async def test_an_admin_of_the_platform_may_go_anywhere(tenant: Tenant, other_tenant: Tenant) -> None:
    root = await platform_admin(tenant)

    refused = await switch(root, other_tenant)

    # Her token is an operator's, which has no session to go on with; that the organization was found is what is asked here.
    assert [each["__typename"] for each in refused["errors"]] == ["SessionEnded"]


async def test_the_limited_session_of_a_front_end_is_no_way_to_one_without_limits(ada: Person, tenant: Tenant, post_box: PostBox) -> None:
    await join(ada, tenant, post_box, "OWNER")
    [session] = (await (await ada.client()).ask(HERE))["viewer"]["sessions"][:1]
    named, person = ids.read(session["id"]), await tenant.house.pools.system.fetchval("SELECT id FROM people WHERE email = $1", ada.email)
    assert named
    viewer = Viewer(tenant.organization.id, person, Role.OWNER, session_id=named[1], limits=Limits(PUBLIC))

    with pytest.raises(Refused) as refused:
        await switch_organization(tenant.house.contexts.for_viewer(viewer), tenant.organization.id, Carrier.TOKENS)

    assert refused.value.refusal == FrontEndSession()


async def test_an_admin_of_the_platform_who_comes_by_a_front_end_is_none_there(tenant: Tenant) -> None:
    root = await platform_admin(tenant)
    person = ids.read((await root.ask("{ viewer { personId } }"))["viewer"]["personId"])
    assert person
    contexts = tenant.house.contexts

    seen = {}
    for limits in (None, Limits(frozenset(Permission))):
        opened = contexts.for_viewer(Viewer(tenant.organization.id, person[1], limits=limits))
        async with contexts.fresh(opened) as context:
            seen[limits is None] = context.viewer.permissions

    assert seen == {True: frozenset(Permission), False: PUBLIC}
