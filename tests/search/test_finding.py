"""Events found by when, where, how and for how much, in every order, page by page in both directions."""

from typing import Any

import pytest

from tests.api.box_office import create_event, create_ticket_type, hold, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.programme import done
from tests.conftest import Clock
from tests.search.looking import FIND, enter, found, said

pytestmark = pytest.mark.asyncio

CREATE_VENUE = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } errors { __typename } } }"
UPDATE_VENUE = "mutation ($input: UpdateVenueInput!) { updateVenue(input: $input) { venue { id } errors { __typename } } }"
FOREIGN_ORDER = "after: is not a cursor of this list in this order"


async def venue(client: Client, city: str, country: str) -> str:
    wish = {"name": "Hall", "city": city, "country": country, "timeZone": "UTC"}
    return str((await client.ask(CREATE_VENUE, input=wish))["createVenue"]["venue"]["id"])


def price(minor: int, currency: str = "EUR") -> dict[str, Any]:
    return {"price": {"amountMinor": minor, "currency": currency}}


async def priced(client: Client, slug: str, *prices: dict[str, Any]) -> str:
    event_id = await create_event(client, slug=slug)
    for each in prices:
        await create_ticket_type(client, event_id, **each)
    return event_id


async def test_events_are_found_by_when_they_end(tenant: Tenant) -> None:
    for day in (2, 3, 4):
        await create_event(tenant.owner, slug=f"until-{day}", startsAt="2031-05-01T10:00:00Z", endsAt=f"2031-05-0{day}T10:00:00Z")

    assert await found(tenant.owner, endsAt={"gte": "2031-05-03T10:00:00Z"}) == ["until-3", "until-4"]
    assert await found(tenant.owner, endsAt={"lte": "2031-05-03T10:00:00Z"}) == ["until-2", "until-3"]
    assert await found(tenant.owner, endsAt={"gte": "2031-05-03T10:00:00.000001Z", "lte": "9999-12-31T23:59:59.999999Z"}) == ["until-4"]


async def test_events_are_found_by_how_people_attend(tenant: Tenant) -> None:
    for mode in ("PHYSICAL", "VIRTUAL", "HYBRID"):
        await create_event(tenant.owner, slug=mode.lower(), attendanceMode=mode)

    assert await found(tenant.owner, attendanceMode={"eq": "VIRTUAL"}) == ["virtual"]
    assert await found(tenant.owner, attendanceMode={"in": ["PHYSICAL", "HYBRID"]}) == ["physical", "hybrid"]
    assert await found(tenant.owner, attendanceMode={"in": []}) == []


async def test_events_are_found_by_city_and_country_of_their_venue(tenant: Tenant) -> None:
    cities = [("koeln", "Köln", "DE"), ("wien", "Wien", "AT"), ("stpauls", "St. Paul's Bay", "MT")]
    venues = {slug: await venue(tenant.owner, city, country) for slug, city, country in cities}
    for slug, _, _ in cities:
        await create_event(tenant.owner, slug=slug, venueId=venues[slug])
    await create_event(tenant.owner, slug="nowhere")

    assert [await found(tenant.owner, city={"eq": each}) for each in ("Köln", "KOLN", "st pauls bay", "st paul s bay", "Bonn", "")] == [
        ["koeln"],
        ["koeln"],
        [],
        ["stpauls"],
        [],
        [],
    ]
    assert await found(tenant.owner, city={"in": ["wien", "köln"]}) == ["koeln", "wien"]
    assert await found(tenant.owner, country={"in": ["AT", "MT"]}) == ["wien", "stpauls"]
    assert await found(tenant.owner, country={"eq": "de"}) == []
    assert await found(tenant.owner, NOT=[{"country": {"eq": "DE"}}]) == ["wien", "stpauls", "nowhere"]
    assert await found(tenant.owner, city={"in": ["\0", "x" * 10_000, "\u2028"]}) == []
    change = {"venueId": venues["wien"], "expectedVersion": 1, "city": "Graz"}
    assert (await tenant.owner.ask(UPDATE_VENUE, input=change))["updateVenue"]["errors"] == []
    assert await found(tenant.owner, city={"in": ["Wien", "GRAZ"]}) == ["wien"]


