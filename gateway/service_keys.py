"""Tells which service key a program shows, on every transport, and whether the key is still good."""

import re
from typing import Protocol
from uuid import UUID

from domain.attempts import to_show_service_key
from domain.refusals import Refused
from domain.secrets import digest
from domain.service_keys import PREFIX, KeyShown, is_secret
from domain.sessions import Caller
from domain.throttling import Throttle, TooManyAttempts
from domain.tokens import TokenInvalid
from gateway.remembered import Remembered

_SHOWN = re.compile(rf"bearer +({PREFIX}\S*)", re.IGNORECASE)


class GoodKeys(Protocol):
    """Finds keys that are good now, and notes that they were used."""

    async def by_secret(self, digest: bytes) -> KeyShown | None: ...
    async def by_id(self, key_id: UUID) -> KeyShown | None: ...


class ServiceKeyRing:
    """Reads the service key of a request; what is found is remembered for as long as a revocation may take to reach every replica."""

    def __init__(self, keys: GoodKeys, throttle: Throttle) -> None:
        self._throttle = throttle
        self._by_secret: Remembered[KeyShown | None] = Remembered(keys.by_secret)
        self._by_id: Remembered[KeyShown | None] = Remembered(keys.by_id)

    async def shown(self, authorization: str | None, caller: Caller) -> KeyShown | None:
        """The key, None where the request shows none; refused with TokenInvalid, or with TooManyAttempts whoever tries too many.

        What has not the form of a secret, checksum included, is not looked up.
        """
        match = _SHOWN.fullmatch(authorization.strip()) if authorization else None
        if match is None:
            return None
        if not is_secret(match[1]):
            raise Refused(TokenInvalid("it is no service key"))
        key = await self._found(digest(match[1]), caller)
        if key is None:
            raise Refused(TokenInvalid("there is no such service key, or it was revoked or has expired"))
        return key

    async def now(self, key_id: UUID) -> KeyShown | None:
        """The key as it is now; None when it is good no more."""
        return await self._by_id.get(key_id)

    async def _found(self, secret: bytes, caller: Caller) -> KeyShown | None:
        """The key; only what has to be looked up is counted, so that a program at work costs no round trip."""
        if self._by_secret.knows(secret):
            return await self._by_secret.get(secret)
        tries = to_show_service_key(caller)
        if retry_at := await self._throttle.take(tries):
            raise Refused(TooManyAttempts(retry_at))
        if key := await self._by_secret.get(secret):
            await self._throttle.give_back(tries)
        return key
