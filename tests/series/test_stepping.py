"""Many occurrences are published or called off in one deed: all in scope, or none."""

import pytest

from tests.api.box_office import create_event, create_ticket_type, hold
from tests.api.conftest import Tenant
from tests.api.programme import REASON, done, faults, shown
from tests.conftest import Clock
from tests.series.runs import FIRST, days_until, fridays, many, occurrences, repeat, version

pytestmark = pytest.mark.asyncio


async def statuses(tenant: Tenant, series_id: str) -> list[str]:
    return [each["status"] for each in await occurrences(tenant.owner, series_id)]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("THIS", ["DRAFT", "DRAFT", "PUBLISHED", "DRAFT", "DRAFT"]),
        ("THIS_AND_FOLLOWING", ["DRAFT", "DRAFT", "PUBLISHED", "PUBLISHED", "PUBLISHED"]),
        ("ALL", ["PUBLISHED"] * 5),
    ],
)
async def test_the_drafts_in_scope_are_published_each_with_its_log(tenant: Tenant, scope: str, expected: list[str]) -> None:
    series_id, ids = await fridays(tenant.owner)

    deed = await many(tenant.owner, "publishOccurrences", ids[2], scope)

    assert (deed["errors"], deed["series"]["id"], deed["series"]["version"]) == ([], series_id, 2)
    assert await statuses(tenant, series_id) == expected
    assert [each["id"] for each in deed["events"]] == [one for one, status in zip(ids, expected, strict=True) if status == "PUBLISHED"]
    [newest, *_] = (await shown(tenant.owner, ids[2], "activity { nodes { deed } }"))["activity"]["nodes"]
    assert newest == {"deed": "event:published"}


async def test_when_drafts_cannot_be_published_none_is_and_they_are_named(tenant: Tenant) -> None:
    """They were repeated before there was a ticket type, and only the first got one since."""
    made = await repeat(tenant.owner, await create_event(tenant.owner, slug="summer-jazz", **FIRST))
    series_id = made["series"]["id"]
    ids = [each["id"] for each in await occurrences(tenant.owner, series_id)]
    await create_ticket_type(tenant.owner, ids[0])

    deed = await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    [no] = deed["errors"]
    assert (no["__typename"], no["eventIds"]) == ("OccurrencesNotPublishable", ids[1:])
    assert (await statuses(tenant, series_id), await version(tenant.owner, series_id)) == (["DRAFT"] * 5, 1)


async def test_virtual_occurrences_need_their_join_links(tenant: Tenant) -> None:
    """A copy has none, since another date is another meeting."""
    _, ids = await fridays(tenant.owner, attendanceMode="VIRTUAL")
    await done(tenant.owner, "updateEvent", eventId=ids[1], expectedVersion=1, joinUrl="https://meet.example/jazz")

    deed, alone = (
        await many(tenant.owner, "publishOccurrences", ids[0], "ALL"),
        await many(tenant.owner, "publishOccurrences", ids[1], "THIS"),
    )

    assert [each["eventIds"] for each in deed["errors"]] == [[ids[0], *ids[2:]]]
    assert [each["id"] for each in alone["events"]] == [ids[1]]


async def test_what_was_published_before_is_left_and_told(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    await done(tenant.owner, "publishEvent", eventId=ids[1])

    deed = await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    assert [each["id"] for each in deed["events"]] == [ids[0], *ids[2:]]
    assert [(each["event"]["id"], each["reason"]) for each in deed["left"]] == [(ids[1], "OTHER_STATUS")]


async def test_what_is_over_is_left(tenant: Tenant, clock: Clock) -> None:
    series_id, ids = await fridays(tenant.owner, startsAt="2027-05-07T17:30:00Z", endsAt="2027-05-07T20:00:00Z")
    days = await days_until(tenant, "2027-05-16T00:00:00Z")
    await clock.advance(days=days)

    deed = await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    assert [(each["event"]["id"], each["reason"]) for each in deed["left"]] == [(ids[0], "OVER"), (ids[1], "OVER")]
    assert await statuses(tenant, series_id) == ["DRAFT", "DRAFT", "PUBLISHED", "PUBLISHED", "PUBLISHED"]


async def test_from_here_on_it_is_called_off_and_tickets_stay_where_they_are(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")
    [each] = (await shown(tenant.owner, ids[4], "ticketTypes { id }"))["ticketTypes"]
    assert (await hold(tenant.anonymous, ids[4], each["id"]))["errors"] == []

    deed = await many(tenant.owner, "cancelOccurrences", ids[3], "THIS_AND_FOLLOWING", 2, reason=REASON)

    assert (deed["errors"], [each["id"] for each in deed["events"]]) == ([], ids[3:])
    assert await statuses(tenant, series_id) == ["PUBLISHED"] * 3 + ["CANCELLED"] * 2
    assert (await shown(tenant.anonymous, ids[4], "cancellationReason"))["cancellationReason"] == "The singer is ill."
    assert (await shown(tenant.owner, ids[4], "pools { held }"))["pools"] == [{"held": 1}]


async def test_drafts_are_not_called_off_but_told(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "THIS")

    deed = await many(tenant.owner, "cancelOccurrences", ids[0], "ALL", 2, reason=REASON)

    assert [(each["event"]["id"], each["reason"]) for each in deed["left"]] == [(each, "OTHER_STATUS") for each in ids[1:]]
    assert await statuses(tenant, series_id) == ["CANCELLED", *["DRAFT"] * 4]


async def test_without_a_reason_nothing_is_called_off(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner)
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")

    deed = await many(tenant.owner, "cancelOccurrences", ids[0], "ALL", 2, reason=[])

    assert [place for place, _ in faults(deed)] == ["input.reason"]
    assert (await statuses(tenant, series_id), await version(tenant.owner, series_id)) == (["PUBLISHED"] * 5, 2)
