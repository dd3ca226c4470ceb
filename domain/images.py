"""Images: the pictures of an event, from the wish to upload one to its place in the gallery."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.counts import counted
from domain.events import Event, expect_not_archived, expect_version
from domain.news import Fact, News
from domain.pictures import CONTENT_TYPES, TOLD, Drawing, ImageFault, Picture
from domain.refusals import ErrorCode, Faults, NotFound, Refusal, Refused
from domain.texts import LocalizedText, check_text

LARGEST_UPLOAD = 10_000_000
LONGEST_ALT = 500
FULL_GALLERY = 20
QUARANTINE, SHELF = "quarantine/", "images/"


class ImageStatus(StrEnum):
    """Where an image is between the wish to upload it and the gallery."""

    PENDING = "PENDING"
    READY = "READY"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Variant:
    """The picture in one size; `sha256` (hexadecimal) is that of its WebP file."""

    width: int
    height: int
    sha256: str
    byte_size: int


@dataclass(frozen=True, slots=True)
class Image:
    """One image of an event; `counted_bytes` is what it takes of the quota, `width` and `height` are the upright original's."""

    id: UUID
    event_id: UUID
    position: int
    alt: LocalizedText
    status: ImageStatus
    content_type: str
    byte_size: int
    counted_bytes: int
    created_at: datetime
    created_by: UUID
    fault: ImageFault | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    variants: tuple[Variant, ...] = ()
    version: int = 1

    typename: ClassVar[str] = "Image"


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in quarantine: the SHA-256 of the file, and the picture in it or what is wrong."""

    sha256: str
    outcome: Picture | ImageFault


@dataclass(frozen=True, slots=True)
class Shelf:
    """The room there is: the images of the event that were not refused, by position, and what the organization has used of its quota.

    `quota_bytes` is the organization's own quota, None where it has the usual one.
    """

    gallery: Sequence[Image]
    used_bytes: int
    quota_bytes: int | None = None

    def quota(self, usual: int) -> int:
        """What the images of the organization may take."""
        return usual if self.quota_bytes is None else self.quota_bytes


@dataclass(frozen=True, slots=True)
class RequestImageUpload:
    """The wish to upload an image of `byte_size` bytes for an event."""

    event_id: UUID
    content_type: str
    byte_size: int
    alt: LocalizedText


@dataclass(frozen=True, slots=True)
class UpdateImage:
    """The wish to describe an image, as it was at `expected_version`, in other words."""

    image_id: UUID
    expected_version: int
    alt: LocalizedText


@dataclass(frozen=True, slots=True)
class ReorderImages:
    """The wish to show the event's images in this order; it names all of them."""

    event_id: UUID
    image_ids: tuple[UUID, ...]


@dataclass(frozen=True, slots=True)
class ImageQuotaExceeded(Refusal):
    """The organization has no room left for so many bytes."""

    used_bytes: int
    quota_bytes: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The images of the organization take {self.used_bytes} of {self.quota_bytes} bytes; remove some first."


@dataclass(frozen=True, slots=True)
class GalleryFull(Refusal):
    """The event has as many images as it may have."""

    limit: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"An event has at most {counted(self.limit, 'image')}; remove one first."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "eventId")


@dataclass(frozen=True, slots=True)
class GalleryChanged(Refusal):
    """The images named are not, each once, those that the event has."""

    image_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Name each image of the event exactly once; read the gallery again, it may have changed."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "imageIds")


@dataclass(frozen=True, slots=True)
class ImageNotUploaded(Refusal):
    """Nothing was uploaded yet."""

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The file has not arrived; upload it to the address given, then finish again."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "imageId")


@dataclass(frozen=True, slots=True)
class ImageRefused(Refusal):
    """The uploaded file is no image of ours and was deleted."""

    fault: ImageFault

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"{TOLD[self.fault]}; request another upload."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "imageId")


class Images(Protocol):
    """The store of images. Reads may return rows that read like an `Image`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Image | None]:
        """The images by id, in the order asked, None where there is none."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Image]]:
        """For each event its images by position, whatever their status."""

    async def shelf(self, event_id: UUID) -> Shelf:
        """The room there is; no other work of the organization takes any of it until this one ends."""

    async def for_change(self, image_id: UUID) -> Image:
        """The image, locked until the work ends; refused with NotFound."""

    async def keep_new(self, image: Image) -> None:
        """Write a new image; refused with NotFound when its event is gone."""

    async def keep(self, images: Sequence[Image]) -> None:
        """Write changed images."""

    async def remove(self, image_id: UUID) -> None:
        """Remove the image; what lies of it in the object storage is left to be discarded."""

    async def forget_unfinished(self, before: datetime) -> int:
        """Remove the uploads requested before this time that are not READY; how many they were."""


def request(image_id: UUID, ask: RequestImageUpload, shelf: Shelf, quota: int, by: UUID, now: datetime) -> Image:
    """The image that waits for its file; refused with InputInvalid, GalleryFull or ImageQuotaExceeded."""
    faults = Faults()
    faults.check(ask.content_type in CONTENT_TYPES, ("input", "contentType"), f"must be one of {', '.join(CONTENT_TYPES)}")
    faults.check(0 < ask.byte_size <= LARGEST_UPLOAD, ("input", "byteSize"), f"must be between 1 and {LARGEST_UPLOAD}")
    check_text(faults, ask.alt, ("input", "alt"), longest=LONGEST_ALT, required=False)
    faults.refuse()
    if len(shelf.gallery) >= FULL_GALLERY:
        raise Refused(GalleryFull(FULL_GALLERY))
    _expect_room(shelf.used_bytes, ask.byte_size, quota)
    return Image(
        id=image_id,
        event_id=ask.event_id,
        position=max((each.position for each in shelf.gallery), default=-1) + 1,
        alt=ask.alt,
        status=ImageStatus.PENDING,
        content_type=ask.content_type,
        byte_size=ask.byte_size,
        counted_bytes=ask.byte_size,
        created_at=now,
        created_by=by,
    )


