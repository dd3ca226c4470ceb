"""One occurrence is edited alone, or with those that follow, or all are; what was changed of one alone stays."""

import asyncio
from typing import Any

import pytest

from tests.api.box_office import hold
from tests.api.conftest import Tenant
from tests.api.programme import REASON, done, faults, shown, step
from tests.series.runs import DATES, fridays, kinds, many, occurrences, repeat, version

pytestmark = pytest.mark.asyncio

LATER = [{"locale": "en", "text": "Later Jazz"}]
GUESTS = [{"locale": "en", "text": "Jazz with Guests"}]
NEW_VENUE = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } } }"


def told(events: list[dict[str, Any]], name: str) -> list[Any]:
    return [each[name] for each in events]


async def test_what_is_changed_of_all_changes_the_series_and_each_occurrence(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)

    deed = await many(tenant.owner, "updateOccurrences", ids[2], "ALL", title=LATER, startTime="20:15", durationMinutes=90)

    assert (deed["errors"], deed["left"], [each["id"] for each in deed["events"]]) == ([], [], ids)
    series = deed["series"]
    assert (series["title"], series["startTime"], series["durationMinutes"], series["version"]) == ("Later Jazz", "20:15:00", 90, 2)
    events = await occurrences(tenant.owner, series_id)
    assert told(events, "title") == ["Later Jazz"] * 5
    assert told(events, "startsAt") == [f"{day}T18:15:00Z" for day in DATES]
    assert told(events, "endsAt") == [f"{day}T19:45:00Z" for day in DATES]
    assert [each["occurrence"]["deviations"] for each in events] == [[]] * 5


