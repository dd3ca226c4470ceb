"""`ticketbase keys rotate-vault` brings every secret under the first key, once, however often it is stopped."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.sealed import SEALED, Rewrapped, Sealed, unlisted
from adapters.postgres.transaction import Pool
from gateway.cli.keys import ColumnsUnlisted, rotate
from tests.commands import ticketbase
from tests.vault.conftest import COLUMNS, LOCKERS, NEW, OLD, SAFES, TABLES, Cloakroom, vault

pytestmark = pytest.mark.asyncio

ALL = 3 * 30


async def run(room: Cloakroom, *keys: str, page: int = 7, tell: Callable[[Rewrapped], None] = lambda _: None) -> list[tuple[int, int, int]]:
    """Seen, rewrapped and closed of the lockers and of the safes."""
    outcome = await rotate(room.settings(*keys), COLUMNS, tell, page)
    assert [each.column for each in outcome] == [*SEALED, LOCKERS, SAFES]
    return [(each.seen, each.rewrapped, each.closed) for each in outcome[-2:]]


@pytest.mark.parametrize("page", [1, 7, 30, 500])
async def test_every_secret_of_every_tenant_and_of_nobody_comes_under_the_first_key(cloakroom: Cloakroom, page: int) -> None:
    await cloakroom.fill(vault(OLD))
    before = await cloakroom.opened(vault(OLD))

    done = await run(cloakroom, NEW, OLD, page=page)

    assert done == [(60, 60, 0), (30, 30, 0)]
    assert await cloakroom.opened(vault(NEW)) == before
    assert len(before) == ALL


async def test_a_second_run_writes_nothing(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD))
    await run(cloakroom, NEW, OLD)
    before = await cloakroom.sealed()

    done = await run(cloakroom, NEW, OLD)

    assert done == [(60, 0, 0), (30, 0, 0)]
    assert await cloakroom.sealed() == before


async def test_secrets_themselves_are_not_written_anew(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD), lockers=[], safes=[1])
    (before,) = await cloakroom.sealed()

    await run(cloakroom, NEW, OLD)

    (after,) = await cloakroom.sealed()
    secret = 12 + len(b"code 1") + 16
    assert after[-secret:] == before[-secret:]
    assert after[:-secret] != before[:-secret]


async def test_a_killed_run_goes_on_where_it_was(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD))
    before = await cloakroom.opened(vault(OLD))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "tests.vault.rotating",
        cwd=Path(__file__).parents[2], env={**cloakroom.environment(NEW, OLD), "PYTHONPATH": "."}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    for _ in range(len(SEALED) + 1):
        assert await process.stdout.readline()
    process.kill()
    await process.communicate()
    left = sum(vault(NEW, OLD).needs_rewrap(each) for each in await cloakroom.sealed())
    assert 0 < left < ALL
    assert await cloakroom.opened(vault(NEW, OLD)) == before

    done = await run(cloakroom, NEW, OLD)

    assert sum(rewrapped for _, rewrapped, _ in done) == left
    assert await cloakroom.opened(vault(NEW)) == before


async def test_what_somebody_writes_meanwhile_stays(cloakroom: Cloakroom) -> None:
    """He holds the row that the run waits for, and puts another secret into it, still under the old key."""
    await cloakroom.fill(vault(OLD), lockers=[], safes=range(3))
    fresh = vault(OLD).seal(b"fresh", bound_to="house|safe|safe 0001|1")
    async with cloakroom.system.acquire() as connection:
        changing = connection.transaction()
        await changing.start()
        await connection.execute("UPDATE safes SET code_sealed = $1 WHERE name = 'safe 0001'", fresh)
        running = asyncio.create_task(run(cloakroom, NEW, OLD))
        while not await cloakroom.owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
        await changing.commit()

    done = await running

    assert done[1] == (3, 3, 0)
    assert await cloakroom.opened(vault(NEW)) == [b"code 0", b"fresh", b"code 2"]


async def test_other_columns_changed_meanwhile_stay_too(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD), lockers=[1], safes=[])
    organization_id = await cloakroom.owner.fetchval("SELECT min(organization_id::text)::uuid FROM lockers")
    async with cloakroom.app.acquire() as connection:
        changing = connection.transaction()
        await changing.start()
        await connection.execute(f"SET LOCAL app.organization_id = '{organization_id}'")
        await connection.execute("UPDATE lockers SET label = 'by the door' WHERE number = 1")
        running = asyncio.create_task(run(cloakroom, NEW, OLD))
        while not await cloakroom.owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            await asyncio.sleep(0.01)
        await changing.commit()

    done = await running

    assert done[0] == (2, 2, 0)
    assert await cloakroom.owner.fetchval("SELECT count(*) FROM lockers WHERE label = 'by the door'") == 1
    assert await cloakroom.opened(vault(NEW)) == [b"code 1", b"code 1"]


async def test_two_runs_at_once_do_each_row_once(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD))

    one, other = await asyncio.gather(run(cloakroom, NEW, OLD), run(cloakroom, NEW, OLD))

    assert sum(rewrapped for _, rewrapped, _ in (*one, *other)) == ALL
    assert len(await cloakroom.opened(vault(NEW))) == ALL


async def test_what_no_key_opens_is_named_and_stops_nobody_else(cloakroom: Cloakroom) -> None:
    lost = vault("lost:" + OLD.partition(":")[2]).seal(b"gone", bound_to="house|safe|lost|1")
    await cloakroom.fill(vault(OLD), lockers=[], safes=range(9))
    await cloakroom.put_into_safe("lost", lost)
    await cloakroom.put_into_safe("a scrap", b"\x07")

    *_, safes = await rotate(cloakroom.settings(NEW, OLD), COLUMNS, lambda _: None, 4)

    assert (safes.seen, safes.rewrapped, safes.closed) == (11, 9, 2)
    assert safes.reasons == [
        "safes.code_sealed of name a scrap: it was not sealed by this vault, or by a newer version of it",
        "safes.code_sealed of name lost: the key 'lost' is not among those of the vault",
    ]
    assert lost in await cloakroom.sealed()


async def test_a_row_that_may_not_be_written_is_named_instead_of_tried_for_ever(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD), lockers=[], safes=range(3))
    async with harmed(
        cloakroom,
        "ALTER POLICY system ON safes WITH CHECK (true); CREATE POLICY part ON safes AS RESTRICTIVE FOR UPDATE "
        "TO ticketbase_system USING (name <> 'safe 0001')",
        "DROP POLICY part ON safes",
    ):
        *_, safes = await rotate(cloakroom.settings(NEW, OLD), COLUMNS, lambda _: None)

    assert (safes.rewrapped, safes.closed) == (2, 1)
    assert safes.reasons == ["safes.code_sealed of name safe 0001: the database shows it and does not let it be written"]


async def test_progress_is_told_after_every_page(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD), lockers=[], safes=range(10))
    told: list[tuple[str, int]] = []

    await run(cloakroom, NEW, OLD, page=4, tell=lambda sofar: told.append((str(sofar.column), sofar.rewrapped)))

    assert told[len(SEALED) :] == [("lockers.code_sealed", 0), *(("safes.code_sealed", count) for count in (4, 8, 10, 10))]


async def test_with_a_column_that_is_not_listed_nothing_is_changed(cloakroom: Cloakroom) -> None:
    await cloakroom.fill(vault(OLD))

    with pytest.raises(ColumnsUnlisted, match=r"lockers\.code_sealed"):
        await rotate(cloakroom.settings(NEW, OLD), (*SEALED, SAFES), lambda _: None)
    with pytest.raises(ColumnsUnlisted, match=r"vans\.code_sealed"):
        await rotate(cloakroom.settings(NEW, OLD), (*COLUMNS, Sealed("vans", ("id",), "code_sealed")), lambda _: None)

    assert len(await cloakroom.opened(vault(OLD))) == ALL


async def test_every_sealed_column_of_the_catalogue_is_listed(app_pool: Pool) -> None:
    """The trap: a key that is thrown away after a rotation, with a column left under it."""
    assert await unlisted(app_pool, SEALED) == []


async def test_letters_that_wait_come_under_the_first_key(cloakroom: Cloakroom) -> None:
    letter_id, place = new_id(), "platform|letter|x|1"
    sealed = vault(OLD).seal(b"Dear Olga", bound_to=place)
    post = "INSERT INTO letters (id, kind, content_sealed) VALUES ($1, 'RESET_PASSWORD', $2)"
    await cloakroom.app.execute(post, letter_id, sealed)

    letters, *_ = await rotate(cloakroom.settings(NEW, OLD), COLUMNS, lambda _: None)

    kept = await cloakroom.system.fetchval("DELETE FROM letters WHERE id = $1 RETURNING content_sealed", letter_id)
    assert (str(letters.column), letters.rewrapped) == ("letters.content_sealed", 1)
    assert vault(NEW).open(kept, bound_to=place) == b"Dear Olga"


RIGHTS = """
SELECT has_column_privilege($1, $2, $3, 'UPDATE') AND bool_and(has_column_privilege($1, $2, each, 'SELECT')) FROM unnest($4::text[]) AS each
"""


async def test_every_listed_column_may_be_read_and_written_by_the_role_that_rotates_it(owner: asyncpg.Connection) -> None:
    refused = [
        str(each)
        for each in SEALED
        if not await owner.fetchval(
            RIGHTS, "ticketbase_system" if each.by_system else "ticketbase_app", each.table, each.column, [*each.key, each.column]
        )
    ]

    assert refused == []


async def test_the_command_says_what_it_did_and_programs_get_it_as_json(cloakroom: Cloakroom, tmp_path: Path) -> None:
    """On a database as the migrations leave it: these tests' tables are away while it runs."""
    async with harmed(cloakroom, "DROP TABLE lockers, safes", None):
        told = await ticketbase(cloakroom.environment(NEW, OLD), tmp_path, "keys", "rotate-vault")
        as_json = await ticketbase(cloakroom.environment(NEW, OLD), tmp_path, "keys", "rotate-vault", "--json")

    first = NEW.partition(":")[0]
    assert (told.code, told.err.splitlines()) == (0, [f"{each}: 0 looked at, 0 rewrapped" for each in SEALED])
    assert told.out == f"All 0 secrets are under the key {first}, 0 of them since now; the other keys are needed no more.\n"
    nothing = {"seen": 0, "rewrapped": 0, "closed": 0, "reasons": []}
    assert json.loads(as_json.out) == {"key": first, "columns": [{"column": str(each), **nothing} for each in SEALED]}


async def test_the_command_refuses_in_words_and_with_a_code(cloakroom: Cloakroom, tmp_path: Path) -> None:
    unknown = await ticketbase(cloakroom.environment(NEW, OLD), tmp_path, "keys", "rotate-vault")
    keyless = await ticketbase(cloakroom.environment(), tmp_path, "keys", "rotate-vault")

    assert (unknown.code, unknown.out) == (1, "")
    assert "lockers.code_sealed, safes.code_sealed. Nothing was changed" in unknown.err
    assert (keyless.code, keyless.out) == (1, "")
    assert "TICKETBASE_VAULT_KEYS is not set" in keyless.err
    assert "Traceback" not in unknown.err + keyless.err


@asynccontextmanager
async def harmed(room: Cloakroom, harm: str, remedy: str | None) -> AsyncIterator[None]:
    """Do harm for as long as the block lasts; without a remedy the tables are made anew."""
    await room.owner.execute(harm)
    try:
        yield
    finally:
        await room.owner.execute(remedy or TABLES)
