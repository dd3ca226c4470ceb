"""Finds what is left over of images, across all tenants, with the system role's few rights."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from adapters.postgres.transaction import Pool

AN_HOUR_AGO = "SELECT app_now() - interval '1 hour'"
UNFINISHED = "SELECT DISTINCT organization_id FROM images WHERE status <> 'READY' AND created_at < $1 LIMIT 1000"
# An hour's grace: an upload that was being looked at when its image was removed has long ended by then.
DISCARDED = "SELECT organization_id, image_id FROM discarded_images WHERE discarded_at < $1 ORDER BY discarded_at LIMIT 1000"
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

    async def forget(self, each: Discarded) -> None:
        """Nothing of this image lies anywhere any more."""
        await self._pool.fetchval(FORGET, each.organization_id, each.image_id)
