"""Members get other roles and go; nobody gives or takes more than he has, and there is always an owner."""

import asyncio

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from schema import ids
from tests.api.callers import platform_admin
from tests.api.conftest import Tenant
from tests.members.conftest import CHANGE, MEMBERS, ONE_OF_EACH, REMOVE, TRANSFER, Memory, Team

pytestmark = pytest.mark.asyncio


async def test_members_are_listed_page_by_page_for_those_who_may(tenant: Tenant) -> None:
    everybody = (await tenant.owner.ask(MEMBERS))["organization"]["members"]
    page = (
        "query ($after: String) { organization { members(first: 3, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } } }"
    )

    seen, after = [], None
    for _ in range(3):
        connection = (await tenant.member(Role.MANAGER).ask(page, after=after))["organization"]["members"]
        seen += [each["id"] for each in connection["nodes"]]
        after = connection["pageInfo"]["endCursor"]

    assert everybody["totalCount"] == len(Role)
    assert {(each["role"], each["name"]) for each in everybody["nodes"]} == {(role.name, role.value.title()) for role in Role}
    assert seen == [each["id"] for each in everybody["nodes"]]
    assert connection["pageInfo"]["hasNextPage"] is False
    assert await tenant.member(Role.ORGANIZER).code(MEMBERS) == "FORBIDDEN"


async def test_a_role_is_changed_and_the_version_rises(tenant: Tenant) -> None:
    team = Team(tenant)

    changed = await team.change(Role.ADMIN, Role.ANALYST, Role.MANAGER)
    stale = await team.change(Role.ADMIN, Role.ANALYST, Role.SUPPORT)

    assert changed == {"member": {"id": team.id_of(Role.ANALYST), "role": "MANAGER", "version": 2}, "errors": []}
    assert stale["member"] is None
    assert [each["__typename"] for each in stale["errors"]] == ["VersionConflict"]
    assert await team.roles() == ONE_OF_EACH | {Role.ANALYST: ("manager", 2)}


async def test_another_role_counts_at_once(tenant: Tenant) -> None:
    team, hers = Team(tenant), tenant.member(Role.MANAGER)
    seen = [(await hers.ask("{ viewer { role } }"))["viewer"]["role"]]

    await team.change(Role.ADMIN, Role.MANAGER, Role.ANALYST)

    assert [*seen, (await hers.ask("{ viewer { role } }"))["viewer"]["role"]] == ["MANAGER", "ANALYST"]


async def test_a_role_that_was_not_given_after_all_changes_nothing_for_anybody(tenant: Tenant) -> None:
    team, hers = Team(tenant), tenant.member(Role.MANAGER)

    refused = await team.change(Role.ADMIN, Role.MANAGER, Role.OWNER)

    assert [each["__typename"] for each in refused["errors"]] == ["RoleTooHigh"]
    assert (await hers.ask("{ viewer { role } }"))["viewer"] == {"role": "MANAGER"}


async def test_to_give_the_same_role_again_changes_nothing(tenant: Tenant) -> None:
    team = Team(tenant)

    assert (await team.change(Role.OWNER, Role.OWNER, Role.OWNER))["errors"] == []
    assert await team.roles() == ONE_OF_EACH


@pytest.mark.parametrize(("whose", "role", "path"), [(Role.OWNER, Role.ADMIN, "memberId"), (Role.USER, Role.OWNER, "role")], ids=str)
async def test_an_admin_neither_makes_owners_nor_touches_them(tenant: Tenant, whose: Role, role: Role, path: str) -> None:
    team = Team(tenant)

    refused = await team.change(Role.ADMIN, whose, role)

    assert refused["member"] is None
    assert [(each["__typename"], each["code"], each["path"]) for each in refused["errors"]] == [
        ("RoleTooHigh", "FORBIDDEN", ["input", path])
    ]
    assert [each["__typename"] for each in (await team.remove(Role.ADMIN, Role.OWNER))["errors"]] == ["RoleTooHigh"]
    assert await team.roles() == ONE_OF_EACH


async def test_an_admin_cannot_make_himself_an_owner(tenant: Tenant) -> None:
    refused = await Team(tenant).change(Role.ADMIN, Role.ADMIN, Role.OWNER)

    assert [each["__typename"] for each in refused["errors"]] == ["RoleTooHigh"]
    assert await Team(tenant).roles() == ONE_OF_EACH


