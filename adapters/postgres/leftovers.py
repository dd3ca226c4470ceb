"""Finds what is left over of images and of identity, across all tenants, with the system role's few rights."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from adapters.postgres.transaction import Pool

AN_HOUR_AGO = "SELECT app_now() - interval '1 hour'"
UNFINISHED = "SELECT DISTINCT organization_id FROM images WHERE status <> 'READY' AND created_at < $1 LIMIT 1000"
# An hour's grace: an upload that was being looked at when its image was removed has long ended by then.
DISCARDED = "SELECT organization_id, image_id FROM discarded_images WHERE discarded_at < $1 ORDER BY discarded_at LIMIT 1000"
# Sessions that idled away have run out of their longest time before long, and go then; an index on when each was last seen costs more.
FORGET_SESSIONS = """
DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE revoked_at < app_now() - $1::interval
    UNION SELECT id FROM sessions WHERE expires_at < app_now() - $1::interval
    LIMIT 1000
) RETURNING 1
"""
# A link lives for a day at most, so one used so long ago has expired, too.
FORGET_LINKS = """
DELETE FROM one_time_links WHERE expires_at < app_now() AND least(used_at, expires_at) < app_now() - $1::interval RETURNING 1
"""
FORGET_DEVICES = "DELETE FROM known_devices WHERE last_seen_at < app_now() - $1::interval RETURNING 1"
# Never waits: whoever takes a second factor away, with its challenges, may be at them in another order.
FORGET_CHALLENGES = """
DELETE FROM sign_in_challenges WHERE token_hash IN (
    SELECT token_hash FROM sign_in_challenges WHERE expires_at <= app_now() FOR UPDATE SKIP LOCKED
) RETURNING 1
"""
FORGET = "DELETE FROM discarded_images WHERE organization_id = $1 AND image_id = $2 RETURNING 1"


class Discarded(NamedTuple):
    """An image that is gone, whose files may still lie in the object storage."""

    organization_id: UUID
    image_id: UUID


class PostgresLeftovers:
    """What is older than an hour; ask again once these are done."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def an_hour_ago(self) -> datetime:
        """By the database's clock."""
        moment: datetime = await self._pool.fetchval(AN_HOUR_AGO)
        return moment

    async def with_unfinished_uploads(self, before: datetime) -> list[UUID]:
        """The organizations with uploads requested before this time that never became images."""
        return [row["organization_id"] for row in await self._pool.fetch(UNFINISHED, before)]

    async def discarded(self, before: datetime) -> Sequence[Discarded]:
        """The images removed before this time, the oldest first."""
        return [Discarded(row["organization_id"], row["image_id"]) for row in await self._pool.fetch(DISCARDED, before)]

    async def forget_sessions(self, after: timedelta) -> int:
        """Take sessions away that ended so long ago, with their refresh tokens; how many."""
        forgotten = 0
        while gone := len(await self._pool.fetch(FORGET_SESSIONS, after)):
            forgotten += gone
        return forgotten

    async def forget_links(self, after: timedelta) -> int:
        """Take links away that were used, or expired, so long ago; how many."""
        return len(await self._pool.fetch(FORGET_LINKS, after))

    async def forget_devices(self, after: timedelta) -> int:
        """Take devices away that were not seen for so long; how many."""
        return len(await self._pool.fetch(FORGET_DEVICES, after))

    async def forget_challenges(self) -> int:
        """Take sign-ins away that nobody finished in time; how many."""
        return len(await self._pool.fetch(FORGET_CHALLENGES))

    async def forget(self, each: Discarded) -> None:
        """Nothing of this image lies anywhere any more."""
        await self._pool.fetchval(FORGET, each.organization_id, each.image_id)
