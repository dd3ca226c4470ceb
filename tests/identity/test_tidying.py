"""What nobody needs any more of sessions, links and devices is forgotten, and nothing that is still of use."""

from typing import Any

import pytest

from gateway.worker import tidy_identity
from tests.conftest import Clock
from tests.identity.authenticators import guard
from tests.identity.conftest import Person
from tests.identity.test_sessions import REVOKE_OTHERS, refresh

pytestmark = pytest.mark.asyncio

KEPT = """
SELECT (SELECT count(*) FROM sessions s WHERE s.person_id = p.id) AS sessions,
    (SELECT count(*) FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE s.person_id = p.id) AS refresh_tokens,
    (SELECT count(*) FROM one_time_links l WHERE l.email = p.email) AS links,
    (SELECT count(*) FROM known_devices d WHERE d.person_id = p.id) AS devices
FROM people p WHERE p.email = $1
"""

CHALLENGES = "SELECT count(*) FROM sign_in_challenges c JOIN people p ON p.id = c.person_id WHERE p.email = $1"


async def kept(person: Person) -> dict[str, int]:
    """What is known of somebody, after the worker has tidied."""
    pools = person.tenant.house.pools
    await tidy_identity(pools)
    return dict(await pools.system.fetchrow(KEPT, person.email))


async def test_a_session_that_was_ended_is_forgotten_with_its_tokens_after_thirty_days(ada: Person, clock: Clock) -> None:
    first = (await ada.sign_in())["tickets"]["refresh"]
    await refresh(ada.tenant, first)
    await (await ada.client()).ask(REVOKE_OTHERS, input={})

    await clock.advance(days=29)
    before = await kept(ada)
    await clock.advance(days=30, seconds=60)
    after = await kept(ada)

    assert (before["sessions"], before["refresh_tokens"]) == (2, 3)
    assert (after["sessions"], after["refresh_tokens"]) == (1, 1)


async def test_a_session_that_expired_is_forgotten_thirty_days_later(ada: Person, clock: Clock) -> None:
    await ada.sign_in()

    await clock.advance(days=59)
    before = await kept(ada)
    await clock.advance(days=60, seconds=60)

    assert before["sessions"] == 1
    assert (await kept(ada))["sessions"] == 0


async def test_a_link_is_forgotten_a_day_after_it_was_used_or_expired(ada: Person, clock: Clock) -> None:
    used: Any = await kept(ada)
    await clock.advance(hours=24, minutes=1)

    assert used["links"] == 1
    assert (await kept(ada))["links"] == 0


async def test_a_link_that_nobody_used_is_forgotten_a_day_after_its_end(ada: Person, clock: Clock) -> None:
    asking = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { sentTo } }"
    await clock.advance(days=3)
    await ada.tenant.anonymous.ask(asking, input={"email": ada.email})

    await clock.advance(days=4)
    before = await kept(ada)
    await clock.advance(days=4, hours=1, minutes=1)

    assert before["links"] == 1
    assert (await kept(ada))["links"] == 0


async def test_a_device_that_was_not_seen_for_four_hundred_days_is_new_again(ada: Person, clock: Clock) -> None:
    await ada.sign_in()

    await clock.advance(days=399)
    before = await kept(ada)
    await clock.advance(days=400, seconds=60)

    assert before["devices"] == 1
    assert (await kept(ada))["devices"] == 0


async def test_a_sign_in_that_nobody_finished_is_forgotten_once_it_is_too_late(ada: Person, clock: Clock) -> None:
    guarded = await guard(ada)
    for minutes in (0, 4):
        await clock.advance(minutes=minutes)
        await guarded.challenge()

    await clock.advance(minutes=5, seconds=1)
    await tidy_identity(ada.tenant.house.pools)

    assert await ada.tenant.house.pools.system.fetchval(CHALLENGES, ada.email) == 1