async def test_what_was_changed_of_one_alone_stays_and_is_told(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await done(tenant.owner, "updateEvent", eventId=ids[1], expectedVersion=1, title=GUESTS)
    moved = {"startsAt": "2031-05-24T12:00:00Z", "endsAt": "2031-05-24T14:30:00Z"}
    await done(tenant.owner, "updateEvent", eventId=ids[3], expectedVersion=1, **moved)

    deed = await many(tenant.owner, "updateOccurrences", ids[0], "ALL", title=LATER, startTime="20:00")

    assert [(each["event"]["id"], each["reason"], each["traits"]) for each in deed["left"]] == [
        (ids[1], "DEVIATES", ["TITLE"]),
        (ids[3], "DEVIATES", ["START"]),
    ]
    events = await occurrences(tenant.owner, series_id)
    assert told(events, "title") == ["Later Jazz", "Jazz with Guests", "Later Jazz", "Later Jazz", "Later Jazz"]
    starts = [f"{day}T18:00:00Z" for day in DATES]
    assert told(events, "startsAt") == [*starts[:3], "2031-05-24T12:00:00Z", starts[4]]
    assert [each["occurrence"]["deviations"] for each in events] == [[], ["TITLE"], [], ["START"], []]


async def test_an_occurrence_that_is_as_its_series_again_no_longer_deviates(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await done(tenant.owner, "updateEvent", eventId=ids[1], expectedVersion=1, title=LATER)
    await many(tenant.owner, "updateOccurrences", ids[0], "ALL", title=LATER)

    await many(tenant.owner, "updateOccurrences", ids[0], "ALL", 2, title=GUESTS)

    assert told(await occurrences(tenant.owner, series_id), "title") == ["Jazz with Guests"] * 5


async def test_from_here_on_the_series_is_parted(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)

    deed = await many(tenant.owner, "updateOccurrences", ids[3], "THIS_AND_FOLLOWING", title=LATER, startTime="21:00")

    part = deed["series"]
    assert (deed["errors"], [each["id"] for each in deed["events"]]) == ([], ids[3:])
    assert (part["slug"], part["version"], part["title"]) == ("summer-jazz-from-2031-05-23", 1, "Later Jazz")
    assert part["recurrence"]["rrule"] == "FREQ=WEEKLY;COUNT=2;BYDAY=FR"
    first, later = [await occurrences(tenant.owner, each) for each in (series_id, part["id"])]
    assert (told(first, "id"), told(later, "id")) == (ids[:3], ids[3:])
    assert (told(first, "title"), told(later, "title")) == (["The Late Show"] * 3, ["Later Jazz"] * 2)
    assert told(later, "startsAt") == ["2031-05-23T19:00:00Z", "2031-05-30T19:00:00Z"]
    assert told([*first, *later], "slug") == [f"summer-jazz-{day}" for day in DATES]
    whole = await tenant.owner.ask("query ($id: ID!) { eventSeries(by: {id: $id}) { version recurrence { rrule } } }", id=series_id)
    assert whole["eventSeries"] == {"version": 2, "recurrence": {"rrule": "FREQ=WEEKLY;UNTIL=20310516;BYDAY=FR"}}


async def test_from_the_first_on_is_all_and_parts_nothing(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)

    deed = await many(tenant.owner, "updateOccurrences", ids[0], "THIS_AND_FOLLOWING", title=LATER)

    assert (deed["series"]["id"], deed["series"]["version"], len(deed["events"])) == (series_id, 2, 5)
    assert (await tenant.owner.ask("{ eventSeriesList { totalCount } }"))["eventSeriesList"]["totalCount"] == 1


async def test_a_part_can_be_parted_again_and_gets_a_slug_of_its_own(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    await many(tenant.owner, "updateOccurrences", ids[1], "THIS_AND_FOLLOWING", title=LATER)

    deed = await many(tenant.owner, "updateOccurrences", ids[4], "THIS_AND_FOLLOWING", title=GUESTS)

    assert (deed["errors"], deed["series"]["slug"]) == ([], "summer-jazz-from-2031-05-30")
    assert told(deed["events"], "id") == ids[4:]


async def test_this_alone_deviates_afterwards(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)

    deed = await many(tenant.owner, "updateOccurrences", ids[2], "THIS", startTime="15:00")

    assert (deed["errors"], told(deed["events"], "id")) == ([], [ids[2]])
    events = await occurrences(tenant.owner, series_id)
    assert [each["occurrence"]["deviations"] for each in events] == [[], [], ["START"], [], []]
    assert events[2]["startsAt"] == "2031-05-16T13:00:00Z"
    assert events[2]["endsAt"] == "2031-05-16T15:30:00Z"
    assert events[2]["occurrence"]["originalStartsAt"] == "2031-05-16T17:30:00Z"


async def test_the_time_of_day_holds_across_summer_time(tenant: Tenant) -> None:
    """The last Sunday of October 2031 is the 26th."""
    wish = {"startsAt": "2031-10-19T17:30:00Z", "endsAt": "2031-10-19T20:00:00Z"}
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2}, **wish)
    before = told(await occurrences(tenant.owner, series_id), "startsAt")

    await many(tenant.owner, "updateOccurrences", ids[0], "ALL", startTime="02:30")

    assert before == ["2031-10-19T17:30:00Z", "2031-10-26T18:30:00Z"]
    # On that night half past two comes twice, and the first of both is meant.
    assert told(await occurrences(tenant.owner, series_id), "startsAt") == ["2031-10-19T00:30:00Z", "2031-10-26T00:30:00Z"]


async def test_what_is_cancelled_is_left(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")
    await done(tenant.owner, "cancelEvent", eventId=ids[1], expectedVersion=2, reason=REASON)

    deed = await many(tenant.owner, "updateOccurrences", ids[0], "ALL", 2, title=LATER)

    assert [(each["event"]["id"], each["reason"]) for each in deed["left"]] == [(ids[1], "OTHER_STATUS")]
    assert told(await occurrences(tenant.owner, series_id), "title") == ["Later Jazz", "The Late Show", *["Later Jazz"] * 3]


async def test_a_published_occurrence_that_is_moved_remembers_its_beginning(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    await many(tenant.owner, "updateOccurrences", ids[0], "ALL", 2, startTime="20:00")

    assert await shown(tenant.owner, ids[4], "startsAt previousStartsAt") == {
        "startsAt": "2031-05-30T18:00:00Z",
        "previousStartsAt": "2031-05-30T17:30:00Z",
    }


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({"title": [{"locale": "en", "text": " "}]}, "input.title.en"),
        ({"title": []}, "input.title"),
        ({"description": [{"locale": "nope!", "text": "x"}]}, "input.description.nope!"),
        ({"durationMinutes": 0}, "input.durationMinutes"),
        ({"durationMinutes": 44641}, "input.durationMinutes"),
    ],
)
@pytest.mark.parametrize("scope", ["THIS", "THIS_AND_FOLLOWING", "ALL"])
async def test_a_change_that_breaks_a_rule_changes_nothing(tenant: Tenant, scope: str, wish: dict[str, Any], place: str) -> None:
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    before = await occurrences(tenant.owner, series_id)

    deed = await many(tenant.owner, "updateOccurrences", ids[1], scope, **wish)

    assert [place for place, _ in faults(deed)] == [place]
    assert (await occurrences(tenant.owner, series_id), await version(tenant.owner, series_id)) == (before, 1)


async def test_when_the_last_occurrence_refuses_none_is_changed_and_nothing_parted(tenant: Tenant) -> None:
    """The last of these would end in 2200, which is later than events may."""
    late = {"startsAt": "2199-12-16T17:30:00Z", "endsAt": "2199-12-16T20:00:00Z"}
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 3}, **late)
    before = await occurrences(tenant.owner, series_id)

    deed = await many(tenant.owner, "updateOccurrences", ids[1], "THIS_AND_FOLLOWING", title=LATER, durationMinutes=5 * 24 * 60)

    assert [place for place, _ in faults(deed)] == ["input.endsAt"]
    assert (await occurrences(tenant.owner, series_id), await version(tenant.owner, series_id)) == (before, 1)


