"""The walk of an image through the API: requested, uploaded, made anew, shown, described, ordered, removed; every no on the way."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from schema import ids
from tests.api.box_office import PUBLISH_EVENT, create_ticket_type
from tests.api.conftest import Tenant
from tests.images import files
from tests.images.conftest import QUOTA
from tests.images.studio import Studio

pytestmark = pytest.mark.asyncio

JPEG = files.file()
UPDATE = """
mutation ($input: UpdateImageInput!) {
  updateImage(input: $input) {
    image { version alt alts { locale text } }
    errors { __typename ... on UserError { path } ... on VersionConflict { currentVersion } ... on InputInvalid { faults { path } } }
  }
}
"""
REORDER = """
mutation ($input: ReorderImagesInput!) {
  reorderImages(input: $input) {
    event { images { id position } } errors { __typename ... on UserError { path } ... on GalleryChanged { imageIds } }
  }
}
"""
REMOVE = "mutation ($input: RemoveImageInput!) { removeImage(input: $input) { imageId errors { __typename } } }"
ALT = [{"locale": "en", "text": "The hall"}, {"locale": "de", "text": "Der Saal"}]


async def _change(studio: Studio, document: str, **wish: Any) -> dict[str, Any]:
    [payload] = (await studio.tenant.owner.ask(document, input=wish)).values()
    assert isinstance(payload, dict)
    return payload


async def _publish(studio: Studio) -> None:
    await create_ticket_type(studio.tenant.owner, studio.event_id)
    published = await _change(studio, PUBLISH_EVENT, eventId=studio.event_id)
    assert published["errors"] == []


async def test_an_image_is_requested_uploaded_finished_and_shown_to_everybody(studio: Studio) -> None:
    await _publish(studio)
    asked = await studio.request(len(JPEG), alt=ALT)
    status = await studio.send(asked["upload"], JPEG)

    finished = await studio.finish(asked["image"]["id"])

    assert (asked["image"]["status"], asked["image"]["position"], asked["image"]["version"]) == ("PENDING", 0, 1)
    assert asked["upload"]["method"] == "PUT"
    sent_with = [{"name": "Content-Length", "value": str(len(JPEG))}, {"name": "Content-Type", "value": "image/jpeg"}]
    assert asked["upload"]["headers"] == sent_with
    assert timedelta(0) < datetime.fromisoformat(asked["upload"]["expiresAt"]) - datetime.now(UTC) <= timedelta(minutes=15)
    assert status == 200
    assert finished["errors"] == []
    image = finished["image"]
    assert {name: image[name] for name in ("status", "width", "height", "alt", "version")} == {
        "status": "READY",
        "width": 400,
        "height": 300,
        "alt": "The hall",
        "version": 2,
    }
    assert image["event"]["id"] == studio.event_id
    assert [(each["width"], each["height"]) for each in image["variants"]] == [(320, 240), (400, 300)]
    german = studio.tenant.anonymous.with_headers(accept_language="de")
    [seen] = await studio.gallery(german)
    assert (seen["id"], seen["alt"]) == (image["id"], "Der Saal")
    assert await studio.in_quarantine(image["id"]) is None


async def test_a_variant_is_served_for_ever_and_cannot_run_in_a_browser(studio: Studio) -> None:
    [variant, *_] = (await studio.shown(JPEG))["variants"]

    response = await studio.fetch(variant["url"])

    digest = hashlib.sha256(response.content).hexdigest()
    assert response.status_code == 200
    assert variant["url"].endswith(f"/{digest}.webp")
    assert len(response.content) == variant["byteSize"] == int(response.headers["content-length"])
    shown = {name: response.headers[name] for name in ("content-type", "cache-control", "etag", "x-content-type-options")}
    assert shown == {
        "content-type": "image/webp",
        "cache-control": "public, max-age=31536000, immutable",
        "etag": f'"{digest}"',
        "x-content-type-options": "nosniff",
    }
    assert response.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    unchanged = await studio.fetch(variant["url"], if_none_match=f'"{digest}"')
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    head = await studio.tenant.http.head(variant["url"])
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(variant["byteSize"]))


async def test_only_variants_are_served_and_only_for_reading(studio: Studio, other_studio: Studio) -> None:
    [variant, *_] = (await studio.shown(JPEG))["variants"]
    waiting = ids.read(await studio.uploaded(JPEG))
    assert waiting
    mine, other = studio.tenant.organization.id, other_studio.tenant.organization.id
    url = variant["url"]
    wrong = (
        url.replace(str(mine), str(other)),
        url.replace(".webp", ".jpg"),
        url.replace(".webp", ""),
        f"/api/images/{mine}/{waiting[1]}/{'0' * 64}.webp",
        f"/api/images/{mine}/{waiting[1]}/..%2f..%2fquarantine",
        f"/api/images/{mine}/x/{'0' * 64}.webp",
    )

    answers = [(await studio.fetch(each)) for each in wrong]

    assert [each.status_code for each in answers] == [404] * len(wrong)
    assert {each.headers["content-type"] for each in answers} == {"application/problem+json"}
    written = await studio.tenant.http.put(url, content=b"x")
    assert (written.status_code, written.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("wish", "paths"),
    [
        ({"content_type": "image/svg+xml"}, [["input", "contentType"]]),
        ({"content_type": "image/gif"}, [["input", "contentType"]]),
        ({"content_type": "IMAGE/JPEG; x"}, [["input", "contentType"]]),
        ({"byte_size": 0}, [["input", "byteSize"]]),
        ({"byte_size": -1}, [["input", "byteSize"]]),
        ({"byte_size": 10_000_001}, [["input", "byteSize"]]),
        (
            {"content_type": "text/html", "byte_size": 0, "alt": [{"locale": "English", "text": "x" * 501}]},
            [["input", "contentType"], ["input", "byteSize"], ["input", "alt", "English"], ["input", "alt", "English"]],
        ),
    ],
)
async def test_a_wrong_wish_is_refused_with_every_fault_and_nothing_is_kept(studio: Studio, wish: dict[str, Any], paths: Any) -> None:
    refused = await studio.request(**{"byte_size": 100, **wish})

    assert (refused["image"], refused["upload"]) == (None, None)
    assert [each["path"] for each in refused["errors"][0]["faults"]] == paths
    assert await studio.gallery() == []


@pytest.mark.parametrize(("file", "changed"), [(JPEG + b"x", {}), (JPEG[:-1], {}), (JPEG, {"content_type": "text/html"})])
async def test_the_storage_takes_no_other_size_and_type_than_announced(studio: Studio, file: bytes, changed: dict[str, str]) -> None:
    asked = await studio.request(len(JPEG))

    status = await studio.send(asked["upload"], file, **changed)

    assert status == 403
    assert await studio.in_quarantine(asked["image"]["id"]) is None


async def test_a_file_of_another_size_is_refused_however_it_got_there(studio: Studio) -> None:
    asked = await studio.request(len(JPEG) - 1)
    named = ids.read(asked["image"]["id"])
    assert named
    await studio.objects.keep_new(f"quarantine/{studio.tenant.organization.id}/{named[1]}", JPEG, "image/jpeg")

    refused = await studio.finish(asked["image"]["id"])

    assert [each["fault"] for each in refused["errors"]] == ["WRONG_SIZE"]
    assert await studio.in_quarantine(asked["image"]["id"]) is None


async def test_finishing_before_the_file_has_arrived_is_refused_and_can_be_done_later(studio: Studio) -> None:
    asked = await studio.request(len(JPEG))

    early = await studio.finish(asked["image"]["id"])
    await studio.send(asked["upload"], JPEG)
    late = await studio.finish(asked["image"]["id"])

    assert [each["__typename"] for each in early["errors"]] == ["ImageNotUploaded"]
    assert late["image"]["status"] == "READY"


async def test_finishing_again_or_at_the_same_time_changes_nothing(studio: Studio) -> None:
    image_id = await studio.uploaded(JPEG)

    first, second = await asyncio.gather(studio.finish(image_id), studio.finish(image_id))
    third = await studio.finish(image_id)

    assert first["errors"] == []
    assert first == second == third
    assert len(await studio.gallery()) == 1


async def test_the_quota_counts_what_is_under_way_and_then_what_is_kept(studio: Studio) -> None:
    first, second, third = [await studio.request(10_000_000) for _ in range(3)]
    await _change(studio, REMOVE, imageId=first["image"]["id"])
    image = await studio.shown(JPEG)

    fourth = await studio.request(10_000_000)
    fifth = await studio.request(10_000_000)

    assert (second["errors"], fourth["errors"]) == ([], [])
    kept = sum(each["byteSize"] for each in image["variants"])
    assert [(each["__typename"], each["usedBytes"], each["quotaBytes"]) for each in third["errors"]] == [
        ("ImageQuotaExceeded", 20_000_000, QUOTA)
    ]
    assert [each["usedBytes"] for each in fifth["errors"]] == [20_000_000 + kept]
    assert len(await studio.gallery()) == 3


async def test_racing_requests_do_not_pass_the_quota(studio: Studio) -> None:
    asked = await asyncio.gather(*(studio.request(10_000_000) for _ in range(6)))

    assert sorted(len(each["errors"]) for each in asked) == [0, 0, 1, 1, 1, 1]
    assert len(await studio.gallery()) == 2


async def test_an_event_has_at_most_twenty_images(studio: Studio) -> None:
    asked = [await studio.request(100) for _ in range(21)]

    assert [each["__typename"] for each in asked[-1]["errors"]] == ["GalleryFull"]
    assert [each["position"] for each in await studio.gallery()] == list(range(20))


async def test_an_image_is_described_in_other_words_unless_it_was_changed_meanwhile(studio: Studio) -> None:
    image = await studio.shown(JPEG)

    changed = await _change(studio, UPDATE, imageId=image["id"], expectedVersion=2, alt=ALT)
    stale = await _change(studio, UPDATE, imageId=image["id"], expectedVersion=2, alt=[])
    faulty = await _change(studio, UPDATE, imageId=image["id"], expectedVersion=3, alt=[{"locale": "en", "text": " "}])

    assert changed["image"] == {"version": 3, "alt": "The hall", "alts": [ALT[1], ALT[0]]}
    assert [(each["__typename"], each["currentVersion"]) for each in stale["errors"]] == [("VersionConflict", 3)]
    assert [each["faults"] for each in faulty["errors"]] == [[{"path": ["input", "alt", "en"]}]]
    assert [each["alt"] for each in await studio.gallery()] == ["The hall"]


async def test_a_gallery_is_put_in_order_by_whoever_names_all_of_it(studio: Studio) -> None:
    first, second, third = [(await studio.request(100))["image"]["id"] for _ in range(3)]

    ordered = await _change(studio, REORDER, eventId=studio.event_id, imageIds=[third, first, second])
    refused = [
        await _change(studio, REORDER, eventId=studio.event_id, imageIds=named)
        for named in ([first, second], [first, second, third, third], [first, second, ids.show("Image", new_id())])
    ]

    assert [each["id"] for each in ordered["event"]["images"]] == [third, first, second]
    assert [each["position"] for each in ordered["event"]["images"]] == [0, 1, 2]
    for each in refused:
        [error] = each["errors"]
        assert error == {"__typename": "GalleryChanged", "path": ["input", "imageIds"], "imageIds": [third, first, second]}
    assert [each["id"] for each in await studio.gallery()] == [third, first, second]


async def test_a_removed_image_is_gone_with_its_files(studio: Studio) -> None:
    image = await studio.shown(JPEG)

    removed = await _change(studio, REMOVE, imageId=image["id"])

    assert removed == {"imageId": image["id"], "errors": []}
    assert await studio.gallery() == []
    assert [(await studio.fetch(each["url"])).status_code for each in image["variants"]] == [404, 404]
    assert [each["__typename"] for each in (await _change(studio, REMOVE, imageId=image["id"]))["errors"]] == ["NotFound"]


async def test_the_public_sees_ready_images_of_events_it_may_see(studio: Studio) -> None:
    image = await studio.shown(JPEG)
    await studio.request(100)
    query = "query ($id: ID!) { node(id: $id) { id } }"
    of_a_draft = await studio.tenant.anonymous.ask(query, id=image["id"])
    await _publish(studio)

    shown = {role: await studio.gallery(studio.tenant.member(role)) for role in (Role.SUPPORT, Role.USER, Role.MANAGER)}

    assert of_a_draft == {"node": None}
    assert await studio.tenant.anonymous.ask(query, id=image["id"]) == {"node": {"id": image["id"]}}
    assert [each["id"] for each in await studio.gallery(studio.tenant.anonymous)] == [image["id"]]
    assert {role: len(images) for role, images in shown.items()} == {Role.SUPPORT: 1, Role.USER: 1, Role.MANAGER: 2}


async def test_another_tenants_images_are_not_there(studio: Studio, other_studio: Studio, other_tenant: Tenant) -> None:
    image_id = await studio.uploaded(JPEG)
    own = (await other_studio.request(100))["image"]["id"]
    stranger = other_tenant.owner

    finished = await studio.finish(image_id, stranger)
    removed = await _change(other_studio, REMOVE, imageId=image_id)
    described = await _change(other_studio, UPDATE, imageId=image_id, expectedVersion=1, alt=[])
    ordered = await _change(other_studio, REORDER, eventId=other_studio.event_id, imageIds=[own, image_id])
    foreign = await other_studio.tenant.owner.ask(
        "mutation ($input: RequestImageUploadInput!) { requestImageUpload(input: $input) { errors { __typename } } }",
        input={"eventId": studio.event_id, "contentType": "image/png", "byteSize": 5},
    )

    refusals = [each["errors"][0]["__typename"] for each in (finished, removed, described, ordered, foreign["requestImageUpload"])]
    assert refusals == ["NotFound", "NotFound", "NotFound", "GalleryChanged", "NotFound"]
    assert await studio.in_quarantine(image_id) == JPEG
    assert (await studio.finish(image_id))["image"]["status"] == "READY"
