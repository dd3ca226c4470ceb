"""What is left over of images is cleared away by the worker after an hour, and nothing else is."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from adapters.s3.objects import S3Objects
from gateway.house import House
from gateway.worker import tidy
from schema import ids
from tests.conftest import Clock
from tests.images import files
from tests.images.studio import Studio

pytestmark = pytest.mark.asyncio

JPEG = files.file()
DELETE_EVENT = "mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { errors { __typename } } }"


@pytest_asyncio.fixture
async def known(owner: Any, studio: Studio) -> AsyncIterator[Any]:
    """Asks the database which images of the tenant it knows, and which it has yet to discard."""

    async def ask() -> tuple[list[UUID], list[UUID]]:
        tenant = studio.tenant.organization.id
        images = await owner.fetch("SELECT id FROM images WHERE organization_id = $1 ORDER BY id", tenant)
        discarded = await owner.fetch("SELECT image_id AS id FROM discarded_images WHERE organization_id = $1 ORDER BY image_id", tenant)
        return [row["id"] for row in images], [row["id"] for row in discarded]

    yield ask


async def _lies(objects: S3Objects, image: dict[str, Any]) -> list[bool]:
    return [await objects.read(each["url"].removeprefix("/api/"), 1) is not None for each in image["variants"]]


def _uuid(image_id: str) -> UUID:
    named = ids.read(image_id)
    assert named
    return named[1]


async def test_an_upload_never_finished_is_forgotten_after_an_hour(studio: Studio, house: House, clock: Clock, known: Any) -> None:
    image_id = await studio.uploaded(JPEG)
    refused = await studio.uploaded(files.SVG, "image/png")
    await studio.finish(refused)
    kept = await studio.shown(JPEG)

    await clock.advance(minutes=59)
    await tidy(house.pools, studio.objects)
    before = await known()
    lay = await studio.in_quarantine(image_id)
    await clock.advance(minutes=61)
    await tidy(house.pools, studio.objects)

    assert (before, lay) == (([_uuid(image_id), _uuid(refused), _uuid(kept["id"])], []), JPEG)
    assert await studio.in_quarantine(image_id) is None
    assert [each["id"] for each in await studio.gallery()] == [kept["id"]]
    assert await _lies(studio.objects, kept) == [True, True]


async def test_a_file_sent_again_after_its_image_was_finished_does_not_stay(studio: Studio, house: House, clock: Clock) -> None:
    asked = await studio.request(len(JPEG))
    await studio.send(asked["upload"], JPEG)
    await studio.finish(asked["image"]["id"])
    await studio.send(asked["upload"], JPEG)

    await clock.advance(minutes=61)
    await tidy(house.pools, studio.objects)

    assert await studio.in_quarantine(asked["image"]["id"]) is None
    assert len(await studio.gallery()) == 1


async def test_an_event_takes_the_files_of_its_images_with_it(studio: Studio, house: House, clock: Clock, known: Any) -> None:
    image = await studio.shown(JPEG)

    deleted = await studio.tenant.owner.ask(DELETE_EVENT, input={"eventId": studio.event_id, "expectedVersion": 1})
    noted, lay = await known(), await _lies(studio.objects, image)
    await clock.advance(minutes=61)
    await tidy(house.pools, studio.objects)

    assert deleted["deleteEvent"]["errors"] == []
    assert (noted, lay) == (([], [_uuid(image["id"])]), [True, True])
    assert await _lies(studio.objects, image) == [False, False]
    assert await known() == ([], [])
