"""A draft is repeated: every date gets an event of its own, with ticket types and stock of its own, or none does."""

import asyncio
from typing import Any

import pytest

from tests.api.box_office import create_event, hold, left
from tests.api.conftest import Tenant
from tests.api.programme import done, faults, shown
from tests.series.runs import DATES, FRIDAYS, draft, fridays, kinds, many, occurrences, repeat

pytestmark = pytest.mark.asyncio

NOTHING_MADE = "{ events { totalCount } eventSeriesList { totalCount } }"
ALONE = {"events": {"totalCount": 1}, "eventSeriesList": {"totalCount": 0}}


async def test_a_draft_becomes_the_first_of_a_series_of_drafts(tenant: Tenant) -> None:
    event_id = await draft(tenant.owner)

    made = await repeat(tenant.owner, event_id)

    assert made["errors"] == []
    assert made["series"] == made["series"] | {"slug": "summer-jazz", "version": 1, "startTime": "19:30:00", "durationMinutes": 150}
    expected = {"rrule": "FREQ=WEEKLY;COUNT=5;BYDAY=FR", "startsOn": "2031-05-02", "excludedDates": [], "extraDates": []}
    assert made["series"]["recurrence"] == expected
    events = await occurrences(tenant.owner, made["series"]["id"])
    assert events[0]["id"] == event_id
    assert [each["slug"] for each in events] == [f"summer-jazz-{day}" for day in DATES]
    assert [each["occurrence"] for each in events] == [
        {"date": day, "originalStartsAt": f"{day}T17:30:00Z", "deviations": []} for day in DATES
    ]
    assert {(each["status"], each["title"], each["series"]["id"]) for each in events} == {("DRAFT", "The Late Show", made["series"]["id"])}
    assert [(each["startsAt"], each["endsAt"]) for each in events] == [(f"{day}T17:30:00Z", f"{day}T20:00:00Z") for day in DATES]


async def test_each_occurrence_has_ticket_types_and_stock_of_its_own(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, capacity=5)
    assert kinds(await many(tenant.owner, "publishOccurrences", ids[0], "ALL")) == []
    [[first], [second]] = [(await shown(tenant.owner, each, "ticketTypes { id }"))["ticketTypes"] for each in ids[:2]]

    held = await hold(tenant.anonymous, ids[0], first["id"], 4)
    wrong = await hold(tenant.anonymous, ids[0], second["id"])

    assert (held["errors"], kinds(wrong)) == ([], ["TicketTypeUnknown"])
    assert [await left(tenant.anonymous, each) for each in ids[:3]] == [[1], [5], [5]]


async def test_a_rule_may_be_sent_as_text_with_dates_left_out_and_added(tenant: Tenant) -> None:
    recurrence = {"rrule": "RRULE:FREQ=WEEKLY;UNTIL=20310530T173000Z", "excludedDates": ["2031-05-09"], "extraDates": ["2031-06-07"]}

    series_id, _ = await fridays(tenant.owner, recurrence)

    days = [each["occurrence"]["date"] for each in await occurrences(tenant.owner, series_id)]
    assert days == ["2031-05-02", "2031-05-16", "2031-05-23", "2031-05-30", "2031-06-07"]


async def test_every_occurrence_has_its_log_and_every_one_is_told(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)

    logs = [(await shown(tenant.owner, each, "activity { nodes { deed actorName } }"))["activity"]["nodes"] for each in ids]

    first = ["event:updated", "ticket_type:created", "event:created"]
    assert logs[0] == [{"deed": deed, "actorName": "Owner"} for deed in first]
    assert logs[1:] == [[{"deed": "event:created", "actorName": "Owner"}]] * 4


