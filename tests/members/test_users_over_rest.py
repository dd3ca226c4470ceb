"""Members over REST: listed, invited, changed and removed at /api/users."""

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from domain.letters import LetterKind
from schema import ids
from tests.api.conftest import Tenant
from tests.identity.conftest import PostBox
from tests.members.conftest import ONE_OF_EACH, Team
from tests.rest.asking import ask

pytestmark = pytest.mark.asyncio


async def test_members_are_listed_for_those_who_may(tenant: Tenant) -> None:
    listed = await ask(tenant.owner, "GET", "/api/users", params={"first": "3", "total": "true"})

    body = listed.json()
    assert (listed.status_code, listed.headers["cache-control"]) == (200, "no-store")
    assert (len(body["items"]), body["totalCount"], body["pageInfo"]["hasNextPage"]) == (3, len(Role), True)
    assert set(body["items"][0]) == {"id", "personId", "name", "email", "role", "version", "joinedAt"}
    assert [(await ask(each, "GET", "/api/users")).status_code for each in (tenant.anonymous, tenant.member(Role.SUPPORT))] == [401, 403]


async def test_somebody_is_invited(tenant: Tenant, post_box: PostBox) -> None:
    email = f"eve-{new_id()}@example.org"

    invited = await ask(tenant.owner, "POST", "/api/users", json={"email": email, "role": "SUPPORT"})
    refused = await ask(tenant.member(Role.ADMIN), "POST", "/api/users", json={"email": email, "role": "OWNER"})
    malformed = await ask(tenant.owner, "POST", "/api/users", json={"email": "nobody", "role": "SUPPORT"})

    assert (invited.status_code, invited.json()["email"], invited.json()["role"]) == (201, email, "SUPPORT")
    assert [each.kind for each in await post_box.to(email)] == [LetterKind.INVITATION]
    assert (refused.status_code, malformed.status_code) == (403, 400)


async def test_who_invites_too_often_is_told_until_when_to_wait(tenant: Tenant) -> None:
    wish = {"email": f"eve-{new_id()}@example.org", "role": "SUPPORT"}

    sent = [await ask(tenant.owner, "POST", "/api/users", json=wish) for _ in range(6)]

    assert [each.status_code for each in sent] == [201] * 5 + [429]
    told = sent[-1].json()
    assert (told["type"], told["code"]) == ("/problems/too-many-attempts", "RATE_LIMITED")
    assert told["detail"] == f"There were too many attempts; try again at {told['errors'][0]['retryAt']}."
    assert 3_500 < int(sent[-1].headers["retry-after"]) <= 3_601


async def test_a_role_is_changed_at_the_version_that_was_read(tenant: Tenant) -> None:
    team = Team(tenant)
    path = f"/api/users/{team.id_of(Role.ANALYST)}"

    changed = await ask(tenant.owner, "PUT", path, json={"role": "MANAGER", "expectedVersion": 1})
    stale = await ask(tenant.owner, "PUT", path, json={"role": "SUPPORT", "expectedVersion": 1})

    assert (changed.status_code, changed.json()["role"], changed.json()["version"]) == (200, "MANAGER", 2)
    assert stale.status_code in {409, 412}
    assert await team.roles() == ONE_OF_EACH | {Role.ANALYST: ("manager", 2)}


async def test_a_member_is_removed_and_the_last_owner_is_not(tenant: Tenant) -> None:
    team = Team(tenant)

    gone = await ask(tenant.owner, "DELETE", f"/api/users/{team.id_of(Role.ANALYST)}", params={"version": "1"})
    last = await ask(tenant.owner, "DELETE", f"/api/users/{team.id_of(Role.OWNER)}", params={"version": "1"})
    missing = await ask(tenant.owner, "DELETE", f"/api/users/{ids.show('Member', new_id())}", params={"version": "1"})

    assert (gone.status_code, gone.content, last.status_code, missing.status_code) == (204, b"", 409, 404)
    assert set(await team.roles()) == set(Role) - {Role.ANALYST}
