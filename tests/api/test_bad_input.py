"""What nobody can mean is refused at its place, in GraphQL and over REST alike, and nothing of it is kept."""

from typing import Any

import pytest

from tests.api.box_office import event_input, ticket_type_input
from tests.api.conftest import Tenant
from tests.api.programme import faults, shown, step
from tests.api.vocabulary import make_event, named

pytestmark = pytest.mark.asyncio

IN_YEARS = "must lie between the years 1970 and 2200"
NO_ZONE = "is not an IANA time zone such as Europe/Berlin"
NO_SLUG = "must be lower-case letters, digits and single hyphens, 80 at most"
NO_LOCALE = "is not a locale such as en or de-CH"
LINE = "must be one line without control characters"
TURNS = "contains a character that turns the direction of writing at character {}"
HTML = "contains HTML at character {}; write plain text"
Case = tuple[dict[str, Any], list[tuple[str, str]]]

EVENTS: list[Case] = [
    ({"endsAt": "2031-05-01T17:59:59Z"}, [("endsAt", "must be after startsAt")]),
    ({"endsAt": "2031-05-01T18:00:00Z"}, [("endsAt", "must be after startsAt")]),
    ({"startsAt": "1969-12-31T23:59:59Z"}, [("startsAt", IN_YEARS)]),
    ({"endsAt": "2200-01-01T00:00:00Z"}, [("endsAt", IN_YEARS)]),
    ({"timeZone": "Mars/Olympus"}, [("timeZone", NO_ZONE)]),
    ({"timeZone": "localtime"}, [("timeZone", NO_ZONE)]),
    ({"timeZone": "+02:00"}, [("timeZone", NO_ZONE)]),
    ({"timeZone": ""}, [("timeZone", NO_ZONE)]),
    ({"slug": "Late Show"}, [("slug", NO_SLUG)]),
    ({"slug": "x" * 81}, [("slug", NO_SLUG)]),
    ({"slug": "-"}, [("slug", NO_SLUG)]),
    ({"title": []}, [("title", "give the text in at least one language")]),
    ({"title": [{"locale": "qq", "text": "x"}]}, [("title.qq", NO_LOCALE)]),
    ({"title": [{"locale": "de-XX", "text": "x"}]}, [("title.de-XX", NO_LOCALE)]),
    ({"title": named(" ")}, [("title.en", "is blank")]),
    ({"title": named("\u200b")}, [("title.en", "is blank")]),
    ({"title": named("x" * 201)}, [("title.en", "is 201 characters long, 200 are allowed")]),
    ({"title": named("a <script>b")}, [("title.en", HTML.format(3))]),
    ({"title": named("two\nlines")}, [("title.en", LINE)]),
    ({"title": named("nul\0")}, [("title.en", LINE)]),
    ({"title": named("a\u202eb")}, [("title.en", TURNS.format(2))]),
    ({"description": named("a\n<img src=x onerror=alert(1)>")}, [("description.en", HTML.format(3))]),
    ({"description": named("bell\a")}, [("description.en", "contains control characters")]),
    ({"description": named("a\u2067b")}, [("description.en", TURNS.format(2))]),
    ({"description": named("x" * 20_001)}, [("description.en", "is 20001 characters long, 20000 are allowed")]),
    ({"description": named("🎟" * 15_001)}, [("description.en", "takes 60004 bytes, 60000 are allowed")]),
    (
        {"description": named("[x](javascript:alert(1))")},
        [("description.en", "contains a link to javascript: where only http, https, mailto, tel are allowed")],
    ),
    (
        {"slug": "No", "timeZone": "No", "title": named("<b>"), "joinUrl": "https://a.example"},
        [
            ("joinUrl", "belongs to events that are VIRTUAL or HYBRID"),
            ("slug", NO_SLUG),
            ("title.en", HTML.format(1)),
            ("timeZone", NO_ZONE),
        ],
    ),
]
TICKET_TYPES: list[Case] = [
    ({"capacity": 0}, [("capacity", "must be between 1 and 10000000")]),
    ({"capacity": -5}, [("capacity", "must be between 1 and 10000000")]),
    ({"capacity": 10_000_001}, [("capacity", "must be between 1 and 10000000")]),
    ({"maxPerOrder": 0}, [("maxPerOrder", "must be positive and at most 1000000")]),
    ({"price": {"amountMinor": -1, "currency": "EUR"}}, [("price.amountMinor", "must not be negative")]),
    ({"price": {"amountMinor": 2**62, "currency": "EUR"}}, [("price.amountMinor", "must be 1000000000000 at most")]),
    ({"price": {"amountMinor": 1, "currency": "ABC"}}, [("price.currency", "is not a currency of ISO 4217 such as EUR")]),
    ({"price": {"amountMinor": 1, "currency": "XAU"}}, [("price.currency", "is not a currency of ISO 4217 such as EUR")]),
    ({"name": named("<i>x</i>")}, [("name.en", HTML.format(1))]),
    ({"name": named("two\nlines")}, [("name.en", LINE)]),
    ({"name": [{"locale": "xx", "text": "x"}]}, [("name.xx", NO_LOCALE)]),
    (
        {"salesStartAt": "2031-01-02T00:00:00Z", "salesEndAt": "2031-01-01T00:00:00Z"},
        [("salesEndAt", "must be after salesStartAt")],
    ),
]
VENUES: list[Case] = [
    ({"name": "<b>Hall</b>"}, [("name", HTML.format(1))]),
    ({"name": "a\u202eb"}, [("name", TURNS.format(2))]),
    ({"street": "a\tb"}, [("street", LINE)]),
    ({"city": "\u200b"}, [("city", "is blank")]),
    ({"country": "XX"}, [("country", "is not a country of ISO 3166-1 in two capital letters, such as DE")]),
    ({"timeZone": "Factory"}, [("timeZone", NO_ZONE)]),
]
HALL = {"name": "Hall", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}


