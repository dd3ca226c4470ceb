"""Programs come with service keys: what a key may do, how long, and that nobody reads its secret a second time."""

import asyncio
import re
from typing import Any

import pytest
from starlette.requests import HTTPConnection

from adapters.crypto.identifiers import new_id
from domain.identity import GRANTABLE, PUBLIC, Permission, Role
from domain.service_keys import is_secret, write_secret
from schema import ids
from tests.api.box_office import create_event
from tests.api.callers import ALL, bearer, platform_admin
from tests.api.conftest import Client, Tenant
from tests.conftest import Clock
from tests.members.conftest import ERRORS, Memory, Team

pytestmark = pytest.mark.asyncio

CREATE = f"""mutation ($input: CreateServiceKeyInput!) {{
  createServiceKey(input: $input) {{ secret serviceKey {{ id name hint permissions creatorName expiresAt revokedAt }} {ERRORS} }}
}}"""
REVOKE = f"mutation ($input: RevokeServiceKeyInput!) {{ revokeServiceKey(input: $input) {{ serviceKey {{ id revokedAt }} {ERRORS} }} }}"
LIST = "{ organization { serviceKeys { nodes { id name lastUsedAt revokedAt createdBy } totalCount } } }"
WHO = "{ viewer { role personId permissions isPlatformAdmin serviceKey { name } account { email } memberships { role } } }"
NEW_VENUE = """mutation { createVenue(input: {name: "Yard", city: "Berlin", country: "DE", timeZone: "Europe/Berlin"}) {
  venue { id } errors { __typename }
} }"""
WISH = {"name": "Till", "permissions": ["venues:manage", "events:create"]}


async def make(tenant: Tenant, by: Role = Role.OWNER, **more: Any) -> Any:
    return (await tenant.member(by).ask(CREATE, input={**WISH, **more}))["createServiceKey"]


async def program(tenant: Tenant, **more: Any) -> tuple[str, Client]:
    made = await make(tenant, **more)
    return made["serviceKey"]["id"], bearer(tenant, made["secret"])


async def venues(tenant: Tenant) -> int:
    return int((await tenant.anonymous.ask("{ venues { totalCount } }"))["venues"]["totalCount"])


async def test_a_key_is_shown_once_in_a_form_that_scanners_find(tenant: Tenant) -> None:
    made = await make(tenant)

    assert re.fullmatch(r"tbs_[A-Za-z0-9_-]{43}[0-9A-Za-z]{6}", made["secret"])
    assert is_secret(made["secret"])
    assert made["serviceKey"] | {"id": ""} == {
        "id": "",
        "name": "Till",
        "hint": made["secret"][:8],
        "permissions": ["events:create", "venues:manage"],
        "creatorName": "Owner",
        "expiresAt": None,
        "revokedAt": None,
    }
    rows = [dict(row) for row in await tenant.house.pools.system.fetch("SELECT * FROM service_keys")]
    assert made["secret"] not in str(rows)
    assert "secret" not in str(await tenant.owner.ask(LIST))


async def test_a_program_may_do_what_its_key_may_and_is_nobody(tenant: Tenant) -> None:
    _, client = await program(tenant)

    assert (await client.ask(WHO))["viewer"] == {
        "role": None,
        "personId": None,
        "permissions": sorted(["events:create", "venues:manage", *(each.value for each in PUBLIC)]),
        "isPlatformAdmin": False,
        "serviceKey": {"name": "Till"},
        "account": None,
        "memberships": [],
    }
    assert (await client.ask(NEW_VENUE))["createVenue"]["errors"] == []
    assert await client.code('{ accessCodes(eventId: "x") { totalCount } }') in {"FORBIDDEN", "NOT_FOUND"}
    assert await venues(tenant) == 1


async def test_what_a_program_does_is_noted_with_its_key(tenant: Tenant) -> None:
    key_id, client = await program(tenant, permissions=["events:create", "events:update", "events:read-unpublished"])
    event_id = await create_event(client)

    asked = "query ($id: ID!) { event(by: {id: $id}) { activity { nodes { actorId actorName serviceKeyId byPlatformAdmin } } } }"
    [noted] = (await tenant.owner.ask(asked, id=event_id))["event"]["activity"]["nodes"]

    assert noted == {"actorId": None, "actorName": None, "serviceKeyId": key_id, "byPlatformAdmin": False}


@pytest.mark.parametrize("permission", [*sorted({*Permission} - GRANTABLE), "events:fly"])
async def test_what_is_for_people_and_what_there_is_not_no_key_can_have(tenant: Tenant, permission: str) -> None:
    refused = await make(tenant, permissions=["venues:manage", permission])

    assert (refused["serviceKey"], refused["secret"]) == (None, None)
    assert [(each["__typename"], each["path"]) for each in refused["errors"]] == [("InputInvalid", ["input", "permissions", "1"])]
    assert (await tenant.owner.ask(LIST))["organization"]["serviceKeys"]["totalCount"] == 0


