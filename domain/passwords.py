"""Passwords: which ones are taken, and the port behind which they are hashed and verified.

A password is normalized by NFKC before it is judged and hashed, as NIST SP 800-63B (5.1.1.2) advises: the same word typed on another
keyboard is the same password. Hashes that were made elsewhere are first verified with the password as it was typed.
"""

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from domain.predictable import is_predictable, kernel
from domain.refusals import ErrorCode, Refusal, Refused

SHORTEST = 10
"""Characters, after normalization."""
LONGEST_BYTES = 256
"""In UTF-8, after normalization."""
PRODUCT = "ticketbase"
SHORTEST_WORD = 4
"""Letters of a name or an address; shorter ones occur in other words by chance."""
LEFT_OVER = 8
"""Characters that a password has to have beside what is known of its owner."""


class Verdict(StrEnum):
    """What a password is to a stored hash; what is `right_but_old` is to be hashed anew and stored."""

    WRONG = "wrong"
    RIGHT = "right"
    RIGHT_BUT_OLD = "right_but_old"

    @property
    def is_right(self) -> bool:
        """Whether the password is the one that was hashed."""
        return self is not Verdict.WRONG


class PasswordFlaw(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    NOT_TEXT = "NOT_TEXT"
    COMMON = "COMMON"
    PREDICTABLE = "PREDICTABLE"
    PERSONAL = "PERSONAL"


SAID = {
    PasswordFlaw.TOO_SHORT: f"is too short: use {SHORTEST} characters or more; a few words in a row are easy to remember",
    PasswordFlaw.TOO_LONG: f"is too long: at most {LONGEST_BYTES} bytes are taken",
    PasswordFlaw.NOT_TEXT: "has characters that cannot be typed everywhere: leave out line breaks and control characters",
    PasswordFlaw.COMMON: "is one that many people use, so it is tried first: choose another",
    PasswordFlaw.PREDICTABLE: "follows a pattern such as 12345 or qwerty: choose another",
    PasswordFlaw.PERSONAL: "is made of your name, your e-mail address or ours: choose another",
}


@dataclass(frozen=True, slots=True)
class PasswordUnacceptable(Refusal):
    """The password is not taken, for this reason."""

    reason: PasswordFlaw
    at: tuple[str, ...] = ("input", "password")

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The password {SAID[self.reason]}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that carries the password."""
        return self.at


@dataclass(frozen=True, slots=True)
class PasswordsBusy(Refusal):
    """More passwords wait to be hashed than can be in time; nothing was done, and whether this one is right is not told."""

    retry_after_seconds: int

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person."""
        seconds = "a second" if self.retry_after_seconds == 1 else f"{self.retry_after_seconds} seconds"
        return f"Too many people are signing in at this moment; try again in {seconds}."


class Passwords(Protocol):
    """Hashes and verifies passwords, which is slow on purpose; refused with PasswordsBusy when too many wait already."""

    async def hash(self, password: str) -> str:
        """What to store."""

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """What the password is to the stored hash, made here or elsewhere; without one it is wrong, and that takes just as long."""

    def can_verify(self, stored: str) -> bool:
        """Whether this hash, made elsewhere, is of a form and a cost that are taken; ask before it is stored."""

    def is_common(self, word: str) -> bool:
        """Whether the word, in small letters, is one of those that many people use."""


def normalized(password: str) -> str:
    """The one spelling of a password."""
    return unicodedata.normalize("NFKC", password)


def expect_acceptable(
    password: str, *, email: str, name: str, is_common: Callable[[str], bool], at: tuple[str, ...] = ("input", "password")
) -> None:
    """Refuse with PasswordUnacceptable what is too short, too long, common, predictable, or known to whoever knows its owner.

    `is_common` is that of `Passwords`; an e-mail address or name that is not known is "".
    """
    if flaw := _flaw(password, email, name, is_common):
        raise Refused(PasswordUnacceptable(flaw, at))


def _flaw(password: str, email: str, name: str, is_common: Callable[[str], bool]) -> PasswordFlaw | None:
    # Normalization makes at most 18 characters of one, so what is far too long is not even looked at.
    if len(password) > LONGEST_BYTES:
        return PasswordFlaw.TOO_LONG
    if any(unicodedata.category(each) in {"Cc", "Cs"} for each in password):
        return PasswordFlaw.NOT_TEXT
    plain = normalized(password)
    if len(plain) < SHORTEST:
        return PasswordFlaw.TOO_SHORT
    if len(plain.encode()) > LONGEST_BYTES:
        return PasswordFlaw.TOO_LONG
    return _guessable(plain.casefold(), email, name, is_common)


def _guessable(word: str, email: str, name: str, is_common: Callable[[str], bool]) -> PasswordFlaw | None:
    if is_predictable(word):
        return PasswordFlaw.PREDICTABLE
    if any(is_common(each) for each in kernel(word)):
        return PasswordFlaw.COMMON
    address = normalized(email).casefold()
    if (address and address in word) or _is_made_of(word, _known_words(address, normalized(name).casefold())):
        return PasswordFlaw.PERSONAL
    return None


def _known_words(address: str, name: str) -> list[str]:
    """Longest first, so that a short one does not take a long one apart."""
    local, _, domain = address.partition("@")
    parts = (local, *_letters(local), *_letters(domain), name, "".join(_letters(name)), *_letters(name), PRODUCT)
    return sorted({each for each in parts if len(each) >= SHORTEST_WORD}, key=len, reverse=True)


def _letters(text: str) -> list[str]:
    return "".join(each if each.isalnum() else " " for each in text).split()


def _is_made_of(word: str, known: Iterable[str]) -> bool:
    """Whether too little is left of the word without what is known."""
    rest = word
    for each in known:
        rest = rest.replace(each, "")
    return rest != word and len(rest) < LEFT_OVER
