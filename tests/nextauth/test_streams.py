"""A front end's session opens live streams, and they end when it does."""

import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from domain.foreign_sessions import ForeignSession
from tests.api.box_office import put_on_sale
from tests.identity.conftest import Person
from tests.nextauth.connected import Connected
from tests.transports.serving import serving
from tests.transports.sockets import socket

pytestmark = pytest.mark.asyncio

WATCH = "subscription ($id: ID!) { ticketAvailability(eventId: $id) { snapshot } }"
SNAPSHOT = {"data": {"ticketAvailability": {"snapshot": True}}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def address(shop: Connected) -> AsyncIterator[str]:
    async with serving(shop.gateway.app) as at:
        yield at


def ending_soon(person: Person) -> ForeignSession:
    return ForeignSession(
        "gh-4711", int(time.time()) + 2, email=person.email, email_verified=True, tenant_id=person.tenant.organization.slug
    )


async def test_a_socket_closes_with_4401_when_the_session_ends(shop: Connected, address: str, ada: Person) -> None:
    event_id, _ = await put_on_sale(ada.tenant.owner)
    headers = {"Cookie": shop.cookie(ending_soon(ada))["cookie"]}

    async with socket(address, additional_headers=headers) as client:
        await client.greet()
        await client.subscribe("1", WATCH, variables={"id": event_id})
        heard = await client.hear()
        closed = await client.closed()

    assert heard == {"id": "1", "type": "next", "payload": SNAPSHOT}
    assert closed == (4401, "token expired")


async def test_server_sent_events_end_when_the_session_ends(shop: Connected, address: str, ada: Person) -> None:
    event_id, _ = await put_on_sale(ada.tenant.owner)
    headers = {"accept": "text/event-stream", **shop.bearer(ending_soon(ada))}
    body = {"query": WATCH, "variables": {"id": event_id}}

    async with httpx.AsyncClient(base_url=address) as client:
        answer = await client.post("/graphql", json=body, headers=headers, timeout=10)

    told = [json.loads(line.removeprefix("data:")) for line in answer.text.splitlines() if line.startswith("data: {")]
    assert told[0] == SNAPSHOT
    assert told[-1]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_a_socket_is_refused_to_strangers_with_4401(shop: Connected, address: str, ada: Person) -> None:
    unknown = ForeignSession("gh-1", int(time.time()) + 60, email="nobody@example.org", email_verified=True)

    async with socket(address) as client:
        await client.say({"type": "connection_init", "payload": {"authorization": shop.bearer(unknown)["authorization"]}})
        closed = await client.closed()

    assert closed[0] == 4401


async def test_pages_of_other_sites_open_no_socket_with_the_cookie(shop: Connected, address: str, ada: Person) -> None:
    headers = {"Cookie": shop.cookie(ending_soon(ada))["cookie"], "Origin": "https://evil.example"}

    with pytest.raises(Exception, match="403"):
        async with socket(address, additional_headers=headers):
            pass
