"""Changing images: request an upload, finish it, describe, reorder, remove."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import images as domain
from domain import refusals
from domain.pictures import ImageFault
from domain.storage import Invitation, StorageUnreachable
from resolvers import images as deeds
from resolvers.events import events_by_id
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_status import NOT_EDITABLE
from schema.events import Event
from schema.images import Image
from schema.scalars import BigInt
from schema.texts import TranslationInput, read_translations

_EVENT_ID = ("input", "eventId")
_IMAGE_ID = ("input", "imageId")


@shows(domain.ImageQuotaExceeded, "The organization has no room left for so many bytes.")
class ImageQuotaExceeded(UserError):
    """See `domain.images.ImageQuotaExceeded`."""

    used_bytes: BigInt = strawberry.field(description="What its images take, uploads under way included.")
    quota_bytes: BigInt = strawberry.field(description="What they may take.")


@shows(domain.GalleryFull, "The event has as many images as it may have.")
class GalleryFull(UserError):
    """See `domain.images.GalleryFull`."""

    limit: int = strawberry.field(description="How many an event may have.")


@shows(domain.GalleryChanged, "The images named are not, each once, those that the event has.")
class GalleryChanged(UserError):
    """See `domain.images.GalleryChanged`."""

    @strawberry.field(description="The images to name, in their present order; refused ones are not among them.")
    def image_ids(self: domain.GalleryChanged) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("Image", each) for each in self.image_ids]


@shows(domain.ImageNotUploaded, "Nothing was uploaded yet.")
class ImageNotUploaded(UserError):
    """See `domain.images.ImageNotUploaded`."""


@shows(domain.ImageRefused, "The uploaded file is no image and was deleted.")
class ImageRefused(UserError):
    """See `domain.images.ImageRefused`."""

    fault: ImageFault = strawberry.field(description="What is wrong with it.")


@shows(StorageUnreachable, "The object storage does not answer.")
class StorageIsUnreachable(UserError):
    """See `domain.storage.StorageUnreachable`."""


@strawberry.type(description="A header to send, exactly so.")
class UploadHeader:
    """One of `domain.storage.Invitation.headers`."""

    name: str = strawberry.field(description="Its name.")
    value: str = strawberry.field(description="Its value.")


@strawberry.type(description="How to upload a file: one request to the object storage, with the file as its body.")
class Upload:
    """See `domain.storage.Invitation`."""

    url: str = strawberry.field(description="Where to send it; whoever knows the address may upload, so keep it.")
    method: str = strawberry.field(description="With which method, PUT.")
    expires_at: datetime = strawberry.field(description="When the address stops working.")

    @strawberry.field(description="The headers that the request must carry; browsers set Content-Length themselves.")
    def headers(self: Invitation) -> list[UploadHeader]:
        """In the order of their names."""
        return [UploadHeader(name=name, value=value) for name, value in sorted(self.headers.items())]


@strawberry.input(description="An image to be uploaded for an event.")
class RequestImageUploadInput:
    """Read into `domain.images.RequestImageUpload`."""

    event_id: strawberry.ID = strawberry.field(description="The event it shows.")
    content_type: str = strawberry.field(description="The file's type: image/jpeg, image/png or image/webp.")
    byte_size: int = strawberry.field(description="The file's exact size, 10,000,000 bytes at most.")
    alt: list[TranslationInput] | None = strawberry.field(default=None, description="What it shows, for those who cannot see it.")

    def to_domain(self) -> domain.RequestImageUpload:
        """The command meant."""
        event_id = ids.expect(self.event_id, "Event", _EVENT_ID)
        alt = read_translations(self.alt, ("input", "alt")) or {}
        return domain.RequestImageUpload(event_id, self.content_type, self.byte_size, alt)


@strawberry.input(description="An image whose file was uploaded.")
class FinishImageUploadInput:
    """Names the image."""

    image_id: strawberry.ID = strawberry.field(description="The image.")


@strawberry.input(description="Describe an image in other words.")
class UpdateImageInput:
    """Read into `domain.images.UpdateImage`."""

    image_id: strawberry.ID = strawberry.field(description="The image.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    alt: list[TranslationInput] = strawberry.field(description="What it shows, in all its languages; empty for a mere ornament.")

    def to_domain(self) -> domain.UpdateImage:
        """The command meant."""
        alt = read_translations(self.alt, ("input", "alt")) or {}
        return domain.UpdateImage(ids.expect(self.image_id, "Image", _IMAGE_ID), self.expected_version, alt)


@strawberry.input(description="Show an event's images in this order.")
class ReorderImagesInput:
    """Read into `domain.images.ReorderImages`."""

    event_id: strawberry.ID = strawberry.field(description="The event.")
    image_ids: list[strawberry.ID] = strawberry.field(description="All its images but the refused ones, each once.")

    def to_domain(self) -> domain.ReorderImages:
        """The command meant."""
        named = tuple(ids.expect(each, "Image", ("input", "imageIds", str(at))) for at, each in enumerate(self.image_ids))
        return domain.ReorderImages(ids.expect(self.event_id, "Event", _EVENT_ID), named)


@strawberry.input(description="Remove an image and its files.")
class RemoveImageInput:
    """Names the image."""

    image_id: strawberry.ID = strawberry.field(description="The image.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    NOT_EDITABLE,
    domain.GalleryFull,
    domain.ImageQuotaExceeded,
    description="The answer to `requestImageUpload`.",
)
class RequestImageUploadPayload:
    """The image that waits for its file and how to upload it, or why not."""

    image: Image | None = strawberry.field(default=None, description="The image, PENDING; finish it within the hour.")
    upload: Upload | None = strawberry.field(default=None, description="How to upload its file.")


@payload(
    refusals.NotFound,
    NOT_EDITABLE,
    domain.ImageNotUploaded,
    domain.ImageRefused,
    domain.ImageQuotaExceeded,
    StorageUnreachable,
    description="The answer to `finishImageUpload`.",
)
class FinishImageUploadPayload:
    """The image, or why it is none."""

    image: Image | None = strawberry.field(default=None, description="The image, READY.")


@payload(refusals.NotFound, refusals.InputInvalid, refusals.VersionConflict, NOT_EDITABLE, description="The answer to `updateImage`.")
class UpdateImagePayload:
    """The changed image, or why it was not changed."""

    image: Image | None = strawberry.field(default=None, description="The image as it is now.")


@payload(refusals.NotFound, NOT_EDITABLE, domain.GalleryChanged, description="The answer to `reorderImages`.")
class ReorderImagesPayload:
    """The event with its gallery, or why its order is the old one."""

    event: Event | None = strawberry.field(default=None, description="The event.")


@payload(refusals.NotFound, NOT_EDITABLE, description="The answer to `removeImage`.")
class RemoveImagePayload:
    """The id of the image that is gone, or why it is not."""

    image_id: strawberry.ID | None = strawberry.field(default=None, description="The image that is gone.")


@strawberry.type
class ImageMutations:
    """Mutations of images, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(RequestImageUploadPayload)], description="Ask for the address to upload an image to. Needs events:update."
    )
    async def request_image_upload(
        self, info: strawberry.Info, input: Annotated[RequestImageUploadInput, strawberry.argument(description="The image to come.")]
    ) -> RequestImageUploadPayload:
        """See `resolvers.images.request_image_upload`."""
        image, invitation = await deeds.request_image_upload(info.context, input.to_domain())
        return RequestImageUploadPayload(image=image, upload=invitation)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(FinishImageUploadPayload)],
        description="Have the uploaded file checked and made into an image; again changes nothing. Needs events:update.",
    )
    async def finish_image_upload(
        self, info: strawberry.Info, input: Annotated[FinishImageUploadInput, strawberry.argument(description="The image.")]
    ) -> FinishImageUploadPayload:
        """See `resolvers.images.finish_image_upload`."""
        image = await deeds.finish_image_upload(info.context, ids.expect(input.image_id, "Image", _IMAGE_ID))
        return FinishImageUploadPayload(image=image)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UpdateImagePayload)], description="Describe an image in other words. Needs events:update.")
    async def update_image(
        self, info: strawberry.Info, input: Annotated[UpdateImageInput, strawberry.argument(description="The change.")]
    ) -> UpdateImagePayload:
        """See `resolvers.images.update_image`."""
        image = await deeds.update_image(info.context, input.to_domain())
        return UpdateImagePayload(image=image)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ReorderImagesPayload)], description="Put an event's images in another order. Needs events:update."
    )
    async def reorder_images(
        self, info: strawberry.Info, input: Annotated[ReorderImagesInput, strawberry.argument(description="The new order.")]
    ) -> ReorderImagesPayload:
        """See `resolvers.images.reorder_images`."""
        event_id = await deeds.reorder_images(info.context, input.to_domain())
        [event] = await events_by_id(info.context, [event_id], {})
        return ReorderImagesPayload(event=event)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(RemoveImagePayload)], description="Remove an image and its files. Needs events:update.")
    async def remove_image(
        self, info: strawberry.Info, input: Annotated[RemoveImageInput, strawberry.argument(description="The image.")]
    ) -> RemoveImagePayload:
        """See `resolvers.images.remove_image`."""
        await deeds.remove_image(info.context, ids.expect(input.image_id, "Image", _IMAGE_ID))
        return RemoveImagePayload(image_id=input.image_id)