async def test_the_last_owner_is_neither_lowered_nor_removed_and_cannot_leave(tenant: Tenant) -> None:
    team = Team(tenant)

    refused = [
        await team.change(Role.OWNER, Role.OWNER, Role.ADMIN),
        await team.remove(Role.OWNER, Role.OWNER),
        await team.leave(Role.OWNER),
    ]

    assert [[each["__typename"] for each in answer["errors"]] for answer in refused] == [["LastOwner"]] * 3
    assert [answer["member"] for answer in refused] == [None] * 3
    assert await team.roles() == ONE_OF_EACH


async def test_two_owners_who_lower_each_other_at_once_leave_one_owner(tenant: Tenant, memory: Memory) -> None:
    team = Team(tenant)
    await team.make_owner(Role.ADMIN, memory)

    wishes = [(Role.OWNER, Role.ADMIN, 2), (Role.ADMIN, Role.OWNER, 1)]
    answers = await asyncio.gather(
        *(
            tenant.member(by).answer(CHANGE, input={"memberId": team.id_of(whom), "role": "USER", "expectedVersion": version})
            for by, whom, version in wishes
        )
    )

    codes = [[each["extensions"]["code"] for each in answer.get("errors", ())] for answer in answers]
    assert sorted(codes) == [[], ["FORBIDDEN"]]
    roles = await team.roles()
    assert sorted([roles[Role.OWNER][0], roles[Role.ADMIN][0]]) == ["owner", "user"]


@pytest.mark.parametrize("times", range(3))
async def test_owners_who_all_leave_at_once_leave_one_behind(tenant: Tenant, memory: Memory, times: int) -> None:
    team = Team(tenant)
    for role in (Role.ADMIN, Role.MANAGER, Role.SUPPORT):
        await team.make_owner(role, memory)

    answers = await asyncio.gather(*(team.leave(role) for role in (Role.OWNER, Role.ADMIN, Role.MANAGER, Role.SUPPORT)))

    assert sorted([each["__typename"] for each in answer["errors"]] for answer in answers) == [[], [], [], ["LastOwner"]]
    assert [role for role, _ in (await team.roles()).values()].count("owner") == 1


async def test_whoever_is_lowered_meanwhile_changes_nothing_any_more(tenant: Tenant) -> None:
    """The process still remembers what she was; the deed looks at what she is."""
    team = Team(tenant)
    assert await tenant.member(Role.ADMIN).ask("{ viewer { role } }") == {"viewer": {"role": "ADMIN"}}
    await team.change(Role.OWNER, Role.ADMIN, Role.ANALYST)

    wish = {"memberId": team.id_of(Role.USER), "role": "MANAGER", "expectedVersion": 1}
    code = await tenant.member(Role.ADMIN).code(CHANGE, input=wish)

    assert code == "FORBIDDEN"
    assert await team.roles() == ONE_OF_EACH | {Role.ADMIN: ("analyst", 2)}


async def test_whoever_is_removed_is_a_stranger_with_an_account_at_once(tenant: Tenant) -> None:
    team, hers = Team(tenant), tenant.member(Role.MANAGER)
    before = (await hers.ask("{ viewer { role } }"))["viewer"]

    removed = await team.remove(Role.ADMIN, Role.MANAGER)

    assert before == {"role": "MANAGER"}
    assert removed == {"member": {"id": team.id_of(Role.MANAGER), "role": "MANAGER"}, "errors": []}
    assert set(await team.roles()) == set(Role) - {Role.MANAGER}
    asked = (await hers.ask("{ viewer { role permissions } }"))["viewer"]
    assert asked == {"role": None, "permissions": ["accounts:use", "holds:place", "orders:place"]}


async def test_a_member_leaves_the_organization_that_she_means_and_no_other(tenant: Tenant, other_tenant: Tenant) -> None:
    team = Team(tenant)
    elsewhere = {"organizationId": ids.show("Organization", other_tenant.organization.id)}
    document = "mutation ($input: LeaveOrganizationInput!) { leaveOrganization(input: $input) { errors { __typename } } }"

    refused = (await tenant.member(Role.SUPPORT).ask(document, input=elsewhere))["leaveOrganization"]
    left = await team.leave(Role.SUPPORT)

    assert refused == {"errors": [{"__typename": "NotFound"}]}
    assert left == {"member": {"id": team.id_of(Role.SUPPORT), "role": "SUPPORT"}, "errors": []}
    assert set(await team.roles()) == set(Role) - {Role.SUPPORT}
    assert await Team(other_tenant).roles() == ONE_OF_EACH


