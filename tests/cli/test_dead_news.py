"""`ticketbase dead-news` lists what groups gave up, shows all of it, has it tried again or forgets it."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from tests.cli.conftest import Run

pytestmark = pytest.mark.asyncio

NOBODY = "01890000-0000-7000-8000-000000000000"
WRITE = """
INSERT INTO deliveries (organization_id, group_name, news_id, position, type, version, subject, payload, correlation_id, occurred_at,
    tries, fault, died_at)
VALUES ($1, $2, $3, $4, 'gossip:told', 1, 'town:hall', $5, 'test', $6, 15, 'KeyError in town.py:7', $6)
"""
DIED = datetime(2030, 5, 1, 20, tzinfo=UTC)
LEFT = "SELECT news_id, tries, died_at IS NULL AS lives FROM deliveries WHERE group_name LIKE 'parish%' ORDER BY position"


@pytest_asyncio.fixture
async def system(spare: DatabaseAddresses) -> AsyncIterator[Any]:
    async with open_pool(spare.system, 2) as pool:
        yield pool
        await pool.execute("DELETE FROM deliveries WHERE group_name LIKE 'parish%'")
        await pool.execute("DELETE FROM news_groups WHERE name LIKE 'parish%'")


@pytest_asyncio.fixture
async def dead(system: Any, hall: Organization) -> list[str]:
    """Two news that the group `parish` gave up, the second of which `parish-two` did, too."""
    ids = [new_id(), new_id()]
    await system.execute("INSERT INTO news_groups (name, types) VALUES ('parish', '{gossip:told}'), ('parish-two', '{gossip:told}')")
    for place, (group, news_id) in enumerate((("parish", ids[0]), ("parish", ids[1]), ("parish-two", ids[1]))):
        await system.execute(WRITE, hall.id, group, news_id, place, {"number": place}, DIED)
    return [str(each) for each in ids]


async def left(system: Any) -> list[tuple[str, int, bool]]:
    return [(str(row["news_id"]), row["tries"], row["lives"]) for row in await system.fetch(LEFT)]


async def test_dead_news_are_listed_for_people_and_programs(run: Run, dead: list[str], hall: Organization) -> None:
    people, programs = await run("dead-news", "list"), await run("dead-news", "list", "--json", "--group", "parish")

    lines = people.out.splitlines()
    assert (people.code, people.err, len(lines)) == (0, "", 4)
    assert lines[0] == f"{dead[0]}  2030-05-01 20:00:00 UTC  gossip:told for parish, 15 tries: KeyError in town.py:7"
    assert [each["id"] for each in json.loads(programs.out)] == dead
    assert json.loads(programs.out)[0] == {
        "id": dead[0], "group": "parish", "organizationId": str(hall.id), "type": "gossip:told", "version": 1, "subject": "town:hall",
        "correlationId": "test", "tries": 15, "fault": "KeyError in town.py:7", "occurredAt": "2030-05-01T20:00:00Z",
        "diedAt": "2030-05-01T20:00:00Z",
    }  # fmt: skip


async def test_all_that_is_known_of_dead_news_is_shown(run: Run, dead: list[str]) -> None:
    people, programs = await run("dead-news", "show", dead[0]), await run("dead-news", "show", dead[1], "--json")
    unknown = await run("dead-news", "show", NOBODY)

    assert people.code == 0
    assert 'payload:        {"number": 0}' in people.out.splitlines()
    assert [(each["group"], each["payload"]) for each in json.loads(programs.out)] == [
        ("parish", {"number": 1}),
        ("parish-two", {"number": 2}),
    ]
    assert (unknown.code, unknown.out, unknown.err) == (1, "", f"No news that were given up: {NOBODY}.\n")


async def test_dead_news_are_tried_again_once(run: Run, dead: list[str], system: Any) -> None:
    again = await run("dead-news", "replay", dead[0])
    twice = await run("dead-news", "replay", dead[0], "--json")

    assert (again.code, again.out, again.err) == (0, "1 news item is tried again.\n", "")
    assert (twice.code, json.loads(twice.out)) == (1, {"changed": [], "unknown": [dead[0]]})
    assert twice.err == f"No news that were given up: {dead[0]}.\n"
    assert await left(system) == [(dead[0], 0, True), (dead[1], 15, False), (dead[1], 15, False)]


async def test_those_of_one_group_are_tried_again(run: Run, dead: list[str], system: Any) -> None:
    again = await run("dead-news", "replay", "--all", "--group", "parish-two")

    assert (again.code, again.out) == (0, "1 news item is tried again.\n")
    assert await left(system) == [(dead[0], 15, False), (dead[1], 15, False), (dead[1], 0, True)]


async def test_dead_news_are_forgotten(run: Run, dead: list[str], system: Any) -> None:
    forgotten = await run("dead-news", "discard", dead[1])
    none = await run("dead-news", "discard", "--all")

    assert (forgotten.code, forgotten.out) == (0, "1 news item is forgotten.\n")
    assert (none.code, none.out) == (0, "1 news item is forgotten.\n")
    assert await left(system) == []
    assert (await run("dead-news", "list")).out == "No news were given up.\n"


@pytest.mark.parametrize("verb", ["replay", "discard"])
@pytest.mark.parametrize("arguments", [[], ["x"], ["--all", NOBODY]], ids=["nothing", "no id", "both"])
async def test_what_names_no_news_is_refused(run: Run, dead: list[str], system: Any, verb: str, arguments: list[str]) -> None:
    refused = await run("dead-news", verb, *arguments)

    assert (refused.code, refused.out) == (2, "")
    assert [lives for _, _, lives in await left(system)] == [False] * 3


async def test_groups_are_listed_and_dropped(run: Run, dead: list[str], system: Any) -> None:
    people, programs = await run("dead-news", "groups"), await run("dead-news", "groups", "--json")
    dropped, twice = await run("dead-news", "drop-group", "parish"), await run("dead-news", "drop-group", "parish")

    assert "parish: 0 waiting (0 failed before), 2 given up, 1 types" in people.out.splitlines()
    [shown] = [each for each in json.loads(programs.out) if each["group"] == "parish-two"]
    assert shown == {"group": "parish-two", "types": ["gossip:told"], "waiting": 0, "failing": 0, "dead": 1, "oldest": None}
    assert (dropped.code, dropped.out) == (0, "parish is gone. A worker that still has it makes it anew when it starts.\n")
    assert (twice.code, twice.err) == (1, "No such group: parish.\n")
    assert await left(system) == [(dead[1], 15, False)]
