"""Series over REST: listed, read, made of a draft, given another rule, and edited for one occurrence, those that follow, or all."""

from typing import Any

import pytest

from tests.api.conftest import Tenant
from tests.rest.asking import STANDING, ask, make_event, without_instance

pytestmark = pytest.mark.asyncio

FIRST = {"slug": "summer-jazz", "startsAt": "2031-05-02T17:30:00Z", "endsAt": "2031-05-02T20:00:00Z"}
DATES = ["2031-05-02", "2031-05-09", "2031-05-16"]
RULE = {"frequency": "WEEKLY", "count": 3}
DEAR = {"amountMinor": 3000, "currency": "EUR"}


async def make_draft(tenant: Tenant) -> str:
    event = await make_event(tenant.owner, **FIRST)
    assert (await ask(tenant.owner, "POST", f"/api/events/{event['id']}/ticket-types", json=STANDING)).status_code == 201
    return str(event["id"])


async def make_series(tenant: Tenant) -> tuple[dict[str, Any], list[str]]:
    """A series of three Fridays, and the ids of its occurrences by date."""
    made = await ask(tenant.owner, "POST", "/api/series", json={"eventId": await make_draft(tenant), "version": 1, "recurrence": RULE})
    assert made.status_code == 201, made.text
    series: dict[str, Any] = made.json()
    return series, [each["id"] for each in await occurrences(tenant, series["id"])]


async def occurrences(tenant: Tenant, series_id: str) -> list[dict[str, Any]]:
    answer = await ask(tenant.owner, "GET", f"/api/series/{series_id}/occurrences")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def prices(tenant: Tenant, ids: list[str]) -> list[int]:
    """What the first ticket type of each event costs."""
    found = [(await ask(tenant.owner, "GET", f"/api/events/{each}")).json() for each in ids]
    return [each["ticketTypes"][0]["price"]["amountMinor"] for each in found]


async def test_a_draft_is_repeated_and_the_series_is_found_where_the_answer_says(tenant: Tenant) -> None:
    wish = {"eventId": await make_draft(tenant), "recurrence": RULE}

    made = await ask(tenant.owner, "POST", "/api/series", json=wish, headers={"if-match": '"1"', "idempotency-key": "once"})
    again = await ask(tenant.owner, "POST", "/api/series", json=wish, headers={"if-match": '"1"', "idempotency-key": "once"})
    read = await ask(tenant.owner, "GET", made.headers["location"])
    by_slug = await ask(tenant.owner, "GET", "/v1/api/series/summer-jazz")

    series = made.json()
    assert [each.status_code for each in (made, again, read, by_slug)] == [201, 201, 200, 200]
    assert again.json() == read.json() == by_slug.json() == series
    assert read.headers["etag"] == '"1"'
    assert (series["slug"], series["startTime"], series["durationMinutes"], series["version"]) == ("summer-jazz", "19:30:00", 150, 1)
    assert series["recurrence"] == {
        "rrule": "FREQ=WEEKLY;COUNT=3;BYDAY=FR",
        "startsOn": DATES[0],
        "excludedDates": [],
        "extraDates": [],
    }
    assert [each["occurrence"]["date"] for each in await occurrences(tenant, series["id"])] == DATES


async def test_series_are_listed_page_by_page_and_what_is_not_published_is_for_the_staff(tenant: Tenant) -> None:
    series, ids = await make_series(tenant)
    path = f"/api/series/{series['id']}"

    listed = await ask(tenant.owner, "GET", "/api/series?total=true")
    first = (await ask(tenant.owner, "GET", f"{path}/occurrences?first=2&total=true")).json()
    rest = (await ask(tenant.owner, "GET", f"{path}/occurrences", params={"after": first["pageInfo"]["endCursor"]})).json()
    unseen = [await ask(tenant.anonymous, "GET", each) for each in ("/api/series", path, f"{path}/occurrences", "/api/series/nothing")]

    assert (listed.json()["items"], listed.json()["totalCount"]) == ([series], 1)
    assert ([each["id"] for each in first["items"]], first["totalCount"]) == (ids[:2], 3)
    assert [each["id"] for each in rest["items"]] == ids[2:]
    assert [each.status_code for each in unseen] == [200, 404, 404, 404]
    assert unseen[0].json()["items"] == []
    assert without_instance(unseen[1]) == without_instance(unseen[3])


