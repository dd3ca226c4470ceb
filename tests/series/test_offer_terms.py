"""Every term of a ticket type reaches other occurrences: limits, sale times by their own dates, pools by their names."""

from typing import Any

import pytest

from tests.api.box_office import create_ticket_type
from tests.api.conftest import Client, Tenant
from tests.api.programme import faults, shown, step
from tests.seating.halls import assign, import_plan, small_hall
from tests.seating.taking import uuid_of
from tests.series.runs import draft, fridays, kinds, occurrences, repeat, type_of, version
from tests.series.test_offers import offer

pytestmark = pytest.mark.asyncio

TWO = {"frequency": "WEEKLY", "count": 2}
TERMS = "ticketTypes { id version minPerOrder maxPerOrder maxPerBuyer hidden paused salesStartAt salesEndAt }"
LOG = "activity(first: 1) { nodes { deed changes { field old new } } }"


async def terms(client: Client, event_id: str) -> dict[str, Any]:
    """What is said of the event's first ticket type."""
    found: dict[str, Any] = (await shown(client, event_id, TERMS))["ticketTypes"][0]
    return found


async def make_pool(client: Client, event_id: str, name: str) -> str:
    done = await step(client, "createPool", "pool { id }", eventId=event_id, name=name, capacity=10)
    assert done["errors"] == []
    return str(done["pool"]["id"])


DRAWN = """
SELECT array_agg(p.name ORDER BY p.name) FROM ticket_types t
JOIN ticket_type_pools d ON d.ticket_type_id = t.id JOIN pools p ON p.id = d.pool_id
WHERE t.event_id = $1 GROUP BY t.id, t.position ORDER BY t.position
"""


async def drawn(owner: Any, event_ids: list[str]) -> list[list[list[str]]]:
    """For each event the names of the pools that each of its ticket types draws on."""
    return [[row[0] for row in await owner.fetch(DRAWN, uuid_of(each))] for each in event_ids]


async def pools_of(client: Client, event_id: str) -> dict[str, str]:
    """The ids of an event's pools by their names."""
    return {each["name"]: each["id"] for each in (await shown(client, event_id, "pools { id name }"))["pools"]}


