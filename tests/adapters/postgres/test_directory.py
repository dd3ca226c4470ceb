"""Organizations are founded under their own row security, and found by name, host and member with the system's few rights."""

from typing import Any

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.directory import PostgresDirectory
from adapters.postgres.founding import Member, found
from domain.identity import Membership, Role
from domain.organizations import Organization
from tests.conftest import make_organization

pytestmark = pytest.mark.asyncio


def an_organization(**facts: Any) -> Organization:
    organization_id = new_id()
    terms: dict[str, Any] = {"default_locale": "de", "default_currency": "CHF", "buyer_limit": 4}
    return Organization(**{"id": organization_id, "slug": f"theatre-{organization_id}", "name": "Theatre", **terms, **facts})


async def test_an_organization_is_found_by_slug_by_id_and_by_its_domains(app_pool: Any, system_pool: Any) -> None:
    theatre, directory = an_organization(), PostgresDirectory(system_pool)
    hosts = [f"tickets.{theatre.id}.example", f"{theatre.id}.example"]
    await found(app_pool, theatre, domains=hosts)

    names = [await directory.by_name(name) for name in (theatre.slug, str(theatre.id), str(theatre.id).upper(), "nobody", str(new_id()))]
    owners = [await directory.by_host(host) for host in (*hosts, "elsewhere.example")]

    assert names == [theatre, theatre, theatre, None, None]
    assert owners == [theatre, theatre, None]


async def test_a_slug_that_looks_like_anothers_id_catches_none_of_its_requests(app_pool: Any, system_pool: Any) -> None:
    theatre = await make_organization(app_pool)
    await make_organization(app_pool, slug=str(theatre.id))

    assert await PostgresDirectory(system_pool).by_name(str(theatre.id)) == theatre


async def test_members_are_found_with_their_roles(app_pool: Any, system_pool: Any) -> None:
    theatre, directory = an_organization(), PostgresDirectory(system_pool)
    ada = Member(new_id(), "Ada", f"{theatre.id}@example.com", Role.OWNER)
    bob, cem = Member(new_id(), "Bob", None, Role.SUPPORT), Member(new_id(), "Cem", None, Role.SUPPORT)
    other = await make_organization(app_pool)

    await found(app_pool, theatre, members=[ada, bob, cem])

    assert await directory.membership(theatre.id, ada.person_id) == Membership(theatre.id, ada.person_id, Role.OWNER, 1)
    assert await directory.membership(other.id, ada.person_id) is None
    assert await directory.membership(theatre.id, new_id()) is None
    roles = [await directory.member_with(theatre.id, role) for role in (Role.OWNER, Role.SUPPORT, Role.ANALYST)]
    assert roles == [ada.person_id, min(bob.person_id, cem.person_id), None]


async def test_a_taken_slug_founds_nothing(app_pool: Any, system_pool: Any, owner: Any) -> None:
    theatre = an_organization()
    await found(app_pool, theatre)
    second, member = an_organization(slug=theatre.slug), Member(new_id(), "Ada", None, Role.OWNER)

    is_new = await found(app_pool, second, domains=["second.example"], members=[member])

    assert is_new is False
    assert await PostgresDirectory(system_pool).by_name(theatre.slug) == theatre
    assert await PostgresDirectory(system_pool).by_host("second.example") is None
    assert await owner.fetchval("SELECT count(*) FROM people WHERE id = $1", member.person_id) == 0


async def test_a_domain_that_another_has_founds_nothing(app_pool: Any, system_pool: Any) -> None:
    first, second = an_organization(), an_organization()
    host = f"{first.id}.example"
    await found(app_pool, first, domains=[host])

    with pytest.raises(asyncpg.UniqueViolationError):
        await found(app_pool, second, domains=[host])

    assert await PostgresDirectory(system_pool).by_name(second.slug) is None
    assert await PostgresDirectory(system_pool).by_host(host) == first
