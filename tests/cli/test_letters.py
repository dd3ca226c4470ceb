"""`ticketbase letters` lists what no mail server would take, tells nobody to whom it was, and has it sent again."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.letters import PostgresLetters
from adapters.postgres.work import writing
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from tests.cli.conftest import Run
from tests.letters.samples import SEALING, a_letter, of

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture
async def system(spare: DatabaseAddresses) -> AsyncIterator[Any]:
    async with open_pool(spare.system, 2) as pool:
        await pool.execute("DELETE FROM letters")
        yield pool


@pytest_asyncio.fixture
async def dead(spare: DatabaseAddresses, system: Any, hall: Organization) -> list[UUID]:
    """Two letters that were given up, and a third that waits."""
    letters = [of(a_letter(), hall.id) for _ in range(3)]
    async with open_pool(spare.app, 2) as pool, writing(pool, hall.id, None, new_id, SEALING) as work:
        for each in letters:
            work.post(each)
    queue = PostgresLetters(system, SEALING)
    for number, waiting in enumerate(await queue.claim(2)):
        await queue.give_up(waiting, f"the mail server answered {550 + number}")
    rows = await system.fetch("SELECT id FROM letters WHERE died_at IS NOT NULL ORDER BY died_at")
    return [row["id"] for row in rows]


async def test_dead_letters_are_listed_for_people_and_programs(run: Run, dead: list[UUID], hall: Organization) -> None:
    people, programs = await run("letters", "dead"), await run("letters", "dead", "--json")

    lines = people.out.splitlines()
    assert (people.code, people.err, len(lines)) == (0, "", 3)
    assert lines[0].startswith(f"{dead[0]}  20")
    assert lines[0].endswith(" UTC  INVITATION, 1 try: the mail server answered 550")
    first, second = json.loads(programs.out)
    assert (first.pop("diedAt") >= first.pop("postedAt"), second["fault"]) == (True, "the mail server answered 551")
    assert first == {
        "id": str(dead[0]),
        "organizationId": str(hall.id),
        "kind": "INVITATION",
        "tries": 1,
        "fault": "the mail server answered 550",
    }
    assert "buyer.example" not in people.out + programs.out


async def test_a_dead_letter_is_sent_again_once(run: Run, dead: list[UUID], system: Any) -> None:
    again = await run("letters", "retry", str(dead[0]))
    waiting = await system.fetchval(
        "SELECT count(*) FROM letters WHERE died_at IS NULL AND due_at <= app_now() AND tries = 0 AND fault IS NULL"
    )
    twice = await run("letters", "retry", str(dead[0]))

    assert (again.code, again.out, again.err) == (0, "1 letter is sent again.\n", "")
    assert waiting == 2
    assert (twice.code, twice.out) == (1, "0 letters are sent again.\n")
    assert twice.err == f"No letter that was given up: {dead[0]}.\n"


async def test_all_dead_letters_are_sent_again(run: Run, dead: list[UUID]) -> None:
    again, none = await run("letters", "retry", "--all"), await run("letters", "dead")

    assert len(dead) == 2
    assert (again.code, again.out) == (0, "2 letters are sent again.\n")
    assert none.out == "No letter was given up.\n"


@pytest.mark.parametrize("arguments", [[], ["x"], ["--all", "01890000-0000-7000-8000-000000000000"]])
async def test_what_names_no_letters_is_refused(run: Run, dead: list[UUID], system: Any, arguments: list[str]) -> None:
    refused = await run("letters", "retry", *arguments)

    assert (refused.code, refused.out) == (2, "")
    assert await system.fetchval("SELECT count(*) FROM letters WHERE died_at IS NOT NULL") == len(dead)
