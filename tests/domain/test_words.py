"""What may be written: locales that there are, texts that read as they are written, money that there is."""

from typing import cast

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import list_currencies

from domain.locales import is_locale
from domain.money import LARGEST_AMOUNT, Money, check_money, is_currency
from domain.names import is_time_zone
from domain.refusals import Faults, InputInvalid, Refused
from domain.texts import MOST_LOCALES, LocalizedText, check_line, check_size, check_text, check_title, is_blank

HTML = "contains HTML at character {}; write plain text"
TURNS = "contains a character that turns the direction of writing at character {}"
LINK = "contains a link to {} where only http, https, mailto, tel are allowed"


def told(faults: Faults) -> list[tuple[str, str]]:
    try:
        faults.refuse()
    except Refused as refused:
        refusal = cast("InputInvalid", refused.refusal)
        return [(".".join(each.path), each.message) for each in refusal.faults]
    return []


def of_text(text: LocalizedText, longest: int = 50) -> list[tuple[str, str]]:
    faults = Faults()
    check_text(faults, text, ("text",), longest=longest, required=True)
    return told(faults)


def of_title(words: str) -> list[str]:
    faults = Faults()
    check_title(faults, {"en": words}, (), longest=50)
    return [message for _, message in told(faults)]


@pytest.mark.parametrize("tag", ["en", "de-CH", "zh-Hant-TW", "sr-Latn", "es-419", "gsw", "nds", "fil-PH", "sq-XK", "en-001"])
def test_a_locale_that_people_write_is_known(tag: str) -> None:
    assert is_locale(tag)


@pytest.mark.parametrize(
    "tag",
    ["", "english", "EN", "de-ch", "de_CH", "qq", "xx-DE", "de-XX", "de-Abcd", "de-999", "en-US-posix", "i-klingon", "e", "de-", "en\n"],
)
def test_a_locale_that_there_is_not_is_none(tag: str) -> None:
    assert not is_locale(tag)


def test_every_locale_that_sums_are_written_in_is_known() -> None:
    known = {each.replace("_", "-") for each in locale_identifiers()}

    # Variants of a language, and islands that ISO 3166 has no country for.
    odd = {"root", "en-US-POSIX", "ca-ES-VALENCIA", "be-TARASK", "el-POLYTON", "en-DG", "es-EA", "es-IC"}
    assert {each for each in known if not is_locale(each)} - odd == set()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "America/Argentina/Ushuaia"])
def test_a_zone_of_the_earth_is_known(zone: str) -> None:
    assert is_time_zone(zone)


@pytest.mark.parametrize("zone", ["localtime", "Factory", "europe/berlin", "Mars/Olympus", "", "../etc/passwd", "posix/UTC", "+02:00"])
def test_a_zone_of_nowhere_is_not(zone: str) -> None:
    assert not is_time_zone(zone)


@pytest.mark.parametrize("code", ["EUR", "JPY", "KWD", "XAF", "CLF", "XCG"])
def test_money_is_in_a_currency_that_there_is(code: str) -> None:
    assert is_currency(code)
    assert code in list_currencies() or code == "XCG"


@pytest.mark.parametrize("code", ["ABC", "DEM", "XAU", "XTS", "XDR", "eur", "EU", "", "E R", "EUR "])
def test_a_currency_of_yesterday_or_of_metal_is_none(code: str) -> None:
    assert not is_currency(code)


@pytest.mark.parametrize(
    ("amount", "code", "faults"),
    [
        (0, "EUR", []),
        (LARGEST_AMOUNT, "EUR", []),
        (-1, "EUR", [("price.amountMinor", "must not be negative")]),
        (LARGEST_AMOUNT + 1, "EUR", [("price.amountMinor", "must be 1000000000000 at most")]),
        (1, "ABC", [("price.currency", "is not a currency of ISO 4217 such as EUR")]),
    ],
)
def test_a_price_is_told_what_is_wrong_with_it(amount: int, code: str, faults: list[tuple[str, str]]) -> None:
    found = Faults()

    check_money(found, Money(amount, code), ("price",))

    assert told(found) == faults


