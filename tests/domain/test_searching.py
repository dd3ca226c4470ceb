"""What a person types is read as wishes: words, phrases, what is not wanted, alternatives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import LONGEST_SEARCH, MOST_WORDS, Search, Wish, search_of
from domain.events.searching import words_in
from domain.refusals import InputInvalid, Refused


def wishes(typed: str) -> tuple[Wish, ...]:
    search = search_of(typed, ("en",))
    assert search is not None
    return search.wishes


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("jazz harb", (Wish(("jazz",)), Wish(("harb",), unfinished=True))),
        ('"late show" jazz', (Wish(("late show",), phrase=True), Wish(("jazz",), unfinished=True))),
        ('jazz "late show"', (Wish(("jazz",)), Wish(("late show",), phrase=True))),
        ('„späte Show“ -rock -"hard rock"', (
            Wish(("späte Show",), phrase=True), Wish(("rock",), unwanted=True), Wish(("hard rock",), phrase=True, unwanted=True))),
        ('"never closed', (Wish(("never closed",), phrase=True),)),
        ("jazz OR blues OR rock night", (Wish(("jazz", "blues", "rock")), Wish(("night",), unfinished=True))),
        ('jazz OR -rock OR "b c" d', (
            Wish(("jazz",)), Wish(("rock",), unwanted=True), Wish(("b c",), phrase=True), Wish(("d",), unfinished=True))),
        ("OR jazz OR", (Wish(("jazz",), unfinished=True),)),
        ("jazz or", (Wish(("jazz",)), Wish(("or",), unfinished=True))),
        ("rock-n-roll AC/DC", (Wish(("rock-n-roll",)), Wish(("AC/DC",), unfinished=True))),
        ('- "" !!! \0 --', ()),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_wishes(typed: str, expected: tuple[Wish, ...]) -> None:
    assert wishes(typed) == expected


@pytest.mark.parametrize("typed", [None, "", "  \t\n", "\u3000"])
def test_blanks_ask_for_nothing(typed: str | None) -> None:
    assert search_of(typed, ("en",)) is None


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("jazz in the harbour", 4), ("rock'n'roll", 3), ("日本語", 3), ("Tokyo ジャズ", 4), ("ёлки", 1)]
)
def test_words_are_counted_and_characters_of_scripts_that_do_not_part_them(text: str, words: int) -> None:
    assert words_in(text) == words


@given(st.text(max_size=300))
def test_anything_is_a_search_or_refused_with_its_place(typed: str) -> None:
    if typed.strip() and (len(typed) > LONGEST_SEARCH or words_in(typed) > MOST_WORDS):
        with pytest.raises(Refused) as no:
            search_of(typed, ("de", "en"))
        assert isinstance(no.value.refusal, InputInvalid)
        assert no.value.refusal.faults[0].path == ("where", "search")
        return

    search = search_of(typed, ("de", "en"))

    assert (search is None) == (not typed.strip())
    assert search is None or (isinstance(search, Search) and search.locales == ("de", "en"))
    texts = [text for wish in search.wishes for text in wish.texts] if search else []
    assert not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 for text in texts for c in text)
