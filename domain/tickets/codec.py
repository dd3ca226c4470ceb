"""What the code on a ticket says, byte by byte, and how it is written for a camera or a link (docs/ticket-codes.md)."""

import base64
import binascii
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntFlag
from typing import Protocol
from uuid import UUID

from domain.tickets.base45 import read_base45, write_base45

VERSION = 1
KEY_ID_BYTES, SIGNATURE_BYTES = 8, 64
CONTEXT = b"ticketbase ticket\0"
"""Goes before what is signed, so that no signature made for anything else can pass for a ticket's."""
PREFIX = "TB:"
"""Begins the text that a camera reads; scanners tell by it that this is no code of somebody else's."""
HIGHEST_REVISION = 65_535

# Version, key id, ticket id, from, until, revision, flags; big-endian.
_FACTS = struct.Struct(f">B{KEY_ID_BYTES}s16sIIHB")
FACTS_BYTES = _FACTS.size
CODE_BYTES = FACTS_BYTES + SIGNATURE_BYTES
_SINCE_EVER, _WITHOUT_END = 0, 2**32 - 1
_KNOWN_FLAGS = 1


class CodeFlag(IntFlag):
    """What a code says besides; the bits that are not named here are zero."""

    NONE = 0
    COMPLIMENTARY = 1


@dataclass(frozen=True, slots=True)
class CodeFacts:
    """What is signed: which ticket, in which revision, from when until when (UTC, whole seconds; None without bound), by which key."""

    key_id: bytes
    ticket_id: UUID
    valid_from: datetime | None
    valid_until: datetime | None
    revision: int
    flags: CodeFlag = CodeFlag.NONE


@dataclass(frozen=True, slots=True)
class SignedCode:
    """The facts, the bytes that they came as, and the signature over those, which nobody has verified yet."""

    facts: CodeFacts
    signed: bytes
    signature: bytes


class CodeUnreadable(ValueError):
    """These are not the bytes, or the text, of a ticket's code of a version known here."""


class TicketSigner(Protocol):
    """Signs codes with an event's key (Ed25519), and verifies them with its public half. Keys are 32 bytes, signatures 64."""

    def sign(self, secret: bytes, message: bytes) -> bytes:
        """The signature; the same for the same message."""

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the message was signed with the secret half."""


def pack(facts: CodeFacts) -> bytes:
    """The bytes of the facts. Raises CodeUnreadable for what they cannot say."""
    begins, ends = _seconds(facts.valid_from, _SINCE_EVER), _seconds(facts.valid_until, _WITHOUT_END)
    if len(facts.key_id) != KEY_ID_BYTES or not 1 <= facts.revision <= HIGHEST_REVISION:
        raise CodeUnreadable("a key id has 8 bytes, and a revision is between 1 and 65,535")
    return _FACTS.pack(VERSION, facts.key_id, facts.ticket_id.bytes, begins, ends, facts.revision, facts.flags)


def message_of(signed: bytes) -> bytes:
    """What the signature is over."""
    return CONTEXT + signed


def read_code(code: bytes) -> SignedCode:
    """The code taken apart. Raises CodeUnreadable; whether the signature is right is for the caller to find out."""
    if len(code) != CODE_BYTES:
        raise CodeUnreadable(f"a code has {CODE_BYTES} bytes, not {len(code)}")
    signed, signature = code[:FACTS_BYTES], code[FACTS_BYTES:]
    version, key_id, ticket_id, begins, ends, revision, flags = _FACTS.unpack(signed)
    if version != VERSION:
        raise CodeUnreadable(f"version {version} of codes is not known")
    if not revision or flags & ~_KNOWN_FLAGS:
        raise CodeUnreadable("it says what version 1 cannot say")
    facts = CodeFacts(key_id, UUID(bytes=ticket_id), _time(begins, _SINCE_EVER), _time(ends, _WITHOUT_END), revision, CodeFlag(flags))
    return SignedCode(facts, signed, signature)


def for_cameras(code: bytes) -> str:
    """The text of the QR code: `TB:` and base 45, all of it in the alphanumeric mode's alphabet."""
    return PREFIX + write_base45(code)


def for_links(code: bytes) -> str:
    """The text for links and clipboards: base64url without padding."""
    return show_bytes(code)


def show_bytes(value: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def read_key_id(key_id: str) -> bytes:
    """The eight bytes of a key's id, as codes carry them."""
    return base64.urlsafe_b64decode(key_id + "=" * (-len(key_id) % 4))


def read_text(text: str) -> bytes:
    """The bytes behind either text; there is one spelling of each. Raises CodeUnreadable."""
    try:
        code = read_base45(text.removeprefix(PREFIX)) if text.startswith(PREFIX) else _read_base64url(text)
    except (ValueError, binascii.Error) as broken:
        raise CodeUnreadable("it is no text of a ticket's code") from broken
    return code


def _read_base64url(text: str) -> bytes:
    code = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if for_links(code) != text:
        raise CodeUnreadable("the same code is spelled otherwise")
    return code


def _seconds(time: datetime | None, otherwise: int) -> int:
    if time is None:
        return otherwise
    seconds = int(time.timestamp())
    if not _SINCE_EVER < seconds < _WITHOUT_END:
        raise CodeUnreadable("a bound is after 1970 and before February 2106")
    return seconds


def _time(seconds: int, boundless: int) -> datetime | None:
    return None if seconds == boundless else datetime.fromtimestamp(seconds, UTC)
