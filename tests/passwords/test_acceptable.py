"""Which passwords are taken: long ones that nobody guesses first; each refusal says why and where."""

# ruff: noqa: RUF001 - letters of other alphabets are what is tested

from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.crypto.passwords import COMMON
from domain.passwords import SHORTEST, PasswordFlaw, PasswordUnacceptable, expect_acceptable
from domain.predictable import is_predictable
from domain.refusals import ErrorCode, Refused

EMAIL, NAME = "Olga.Petrowna@theatre.example", "Ольга Petrowna-Müller"


def flaw(password: str, email: str = EMAIL, name: str = NAME) -> PasswordFlaw | None:
    """Why it is not taken."""
    refusal = refusal_of(password, email, name)
    if refusal is None:
        return None
    assert (refusal.path, refusal.code) == (("input", "newPassword"), ErrorCode.BAD_USER_INPUT)
    assert refusal.message.startswith("The password ")
    assert len(password) < SHORTEST or password not in refusal.message
    return refusal.reason


def refusal_of(password: str, email: str, name: str) -> PasswordUnacceptable | None:
    """What is said of it."""
    try:
        expect_acceptable(password, email=email, name=name, is_common=COMMON.__contains__, at=("input", "newPassword"))
    except Refused as refused:
        return cast(PasswordUnacceptable, refused.refusal)
    return None


TAKEN = [
    "kX7#mQ2$vL",
    "quiet otter climbs",
    "drei Affen im Café",
    "пять весёлых слонов",
    "我的票在口袋里面找不到了",
    "olga sings on seven hills",
    "dragon eats 12 plums",
    "x" * 3 + "Teapot under a lamp",
    "correct horse staple battery",
    "🎭" * 3 + " curtain up 🎟",
    "tr" + "é" * 100 + "sors",
    "ab" * 64 + "z!Kd9",
]


@pytest.mark.parametrize("password", TAKEN)
def test_long_and_unforeseeable_ones_are_taken(password: str) -> None:
    assert flaw(password) is None


@pytest.mark.parametrize(
    ("password", "expected"),
    [
        ("", PasswordFlaw.TOO_SHORT),
        ("kX7#mQ2$v", PasswordFlaw.TOO_SHORT),
        ("ﷺ", None),
        ("é" * 4 + "kX7#m", PasswordFlaw.TOO_SHORT),
        ("kX7#mQ2$v" + "L" * 248, PasswordFlaw.TOO_LONG),
        ("жЫ7#mQ2$v" + "ёq" * 83, PasswordFlaw.TOO_LONG),
        ("ﷺ" * 20, PasswordFlaw.TOO_LONG),
        ("x" * 1_000_000, PasswordFlaw.TOO_LONG),
        ("kX7#mQ2$vL\x00", PasswordFlaw.NOT_TEXT),
        ("kX7#mQ2$vL\n", PasswordFlaw.NOT_TEXT),
        ("kX7#mQ2$vL\ud800", PasswordFlaw.NOT_TEXT),
    ],
)
def test_length_is_counted_in_characters_and_bounded_in_bytes(password: str, expected: PasswordFlaw | None) -> None:
    assert flaw(password) is expected


def test_256_bytes_are_the_most_and_10_characters_the_least() -> None:
    assert flaw("kX7#mQ2$v" + "Lq" * 123 + "z") is None
    assert flaw("kX7#mQ2$v" + "Lq" * 124) is PasswordFlaw.TOO_LONG
    assert flaw("kX7#mQ2$vé") is None


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "PassWord123",
        "P@ssw0rd2024",
        "p4$$w0rd!!!!",
        "Liverpool2024!",
        "2024Liverpool",
        "iloveyoubaby",
        "I love you baby",
        "correct-horse-battery-staple",
        "dragondragon",
        "ｐａｓｓｗｏｒｄ１２３",
        "letmeinletmein",
        "пароль1234",
        "trustno1trustno1",
    ],
)  # fmt: skip
def test_common_ones_are_refused_however_they_are_dressed_up(password: str) -> None:
    assert flaw(password) is PasswordFlaw.COMMON


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaa",
        "1212121212",
        "abcabcabcabc",
        "Abcdefghijkl",
        "9876543210",
        "01234567890123456789",
        "qwertyuiop",
        "QWERTZUIOP",
        "poiuytrewq",
        "asdfghjkl123",
        "1qaz2wsx3edc",
        "1q2w3e4r5t",
        "qwerty123456",
        "111222333444",
        "123abcqwerty",
        "zxcvbnm1234!",
        "йцукенгшщз",
        "0" * 256,
    ],
)
def test_patterns_are_refused(password: str) -> None:
    assert flaw(password) is PasswordFlaw.PREDICTABLE


@pytest.mark.parametrize(
    "password",
    [
        "olga.petrowna@theatre.example!",
        "xx-OLGA.PETROWNA@theatre.example-xx-and-much-more",
        "olga.petrowna1990",
        "Petrowna-1990",
        "PetrownaMüller7",
        "theatre-olga",
        "TicketBase2026",
        "ticketbase!!",
        "ОльгаОльга12",
    ],
)
def test_what_is_known_of_the_person_or_of_us_is_refused(password: str) -> None:
    assert flaw(password) is PasswordFlaw.PERSONAL


def test_a_person_without_name_and_address_is_not_hindered() -> None:
    assert flaw("kX7#mQ2$vL", email="", name="") is None
    assert flaw("kX7#mQ2$vL", email="a@b.c", name="L Q") is None


def test_the_list_is_long_in_small_letters_and_in_order() -> None:
    lines = (Path(__file__).parents[2] / "adapters" / "crypto" / "common_passwords.txt").read_text().splitlines()

    assert len(lines) >= 1_000
    assert lines == sorted(set(lines))
    assert all(line == line.casefold().strip() and line for line in lines)


@given(st.text(min_size=1, max_size=300))
def test_any_text_gets_an_answer(password: str) -> None:
    flaw(password)
    is_predictable(password)
