"""What people type is found: inflected, unaccented, unfinished, quoted, unwanted, in any script, whatever the event's language."""

from typing import Any

import pytest

from tests.api.conftest import Tenant
from tests.api.test_events import DELETE_EVENT, UPDATE_EVENT
from tests.search.looking import enter, found, said, search

pytestmark = pytest.mark.asyncio

# A title, and another form of one of its words, which only the language's own configuration knows to be the same.
INFLECTED = [
    ("en", "Singing mice", "sang OR sings"),
    ("de", "Konzerte im Hafen", "häfen konzerten"),
    ("fr", "Les soirées parisiennes", "parisien"),
    ("es", "Canciones populares", "canción popular"),
    ("it", "Canzoni italiane", "canzone"),
    ("pt-BR", "Canções brasileiras", "brasileiro"),
    ("nl", "Liederen van vroeger", "lieder"),
    ("sv", "Sångerna", "sånger"),
    ("no", "Konsertene", "konserter"),
    ("nb", "Konsertene", "konserter"),
    ("da", "Koncerterne", "koncerter"),
    ("fi", "Konsertit", "konsertti OR konsertin"),
    ("hu", "Koncertek", "koncert"),
    ("ro", "Concertele", "concert"),
    ("ru", "Концерты", "концертов"),
    ("tr", "Konserler", "konser"),
    ("el", "Συναυλία", "συναυλιών"),
]


@pytest.mark.parametrize(("locale", "title", "typed"), INFLECTED, ids=[locale for locale, _, _ in INFLECTED])
async def test_words_are_found_in_other_forms_of_the_searchers_language(tenant: Tenant, locale: str, title: str, typed: str) -> None:
    await enter(tenant.owner, "event", {locale: title})
    await enter(tenant.owner, "other", {locale: "Zzz"})

    assert await search(tenant.owner, typed, locale) == ["event"]


@pytest.mark.parametrize("locale", ["sk", "cs", "pl", "eo"])
async def test_words_of_languages_without_a_configuration_stay_as_they_are_written(tenant: Tenant, locale: str) -> None:
    await enter(tenant.owner, "event", {locale: "Koncerty w Zakopanem"})

    assert await search(tenant.owner, "koncerty", locale) == ["event"]
    assert await search(tenant.owner, "zakopane koncerty", locale) == []


@pytest.mark.parametrize(
    "typed", ["Spätvorstellung", "spatvorstellung", "SPÄTVORSTELLUNG", "Cafe", "creme brulee", "smorrebrod", "strasse", "Straße", "oeuvre"]
)
async def test_letter_case_and_accents_do_not_count(tenant: Tenant, typed: str) -> None:
    description = {"en": "Café, crème brûlée, SMØRREBRØD", "fr": "Œuvre"}
    await enter(tenant.owner, "event", {"de": "ÜBER die Straße zur Spätvorstellung"}, description)

    assert await search(tenant.owner, typed) == ["event"]


async def test_a_word_is_found_in_whichever_language_of_the_event_it_stands(tenant: Tenant) -> None:
    await enter(tenant.owner, "event", {"en": "Harbour", "de": "Hafen", "ja": "港"}, {"fr": "Le port"})

    hits = {typed: await search(tenant.owner, typed, "it") for typed in ("harbour", "hafen", "港", "port", "harbour hafen", "docks")}

    assert hits == {"harbour": ["event"], "hafen": ["event"], "港": ["event"], "port": ["event"], "harbour hafen": ["event"], "docks": []}


@pytest.mark.parametrize(
    ("title", "hits", "misses"),
    [
        ("日本語の音楽会", ["音楽", "音楽会", "会", "日本語", '"の音楽"', "日"], ["音会", "楽日", "本の"]),
        ("上海爵士音乐节", ["爵士", "音乐节", "上海 音乐"], ["爵音", "海上"]),
        ("คอนเสิร์ตดนตรี", ["ดนตรี", "คอนเสิร์ต"], ["ดดตรี"]),
        ("재즈콘서트", ["콘서트", "재즈"], ["트콘"]),
        ("Tokyo ジャズ Night", ["ジャズ", "ｼﾞｬｽﾞ", "tokyo ジャズ", "\uff34\uff2f\uff2b\uff39\uff2f"], ["ズジャ"]),
    ],
)
async def test_scripts_that_do_not_part_words_are_found_by_any_part(tenant: Tenant, title: str, hits: list[str], misses: list[str]) -> None:
    await enter(tenant.owner, "event", {"ja": title})

    assert {typed: await search(tenant.owner, typed, "ja") for typed in hits} == {typed: ["event"] for typed in hits}
    assert {typed: await search(tenant.owner, typed, "ja") for typed in misses} == {typed: [] for typed in misses}