def known(image: Image | None) -> Image:
    """The image; refused with NotFound when there is none."""
    if image is None:
        raise Refused(NotFound("image", ("input", "imageId")))
    return image


def waits(image: Image) -> bool:
    """Whether its file is still to be looked at."""
    return image.status is ImageStatus.PENDING


def expect_to_finish(image: Image, event: Event) -> None:
    """Refuse with EventNotEditable to bring another image into the gallery of an archived event; one that is settled stays so anyway."""
    if waits(image):
        expect_not_archived(event.status)


def fault_of_size(image: Image, original: bytes) -> ImageFault | None:
    """WRONG_SIZE unless the file has exactly the size that was announced."""
    return None if len(original) == image.byte_size else ImageFault.WRONG_SIZE


def settle(image: Image, examined: Examined | None, used_bytes: int, quota: int) -> Image:
    """The image after its file was looked at, READY or REFUSED; one that was settled before stays as it is.

    Refused with ImageNotUploaded when nothing was found, ImageQuotaExceeded when the variants take more room than there is.
    """
    if image.status is not ImageStatus.PENDING:
        return image
    if examined is None:
        raise Refused(ImageNotUploaded())
    settled = replace(image, sha256=examined.sha256, version=image.version + 1)
    picture = examined.outcome
    if isinstance(picture, ImageFault):
        return replace(settled, status=ImageStatus.REFUSED, fault=picture, counted_bytes=0)
    variants = tuple(variant_of(each) for each in picture.drawings)
    counted = sum(each.byte_size for each in variants)
    _expect_room(used_bytes - image.counted_bytes, counted, quota)
    return replace(settled, status=ImageStatus.READY, variants=variants, counted_bytes=counted, width=picture.width, height=picture.height)


def accepted(image: Image) -> Image:
    """The image when it is READY; refused with ImageRefused otherwise."""
    if image.fault is not None:
        raise Refused(ImageRefused(image.fault))
    return image


def describe(image: Image, expected_version: int, alt: LocalizedText) -> Image:
    """The image in other words; refused with VersionConflict or InputInvalid."""
    expect_version(image.version, expected_version)
    faults = Faults()
    check_text(faults, alt, ("input", "alt"), longest=LONGEST_ALT, required=False)
    faults.refuse()
    return replace(image, alt=alt, version=image.version + 1)


def reorder(gallery: Sequence[Image], image_ids: Sequence[UUID]) -> list[Image]:
    """The images that move, each with its new position; refused with GalleryChanged unless each of the gallery is named once."""
    by_id = {each.id: each for each in gallery}
    if sorted(image_ids) != sorted(by_id):
        raise Refused(GalleryChanged(tuple(each.id for each in gallery)))
    moved = [replace(by_id[each], position=at, version=by_id[each].version + 1) for at, each in enumerate(image_ids)]
    return [each for each in moved if each.position != by_id[each.id].position]


def news_of(before: Image | None, after: Image | None) -> list[News]:
    """What became of a gallery as the public sees it: an image was added, changed or removed; None is an image that is not there."""
    was, is_now = (visible(each, unfinished=False) for each in (before, after))
    kinds = {(False, True): "image:added", (True, False): "image:removed", (True, True): "image:updated"}
    kind, image = kinds.get((was is not None, is_now is not None)), is_now or was
    if kind is None or image is None or was == is_now:
        return []
    facts: dict[str, Fact] = {
        "eventId": str(image.event_id),
        "imageId": str(image.id),
        "position": image.position,
        "version": image.version,
    }
    return [News(kind, f"event:{image.event_id}", facts)]


def visible(image: Image | None, *, unfinished: bool) -> Image | None:
    """The image when this reader may see it: the public sees what is READY, staff everything."""
    return image if image is not None and (unfinished or image.status is ImageStatus.READY) else None


def variant_of(drawing: Drawing) -> Variant:
    """What is noted of a drawing."""
    return Variant(drawing.width, drawing.height, hashlib.sha256(drawing.body).hexdigest(), len(drawing.body))


def sha256_of(file: bytes) -> str:
    """The SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(file).hexdigest()


def quarantined(organization_id: UUID, image_id: UUID) -> str:
    """Where the file waits to be looked at; nobody is ever served from there."""
    return f"{QUARANTINE}{organization_id}/{image_id}"


def shelved(organization_id: UUID, image_id: UUID) -> str:
    """Under which prefix the variants of an image lie."""
    return f"{SHELF}{organization_id}/{image_id}/"


def variant_key(organization_id: UUID, image_id: UUID, sha256: str) -> str:
    """Where a variant lies, under the hash of its bytes."""
    return f"{shelved(organization_id, image_id)}{sha256}.webp"


def address(organization_id: UUID, image_id: UUID, sha256: str) -> str:
    """The path at which a variant is served; what it answers never changes."""
    return f"/api/{variant_key(organization_id, image_id, sha256)}"


def _expect_room(used: int, wanted: int, quota: int) -> None:
    if used + wanted > quota:
        raise Refused(ImageQuotaExceeded(used, quota))
