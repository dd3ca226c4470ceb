"""Searching events by what a person types: words, "phrases", what is not wanted, and alternatives."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.refusals import Faults

LONGEST_SEARCH = 200
MOST_WORDS = 24

# A part is a phrase up to its closing quotation mark or the end, or what stands between blanks; a hyphen before it means: not this.
_PART = re.compile(r'(?<!\S)(-?)(?:["“”„]([^"“”„]*)["“”„]?|(\S+))')
_WORD = re.compile(r"\w")
# From Thai on most scripts do not part their words, and each character counts as one.
_COUNTED = re.compile(r"[^\W\u0e00-\U0010ffff]+|[^\W\0-\u0dff]")
_UNSPEAKABLE = re.compile(r"[\0-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing to be found, or, `unwanted`, not to be found: any of the `texts`; a phrase stands exactly so, a word may be inflected.

    `unfinished` words may also be the beginning of a longer one, since somebody may be typing still.
    """

    texts: tuple[str, ...]
    phrase: bool = False
    unwanted: bool = False
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What a person typed, for events in which every wish comes true; `locales` are her languages, best first."""

    wishes: tuple[Wish, ...]
    locales: tuple[str, ...]


def search_of(typed: str | None, locales: Sequence[str]) -> Search | None:
    """The search meant, None when nothing but blanks was typed; refused with InputInvalid when it is too long.

    `jazz harb` finds both words, the last as a beginning too; `"late show"` the phrase; `-rock` leaves out; `jazz OR blues` finds either.
    Signs alone are a search that finds nothing.
    """
    if typed is None or not typed.strip():
        return None
    faults, place = Faults(), ("where", "search")
    faults.check(len(typed) <= LONGEST_SEARCH, place, f"is {len(typed)} characters long, {LONGEST_SEARCH} are allowed")
    faults.refuse()
    said = _UNSPEAKABLE.sub(" ", typed)
    words = words_in(said)
    faults.check(words <= MOST_WORDS, place, f"has {words} words, {MOST_WORDS} are allowed")
    faults.refuse()
    return Search(_wishes(said), tuple(locales))


def words_in(text: str) -> int:
    """How many words a text has as searches count them."""
    return len(_COUNTED.findall(text))


def _wishes(said: str) -> tuple[Wish, ...]:
    wishes: list[Wish] = []
    alternative = False
    for minus, phrase, word in _PART.findall(said):
        if word == "OR" and not minus:
            alternative = bool(wishes) and _is_plain(wishes[-1])
            continue
        wish = Wish((phrase or word,), phrase=bool(phrase), unwanted=bool(minus))
        if _WORD.search(wish.texts[0]):
            last = wishes.pop() if alternative and _is_plain(wish) else None
            wishes.append(Wish((*last.texts, word)) if last else wish)
        alternative = False
    if wishes and _is_plain(wishes[-1]):
        wishes[-1] = Wish(wishes[-1].texts, unfinished=True)
    return tuple(wishes)


def _is_plain(wish: Wish) -> bool:
    return not (wish.phrase or wish.unwanted)