async def test_nobody_gives_a_key_more_than_he_may_do_himself(tenant: Tenant) -> None:
    system = tenant.house.pools.system
    beyond = await make(tenant, permissions=["people:sync", "venues:manage"])
    assert (beyond["secret"], [each["__typename"] for each in beyond["errors"]]) == (None, ["PermissionTooHigh"])
    assert (await make(tenant, by=Role.ADMIN, permissions=sorted(ALL)))["errors"] == []
    assert await tenant.member(Role.MANAGER).code(CREATE, input=WISH) == "FORBIDDEN"
    assert await system.fetchval("SELECT count(*) FROM service_keys WHERE organization_id = $1", tenant.organization.id) == 1


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({"name": ""}, ["input", "name"]),
        ({"permissions": []}, ["input", "permissions"]),
        ({"expiresAt": "2020-01-01T00:00:00Z"}, ["input", "expiresAt"]),
        ({"expiresAt": "2900-01-01T00:00:00Z"}, ["input", "expiresAt"]),
    ],
    ids=["no name", "no permission", "in the past", "in another age"],
)
async def test_a_wish_that_breaks_a_rule_makes_no_key(tenant: Tenant, wish: dict[str, Any], place: list[str]) -> None:
    refused = await make(tenant, **wish)

    assert [(each["__typename"], each["path"]) for each in refused["errors"]] == [("InputInvalid", place)]
    assert (await tenant.owner.ask(LIST))["organization"]["serviceKeys"]["totalCount"] == 0


async def test_a_key_that_was_revoked_lets_nobody_in_within_five_seconds(tenant: Tenant, memory: Memory) -> None:
    key_id, client = await program(tenant)
    assert (await client.ask(NEW_VENUE))["createVenue"]["errors"] == []

    revoked = [(await tenant.owner.ask(REVOKE, input={"serviceKeyId": key_id}))["revokeServiceKey"] for _ in range(2)]
    memory.fade(5)

    assert revoked[0] == revoked[1]
    assert revoked[0]["serviceKey"]["revokedAt"] is not None
    assert await client.code(NEW_VENUE) == "UNAUTHENTICATED"
    assert await venues(tenant) == 1


async def test_a_key_expires(tenant: Tenant, memory: Memory, clock: Clock) -> None:
    _, client = await program(tenant, expiresAt="2100-01-01T00:00:00Z")
    assert (await client.ask(NEW_VENUE))["createVenue"]["errors"] == []

    await clock.advance(days=365 * 80)
    memory.fade()

    assert await client.code(NEW_VENUE) == "UNAUTHENTICATED"


async def test_what_concerns_the_whole_platform_only_an_admin_of_it_gives_a_key(tenant: Tenant) -> None:
    root = await platform_admin(tenant)

    made = (await root.ask(CREATE, input={**WISH, "permissions": ["people:sync"]}))["createServiceKey"]

    assert (made["errors"], made["serviceKey"]["permissions"], made["serviceKey"]["creatorName"]) == ([], ["people:sync"], None)


async def test_when_it_was_used_is_written_once_a_minute(tenant: Tenant, memory: Memory, clock: Clock) -> None:
    key_id, client = await program(tenant)

    async def used() -> Any:
        [node] = (await tenant.owner.ask(LIST))["organization"]["serviceKeys"]["nodes"]
        return node["lastUsedAt"]

    before = await used()
    times = []
    for seconds in (0, 30, 61):
        await clock.advance(seconds=seconds)
        memory.fade()
        await client.ask(WHO)
        times.append(await used())

    assert before is None
    assert key_id
    assert times[0] is not None
    assert times[0] == times[1] < times[2]


async def test_a_key_speaks_for_its_own_organization_only(tenant: Tenant, other_tenant: Tenant) -> None:
    _, client = await program(tenant)

    elsewhere = client.with_headers(x_organization=other_tenant.organization.slug)

    assert await elsewhere.code(NEW_VENUE) == "BAD_USER_INPUT"
    assert await venues(other_tenant) == 0


@pytest.mark.parametrize("harm", ["flip", "cut", "longer", "none", "prefix"])
async def test_what_has_not_the_form_of_a_key_is_refused_without_a_look(tenant: Tenant, harm: str) -> None:
    secret = write_secret("A" * 43)
    shown = {
        "flip": secret[:-1] + ("0" if secret[-1] != "0" else "1"),
        "cut": secret[:-1],
        "longer": secret + "A",
        "none": "tbs_",
        "prefix": "TBS_" + secret[4:],
    }[harm]

    answer = await bearer(tenant, shown).answer(WHO)

    assert [each["extensions"]["code"] for each in answer["errors"]] == ["UNAUTHENTICATED"]
    assert shown not in str(answer)


