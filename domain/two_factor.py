"""Two-factor sign-in: the secret of an authenticator, the codes it shows, and the codes for the day it is lost."""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol, TypeVar
from uuid import UUID

from domain.refusals import ErrorCode, Refusal, Refused
from domain.sessions import Method
from domain.vault import binding

Earned = TypeVar("Earned")

STEP_SECONDS = 30
"""How long an authenticator shows a code (RFC 6238)."""
DIGITS = 6
RECOVERY_CODES = 10
GROUPS, LETTERS_PER_GROUP = 3, 4
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: no letters that are taken for digits, so that a code can be read out. Twelve of them are 60 bits."""
_MISREAD = str.maketrans({"o": "0", "i": "1", "l": "1", " ": None, "-": None})
_LONGEST_TYPED = 64


@dataclass(frozen=True, slots=True)
class TwoFactor:
    """The second factor of a person; it waits for its first code until `enabled_at`. `last_step` is the newest step whose code was used."""

    person_id: UUID
    secret_sealed: bytes = field(repr=False)
    enabled_at: datetime | None = None
    last_step: int = 0

    typename: ClassVar[str] = "TwoFactor"


@dataclass(frozen=True, slots=True)
class TwoFactorState:
    """What a person sees of her second factor: since when it is on, and how many recovery codes are left."""

    enabled_at: datetime
    recovery_codes_left: int


@dataclass(frozen=True, slots=True)
class TwoFactorReset:
    """Whose second factor an operator took away, and how many of her sessions ended with it."""

    person_id: UUID
    sessions_ended: int


@dataclass(frozen=True, slots=True)
class QrCode:
    """A picture that an authenticator reads: an SVG document, and the same as an address for the `src` of an image."""

    svg: str = field(repr=False)
    data_uri: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Enrollment:
    """What an authenticator is told once: `secret` in base 32 for typing, `uri` with all there is to know, `qr` the same as a picture."""

    secret: str = field(repr=False)
    uri: str = field(repr=False)
    qr: QrCode = field(repr=False)


@dataclass(frozen=True, slots=True)
class GivenCode:
    """A code as it was meant: by which method, and without what people put between its characters."""

    method: Method
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TwoFactorOn(Refusal):
    """Somebody who has a second factor wants to enrol."""

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Two-factor sign-in is on already; turn it off before you enrol another authenticator."


@dataclass(frozen=True, slots=True)
class TwoFactorOff(Refusal):
    """There is no second factor to confirm, to change or to turn off."""

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Two-factor sign-in is not on; enrol an authenticator first."


@dataclass(frozen=True, slots=True)
class CodeWrong(Refusal):
    """The code is none that is good now; whether it ever was, is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "This code is wrong, too old, or was used already; wait for the next one, and check the clock of your device."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "code")


class OneTimePasswords(Protocol):
    """The arithmetic of authenticators (RFC 6238: SHA-1, six digits, thirty seconds)."""

    def new_secret(self) -> str:
        """A secret of 160 bits in base 32."""

    def steps_of(self, secret: str, code: str, at: datetime) -> Sequence[int]:
        """The steps since 1970 that show this code, among that of `at`, the one before and the one after; empty for a wrong code."""

    def uri(self, secret: str, account: str) -> str:
        """The otpauth address that an authenticator reads."""


class QrCodes(Protocol):
    """Draws what a camera reads."""

    def draw(self, text: str) -> QrCode:
        """The text as a picture."""


class TwoFactors(Protocol):
    """The store of second factors and recovery codes; it belongs to no tenant."""

    async def state(self, person_id: UUID) -> TwoFactorState | None:
        """What the person sees; None where it is off or waits for its first code."""

    async def for_change(self, person_id: UUID) -> TwoFactor | None:
        """The second factor, also one that waits, locked until the work ends."""

    async def enroll(self, factor: TwoFactor) -> None:
        """Write one that waits for its first code, in place of another that did."""

    async def enable(self, person_id: UUID, now: datetime) -> None:
        """It is asked for from now on."""

    async def accept(self, person_id: UUID, step: int) -> bool:
        """Use up the code of this step and of all before it; False, and nothing written, when that was done already."""

    async def renew_codes(self, person_id: UUID, hashes: Sequence[bytes]) -> None:
        """These recovery codes and no others."""

    async def use_code(self, person_id: UUID, code_hash: bytes) -> bool:
        """Use up a recovery code; False when there is none that is unused."""

    async def remove(self, person_id: UUID) -> None:
        """Take it away, with its recovery codes and the challenges that wait for it."""


def place_of_secret(person_id: UUID) -> str:
    """What the sealed secret is bound to: it opens for this person alone."""
    return binding("person", str(person_id), "totp", 1)


def read_code(typed: str) -> GivenCode:
    """The code that was typed: six digits are an authenticator's, anything else is a recovery code.

    Blanks, hyphens and case are nothing, and letters that look like digits are those.
    """
    text = typed.lower().translate(_MISREAD) if len(typed) <= _LONGEST_TYPED else ""
    is_number = len(text) == DIGITS and text.isascii() and text.isdigit()
    return GivenCode(Method.TOTP if is_number else Method.RECOVERY_CODE, text)


def recovery_code(secret: str) -> str:
    """A recovery code of 60 bits, made of an opaque secret of 256 bits: three groups of four characters."""
    number = int.from_bytes(hashlib.sha256(secret.encode()).digest(), "big")
    letters = "".join(ALPHABET[number >> 5 * at & 31] for at in range(GROUPS * LETTERS_PER_GROUP))
    return "-".join(letters[at : at + LETTERS_PER_GROUP] for at in range(0, len(letters), LETTERS_PER_GROUP))


def recovery_hash(totp_secret: str, text: str) -> bytes:
    """What is kept of a recovery code (as `read_code` has it), 32 bytes.

    60 bits could be guessed by whoever has a plain digest; this one is keyed with the authenticator's secret, which is sealed, so the
    database alone is not enough.
    """
    key = hmac.digest(totp_secret.encode(), b"ticketbase recovery codes", "sha256")
    return hmac.digest(key, text.encode(), "sha256")


def expect_not_on(factor: TwoFactor | None) -> None:
    """Refuse with TwoFactorOn where a second factor is asked for already."""
    if factor is not None and factor.enabled_at is not None:
        raise Refused(TwoFactorOn())


def expect_waiting(factor: TwoFactor | None) -> TwoFactor:
    """The second factor that waits for its first code; refused with TwoFactorOn or TwoFactorOff."""
    expect_not_on(factor)
    if factor is None:
        raise Refused(TwoFactorOff())
    return factor


def expect_on(factor: TwoFactor | None) -> TwoFactor:
    """The second factor that is asked for; refused with TwoFactorOff."""
    if factor is None or factor.enabled_at is None:
        raise Refused(TwoFactorOff())
    return factor


def expect_right(earned: Earned | None) -> Earned:
    """What a right code gives; refused with CodeWrong where there is nothing."""
    if earned is None:
        raise Refused(CodeWrong())
    return earned
