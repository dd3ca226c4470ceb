"""Password hashes that were made elsewhere: bcrypt, and scrypt as Node's tutorials store it."""

import hashlib
import hmac
import re
from collections.abc import Callable

import bcrypt

Check = Callable[[bytes], bool]

# Modular crypt format: version, cost, 22 characters of salt and 31 of digest.
BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
BCRYPT_READS = 72
"""Bytes; every bcrypt leaves out what follows, and the library refuses it."""
HIGHEST_COST = 15
"""About two seconds of a thread; each more takes twice as long, and an imported hash must not tie one up for hours."""

# Node's defaults: `scryptSync(password, salt, 64)`, the digest in hexadecimal, the salt as the text it was given as.
SALT_FIRST = re.compile(r"(?P<salt>[^:]{1,256}):(?P<digest>[0-9a-fA-F]{128})")
DIGEST_FIRST = re.compile(r"(?P<digest>[0-9a-fA-F]{128})\.(?P<salt>[^.]{1,256})")
HEXADECIMAL = re.compile(r"([0-9a-fA-F]{2})+")
SCRYPT_MEMORY = 64 * 1024 * 1024


def check_for(stored: str) -> Check | None:
    """What tells whether a password, in UTF-8, is the one that was hashed; None for a form or a cost that is not taken."""
    return _bcrypt(stored) or _scrypt(stored)


def _bcrypt(stored: str) -> Check | None:
    match = BCRYPT.fullmatch(stored)
    if match is None or not 4 <= int(match[1]) <= HIGHEST_COST:
        return None

    def check(password: bytes) -> bool:
        try:
            return bcrypt.checkpw(password[:BCRYPT_READS], stored.encode())
        except ValueError:  # a salt that no bcrypt could have written
            return False

    return check


def _scrypt(stored: str) -> Check | None:
    match = SALT_FIRST.fullmatch(stored) or DIGEST_FIRST.fullmatch(stored)
    if match is None:
        return None
    salts, digest = _salts(match["salt"]), bytes.fromhex(match["digest"])

    def check(password: bytes) -> bool:
        return any(hmac.compare_digest(_digest(password, salt), digest) for salt in salts)

    return check


def _salts(text: str) -> list[bytes]:
    """Most hand scrypt the hexadecimal text itself, some the bytes that it stands for; the stored form does not tell."""
    return [text.encode(), *([bytes.fromhex(text)] if HEXADECIMAL.fullmatch(text) else [])]


def _digest(password: bytes, salt: bytes) -> bytes:
    return hashlib.scrypt(password, salt=salt, n=16_384, r=8, p=1, maxmem=SCRYPT_MEMORY, dklen=64)
