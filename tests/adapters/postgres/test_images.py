"""The store of images: the room there is belongs to one work at a time."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.images import Image, ImageStatus, Shelf
from domain.organizations import Organization
from domain.refusals import NotFound, Refused
from tests.conftest import WorkOf
from tests.samples import CREATED, an_event
from tests.two_workers.platform import eventually

pytestmark = pytest.mark.asyncio

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def _an_image(event_id: Any, **facts: Any) -> Image:
    waiting = Image(new_id(), event_id, 0, {}, ImageStatus.PENDING, "image/png", 100, 100, CREATED, new_id())
    return replace(waiting, **facts)


async def test_who_asks_for_the_room_waits_until_it_was_taken(work_of: WorkOf, owner: Any, organization: Organization) -> None:
    event = an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)

    async def ask() -> Shelf:
        async with work_of(organization) as later:
            return await later.images.shelf(event.id)

    async with work_of(organization) as work:
        assert await work.images.shelf(event.id) == Shelf([], 0)
        asked = asyncio.create_task(ask())
        await eventually(lambda: owner.fetchval(WAITING), "nobody waits")
        await work.images.keep_new(image := _an_image(event.id))

    assert await asked == Shelf([image], 100)


async def test_the_gallery_is_read_as_it_is_after_whoever_changes_it(work_of: WorkOf, owner: Any, organization: Organization) -> None:
    event = an_event()
    image = _an_image(event.id)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.images.keep_new(image)

    async def ask() -> Shelf:
        async with work_of(organization) as later:
            return await later.images.shelf(event.id)

    async with work_of(organization) as work:
        changed = replace(await work.images.for_change(image.id), alt={"en": "The hall"}, version=2)
        asked = asyncio.create_task(ask())
        await eventually(lambda: owner.fetchval(WAITING), "nobody waits")
        await work.images.keep([changed])

    assert (await asked).gallery == [changed]


async def test_an_image_of_an_event_that_is_gone_is_refused(work_of: WorkOf, organization: Organization) -> None:
    with pytest.raises(Refused) as no:
        async with work_of(organization) as work:
            await work.images.keep_new(_an_image(new_id()))

    assert no.value.refusal == NotFound("event", ("input", "eventId"))
