"""What occurrences sell is changed for one, from here on, or for all; what differs already stays."""

from typing import Any

import pytest

from tests.api.box_office import create_ticket_type
from tests.api.conftest import Tenant
from tests.api.programme import faults, shown, step
from tests.series.runs import SERIES, fridays, kinds, many, rule, type_of, version

pytestmark = pytest.mark.asyncio

OFFERS = f"{SERIES} ticketTypes {{ id }} left {{ event {{ id }} reason traits }}"
DEAR = {"amountMinor": 3000, "currency": "EUR"}


async def offer(tenant: Tenant, type_id: str, scope: str, expected: int = 1, **wish: Any) -> dict[str, Any]:
    wish = {"ticketTypeId": type_id, "scope": scope, "expectedVersion": expected, **wish}
    return await step(tenant.owner, "updateOccurrenceTicketTypes", OFFERS, **wish)


async def prices(tenant: Tenant, ids: list[str]) -> list[int]:
    """What the first ticket type of each event costs."""
    found = [await shown(tenant.owner, each, "ticketTypes { price { amountMinor } }") for each in ids]
    return [each["ticketTypes"][0]["price"]["amountMinor"] for each in found]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("THIS", [2550, 2550, 3000, 2550, 2550]),
        ("THIS_AND_FOLLOWING", [2550, 2550, 3000, 3000, 3000]),
        ("ALL", [3000] * 5),
    ],
)
async def test_a_price_is_changed_in_scope(tenant: Tenant, scope: str, expected: list[int]) -> None:
    _, ids = await fridays(tenant.owner)

    done = await offer(tenant, await type_of(tenant.owner, ids[2]), scope, price=DEAR)

    assert (done["errors"], done["left"], done["series"]["version"]) == ([], [], 2)
    assert await prices(tenant, ids) == expected
    assert len(done["ticketTypes"]) == expected.count(3000)


async def test_what_costs_something_else_already_keeps_its_price_and_takes_the_rest(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    await offer(tenant, await type_of(tenant.owner, ids[3]), "THIS", price={"amountMinor": 9900, "currency": "EUR"})

    done = await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", 2, price=DEAR, maxPerOrder=4)

    assert done["left"] == [{"event": {"id": ids[3]}, "reason": "DEVIATES", "traits": ["TICKET_TYPES"]}]
    assert await prices(tenant, ids) == [3000, 3000, 3000, 9900, 3000]
    assert (await shown(tenant.owner, ids[3], "ticketTypes { maxPerOrder }"))["ticketTypes"] == [{"maxPerOrder": 4}]


async def test_the_type_in_the_same_place_is_meant_and_a_missing_one_is_told(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    balcony = await create_ticket_type(tenant.owner, ids[0], 5)

    done = await offer(tenant, balcony, "ALL", price=DEAR)

    assert ([each["id"] for each in done["ticketTypes"]], await prices(tenant, ids)) == ([balcony], [2550, 2550])
    assert [(each["event"]["id"], each["traits"]) for each in done["left"]] == [(ids[1], ["TICKET_TYPES"])]


async def test_dates_added_later_cost_what_the_last_one_does(tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    await offer(tenant, await type_of(tenant.owner, ids[1]), "THIS_AND_FOLLOWING", price=DEAR)

    await rule(tenant.owner, series_id, {"frequency": "WEEKLY", "count": 3}, 2)

    events = (await tenant.owner.ask("{ events(orderBy: [STARTS_AT_ASC]) { nodes { id } } }"))["events"]["nodes"]
    assert await prices(tenant, [each["id"] for each in events]) == [2550, 3000, 3000]


async def test_terms_that_break_a_rule_or_come_late_change_nothing(tenant: Tenant, other_tenant: Tenant) -> None:
    series_id, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    _, [theirs, _] = await fridays(other_tenant.owner, {"frequency": "WEEKLY", "count": 2})
    here = await type_of(tenant.owner, ids[0])

    negative = await offer(tenant, here, "ALL", price={"amountMinor": -1, "currency": "EUR"}, maxPerOrder=0)
    stale = await offer(tenant, here, "ALL", 0, price=DEAR)
    foreign = await offer(tenant, await type_of(other_tenant.owner, theirs), "ALL", price=DEAR)

    assert [place for place, _ in faults(negative)] == ["input.price.amountMinor", "input.maxPerOrder"]
    assert (kinds(stale), kinds(foreign)) == (["VersionConflict"], ["NotFound"])
    assert (await prices(tenant, ids), await version(tenant.owner, series_id)) == ([2550, 2550], 1)


async def test_terms_that_do_not_fit_those_of_one_occurrence_change_none(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    later = await type_of(tenant.owner, ids[1])
    pairs = {"ticketTypeId": later, "expectedVersion": 1, "minPerOrder": 2}
    await tenant.owner.ask(
        "mutation ($input: UpdateTicketTypeInput!) { updateTicketType(input: $input) { ticketType { id } } }", input=pairs
    )

    refused = await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", price=DEAR, maxPerOrder=1)

    assert faults(refused) == [("input.maxPerOrder", "must not be less than minPerOrder")]
    assert await prices(tenant, ids) == [2550, 2550]


async def test_what_is_called_off_keeps_its_prices(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner, {"frequency": "WEEKLY", "count": 2})
    await many(tenant.owner, "publishOccurrences", ids[0], "ALL")
    await many(tenant.owner, "cancelOccurrences", ids[1], "THIS", 2, reason=[{"locale": "en", "text": "Ill."}])

    done = await offer(tenant, await type_of(tenant.owner, ids[0]), "ALL", 3, price=DEAR)

    assert [(each["event"]["id"], each["reason"]) for each in done["left"]] == [(ids[1], "OTHER_STATUS")]
    assert await prices(tenant, ids) == [3000, 2550]
