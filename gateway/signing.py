"""The ring of signing keys as a process holds it: read from the database, kept up to date, seeded with the key of the settings."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog

from adapters.crypto.tokens import SignedTokens, named, new_signing_key, read_signing_key
from adapters.postgres.signing_keys import PostgresSigningKeys
from domain import signing_keys as rules
from domain.refusals import Refused
from domain.signing_keys import SigningKey, SigningKeys
from domain.tokens import KEY_UNKNOWN, Claims
from domain.vault import Unsealable
from gateway.database import DatabaseRefused, Pools
from gateway.settings import Settings, TokenTerms
from gateway.vault_keys import vault_of

# Seconds. Keys are promised to be noticed within `domain.signing_keys.NOTICED`; whoever makes key names up costs a look a second.
BETWEEN_LOOKS, AFTER_UNKNOWN = 10.0, 1.0

log = structlog.get_logger("ticketbase.signing")


class KeyRing:
    """Signs and reads tokens with the keys that are in the database."""

    def __init__(self, keys: SigningKeys, terms: TokenTerms) -> None:
        seed = read_signing_key(terms.signing_key.reveal())
        self.tokens = SignedTokens(seed, issuer=terms.issuer, audience=terms.audience)
        self._keys = keys
        self._seed = named(seed)
        self._ids: Sequence[str] = ()
        self._looked_at = 0.0
        self._looking = asyncio.Lock()

    async def open(self) -> None:
        """Take the keys there are; where there are none the key of the settings becomes the first. Raises Unsealable."""
        keys = await self._keys.all()
        if not keys:
            async with self._keys.turn() as turn:
                await seed(turn, self._seed)
                keys = turn.keys
        self._hold(keys)

    async def read(self, token: str) -> Claims:
        """What the token says; refused with TokenInvalid. A key not heard of yet may have been made a moment ago, elsewhere."""
        try:
            return self.tokens.read(token)
        except Refused as no:
            if no.refusal != KEY_UNKNOWN or not await self._look_again():
                raise
        return self.tokens.read(token)

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """Look at the keys every few seconds for as long as the block lasts."""
        task = asyncio.create_task(self._follow(), name="signing keys")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _follow(self) -> None:
        """Whatever keeps the keys from being read, those that are known go on to be used."""
        while True:
            await asyncio.sleep(BETWEEN_LOOKS)
            try:
                await self._look()
            except Exception as fault:  # noqa: BLE001 - it is told, and tried again
                log.warning("signing_keys_not_read", fault=type(fault).__name__)

    async def _look_again(self) -> bool:
        """Whether the keys are others now than they were a moment ago. Those who ask at once share one look."""
        before = self._ids
        async with self._looking:
            if self._ids is before and time.monotonic() - self._looked_at >= AFTER_UNKNOWN:
                await self._look()
        return self._ids is not before

    async def _look(self) -> None:
        self._looked_at = time.monotonic()
        before, keys = self._ids, await self._keys.all()
        if keys:
            self._hold(keys)
        if self._ids is not before:
            log.info("signing_keys_changed", current=self._ids[0])

    def _hold(self, keys: Sequence[SigningKey]) -> None:
        ids = [each.id for each in keys]
        if ids != self._ids:
            self.tokens.hold([each.secret for each in keys])
            self._ids = ids


async def seed(turn: rules.Turn, first: tuple[str, bytes]) -> None:
    """Make a ring of this key and a new next one, where there is none."""
    if not turn.keys:
        await turn.keep(rules.first_keys(first, new_signing_key(), turn.now))


async def open_ring(settings: Settings, pools: Pools) -> KeyRing:
    """The ring of this installation. Raises SigningKeyInvalid, and DatabaseRefused where the vault does not open its keys."""
    ring = KeyRing(PostgresSigningKeys(pools.system, vault_of(settings.vault_keys)), settings.tokens)
    try:
        await ring.open()
    except Unsealable as closed:
        raise DatabaseRefused(f"The signing keys in the database cannot be opened ({closed}): check TICKETBASE_VAULT_KEYS.") from closed
    return ring
