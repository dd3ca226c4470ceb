"""What becomes of the images that the public sees is told on the bus, and search engines are shown them."""

import json
from typing import Any

import pytest

from schema import ids
from tests.api.box_office import PUBLISH_EVENT, create_ticket_type
from tests.api.programme import shown
from tests.images import files
from tests.images.studio import Studio
from tests.images.test_images import ALT, REMOVE, REORDER, UPDATE

pytestmark = pytest.mark.asyncio

NEWS = "SELECT type, subject, payload FROM outbox WHERE organization_id = $1 AND type LIKE 'image:%' ORDER BY position"


async def told(owner: Any, studio: Studio) -> list[tuple[str, dict[str, Any]]]:
    """The news of the tenant's images so far."""
    rows = await owner.fetch(NEWS, studio.tenant.organization.id)
    event = uuid_of(studio.event_id)
    assert {row["subject"] for row in rows} <= {f"event:{event}"}
    assert {row["payload"].pop("eventId") for row in rows} <= {event}
    return [(row["type"], row["payload"]) for row in rows]


def uuid_of(global_id: str) -> str:
    named = ids.read(global_id)
    assert named
    return str(named[1])


async def test_an_image_is_told_of_from_the_moment_it_is_shown_until_it_is_gone(studio: Studio, owner: Any) -> None:
    image_id = await studio.uploaded(files.file())
    waiting = await told(owner, studio)
    await studio.finish(image_id)
    await studio.finish(image_id)
    await studio.tenant.owner.ask(UPDATE, input={"imageId": image_id, "expectedVersion": 2, "alt": ALT})

    await studio.tenant.owner.ask(REMOVE, input={"imageId": image_id})

    facts = {"imageId": uuid_of(image_id), "position": 0}
    assert waiting == []
    assert await told(owner, studio) == [
        ("image:added", {**facts, "version": 2}),
        ("image:updated", {**facts, "version": 3}),
        ("image:removed", {**facts, "version": 3}),
    ]


async def test_of_what_was_never_shown_nothing_is_told(studio: Studio, owner: Any) -> None:
    refused = await studio.uploaded(files.SVG, "image/png")
    waiting = await studio.uploaded(files.file())
    await studio.finish(refused)
    wish = {"imageId": waiting, "expectedVersion": 1, "alt": ALT}
    assert (await studio.tenant.owner.ask(UPDATE, input=wish))["updateImage"]["errors"] == []

    for image_id in (refused, waiting):
        await studio.tenant.owner.ask(REMOVE, input={"imageId": image_id})

    assert await told(owner, studio) == []


async def test_of_a_new_order_those_that_moved_are_told(studio: Studio, owner: Any) -> None:
    first, second, third = [(await studio.shown(files.file()))["id"] for _ in range(3)]

    await studio.tenant.owner.ask(REORDER, input={"eventId": studio.event_id, "imageIds": [second, first, third]})

    assert sorted((kind, facts["imageId"], facts["position"]) for kind, facts in (await told(owner, studio))[3:]) == sorted(
        [("image:updated", uuid_of(second), 0), ("image:updated", uuid_of(first), 1)]
    )


async def test_search_engines_are_shown_every_size_the_largest_first(studio: Studio) -> None:
    image = await studio.shown(files.file())
    await studio.uploaded(files.file())
    await create_ticket_type(studio.tenant.owner, studio.event_id)
    await studio.tenant.owner.ask(PUBLISH_EVENT, input={"eventId": studio.event_id})

    document = json.loads((await shown(studio.tenant.owner, studio.event_id, "jsonLd"))["jsonLd"])

    home = f"http://{studio.tenant.organization.slug}.localhost:8000"
    assert document["image"] == [home + each["url"] for each in reversed(image["variants"])]
    assert (await studio.fetch(document["image"][0].removeprefix(home))).status_code == 200
