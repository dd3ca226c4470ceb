"""Access tokens: what they say, and why one is turned away."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID

from domain.foreign_sessions import ForeignSession
from domain.refusals import ErrorCode, Refusal


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom a token speaks for: a person within an organization until `expires_at` (seconds since 1970).

    `permissions_version` is the membership's version when it was issued (`pv`), 0 for one who is no member; the membership itself stays
    the truth. `session_id` (`sid`) is None for an operator's token. `foreign` is what a front end's session says, where that was shown
    instead of a token.
    """

    person_id: UUID
    organization_id: UUID
    permissions_version: int
    expires_at: int
    session_id: UUID | None = None
    foreign: ForeignSession | None = None


@dataclass(frozen=True, slots=True)
class TokenInvalid(Refusal):
    """The access token is not accepted; `reason` says why without repeating any of it."""

    reason: str

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The access token is not accepted: {self.reason}. Sign in again."


KEY_UNKNOWN = TokenInvalid("its key is not known")
"""Perhaps of a key that was made a moment ago: look at the keys again before believing it."""


class Tokens(Protocol):
    """Issues and reads access tokens."""

    def issue(self, claims: Claims) -> str:
        """The signed token for these claims."""

    def read(self, token: str) -> Claims:
        """What the token says; refused with TokenInvalid."""

    def successors(self, refresh: str) -> Sequence[str]:
        """The refresh tokens that may follow this one, the one to issue first: always the same, so that a lost answer can be repeated.

        Only who signs tokens can tell them.
        """