def told(case: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(f"input.{place}", message) for place, message in case]


async def over_rest(tenant: Tenant, method: str, path: str, wish: dict[str, Any]) -> list[tuple[str, str]]:
    answer = await tenant.http.request(method, path, json=wish, headers=tenant.owner.headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    return [(each["pointer"].removeprefix("#/").replace("/", "."), each["detail"]) for each in answer.json()["errors"]]


@pytest.mark.parametrize(("wish", "expected"), EVENTS)
async def test_no_event_is_made_nor_changed_by_it(tenant: Tenant, wish: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    event_id = await make_event(tenant.owner, slug="here")
    before = await shown(tenant.owner, event_id)

    created = await step(tenant.owner, "createEvent", "event { id }", **event_input(**wish))
    updated = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, **wish)
    posted = await over_rest(tenant, "POST", "/api/events", event_input(**wish))
    put = await over_rest(tenant, "PUT", f"/api/events/{event_id}", {**wish, "version": 1})

    assert faults(created) == faults(updated) == told(expected)
    assert posted == put == expected
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 1
    assert await shown(tenant.owner, event_id) == before


@pytest.mark.parametrize(("wish", "expected"), TICKET_TYPES)
async def test_no_ticket_type_is_made_by_it(tenant: Tenant, wish: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    event_id = await make_event(tenant.owner)
    wanted = ticket_type_input(event_id, **wish)

    created = await step(tenant.owner, "createTicketType", "ticketType { id }", **wanted)
    del wanted["eventId"]
    posted = await over_rest(tenant, "POST", f"/api/events/{event_id}/ticket-types", wanted)

    assert faults(created) == told(expected)
    assert posted == expected
    assert await shown(tenant.owner, event_id, "ticketTypes { id } pools { id }") == {"ticketTypes": [], "pools": []}


@pytest.mark.parametrize(("wish", "expected"), VENUES)
async def test_no_venue_is_made_by_it(tenant: Tenant, wish: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    created = await step(tenant.owner, "createVenue", "venue { id }", **HALL | wish)
    posted = await over_rest(tenant, "POST", "/api/venues", HALL | wish)

    assert faults(created) == told(expected)
    assert posted == expected
    assert (await tenant.owner.ask("{ venues { totalCount } }"))["venues"]["totalCount"] == 0


async def test_a_text_in_too_many_languages_is_refused(tenant: Tenant) -> None:
    regions = "001 002 003 005 009 011 013 014 015 017 018 019 021 029 030 034 035 039 053 054 057 061 142 143 145 150 151 154 155 202 419"
    title = [{"locale": f"en-{each}", "text": "x"} for each in regions.split()]

    fits = await step(tenant.owner, "createEvent", "event { id }", **event_input(title=title[:30]))
    refused = await step(tenant.owner, "createEvent", "event { id }", **event_input(slug="more", title=title))

    assert fits["errors"] == []
    assert faults(refused) == [("input.title", "is given in 31 languages, 30 are allowed")]


@pytest.mark.parametrize("path", ["/graphql", "/api/events"])
async def test_ten_megabytes_are_refused_before_they_are_read(tenant: Tenant, path: str) -> None:
    wish = event_input(description=named("x" * 10_000_000))
    document = "mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }"
    sent = wish if path == "/api/events" else {"query": document, "variables": {"input": wish}}

    answer = await tenant.http.post(path, json=sent, headers=tenant.owner.headers)

    assert answer.status_code == 413
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [("startsAt", "2031-05-01"), ("startsAt", "soon"), ("startsAt", 5), ("attendanceMode", "BOTH"), ("venueId", {"a": 1}), ("slug", None)],
)
async def test_what_is_of_another_type_names_the_place(tenant: Tenant, field: str, value: object) -> None:
    document = "mutation ($input: CreateEventInput!) { createEvent(input: $input) { event { id } } }"

    [error] = (await tenant.owner.answer(document, input=event_input(**{field: value})))["errors"]

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"].startswith(f"Variable '$input' has invalid value at .{field}: ")
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 0