async def test_limits_and_switches_are_set_in_scope_and_taken_away_again(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    wish = {"minPerOrder": 2, "maxPerOrder": 6, "maxPerBuyer": 8, "hidden": True, "paused": True}
    before = await terms(tenant.owner, ids[0])

    done = await offer(tenant, await type_of(tenant.owner, ids[2]), "THIS_AND_FOLLOWING", **wish)
    set_ = [await terms(tenant.owner, each) for each in ids]
    back = {"minPerOrder": None, "maxPerBuyer": None, "hidden": False}
    await offer(tenant, await type_of(tenant.owner, ids[3]), "ALL", 2, **back)

    assert (done["errors"], done["left"]) == ([], [])
    assert [{name: each[name] for name in wish} for each in set_] == [{name: before[name] for name in wish}] * 2 + [wish] * 3
    now = [await terms(tenant.owner, each) for each in ids[2:]]
    assert [(each["minPerOrder"], each["maxPerOrder"], each["maxPerBuyer"], each["hidden"], each["paused"]) for each in now] == [
        (None, 6, None, False, True)
    ] * 3
    assert await terms(tenant.owner, ids[0]) == before


async def test_sale_times_move_along_with_the_date_of_each_occurrence(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, {"frequency": "MONTHLY", "count": 7})
    opens, closes = "2031-05-30T08:00:00Z", "2031-06-02T15:30:00Z"

    done = await offer(tenant, await type_of(tenant.owner, ids[1]), "ALL", salesStartAt=opens, salesEndAt=closes)
    found = [await terms(tenant.owner, each) for each in ids]
    await offer(tenant, await type_of(tenant.owner, ids[6]), "ALL", 2, salesEndAt=None)

    assert (done["errors"], done["left"]) == ([], [])
    assert [(each["salesStartAt"], each["salesEndAt"]) for each in (*found[:2], found[6])] == [
        ("2031-04-29T08:00:00Z", "2031-05-02T15:30:00Z"),
        (opens, closes),
        ("2031-10-30T09:00:00Z", "2031-11-02T16:30:00Z"),  # by the clocks of Berlin, which are put back in October
    ]
    after = [await terms(tenant.owner, each) for each in ids]
    assert [each["salesEndAt"] for each in after] == [None] * 7
    assert [each["salesStartAt"] for each in after] == [each["salesStartAt"] for each in found]


async def test_pools_are_those_of_the_same_name_and_where_there_is_none_the_rest_is_changed(tenant: Tenant, owner: Any) -> None:
    event_id = await draft(tenant.owner)
    await make_pool(tenant.owner, event_id, "Garden")
    made = await repeat(tenant.owner, event_id, {"frequency": "WEEKLY", "count": 3})
    ids = [each["id"] for each in await occurrences(tenant.owner, made["series"]["id"])]
    here, gone = [(await pools_of(tenant.owner, each))["Garden"] for each in (ids[0], ids[2])]
    assert (await step(tenant.owner, "deletePool", "poolId", poolId=gone))["errors"] == []
    [[[old]]] = await drawn(owner, ids[:1])

    done = await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", poolIds=[here], paused=True)

    assert await drawn(owner, ids) == [[["Garden"]], [["Garden"]], [[old]]]
    assert [(each["event"]["id"], each["reason"]) for each in done["left"]] == [(ids[2], "DEVIATES")]
    assert [(await terms(tenant.owner, each))["paused"] for each in ids] == [True] * 3


async def test_a_pool_of_the_same_name_that_counts_seats_is_left_alone(tenant: Tenant, owner: Any) -> None:
    _, ids = await fridays(tenant.owner, TWO)
    types = [await create_ticket_type(tenant.owner, ids[1], 1) for _ in range(3)]
    plan = await import_plan(tenant.owner, small_hall())
    sold = dict(zip(("Stalls", "Balcony", "Floor"), ([each] for each in types), strict=True))
    assert (await assign(tenant.owner, ids[1], plan, **sold))["errors"] == []
    here = await make_pool(tenant.owner, ids[0], "Stalls")
    before = await drawn(owner, ids)

    done = await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", poolIds=[here])

    assert "Stalls" in await pools_of(tenant.owner, ids[1])
    assert await drawn(owner, ids) == [[["Stalls"]], before[1]]
    assert [(each["event"]["id"], each["reason"]) for each in done["left"]] == [(ids[1], "DEVIATES")]


async def test_a_price_in_another_currency_is_no_part_of_a_price(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, TWO)
    await offer(tenant, await type_of(tenant.owner, ids[1]), "THIS", price={"amountMinor": 9900, "currency": "EUR"})

    done = await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", 2, price={"amountMinor": 3000, "currency": "USD"})

    found = [await shown(tenant.owner, each, "ticketTypes { price { amountMinor currency } }") for each in ids]
    assert [each["ticketTypes"][0]["price"] for each in found] == [
        {"amountMinor": 3000, "currency": "USD"},
        {"amountMinor": 9900, "currency": "EUR"},
    ]
    assert [each["event"]["id"] for each in done["left"]] == [ids[1]]
    assert len(done["ticketTypes"]) == 1


async def test_pools_of_others_and_pools_that_count_seats_are_refused_and_nothing_is_changed(tenant: Tenant, owner: Any) -> None:
    event_id = await draft(tenant.owner)
    seated, standing = [await create_ticket_type(tenant.owner, event_id, 1) for _ in range(2)]
    plan = await import_plan(tenant.owner, small_hall())
    assert (await assign(tenant.owner, event_id, plan, Stalls=[seated], Balcony=[seated], Floor=[standing]))["errors"] == []
    expected = (await shown(tenant.owner, event_id, "version"))["version"]
    made = await repeat(tenant.owner, event_id, TWO, expectedVersion=expected)
    assert made["errors"] == []
    ids = [each["id"] for each in await occurrences(tenant.owner, made["series"]["id"])]
    types = (await shown(tenant.owner, ids[0], "ticketTypes { id }"))["ticketTypes"]
    here, there = [await pools_of(tenant.owner, each) for each in ids]
    before = await drawn(owner, ids)

    unknown = await offer(tenant, types[0]["id"], "ALL", poolIds=[*there.values()], paused=True)
    counting = await offer(tenant, types[0]["id"], "ALL", poolIds=[here[before[0][1][0]]], paused=True)
    none = await offer(tenant, types[0]["id"], "ALL", poolIds=[], paused=True)

    assert [kinds(each) for each in (unknown, counting)] == [["PoolUnknown"], ["PoolCountsSeats"]]
    assert faults(none) == [("input.poolIds", "name a pool at least")]
    assert await drawn(owner, ids) == before
    assert [(await terms(tenant.owner, each))["paused"] for each in ids] == [False, False]
    assert await version(tenant.owner, made["series"]["id"]) == 1


async def test_every_rule_of_ticket_types_holds_here_too(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner, TWO)
    here = await type_of(tenant.owner, ids[0])
    wish: dict[str, Any] = {
        "name": [{"locale": "en", "text": "<b>Seat</b>"}],
        "salesStartAt": "2031-05-02T08:00:00Z",
        "salesEndAt": "2031-05-01T08:00:00Z",
        "minPerOrder": 5,
        "maxPerBuyer": 4,
    }

    refused = await offer(tenant, here, "ALL", **wish)

    assert [place for place, _ in faults(refused)] == ["input.name.en", "input.salesEndAt", "input.maxPerBuyer"]
    assert (await terms(tenant.owner, ids[0]))["minPerOrder"] is None
    assert await version(tenant.owner, series_id) == 1


async def test_each_event_notes_in_its_log_what_became_of_its_ticket_type(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, TWO)

    await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", maxPerBuyer=3)

    for event_id in ids:
        [entry] = (await shown(tenant.owner, event_id, LOG))["activity"]["nodes"]
        changes = {each["field"]: (each["old"], each["new"]) for each in entry["changes"]}
        assert entry["deed"] == "ticket_type:updated"
        assert changes["max_per_buyer"] == (None, "3")
        assert "price_minor" not in changes
