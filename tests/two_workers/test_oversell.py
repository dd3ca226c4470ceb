"""Five hundred people want fifty tickets at the same moment, at two gateways: fifty get one, however often it is tried."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from adapters.postgres.audit import recount
from gateway.embedded.postgres import DatabaseAddresses
from gateway.environment import Secret
from gateway.migrating import migrate
from tests.api.box_office import HOLD_TICKETS, left, put_on_sale
from tests.two_workers.platform import PATIENCE, Gateway, Platform, Tenant, careless_gateways, client_of, in_database

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quiet")]

BUYERS, TICKETS, ROUNDS = 500, 50, 20


@dataclass(frozen=True, slots=True)
class Round:
    """What came of one rush: the ids of the holds that were granted, the refusals, and what is left."""

    granted: Sequence[str]
    refused: Counter[str]
    left: list[int]


@asynccontextmanager
async def crowd(gateways: Sequence[Gateway]) -> AsyncIterator[list[httpx.AsyncClient]]:
    """As many people as want tickets, each with a connection of his own, at the gateways in turn."""
    # Made once, because making it takes longer than all that is asked.
    security = ssl.create_default_context()
    async with AsyncExitStack() as stack:
        people = [
            httpx.AsyncClient(base_url=gateways[number % len(gateways)].url, verify=security, trust_env=False, timeout=PATIENCE)
            for number in range(BUYERS)
        ]
        for person in people:
            await stack.enter_async_context(person)
        yield people


async def rush(people: Sequence[httpx.AsyncClient], tenant: Tenant, number: int) -> Round:
    """Put an event on sale, and let everybody ask for one ticket at once."""
    event_id, type_id = await put_on_sale(tenant.owner(), capacity=TICKETS, slug=f"night-{number}")
    wish = {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": 1}]}
    asked = {"query": HOLD_TICKETS, "variables": {"input": wish}}
    answers = await asyncio.gather(*(person.post("/graphql", json=asked, headers={"x-organization": tenant.slug}) for person in people))
    payloads = [answer.raise_for_status().json()["data"]["holdTickets"] for answer in answers]
    granted = [payload["hold"]["id"] for payload in payloads if payload["hold"]]
    refused = Counter(error["__typename"] for payload in payloads if payload["hold"] is None for error in payload["errors"])
    assert all(bool(payload["errors"]) == (payload["hold"] is None) for payload in payloads)
    return Round(granted, refused, await left(tenant.buyer(number % 2), event_id))


async def test_fifty_tickets_are_never_given_to_more_than_fifty_of_five_hundred(platform: Platform, tenant: Tenant) -> None:
    async with crowd(platform.gateways) as people:
        rounds = [await rush(people, tenant, number) for number in range(ROUNDS)]

    assert [len(set(each.granted)) for each in rounds] == [TICKETS] * ROUNDS
    assert [each.refused for each in rounds] == [Counter(TicketsSoldOut=BUYERS - TICKETS)] * ROUNDS
    assert [each.left for each in rounds] == [[0]] * ROUNDS
    async with platform.connected() as owner:
        held = await owner.fetch("SELECT held, sold FROM pools WHERE organization_id = $1", tenant.organization.id)
        breaches = await recount(owner)
    assert [tuple(row) for row in held] == [(TICKETS, 0)] * ROUNDS
    assert breaches == []


async def test_without_the_lock_the_same_rush_gives_away_too_many(platform: Platform, tmp_path: Path) -> None:
    async with spare_database(platform, "careless") as addresses, platform.connected(addresses.superuser) as superuser:
        await superuser.execute("ALTER TABLE pools DROP CONSTRAINT pools_capacity_check")
        with careless_gateways(tmp_path, {**platform.environment, **addresses.environment()}) as gateways:
            await asyncio.gather(*(each.ready() for each in gateways))
            async with client_of(gateways[0]) as here, client_of(gateways[1]) as there, crowd(gateways) as people:
                tenant = Tenant(*await platform.found_with_owner(addresses), gateways, (here, there))
                most = await most_granted(people, tenant)
            breaches = await recount(superuser)

    assert most > TICKETS
    assert "no pool is oversold, and no counter is below nothing" in {each.invariant for each in breaches}


async def most_granted(people: Sequence[httpx.AsyncClient], tenant: Tenant) -> int:
    """How many got a ticket in the first rush that gave away too many, or in the fullest of all."""
    most = 0
    for number in range(ROUNDS):
        most = max(most, len((await rush(people, tenant, number)).granted))
        if most > TICKETS:
            break
    return most


@asynccontextmanager
async def spare_database(platform: Platform, name: str) -> AsyncIterator[DatabaseAddresses]:
    """A migrated database beside the real one, gone at the end."""

    real = platform.addresses
    addresses = DatabaseAddresses(*(in_database(each, name) for each in (real.owner, real.app, real.system, real.superuser)))
    async with platform.connected(platform.superuser) as superuser:
        await superuser.execute(f"CREATE DATABASE {name} OWNER ticketbase_owner")
        try:
            await migrate(Secret(addresses.owner))
            yield addresses
        finally:
            await superuser.execute(f"DROP DATABASE {name} WITH (FORCE)")
