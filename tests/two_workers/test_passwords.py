"""Another password at one gateway cuts off, within five seconds, what the person watches at the other with her other sessions."""

import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.api.box_office import put_on_sale
from tests.two_workers.people import PASSWORD, Olga, change, let_in
from tests.two_workers.platform import Platform, Tenant
from tests.two_workers.watching import PROTOCOL, Ending, watching

pytestmark = pytest.mark.asyncio

A, B = 0, 1
WITHIN = 5.0
CHANGE = "mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { account { email } errors { __typename } } }"
ENDED = "SELECT revoked_because FROM sessions WHERE person_id = $1 ORDER BY revoked_because"


@pytest_asyncio.fixture
async def olga(platform: Platform, tenant: Tenant) -> AsyncIterator[Olga]:
    """The owner of this test's organization. She is written to, and no mail server is there to take it."""
    yield await let_in(platform, tenant)
    await change(platform, "DELETE FROM letters")


async def test_another_password_at_one_gateway_ends_the_persons_stream_at_the_other(platform: Platform, olga: Olga) -> None:
    event_id, _ = await put_on_sale(olga.tenant.owner())
    watched, here = [(await olga.sign_in())["access"] for _ in range(2)]

    async with (
        watching(PROTOCOL, platform.gateways[B], olga.tenant.slug, event_id, authorization=f"Bearer {watched}") as watcher,
        watching(PROTOCOL, platform.gateways[B], olga.tenant.slug, event_id, authorization=f"Bearer {here}") as own,
    ):
        began = time.monotonic()
        wish = {"currentPassword": PASSWORD, "password": "harbour marmalade Thursday ladder"}
        changed = await olga.client(here, A).ask(CHANGE, input=wish)
        ending = await watcher.ends()

        assert changed["changePassword"] == {"account": {"email": olga.credentials["email"]}, "errors": []}
        assert ending == Ending("closed", 4401)
        assert time.monotonic() - began < WITHIN
        assert own.ending is None
    async with platform.connected(platform.superuser) as connection:
        assert [row[0] for row in await connection.fetch(ENDED, olga.tenant.owner_id)] == ["PASSWORD_CHANGED", None]
