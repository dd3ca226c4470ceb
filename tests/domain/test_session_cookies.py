"""A session is put together from the cookies that are its own, and from no other."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.session_cookies import CookieChanges, CookieStyle, session_body

NAME = "next-auth.session-token"
STYLE = CookieStyle(NAME, 4)


@pytest.mark.parametrize(
    ("cookies", "expected"),
    [
        ({}, None),
        ({NAME: "abc"}, "abc"),
        ({NAME: ""}, None),
        ({f"{NAME}.0": "abcd", f"{NAME}.1": "ef"}, "abcdef"),
        ({f"{NAME}.1": "ef", f"{NAME}.0": "abcd"}, "abcdef"),
        ({f"{NAME}.{number}": chr(97 + number) for number in range(12)}, "abcdefghijkl"),
        ({f"{NAME}.1": "ef"}, None),
        ({f"{NAME}.0": "abcd", f"{NAME}.2": "ij"}, "abcd"),
        ({f"{NAME}.0": "abcd", f"{NAME}.1": "", f"{NAME}.2": "ij"}, "abcd"),
        ({f"{NAME}.0": "abcd", f"{NAME}.01": "xx", f"{NAME}.0.1": "yy", f"{NAME}.-1": "zz", f"{NAME}. 1": "vv"}, "abcd"),
        ({f"{NAME}X": "xx", f"{NAME}.": "yy", f"{NAME}.x": "zz", f"X{NAME}": "vv", f"__Secure-{NAME}": "ww"}, None),
        ({f"{NAME}.\u0660": "xx", f"{NAME}.\uff10": "yy"}, None),
        ({NAME.upper(): "xx", f"{NAME.replace('.', 'x')}": "yy"}, None),
        ({NAME: "new", f"{NAME}.0": "abcd", f"{NAME}.1": "ef"}, "new"),
    ],
)
def test_look_alikes_and_what_lies_behind_a_gap_are_left_out(cookies: Mapping[str, str], expected: str | None) -> None:
    assert STYLE.join(cookies) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("abcd", ((NAME, "abcd"),)),
        ("abcde", ((f"{NAME}.0", "abcd"), (f"{NAME}.1", "e"))),
        ("abcdefgh", ((f"{NAME}.0", "abcd"), (f"{NAME}.1", "efgh"))),
    ],
)
def test_a_value_is_spread_only_where_one_cookie_is_too_small(value: str, expected: tuple[tuple[str, str], ...]) -> None:
    assert STYLE.split(value, ()) == CookieChanges(expected, ())


def test_cookies_that_are_not_written_again_are_cleared_and_those_of_others_stay() -> None:
    present = [NAME, f"{NAME}.0", f"{NAME}.1", f"{NAME}.2", f"{NAME}.12", f"{NAME}X", f"{NAME}.01", f"{NAME}.{'9' * 5_000}", "other"]

    assert STYLE.split("abcdef", present).clear == (NAME, f"{NAME}.12", f"{NAME}.2")
    assert STYLE.split("abc", present).clear == (f"{NAME}.0", f"{NAME}.1", f"{NAME}.12", f"{NAME}.2")
    assert STYLE.gone(present) == CookieChanges((), (NAME, f"{NAME}.0", f"{NAME}.1", f"{NAME}.12", f"{NAME}.2"))


@given(value=st.text(min_size=1, max_size=60), before=st.text(min_size=1, max_size=60))
def test_what_was_spread_is_put_together_again_whatever_was_there_before(value: str, before: str) -> None:
    jar = dict(STYLE.split(before, ()).set)

    changes = STYLE.split(value, jar)

    after = {name: text for name, text in {**jar, **dict(changes.set)}.items() if name not in changes.clear}
    assert STYLE.join(after) == value
    assert set(after) == {name for name, _ in changes.set}


def test_a_session_is_told_with_its_end_to_the_millisecond() -> None:
    assert session_body("Ada", None, "", 253_402_300_799) == {"user": {"name": "Ada", "image": ""}, "expires": "9999-12-31T23:59:59.000Z"}