@pytest.mark.parametrize(
    "words", ["a < b and c > d", "I <3 jazz", "5 <6", "Tom & Jerry", "&lt;b&gt;", "شب شعر‌خوانی", "עֶרֶב", "👩‍👩‍👧", "10 000 €"]
)
def test_a_title_may_say_anything_that_people_write(words: str) -> None:
    assert of_title(words) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Jazz <b>now</b>", HTML.format(6)),
        ("<script>alert(1)</script>", HTML.format(1)),
        ("a</p>", HTML.format(2)),
        ("<!-- hidden -->", HTML.format(1)),
        ("<?php ?>", HTML.format(1)),
        ("<img src=x onerror=alert(1)", HTML.format(1)),
        ("evil\u202egpj.exe", TURNS.format(5)),
        ("a\u2066b", TURNS.format(2)),
        ("x" * 51, "is 51 characters long, 50 are allowed"),
        ("two\nlines", "must be one line without control characters"),
        ("two\u2028lines", "must be one line without control characters"),
        ("nul\0", "must be one line without control characters"),
        ("c1\x9b", "must be one line without control characters"),
        ("half \ud83d", "must be one line without control characters"),
        ("", "is blank"),
        ("  ", "is blank"),
        ("\u200b\u2060\ufeff\u00ad", "is blank"),
        ("\u3164\u2800", "is blank"),
    ],
    ids=ascii,
)
def test_a_title_is_told_what_is_wrong_with_it(words: str, message: str) -> None:
    assert of_title(words) == [message]


@pytest.mark.parametrize(
    "words",
    [
        "first\n\nsecond\tline",
        "[tickets](https://example.org/a_(b))",
        "[call](tel:+4930)",
        "[home](/about)",
        "**bold**: *yes*",
        "[x]: see below",
    ],
)
def test_a_description_may_be_paragraphs_in_markdown(words: str) -> None:
    assert of_text({"en": words}, 100) == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("first\n<iframe src=//evil>", HTML.format(7)),
        ("bell\x07", "contains control characters"),
        ("half \udc00", "contains control characters"),
        ("[x](javascript:alert(1))", LINK.format("javascript:")),
        ("[x]( JavaScript:alert(1))", LINK.format("JavaScript:")),
        ("![x](data:text/html,hi)", LINK.format("data:")),
        ("[x](javascript&#58;alert(1))", LINK.format("javascript:")),
        ("[x](javascript\\:alert(1))", LINK.format("javascript:")),
        ("[x][y]\n\n[y]: vbscript:x", LINK.format("vbscript:")),
    ],
    ids=ascii,
)
def test_a_description_is_told_what_is_wrong_with_it(words: str, message: str) -> None:
    assert of_text({"en": words}) == [("text.en", message)]


def test_every_language_of_a_text_is_looked_at() -> None:
    assert of_text({"en": "<b>", "tlh-KL-x": "ok", "de": " "}) == [
        ("text.tlh-KL-x", "is not a locale such as en or de-CH"),
        ("text.en", HTML.format(1)),
        ("text.de", "is blank"),
    ]
    assert of_text({}) == [("text", "give the text in at least one language")]


def test_a_text_is_given_in_so_many_languages_and_no_more() -> None:
    locales = ["en", *(f"en-{number:03}" for number in (1, 2, 3, 5, 9, 11, 13, 14, 15, 17, 18, 19, 21, 29, 30, 34, 35, 39, 53, 54, 57))]
    locales += [f"de-{region}" for region in ("AT", "BE", "CH", "DE", "IT", "LI", "LU", "NA")]
    assert len(locales) == MOST_LOCALES

    assert of_text(dict.fromkeys(locales, "x")) == []
    assert of_text(dict.fromkeys([*locales, "de"], "x")) == [("text", "is given in 31 languages, 30 are allowed")]


def test_a_text_is_counted_in_bytes_too() -> None:
    faults = Faults()

    check_size(faults, {"en": "x" * 8, "ja": "日本語", "de": "half \ud83d"}, ("text",), most_bytes=8)

    assert told(faults) == [("text.ja", "takes 9 bytes, 8 are allowed")]


def test_a_line_may_be_left_out_where_it_is_not_required() -> None:
    faults = Faults()

    check_line(faults, "", ("street",), longest=5, required=False)
    check_line(faults, "", ("name",), longest=5)
    check_line(faults, "<i>x</i>", ("city",), longest=50)

    assert told(faults) == [("name", "is blank"), ("city", HTML.format(1))]
    assert (is_blank("\u200b"), is_blank("\0")) == (True, False)
