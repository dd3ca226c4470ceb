"""Clears away what is left over of images: uploads never finished, files of images that are gone."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from uuid import UUID

from domain import images as rules
from domain.storage import Storage
from domain.work import Work


async def forget_unfinished_uploads(work: Callable[[], AbstractAsyncContextManager[Work]], before: datetime) -> int:
    """Remove a tenant's uploads that were requested before this time and never became images; how many they were."""
    async with work() as opened:
        return await opened.images.forget_unfinished(before)


async def discard_files(storage: Storage, organization_id: UUID, image_id: UUID) -> None:
    """Delete every file of an image that is gone."""
    await storage.discard(rules.quarantined(organization_id, image_id))
    await storage.discard(rules.shelved(organization_id, image_id))


async def empty_quarantine(storage: Storage, before: datetime) -> int:
    """Delete what was uploaded before this time and is still in quarantine, whoever invited it; how many files they were."""
    return await storage.discard_older(rules.QUARANTINE, before)
