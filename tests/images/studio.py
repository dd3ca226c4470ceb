"""What the tests of images do again and again: request an upload, send the file where it says, finish it, look at the gallery."""

from dataclasses import dataclass
from typing import Any

import httpx

from adapters.s3.objects import S3Objects
from schema import ids
from tests.api.box_office import create_event
from tests.api.conftest import Client, Tenant

REQUEST = """
mutation ($input: RequestImageUploadInput!) {
  requestImageUpload(input: $input) {
    image { id status position version }
    upload { url method headers { name value } expiresAt }
    errors {
      __typename
      ... on UserError { message code path }
      ... on InputInvalid { faults { path message } }
      ... on ImageQuotaExceeded { usedBytes quotaBytes }
    }
  }
}
"""
FINISH = """
mutation ($input: FinishImageUploadInput!) {
  finishImageUpload(input: $input) {
    image { id status width height alt version event { id } variants { width height byteSize url } }
    errors { __typename ... on UserError { message code path } ... on ImageRefused { fault } }
  }
}
"""
GALLERY = """
query ($id: ID!) { event(by: {id: $id}) { images { id status fault position alt variants { url } } } }
"""


@dataclass(frozen=True, slots=True)
class Studio:
    """An event without images yet, and whoever gives it some."""

    tenant: Tenant
    browser: httpx.AsyncClient
    objects: S3Objects
    event_id: str

    async def request(self, byte_size: int, content_type: str = "image/jpeg", **more: Any) -> dict[str, Any]:
        """The payload of `requestImageUpload`."""
        wish = {"eventId": self.event_id, "contentType": content_type, "byteSize": byte_size, **more}
        payload: dict[str, Any] = (await self.tenant.owner.ask(REQUEST, input=wish))["requestImageUpload"]
        return payload

    async def send(self, upload: dict[str, Any], file: bytes, **changed: str) -> int:
        """Upload the file as told, but for the headers changed (`content_type`); the storage's status."""
        headers = {each["name"].lower(): each["value"] for each in upload["headers"] if each["name"] != "Content-Length"}
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        return (await self.browser.request(upload["method"], upload["url"], content=file, headers=headers)).status_code

    async def uploaded(self, file: bytes, content_type: str = "image/jpeg", **more: Any) -> str:
        """The id of an image whose file has arrived."""
        asked = await self.request(len(file), content_type, **more)
        assert asked["errors"] == []
        assert await self.send(asked["upload"], file) == 200
        return str(asked["image"]["id"])

    async def finish(self, image_id: str, client: Client | None = None) -> dict[str, Any]:
        """The payload of `finishImageUpload`."""
        payload: dict[str, Any] = (await (client or self.tenant.owner).ask(FINISH, input={"imageId": image_id}))["finishImageUpload"]
        return payload

    async def shown(self, file: bytes, content_type: str = "image/jpeg", **more: Any) -> dict[str, Any]:
        """A READY image."""
        finished = await self.finish(await self.uploaded(file, content_type, **more))
        assert finished["errors"] == []
        image: dict[str, Any] = finished["image"]
        return image

    async def gallery(self, client: Client | None = None) -> list[dict[str, Any]]:
        """The event's images."""
        images: list[dict[str, Any]] = (await (client or self.tenant.owner).ask(GALLERY, id=self.event_id))["event"]["images"]
        return images

    async def fetch(self, url: str, **headers: str) -> httpx.Response:
        """A variant, fetched by somebody who says nothing of himself."""
        return await self.tenant.http.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()})

    async def in_quarantine(self, image_id: str) -> bytes | None:
        """The uploaded file, while it is there."""
        named = ids.read(image_id)
        assert named
        return await self.objects.read(f"quarantine/{self.tenant.organization.id}/{named[1]}", 20_000_000)


async def open_studio(tenant: Tenant, browser: httpx.AsyncClient, objects: S3Objects) -> Studio:
    """A new event of the tenant."""
    return Studio(tenant, browser, objects, await create_event(tenant.owner))