async def test_the_same_key_gets_the_same_series_and_another_input_is_refused(tenant: Tenant) -> None:
    event_id = await draft(tenant.owner)

    first = await repeat(tenant.owner, event_id, idempotencyKey="k")
    again = await repeat(tenant.owner, event_id, idempotencyKey="k")
    other = await repeat(tenant.owner, event_id, {**FRIDAYS, "count": 4}, idempotencyKey="k")

    assert first["errors"] == again["errors"] == []
    assert first["series"] == again["series"]
    assert kinds(other) == ["IdempotencyKeyReused"]
    assert (await tenant.owner.ask(NOTHING_MADE)) == {"events": {"totalCount": 5}, "eventSeriesList": {"totalCount": 1}}


async def test_of_two_who_repeat_a_draft_at_once_one_does(tenant: Tenant) -> None:
    event_id = await draft(tenant.owner)

    answers = await asyncio.gather(repeat(tenant.owner, event_id), repeat(tenant.owner, event_id, slug="other"))

    assert sorted(map(kinds, answers)) == [[], ["VersionConflict"]]
    assert (await tenant.owner.ask(NOTHING_MADE)) == {"events": {"totalCount": 5}, "eventSeriesList": {"totalCount": 1}}


@pytest.mark.parametrize(
    ("recurrence", "place"),
    [
        ({}, "input.recurrence"),
        ({"frequency": "WEEKLY"}, "input.recurrence.count"),
        ({"frequency": "WEEKLY", "count": 3, "until": "2031-06-01"}, "input.recurrence.count"),
        ({"frequency": "WEEKLY", "count": 0}, "input.recurrence.count"),
        ({"frequency": "WEEKLY", "count": 367}, "input.recurrence.count"),
        ({"frequency": "YEARLY", "count": 11}, "input.recurrence.count"),
        ({"frequency": "WEEKLY", "until": "2031-05-01"}, "input.recurrence.until"),
        ({"frequency": "WEEKLY", "until": "2041-05-02"}, "input.recurrence.until"),
        ({"frequency": "WEEKLY", "count": 3, "interval": 0}, "input.recurrence.interval"),
        ({"frequency": "WEEKLY", "count": 3, "interval": 100}, "input.recurrence.interval"),
        ({"frequency": "WEEKLY", "count": 3, "byMonthday": [2]}, "input.recurrence.byMonthday"),
        ({"frequency": "MONTHLY", "count": 3, "byMonthday": [32]}, "input.recurrence.byMonthday"),
        ({"frequency": "MONTHLY", "count": 3, "byMonthday": [0]}, "input.recurrence.byMonthday"),
        ({"frequency": "MONTHLY", "count": 3, "byMonth": [13]}, "input.recurrence.byMonth"),
        ({"frequency": "WEEKLY", "count": 3, "bySetPosition": [1]}, "input.recurrence.bySetPosition"),
        ({"frequency": "WEEKLY", "count": 3, "byWeekday": [{"weekday": "FRIDAY", "nth": 1}]}, "input.recurrence.byWeekday"),
        ({"frequency": "MONTHLY", "count": 3, "byWeekday": [{"weekday": "FRIDAY", "nth": 6}]}, "input.recurrence.byWeekday"),
        ({"frequency": "WEEKLY", "count": 3, "extraDates": ["2021-05-01"]}, "input.recurrence.extraDates"),
        ({"frequency": "WEEKLY", "count": 3, "extraDates": ["2031-05-01"]}, "input.recurrence"),
        ({"frequency": "WEEKLY", "count": 3, "excludedDates": ["2031-05-02"]}, "input.recurrence"),
        ({"frequency": "WEEKLY", "count": 3, "byWeekday": [{"weekday": "MONDAY"}]}, "input.recurrence"),
        ({"rrule": "FREQ=SECONDLY;COUNT=3"}, "input.recurrence.rrule"),
        ({"rrule": "FREQ=DAILY;COUNT=3;BYHOUR=1,2,3"}, "input.recurrence.rrule"),
        ({"rrule": "FREQ=WEEKLY;COUNT=3", "interval": 2}, "input.recurrence"),
        ({"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20400101"}, "input.recurrence"),
        ({"rrule": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=2"}, "input.recurrence.count"),
    ],
)
async def test_a_rule_that_is_wrong_or_never_ends_is_refused_at_its_place(tenant: Tenant, recurrence: dict[str, Any], place: str) -> None:
    made = await repeat(tenant.owner, await draft(tenant.owner), recurrence)

    assert faults(made)[0][0] == place
    assert await tenant.owner.ask(NOTHING_MADE) == ALONE


async def test_more_dates_than_a_series_may_have_are_refused(tenant: Tenant) -> None:
    made = await repeat(tenant.owner, await draft(tenant.owner), {"frequency": "DAILY", "until": "2032-05-03"})

    [error] = made["errors"]
    assert (error["__typename"], error["path"]) == ("TooManyOccurrences", ["input", "recurrence"])
    assert await tenant.owner.ask(NOTHING_MADE) == ALONE


async def test_when_one_copy_fails_there_is_no_series_and_no_copy(tenant: Tenant) -> None:
    """The eighth of these drafts would begin in 2200, which is later than events may."""
    event_id = await draft(tenant.owner, startsAt="2199-11-15T17:30:00Z", endsAt="2199-11-15T20:00:00Z")

    made = await repeat(tenant.owner, event_id, {"frequency": "WEEKLY", "count": 9})

    assert "input.startsAt" in [place for place, _ in faults(made)]
    assert await tenant.owner.ask(NOTHING_MADE) == ALONE
    assert (await shown(tenant.owner, event_id, "slug version series { id }")) == {"slug": "summer-jazz", "version": 1, "series": None}


async def test_a_slug_that_another_event_has_is_numbered(tenant: Tenant) -> None:
    for slug in ("summer-jazz-2031-05-09", "summer-jazz-2031-05-09-2"):
        await create_event(tenant.owner, slug=slug)

    series_id, _ = await fridays(tenant.owner)

    assert [each["slug"] for each in await occurrences(tenant.owner, series_id)][:2] == [
        "summer-jazz-2031-05-02",
        "summer-jazz-2031-05-09-3",
    ]


async def test_a_slug_of_another_series_is_refused_and_one_may_be_given(tenant: Tenant) -> None:
    await fridays(tenant.owner)
    event_id = await draft(tenant.owner)

    taken = await repeat(tenant.owner, event_id)
    long = await repeat(tenant.owner, event_id, slug="x" * 57)
    own = await repeat(tenant.owner, event_id, slug="more-jazz")

    assert (kinds(taken), kinds(long), kinds(own)) == (["SeriesSlugTaken"], ["InputInvalid"], [])
    [first, *_] = await occurrences(tenant.owner, own["series"]["id"])
    assert first["slug"] == "more-jazz-2031-05-02"


async def test_only_a_draft_that_is_no_occurrence_is_repeated(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    published = await draft(tenant.owner, slug="one-night")
    await done(tenant.owner, "publishEvent", eventId=published)

    twice = await repeat(tenant.owner, ids[1])
    late = await repeat(tenant.owner, published, expectedVersion=2)
    stale = await repeat(tenant.owner, ids[0], expectedVersion=1)

    assert [kinds(each) for each in (twice, late, stale)] == [["EventNotRepeatable"], ["EventNotRepeatable"], ["VersionConflict"]]


async def test_an_event_of_another_organization_is_not_repeated(tenant: Tenant, other_tenant: Tenant) -> None:
    theirs = await draft(other_tenant.owner)

    made = await repeat(tenant.owner, theirs)

    assert [(each["__typename"], each["path"]) for each in made["errors"]] == [("NotFound", ["input", "eventId"])]


async def test_a_whole_year_of_dates_is_one_deed(tenant: Tenant) -> None:
    made = await repeat(tenant.owner, await draft(tenant.owner), {"frequency": "DAILY", "count": 366})

    assert made["errors"] == []
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 366
