"""Occurrences get all that belongs to the draft: its seats, its categories and metadata; but each needs a join link of its own."""

import pytest

from gateway.seating.arena import make_arena
from tests.api.box_office import create_event, create_ticket_type
from tests.api.conftest import Tenant
from tests.api.programme import done, faults, shown
from tests.rest.asking import ask
from tests.seating.halls import BLOCK, SEATS, assign, seated_event
from tests.series.runs import FIRST, kinds, many, occurrences, repeat, version

pytestmark = pytest.mark.asyncio

LABELS = ["Stalls A-1", "Stalls A-2", "Balcony A-1"]
WEEKS = {"frequency": "WEEKLY", "count": 3}
CATEGORY = "mutation ($input: CreateEventCategoryInput!) { createEventCategory(input: $input) { category { id } errors { __typename } } }"


async def test_every_occurrence_has_the_seats_of_the_draft(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    await tenant.owner.ask(BLOCK, input={"eventId": event_id, "labels": ["Stalls A-2"], "reason": "broken"})
    draft = await done(tenant.owner, "copyEvent", eventId=event_id, slug="opera", startsAt="2031-05-02T17:30:00Z")

    made = await repeat(tenant.owner, draft["id"], WEEKS)

    assert made["errors"] == []
    for each in await occurrences(tenant.owner, made["series"]["id"]):
        seats = (await tenant.owner.ask(SEATS, event=each["id"], labels=LABELS))["seats"]
        assert [seat["status"] for seat in seats] == ["FREE", "BLOCKED", "FREE"]


async def test_more_seats_than_can_be_made_in_time_are_refused(tenant: Tenant) -> None:
    answer = await ask(tenant.owner, "POST", "/api/seating-plans", json=make_arena(20_000))
    draft = await create_event(tenant.owner, slug="arena", **FIRST)
    assert (await assign(tenant.owner, draft, answer.json()["seatingPlanVersion"]["id"]))["errors"] == []

    made = await repeat(tenant.owner, draft, {"frequency": "WEEKLY", "count": 12}, expectedVersion=2)
    fewer = await repeat(tenant.owner, draft, {"frequency": "WEEKLY", "count": 3}, expectedVersion=2)

    message = "makes 220000 seats at once, 200000 are allowed; let it end earlier, and prolong it afterwards"
    assert faults(made) == [("input.recurrence", message)]
    assert fewer["errors"] == []
    last = (await occurrences(tenant.owner, fewer["series"]["id"]))[-1]
    assert (await shown(tenant.owner, last["id"], "seatingPlan { seatCount }"))["seatingPlan"]["seatCount"] == 20_000


async def test_virtual_occurrences_are_published_once_each_has_a_join_link(tenant: Tenant) -> None:
    link = "https://meet.example.org/first"
    event_id = await create_event(tenant.owner, slug="talk", attendanceMode="VIRTUAL", joinUrl=link, **FIRST)
    await create_ticket_type(tenant.owner, event_id)
    series_id = (await repeat(tenant.owner, event_id, WEEKS))["series"]["id"]
    ids = [each["id"] for each in await occurrences(tenant.owner, series_id)]
    links = [(await shown(tenant.owner, each, "joinUrl"))["joinUrl"] for each in ids]

    without = await many(tenant.owner, "publishOccurrences", ids[0], "ALL")
    for number, each in enumerate(ids[1:]):
        await done(tenant.owner, "updateEvent", eventId=each, expectedVersion=1, joinUrl=f"https://meet.example.org/{number}")
    then = await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    assert links == [link, None, None]
    assert [(no["__typename"], no["eventIds"]) for no in without["errors"]] == [("OccurrencesNotPublishable", ids[1:])]
    assert (then["errors"], [each["id"] for each in then["events"]]) == ([], ids)


async def test_what_is_before_the_public_does_not_become_virtual_without_a_link(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner, slug="talk", **FIRST)
    await create_ticket_type(tenant.owner, event_id)
    series_id = (await repeat(tenant.owner, event_id, WEEKS))["series"]["id"]
    await many(tenant.owner, "publishOccurrences", event_id, "ALL")

    deed = await many(tenant.owner, "updateOccurrences", event_id, "ALL", 2, attendanceMode="VIRTUAL")
    hybrid = await many(tenant.owner, "updateOccurrences", event_id, "ALL", 2, attendanceMode="HYBRID")

    assert [place for place, _ in faults(deed)] == ["input.joinUrl"]
    assert (kinds(hybrid), await version(tenant.owner, series_id)) == ([], 3)


async def test_categories_come_along(tenant: Tenant) -> None:
    wish = {"slug": "jazz", "name": [{"locale": "en", "text": "Jazz"}]}
    category = (await tenant.owner.ask(CATEGORY, input=wish))["createEventCategory"]["category"]["id"]
    event_id = await create_event(tenant.owner, slug="jazz", categoryIds=[category], **FIRST)

    series_id = (await repeat(tenant.owner, event_id, WEEKS))["series"]["id"]

    for each in await occurrences(tenant.owner, series_id):
        assert (await shown(tenant.owner, each["id"], "categories { slug }"))["categories"] == [{"slug": "jazz"}]
