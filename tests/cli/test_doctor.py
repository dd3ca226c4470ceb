"""`ticketbase doctor` finds whatever is wrong, says it in words, and says what to do."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.roles import DATABASE
from tests.cli.conftest import Run, Superuser
from tests.commands import Finished
from tests.two_workers.platform import in_database

pytestmark = pytest.mark.asyncio

EVERYTHING = ["settings", "signing_key", "postgresql", "valkey", "object_storage", "mail", "row_security_and_safety"]
AWAY = "127.0.0.1:9"


def faults(finished: Finished) -> dict[str, list[str]]:
    """What it found, by name; empty lists are where all is well."""
    assert (finished.code, finished.err) == (1, "")
    diagnoses: list[dict[str, Any]] = json.loads(finished.out)
    assert all(each["ok"] == (not each["faults"]) for each in diagnoses)
    return {each["name"]: each["faults"] for each in diagnoses}


def only(name: str, fault: str) -> dict[str, list[str]]:
    return {each: [fault] if each == name else [] for each in EVERYTHING}


async def test_when_all_is_well_it_says_so_of_everything(run: Run) -> None:
    told = await run("doctor")

    assert told.code == 0
    assert told.out.splitlines() == [f"ok    {each.replace('_', ' ')}" for each in EVERYTHING]
    assert told.err == ""


async def test_programs_get_the_same_as_json(run: Run) -> None:
    told = await run("doctor", "--json")

    assert told.code == 0
    assert json.loads(told.out) == [{"name": each, "ok": True, "faults": []} for each in EVERYTHING]


async def test_people_read_the_fault_below_its_name(run: Run) -> None:
    told = await run("doctor", REDIS_URL=f"redis://:open-sesame@{AWAY}/0")

    assert told.code == 1
    assert told.out.splitlines()[3:5] == [
        "FAIL  valkey",
        "      ConnectionError: check REDIS_URL; until it is back, live streams read the database every second.",
    ]
    assert "open-sesame" not in told.out + told.err


async def test_a_wrong_password_is_told_without_it_and_the_rest_is_looked_at(run: Run, installation: Mapping[str, str]) -> None:
    wrong = installation["DATABASE_URL"].replace("ticketbase_app:", "ticketbase_app:open-sesame")
    found = faults(await run("doctor", "--json", DATABASE_URL=wrong, REDIS_URL=f"redis://{AWAY}/0"))

    assert list(found) == EVERYTHING[:-1]
    [told] = found["postgresql"]
    assert 'does not let ticketbase_app in (password authentication failed for user "ticketbase_app")' in told
    assert told.endswith("): check DATABASE_URL, and that the server runs.")
    assert "open-sesame" not in told
    assert [name for name, told in found.items() if told] == ["postgresql", "valkey"]


async def test_a_postgresql_that_is_away_is_told(run: Run) -> None:
    found = faults(await run("doctor", "--json", DATABASE_SYSTEM_URL=f"postgresql://ticketbase_system:x@{AWAY}/ticketbase"))

    [told] = found["postgresql"]
    assert told.startswith(f"PostgreSQL at {AWAY} does not let ticketbase_system in (")
    assert told.endswith("): check DATABASE_SYSTEM_URL, and that the server runs.")


async def test_a_superuser_is_told(run: Run, spare: DatabaseAddresses) -> None:
    found = faults(await run("doctor", "--json", DATABASE_URL=in_database(spare.superuser, DATABASE)))

    told = "Role postgres is a superuser, whom row security does not bind: use the role ticketbase_app in DATABASE_URL."
    assert found == only("row_security_and_safety", told)


async def test_an_unsafe_server_is_told(run: Run, superuser: Superuser) -> None:
    async with superuser.sets("fsync", "off"):
        found = faults(await run("doctor", "--json"))

    told = "PostgreSQL runs with fsync=off, so a crash could lose what was sold: set it to on."
    assert found == only("row_security_and_safety", told)


async def test_a_missing_bucket_is_told(run: Run) -> None:
    found = faults(await run("doctor", "--json", S3_BUCKET="nobody-made-this"))

    assert list(found) == EVERYTHING
    [told] = found["object_storage"]
    assert "the bucket nobody-made-this does not exist; create it or set S3_BUCKET" in told
    assert [name for name, told in found.items() if told] == ["object_storage"]


async def test_storage_and_mail_that_are_away_are_both_told(run: Run) -> None:
    found = faults(await run("doctor", "--json", S3_ENDPOINT=f"http://{AWAY}", SMTP_URL=f"smtp://{AWAY}"))

    assert [name for name, told in found.items() if told] == ["object_storage", "mail"]
    assert found["object_storage"][0].endswith(": check S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET.")
    assert found["mail"][0].endswith(": check SMTP_URL.")


async def test_settings_that_are_missing_or_wrong_are_all_told_at_once(run: Run) -> None:
    found = faults(await run("doctor", "--json", DATABASE_URL="", REDIS_URL="", TICKETBASE_PORT="many"))

    assert list(found) == ["settings"]
    assert [line.split()[0] for line in found["settings"][1:]] == ["DATABASE_URL", "REDIS_URL", "TICKETBASE_PORT"]
