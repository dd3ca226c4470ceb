"""Names that machines and people share: slugs, time zones."""

import re
import zoneinfo

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 80


def is_slug(text: str) -> bool:
    """Whether the text is a slug: lower-case letters, digits and single hyphens, at most 80 characters."""
    return len(text) <= LONGEST_SLUG and bool(_SLUG.fullmatch(text))


def is_time_zone(name: str) -> bool:
    """Whether the name is an IANA time zone known here."""
    return name in _ZONES


_ZONES = zoneinfo.available_timezones()
