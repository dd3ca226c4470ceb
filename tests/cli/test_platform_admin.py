"""`ticketbase platform-admin` alone says who may act in every organization."""

import json
from typing import Any

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from gateway.embedded.postgres import DatabaseAddresses
from tests.architecture.sources import our_modules
from tests.cli.conftest import Run

pytestmark = pytest.mark.asyncio


async def somebody(spare: DatabaseAddresses, *, proved: bool = True) -> str:
    """The address of a new account."""
    email = f"root-{new_id()}@example.org"
    connection: Any = await asyncpg.connect(spare.system)
    person = new_id()
    await connection.execute("INSERT INTO people (id, name, email) VALUES ($1, 'Root', $2)", person, email)
    await connection.execute("INSERT INTO accounts (person_id, email_verified_at) SELECT $1, app_now() WHERE $2", person, proved)
    if not proved:
        await connection.execute("INSERT INTO accounts (person_id) VALUES ($1)", person)
    await connection.close()
    return email


async def listed(run: Run) -> list[str]:
    return [each["email"] for each in json.loads((await run("platform-admin", "list", "--json")).out)]


async def test_an_account_is_made_an_admin_and_none_again(run: Run, spare: DatabaseAddresses) -> None:
    email = await somebody(spare)

    granted = [await run("platform-admin", "grant", each) for each in (email, f" {email.upper()}")]
    there = await listed(run)
    revoked = [await run("platform-admin", "revoke", email) for _ in range(2)]

    assert [each.code for each in granted] == [0, 0]
    assert there.count(email) == 1
    assert [each.code for each in revoked] == [0, 1]
    assert email not in await listed(run)


async def test_whoever_has_no_account_or_did_not_prove_the_address_cannot_be_one(run: Run, spare: DatabaseAddresses) -> None:
    unproved = await somebody(spare, proved=False)

    refused = [await run("platform-admin", "grant", each) for each in (unproved, "nobody@example.org")]

    assert [each.code for each in refused] == [1, 1]
    assert "let the person sign up first" in refused[1].err
    assert await listed(run) == []


async def test_nothing_but_the_command_makes_admins_of_the_platform() -> None:
    importers = {
        str(module.path)
        for module in our_modules()
        if module.room != "tests"
        and any(
            name.endswith("postgres.platform_admins.grant") or name == "adapters.postgres.platform_admins" for name, _ in module.imports()
        )
    }

    assert importers == {"gateway/cli/platform_admin.py"}
    assert [each for each in our_modules() if "platform_admins" in each.text and each.room in {"resolvers", "schema"}] == []