async def test_who_is_no_member_has_nothing_to_leave(tenant: Tenant, other_tenant: Tenant) -> None:
    stranger = Tenant(other_tenant.organization, tenant.house, tenant.http, tenant.people)

    refused = await Team(stranger).leave(Role.OWNER)

    assert [each["__typename"] for each in refused["errors"]] == ["NotFound"]
    assert await Team(other_tenant).roles() == ONE_OF_EACH


@pytest.mark.parametrize("document", [CHANGE, REMOVE], ids=["change", "remove"])
async def test_foreign_and_missing_members_answer_alike(tenant: Tenant, other_tenant: Tenant, document: str) -> None:
    more = {"role": "USER"} if document is CHANGE else {}
    foreign, missing = Team(other_tenant).id_of(Role.ANALYST), ids.show("Member", new_id())

    answers = [
        await tenant.owner.ask(document, input={"memberId": each, "expectedVersion": 1, **more}) for each in (foreign, missing, "nonsense")
    ]

    assert answers[0] == answers[1] == answers[2]
    assert [each["__typename"] for each in next(iter(answers[0].values()))["errors"]] == ["NotFound"]
    assert await Team(other_tenant).roles() == ONE_OF_EACH


async def test_ownership_needs_the_password_once_more(tenant: Tenant) -> None:
    team = Team(tenant)
    wish = {"memberId": team.id_of(Role.MANAGER), "password": "plum lantern gravel Tuesday"}

    wrong = (await tenant.owner.ask(TRANSFER, input=wish))["transferOwnership"]
    assert [each["__typename"] for each in wrong["errors"]] == ["PasswordWrong"]
    assert await team.roles() == ONE_OF_EACH

    hashed = await tenant.house.outside.passwords.hash(wish["password"])
    system = tenant.house.pools.system
    await system.execute("UPDATE accounts SET password_hash = $2 WHERE person_id = $1", tenant.people[Role.OWNER], hashed)
    done = (await tenant.owner.ask(TRANSFER, input=wish))["transferOwnership"]

    assert done == {
        "owner": {"id": team.id_of(Role.MANAGER), "role": "OWNER", "version": 2},
        "previousOwner": {"id": team.id_of(Role.OWNER), "role": "ADMIN", "version": 2},
        "errors": [],
    }
    assert await team.roles() == ONE_OF_EACH | {Role.OWNER: ("admin", 2), Role.MANAGER: ("owner", 2)}


async def test_what_an_admin_of_the_platform_does_is_seen_as_such(tenant: Tenant) -> None:
    root = await platform_admin(tenant)
    seen = "{ organization { platformAdminActs { nodes { personId news correlationId } totalCount } } }"

    changed = await root.with_headers(x_request_id="root-was-here").ask(
        CHANGE, input={"memberId": Team(tenant).id_of(Role.OWNER), "role": "OWNER", "expectedVersion": 1}
    )
    await root.ask(CHANGE, input={"memberId": Team(tenant).id_of(Role.USER), "role": "OWNER", "expectedVersion": 1})
    who = (await root.ask("{ viewer { personId role isPlatformAdmin } }"))["viewer"]
    acts = (await tenant.member(Role.ADMIN).ask(seen))["organization"]["platformAdminActs"]

    assert changed["changeMemberRole"]["errors"] == []
    assert (who["role"], who["isPlatformAdmin"]) == (None, True)
    assert acts["totalCount"] == 2
    assert {each["personId"] for each in acts["nodes"]} == {who["personId"]}
    assert acts["nodes"][1]["correlationId"] == "root-was-here"
    assert await tenant.member(Role.MANAGER).code(seen) == "FORBIDDEN"


async def test_a_role_that_was_changed_is_known_everywhere_within_five_seconds(tenant: Tenant, memory: Memory) -> None:
    await Team(tenant).change(Role.OWNER, Role.USER, Role.ADMIN)
    assert await tenant.member(Role.USER).ask("{ viewer { role } }") == {"viewer": {"role": "ADMIN"}}

    await Team(tenant).change(Role.OWNER, Role.USER, Role.USER, version=2)
    memory.fade(5)

    assert await tenant.member(Role.USER).ask("{ viewer { role } }") == {"viewer": {"role": "USER"}}
