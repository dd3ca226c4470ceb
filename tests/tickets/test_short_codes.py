"""Short codes are read aloud and typed, so a slip must be told from a code."""

import random

import pytest

from domain.tickets.short_codes import LENGTH, SIGNS, VARIETY, read_short_code, short_code, show_short_code

CODES = [short_code(random.Random(seed).getrandbits(62)) for seed in range(30)]


def test_codes_have_no_signs_that_look_alike() -> None:
    assert len(set(SIGNS)) == len(SIGNS) == 29
    assert not set("01BILOU") & set(SIGNS)
    assert {len(code) for code in CODES} == {LENGTH}


def test_another_number_makes_another_code_until_there_are_no_more() -> None:
    assert len({short_code(number) for number in range(5_000)}) == 5_000
    assert short_code(VARIETY) == short_code(0) == "222222222222"
    assert VARIETY == 29**11


def test_every_wrong_sign_and_every_swap_is_noticed() -> None:
    for code in CODES:
        wrong = {code[:at] + sign + code[at + 1 :] for at in range(LENGTH) for sign in SIGNS} - {code}
        swaps = {_swapped(code, one, other) for one in range(LENGTH) for other in range(one)} - {code}

        assert [each for each in wrong | swaps if read_short_code(each)] == []


def test_a_code_is_read_however_it_was_typed() -> None:
    for code in CODES:
        assert {read_short_code(text) for text in (code, show_short_code(code), code.lower(), f" {code[:5]} {code[5:]}\n")} == {code}


@pytest.mark.parametrize("text", ["", "2222", "2" * 13, "0" * 12, "ßßßßßßßßßßßß", "-" * 12], ids=str)
def test_what_is_no_code_is_not_read(text: str) -> None:
    assert read_short_code(text) is None


def _swapped(code: str, one: int, other: int) -> str:
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    return "".join(signs)
