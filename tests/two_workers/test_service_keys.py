"""A service key that is revoked at one gateway cuts off what a program watches at the other, within five seconds."""

import time

import pytest

from tests.api.box_office import create_event, create_ticket_type
from tests.members.test_service_keys import CREATE, REVOKE
from tests.two_workers.platform import Platform, Tenant
from tests.two_workers.watching import PROTOCOL, TRANSPORTS, Ending, watching

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quiet")]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_stream_ends_with_its_key(platform: Platform, tenant: Tenant, transport: str) -> None:
    owner = tenant.owner()
    draft = await create_event(owner)
    await create_ticket_type(owner, draft, 20)
    keys = [
        (await owner.ask(CREATE, input={"name": name, "permissions": ["events:read-unpublished"]}))["createServiceKey"]
        for name in ("Door", "Till")
    ]
    doomed, kept = [f"Bearer {each['secret']}" for each in keys]

    async with (
        watching(transport, platform.gateways[1], tenant.slug, draft, authorization=doomed) as watcher,
        watching(transport, platform.gateways[1], tenant.slug, draft, authorization=kept) as other,
    ):
        began = time.monotonic()
        revoked = (await owner.ask(REVOKE, input={"serviceKeyId": keys[0]["serviceKey"]["id"]}))["revokeServiceKey"]
        ending = await watcher.ends()

        assert revoked["errors"] == []
        assert ending == (Ending("closed", 4401) if transport == PROTOCOL else Ending("refused", "UNAUTHENTICATED"))
        assert time.monotonic() - began < 5.0
        assert other.ending is None
