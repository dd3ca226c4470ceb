"""Pictures: what a file must be to become an image, and what it is made into."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

CONTENT_TYPES = ("image/jpeg", "image/png", "image/webp")
MOST_PIXELS = 50_000_000
LONGEST_SIDE = 16_000
WIDTHS = (320, 960, 1920)
"""The widths of the variants, in pixels; a picture is never enlarged."""
VARIANT_TYPE = "image/webp"


class ImageFault(StrEnum):
    """Why a file that was uploaded is no image of ours."""

    WRONG_SIZE = "WRONG_SIZE"
    WRONG_TYPE = "WRONG_TYPE"
    NOT_A_PICTURE = "NOT_A_PICTURE"
    TOO_MANY_PIXELS = "TOO_MANY_PIXELS"
    ANIMATED = "ANIMATED"
    MORE_BEHIND_IT = "MORE_BEHIND_IT"


TOLD: Mapping[ImageFault, str] = {
    ImageFault.WRONG_SIZE: "The file has another size than announced",
    ImageFault.WRONG_TYPE: "The file is of another type than announced",
    ImageFault.NOT_A_PICTURE: "The file is no whole JPEG, PNG or WebP picture",
    ImageFault.TOO_MANY_PIXELS: f"The picture has more than {MOST_PIXELS} pixels or a side of more than {LONGEST_SIDE}",
    ImageFault.ANIMATED: "The picture is animated, and images stand still",
    ImageFault.MORE_BEHIND_IT: "The file goes on behind the end of the picture, as moving photos and hidden archives do",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """The picture made anew in one size, as a WebP file."""

    width: int
    height: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """What is left of an upload after it was decoded and made anew; `width` and `height` are the upright original's."""

    width: int
    height: int
    drawings: tuple[Drawing, ...]


class Pictures(Protocol):
    """Makes pictures anew, so that nothing is left of what came with them: places, profiles, programs."""

    async def remake(self, original: bytes, content_type: str) -> Picture | ImageFault:
        """The picture in each of `WIDTHS` that does not enlarge it, or what is wrong with it; refused with TooBusy."""