async def test_whoever_guesses_keys_has_to_wait(tenant: Tenant) -> None:
    def guess(number: int) -> Client:
        return bearer(tenant, write_secret(f"{number:043d}")).with_headers(x_forwarded_for=f"2001:db8:0:99::{number:x}")

    codes = await asyncio.gather(*(guess(number).code(WHO) for number in range(110)))
    _, client = await program(tenant)
    waiting = client.with_headers(x_forwarded_for="[2001:db8:0:99:ffff::1]:4711", accept="application/graphql-response+json")
    answer = await tenant.http.post("/graphql", json={"query": WHO}, headers=waiting.headers)
    elsewhere = await client.with_headers(x_forwarded_for="2001:db8:0:98::1").answer(WHO)

    assert sorted(codes) == ["RATE_LIMITED"] * 10 + ["UNAUTHENTICATED"] * 100
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (429, "RATE_LIMITED")
    assert 0 < int(answer.headers["retry-after"]) <= 61
    assert "errors" not in elsewhere


async def test_the_same_key_of_idempotency_makes_one_service_key_and_tells_its_secret_once(tenant: Tenant) -> None:
    answers = await asyncio.gather(*(make(tenant, idempotencyKey="once") for _ in range(4)))
    other = await make(tenant, name="Door", idempotencyKey="once")

    assert len({each["serviceKey"]["id"] for each in answers}) == 1
    assert len([each for each in answers if each["secret"]]) == 1
    assert [each["__typename"] for each in other["errors"]] == ["IdempotencyKeyReused"]


async def test_foreign_and_missing_keys_answer_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    key_id, client = await program(other_tenant)

    answers = [await tenant.owner.ask(REVOKE, input={"serviceKeyId": each}) for each in (key_id, ids.show("ServiceKey", new_id()))]

    assert answers[0] == answers[1]
    assert (await client.ask(NEW_VENUE))["createVenue"]["errors"] == []


async def test_a_key_works_over_rest(tenant: Tenant) -> None:
    _, client = await program(tenant)

    made = await client.http.post(
        "/api/venues", json={"name": "Yard", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}, headers=client.headers
    )
    shown = await client.http.get("/api/venues", headers=client.headers)

    assert (made.status_code, shown.status_code) == (201, 200)
    assert shown.headers["cache-control"] == "no-store"


async def test_a_socket_says_its_key_at_its_beginning_and_has_no_power_once_the_key_is_revoked(tenant: Tenant, memory: Memory) -> None:
    made = await make(tenant, expiresAt="2100-01-01T00:00:00Z")
    contexts = tenant.house.contexts
    greeting = HTTPConnection({"type": "websocket", "headers": [(b"host", b"127.0.0.1")], "path": "/graphql", "query_string": b""})

    opened = await contexts.of(greeting, {"authorization": f"Bearer {made['secret']}"})
    async with contexts.fresh(opened) as before:
        could = before.viewer.permissions
    await tenant.owner.ask(REVOKE, input={"serviceKeyId": made["serviceKey"]["id"]})
    memory.fade()
    async with contexts.fresh(opened) as after:
        can = after.viewer.permissions

    assert (opened.viewer.organization_id, opened.viewer.person_id) == (tenant.organization.id, None)
    assert opened.viewer.expires_at == 4_102_444_800
    assert could == PUBLIC | {Permission.VENUES_MANAGE, Permission.EVENTS_CREATE}
    assert can == PUBLIC


@pytest.mark.parametrize("last", ["removed", "lowered"])
async def test_whoever_lost_the_role_a_moment_ago_makes_and_revokes_no_key(tenant: Tenant, last: str) -> None:
    """Every process still remembers her role, but a key would outlast that."""
    team, key_id = Team(tenant), (await make(tenant))["serviceKey"]["id"]
    await tenant.member(Role.ADMIN).ask("{ viewer { role } }")
    lost = await (team.remove(Role.OWNER, Role.ADMIN) if last == "removed" else team.change(Role.OWNER, Role.ADMIN, Role.MANAGER))
    assert lost["errors"] == []

    made = await tenant.member(Role.ADMIN).code(CREATE, input=WISH)
    revoked = await tenant.member(Role.ADMIN).code(REVOKE, input={"serviceKeyId": key_id})

    kept = (await tenant.owner.ask(LIST))["organization"]["serviceKeys"]["nodes"]
    assert (made, revoked) == ("FORBIDDEN", "FORBIDDEN")
    assert [(each["id"], each["revokedAt"]) for each in kept] == [(key_id, None)]
