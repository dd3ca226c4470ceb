"""The store of second factors and recovery codes; the system's role alone sees them, and what they are made of is sealed.

Whatever reads or writes the codes of a person holds the lock of her second factor, so that those who come with the same code take turns.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from adapters.postgres.rows import Row, columns_of, facts_of
from adapters.postgres.transaction import Connection
from domain.two_factor import TwoFactor, TwoFactorState

STATE = """
SELECT f.enabled_at, (SELECT count(*) FROM recovery_codes c WHERE c.person_id = f.person_id AND c.used_at IS NULL) AS recovery_codes_left
FROM two_factors f WHERE f.person_id = $1 AND f.enabled_at IS NOT NULL
"""
FOR_CHANGE = f"SELECT {columns_of(TwoFactor)} FROM two_factors WHERE person_id = $1 FOR NO KEY UPDATE"
ENROLL = """
INSERT INTO two_factors (person_id, secret_sealed) VALUES ($1, $2)
ON CONFLICT (person_id) DO UPDATE SET secret_sealed = EXCLUDED.secret_sealed, enrolled_at = app_now(), last_step = 0
WHERE two_factors.enabled_at IS NULL
"""
ENABLE = "UPDATE two_factors SET enabled_at = $2 WHERE person_id = $1"
# The condition is what makes a code good once; PostgreSQL looks at it again when its turn comes.
ACCEPT = "UPDATE two_factors SET last_step = $2 WHERE person_id = $1 AND last_step < $2 RETURNING person_id"
FORGET_CODES = "DELETE FROM recovery_codes WHERE person_id = $1"
ADD_CODES = "INSERT INTO recovery_codes (person_id, code_hash) SELECT $1, unnest($2::bytea[])"
USE_CODE = """
UPDATE recovery_codes SET used_at = app_now() WHERE person_id = $1 AND code_hash = $2 AND used_at IS NULL RETURNING person_id
"""
REMOVE = "DELETE FROM two_factors WHERE person_id = $1"


class TwoFactorRow(Row, reads=TwoFactor):
    """Reads like a TwoFactor."""

    __slots__ = ()


class TwoFactorStore:
    """Implements `TwoFactors`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def state(self, person_id: UUID) -> TwoFactorState | None:
        """What the person sees."""
        row = await self._connection.fetchrow(STATE, person_id)
        return TwoFactorState(row["enabled_at"], row["recovery_codes_left"]) if row else None

    async def for_change(self, person_id: UUID) -> TwoFactor | None:
        """The second factor; it does not change elsewhere until the work ends."""
        row = await self._connection.fetchrow(FOR_CHANGE, person_id, record_class=TwoFactorRow)
        return TwoFactor(**facts_of(row, TwoFactor)) if row else None

    async def enroll(self, factor: TwoFactor) -> None:
        """Write it, where none is on."""
        await self._connection.execute(ENROLL, factor.person_id, factor.secret_sealed)

    async def enable(self, person_id: UUID, now: datetime) -> None:
        """It is on."""
        await self._connection.execute(ENABLE, person_id, now)

    async def accept(self, person_id: UUID, step: int) -> bool:
        """One statement looks and uses it up."""
        return await self._connection.fetchval(ACCEPT, person_id, step) is not None

    async def renew_codes(self, person_id: UUID, hashes: Sequence[bytes]) -> None:
        """These, and no others."""
        await self._connection.execute(FORGET_CODES, person_id)
        await self._connection.execute(ADD_CODES, person_id, hashes)

    async def use_code(self, person_id: UUID, code_hash: bytes) -> bool:
        """One statement looks and uses it up."""
        return await self._connection.fetchval(USE_CODE, person_id, code_hash) is not None

    async def remove(self, person_id: UUID) -> None:
        """Codes and challenges go with it."""
        await self._connection.execute(REMOVE, person_id)
