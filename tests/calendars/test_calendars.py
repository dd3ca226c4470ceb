"""Calendars tell what is true of an event through its whole life, in the reader's language, and nothing of what he must not see."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from schema import ids
from tests.api.box_office import create_event, create_ticket_type, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.programme import done, shown
from tests.calendars.reading import entry_of, fetch, parsed, unfolded
from tests.calendars.stage import LINK, cancel, postpone, reschedule, rewrite, staged
from tests.conftest import Statements, WorkOf

pytestmark = pytest.mark.asyncio

OLD = datetime(2031, 5, 1, 18, tzinfo=UTC)
NEW = datetime(2031, 6, 10, 18, tzinfo=UTC)
NEW_TEXT = "2031-06-10T18:00:00Z"


def told(entry: Any) -> tuple[Any, ...]:
    return str(entry["STATUS"]), int(entry["SEQUENCE"]), entry["DTSTART"].dt.astimezone(UTC), entry["DTEND"].dt.astimezone(UTC)


def uuid_of(event_id: str) -> Any:
    named = ids.read(event_id)
    assert named
    return named[1]


async def test_an_entry_says_what_when_and_where(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    updated = datetime.fromisoformat((await shown(tenant.owner, event_id, "updatedAt"))["updatedAt"]).replace(microsecond=0)

    answer = await fetch(tenant.anonymous, "/api/events/late-show.ics")

    lines, entry = unfolded(answer.content), parsed(answer.content)[1][0]
    assert str(entry["UID"]) == f"{uuid_of(event_id)}@{tenant.organization.id}"
    assert told(entry) == ("CONFIRMED", 2, OLD, OLD.replace(hour=21))
    assert "DTSTART;TZID=Europe/Berlin:20310501T200000" in lines
    assert entry["DTSTAMP"].dt == entry["LAST-MODIFIED"].dt == updated
    assert (str(entry["SUMMARY"]), str(entry["DESCRIPTION"])) == ("The Late Show", "First line\nBEGIN:VEVENT")
    assert str(entry["LOCATION"]) == "Great Hall; east, wing, Bellevuestraße 1, Berlin, DE"
    assert (entry["GEO"].latitude, entry["GEO"].longitude) == (52.509, -13.37625)
    assert str(entry["URL"]) == f"http://{tenant.organization.slug}.localhost:8000/events/late-show"
    assert lines.count("BEGIN:VEVENT") == 1
    assert not {"METHOD", "ATTENDEE", "ORGANIZER"} & {line.partition(":")[0] for line in lines}


async def test_it_is_a_file_that_is_sent_once(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)

    answer = await fetch(tenant.anonymous, f"/v1/api/events/{event_id}.ics")
    etag = answer.headers["etag"]
    again = await fetch(tenant.anonymous, "/api/events/late-show.ics", if_none_match=f'"x", W/{etag}')
    any_at_all = await fetch(tenant.anonymous, "/api/events/late-show.ics", if_none_match="*")
    other = await fetch(tenant.anonymous, "/api/events/late-show.ics", if_none_match='"x"')
    head = await fetch(tenant.anonymous, "/api/events/late-show.ics", "HEAD")

    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="late-show.ics"'
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-cache", "nosniff")
    assert {"accept-language", "x-organization"} <= set(answer.headers["vary"].lower().split(", "))
    assert [(each.status_code, each.content, each.headers["etag"]) for each in (again, any_at_all)] == [(304, b"", etag)] * 2
    assert (other.status_code, other.content) == (200, answer.content)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(answer.content)))


async def test_who_is_signed_in_is_told_the_same_and_nobody_keeps_it_for_others(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)

    own, public = [await fetch(client, f"/api/events/{event_id}.ics") for client in (tenant.owner, tenant.anonymous)]

    assert own.content == public.content
    assert own.headers["cache-control"] == "no-store"


async def test_the_words_are_in_the_readers_language(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)

    german = await entry_of(tenant.anonymous, event_id, accept_language="de-CH, en;q=0.5")
    french = await entry_of(tenant.anonymous, event_id, accept_language="fr")

    assert (str(german["SUMMARY"]), str(german["DESCRIPTION"])) == ("Die Spätvorstellung", "Erste Zeile")
    assert str(french["SUMMARY"]) == "The Late Show"


async def test_through_its_life_it_stays_the_same_entry_with_a_rising_sequence(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    published = await entry_of(tenant.anonymous, event_id)
    etag = (await fetch(tenant.anonymous, f"/api/events/{event_id}.ics")).headers["etag"]
    await postpone(tenant.owner, event_id, 2)
    postponed = await entry_of(tenant.anonymous, event_id)
    changed = await fetch(tenant.anonymous, f"/api/events/{event_id}.ics", if_none_match=etag)
    await reschedule(tenant.owner, event_id, 3, NEW_TEXT)
    moved = await entry_of(tenant.anonymous, event_id)
    await cancel(tenant.owner, event_id, 4)
    cancelled = await entry_of(tenant.anonymous, event_id)

    assert [told(each) for each in (published, postponed, moved, cancelled)] == [
        ("CONFIRMED", 2, OLD, OLD.replace(hour=21)),
        ("TENTATIVE", 3, OLD, OLD.replace(hour=21)),
        ("CONFIRMED", 4, NEW, NEW.replace(hour=21)),
        ("CANCELLED", 5, NEW, NEW.replace(hour=21)),
    ]
    assert changed.status_code == 200
    assert len({str(each["UID"]) for each in (published, postponed, moved, cancelled)}) == 1
    stamps = [each["LAST-MODIFIED"].dt for each in (published, postponed, moved, cancelled)]
    assert stamps == sorted(stamps)
    assert str(cancelled["DESCRIPTION"]) == "The singer is ill.\n\nFirst line\nBEGIN:VEVENT"
    assert "ill" not in str(moved["DESCRIPTION"])


async def test_another_name_is_the_same_entry(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    before = await entry_of(tenant.anonymous, event_id)

    await done(
        tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, slug="later-show", title=[{"locale": "en", "text": "Later"}]
    )

    after = await entry_of(tenant.anonymous, event_id)
    assert (after["UID"], int(after["SEQUENCE"]), str(after["SUMMARY"])) == (before["UID"], 3, "Later")
    assert str(after["URL"]).endswith("/events/later-show")
    assert (await fetch(tenant.anonymous, "/api/events/late-show.ics")).status_code == 404


async def test_what_the_public_does_not_see_is_missing_for_everybody_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    draft = await create_event(tenant.owner)
    public, _ = await put_on_sale(other_tenant.owner, slug="elsewhere")
    names = [draft, "late-show", public, "elsewhere", "nothing", ids.show("Event", new_id()), ids.show("Venue", new_id()), "No Slug", "%00"]

    answers = [
        await fetch(client, f"/api/events/{name}.{kind}")
        for client in (tenant.anonymous, tenant.owner)
        for name in names
        for kind in ("ics", "jsonld")
    ]

    problems = [{**each.json(), "instance": None} for each in answers]
    assert {each.status_code for each in answers} == {404}
    assert problems == [problems[0]] * len(problems)
    assert problems[0]["detail"] == "There is no such event."


async def test_an_archived_event_is_missing_even_for_staff(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner)
    await cancel(tenant.owner, event_id, 2)
    await done(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=3)

    statuses = [(await fetch(client, f"/api/events/{event_id}.ics")).status_code for client in (tenant.anonymous, tenant.owner)]

    assert statuses == [404, 404]


@pytest.mark.parametrize("words", ["Show\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:stolen", "Show\nATTACH:x", "\\nBEGIN:VALARM", "é" * 200])
async def test_a_hostile_title_adds_nothing_to_the_file(tenant: Tenant, work_of: WorkOf, words: str) -> None:
    event_id, _ = await staged(tenant.owner)
    await rewrite(work_of, tenant, event_id, title=words)

    answer = await fetch(tenant.anonymous, f"/api/events/{event_id}.ics")

    calendar, [entry] = parsed(answer.content)
    assert str(entry["SUMMARY"]) == "\n".join(words.splitlines())
    assert "ATTACH" not in entry
    assert sorted(component.name for component in calendar.subcomponents) == ["VEVENT", "VTIMEZONE"]


async def test_an_event_that_is_only_online_has_no_place(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner, attendanceMode="VIRTUAL", joinUrl=LINK)

    entry = await entry_of(tenant.anonymous, event_id)

    assert {"LOCATION", "GEO", "DESCRIPTION"} & set(entry) == set()
    assert str(entry["URL"]).endswith("/events/late-show")


async def test_how_to_join_is_told_to_nobody_not_even_to_those_who_know(tenant: Tenant) -> None:
    event_id, _ = await staged(tenant.owner, attendanceMode="HYBRID", joinUrl=LINK)
    assert (await shown(tenant.owner, event_id, "joinUrl"))["joinUrl"] == LINK

    paths = [f"/api/events/{event_id}.ics", "/api/events.ics", f"/api/events/{event_id}.jsonld"]
    answers = [await fetch(client, path) for client in (tenant.owner, tenant.anonymous) for path in paths]

    assert {each.status_code for each in answers} == {200}
    assert not [each.text for each in answers if "meet.example" in each.text.replace("\r\n ", "") or "secret" in each.text]


async def _programme(client: Client) -> tuple[Any, list[str]]:
    answer = await fetch(client, "/api/events.ics")
    assert answer.status_code == 200
    calendar, entries = parsed(answer.content)
    return calendar, [f"{entry['SUMMARY']} {entry['STATUS']}" for entry in entries]


async def test_the_programme_is_all_that_the_public_sees_in_order(tenant: Tenant, other_tenant: Tenant) -> None:
    async def event(slug: str, day: str) -> str:
        times = {"startsAt": f"2031-05-{day}T18:00:00Z", "endsAt": f"2031-05-{day}T20:00:00Z"}
        return (await staged(tenant.owner, slug=slug, title=[{"locale": "en", "text": slug}], **times))[0]

    await event("second", "02")
    first = await event("first", "01")
    await cancel(tenant.owner, first, 2)
    await create_event(tenant.owner, slug="draft")
    await put_on_sale(other_tenant.owner, slug="elsewhere")
    await postpone(tenant.owner, await event("third", "03"), 2)

    calendar, entries = await _programme(tenant.anonymous)

    assert entries == ["first CANCELLED", "second CONFIRMED", "third TENTATIVE"]
    assert entries == (await _programme(tenant.owner))[1] == (await _programme(tenant.member(Role.USER)))[1]
    assert len(calendar.walk("VTIMEZONE")) == 1
    assert str(calendar["X-WR-CALNAME"]) == "The Hall"


async def test_a_programme_is_subscribed_to_and_sent_once(tenant: Tenant) -> None:
    await staged(tenant.owner)
    answer = await fetch(tenant.anonymous, "/v1/api/events.ics")

    again = await fetch(tenant.anonymous, "/api/events.ics", if_none_match=answer.headers["etag"])

    assert (answer.headers["content-disposition"], answer.headers["cache-control"]) == ('inline; filename="programme.ics"', "no-cache")
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in unfolded(answer.content)
    assert (again.status_code, again.content) == (304, b"")


async def test_an_organization_without_events_has_a_calendar_and_nobody_in_particular_has_none(tenant: Tenant) -> None:
    assert (await _programme(tenant.anonymous))[1] == []
    assert (await fetch(Client(tenant.http), "/api/events.ics")).status_code == 400
    assert (await fetch(Client(tenant.http, {"x-organization": "nowhere"}), "/api/events.ics")).status_code == 404


async def test_nothing_can_be_done_to_a_calendar_but_read_it(tenant: Tenant) -> None:
    posted = await fetch(tenant.owner, "/api/events.ics", "POST")
    options = await fetch(tenant.owner, "/api/events/late-show.ics", "OPTIONS")

    assert (posted.status_code, options.status_code, options.headers["allow"]) == (405, 204, "GET, HEAD, OPTIONS")


async def test_a_programme_costs_the_same_for_one_event_and_for_many(tenant: Tenant, statements: Statements) -> None:
    await staged(tenant.owner)
    async with statements.sent() as for_one:
        await fetch(tenant.anonymous, "/api/events.ics")
    for number in range(4):
        event_id = await create_event(tenant.owner, slug=f"show-{number}")
        await create_ticket_type(tenant.owner, event_id)
        await done(tenant.owner, "publishEvent", eventId=event_id)

    async with statements.sent() as for_many:
        await fetch(tenant.anonymous, "/api/events.ics")

    assert len((await _programme(tenant.anonymous))[1]) == 5
    assert len(for_many) == len(for_one) <= 4, for_many
