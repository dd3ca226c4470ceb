"""`ticketbase audit` recounts everything, names the rows that do not add up, and leaves them as they are."""

import json
from typing import Any

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import INVARIANTS
from gateway.embedded.postgres import DatabaseAddresses
from tests.cli.conftest import Run

pytestmark = pytest.mark.asyncio

NO_INVENTORY = "every event has an inventory"
NO_TENANT = "no row is under a tenant that does not exist"


async def test_when_all_adds_up_it_says_so_of_every_invariant(run: Run) -> None:
    told = await run("audit")
    as_json = await run("audit", "--json")

    assert (told.code, told.err) == (0, "")
    assert told.out.splitlines() == [*(f"ok    {each}" for each in INVARIANTS), f"All {len(INVARIANTS)} invariants hold."]
    assert as_json.code == 0
    assert json.loads(as_json.out) == [{"invariant": each, "ok": True, "rows": []} for each in INVARIANTS]


async def test_what_does_not_add_up_is_named_row_by_row_and_stays(run: Run, spare: DatabaseAddresses) -> None:
    owner = await asyncpg.connect(spare.superuser.rpartition("/")[0] + "/ticketbase")
    events = sorted(str(new_id()) for _ in range(23))
    organization = await owner.fetchval("SELECT id FROM organizations LIMIT 1") or await founded(owner)
    try:
        await broken(owner, organization, events)

        told = await run("audit")
        as_json = await run("audit", "--json")

        assert (told.code, as_json.code) == (1, 1)
        lines = told.out.splitlines()
        at = lines.index(f"FAIL  {NO_INVENTORY}")
        assert all(json.loads(line)["event_id"] in events for line in lines[at + 1 : at + 21])
        assert lines[at + 21] == "      and 3 more; --json tells all"
        assert lines[-1] == f"1 of {len(INVARIANTS)} invariants are broken."
        [found] = [each for each in json.loads(as_json.out) if not each["ok"]]
        assert found["invariant"] == NO_INVENTORY
        assert sorted(row["event_id"] for row in found["rows"]) == events
        assert await owner.fetchval("SELECT count(*) FROM events") == 23
    finally:
        await owner.execute("DELETE FROM events")
        await owner.close()


async def founded(owner: Any) -> Any:
    return await owner.fetchval("INSERT INTO organizations (id, slug, name) VALUES ($1, 'audited', 'Audited') RETURNING id", new_id())


async def broken(owner: Any, organization: Any, events: list[str]) -> None:
    """Events that came into the table past every deed."""
    await owner.execute("SET session_replication_role = replica")
    await owner.executemany(
        "INSERT INTO events (organization_id, id, slug, title, description, status, attendance_mode, starts_at, ends_at,"
        " time_zone, created_at, updated_at)"
        " VALUES ($1, $2, $3, '{}', '{}', 'DRAFT', 'PHYSICAL', now(), now() + interval '1 hour', 'UTC', now(), now())",
        [(organization, each, f"event-{each}") for each in events],
    )
    await owner.execute("SET session_replication_role = DEFAULT")


async def test_without_the_owners_address_it_says_which_is_missing(run: Run) -> None:
    told = await run("audit", DATABASE_OWNER_URL="")

    assert (told.code, told.out) == (1, "")
    assert told.err == "DATABASE_OWNER_URL is not set: name the role that owns the tables, postgresql://ticketbase_owner:…\n"
