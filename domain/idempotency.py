"""Idempotency: the same key with the same input gets the same answer; with another input it is refused."""

import hashlib
import json
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from domain.refusals import Fault, IdempotencyKeyReused, InputInvalid, Refused

LONGEST_KEY = 200


@dataclass(frozen=True, slots=True)
class Key:
    """A caller's key for one deed: `scope` is the buyer or person it belongs to, `fingerprint` the SHA-256 of the input."""

    scope: str
    deed: str
    key: str
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the first use of a key led to."""

    fingerprint: bytes
    result_id: UUID


class Answers(Protocol):
    """The store of keys used; a key used at the same time elsewhere waits for that work to end."""

    async def recall(self, key: Key) -> Answer | None:
        """The answer given to this key before."""

    async def remember(self, key: Key, result_id: UUID) -> None:
        """Keep the answer in this work."""


async def earlier(answers: Answers, key: Key | None) -> UUID | None:
    """What the same wish led to before, None when it is new or has no key; refused with IdempotencyKeyReused for another input."""
    return replayed(key, await answers.recall(key)) if key else None


async def once(answers: Answers, key: Key | None, result_id: UUID) -> None:
    """Bind the key to the result, or find it bound to it already; refused with IdempotencyKeyReused for another input."""
    if key and await earlier(answers, key) is None:
        await answers.remember(key, result_id)


def key_of(scope: str, deed: str, key: str | None, facts: object) -> Key | None:
    """The key for a deed's input (`facts`: plain JSON values); None without one; refused when it is blank, over-long or unprintable."""
    if key is None:
        return None
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise Refused(InputInvalid((Fault(("input", "idempotencyKey"), f"must be 1 to {LONGEST_KEY} printable characters"),)))
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"))
    return Key(scope, deed, key, hashlib.sha256(text.encode()).digest())


def replayed(key: Key, answer: Answer | None) -> UUID | None:
    """The first answer's result for the same input, None for a new key; refused with IdempotencyKeyReused for another input."""
    if answer is None:
        return None
    if answer.fingerprint != key.fingerprint:
        raise Refused(IdempotencyKeyReused(answer.result_id))
    return answer.result_id
