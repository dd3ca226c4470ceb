"""What the REST tests do again and again: ask as somebody, put an event on sale."""

from typing import Any

import httpx

from tests.api.box_office import event_input
from tests.api.conftest import Client

STANDING = {"name": [{"locale": "en", "text": "Standing"}], "price": {"amountMinor": 2550, "currency": "EUR"}, "capacity": 50}


async def ask(client: Client, method: str, path: str, *, headers: dict[str, str] | None = None, **more: Any) -> httpx.Response:
    """One request in the name of this caller."""
    return await client.http.request(method, path, headers=client.headers | (headers or {}), **more)


async def make_event(client: Client, **changes: Any) -> dict[str, Any]:
    """A new draft."""
    answer = await ask(client, "POST", "/api/events", json=event_input(**changes))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def make_on_sale(client: Client, capacity: int = 50, **changes: Any) -> tuple[str, str]:
    """The ids of a published event and of its only ticket type."""
    event = await make_event(client, **changes)
    kind = await ask(client, "POST", f"/api/events/{event['id']}/ticket-types", json=STANDING | {"capacity": capacity})
    published = await ask(client, "POST", f"/api/events/{event['id']}/publish")
    assert (kind.status_code, published.status_code) == (201, 200)
    return event["id"], kind.json()["id"]


async def available(client: Client, event_id: str) -> int:
    """How many tickets of the event's only type can be had."""
    [only] = (await ask(client, "GET", f"/api/events/{event_id}/availability")).json()["ticketTypes"]
    return int(only["available"])


def without_instance(answer: httpx.Response) -> dict[str, Any]:
    """The problem, without the request's id, which differs each time and is in the header, too."""
    problem: dict[str, Any] = answer.json()
    assert problem.pop("instance") == answer.headers["x-request-id"]
    return problem
