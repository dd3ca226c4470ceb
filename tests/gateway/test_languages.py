"""Preferred languages are read as RFC 9110 writes them."""

import pytest

from gateway.languages import preferred


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ("en",)),
        ("de", ("de", "en")),
        ("de-ch, fr;q=0.9, en;q=0.8", ("de-CH", "fr", "en")),
        ("fr;q=0.5, de", ("de", "fr", "en")),
        ("de;q=0, fr", ("fr", "en")),
        ("zh-hant", ("zh-Hant", "en")),
        ("*, de;q=x, ;;;, it", ("it", "en")),
        ("en, de", ("en", "de")),
    ],
)
def test_languages_come_best_first_and_the_default_last(header: str, expected: tuple[str, ...]) -> None:
    assert preferred(header, "en") == expected


def test_a_flood_of_languages_is_cut() -> None:
    assert len(preferred(",".join(f"a{chr(97 + i % 26)}" for i in range(1_000)), "en")) <= 11
