"""The gallery of an archived event stays as it is: nothing is drawn for it, and no file of it goes."""

import pytest

from schema import ids
from tests.api.programme import REASON, done, step
from tests.images import files
from tests.images.studio import Studio
from tests.ticket_types.desk import do

pytestmark = pytest.mark.asyncio


async def _put_away(studio: Studio) -> None:
    owner, event_id = studio.tenant.owner, studio.event_id
    wish = {"name": [{"locale": "en", "text": "Standing"}], "price": {"amountMinor": 1, "currency": "EUR"}, "capacity": 5}
    assert (await do(owner, "createTicketType", "ticketType { id }", eventId=event_id, **wish))["errors"] == []
    await done(owner, "publishEvent", eventId=event_id)
    await done(owner, "cancelEvent", eventId=event_id, expectedVersion=2, reason=REASON)
    await done(owner, "archiveEvent", eventId=event_id, expectedVersion=3)


def _uuid(image_id: str) -> str:
    named = ids.read(image_id)
    assert named
    return str(named[1])


async def test_a_file_that_arrived_before_the_event_was_archived_is_not_looked_at_after(studio: Studio) -> None:
    twin = await studio.shown(files.file())
    image_id = await studio.uploaded(files.file())
    await _put_away(studio)

    refused = await studio.finish(image_id)

    assert refused["image"] is None
    assert [(each["__typename"], each["code"]) for each in refused["errors"]] == [("EventNotEditable", "CONFLICT")]
    assert [each["status"] for each in await studio.gallery()] == ["READY", "PENDING"]
    assert await studio.in_quarantine(image_id) == files.file()
    # The same file is drawn alike, so the other image tells where its variants would be.
    places = [each["url"].removeprefix("/api/") for each in twin["variants"]]
    drawn = [await studio.objects.read(each.replace(_uuid(twin["id"]), _uuid(image_id)), 1_000_000) for each in places]
    assert drawn == [None, None]
    assert None not in [await studio.objects.read(each, 1_000_000) for each in places]


async def test_an_image_that_was_finished_before_is_still_answered_and_served(studio: Studio) -> None:
    shown = await studio.shown(files.file())
    await _put_away(studio)

    again = await studio.finish(shown["id"])
    removed = await step(studio.tenant.owner, "removeImage", "imageId", imageId=shown["id"])

    assert again == {"image": shown, "errors": []}
    assert [each["__typename"] for each in removed["errors"]] == ["EventNotEditable"]
    assert [(await studio.fetch(each["url"])).status_code for each in shown["variants"]] == [200, 200]