async def test_who_is_still_typing_finds_by_the_beginning_of_the_last_word_only(tenant: Tenant) -> None:
    await enter(tenant.owner, "event", {"en": "Jazz in the Harbour"})

    typed = ["j", "ja", "jazz", "jazz in", "jazz in the h", "jazz in the harb", "harb", "harb jazz", "jaz harbour", "arbour", '"harb"']

    assert [each for each in typed if await search(tenant.owner, each)] == typed[:7]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [
        ("late show", ["late-show", "show-late"]),
        ('"late show"', ["late-show"]),
        ('"Late, SHOW!"', ["late-show"]),
        ("“late show”", ["late-show"]),
        ('"late show', ["late-show"]),
        ('"late shows"', []),
        ("show -late", ["early"]),
        ('show -"late show"', ["early", "show-late"]),
        ("-show", ["other"]),
        ("-show -rock", []),
        ("early OR rock", ["early", "other"]),
        ("early OR rock show", ["early"]),
        ("early or rock", []),
        ("show-late", ["late-show", "show-late"]),
        ("-show-late", ["early", "late-show", "other"]),
        ("the", []),
        ("the late", ["late-show", "show-late"]),
    ],
)
async def test_quotes_hyphens_and_alternatives(tenant: Tenant, typed: str, slugs: list[str]) -> None:
    for slug, title in [("late-show", "Late show"), ("show-late", "Show, late"), ("early", "Early show"), ("other", "Hard rock")]:
        await enter(tenant.owner, slug, {"en": title})

    assert sorted(await search(tenant.owner, typed)) == slugs


async def test_words_that_stand_everywhere_are_looked_for_when_there_are_no_others(tenant: Tenant) -> None:
    await enter(tenant.owner, "band", {"en": "The The"})
    await enter(tenant.owner, "who", {"en": "Who?"})

    assert await search(tenant.owner, "the") == ["band"]
    assert await search(tenant.owner, '"the the"') == ["band"]
    assert await search(tenant.owner, "the who") == []
    assert await search(tenant.owner, '"the the"', "fr") == ["band"]


async def test_titles_weigh_more_than_descriptions_and_what_is_written_more_than_its_forms(tenant: Tenant) -> None:
    texts = {
        "longer": ({"en": "Organist"}, {}),
        "aside": ({"en": "Evening"}, {"en": "some organs"}),
        "aside-too": ({"en": "Morning"}, {"en": "one organ"}),
        "form": ({"en": "Organs"}, {}),
        "title": ({"en": "Organ"}, {}),
        "both": ({"en": "Organ night"}, {"en": "organ"}),
        "neither": ({"en": "Piano"}, {}),
    }
    for slug, (title, description) in texts.items():
        await enter(tenant.owner, slug, title, description)

    assert await search(tenant.owner, '"organ"') == ["both", "title", "aside-too"]
    assert await search(tenant.owner, "organ") == ["both", "title", "longer", "form", "aside-too", "aside"]


async def test_what_fits_equally_comes_by_its_beginning(tenant: Tenant) -> None:
    for day in (3, 1, 2):
        await enter(tenant.owner, f"day-{day}", {"en": "Jazz"}, startsAt=f"2031-05-0{day}T10:00:00Z", endsAt="2031-06-01T00:00:00Z")

    assert await search(tenant.owner, "jazz") == ["day-1", "day-2", "day-3"]
    assert await found(tenant.owner, ["STARTS_AT_DESC"], search="jazz") == ["day-3", "day-2", "day-1"]


async def test_words_follow_the_event_through_change_and_end(tenant: Tenant) -> None:
    event_id = await enter(tenant.owner, "event", {"en": "Jazz"}, {"en": "Harbour"})
    change = {"eventId": event_id, "expectedVersion": 1, "title": said(en="Blues", de="Seemannslied")}
    assert (await tenant.owner.ask(UPDATE_EVENT, input=change))["updateEvent"]["errors"] == []

    after = {typed: await search(tenant.owner, typed) for typed in ("jazz", "blues", "seemannslied", "harbour", '"harbour"')}
    deletion = await tenant.owner.ask(DELETE_EVENT, input={"eventId": event_id, "expectedVersion": 2})

    assert after == {"jazz": [], "blues": ["event"], "seemannslied": ["event"], "harbour": ["event"], '"harbour"': ["event"]}
    assert deletion["deleteEvent"]["errors"] == []
    assert await search(tenant.owner, "blues") == []


async def test_a_search_is_a_condition_among_others(tenant: Tenant) -> None:
    for slug, title in [("one", "Jazz"), ("two", "Jazz and blues"), ("three", "Blues")]:
        await enter(tenant.owner, slug, {"en": title})

    async def slugs(**where: Any) -> list[str]:
        return sorted(await found(tenant.owner, **where))

    assert await slugs(search="jazz", slug={"in": ["two", "three"]}) == ["two"]
    assert await slugs(OR=[{"search": "jazz"}, {"slug": {"eq": "three"}}]) == ["one", "three", "two"]
    assert await slugs(NOT=[{"search": "blues"}]) == ["one"]
    assert await slugs(AND=[{"search": "jazz"}, {"search": "blues"}]) == ["two"]
    assert await slugs(search="jazz", NOT=[{"search": '"and blues"'}]) == ["one"]
    assert await slugs(search="  ") == ["one", "three", "two"]


async def test_the_public_finds_what_is_published_only(tenant: Tenant) -> None:
    await enter(tenant.owner, "draft", {"en": "Jazz"})

    assert await search(tenant.anonymous, "jazz") == []
    assert await search(tenant.anonymous, "-rock") == []
