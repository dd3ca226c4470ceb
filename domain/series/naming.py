"""Slugs of series and their occurrences: made of the series' slug and a date, the same for the same wish, numbered where one is taken."""

import re
from collections.abc import Collection, Sequence
from datetime import date

from domain.events import EventSlugTaken
from domain.names import is_slug
from domain.refusals import Fault, InputInvalid, Refused

LONGEST_STEM = 56
HIGHEST_NUMBER = 9

_PART = re.compile(r"-from-\d{4}-\d{2}-\d{2}(-\d)?$")


def stem_of(slug: str) -> str:
    """What the slugs of a series' occurrences begin with: its own slug, without the date from which a part of a series goes on."""
    return _PART.sub("", slug)


def checked_slug(slug: str, path: tuple[str, ...]) -> str:
    """The slug of a new series when dates can be added to it; refused with InputInvalid."""
    if not is_slug(slug) or len(slug) > LONGEST_STEM:
        message = f"must be lower-case letters, digits and single hyphens, {LONGEST_STEM} at most, since dates are added to it"
        raise Refused(InputInvalid((Fault(path, message),)))
    return slug


def names_of(stem: str, day: date) -> list[str]:
    """The slugs that the occurrence of a date may have, the best first: `summer-jazz-2026-07-04`, `summer-jazz-2026-07-04-2` …"""
    return _numbered(f"{stem}-{day:%Y-%m-%d}")


def names_of_part(slug: str, since: date) -> list[str]:
    """The slugs that the part of a series may have that goes on from a date, the best first."""
    return _numbered(f"{stem_of(slug)}-from-{since:%Y-%m-%d}")


def first_free(names: Sequence[str], taken: Collection[str]) -> str:
    """The first name that nobody has; refused with EventSlugTaken when all are taken."""
    free = [each for each in names if each not in taken]
    if not free:
        raise Refused(EventSlugTaken(names[0]))
    return free[0]


def _numbered(name: str) -> list[str]:
    return [name, *(f"{name}-{number}" for number in range(2, HIGHEST_NUMBER + 1))]
