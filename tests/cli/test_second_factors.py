"""`ticketbase people reset-two-factor` lets somebody in again who has lost her second factor, and tells her so."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.letters import PostgresLetters
from domain.letters import LetterKind
from gateway.database import open_pool
from gateway.embedded.postgres import DatabaseAddresses
from gateway.vault_keys import vault_keys, vault_of
from tests.cli.conftest import Run

pytestmark = pytest.mark.asyncio

SESSION = """
INSERT INTO sessions (id, person_id, organization_id, device, methods, created_at, last_seen_at, idle_seconds, expires_at, revoked_at)
SELECT gen_random_uuid(), $1, id, 'curl', '{PASSWORD}', app_now(), app_now(), 600, app_now() + interval '1 day', $2
FROM organizations LIMIT 1
"""
LEFT = """
SELECT (SELECT count(*) FROM two_factors WHERE person_id = $1) AS factors,
    (SELECT count(*) FROM recovery_codes WHERE person_id = $1) AS codes,
    (SELECT count(*) FROM sign_in_challenges WHERE person_id = $1) AS challenges,
    (SELECT count(*) FROM sessions WHERE person_id = $1 AND revoked_at IS NULL) AS sessions
"""
UNTOUCHED = {"factors": 1, "codes": 1, "challenges": 1, "sessions": 2}


@dataclass(frozen=True)
class Guarded:
    """Somebody with a second factor, a recovery code, a challenge that waits and two sessions."""

    id: UUID
    email: str
    pool: Any

    async def left(self) -> dict[str, int]:
        """What there is of all that."""
        return dict(await self.pool.fetchrow(LEFT, self.id))


@pytest_asyncio.fixture
async def ada(spare: DatabaseAddresses, hall: Any) -> AsyncIterator[Guarded]:
    person, email = new_id(), f"ada-{new_id()}@example.org"
    async with open_pool(spare.system, 1) as pool:
        await pool.execute("DELETE FROM letters")
        await pool.execute("INSERT INTO people (id, name, email) VALUES ($1, 'Ada', $2)", person, email)
        await pool.execute("INSERT INTO accounts (person_id, email_verified_at) VALUES ($1, app_now())", person)
        await pool.execute("INSERT INTO two_factors (person_id, secret_sealed) VALUES ($1, 'sealed')", person)
        await pool.execute("UPDATE two_factors SET enabled_at = app_now() WHERE person_id = $1", person)
        await pool.execute("INSERT INTO recovery_codes (person_id, code_hash) VALUES ($1, 'hash')", person)
        waits = "INSERT INTO sign_in_challenges (token_hash, person_id, carrier, expires_at) VALUES ($1, $2, 'COOKIE', app_now() + '5 min')"
        await pool.execute(waits, person.bytes, person)
        for _ in range(2):
            await pool.execute(SESSION, person, None)
        yield Guarded(person, email, pool)


async def test_her_second_factor_goes_with_all_that_belongs_to_it(run: Run, ada: Guarded) -> None:
    done = await run("people", "reset-two-factor", f" {ada.email.upper()} ", "--yes")
    again = await run("people", "reset-two-factor", ada.email, "--yes")

    assert (done.code, done.out) == (
        0,
        f"{ada.email} signs in by password alone from now on; 2 sessions were ended, and a letter is on its way.\n",
    )
    assert await ada.left() == {"factors": 0, "codes": 0, "challenges": 0, "sessions": 0}
    assert (again.code, again.out) == (1, "")
    assert again.err.endswith(f"{ada.email} has no two-factor sign-in.\n")


async def test_it_is_logged_without_her_address_and_she_is_told(run: Run, ada: Guarded, installation: dict[str, str]) -> None:
    done = await run("people", "reset-two-factor", ada.email, "--yes", "--json", TICKETBASE_LOG_FORMAT="json")

    assert json.loads(done.out) == {"personId": str(ada.id), "sessionsEnded": 2}
    [line] = [json.loads(each) for each in done.err.splitlines()]
    assert (line["event"], line["person_id"], line["sessions_ended"]) == ("two_factor_reset", str(ada.id), 2)
    assert ada.email not in done.err
    vault = vault_of(vault_keys(installation["TICKETBASE_VAULT_KEYS"]))
    [waiting] = await PostgresLetters(ada.pool, vault).claim(10)
    assert waiting.letter
    assert (waiting.letter.to, waiting.letter.kind, waiting.letter.facts["change"]) == (ada.email, LetterKind.TWO_FACTOR_CHANGED, "RESET")


@pytest.mark.parametrize("said", ["n\n", "\n", ""], ids=["no", "nothing", "gone"])
async def test_without_a_yes_nothing_happens(run: Run, ada: Guarded, said: str) -> None:
    asked = await run("people", "reset-two-factor", ada.email, said=said)

    assert asked.code == 1
    assert f"Turn off two-factor sign-in for {ada.email}" in asked.err
    assert await ada.left() == UNTOUCHED


async def test_a_yes_is_enough(run: Run, ada: Guarded) -> None:
    asked = await run("people", "reset-two-factor", ada.email, said="y\n")

    assert asked.code == 0
    assert (await ada.left())["factors"] == 0


async def test_nobodys_address_changes_nothing(run: Run, ada: Guarded) -> None:
    refused = await run("people", "reset-two-factor", "nobody@example.org", "--yes")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.endswith("There is no account with the address nobody@example.org.\n")
    assert await ada.left() == UNTOUCHED
