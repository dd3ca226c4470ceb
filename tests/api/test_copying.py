"""Copying an event through the API: a draft like it, with its ticket types, of which nothing is held."""

from typing import Any

import pytest

from tests.api.box_office import create_event, create_ticket_type, hold, put_on_sale
from tests.api.conftest import Tenant
from tests.api.programme import done, faults, shown, step

pytestmark = pytest.mark.asyncio

WHOLE = """
slug status title titles { locale text } description timeZone attendanceMode startsAt endsAt publishedAt previousStartsAt version
ticketTypes { name position price { amountMinor currency } salesStartAt salesEndAt maxPerOrder }
pools { name capacity held sold }
"""


async def test_a_copy_is_a_draft_with_the_same_offers_and_untouched_stock(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    assert (await hold(tenant.anonymous, event_id, type_id, 3))["errors"] == []
    before = await shown(tenant.owner, event_id, WHOLE)

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="late-show-june", startsAt="2031-06-01T18:00:00Z")

    made = await shown(tenant.owner, copy["id"], WHOLE)
    assert made == before | {
        "slug": "late-show-june",
        "status": "DRAFT",
        "startsAt": "2031-06-01T18:00:00Z",
        "endsAt": "2031-06-01T21:00:00Z",
        "publishedAt": None,
        "version": 1,
        "pools": [{"name": "Standing", "capacity": 50, "held": 0, "sold": 0}],
    }
    assert await shown(tenant.owner, event_id, WHOLE) == before


async def test_types_that_share_a_pool_share_one_in_the_copy(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id, 40)
    [pool] = (await shown(tenant.owner, event_id, "pools { id }"))["pools"]
    await create_ticket_type(tenant.owner, event_id, capacity=None, poolIds=[pool["id"]])

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="copy", startsAt="2031-06-01T18:00:00Z")

    made = await shown(tenant.owner, copy["id"], "pools { id capacity } ticketTypes { id } availability { ticketTypes { available } }")
    assert [each["capacity"] for each in made["pools"]] == [40]
    assert made["pools"][0]["id"] != pool["id"]
    assert [each["available"] for each in made["availability"]["ticketTypes"]] == [40, 40]


async def test_sales_move_along_by_the_clocks_of_the_place(tenant: Tenant) -> None:
    # In Berlin the clocks go forward on 30 March 2031: the sale opens at ten in the morning before and after.
    event_id = await create_event(tenant.owner, startsAt="2031-02-20T19:00:00Z", endsAt="2031-02-20T22:00:00Z")
    sale: dict[str, Any] = {"salesStartAt": "2031-02-13T09:00:00Z", "salesEndAt": "2031-02-20T18:00:00Z"}
    await create_ticket_type(tenant.owner, event_id, **sale)

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="april", startsAt="2031-04-17T18:00:00Z")

    [made] = (await shown(tenant.owner, copy["id"], "ticketTypes { salesStartAt salesEndAt }"))["ticketTypes"]
    assert made == {"salesStartAt": "2031-04-10T08:00:00Z", "salesEndAt": "2031-04-17T17:00:00Z"}


@pytest.mark.parametrize(
    ("wish", "places"),
    [
        ({"slug": "No Slug"}, ["input.slug"]),
        ({"title": [{"locale": "en", "text": ""}]}, ["input.title.en"]),
        ({"startsAt": "9999-12-31T23:59:59Z"}, ["input.startsAt", "input.endsAt", "input.endsAt"]),
    ],
)
async def test_a_copy_keeps_the_rules_of_events(tenant: Tenant, wish: dict[str, Any], places: list[str]) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    payload = await step(tenant.owner, "copyEvent", **{"eventId": event_id, "slug": "copy", "startsAt": "2031-06-01T18:00:00Z"} | wish)

    assert [place for place, _ in faults(payload)] == places
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 1


async def test_a_copy_needs_a_slug_of_its_own_and_leaves_nothing_behind(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    payload = await step(tenant.owner, "copyEvent", eventId=event_id, slug="late-show", startsAt="2031-06-01T18:00:00Z")

    assert [error["__typename"] for error in payload["errors"]] == ["EventSlugTaken"]
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 1


async def test_an_event_of_another_organization_is_not_copied(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(other_tenant.owner)

    payload = await step(tenant.owner, "copyEvent", eventId=event_id, slug="copy", startsAt="2031-06-01T18:00:00Z")

    assert [(error["__typename"], error["path"]) for error in payload["errors"]] == [("NotFound", ["input", "eventId"])]
