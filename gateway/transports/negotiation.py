"""Finds out in which form a client wants its answer, and whether what it sent is JSON (RFC 9110, §12.5.1; GraphQL over HTTP)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
HTML = "text/html"
# A comma or semicolon inside quotes separates nothing: multipart/mixed;boundary="a,b".
LIST = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
PARTS = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
KNOWN_LENGTH = 256
RANGES = 32
"""An Accept header with more ranges than this is cut: no client needs them, and each costs time."""


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One range of an Accept header, or one media type: lower-case name, its parameters, its weight between 0 and 1."""

    name: str
    parameters: Mapping[str, str]
    weight: float = 1.0

    def covers(self, media_type: str) -> bool:
        """Whether this range names the media type, outright or by wildcard."""
        return self.name in (media_type, "*/*") or self.name == f"{media_type.partition('/')[0]}/*"


def read_accept(header: str | None) -> Sequence[MediaRange]:
    """The ranges a client accepts, best first, in its order where weights are equal. Nothing said means anything goes."""
    asked = header or "*/*"
    return _read_known(asked) if len(asked) <= KNOWN_LENGTH else _read_ranges(asked)


def choose(ranges: Sequence[MediaRange], offered: Sequence[str]) -> str | None:
    """The offered media type that the client likes best; where it leaves the choice, the first that is offered.

    A type that is named with weight 0 is excluded even from a wildcard.
    """
    excluded = {each.name for each in ranges if each.weight <= 0}
    for accepted in ranges:
        for media_type in offered:
            if accepted.weight > 0 and media_type not in excluded and accepted.covers(media_type):
                return media_type
    return None


def prefers_page(header: str | None) -> bool:
    """Whether a person with a browser is asking: text/html is named, and nothing GraphQL speaks is liked as much."""
    ranges = [each for each in read_accept(header) if each.weight > 0]
    page = next((each.weight for each in ranges if each.name == HTML), 0.0)
    others = (each.weight for each in ranges if each.name in (JSON, GRAPHQL_JSON))
    return page > max(others, default=0.0)


def find_fault_in_type(content_type: str | None, content_encoding: str | None) -> str | None:
    """Why a body of this type cannot be read; None when it is JSON in UTF-8."""
    if content_encoding and content_encoding.strip().lower() != "identity":
        return "The body must not be compressed."
    if not content_type:
        return f"The header Content-Type is missing: send {JSON}."
    sent = _read_known_type(content_type) if len(content_type) <= KNOWN_LENGTH else _read_range(content_type)
    if sent.name != JSON:
        return f"The body must be {JSON}, not {sent.name[:80]}."
    if sent.parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        return "The body must be encoded in UTF-8."
    return None


def _read_ranges(header: str) -> Sequence[MediaRange]:
    ranges = [_read_range(each) for each in LIST.findall(header)[:RANGES] if each.strip()]
    return sorted(ranges, key=lambda each: -each.weight)


@lru_cache(maxsize=256)
def _read_known(header: str) -> Sequence[MediaRange]:
    """Clients repeat themselves: the few headers they send are read once."""
    return _read_ranges(header)


@lru_cache(maxsize=256)
def _read_known_type(text: str) -> MediaRange:
    return _read_range(text)


def _read_range(text: str) -> MediaRange:
    name, *rest = PARTS.findall(text) or [""]
    pairs = (part.partition("=") for part in rest)
    parameters = {key.strip().lower(): value.strip().strip('"') for key, _, value in pairs}
    return MediaRange(name.strip().lower(), parameters, _read_weight(parameters.get("q")))


def _read_weight(text: str | None) -> float:
    """A weight that makes no sense counts as none: the range stays, last."""
    if text is None:
        return 1.0
    try:
        return min(max(float(text), 0.0), 1.0)
    except ValueError:
        return 0.001
