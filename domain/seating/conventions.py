"""What names of a plan say besides: the format has no place for accessible seats or for how many may stand, so names in brackets do.

A category `Stalls [accessible]` holds seats of the price category Stalls that are accessible; further words are `companion` and
`restricted view`, several with commas. An area whose text is `Floor [standing 800]` is a standing area, Floor its price category.
Any other word in brackets is part of the name. An area whose text has a word for the stage is what everybody looks at.
"""

import re

from domain.seating.geometry import PLAIN, SeatFlags

FLAGS = {
    "accessible": SeatFlags.ACCESSIBLE,
    "companion": SeatFlags.COMPANION,
    "restricted view": SeatFlags.RESTRICTED_VIEW,
}
STAGES = frozenset({"stage", "screen", "bühne", "leinwand", "scène", "écran", "escenario", "pantalla", "palco", "palcoscenico"})
_WORDS = re.compile(r"\w+")
_BRACKETS = re.compile(r"(?P<name>.*\S)\s*\[(?P<said>[^\[\]]+)\]\s*")
_STANDING = re.compile(r"standing\s+(?P<capacity>[0-9]{1,9})", re.IGNORECASE | re.ASCII)


def read_category(name: str) -> tuple[str, SeatFlags]:
    """The price category that a category's name means, and what is to be known of its seats."""
    if brackets := _BRACKETS.fullmatch(name):
        words = [" ".join(word.split()).casefold() for word in brackets["said"].split(",")]
        if all(word in FLAGS for word in words):
            flags = PLAIN
            for word in words:
                flags |= FLAGS[word]
            return brackets["name"].strip(), flags
    return name.strip(), PLAIN


def read_standing(text: str) -> tuple[str, int] | None:
    """The name and capacity of the standing area that an area's text tells of; None for any other text."""
    brackets = _BRACKETS.fullmatch(text)
    standing = brackets and _STANDING.fullmatch(brackets["said"].strip())
    return (brackets["name"].strip(), int(standing["capacity"])) if brackets and standing else None


def write_category(name: str, flags: SeatFlags) -> str:
    """The category's name that says this."""
    words = [word for word, flag in FLAGS.items() if flag in flags]
    return f"{name} [{', '.join(words)}]" if words else name


def write_standing(name: str, capacity: int) -> str:
    """The area's text that says this."""
    return f"{name} [standing {capacity}]"


def is_stage(text: str) -> bool:
    """Whether a drawn area with this text is what everybody looks at."""
    return bool(STAGES & set(_WORDS.findall(text.casefold())))
