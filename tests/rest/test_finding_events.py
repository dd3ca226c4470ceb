"""Finding events over REST: the query parameters of the list."""

import pytest

from tests.api.conftest import Tenant
from tests.rest.asking import ask, make_event, make_on_sale

pytestmark = pytest.mark.asyncio


async def test_events_are_searched_filtered_and_ordered_by_parameters(tenant: Tenant) -> None:
    hall = {"name": "Hall", "city": "Zürich", "country": "CH", "timeZone": "UTC"}
    venue_id = (await ask(tenant.owner, "POST", "/api/venues", json=hall)).json()["id"]
    await make_on_sale(tenant.owner, slug="on-sale", title=[{"locale": "en", "text": "Jazz night"}])
    title = [{"locale": "en", "text": "Blues"}]
    await make_event(tenant.owner, slug="at-hall", title=title, venueId=venue_id, attendanceMode="HYBRID", endsAt="2031-05-03T00:00:00Z")

    asked = {
        "search=nigh": ["on-sale"],
        "search=-night": ["at-hall"],
        "search=jazz+OR+blues&orderBy=TITLE_ASC": ["at-hall", "on-sale"],
        "orderBy=TITLE_DESC": ["on-sale", "at-hall"],
        "orderBy=PRICE_ASC": ["on-sale", "at-hall"],
        "city=Bern&city=zurich": ["at-hall"],
        "country=CH": ["at-hall"],
        "attendanceMode=HYBRID&attendanceMode=VIRTUAL": ["at-hall"],
        "endsFrom=2031-05-02T00:00:00Z": ["at-hall"],
        "endsUntil=2031-05-02T00:00:00Z": ["on-sale"],
        "priceFrom=2550&priceUntil=2550": ["on-sale"],
        "priceUntil=2549": [],
        "priceFrom=0&currency=CHF": [],
        "free=false": ["on-sale"],
        "free=true": [],
        "available=true": ["on-sale"],
        "available=false": ["at-hall"],
    }
    answers = {each: await ask(tenant.owner, "GET", f"/api/events?{each}") for each in asked}

    assert {each: [item["slug"] for item in answer.json()["items"]] for each, answer in answers.items()} == asked


async def test_pages_of_a_search_go_on_by_cursor(tenant: Tenant) -> None:
    for number in range(3):
        await make_event(tenant.owner, slug=f"show-{number}")
    asked = {"search": "late", "orderBy": "RELEVANCE", "first": 2}

    first = (await ask(tenant.owner, "GET", "/api/events", params=asked)).json()
    second = (await ask(tenant.owner, "GET", "/api/events", params=asked | {"after": first["pageInfo"]["endCursor"]})).json()

    seen = [item["slug"] for page in (first, second) for item in page["items"]]
    assert sorted(seen) == ["show-0", "show-1", "show-2"]
    assert second["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        (f"search={'x' * 201}", "search"),
        ("orderBy=RELEVANCE", "orderBy"),
        ("free=perhaps", "free"),
        ("priceFrom=1.5", "priceFrom"),
        ("currency=euro", "currency"),
        ("attendanceMode=ONLINE", "attendanceMode"),
        ("endsFrom=tomorrow", "endsFrom"),
    ],
)
async def test_a_condition_that_cannot_be_given_names_the_parameter(query: str, parameter: str, tenant: Tenant) -> None:
    answer = await ask(tenant.owner, "GET", f"/api/events?{query}")

    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json()["errors"]] == [parameter]


async def test_too_many_values_of_a_query_parameter_are_refused_by_its_name(tenant: Tenant) -> None:
    answer = await ask(tenant.anonymous, "GET", "/api/events?" + "&".join(["country=DE"] * 101))

    assert answer.status_code == 400
    assert [(each.get("parameter"), each.get("limit")) for each in answer.json()["errors"]] == [("country", "listItems")]
