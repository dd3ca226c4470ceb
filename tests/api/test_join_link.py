"""Where to connect is a secret: shown to those who may see it, and found nowhere else, whatever is done to the event."""

import io
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from adapters.postgres.tables import metadata
from domain.identity import Role, Viewer
from gateway.logs import configure_logs
from gateway.settings import LogFormat, LogLevel
from resolvers.join_links import join_urls_of_events
from schema import ids
from tests.api.box_office import create_ticket_type
from tests.api.conftest import Client, Tenant
from tests.api.programme import REASON, done, faults, shown, step
from tests.api.vocabulary import LINK, make_event, make_public
from tests.conftest import Statements

pytestmark = pytest.mark.asyncio

SECRET = "s3cret"
SEES_LINKS = {Role.OWNER, Role.ADMIN, Role.MANAGER, Role.ORGANIZER, Role.SUPPORT}
IS_NO_ADDRESS = "is not a web address as RFC 3986 writes it"
BEGINS_WRONG = "must begin with https://"
CREDENTIALS = "must not carry a user name or password before the host"
NO_HOST = "must name a host such as meet.example.org"
NOT_HERE = "belongs to events that are VIRTUAL or HYBRID"
NEEDED = "is required of a VIRTUAL event that is before the public"
EVERYWHERE = """
query ($id: ID!, $ids: [ID!]!, $keys: [_Any!]!) {
  event(by: {id: $id}) { joinUrl ticketTypes { event { joinUrl } } }
  node(id: $id) { ... on Event { joinUrl } }
  nodes(ids: $ids) { ... on Event { joinUrl } }
  _entities(representations: $keys) { ... on Event { joinUrl } }
  events { nodes { joinUrl } edges { node { joinUrl } } }
}
"""


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged while the test runs."""
    root = logging.getLogger()
    before = root.handlers[:], root.level, structlog.get_config()
    stream = io.StringIO()
    configure_logs(LogFormat.JSON, LogLevel.DEBUG, stream)
    yield stream
    root.handlers[:], root.level = before[0], before[1]
    structlog.configure(**before[2])
    logging.captureWarnings(capture=False)


async def everywhere(client: Client, event_id: str) -> str:
    return str(await client.ask(EVERYWHERE, id=event_id, ids=[event_id], keys=[{"__typename": "Event", "id": event_id}]))


async def test_the_link_is_shown_to_the_staff_that_may_see_it_and_to_nobody_else(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id = await make_public(tenant.owner, attendanceMode="HYBRID", joinUrl=LINK)

    seen = {role: await everywhere(tenant.member(role) if role else tenant.anonymous, event_id) for role in (None, *Role)}

    assert {role: each.count(LINK) for role, each in seen.items()} == {role: 7 if role in SEES_LINKS else 0 for role in (None, *Role)}
    assert SECRET not in "".join(each for role, each in seen.items() if role not in SEES_LINKS)
    assert (await shown(tenant.anonymous, event_id, "joinUrl")) == {"joinUrl": None}
    assert await shown(other_tenant.owner, event_id, "joinUrl") is None


async def test_whoever_may_not_see_it_does_not_even_make_us_read_it(tenant: Tenant, statements: Statements) -> None:
    event_id = await make_public(tenant.owner, attendanceMode="HYBRID", joinUrl=LINK)

    async with statements.sent() as sent:
        await everywhere(tenant.anonymous, event_id)

    assert not any("event_join_links" in each for each in sent)


async def test_one_rendering_for_many_viewers_shows_it_by_role_and_to_no_person(tenant: Tenant) -> None:
    event_id = await make_public(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)
    named = ids.read(event_id)
    assert named

    seen = {}
    for role in (None, *Role):
        nobody = tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, role=role))
        async with tenant.house.contexts.fresh(nobody) as context:
            seen[role] = await join_urls_of_events(context, [named[1]], {})

    assert seen == {role: [LINK if role in SEES_LINKS else None] for role in (None, *Role)}


async def test_nothing_that_is_done_to_an_event_writes_its_link_anywhere_else(tenant: Tenant, owner: Any, lines: io.StringIO) -> None:
    structlog.get_logger().debug("listening")
    event_id = await make_public(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, joinUrl=f"{LINK}2")
    await done(tenant.owner, "copyEvent", eventId=event_id, slug="copy", startsAt="2031-06-01T18:00:00Z")
    await done(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=3)
    await done(tenant.owner, "cancelEvent", eventId=event_id, expectedVersion=4, reason=REASON)
    bad = await step(tenant.owner, "createEvent", "event { id }", **_event(), joinUrl=f"http://u:{SECRET}@meet.example.org/")
    worse = await tenant.owner.answer("mutation ($i: UpdateEventInput!) { updateEvent(input: $i) { event { id } } }", i={"joinUrl": [LINK]})

    leaks = [
        name for name in metadata.tables if await owner.fetchval(f"SELECT count(*) FROM {name} AS each WHERE each::text LIKE '%{SECRET}%'")
    ]

    assert leaks == ["event_join_links"]
    assert SECRET not in str(bad)
    assert "errors" in worse
    assert "listening" in lines.getvalue()
    assert SECRET not in lines.getvalue()


def _event() -> dict[str, Any]:
    return {
        "slug": "online",
        "title": [{"locale": "en", "text": "Online"}],
        "startsAt": "2031-05-01T18:00:00Z",
        "endsAt": "2031-05-01T21:00:00Z",
        "timeZone": "Europe/Berlin",
        "attendanceMode": "VIRTUAL",
    }


async def test_the_log_tells_that_a_link_changed_and_never_which(tenant: Tenant) -> None:
    event_id = await make_event(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, joinUrl=f"{LINK}2")
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, joinUrl=None)
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=3, joinUrl=None)

    log = (await shown(tenant.member(Role.ANALYST), event_id, "activity { nodes { changes { field old new } } }"))["activity"]["nodes"]

    told = [[(each["old"], each["new"]) for each in entry["changes"] if each["field"] == "join_url"] for entry in reversed(log)]
    assert told == [[(None, '"withheld"')], [('"withheld"', '"withheld"')], [('"withheld"', None)], []]
    assert SECRET not in str(log)


async def test_a_copy_has_no_link_since_another_date_is_another_meeting(tenant: Tenant) -> None:
    event_id = await make_public(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="copy", startsAt="2031-06-01T18:00:00Z")

    assert await shown(tenant.owner, copy["id"], "attendanceMode joinUrl") == {"attendanceMode": "VIRTUAL", "joinUrl": None}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://meet.example.org/", [BEGINS_WRONG]),
        ("javascript:alert(1)", [BEGINS_WRONG, NO_HOST]),
        ("//meet.example.org/", [BEGINS_WRONG]),
        ("meet.example.org", [BEGINS_WRONG, NO_HOST]),
        ("https://ada:lovelace@meet.example.org/", [CREDENTIALS]),
        ("https://ada@meet.example.org/", [CREDENTIALS]),
        ("https:///path", [NO_HOST]),
        ("https://localhost/", [NO_HOST]),
        ("https://-.example/", [NO_HOST]),
        ("https://meet.example.org:99999/", [IS_NO_ADDRESS]),
        ("https://[::1/", [IS_NO_ADDRESS]),
        ("https://meet.example.org\\@evil.example/", [IS_NO_ADDRESS]),
        ("https://meet.example.org/ room", [IS_NO_ADDRESS]),
        ("https://meet.example.org/\nx", [IS_NO_ADDRESS]),
        ("https://mëet.example.org/", [IS_NO_ADDRESS]),
        ("https://meet.example.org/<b>", [IS_NO_ADDRESS]),
        ("", [IS_NO_ADDRESS]),
        ("https://meet.example.org/" + "x" * 1_976, ["is 2001 characters long, 2000 are allowed"]),
    ],
    ids=lambda value: ascii(value)[:30] if isinstance(value, str) else "",
)
async def test_what_is_no_link_is_refused_and_the_old_one_stays(tenant: Tenant, url: str, expected: list[str]) -> None:
    event_id = await make_event(tenant.owner, attendanceMode="HYBRID", joinUrl=LINK)

    created = await step(tenant.owner, "createEvent", "event { id }", **_event(), joinUrl=url)
    updated = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, joinUrl=url)

    assert faults(created) == faults(updated) == [("input.joinUrl", message) for message in expected]
    assert await shown(tenant.owner, event_id, "version joinUrl") == {"version": 1, "joinUrl": LINK}
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 1


async def test_a_physical_event_has_no_link_and_loses_the_one_it_had(tenant: Tenant) -> None:
    refused = await step(tenant.owner, "createEvent", "event { id }", **_event() | {"attendanceMode": "PHYSICAL"}, joinUrl=LINK)
    event_id = await make_event(tenant.owner, attendanceMode="HYBRID", joinUrl=LINK)

    both = await step(
        tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, attendanceMode="PHYSICAL", joinUrl=LINK
    )
    kept = await shown(tenant.owner, event_id, "joinUrl")
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, attendanceMode="PHYSICAL")
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, attendanceMode="HYBRID")

    assert faults(refused) == faults(both) == [("input.joinUrl", NOT_HERE)]
    assert kept == {"joinUrl": LINK}
    assert await shown(tenant.owner, event_id, "joinUrl") == {"joinUrl": None}


async def test_a_virtual_event_is_published_with_a_link_only(tenant: Tenant) -> None:
    event_id = await make_event(tenant.owner, attendanceMode="VIRTUAL")
    await create_ticket_type(tenant.owner, event_id)

    refused = await step(tenant.owner, "publishEvent", eventId=event_id)
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, joinUrl=LINK)
    published = await done(tenant.owner, "publishEvent", eventId=event_id)

    [error] = refused["errors"]
    assert error == {
        "__typename": "EventNotPublishable",
        "message": "A virtual event needs a join link before it is published; set joinUrl first.",
        "code": "CONFLICT",
        "path": [],
        "status": "DRAFT",
        "ticketTypes": 1,
        "joinUrlMissing": True,
    }
    assert published["status"] == "PUBLISHED"


async def test_a_published_virtual_event_keeps_a_link(tenant: Tenant) -> None:
    virtual = await make_public(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)
    physical = await make_public(tenant.owner, slug="physical")

    taken = await step(tenant.owner, "updateEvent", "event { id }", eventId=virtual, expectedVersion=2, joinUrl=None)
    turned = await step(tenant.owner, "updateEvent", "event { id }", eventId=physical, expectedVersion=2, attendanceMode="VIRTUAL")
    hybrid = await done(tenant.owner, "updateEvent", eventId=virtual, expectedVersion=2, attendanceMode="HYBRID", joinUrl=None)

    assert faults(taken) == faults(turned) == [("input.joinUrl", NEEDED)]
    assert await shown(tenant.owner, physical, "attendanceMode") == {"attendanceMode": "PHYSICAL"}
    assert hybrid["version"] == 3


async def test_rest_shows_the_link_to_those_who_may_see_it(tenant: Tenant) -> None:
    event_id = await make_public(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)

    async def seen(client: Client, path: str) -> str:
        return (await tenant.http.get(path, headers=client.headers)).text

    for path in (f"/api/events/{event_id}", "/api/events/late-show", "/v1/api/events/late-show"):
        assert LINK in await seen(tenant.owner, path)
        assert SECRET not in await seen(tenant.anonymous, path)
        assert SECRET not in await seen(tenant.member(Role.ANALYST), path)
    assert SECRET not in await seen(tenant.owner, "/api/events")
