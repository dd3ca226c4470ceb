"""What the mutations of tickets are asked with, by an organization that has what it takes."""

from typing import Any

from tests.api.conftest import Tenant
from tests.tickets.counter import given, put_on


async def gift(tenant: Tenant) -> dict[str, Any]:
    show = await put_on(tenant)
    return {"eventId": show.event_id, "ticketTypeId": show.type_id, "quantity": 1}


async def ticket(tenant: Tenant) -> dict[str, Any]:
    [made] = await given(tenant.owner, await put_on(tenant))
    return {"ticketId": made["id"], "expectedVersion": 1}


async def key(tenant: Tenant) -> dict[str, Any]:
    return {"eventId": (await put_on(tenant)).event_id}
