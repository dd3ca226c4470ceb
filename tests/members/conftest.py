"""People who are invited and join, and programs with service keys."""

import time
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from domain.letters import LetterKind
from gateway.remembered import KEPT_SECONDS
from schema import ids
from tests.api.conftest import Client, Tenant, api_settings, gateway, house, http, other_tenant, tenant
from tests.identity.conftest import PASSWORD, PostBox, ada, make_person, post_box

__all__ = ["ada", "api_settings", "gateway", "house", "http", "make_person", "other_tenant", "post_box", "tenant"]

ERRORS = "errors { __typename ... on UserError { code path message } }"
INVITE = f"""mutation ($input: InviteMemberInput!) {{
  inviteMember(input: $input) {{ invitation {{ id email role expiresAt inviterName }} {ERRORS} }}
}}"""
REVOKE = f"mutation ($input: RevokeInvitationInput!) {{ revokeInvitation(input: $input) {{ invitation {{ id revokedAt }} {ERRORS} }} }}"
ACCEPT = f"""mutation ($input: AcceptInvitationInput!) {{
  acceptInvitation(input: $input) {{ account {{ email name }} membership {{ organization {{ slug }} role }} {ERRORS} }}
}}"""
CHANGE = f"mutation ($input: ChangeMemberRoleInput!) {{ changeMemberRole(input: $input) {{ member {{ id role version }} {ERRORS} }} }}"
REMOVE = f"mutation ($input: RemoveMemberInput!) {{ removeMember(input: $input) {{ member {{ id role }} {ERRORS} }} }}"
LEAVE = f"mutation ($input: LeaveOrganizationInput!) {{ leaveOrganization(input: $input) {{ member {{ id role }} {ERRORS} }} }}"
TRANSFER = f"""mutation ($input: TransferOwnershipInput!) {{
  transferOwnership(input: $input) {{ owner {{ id role version }} previousOwner {{ id role version }} {ERRORS} }}
}}"""
MEMBERS = "{ organization { members(first: 100) { nodes { id role version name } totalCount } } }"


@dataclass(frozen=True)
class Team:
    """The members of a hall, and what is done with them."""

    tenant: Tenant

    def id_of(self, role: Role) -> str:
        """The global id of the member who had this role at first."""
        return str(ids.show("Member", self.tenant.people[role]))

    async def roles(self) -> dict[Role, tuple[str, int]]:
        """What each is now, and in which version, by what she was at first; those that are gone are left out."""
        rows = await self.tenant.house.pools.system.fetch(
            "SELECT person_id, role, version FROM memberships WHERE organization_id = $1", self.tenant.organization.id
        )
        now = {row["person_id"]: (row["role"], row["version"]) for row in rows}
        return {role: now[person] for role, person in self.tenant.people.items() if person in now}

    async def change(self, by: Role, whose: Role, role: Role, version: int = 1) -> Any:
        """The payload of `changeMemberRole`."""
        wish = {"memberId": self.id_of(whose), "role": role.name, "expectedVersion": version}
        return (await self.tenant.member(by).ask(CHANGE, input=wish))["changeMemberRole"]

    async def remove(self, by: Role, whom: Role, version: int = 1) -> Any:
        """The payload of `removeMember`."""
        return (await self.tenant.member(by).ask(REMOVE, input={"memberId": self.id_of(whom), "expectedVersion": version}))["removeMember"]

    async def leave(self, who: Role) -> Any:
        """The payload of `leaveOrganization`."""
        wish = {"organizationId": ids.show("Organization", self.tenant.organization.id)}
        return (await self.tenant.member(who).ask(LEAVE, input=wish))["leaveOrganization"]

    async def make_owner(self, role: Role, memory: "Memory") -> None:
        """One more owner, which every process knows."""
        changed = await self.change(Role.OWNER, role, Role.OWNER)
        assert changed["errors"] == [], changed
        memory.fade()


class Memory:
    """The clock of what processes remember of roles and keys, moved so that no test sleeps."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._ahead

    def fade(self, seconds: float = KEPT_SECONDS) -> None:
        """Let so much time pass."""
        self._ahead += seconds


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Memory:
    """What is remembered fades when the test says so."""
    clock = Memory()
    monkeypatch.setattr("gateway.remembered.time", clock)
    return clock


ONE_OF_EACH = {role: (role.value, 1) for role in Role}
"""Every role, as a new hall has it."""


async def invite(client: Client, email: str, role: str = "MANAGER", **more: Any) -> Any:
    """The payload of `inviteMember`."""
    return (await client.ask(INVITE, input={"email": email, "role": role, **more}))["inviteMember"]


async def accept(client: Client, token: str, **more: Any) -> Any:
    """The payload of `acceptInvitation`."""
    return (await client.ask(ACCEPT, input={"token": token, **more}))["acceptInvitation"]


async def invited(tenant: Tenant, post_box: PostBox, email: str | None = None, role: str = "MANAGER") -> tuple[str, str]:
    """An address, and the secret of the link that was mailed to it."""
    address = email or f"eve-{new_id()}@example.org"
    assert (await invite(tenant.owner, address, role))["errors"] == []
    return address, await post_box.token(address, LetterKind.INVITATION)


async def role_of(tenant: Tenant, email: str) -> str | None:
    """What the person with this address is to the hall, as the database says."""
    found: str | None = await tenant.house.pools.system.fetchval(
        "SELECT m.role FROM memberships m JOIN people p ON p.id = m.person_id WHERE m.organization_id = $1 AND p.email = $2",
        tenant.organization.id,
        email,
    )
    return found


NEW = {"name": "Eve Newcomer", "password": PASSWORD}
"""What is said for a new account."""
