"""Twenty thousand seats: a plan comes here, an event gets it, and seats are blocked, in a few statements however many there are."""

from typing import Any

import httpx
import orjson
import pytest

from domain.seats import STATUSES
from gateway.seating.arena import make_arena
from schema import ids
from tests.api.box_office import create_event, create_ticket_type, left
from tests.api.conftest import Client, Tenant
from tests.conftest import Statements, WorkOf
from tests.seating.halls import BLOCK, assign, pools, status

pytestmark = pytest.mark.asyncio

SEATS = 20_000


async def upload(client: Client, document: dict[str, Any]) -> str:
    headers = {**client.headers, "content-type": "application/json"}
    answer: httpx.Response = await client.http.post("/api/seating-plans", content=orjson.dumps(document), headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["seatingPlanVersion"]["id"])


async def test_an_arena_is_brought_here_and_put_on_sale_without_a_statement_for_each_seat(
    tenant: Tenant, statements: Statements, work_of: WorkOf
) -> None:
    document = make_arena(SEATS)
    event_id = await create_event(tenant.owner)
    names = [each["name"] for each in document["categories"] if "[" not in each["name"]]
    types = {name: [await create_ticket_type(tenant.owner, event_id, name=[{"locale": "en", "text": name}])] for name in names}

    async with statements.sent() as importing:
        version_id = await upload(tenant.owner, document)
    async with statements.sent() as assigning:
        assigned = await assign(tenant.owner, event_id, version_id, **types)
    async with statements.sent() as assigning_again:
        again = await assign(tenant.owner, event_id, version_id, **types)
    async with statements.sent() as blocking:
        blocked = (await tenant.owner.ask(BLOCK, input={"eventId": event_id, "sections": [0, 1, 2], "reason": "stage"}))["blockSeats"]

    assert (assigned["errors"], again["errors"], blocked["errors"]) == ([], [], [])
    assert len(importing) <= 5, importing
    assert len(assigning) <= 22, assigning
    assert len(assigning_again) <= 22, assigning_again
    assert len(blocking) <= 7, blocking
    assert blocked["changed"] == sum(len(row["seats"]) for zone in document["zones"][:3] for row in zone["rows"])
    counted = await pools(tenant.owner, event_id)
    assert sum(capacity for capacity, _ in counted.values()) == SEATS + 2_000 - blocked["changed"]
    assert sum(await left(tenant.owner, event_id)) == SEATS + 2_000 - blocked["changed"]
    named = ids.read(event_id)
    assert named is not None
    async with work_of(tenant.organization) as work, statements.sent() as reading:
        [statuses] = await work.seats.statuses([named[1]])
    assert len(reading) == 1
    assert statuses is not None
    assert (len(statuses), [STATUSES[each].value for each in sorted(set(statuses))]) == (SEATS, ["FREE", "BLOCKED"])
    assert await status(tenant.owner, event_id, "101 1-1", "107 1-1") == ["BLOCKED", "FREE"]


async def test_a_picture_of_an_arena_is_some_hundred_kilobytes(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await assign(tenant.owner, event_id, await upload(tenant.owner, make_arena(SEATS)))

    answer = await tenant.http.get(f"/api/events/{event_id}/seats.svg", headers=tenant.owner.headers)

    assert answer.status_code == 200
    assert answer.text.count("M") >= SEATS
    assert len(answer.content) < 500_000
