"""Throttling: how often somebody may try what can be guessed, before he has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from domain.dates import to_the_second
from domain.refusals import ErrorCode, Refusal, Refused


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many tries in so many seconds, for everybody who shares the name."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class TooManyTries(Refusal):
    """Too much was guessed wrong, until `retry_at` (UTC); whether this try was right is not told."""

    retry_at: datetime

    code: ClassVar[ErrorCode] = ErrorCode.RATE_LIMITED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return f"Too many codes were tried that do not exist; try again at {to_the_second(self.retry_at)}."


@dataclass(frozen=True, slots=True)
class TooManyAttempts(Refusal):
    """Whoever wants in has tried too often, until `retry_at` (UTC); whether this attempt was right is not told."""

    retry_at: datetime

    code: ClassVar[ErrorCode] = ErrorCode.RATE_LIMITED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return f"There were too many attempts; try again at {to_the_second(self.retry_at)}."


@dataclass(frozen=True, slots=True)
class AttemptsUncounted(Refusal):
    """Attempts cannot be counted at the moment, so none is allowed."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Nobody can be let in at this moment; try again in a minute."


def refuse_until(retry_at: datetime | None) -> None:
    """Refuse with TooManyTries whoever used up what he was allowed."""
    if retry_at is not None:
        raise Refused(TooManyTries(retry_at))


class Throttle(Protocol):
    """Counts tries. They are taken before, so that racing ones are counted too, and given back when they were no guesses."""

    async def take(self, allowances: Sequence[Allowance]) -> datetime | None:
        """Count a try in each; when one of them was used up nothing is counted, and this is when it opens again (UTC)."""

    async def take_surely(self, allowances: Sequence[Allowance]) -> None:
        """Count a try in each; refused with TooManyAttempts when one was used up, and with AttemptsUncounted when nobody counts."""

    async def give_back(self, allowances: Sequence[Allowance]) -> None:
        """The try was none."""
