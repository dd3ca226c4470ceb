"""Who is signed out at one gateway, or may not watch any more, is cut off at the other within five seconds."""

import time

import pytest
import pytest_asyncio

from tests.api.box_office import create_event, create_ticket_type, put_on_sale
from tests.conftest import Clock
from tests.two_workers.people import Olga, change, let_in
from tests.two_workers.platform import Platform, Tenant, eventually
from tests.two_workers.watching import PROTOCOL, TRANSPORTS, Ending, Watcher, watching

pytestmark = [pytest.mark.asyncio, pytest.mark.usefixtures("quiet")]

A, B = 0, 1
WITHIN = 5.0
over_each_transport = pytest.mark.parametrize("transport", TRANSPORTS)

REVOKE_OTHERS = "mutation { revokeOtherSessions(input: {}) { ended errors { __typename } } }"
LEAVE = "DELETE FROM memberships WHERE organization_id = $1 AND person_id = $2"
LAST_SEEN = "SELECT last_seen_at > app_now() - interval '1 hour' FROM sessions WHERE person_id = $1"


@pytest_asyncio.fixture
async def olga(platform: Platform, tenant: Tenant) -> Olga:
    """The owner of this test's organization."""
    return await let_in(platform, tenant)


async def ends_within(watcher: Watcher, began: float) -> Ending:
    """How it ends, which must be soon."""
    ending = await watcher.ends()
    assert time.monotonic() - began < WITHIN
    return ending


def over(transport: str, socket: int, other: str) -> Ending:
    """How a transport tells it."""
    return Ending("closed", socket) if transport == PROTOCOL else Ending("refused", other)


@over_each_transport
async def test_a_session_that_is_revoked_at_one_gateway_ends_at_the_other(platform: Platform, olga: Olga, transport: str) -> None:
    event_id, _ = await put_on_sale(olga.tenant.owner())
    watched, here = [f"Bearer {(await olga.sign_in())['access']}" for _ in range(2)]

    async with (
        watching(transport, platform.gateways[B], olga.tenant.slug, event_id, authorization=watched) as watcher,
        watching(transport, platform.gateways[B], olga.tenant.slug, event_id, authorization=here) as kept,
        watching(transport, platform.gateways[B], olga.tenant.slug, event_id) as stranger,
    ):
        began = time.monotonic()
        ended = await olga.client(here.removeprefix("Bearer "), A).ask(REVOKE_OTHERS)

        assert ended["revokeOtherSessions"] == {"ended": 1, "errors": []}
        assert await ends_within(watcher, began) == over(transport, 4401, "UNAUTHENTICATED")
        assert (kept.ending, stranger.ending) == (None, None)


async def test_a_cookie_that_is_signed_out_ends_its_socket_at_the_other_gateway(platform: Platform, olga: Olga) -> None:
    event_id, _ = await put_on_sale(olga.tenant.owner())
    cookie = {"cookie": await olga.cookie(A)}

    async with watching(PROTOCOL, platform.gateways[B], olga.tenant.slug, event_id, **cookie) as watcher:
        began = time.monotonic()
        left = await olga.tenant.https[A].post("/api/auth/logout", headers=cookie)

        assert left.status_code == 200, left.text
        assert await ends_within(watcher, began) == Ending("closed", 4401)


@pytest.mark.parametrize("days", [8, 31], ids=["idle", "at the latest"])
async def test_a_session_that_expires_ends_its_streams(platform: Platform, olga: Olga, clock: Clock, days: int) -> None:
    event_id, _ = await put_on_sale(olga.tenant.owner())
    token = f"Bearer {(await olga.sign_in())['access']}"

    async with watching("graphql-sse", platform.gateways[B], olga.tenant.slug, event_id, authorization=token) as watcher:
        began = time.monotonic()
        await clock.advance(days=days)

        assert await ends_within(watcher, began) == Ending("refused", "UNAUTHENTICATED")


async def test_a_session_does_not_idle_away_while_a_socket_of_it_is_open(platform: Platform, olga: Olga, clock: Clock) -> None:
    event_id, _ = await put_on_sale(olga.tenant.owner())
    cookie = {"cookie": await olga.cookie()}

    async def seen() -> bool:
        async with platform.connected() as owner:
            return bool(await owner.fetchval(LAST_SEEN, olga.tenant.owner_id))

    async with watching(PROTOCOL, platform.gateways[B], olga.tenant.slug, event_id, **cookie) as watcher:
        for days in (6, 12):
            await clock.advance(days=days)
            await eventually(seen, "the socket did not keep its session alive", WITHIN)

        assert watcher.ending is None


@over_each_transport
async def test_who_loses_her_role_is_cut_off_from_what_it_showed(platform: Platform, olga: Olga, transport: str) -> None:
    owner = olga.tenant.owner()
    draft = await create_event(owner)
    await create_ticket_type(owner, draft, 20)
    token = f"Bearer {(await olga.sign_in())['access']}"

    async with watching(transport, platform.gateways[B], olga.tenant.slug, draft, authorization=token) as watcher:
        began = time.monotonic()
        await change(platform, LEAVE, olga.tenant.organization.id, olga.tenant.owner_id)

        assert await ends_within(watcher, began) == over(transport, 4403, "FORBIDDEN")


@over_each_transport
async def test_who_loses_her_role_watches_on_what_everybody_may_see(platform: Platform, olga: Olga, transport: str) -> None:
    event_id, shown = await put_on_sale(olga.tenant.owner())
    hidden = await create_ticket_type(olga.tenant.owner(), event_id, 5, hidden=True)
    token = f"Bearer {(await olga.sign_in())['access']}"

    async with watching(transport, platform.gateways[B], olga.tenant.slug, event_id, authorization=token) as watcher:
        await change(platform, LEAVE, olga.tenant.organization.id, olga.tenant.owner_id)
        await watcher.until(lambda: len(watcher.frames) > 1, "nothing told her of the change")

        first, last = watcher.frames[0], watcher.frames[-1]
        assert (sorted(first.left), sorted(last.left), last.snapshot) == (sorted([shown, hidden]), [shown], True)
        assert watcher.ending is None


@over_each_transport
async def test_an_admin_of_the_platform_who_is_none_any_more_is_cut_off(platform: Platform, olga: Olga, transport: str) -> None:
    owner = olga.tenant.owner()
    draft, (public, _) = await create_event(owner, slug="rehearsal"), await put_on_sale(owner)
    await create_ticket_type(owner, draft, 20)
    await change(platform, LEAVE, olga.tenant.organization.id, olga.tenant.owner_id)
    await change(platform, "INSERT INTO platform_admins (person_id) VALUES ($1)", olga.tenant.owner_id)
    token = f"Bearer {(await olga.sign_in())['access']}"

    async with (
        watching(transport, platform.gateways[B], olga.tenant.slug, draft, authorization=token) as watcher,
        watching(transport, platform.gateways[B], olga.tenant.slug, public, authorization=token) as other,
    ):
        began = time.monotonic()
        await change(platform, "DELETE FROM platform_admins WHERE person_id = $1", olga.tenant.owner_id)

        assert await ends_within(watcher, began) == over(transport, 4403, "FORBIDDEN")
        assert other.ending is None
