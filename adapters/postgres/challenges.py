"""The store of challenges: sign-ins that wait for a second factor; the system's role alone sees them."""

from typing import Any
from uuid import UUID

from adapters.postgres.transaction import Connection
from domain.challenges import MOST_TRIES, Answering, Challenge
from domain.sessions import Carrier

# The lock of the second factor comes first here as everywhere, so that nobody waits for another in a circle.
ADD = """
INSERT INTO sign_in_challenges (token_hash, person_id, organization_id, carrier, expires_at)
SELECT $1, person_id, $3, $4, $5 FROM two_factors WHERE person_id = $2 AND enabled_at IS NOT NULL FOR NO KEY UPDATE
RETURNING person_id
"""
FORGET = "DELETE FROM sign_in_challenges WHERE person_id = $1 AND expires_at <= app_now()"
COLUMNS = "token_hash, person_id, organization_id, carrier, expires_at"
OPEN = f"""
token_hash = $1 AND organization_id IS NOT DISTINCT FROM $2 AND carrier = ANY($3::text[])
AND tries < {MOST_TRIES} AND expires_at > app_now()
"""
FIND = f"SELECT {COLUMNS} FROM sign_in_challenges WHERE {OPEN}"
TAKE_TRY = f"UPDATE sign_in_challenges SET tries = tries + 1 WHERE {OPEN} RETURNING {COLUMNS}"
END = "DELETE FROM sign_in_challenges WHERE token_hash = $1"
END_ALL = "DELETE FROM sign_in_challenges WHERE person_id = $1"
LOCK = "SELECT person_id FROM two_factors WHERE person_id = $1 FOR NO KEY UPDATE"


class ChallengeStore:
    """Implements `Challenges`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, challenge: Challenge) -> bool:
        """Write it, where it is asked for."""
        terms = (challenge.organization_id, challenge.carrier.value, challenge.expires_at)
        if await self._connection.fetchval(ADD, challenge.token_hash, challenge.person_id, *terms) is None:
            return False
        await self._connection.execute(FORGET, challenge.person_id)
        return True

    async def find(self, answering: Answering) -> Challenge | None:
        """As it stands."""
        return _challenge(await self._connection.fetchrow(FIND, *_asked(answering)))

    async def take_try(self, answering: Answering) -> Challenge | None:
        """One statement looks and counts."""
        return _challenge(await self._connection.fetchrow(TAKE_TRY, *_asked(answering)))

    async def end(self, token_hash: bytes) -> None:
        """Take it away."""
        await self._connection.execute(END, token_hash)

    async def end_all(self, person_id: UUID) -> None:
        """Take all of the person's away."""
        await self._connection.fetchval(LOCK, person_id)
        await self._connection.execute(END_ALL, person_id)


def _asked(answering: Answering) -> tuple[object, ...]:
    return answering.token_hash, answering.organization_id, [each.value for each in answering.carriers]


def _challenge(row: Any) -> Challenge | None:
    return Challenge(**{**dict(row), "carrier": Carrier(row["carrier"])}) if row else None
