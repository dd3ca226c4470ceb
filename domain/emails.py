"""E-mail addresses: which ones are accepted, and when two of them are the same."""

import re

from domain.refusals import Faults

LONGEST = 254
"""Characters (RFC 5321, §4.5.3.1.3 without the brackets)."""

_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})")
_LONGEST_LOCAL = 64


def sought(text: str) -> str:
    """What was typed as addresses are kept, to look an account up by it; what no store takes is made part of no address."""
    return text.strip().lower().replace("\0", "\ufffd")


def read_email(faults: Faults, text: str, path: tuple[str, ...]) -> str:
    """The address in the one form in which it is kept: without blanks around it, in small letters. Notes a fault when it is none.

    Mail servers may tell capital letters apart before the @; none that people use does, and two accounts that differ by them only are one.
    """
    address = text.strip().lower()
    local, at, host = address.rpartition("@")
    fits = len(address) <= LONGEST and len(local) <= _LONGEST_LOCAL
    is_address = bool(at and fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(host))
    faults.check(is_address, path, "is not an e-mail address such as ada@example.org")
    return address
