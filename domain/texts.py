"""Localized text: one text in several languages, answered in the caller's; and what may be written in one."""

import re
from collections.abc import Mapping, Sequence
from html import unescape
from unicodedata import category

from domain.locales import is_locale
from domain.refusals import Faults

LocalizedText = Mapping[str, str]
"""Locale (`en`, `de-CH`) to text."""

MOST_LOCALES = 30
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# After these characters an HTML reader takes what follows for a tag, a comment or an instruction; "a < b" and "<3" stay words.
_TAG = re.compile(r"<[A-Za-z/!?]")
# What a Markdown reader takes for the address of a link: `](address` and `[name]: address`.
_LINK = re.compile(r"\]\(\s*<?([^\s)>]*)|^[ ]{0,3}\[[^\]]+\]:\s*<?([^\s>]*)", re.MULTILINE)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# Embeddings, overrides and isolates of Unicode's bidirectional algorithm: they make a text read otherwise than it is written.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNWRITTEN = frozenset({"Cc", "Cs", "Zl", "Zp"})
# Letters and symbols to Unicode, and nothing at all to the eye.
_EMPTY_LETTERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def in_language(text: LocalizedText, locales: Sequence[str]) -> str:
    """The text in the first of the locales it exists in (`de-CH` is also served by `de`), else in any; empty when there is none."""
    for locale in locales:
        if found := text.get(locale) or text.get(locale.partition("-")[0]):
            return found
    return next(iter(text.values()), "")


def check_text(faults: Faults, text: LocalizedText, path: tuple[str, ...], *, longest: int, required: bool) -> None:
    """Note every fault of a localized text of paragraphs: too many or unknown locales; blank, over-long, or with what no text may have.

    The text is plain, or Markdown without HTML; a link in it leads to the web, to an e-mail address or a telephone.
    """
    _check_locales(faults, text, path, required=required)
    for locale, words in text.items():
        _check_words(faults, words, (*path, locale), longest)
        _check_links(faults, words, (*path, locale))
        faults.check(not _has_control(words), (*path, locale), "contains control characters")


def check_title(faults: Faults, text: LocalizedText, path: tuple[str, ...], *, longest: int, required: bool = True) -> None:
    """Note every fault of a localized text of one line, such as a title or a name."""
    _check_locales(faults, text, path, required=required)
    for locale, words in text.items():
        _check_words(faults, words, (*path, locale), longest)
        faults.check(is_line(words), (*path, locale), "must be one line without control characters")


def check_size(faults: Faults, text: LocalizedText, path: tuple[str, ...], *, most_bytes: int) -> None:
    """Note every language in which a localized text takes more bytes than it may."""
    for locale, words in text.items():
        size = len(words.encode(errors="surrogatepass"))
        faults.check(size <= most_bytes, (*path, locale), f"takes {size} bytes, {most_bytes} are allowed")


def check_line(faults: Faults, text: str, path: tuple[str, ...], *, longest: int, required: bool = True) -> None:
    """Note every fault of a text of one line: blank where it is required, over-long, or with what no text may have."""
    if text or required:
        _check_words(faults, text, path, longest)
    faults.check(is_line(text), path, "must be one line without control characters")


def is_line(text: str) -> bool:
    """Whether the text can be written down on one line: no control characters, no line breaks, no half of a surrogate pair."""
    return text.isprintable() or not any(category(c) in _UNWRITTEN for c in text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text is to be seen."""
    return all(c.isspace() or category(c) == "Cf" or c in _EMPTY_LETTERS for c in text)


def misleading(words: str) -> list[str]:
    """What makes the words read otherwise than they are written: HTML, and characters that turn the direction of writing."""
    found = []
    if tag := _TAG.search(words):
        found.append(f"contains HTML at character {tag.start() + 1}; write plain text")
    if turning := _TURNING.search(words):
        found.append(f"contains a character that turns the direction of writing at character {turning.start() + 1}")
    return found


def _check_locales(faults: Faults, text: LocalizedText, path: tuple[str, ...], *, required: bool) -> None:
    if required:
        faults.check(bool(text), path, "give the text in at least one language")
    faults.check(len(text) <= MOST_LOCALES, path, f"is given in {len(text)} languages, {MOST_LOCALES} are allowed")
    for locale in text:
        faults.check(is_locale(locale), (*path, locale), "is not a locale such as en or de-CH")


def _check_words(faults: Faults, words: str, place: tuple[str, ...], longest: int) -> None:
    faults.check(not is_blank(words), place, "is blank")
    faults.check(len(words) <= longest, place, f"is {len(words)} characters long, {longest} are allowed")
    for fault in misleading(words):
        faults.add(place, fault)


def _check_links(faults: Faults, words: str, place: tuple[str, ...]) -> None:
    # Markdown readers undo HTML entities and backslashes in addresses before a browser sees them.
    for link in _LINK.finditer(_ESCAPED.sub(r"\1", unescape(words))):
        scheme = _SCHEME.match(link[1] or link[2] or "")
        if scheme and scheme[1].lower() not in SAFE_SCHEMES:
            faults.add(place, f"contains a link to {scheme[0][:20]} where only {', '.join(sorted(SAFE_SCHEMES))} are allowed")


def _has_control(words: str) -> bool:
    return not words.isprintable() and any(c not in "\n\r\t" and category(c) in {"Cc", "Cs"} for c in words)
