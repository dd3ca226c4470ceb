"""Searching events: what a search asks of the words of events, how well each fits, and by which statement words are made comparable."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    any_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from adapters.postgres.search_tables import event_texts, event_words
from adapters.postgres.tables import events
from domain.events import EventFilter, Search, Wish, nested

# Configurations make stems of words one by one; `key` is the whole folded text, in which phrases are looked for.
ASKED = """
SELECT wish.text, search_key(wish.text) AS key, asked.word, asked.forms, asked.is_stop, asked.is_unparted
FROM unnest($1::text[]) WITH ORDINALITY AS wish (text, at)
CROSS JOIN LATERAL search_asked(wish.text, $2::text[]) WITH ORDINALITY AS asked (word, forms, is_stop, is_unparted, place)
ORDER BY wish.at, asked.place
"""
LAST_CHARACTER = "\U0010ffff"

words = event_words.c
FORMS = ARRAY(Text)

Asked = Mapping[str, Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Needle:
    """A word to be found: as it was written or in one of its other forms, or, with an `end`, as anything between it and that."""

    word: str
    forms: tuple[str, ...] = ()
    end: str | None = None
    is_stop: bool = field(default=False, compare=False)

    @property
    def condition(self) -> EventFilter:
        """What it asks of an event."""
        found = (self.word, *self.forms)
        return Sought(word=found) if self.end is None else Sought(beginning=(found, self.word, self.end))


@dataclass(frozen=True, slots=True)
class Sought(EventFilter):
    """A filter with conditions that only a search makes."""

    word: Sequence[str] | None = None
    beginning: tuple[Sequence[str], str, str] | None = None
    phrase: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A filter without searches in it, and what the search at its top is relevant to."""

    where: EventFilter
    needles: tuple[Needle, ...] = ()


def has_word(forms: Any) -> ColumnElement[bool]:
    """Whether the event has one of these words."""
    return events.c.id.in_(select(words.event_id).where(words.word == any_(forms)))


def has_beginning(forms: Any, start: Any, end: Any) -> ColumnElement[bool]:
    """Whether the event has one of these words, or one between the two: a union, since PostgreSQL answers no OR from one index."""
    between = select(words.event_id).where(words.word >= start, words.word < end)
    return events.c.id.in_(union_all(select(words.event_id).where(words.word == any_(forms)), between))


def has_phrase(phrase: Any) -> ColumnElement[bool]:
    """Whether the text of the event has these words one after another. PostgreSQL looks at the tenant's texts only, one by one."""
    texts = event_texts.alias("spoken").c
    mine = and_(texts.organization_id == events.c.organization_id, texts.event_id == events.c.id)
    return exists().where(mine, func.strpos(texts.body, phrase) > literal_column("0"))


CONDITIONS: dict[str, tuple[Any, Any]] = {
    "word": (has_word, FORMS),
    "beginning": (has_beginning, (FORMS, Text, Text)),
    "phrase": (has_phrase, Text),
}


def scores(kinds: Sequence[bool]) -> Subquery:
    """How well events fit, from needles with an end (True) and without, named `needle0`, `word0`, `end0` …: for each needle the weight
    of the best word, which counts twice where it is the very one that was typed."""
    best = union_all(*(each for at, has_end in enumerate(kinds) for each in _weighed(at, has_end=has_end))).subquery()
    highest = select(best.c.event_id, func.max(best.c.weight).label("weight")).group_by(best.c.event_id, best.c.needle).subquery()
    return select(highest.c.event_id, func.sum(highest.c.weight, type_=BigInteger).label("score")).group_by(highest.c.event_id).subquery()


def score_values(needles: Sequence[Needle]) -> dict[str, object]:
    """The values that `scores` names."""
    values: dict[str, object] = {}
    for at, needle in enumerate(needles):
        values |= {f"needle{at}": (needle.word, *needle.forms), f"word{at}": needle.word, f"end{at}": needle.end}
    return values


def searches_of(where: EventFilter) -> list[Search]:
    """The searches in a filter, however deep."""
    return [each.search for each in nested(where) if each.search is not None]


