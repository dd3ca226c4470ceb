"""Says which part of a file a request asks for (RFC 9110, §14): one range of bytes; several at once get the whole file."""

import re
from collections.abc import Mapping

_ONE_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))", re.IGNORECASE)


class NotSatisfiable(Exception):
    """The file has no byte of what is asked for."""


def part_asked(method: str, headers: Mapping[str, str], etag: str, length: int) -> range | None:
    """The bytes asked for, None for all of them. Raises NotSatisfiable.

    Only GET knows ranges. What is no range, or several, is passed over, which §14.2 allows: so nobody makes a thousand parts of one file.
    With `If-Range` (§13.1.5) the range counts only while the file is still the one that `etag`, a strong one, names.
    """
    asked = _ONE_RANGE.fullmatch(headers.get("range", "").strip())
    if method != "GET" or asked is None or headers.get("if-range", etag).strip() != etag:
        return None
    first, last, suffix = asked.groups()
    if suffix is not None:
        part = range(max(length - int(suffix), 0), length)
    elif last and int(last) < int(first):
        return None
    else:
        part = range(int(first), min(int(last) + 1, length) if last else length)
    if not part:
        raise NotSatisfiable
    return part
