"""Search engines are told what is true of an event through its whole life: when, where, at which price, and whether there are tickets."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

from domain.identity import Role
from schema import ids
from tests.api.box_office import create_event, create_ticket_type, hold, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.programme import done, shown
from tests.calendars.reading import entry_of, fetch
from tests.calendars.shapes import expect_shape
from tests.calendars.stage import LINK, cancel, postpone, reschedule, rewrite, staged
from tests.conftest import Statements, WorkOf

pytestmark = pytest.mark.asyncio

OLD, NEW = "2031-05-01T20:00:00+02:00", "2031-06-10T20:00:00+02:00"
NEW_TEXT = "2031-06-10T18:00:00Z"
PLACE = {
    "@type": "Place",
    "name": "Great Hall; east, wing",
    "address": {
        "@type": "PostalAddress",
        "streetAddress": "Bellevuestraße 1",
        "addressLocality": "Berlin",
        "addressCountry": "DE",
    },
    "geo": {"@type": "GeoCoordinates", "latitude": 52.509, "longitude": -13.37625},
}


async def told(client: Client, event_id: str, **headers: str) -> dict[str, Any]:
    """The document, which has the shape that is demanded."""
    answer = await fetch(client, f"/api/events/{event_id}.jsonld", **headers)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    expect_shape(document)
    return document


def dates(document: dict[str, Any]) -> tuple[str, str | None, str | None, str | None]:
    status = document["eventStatus"].removeprefix("https://schema.org/Event")
    return status, document.get("startDate"), document.get("endDate"), document.get("previousStartDate")


def offers(document: dict[str, Any]) -> list[str]:
    return [each["availability"].removeprefix("https://schema.org/") for each in document["offers"]]


async def test_a_document_says_what_when_where_and_at_which_price(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)

    document = await told(tenant.anonymous, event_id)

    page = f"http://{tenant.organization.slug}.localhost:8000/events/late-show"
    opened = document["offers"][0].pop("validFrom")
    assert opened == (await shown(tenant.owner, event_id, "publishedAt"))["publishedAt"][:11] + opened[11:]
    assert document == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": page,
        "url": page,
        "name": "The Late Show",
        "description": "First line\nBEGIN:VEVENT",
        "startDate": OLD,
        "endDate": "2031-05-01T23:00:00+02:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "location": PLACE,
        "organizer": {"@type": "Organization", "name": "The Hall", "url": page.removesuffix("events/late-show")},
        "offers": [
            {
                "@type": "Offer",
                "name": "Standing",
                "url": page,
                "price": "25.50",
                "priceCurrency": "EUR",
                "availability": "https://schema.org/InStock",
                "validThrough": "2031-05-01T23:00:00+02:00",
            }
        ],
    }


async def test_the_field_and_the_route_give_the_same_document_in_the_readers_language(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    german = tenant.anonymous.with_headers(accept_language="de")

    field = (await shown(german, event_id, "jsonLd"))["jsonLd"]
    answer = await fetch(german, "/v1/api/events/late-show.jsonld")

    assert field == answer.text
    assert json.loads(field)["name"] == "Die Spätvorstellung"
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["cache-control"] == "no-cache"
    again = await fetch(german, "/api/events/late-show.jsonld", if_none_match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")


async def test_through_its_life_the_status_and_the_dates_are_true(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    published = await told(tenant.anonymous, event_id)
    await postpone(tenant.owner, event_id, 2)
    unknown = await told(tenant.anonymous, event_id)
    await postpone(tenant.owner, event_id, 3, startsAt="2031-05-20T18:00:00Z")
    likely = await told(tenant.anonymous, event_id)
    await reschedule(tenant.owner, event_id, 4, NEW_TEXT)
    moved = await told(tenant.anonymous, event_id)
    await cancel(tenant.owner, event_id, 5)
    cancelled = await told(tenant.anonymous, event_id)

    assert [dates(each) for each in (published, unknown, likely, moved, cancelled)] == [
        ("Scheduled", OLD, "2031-05-01T23:00:00+02:00", None),
        ("Postponed", OLD, "2031-05-01T23:00:00+02:00", None),
        ("Postponed", OLD, None, None),
        ("Rescheduled", NEW, "2031-06-10T23:00:00+02:00", OLD),
        ("Cancelled", NEW, "2031-06-10T23:00:00+02:00", None),
    ]
    assert [offers(each) for each in (published, unknown, likely, moved, cancelled)] == [
        ["InStock"],
        ["OutOfStock"],
        ["OutOfStock"],
        ["InStock"],
        ["OutOfStock"],
    ]


async def test_an_event_moved_back_to_where_it_was_is_told_as_never_moved(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    await reschedule(tenant.owner, event_id, 2, NEW_TEXT)
    moved = await told(tenant.anonymous, event_id)

    await reschedule(tenant.owner, event_id, 3, "2031-05-01T18:00:00Z")

    back = await told(tenant.anonymous, event_id)
    entry = await entry_of(tenant.anonymous, event_id)
    assert (dates(moved)[0], dates(moved)[3]) == ("Rescheduled", OLD)
    assert dates(back) == ("Scheduled", OLD, "2031-05-01T23:00:00+02:00", None)
    assert (str(entry["STATUS"]), entry["SEQUENCE"], entry["DTSTART"].dt.isoformat()) == ("CONFIRMED", 4, OLD)


async def test_offers_are_live(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    scarce = await create_ticket_type(tenant.owner, event_id, 2)
    await create_ticket_type(tenant.owner, event_id, salesStartAt="2031-03-01T09:00:00Z", salesEndAt="2031-04-01T09:00:00Z")
    await create_ticket_type(tenant.owner, event_id, price={"amountMinor": 0, "currency": "JPY"})
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, attendanceMode="VIRTUAL", joinUrl=LINK)
    await done(tenant.owner, "publishEvent", eventId=event_id)
    before = await told(tenant.anonymous, event_id)

    await hold(tenant.anonymous, event_id, scarce, 2)

    after = await told(tenant.anonymous, event_id)
    assert (offers(before), offers(after)) == (["InStock", "PreOrder", "InStock"], ["OutOfStock", "PreOrder", "InStock"])
    later, free = after["offers"][1:]
    assert (later["validFrom"], later["validThrough"]) == ("2031-03-01T10:00:00+01:00", "2031-04-01T11:00:00+02:00")
    assert (free["price"], free["priceCurrency"]) == ("0", "JPY")


async def test_sold_tickets_are_sold_out(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, _ = await put_on_sale(tenant.owner, 2, attendanceMode="VIRTUAL", joinUrl=LINK)

    async with work_of(tenant.organization) as work:
        await work.seats._connection.execute("UPDATE pools SET sold = 2 WHERE event_id = $1", ids.expect(event_id, "Event", ()))

    assert offers(await told(tenant.anonymous, event_id)) == ["SoldOut"]


async def test_who_connects_is_led_to_the_page_and_nowhere_else(tenant: Tenant) -> None:
    online, _ = await staged(tenant.owner, attendanceMode="VIRTUAL", slug="online", joinUrl=LINK)
    hybrid, _ = await staged(tenant.owner, attendanceMode="HYBRID", slug="hybrid", joinUrl=LINK)

    virtual, both = [await told(tenant.anonymous, each) for each in (online, hybrid)]

    assert virtual["location"] == {"@type": "VirtualLocation", "url": virtual["url"]}
    assert [each["@type"] for each in both["location"]] == ["Place", "VirtualLocation"]


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ("PHYSICAL", "VIRTUAL", "MovedOnline"),
        ("PHYSICAL", "HYBRID", "MovedOnline"),
        ("HYBRID", "VIRTUAL", "MovedOnline"),
        ("VIRTUAL", "HYBRID", "Scheduled"),
        ("VIRTUAL", "PHYSICAL", "Scheduled"),
    ],
)
async def test_an_event_that_moves_online_says_so(tenant: Tenant, before: str, after: str, status: str) -> None:
    event_id, _ = await staged(tenant.owner, attendanceMode=before, **_joined(before))

    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, attendanceMode=after, **_joined(after))

    assert dates(await told(tenant.anonymous, event_id))[0] == status
    await reschedule(tenant.owner, event_id, 3, NEW_TEXT)
    assert dates(await told(tenant.anonymous, event_id))[0] == "Rescheduled"


def _joined(mode: str) -> dict[str, str]:
    return {} if mode == "PHYSICAL" else {"joinUrl": LINK}


async def test_what_moved_online_as_a_draft_was_always_online(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id)
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, attendanceMode="VIRTUAL", joinUrl=LINK)
    await done(tenant.owner, "publishEvent", eventId=event_id)

    assert dates(await told(tenant.anonymous, event_id))[0] == "Scheduled"


class _Scripts(HTMLParser):
    """Reads a page as a browser does: what elements it has, and what stands in its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    "words",
    ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "&lt;/script&gt;", '"},"@type":"X', "a\u2028b\u2029c\\u003c", "\t\n\r'"],
)
async def test_no_words_end_the_script_element_they_stand_in(tenant: Tenant, work_of: WorkOf, words: str) -> None:
    event_id, _ = await staged(tenant.owner)
    await rewrite(work_of, tenant, event_id, title=f"x{words}", description=f"{words}x")

    document = (await shown(tenant.anonymous, event_id, "jsonLd"))["jsonLd"]

    page = _Scripts(f'<script type="application/ld+json">{document}</script><p></p>')
    assert page.elements == ["script", "p"]
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(document)
    assert json.loads(page.text)["name"] == f"x{words}"
    assert json.loads(page.text)["description"] == f"{words}x"


