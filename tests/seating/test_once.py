"""The same idempotency key changes the seats of an event once, whatever gets lost on the way, and is refused for anything else."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.api.box_office import create_event, create_ticket_type, left
from tests.api.conftest import Client, Tenant
from tests.api.programme import shown, step
from tests.rest.asking import ask
from tests.seating.halls import import_plan, seated_event, small_hall, status
from tests.seating.test_unassigning import unassign

pytestmark = pytest.mark.asyncio

STATE = "version seatingPlan { id } availability { sequence }"


async def _assignment(client: Client) -> dict[str, Any]:
    version_id = await import_plan(client, small_hall())
    event_id = await create_event(client)
    type_id = await create_ticket_type(client, event_id)
    sold = [{"category": "Stalls", "ticketTypeIds": [type_id]}]
    return {"eventId": event_id, "seatingPlanVersionId": version_id, "categories": sold, "expectedVersion": 1}


async def _removal(client: Client) -> dict[str, Any]:
    event_id, _ = await seated_event(client)
    return {"eventId": event_id}


async def _blocking(client: Client) -> dict[str, Any]:
    return await _removal(client) | {"labels": ["Stalls A-1"], "sections": [1], "reason": "broken"}


async def _unblocking(client: Client) -> dict[str, Any]:
    wish = await _blocking(client)
    assert (await step(client, "blockSeats", "changed", **wish))["changed"] == 3
    del wish["reason"]
    return wish


DEEDS: dict[str, tuple[Callable[[Client], Awaitable[dict[str, Any]]], str, dict[str, Any]]] = {
    "assignSeatingPlan": (_assignment, "event { id version }", {"categories": []}),
    "unassignSeatingPlan": (_removal, "event { id version }", {"expectedVersion": 4}),
    "blockSeats": (_blocking, "changed event { id version }", {"reason": "kept for the press"}),
    "unblockSeats": (_unblocking, "changed event { id version }", {"sections": []}),
}


@pytest.mark.parametrize("deed", DEEDS)
async def test_the_same_key_again_changes_nothing_and_answers_alike(tenant: Tenant, deed: str) -> None:
    prepare, result, _ = DEEDS[deed]
    wish = await prepare(tenant.owner) | {"idempotencyKey": "key-1"}
    first = await step(tenant.owner, deed, result, **wish)
    state = await shown(tenant.owner, wish["eventId"], STATE)

    again = await step(tenant.owner, deed, result, **wish)

    assert first["errors"] == []
    assert again == first
    assert first.get("changed") in {None, 3}
    assert await shown(tenant.owner, wish["eventId"], STATE) == state


@pytest.mark.parametrize("deed", DEEDS)
async def test_the_same_key_with_another_input_is_refused(tenant: Tenant, deed: str) -> None:
    prepare, result, other = DEEDS[deed]
    wish = await prepare(tenant.owner) | {"idempotencyKey": "key-1"}
    await step(tenant.owner, deed, result, **wish)
    state = await shown(tenant.owner, wish["eventId"], STATE)

    refused = await step(tenant.owner, deed, result, **wish | other)

    assert [(error["__typename"], error["path"]) for error in refused["errors"]] == [("IdempotencyKeyReused", ["input", "idempotencyKey"])]
    assert await shown(tenant.owner, wish["eventId"], STATE) == state


@pytest.mark.parametrize("deed", DEEDS)
async def test_the_same_key_many_times_at_once_is_done_once(tenant: Tenant, deed: str) -> None:
    prepare, result, _ = DEEDS[deed]
    wish = await prepare(tenant.owner) | {"idempotencyKey": "key-1"}
    before = (await shown(tenant.owner, wish["eventId"], STATE))["availability"]["sequence"]

    answers = await asyncio.gather(*(step(tenant.owner, deed, result, **wish) for _ in range(6)))

    assert all(answer == answers[0] and answer["errors"] == [] for answer in answers)
    assert (await shown(tenant.owner, wish["eventId"], STATE))["availability"]["sequence"] == before + 1


async def test_blocking_and_unblocking_do_not_share_a_key(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    wish = {"eventId": event_id, "labels": ["Stalls A-1"], "idempotencyKey": "key-1"}
    await step(tenant.owner, "blockSeats", "changed", **wish, reason="broken")

    refused = await step(tenant.owner, "unblockSeats", "changed", **wish)

    assert [error["__typename"] for error in refused["errors"]] == ["IdempotencyKeyReused"]
    assert await status(tenant.owner, event_id, "Stalls A-1") == ["BLOCKED"]


async def test_a_refusal_keeps_no_key(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    wish = {"eventId": event_id, "reason": "broken", "idempotencyKey": "key-1"}
    refused = await step(tenant.owner, "blockSeats", "changed", **wish, labels=["Gallery 1"])

    done = await step(tenant.owner, "blockSeats", "changed", **wish, labels=["Stalls A-1"])

    assert [error["__typename"] for error in refused["errors"]] == ["SeatsUnknown"]
    assert (done["changed"], done["errors"]) == (1, [])


async def test_a_key_belongs_to_who_sent_it(tenant: Tenant, other_tenant: Tenant) -> None:
    for client in (tenant.owner, other_tenant.owner):
        event_id, _ = await seated_event(client)
        done = await step(client, "blockSeats", "changed", eventId=event_id, labels=["Stalls A-1"], reason="x", idempotencyKey="key-1")
        assert (done["changed"], done["errors"]) == (1, [])


async def test_a_key_lasts_longer_than_what_it_led_to(tenant: Tenant) -> None:
    wish = await _assignment(tenant.owner) | {"idempotencyKey": "key-1"}
    await step(tenant.owner, "assignSeatingPlan", **wish)
    await unassign(tenant.owner, wish["eventId"])

    again = await step(tenant.owner, "assignSeatingPlan", "event { seatingPlan { id } }", **wish)

    assert again == {"event": {"seatingPlan": None}, "errors": []}


async def test_over_rest_the_key_is_a_header(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    path, wish = f"/api/events/{event_id}/seats/block", {"labels": ["Stalls A-1"], "reason": "broken"}

    answers = [await ask(tenant.owner, "POST", path, headers={"Idempotency-Key": "key-1"}, json=wish) for _ in range(2)]
    other = await ask(tenant.owner, "POST", path, headers={"Idempotency-Key": "key-1"}, json={**wish, "reason": "x"})

    assert [(each.status_code, each.json()) for each in answers] == [(200, {"changed": 1})] * 2
    assert other.status_code == 409
    assert await left(tenant.owner, event_id) == [3, 2, 50]
