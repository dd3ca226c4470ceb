"""Localized text: one text in several languages, answered in the caller's."""

import re
from collections.abc import Mapping, Sequence
from unicodedata import category

from domain.refusals import Faults

LocalizedText = Mapping[str, str]
"""Locale (`en`, `de-CH`) to text."""

_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?")


def in_language(text: LocalizedText, locales: Sequence[str]) -> str:
    """The text in the first of the locales it exists in (`de-CH` is also served by `de`), else in any; empty when there is none."""
    for locale in locales:
        if found := text.get(locale) or text.get(locale.partition("-")[0]):
            return found
    return next(iter(text.values()), "")


def check_text(faults: Faults, text: LocalizedText, path: tuple[str, ...], *, longest: int, required: bool) -> None:
    """Note every fault of a localized text: unknown locale forms, blank or over-long texts, control characters."""
    if required:
        faults.check(bool(text), path, "give the text in at least one language")
    for locale, words in text.items():
        place = (*path, locale)
        faults.check(bool(_LOCALE.fullmatch(locale)), place, "is not a locale such as en or de-CH")
        faults.check(bool(words.strip()), place, "is blank")
        faults.check(len(words) <= longest, place, f"is {len(words)} characters long, {longest} are allowed")
        faults.check(not any(ord(c) < 32 and c not in "\n\r\t" for c in words), place, "contains control characters")


def check_line(faults: Faults, text: str, path: tuple[str, ...], *, longest: int, required: bool = True) -> None:
    """Note every fault of a text of one line: blank where it is required, over-long, control characters or half characters in it."""
    faults.check(bool(text.strip()) or not required, path, "is blank")
    faults.check(len(text) <= longest, path, f"is {len(text)} characters long, {longest} are allowed")
    faults.check(is_line(text), path, "must be one line without control characters")


def is_line(text: str) -> bool:
    """Whether the text can be written down on one line: no control characters, no line breaks, no half of a surrogate pair."""
    return text.isprintable() or not any(category(c) in _UNWRITTEN for c in text)


_UNWRITTEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
