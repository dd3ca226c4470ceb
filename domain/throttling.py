"""Throttling: how often somebody may try what can be guessed, before he has to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from domain.refusals import ErrorCode, Refusal, Refused


@dataclass(frozen=True, slots=True)
class Allowance:
    """So many tries in so many seconds, for everybody who shares the name."""

    name: str
    most: int
    seconds: int


@dataclass(frozen=True, slots=True)
class TooManyTries(Refusal):
    """Too much was guessed wrong; whether this try was right is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.RATE_LIMITED

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Too many codes were tried that do not exist; try again in a few minutes."


@dataclass(frozen=True, slots=True)
class TooManyAttempts(Refusal):
    """Whoever wants in has tried too often; whether this attempt was right is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.RATE_LIMITED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "There were too many attempts; try again in a quarter of an hour."


@dataclass(frozen=True, slots=True)
class AttemptsUncounted(Refusal):
    """Attempts cannot be counted at the moment, so none is allowed."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Nobody can be let in at this moment; try again in a minute."


def refuse_unless(allowed: bool) -> None:  # noqa: FBT001 - the only fact
    """Refuse with TooManyTries whoever used up what he was allowed."""
    if not allowed:
        raise Refused(TooManyTries())


class Throttle(Protocol):
    """Counts tries. They are taken before, so that racing ones are counted too, and given back when they were no guesses."""

    async def take(self, allowances: Sequence[Allowance]) -> bool:
        """Count a try in each; False, and nothing counted, when one of them was used up."""

    async def take_surely(self, allowances: Sequence[Allowance]) -> None:
        """Count a try in each; refused with TooManyAttempts when one was used up, and with AttemptsUncounted when nobody counts."""

    async def give_back(self, allowances: Sequence[Allowance]) -> None:
        """The try was none."""