async def test_events_are_found_by_their_cheapest_price(tenant: Tenant) -> None:
    await priced(tenant.owner, "mixed", price(1_000), price(9_000))
    await priced(tenant.owner, "dear", price(5_000))
    await priced(tenant.owner, "free", price(0), price(2_000))
    await priced(tenant.owner, "swiss", price(1_000, "CHF"))
    await priced(tenant.owner, "nothing")

    assert await found(tenant.owner, price={"gte": 1_000, "lte": 5_000}) == ["mixed", "dear"]
    assert await found(tenant.owner, price={"gte": 1_001, "currency": "EUR"}) == ["dear"]
    assert await found(tenant.owner, price={"lte": 999}) == ["free"]
    assert await found(tenant.owner, price={"gte": 0}) == ["mixed", "dear", "free"]
    assert await found(tenant.owner, price={"lte": 1_000, "currency": "CHF"}) == ["swiss"]
    assert await found(tenant.owner, price={"gte": 5_000, "lte": 1_000}) == []
    assert await found(tenant.owner, price={"gte": "-9223372036854775808", "lte": "9223372036854775807"}) == ["mixed", "dear", "free"]
    assert len(await found(tenant.owner, price={"currency": "CHF"})) == 5
    assert await found(tenant.owner, free=True) == ["free"]
    assert await found(tenant.owner, free=False) == ["mixed", "dear", "swiss"]
    assert await found(tenant.owner, NOT=[{"free": True}]) == ["mixed", "dear", "swiss", "nothing"]


async def test_events_are_found_by_whether_tickets_can_be_had(tenant: Tenant, clock: Clock) -> None:
    _, _ = await put_on_sale(tenant.owner, slug="on-sale")
    await create_event(tenant.owner, slug="draft")
    sold_out, type_id = await put_on_sale(tenant.owner, 2, slug="sold-out")
    assert (await hold(tenant.anonymous, sold_out, type_id, 2))["errors"] == []
    postponed, _ = await put_on_sale(tenant.owner, slug="postponed")
    await done(tenant.owner, "postponeEvent", eventId=postponed, expectedVersion=2)
    later, first = await put_on_sale(tenant.owner, 1, slug="later")
    assert (await hold(tenant.anonymous, later, first, 1))["errors"] == []
    await create_ticket_type(tenant.owner, later, salesStartAt="2030-01-01T00:00:00Z", salesEndAt="2031-01-01T00:00:00Z")

    now = [await found(tenant.owner, available=each) for each in (True, False)]
    await clock.advance(days=365 * 4)
    in_between = await found(tenant.owner, available=True)
    await clock.advance(days=365 * 10)
    at_last = await found(tenant.owner, available=True)

    assert (sorted(now[0]), sorted(now[1])) == (["on-sale"], ["draft", "later", "postponed", "sold-out"])
    assert sorted(in_between) == ["later", "on-sale"]
    assert at_last == []


async def test_titles_are_ordered_as_the_reader_sees_them(tenant: Tenant) -> None:
    titles = {
        "a": {"en": "zebra", "de": "Äpfel"},
        "b": {"en": "«Apples»", "de": "zebra"},
        "c": {"fr": "Éclair"},
        "d": {"en": "apples and pears", "de-CH": "Birchermüesli"},
        "e": {"en": "Mango", "de": "öl"},
    }
    for slug, title in titles.items():
        await enter(tenant.owner, slug, title)

    orders = [
        "".join(await found(tenant.owner.with_headers(accept_language=language), ["TITLE_ASC"]))
        for language in ("en", "de", "de-CH, en", "ja")
    ]
    backward = await found(tenant.owner, ["TITLE_DESC"])

    assert orders == ["bdcea", "adceb"[:2] + "ceb", "adceb", "bdcea"]
    assert backward == ["a", "e", "c", "d", "b"]


