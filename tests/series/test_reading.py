"""Series are read by id, by slug and as a list; the public sees what was published of them, and nothing else."""

import pytest

from tests.api.conftest import Tenant
from tests.api.programme import shown
from tests.series.runs import DATES, draft, fridays, many, occurrences, repeat

pytestmark = pytest.mark.asyncio

BY_SLUG = "query ($slug: String!) { eventSeries(by: {slug: $slug}) { id slug title timeZone recurrence { frequency count } } }"
NODE = "query ($id: ID!) { node(id: $id) { __typename id } }"
PAGE = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { eventSeries(by: {id: $id}) {
  occurrences(first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage }
  }
} }
"""
LIST = """
query ($first: Int, $after: String, $last: Int) {
  eventSeriesList(first: $first, after: $after, last: $last) { nodes { slug } totalCount pageInfo { hasNextPage endCursor } }
}
"""
PREVIEW = """
query ($rule: RecurrenceInput!, $at: DateTime!, $zone: String!) {
  previewOccurrences(startsAt: $at, timeZone: $zone, recurrence: $rule) { date startsAt moved }
}
"""


async def test_the_public_sees_a_series_once_an_occurrence_is_published_and_only_such(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    seen = (BY_SLUG, {"slug": "summer-jazz"})
    before = await tenant.anonymous.ask(seen[0], **seen[1])
    node_before = await tenant.anonymous.ask(NODE, id=series_id)
    list_before = await tenant.anonymous.ask(LIST)

    await many(tenant.owner, "publishOccurrences", ids[3], "THIS_AND_FOLLOWING")

    assert (before["eventSeries"], node_before["node"], list_before["eventSeriesList"]["totalCount"]) == (None, None, 0)
    after = (await tenant.anonymous.ask(seen[0], **seen[1]))["eventSeries"]
    assert after == {"id": series_id, "slug": "summer-jazz", "title": "The Late Show", "timeZone": "Europe/Berlin", "recurrence": None}
    assert [each["id"] for each in await occurrences(tenant.anonymous, series_id)] == ids[3:]
    assert (await tenant.anonymous.ask(LIST))["eventSeriesList"]["nodes"] == [{"slug": "summer-jazz"}]
    assert await tenant.anonymous.ask(NODE, id=series_id) == {"node": {"__typename": "EventSeries", "id": series_id}}


async def test_another_organization_sees_nothing_of_it(tenant: Tenant, other_tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    for client in (other_tenant.owner, other_tenant.anonymous):
        assert await client.ask(NODE, id=series_id) == {"node": None}
        assert (await client.ask(BY_SLUG, slug="summer-jazz"))["eventSeries"] is None
        assert (await client.ask(LIST))["eventSeriesList"]["totalCount"] == 0
        assert await shown(client, ids[0], "id") is None


async def test_two_organizations_may_use_the_same_slug(tenant: Tenant, other_tenant: Tenant) -> None:
    mine, theirs = [(await fridays(each.owner))[0] for each in (tenant, other_tenant)]

    assert [(await each.owner.ask(BY_SLUG, slug="summer-jazz"))["eventSeries"]["id"] for each in (tenant, other_tenant)] == [mine, theirs]


async def test_staff_reads_the_rule(tenant: Tenant) -> None:
    await fridays(tenant.owner)

    series = (await tenant.owner.ask(BY_SLUG, slug="summer-jazz"))["eventSeries"]

    assert series["recurrence"] == {"frequency": "WEEKLY", "count": 5}


async def test_occurrences_are_paged_by_date_both_ways(tenant: Tenant) -> None:
    series_id, _ = await fridays(tenant.owner)

    async def page(**window: object) -> tuple[list[str], str, bool, bool]:
        found = (await tenant.owner.ask(PAGE, id=series_id, **window))["eventSeries"]["occurrences"]
        edges, info = found["edges"], found["pageInfo"]
        return [each["node"]["slug"][-10:] for each in edges], edges[-1]["cursor"], info["hasNextPage"], info["hasPreviousPage"]

    first, cursor, *more = await page(first=2)
    second, there, *others = await page(first=10, after=cursor)
    back, _, *ends = await page(last=2, before=there)

    assert (first, more) == (DATES[:2], [True, False])
    assert (second, others) == (DATES[2:], [False, True])
    assert (back, ends) == (DATES[2:4], [True, True])
    assert await tenant.owner.code(PAGE, id=series_id, first=1, after="nonsense") == "BAD_USER_INPUT"


async def test_series_are_listed_by_slug(tenant: Tenant) -> None:
    for slug in ("c", "a", "b"):
        await repeat(tenant.owner, await draft(tenant.owner, slug=slug), {"frequency": "DAILY", "count": 1})

    page = (await tenant.owner.ask(LIST, first=2))["eventSeriesList"]
    rest = (await tenant.owner.ask(LIST, first=2, after=page["pageInfo"]["endCursor"]))["eventSeriesList"]
    last = (await tenant.owner.ask(LIST, last=1))["eventSeriesList"]

    assert ([each["slug"] for each in page["nodes"]], page["totalCount"], page["pageInfo"]["hasNextPage"]) == (["a", "b"], 3, True)
    assert [each["slug"] for each in rest["nodes"]] == ["c"]
    assert [each["slug"] for each in last["nodes"]] == ["c"]


async def test_an_event_that_stands_alone_belongs_to_no_series(tenant: Tenant) -> None:
    event_id = await draft(tenant.owner)

    assert await shown(tenant.owner, event_id, "series { id } occurrence { date }") == {"series": None, "occurrence": None}


async def test_dates_can_be_looked_at_before_there_are_any(tenant: Tenant) -> None:
    wish = {
        "at": "2026-03-28T01:30:00Z",
        "zone": "Europe/Berlin",
        "rule": {"frequency": "DAILY", "count": 3, "excludedDates": ["2026-03-30"]},
    }

    found = (await tenant.owner.ask(PREVIEW, **wish))["previewOccurrences"]

    assert found == [
        {"date": "2026-03-28", "startsAt": "2026-03-28T01:30:00Z", "moved": False},
        {"date": "2026-03-29", "startsAt": "2026-03-29T01:30:00Z", "moved": True},
    ]
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 0
    assert await tenant.anonymous.code(PREVIEW, **wish) == "UNAUTHENTICATED"
    assert await tenant.owner.code(PREVIEW, **{**wish, "rule": {"rrule": "FREQ=SECONDLY"}}) == "BAD_USER_INPUT"
    assert await tenant.owner.code(PREVIEW, **{**wish, "zone": "Berlin"}) == "BAD_USER_INPUT"


@pytest.mark.parametrize("by", ['{id: "nonsense"}', '{slug: "No Slug"}', '{slug: "\\u0000"}'])
async def test_odd_names_find_nothing(tenant: Tenant, by: str) -> None:
    assert await tenant.owner.ask(f"{{ eventSeries(by: {by}) {{ id }} }}") == {"eventSeries": None}


@pytest.mark.parametrize("until", ["2026-02-30", "26-2-3", "2026-02-03T00:00:00Z", "٢٠٢٦-01-01", ""])
async def test_what_is_no_date_is_refused(tenant: Tenant, until: str) -> None:
    wish = {"at": "2026-03-28T01:30:00Z", "zone": "UTC", "rule": {"frequency": "DAILY", "until": until}}

    assert await tenant.owner.code(PREVIEW, **wish) == "BAD_USER_INPUT"
