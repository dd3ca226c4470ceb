"""Images as clients see them."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import images as domain
from domain.images import ImageStatus
from domain.pictures import ImageFault
from domain.texts import in_language
from resolvers.events import events_by_id
from resolvers.images import images_by_id
from schema.batched import batched
from schema.enums import show_enum
from schema.nodes import Node, found_by
from schema.texts import Translation, translations

if TYPE_CHECKING:
    from schema.events import Event

show_enum(
    ImageStatus,
    "Where an image is between the wish to upload it and the gallery.",
    {
        "PENDING": "Its file is not uploaded, or the upload not finished.",
        "READY": "It is shown.",
        "REFUSED": "Its file was no image and was deleted.",
    },
)
show_enum(
    ImageFault,
    "Why an uploaded file is no image.",
    {
        "WRONG_SIZE": "It has another size than announced.",
        "WRONG_TYPE": "It is of another type than announced.",
        "NOT_A_PICTURE": "It is no whole JPEG, PNG or WebP picture.",
        "TOO_MANY_PIXELS": "It has more pixels, or a longer side, than allowed.",
        "ANIMATED": "It is animated.",
        "MORE_BEHIND_IT": "It goes on behind the end of the picture: with an archive, a page, a film.",
    },
)


@strawberry.type(description="An image in one size, as a WebP file.")
class ImageVariant:
    """See `domain.images.Variant`."""

    width: int = strawberry.field(description="Its width in pixels.")
    height: int = strawberry.field(description="Its height in pixels.")
    byte_size: int = strawberry.field(description="The size of its file.")
    url: str = strawberry.field(description="Where it is served, relative to this API; what is there never changes.")


@strawberry.federation.type(keys=["id"], description="A picture of an event.")
class Image(Node):
    """See `domain.images.Image`."""

    status: ImageStatus = strawberry.field(description="Whether it is shown; the public meets READY images only.")
    fault: ImageFault | None = strawberry.field(description="Why it was refused; null otherwise.")
    position: int = strawberry.field(description="Its place in the gallery; the lowest comes first.")
    width: int | None = strawberry.field(description="The width of the upright original in pixels; null until it is READY.")
    height: int | None = strawberry.field(description="The height of the upright original in pixels; null until it is READY.")
    created_at: datetime = strawberry.field(description="When its upload was requested.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")
    event: Annotated["Event", strawberry.lazy("schema.events")] | None = batched(
        events_by_id, key="event_id", description="The event it shows."
    )

    @strawberry.field(description="What it shows, in the viewer's language, for those who cannot see it; empty when nothing is said.")
    def alt(self: domain.Image, info: strawberry.Info) -> str:
        """The localized description."""
        return in_language(self.alt, info.context.viewer.locales)

    @strawberry.field(description="What it shows, in every language.")
    def alts(self: domain.Image) -> list[Translation]:
        """The whole localized description."""
        return translations(self.alt)

    @strawberry.field(description="The sizes it can be had in, the narrowest first; empty until it is READY.")
    def variants(self: domain.Image, info: strawberry.Info) -> list[ImageVariant]:
        """Each with its address."""
        return [_shown(each, domain.address(info.context.viewer.tenant, self.id, each.sha256)) for each in self.variants]


def _shown(variant: domain.Variant, url: str) -> ImageVariant:
    return ImageVariant(width=variant.width, height=variant.height, byte_size=variant.byte_size, url=url)


found_by("Image", images_by_id)