async def test_prices_are_ordered_in_one_currency_and_those_without_come_last(tenant: Tenant) -> None:
    await priced(tenant.owner, "mixed", price(1_000), price(9_000, "CHF"))
    await priced(tenant.owner, "dear", price(5_000))
    await priced(tenant.owner, "free", price(0))
    await priced(tenant.owner, "swiss", price(1, "CHF"))
    await priced(tenant.owner, "nothing")

    assert await found(tenant.owner, ["PRICE_ASC"]) == ["free", "mixed", "dear", "swiss", "nothing"]
    assert await found(tenant.owner, ["PRICE_DESC"]) == ["dear", "mixed", "free", "nothing", "swiss"]
    assert await found(tenant.owner, ["PRICE_ASC"], price={"currency": "CHF"}) == ["swiss", "mixed", "dear", "free", "nothing"]


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (["STARTS_AT_ASC"], ["STARTS_AT_DESC"]),
        (["STARTS_AT_ASC"], ["CREATED_AT_ASC"]),
        (["TITLE_ASC"], ["PRICE_ASC"]),
        (["PRICE_ASC"], ["PRICE_DESC"]),
        (["RELEVANCE"], ["PRICE_ASC"]),
        (["RELEVANCE", "STARTS_AT_ASC"], ["RELEVANCE"]),
    ],
)
async def test_a_cursor_of_another_order_is_refused(tenant: Tenant, first: list[str], then: list[str]) -> None:
    await enter(tenant.owner, "event", {"en": "Jazz"})
    where = {"search": "jazz"}
    cursor = (await tenant.owner.ask(FIND, orderBy=first, where=where))["events"]["pageInfo"]["endCursor"]

    [error] = (await tenant.owner.answer(FIND, orderBy=then, where=where, after=cursor))["errors"]

    assert (error["extensions"]["code"], error["message"]) == ("BAD_USER_INPUT", FOREIGN_ORDER)


@pytest.mark.parametrize(
    ("order", "there", "elsewhere", "language"),
    [
        (["RELEVANCE"], {"search": "jazz"}, {"search": "blues"}, "en"),
        (["RELEVANCE"], {"search": "jazz"}, {"search": "jazz"}, "de"),
        (["TITLE_ASC"], {}, {}, "de"),
        (["PRICE_ASC"], {}, {"price": {"currency": "CHF"}}, "en"),
    ],
)
async def test_a_cursor_of_other_words_languages_or_currencies_is_refused(
    tenant: Tenant, order: list[str], there: dict[str, Any], elsewhere: dict[str, Any], language: str
) -> None:
    await enter(tenant.owner, "event", {"en": "Jazz and blues"})
    cursor = (await tenant.owner.ask(FIND, orderBy=order, where=there))["events"]["pageInfo"]["endCursor"]
    reader = tenant.owner.with_headers(accept_language=language)

    [error] = (await reader.answer(FIND, orderBy=order, where=elsewhere, after=cursor))["errors"]

    assert error["message"] == FOREIGN_ORDER
    assert (await tenant.owner.ask(FIND, orderBy=order, where=there, after=cursor))["events"]["nodes"] == []


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (["RELEVANCE"], "orderBy: RELEVANCE needs where.search"),
        (["STARTS_AT_ASC", "STARTS_AT_DESC"], "orderBy: orders by the same thing twice"),
        (["PRICE_ASC"] * 3, "orderBy: orders by the same thing twice"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(tenant: Tenant, order: list[str], message: str) -> None:
    [error] = (await tenant.anonymous.answer(FIND, orderBy=order, where={"OR": [{"search": "jazz"}]}))["errors"]

    assert (error["extensions"]["code"], error["message"]) == ("BAD_USER_INPUT", message)


async def test_a_blank_word_or_title_is_never_in_the_way(tenant: Tenant) -> None:
    await create_event(tenant.owner, slug="signs", title=said(en="!!!", de="🎷"))
    await create_event(tenant.owner, slug="words", title=said(en="Words"))

    assert await found(tenant.owner, ["TITLE_ASC"]) == ["signs", "words"]