async def test_another_rule_adds_and_removes_dates(tenant: Tenant) -> None:
    series, ids = await make_series(tenant)
    wish = {"recurrence": {"rrule": "FREQ=WEEKLY;COUNT=4", "excludedDates": [DATES[1]]}}

    done = await ask(tenant.owner, "PUT", f"/api/series/{series['id']}", json=wish, headers={"if-match": '"1"'})
    stale = await ask(tenant.owner, "PUT", f"/api/series/{series['id']}", json=wish, headers={"if-match": '"1"'})
    unsaid = await ask(tenant.owner, "PUT", f"/api/series/{series['id']}", json=wish)

    assert [each.status_code for each in (done, stale, unsaid)] == [200, 412, 428]
    assert (done.json()["addedDates"], done.json()["removedEventIds"], done.json()["left"]) == (["2031-05-23"], [ids[1]], [])
    assert done.json()["series"]["version"] == 2
    assert [each["occurrence"]["date"] for each in await occurrences(tenant, series["id"])] == [DATES[0], DATES[2], "2031-05-23"]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("THIS", ["late-show", "Matinee", "late-show"]),
        ("THIS_AND_FOLLOWING", ["late-show", "Matinee", "Matinee"]),
        ("ALL", ["Matinee", "Matinee", "Matinee"]),
    ],
)
async def test_one_those_that_follow_or_all_are_changed(tenant: Tenant, scope: str, expected: list[str]) -> None:
    series, ids = await make_series(tenant)
    [old, *_] = [each["title"] for each in await occurrences(tenant, series["id"])]
    wish = {"scope": scope, "title": [{"locale": "en", "text": "Matinee"}], "version": 1}

    done = await ask(tenant.owner, "PUT", f"/api/series/{series['id']}/occurrences/{ids[1]}", json=wish)

    assert done.status_code == 200
    titles = [(await ask(tenant.owner, "GET", f"/api/events/{each}")).json()["title"] for each in ids]
    assert titles == [each.replace("late-show", old) for each in expected]
    assert [each["id"] for each in done.json()["events"]] == [ids[at] for at, each in enumerate(expected) if each == "Matinee"]
    assert done.json()["series"]["slug"] == ("summer-jazz-from-2031-05-09" if scope == "THIS_AND_FOLLOWING" else "summer-jazz")


async def test_occurrences_are_published_and_called_off_together(tenant: Tenant) -> None:
    series, ids = await make_series(tenant)
    path = f"/api/series/{series['id']}/occurrences"

    published = await ask(tenant.owner, "POST", f"{path}/{ids[0]}/publish", json={"scope": "ALL", "version": 1})
    ill = {"scope": "THIS_AND_FOLLOWING", "reason": [{"locale": "en", "text": "Ill."}], "version": 2}
    called_off = await ask(tenant.owner, "POST", f"{path}/{ids[1]}/cancel", json=ill)
    seen = await ask(tenant.anonymous, "GET", f"/api/series/{series['slug']}")

    assert [each.status_code for each in (published, called_off, seen)] == [200, 200, 200]
    assert [each["status"] for each in published.json()["events"]] == ["PUBLISHED"] * 3
    assert [each["status"] for each in await occurrences(tenant, series["id"])] == ["PUBLISHED", "CANCELLED", "CANCELLED"]
    assert seen.json()["recurrence"] is None


