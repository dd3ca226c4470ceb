"""Challenges: the minutes between the right password and the second factor, in which nobody is signed in yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, Protocol
from uuid import UUID

from domain.refusals import ErrorCode, Refusal, Refused
from domain.sessions import Carrier, Method

LASTS = timedelta(minutes=5)
MOST_TRIES = 5
"""Codes that may be tried; whoever was wrong so often begins with the password again."""
METHODS = (Method.TOTP, Method.RECOVERY_CODE)


@dataclass(frozen=True, slots=True)
class Challenge:
    """Somebody who gave her password and owes a code, by the digest of its secret.

    It is answered at the organization where it began (None where none was named), and gives what was asked for at the beginning.
    """

    token_hash: bytes = field(repr=False)
    person_id: UUID
    organization_id: UUID | None
    carrier: Carrier
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answering:
    """Which challenge is answered: by the digest of its secret, where, and what may be handed out there."""

    token_hash: bytes = field(repr=False)
    organization_id: UUID | None
    carriers: Sequence[Carrier]


@dataclass(frozen=True, slots=True)
class SecondFactorRequired(Refusal):
    """The password was right, and a code is owed; `challenge` is the secret to answer with until `expires_at`."""

    challenge: str = field(repr=False)
    expires_at: datetime
    methods: tuple[Method, ...] = METHODS

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Enter the code that your authenticator shows, or one of your recovery codes."


@dataclass(frozen=True, slots=True)
class ChallengeEnded(Refusal):
    """The challenge was answered, is too old, was tried too often, or never was; which, is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "This sign-in took too long or had too many wrong codes; begin again with your password."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "challenge")


class Challenges(Protocol):
    """The store of challenges; it belongs to no tenant."""

    async def add(self, challenge: Challenge) -> bool:
        """Write it, and forget the person's that are too old; False, and nothing written, where no second factor is on."""

    async def find(self, answering: Answering) -> Challenge | None:
        """The challenge, while it can be answered."""

    async def take_try(self, answering: Answering) -> Challenge | None:
        """The same, with one try counted; it is locked until the work ends."""

    async def end(self, token_hash: bytes) -> None:
        """It was answered."""

    async def end_all(self, person_id: UUID) -> None:
        """None of the person's can be answered any more."""


def open_challenge(token_hash: bytes, person_id: UUID, organization_id: UUID | None, carrier: Carrier, now: datetime) -> Challenge:
    """A new challenge, from now on."""
    return Challenge(token_hash, person_id, organization_id, carrier, now + LASTS)


def expect_open(challenge: Challenge | None) -> Challenge:
    """The challenge that can be answered; refused with ChallengeEnded."""
    if challenge is None:
        raise Refused(ChallengeEnded())
    return challenge