def questions_of(searches: Sequence[Search]) -> tuple[list[str], Sequence[str]]:
    """What `ASKED` is asked: every text once, and the searcher's languages, best first."""
    texts = (text for search in searches for wish in search.wishes for text in wish.texts)
    return list(dict.fromkeys(texts)), searches[0].locales


def understood(rows: Sequence[Any]) -> Asked:
    """The answer to `ASKED` by text."""
    return {text: list(group) for text, group in groupby(rows, itemgetter("text"))}


def find(where: EventFilter, asked: Asked) -> Found:
    """The filter with conditions on words in the place of its searches."""
    return Found(_without_searches(where, asked), _needles(where.search, asked) if where.search else ())


def _weighed(at: int, *, has_end: bool) -> Iterator[Select[Any]]:
    """The words that a needle finds and their weights."""
    forms, word = bindparam(f"needle{at}", type_=FORMS), bindparam(f"word{at}", type_=Text)
    written = case((words.word == word, literal_column("2")), else_=literal_column("1"))
    found = select(words.event_id, literal_column(str(at)).label("needle"), (words.weight * written).label("weight"))
    yield found.where(words.word == any_(forms))
    if has_end:
        yield found.where(words.word >= word, words.word < bindparam(f"end{at}", type_=Text))


def _without_searches(where: EventFilter, asked: Asked) -> EventFilter:
    all_of, any_of, none_of = (
        tuple(_without_searches(each, asked) for each in filters) for filters in (where.all_of, where.any_of, where.none_of)
    )
    if where.search is not None:
        all_of = (*all_of, _condition(where.search, asked))
    return replace(where, search=None, all_of=all_of, any_of=any_of, none_of=none_of)


def _condition(search: Search, asked: Asked) -> EventFilter:
    """All that a search asks; what has no words asks nothing, and a search of nothing else finds nothing."""
    phrases = [each for wish in search.wishes if wish.phrase and not wish.unwanted for each in _phrase(wish, asked)]
    unwanted = [each for wish in search.wishes if wish.unwanted for each in _unwanted(wish, asked)]
    wanted = [*(needle.condition for needle in _needles(search, asked)), *phrases]
    return Sought(all_of=wanted, none_of=unwanted) if wanted or unwanted else Sought(word=())


def _needles(search: Search, asked: Asked) -> tuple[Needle, ...]:
    """The words that must be found. Such as stand in every text (the, of) are left out, unless there are no others."""
    found = [needle for wish in search.wishes if not wish.unwanted for needle in _of_wish(wish, asked)]
    telling = [needle for needle in found if not needle.is_stop]
    return tuple(dict.fromkeys(telling or found))


def _of_wish(wish: Wish, asked: Asked) -> Iterator[Needle]:
    rows = [row for text in wish.texts for row in asked.get(text, ())]
    if len(wish.texts) > 1 and rows:
        first, *others = dict.fromkeys(form for row in rows for form in (row["word"], *row["forms"]))
        yield Needle(first, tuple(others))
        return
    for at, row in enumerate(rows):
        word, is_last = row["word"], at == len(rows) - 1
        open_ended = len(word) == 1 if row["is_unparted"] else wish.unfinished and is_last
        forms = () if wish.phrase else tuple(form for form in row["forms"] if form != word)
        yield Needle(word, forms, word + LAST_CHARACTER if open_ended else None, row["is_stop"])


def _phrase(wish: Wish, asked: Asked) -> Iterator[EventFilter]:
    rows = asked.get(wish.texts[0], ())
    if rows:
        key, is_unparted = rows[0]["key"], any(row["is_unparted"] for row in rows)
        yield Sought(phrase=key if is_unparted else f" {key} ")


def _unwanted(wish: Wish, asked: Asked) -> Iterator[EventFilter]:
    rows = asked.get(wish.texts[0], ())
    if len(rows) == 1 and not wish.phrase and not rows[0]["is_unparted"]:
        yield Sought(word=(rows[0]["word"], *rows[0]["forms"]))
    else:
        yield from _phrase(wish, asked)