async def test_what_is_sold_is_changed_in_scope_and_null_takes_a_limit_away(tenant: Tenant) -> None:
    series, ids = await make_series(tenant)
    [kind] = (await ask(tenant.owner, "GET", f"/api/events/{ids[1]}")).json()["ticketTypes"]
    path = f"/api/series/{series['id']}/ticket-types/{kind['id']}"

    limited = await ask(tenant.owner, "PUT", path, json={"scope": "ALL", "maxPerBuyer": 4, "paused": True, "version": 1})
    dear = await ask(tenant.owner, "PUT", path, json={"scope": "THIS_AND_FOLLOWING", "price": DEAR, "maxPerBuyer": None, "version": 2})

    assert (limited.status_code, dear.status_code) == (200, 200)
    assert [(each["maxPerBuyer"], each["paused"]) for each in limited.json()["ticketTypes"]] == [(4, True)] * 3
    assert [(each["maxPerBuyer"], each["price"]["amountMinor"]) for each in dear.json()["ticketTypes"]] == [(None, 3000)] * 2
    assert await prices(tenant, ids) == [2550, 3000, 3000]


async def test_what_is_of_another_series_of_nobody_or_not_allowed_is_refused_and_changes_nothing(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    series, ids = await make_series(tenant)
    theirs, foreign = await make_series(other_tenant)
    [kind] = (await ask(tenant.owner, "GET", f"/api/events/{ids[0]}")).json()["ticketTypes"]
    here, wish = f"/api/series/{series['id']}", {"scope": "ALL", "version": 1}

    answers = [
        await ask(tenant.owner, "PUT", f"{here}/occurrences/{foreign[0]}", json=wish),
        await ask(tenant.owner, "PUT", f"/api/series/{theirs['id']}/occurrences/{ids[0]}", json=wish),
        await ask(tenant.owner, "POST", f"/api/series/{theirs['id']}/occurrences/{ids[0]}/publish", json=wish),
        await ask(tenant.owner, "PUT", f"/api/series/{theirs['id']}/ticket-types/{kind['id']}", json=wish | {"price": DEAR}),
        await ask(tenant.owner, "PUT", f"/api/series/{theirs['id']}", json={"version": 1, "recurrence": RULE}),
    ]
    denied = [
        await ask(tenant.anonymous, "PUT", f"{here}/occurrences/{ids[0]}", json=wish),
        await ask(tenant.anonymous, "PUT", f"{here}/ticket-types/{kind['id']}", json=wish | {"price": DEAR}),
    ]
    wrong = await ask(tenant.owner, "PUT", f"{here}/occurrences/{ids[0]}", json=wish | {"durationMinutes": 0})

    assert [each.status_code for each in answers] == [404] * 5
    assert without_instance(answers[0]) == without_instance(answers[1])
    assert {each.status_code for each in denied} == {401}
    assert (wrong.status_code, [each["pointer"] for each in wrong.json()["errors"]]) == (400, ["#/durationMinutes"])
    assert await prices(tenant, ids) == [2550] * 3
    assert (await ask(tenant.owner, "GET", here)).json() == series
    assert {each["status"] for each in await occurrences(tenant, series["id"])} == {"DRAFT"}


async def test_dates_are_shown_before_there_are_any(tenant: Tenant) -> None:
    asked = {"startsAt": "2031-05-02T17:30:00Z", "timeZone": "Europe/Berlin", "rrule": "FREQ=WEEKLY;COUNT=3", "excludedDate": DATES[1]}

    shown = await ask(tenant.owner, "GET", "/api/series-preview", params=asked)
    denied = await ask(tenant.anonymous, "GET", "/api/series-preview", params=asked)
    wrong = await ask(tenant.owner, "GET", "/api/series-preview", params=asked | {"rrule": "FREQ=NEVER"})

    assert [each["date"] for each in shown.json()["items"]] == [DATES[0], DATES[2]]
    assert (shown.status_code, denied.status_code, wrong.status_code) == (200, 401, 400)
    assert wrong.json()["errors"][0]["parameter"] == "rrule"
