"""A series gets another rule: what is missing is added, drafts that the rule lacks go, and everything else stays and is told."""

import pytest

from domain.identity import Role
from tests.api.box_office import hold
from tests.api.conftest import Tenant
from tests.api.programme import done, shown
from tests.conftest import Clock
from tests.series.runs import DATES, FRIDAYS, days_until, fridays, kinds, many, occurrences, rule, version

pytestmark = pytest.mark.asyncio

LONGER = {"frequency": "WEEKLY", "count": 7}
SHORTER = {"frequency": "WEEKLY", "count": 3}


async def dates(tenant: Tenant, series_id: str) -> list[str]:
    return [each["occurrence"]["date"] for each in await occurrences(tenant.owner, series_id)]


async def test_missing_dates_are_added_like_the_occurrence_before_and_as_the_series_says(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await done(tenant.owner, "updateEvent", eventId=ids[4], expectedVersion=1, title=[{"locale": "en", "text": "Finale"}])

    answer = await rule(tenant.owner, series_id, LONGER)

    assert (answer["errors"], answer["addedDates"], answer["removedEventIds"], answer["left"]) == ([], ["2031-06-06", "2031-06-13"], [], [])
    assert answer["series"]["version"] == 2
    events = await occurrences(tenant.owner, series_id)
    assert [(each["slug"], each["title"], each["status"]) for each in events[4:]] == [
        ("summer-jazz-2031-05-30", "Finale", "DRAFT"),
        ("summer-jazz-2031-06-06", "The Late Show", "DRAFT"),
        ("summer-jazz-2031-06-13", "The Late Show", "DRAFT"),
    ]
    offers = await shown(tenant.owner, events[6]["id"], "ticketTypes { name } pools { capacity held }")
    assert offers == {"ticketTypes": [{"name": "Standing"}], "pools": [{"capacity": 50, "held": 0}]}


async def test_drafts_that_the_rule_lacks_go_and_all_others_are_left(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 6})
    await many(tenant.owner, "publishOccurrences", ids[4], "THIS")
    await many(tenant.owner, "publishOccurrences", ids[5], "THIS", 2)
    [each] = (await shown(tenant.owner, ids[5], "ticketTypes { id }"))["ticketTypes"]
    await hold(tenant.anonymous, ids[5], each["id"])

    answer = await rule(tenant.owner, series_id, SHORTER, 3)

    assert (answer["errors"], answer["addedDates"], answer["removedEventIds"]) == ([], [], [ids[3]])
    assert [(each["event"]["id"], each["reason"]) for each in answer["left"]] == [(ids[4], "NOT_A_DRAFT"), (ids[5], "HAS_TICKETS")]
    assert [each["id"] for each in await occurrences(tenant.owner, series_id)] == [*ids[:3], *ids[4:]]
    assert await shown(tenant.owner, ids[3], "id") is None


async def test_a_deleted_occurrence_does_not_come_back_unless_its_date_is_asked_for(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    assert kinds(await rule(tenant.owner, series_id, FRIDAYS)) == []
    document = "mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { eventId errors { __typename } } }"
    await tenant.owner.ask(document, input={"eventId": ids[2], "expectedVersion": 1})

    without = await rule(tenant.owner, series_id, LONGER, 2)
    again = await rule(tenant.owner, series_id, LONGER, 3)
    named = await rule(tenant.owner, series_id, {**LONGER, "extraDates": [DATES[2]]}, 4)

    assert [each["addedDates"] for each in (without, again, named)] == [["2031-06-06", "2031-06-13"], [], [DATES[2]]]


async def test_a_rule_on_other_days_may_count_from_another_date(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "THIS")

    answer = await rule(tenant.owner, series_id, {"frequency": "WEEKLY", "count": 2}, 2, startsOn="2031-06-03")

    assert answer["errors"] == []
    assert await dates(tenant, series_id) == ["2031-05-02", "2031-06-03", "2031-06-10"]
    assert answer["removedEventIds"] == ids[1:]


async def test_what_has_begun_stays_and_nothing_is_added_to_the_past(tenant: Tenant, clock: Clock) -> None:
    past = {"startsAt": "2027-05-07T17:30:00Z", "endsAt": "2027-05-07T20:00:00Z"}
    series_id, _ = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 3, "interval": 2}, **past)
    await clock.advance(days=await days_until(tenant, "2027-05-16T00:00:00Z"))

    answer = await rule(tenant.owner, series_id, {"frequency": "WEEKLY", "count": 2}, startsOn="2027-05-14")

    assert (answer["errors"], answer["left"], answer["addedDates"]) == ([], [], [])
    # The 14th lies in the past; the 21st is there already; the 4th of June goes, the 7th of May has been.
    assert await dates(tenant, series_id) == ["2027-05-07", "2027-05-21"]


async def test_an_organizer_may_add_dates_but_removing_needs_the_permission_to_delete(tenant: Tenant) -> None:
    organizer = tenant.member(Role.ORGANIZER)
    series_id, _ = await fridays(organizer)

    longer = await rule(organizer, series_id, LONGER)
    document = "mutation ($input: UpdateEventSeriesInput!) { updateEventSeries(input: $input) { errors { __typename } } }"
    code = await organizer.code(document, input={"seriesId": series_id, "expectedVersion": 2, "recurrence": SHORTER})

    assert (longer["errors"], code) == ([], "FORBIDDEN")
    assert (len(await dates(tenant, series_id)), await version(tenant.owner, series_id)) == (7, 2)


async def test_a_series_whose_occurrences_are_all_gone_gets_no_new_ones(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    document = "mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { errors { __typename } } }"
    for event_id, expected in zip(ids, (2, 1), strict=True):
        await tenant.owner.ask(document, input={"eventId": event_id, "expectedVersion": expected})

    answer = await rule(tenant.owner, series_id, LONGER)

    assert kinds(answer) == ["SeriesWithoutOccurrences"]


async def test_a_stale_version_a_foreign_series_and_a_wrong_rule_change_nothing(tenant: Tenant, other_tenant: Tenant) -> None:
    series_id, _ = await fridays(tenant.owner)
    theirs, _ = await fridays(other_tenant.owner)

    answers = [
        await rule(tenant.owner, series_id, LONGER, 0),
        await rule(tenant.owner, theirs, LONGER),
        await rule(tenant.owner, series_id, {"rrule": "FREQ=MINUTELY"}),
        await rule(tenant.owner, series_id, LONGER, startsOn="9999-12-31"),
    ]

    assert [(kinds(each), each["errors"][0]["path"]) for each in answers] == [
        (["VersionConflict"], ["input", "expectedVersion"]),
        (["NotFound"], ["input", "seriesId"]),
        (["InputInvalid"], ["input", "recurrence", "rrule"]),
        (["InputInvalid"], ["input", "recurrence", "startsOn"]),
    ]
    assert (await dates(tenant, series_id), await version(tenant.owner, series_id)) == (DATES, 1)
    assert await dates(other_tenant, theirs) == DATES
