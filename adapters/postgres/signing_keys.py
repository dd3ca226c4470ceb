"""The store of signing keys: sealed by the vault, of no tenant, changed by one at a time."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from adapters.postgres.transaction import TO_WRITE, Connection, Pool, keep, undo
from domain.signing_keys import Place, SigningKey, in_order
from domain.vault import Vault, binding

ALL = "SELECT id, place, key_sealed, created_at, placed_at FROM signing_keys"
# Readers are not kept waiting, and neither is a process that starts, unless the ring is still empty.
LOCK = "LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE"
FORGET_ALL = "DELETE FROM signing_keys"
ADD = "INSERT INTO signing_keys (id, place, key_sealed, created_at, placed_at) VALUES ($1, $2, $3, $4, $5)"


class PostgresSigningKeys:
    """Implements `SigningKeys` on the system role's pool."""

    def __init__(self, system_pool: Pool, vault: Vault) -> None:
        self._pool = system_pool
        self._vault = vault

    async def all(self) -> Sequence[SigningKey]:
        """The current one first. Raises Unsealable."""
        return _read(await self._pool.fetch(ALL), self._vault)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator["PostgresTurn"]:
        """One after another. Raises Unsealable."""
        connection = await self._pool.acquire()
        try:
            await connection.execute(f"{TO_WRITE}; {LOCK}")
            now = await connection.fetchval("SELECT app_now()")
            yield PostgresTurn(connection, self._vault, now, _read(await connection.fetch(ALL), self._vault))
        except BaseException as fault:
            await undo(self._pool, connection, fault)
            raise
        await keep(self._pool, connection)


class PostgresTurn:
    """Implements `Turn`."""

    def __init__(self, connection: Connection, vault: Vault, now: datetime, keys: Sequence[SigningKey]) -> None:
        self.now = now
        self.keys = keys
        self._connection = connection
        self._vault = vault

    async def keep(self, keys: Sequence[SigningKey]) -> None:
        """All of them are written anew."""
        await self._connection.execute(FORGET_ALL)
        for each in keys:
            sealed = self._vault.seal(each.secret, bound_to=_place_of(each.id))
            await self._connection.execute(ADD, each.id, each.place.value, sealed, each.created_at, each.placed_at)
        self.keys = keys


def _read(rows: Sequence[object], vault: Vault) -> Sequence[SigningKey]:
    return in_order([_key(row, vault) for row in rows])


def _key(row: object, vault: Vault) -> SigningKey:
    facts = dict(row)  # type: ignore[call-overload]
    secret = vault.open(facts["key_sealed"], bound_to=_place_of(facts["id"]))
    return SigningKey(facts["id"], Place(facts["place"]), secret, facts["created_at"], facts["placed_at"])


def _place_of(key_id: str) -> str:
    return binding("platform", "signing key", key_id, 1)
