"""Reads which languages a caller prefers."""

import re
from functools import lru_cache

_RANGE = re.compile(r"\s*([a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*)\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?")
_READ_AT_MOST = 10
_LONGEST_HEADER = 500


def preferred(accept_language: str, default: str) -> tuple[str, ...]:
    """The languages of an `Accept-Language` header (RFC 9110 §12.5.4), best first, then `default`; malformed parts are passed over."""
    return _read(accept_language[:_LONGEST_HEADER], default)


@lru_cache(maxsize=1_024)
def _read(header: str, default: str) -> tuple[str, ...]:
    """Browsers repeat themselves: what they send is read once."""
    parts = header.split(",")[:_READ_AT_MOST]
    weighed = [(float(match[2] or 1), _canonical(match[1])) for part in parts if (match := _RANGE.fullmatch(part))]
    best_first = [name for weight, name in sorted(weighed, key=lambda each: -each[0]) if weight > 0]
    return tuple(dict.fromkeys([*best_first, default]))


def _canonical(tag: str) -> str:
    """`DE-ch` as `de-CH`, `zh-hant` as `zh-Hant`, the way localized texts name their languages."""
    language, *rest = tag.split("-")
    return "-".join([language.lower(), *(each.upper() if len(each) == 2 else each.title() for each in rest)])
