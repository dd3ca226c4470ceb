"""`ticketbase keys rotate` and `list`: keys take their places, too soon is refused, and nothing secret is shown."""

import json
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.roles import DATABASE
from gateway.vault_keys import new_vault_key
from tests.cli.conftest import Run
from tests.conftest import Clock
from tests.two_workers.platform import TOKENS, in_database

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture(autouse=True)
async def _no_ring(spare: DatabaseAddresses) -> AsyncIterator[None]:
    """An installation that never ran; afterwards, too."""
    connection = await asyncpg.connect(in_database(spare.superuser, DATABASE))
    await connection.execute("DELETE FROM signing_keys")
    yield
    await connection.execute("DELETE FROM signing_keys")
    await connection.close()


@pytest_asyncio.fixture
async def clock(spare: DatabaseAddresses) -> AsyncIterator[Clock]:
    """The clock of this database."""
    connection = await asyncpg.connect(spare.owner)
    clock = Clock(connection)
    yield clock
    await clock.advance(seconds=0)
    await connection.close()


async def listed(run: Run) -> dict[str, str]:
    """The ids by their places."""
    finished = await run("keys", "list", "--json")
    assert (finished.code, finished.err) == (0, "")
    return {each["place"]: each["id"] for each in json.loads(finished.out)}


async def rotated(run: Run, *options: str) -> dict[str, Any]:
    finished = await run("keys", "rotate", "--json", *options)
    assert finished.code == 0, finished.err
    told: dict[str, Any] = json.loads(finished.out)
    return told


async def test_the_key_of_the_settings_is_the_first_of_the_ring(run: Run) -> None:
    empty = await run("keys", "list")
    told = await rotated(run, "--now")

    ids = {each["place"]: each["id"] for each in told["keys"]}
    assert empty.out == "There are no keys yet; the first gateway that starts makes them.\n"
    assert (told["rotated"], told["forgotten"]) == (True, None)
    assert ids["PREVIOUS"] == TOKENS.key_id
    assert await listed(run) == ids
    assert len(set(ids.values())) == 3


async def test_keys_move_up_and_the_oldest_is_forgotten(run: Run, clock: Clock) -> None:
    first = await rotated(run, "--now")
    before = await listed(run)
    await clock.advance(minutes=17)

    told = await rotated(run)

    after = await listed(run)
    assert (after["CURRENT"], after["PREVIOUS"]) == (before["NEXT"], before["CURRENT"])
    assert told["forgotten"] == before["PREVIOUS"] == first["keys"][2]["id"]
    assert after["NEXT"] not in before.values()


async def test_too_soon_is_refused_with_the_time_to_come_back(run: Run) -> None:
    await rotated(run, "--now")
    before = await listed(run)

    refused = await run("keys", "rotate")

    assert (refused.code, refused.out) == (1, "")
    assert "Nothing was changed: keys may be rotated again at " in refused.err
    assert await listed(run) == before


async def test_only_a_key_that_is_old_enough_is_rotated(run: Run, clock: Clock) -> None:
    await rotated(run, "--now")
    before = await listed(run)
    await clock.advance(days=29)
    young = await rotated(run, "--if-older-than", "30")
    between = await listed(run)
    await clock.advance(days=31)
    old = await rotated(run, "--if-older-than", "30")
    again = await rotated(run, "--if-older-than", "30")

    assert (young["rotated"], old["rotated"], again["rotated"]) == (False, True, False)
    assert between == before
    assert (await listed(run))["CURRENT"] == before["NEXT"]


async def test_keys_that_the_vault_does_not_open_are_told_in_one_sentence(run: Run) -> None:
    await rotated(run, "--now")
    before = await listed(run)

    refused = await run("keys", "rotate", "--now", TICKETBASE_VAULT_KEYS=new_vault_key())
    serving = await run("serve", TICKETBASE_VAULT_KEYS=new_vault_key())

    assert (refused.code, refused.out) == (1, "")
    assert "The signing keys cannot be opened" in refused.err
    assert (serving.code, "The signing keys in the database cannot be opened" in serving.err) == (1, True)
    assert await listed(run) == before


@pytest.mark.parametrize("days", ["-1", "old"])
async def test_an_age_that_is_none_is_a_usage_error(run: Run, days: str) -> None:
    refused = await run("keys", "rotate", "--if-older-than", days)

    assert (refused.code, refused.out) == (2, "")
