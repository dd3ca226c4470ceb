"""Everybody who may ask: members in every role, admins of the platform, programs with service keys, and nobody."""

import time
from enum import StrEnum

from adapters.crypto.identifiers import new_id
from adapters.postgres.platform_admins import grant
from adapters.postgres.transaction import TO_WRITE, begin, keep
from domain.identity import GRANTABLE, GRANTS, Permission, Role
from domain.tokens import Claims
from tests.api.conftest import Client, Tenant

CREATE_KEY = """mutation ($input: CreateServiceKeyInput!) {
  createServiceKey(input: $input) { secret serviceKey { id } errors { __typename ... on UserError { message } } }
}"""


class Stranger(StrEnum):
    """Those who ask and are no members."""

    PLATFORM_ADMIN = "platform-admin"
    KEY_WITH_ALL = "key-with-all"
    KEY_WITH_ONE = "key-with-one"


Asker = Role | Stranger | None
KEYS = frozenset({Stranger.KEY_WITH_ALL, Stranger.KEY_WITH_ONE})
ALL = GRANTABLE & GRANTS[Role.OWNER]
"""What an owner can give a key."""
THE_ONE = Permission.VENUES_MANAGE
EVERYBODY: tuple[Asker, ...] = (None, *Role, *Stranger)


async def caller(tenant: Tenant, who: Asker) -> Client:
    """The client of such a caller, who asks for this organization."""
    if who is None:
        return tenant.anonymous
    if isinstance(who, Role):
        return tenant.member(who)
    if who is Stranger.PLATFORM_ADMIN:
        return await platform_admin(tenant)
    return await program(tenant, sorted(ALL) if who is Stranger.KEY_WITH_ALL else [THE_ONE])


async def program(tenant: Tenant, permissions: list[Permission]) -> Client:
    """A program with a service key for these."""
    made = await tenant.owner.ask(CREATE_KEY, input={"name": "Till", "permissions": [each.value for each in permissions]})
    assert made["createServiceKey"]["errors"] == []
    return bearer(tenant, made["createServiceKey"]["secret"])


async def platform_admin(tenant: Tenant) -> Client:
    """An admin of the platform, who is no member."""
    person, system = new_id(), tenant.house.pools.system
    email = f"root-{person}@example.org"
    await system.execute("INSERT INTO people (id, name, email) VALUES ($1, 'Root', $2)", person, email)
    await system.execute("INSERT INTO accounts (person_id, email_verified_at) VALUES ($1, app_now())", person)
    assert await grant(system, email)
    return bearer(tenant, tenant.house.tokens.issue(Claims(person, tenant.organization.id, 0, int(time.time()) + 600)))


def bearer(tenant: Tenant, token: str) -> Client:
    """Whoever carries the token."""
    return Client(tenant.http, {"authorization": f"Bearer {token}", "x-forwarded-for": tenant.address})


async def hand_over(tenant: Tenant, role: Role) -> None:
    """Let all events be those of the member with the role."""
    connection = await begin(tenant.house.pools.app, tenant.organization.id, TO_WRITE)
    await connection.execute("UPDATE events SET created_by = $1", tenant.people[role])
    await keep(tenant.house.pools.app, connection)