async def test_of_drafts_nothing_is_told_to_anybody(tenant: Tenant) -> None:
    draft = await create_event(tenant.owner)

    field = await shown(tenant.owner, draft, "jsonLd")
    answers = [
        await fetch(client, f"/api/events/{draft}.jsonld") for client in (tenant.owner, tenant.member(Role.ANALYST), tenant.anonymous)
    ]

    assert field == {"jsonLd": None}
    assert [each.status_code for each in answers] == [404] * 3


async def test_an_event_without_a_venue_does_not_invent_one(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    document = (await fetch(tenant.anonymous, f"/api/events/{event_id}.jsonld")).json()

    assert "location" not in document
    assert "description" not in document


async def test_documents_cost_the_same_for_one_event_and_for_many(tenant: Tenant, statements: Statements) -> None:
    for number in range(4):
        await staged(tenant.owner, slug=f"show-{number}")
    query = "query ($first: Int!) { events(first: $first) { nodes { jsonLd } } }"
    await tenant.anonymous.ask(query, first=1)

    async with statements.sent() as for_one:
        await tenant.anonymous.ask(query, first=1)
    async with statements.sent() as for_many:
        answer = await tenant.anonymous.ask(query, first=4)

    assert len({each["jsonLd"] for each in answer["events"]["nodes"]}) == 4
    assert len(for_many) == len(for_one) <= 10, for_many
