"""Letters in PostgreSQL: written sealed with the deed that they tell of, taken out by workers, one lease at a time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import structlog

from adapters.postgres.transaction import Connection, Pool
from domain.letters import DeadLetter, Letter, LetterKind, Sealing, WaitingLetter

POST = """
INSERT INTO letters (id, organization_id, kind, content_sealed)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[])
"""

# Longer than a batch can take, each letter of which has half a minute.
LEASE = timedelta(minutes=10)

IS_ANY_DUE = "SELECT EXISTS (SELECT FROM letters WHERE died_at IS NULL AND due_at <= app_now())"
CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM letters WHERE died_at IS NULL AND due_at <= app_now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
), claimed AS (
    UPDATE letters SET due_at = app_now() + $2::interval FROM due WHERE letters.id = due.id
    RETURNING letters.id, organization_id, kind, content_sealed, posted_at, tries, due_at AS lease
)
SELECT claimed.*, organizations.name AS sender FROM claimed LEFT JOIN organizations ON organizations.id = organization_id
ORDER BY posted_at, claimed.id
"""
SENT = "DELETE FROM letters WHERE id = $1 RETURNING 1"
# Whose lease has ended has nothing more to say: the letter may be in other hands.
PUT_OFF = "UPDATE letters SET tries = tries + 1, due_at = app_now() + $3::interval WHERE id = $1 AND due_at = $2 RETURNING 1"
GIVE_UP = "UPDATE letters SET tries = tries + 1, died_at = app_now(), fault = $3 WHERE id = $1 AND due_at = $2 RETURNING 1"
GIVE_BACK = """
UPDATE letters SET due_at = app_now() FROM unnest($1::uuid[], $2::timestamptz[]) AS given (id, lease)
WHERE letters.id = given.id AND due_at = lease RETURNING 1
"""

DEAD = """
SELECT id, organization_id, kind, tries, fault, posted_at, died_at FROM letters
WHERE died_at IS NOT NULL AND ($1::timestamptz IS NULL OR (died_at, id) > ($1, $2)) ORDER BY died_at, id LIMIT 1000
"""
RETRY = """
UPDATE letters SET died_at = NULL, fault = NULL, tries = 0, due_at = app_now()
WHERE id = ANY ($1::uuid[]) AND died_at IS NOT NULL RETURNING id
"""
FORGET = """
DELETE FROM letters WHERE id IN (SELECT id FROM letters WHERE died_at < app_now() - $1::interval ORDER BY died_at LIMIT 1000) RETURNING id
"""

log = structlog.get_logger("ticketbase.letters")


async def post(connection: Connection, sealing: Sealing, letters: Sequence[Letter]) -> None:
    """Write the letters, sealed, in one statement of the transaction that is open on the connection."""
    await connection.execute(
        POST,
        [each.id for each in letters],
        [each.organization_id for each in letters],
        [each.kind.value for each in letters],
        [sealing.seal(_content(each), bound_to=_bound_to(each.organization_id, each.id)) for each in letters],
    )


class PostgresLetters:
    """Implements `LetterQueue` on the system role's pool."""

    def __init__(self, system_pool: Pool, sealing: Sealing) -> None:
        self._pool, self._sealing = system_pool, sealing

    async def claim(self, at_most: int) -> Sequence[WaitingLetter]:
        """Those that are due, the oldest first; asking costs one look-up when there are none."""
        if not await self._pool.fetchval(IS_ANY_DUE):
            return []
        return [self._waiting(row) for row in await self._pool.fetch(CLAIM, at_most, LEASE)]

    async def sent(self, waiting: WaitingLetter) -> None:
        """It was sent, so it goes, whoever holds it now."""
        await self._pool.fetchval(SENT, waiting.id)

    async def put_off(self, waiting: WaitingLetter, wait: timedelta) -> None:
        """Due again after this time."""
        await self._pool.fetchval(PUT_OFF, waiting.id, waiting.lease, wait)

    async def give_up(self, waiting: WaitingLetter, fault: str) -> None:
        """Kept among the dead letters."""
        await self._pool.fetchval(GIVE_UP, waiting.id, waiting.lease, fault)

    async def give_back(self, waiting: Sequence[WaitingLetter]) -> None:
        """Due at once."""
        if waiting:
            await self._pool.fetch(GIVE_BACK, [each.id for each in waiting], [each.lease for each in waiting])

    def _waiting(self, row: Any) -> WaitingLetter:
        return WaitingLetter(
            id=row["id"],
            organization_id=row["organization_id"],
            kind=row["kind"],
            sender=row["sender"],
            posted_at=row["posted_at"],
            tries=row["tries"],
            lease=row["lease"],
            letter=self._opened(row),
        )

    def _opened(self, row: Any) -> Letter | None:
        """The letter, None when its key is not here or its kind is not known: another worker, or a later version, may read it."""
        try:
            content = orjson.loads(self._sealing.open(row["content_sealed"], bound_to=_bound_to(row["organization_id"], row["id"])))
            kind = LetterKind(row["kind"])
            return Letter(row["id"], row["organization_id"], content["to"], content["locale"], kind, content["facts"])
        except Exception as fault:  # noqa: BLE001 - told here; one that cannot be opened must not keep the others waiting
            log.warning("letter_not_opened", letter=str(row["id"]), kind=row["kind"], fault=type(fault).__name__)
            return None


class PostgresDeadLetters:
    """The letters that were given up, on the system role's pool; none of them is opened here."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def all(self) -> Sequence[DeadLetter]:
        """Those that died first come first."""
        found: list[DeadLetter] = []
        after: tuple[Any, Any] = (None, None)
        while rows := await self._pool.fetch(DEAD, *after):
            found += [DeadLetter(**dict(row)) for row in rows]
            after = (found[-1].died_at, found[-1].id)
        return found

    async def retry(self, ids: Sequence[UUID]) -> Sequence[UUID]:
        """Make these due again, with all tries before them; which of them were dead letters."""
        return [row["id"] for row in await self._pool.fetch(RETRY, ids)]

    async def forget(self, after: timedelta) -> int:
        """Delete those that died so long ago, a thousand at most; how many they were."""
        return len(await self._pool.fetch(FORGET, after))


def _content(letter: Letter) -> bytes:
    return orjson.dumps({"to": letter.to, "locale": letter.locale, "facts": dict(letter.facts)})


def _bound_to(organization_id: UUID | None, id: UUID) -> str:
    """What a sealed letter belongs to: moved to another row or another tenant it cannot be opened."""
    return f"{organization_id or 'platform'}|letter|{id}|1"