async def test_a_venue_is_set_for_all_and_a_foreign_one_for_none(tenant: Tenant, other_tenant: Tenant) -> None:
    wish = {"name": "Hall", "city": "Berlin", "country": "DE", "timeZone": "Europe/Berlin"}
    venue, foreign = [(await each.owner.ask(NEW_VENUE, input=wish))["createVenue"]["venue"]["id"] for each in (tenant, other_tenant)]
    _, ids = await fridays(tenant.owner)

    wrong = [await many(tenant.owner, "updateOccurrences", ids[0], scope, venueId=foreign) for scope in ("ALL", "THIS")]
    right = await many(tenant.owner, "updateOccurrences", ids[0], "ALL", venueId=venue)

    assert [[(each["__typename"], each["path"]) for each in one["errors"]] for one in wrong] == [[("NotFound", ["input", "venueId"])]] * 2
    assert right["errors"] == []
    assert [(await shown(tenant.owner, each, "venue { id }"))["venue"]["id"] for each in ids] == [venue] * 5


async def test_of_two_who_edit_a_series_at_once_one_wins_and_the_other_is_told(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)

    answers = await asyncio.gather(
        many(tenant.owner, "updateOccurrences", ids[0], "ALL", title=LATER),
        many(tenant.owner, "updateOccurrences", ids[2], "THIS_AND_FOLLOWING", title=GUESTS),
        many(tenant.owner, "publishOccurrences", ids[1], "ALL"),
    )

    assert sorted(map(kinds, answers)) == [[], ["VersionConflict"], ["VersionConflict"]]
    assert await version(tenant.owner, series_id) == 2
    [stale] = [each["errors"][0] for each in answers if each["errors"]][:1]
    assert stale["currentVersion"] == 2


async def test_selling_goes_on_while_a_series_is_edited(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner, capacity=20)
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")
    [each] = (await shown(tenant.owner, ids[0], "ticketTypes { id }"))["ticketTypes"]

    held, edited, *others = await asyncio.gather(
        hold(tenant.anonymous, ids[0], each["id"]),
        many(tenant.owner, "updateOccurrences", ids[4], "ALL", 2, title=LATER),
        *(hold(tenant.anonymous, ids[0], each["id"]) for _ in range(10)),
    )

    assert [each["errors"] for each in (held, edited, *others)] == [[]] * 12
    assert told(await occurrences(tenant.owner, series_id), "title") == ["Later Jazz"] * 5


async def test_an_event_that_stands_alone_is_no_occurrence(tenant: Tenant, other_tenant: Tenant) -> None:
    _, [theirs, *_] = await fridays(other_tenant.owner)
    alone = await step(tenant.owner, "createEvent", "event { id }", **_alone())

    answers = [
        await many(tenant.owner, deed, event_id, "ALL", 1, **more)
        for event_id in (theirs, alone["event"]["id"])
        for deed, more in (("updateOccurrences", {"title": LATER}), ("publishOccurrences", {}), ("cancelOccurrences", {"reason": REASON}))
    ]

    expected = ("NotFound", ["input", "eventId"], "There is no such occurrence.")
    assert [[(no["__typename"], no["path"], no["message"]) for no in each["errors"]] for each in answers] == [[expected]] * 6


def _alone() -> dict[str, Any]:
    title = [{"locale": "en", "text": "Once"}]
    return {"slug": "once", "title": title, "startsAt": "2031-05-02T17:30:00Z", "endsAt": "2031-05-02T20:00:00Z", "timeZone": "UTC"}


async def test_an_occurrence_may_be_repeated_only_after_it_was_copied(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    copy = await done(tenant.owner, "copyEvent", eventId=ids[0], slug="copy", startsAt="2031-08-01T17:30:00Z")

    made = await repeat(tenant.owner, copy["id"])

    assert (kinds(made), made["series"]["slug"]) == ([], "copy")
