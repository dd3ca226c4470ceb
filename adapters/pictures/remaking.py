"""Decodes one uploaded picture and draws it anew; a program of its own, because nobody knows what a stranger's file does to a decoder.

`python -I -m adapters.pictures.remaking image/png < file` writes a line of JSON, then the drawings one after another. It knows no
secret, opens no file of its own and may use little memory and time: a hostile file can end it, and nothing else.
"""

import io
import json
import resource
import struct
import sys
from typing import NamedTuple

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from adapters.pictures.endings import ends_well
from domain.pictures import LONGEST_SIDE, MOST_PIXELS, WIDTHS, ImageFault

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = 6
QUALITY = 80
# MPO is a JPEG with further pictures behind it, as many telephones take them; the first is the picture.
FORMATS = {"JPEG": "image/jpeg", "MPO": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
DECODERS = ("JPEG", "PNG", "WEBP")
ORIENTATION = 0x0112
SIDEWAYS = frozenset({5, 6, 7, 8})


class Faulty(Exception):
    """The file is no picture of ours."""

    def __init__(self, fault: ImageFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


class Drawn(NamedTuple):
    """One size, as a WebP file."""

    width: int
    height: int
    body: bytes


def remake(original: bytes, content_type: str) -> tuple[tuple[int, int], list[Drawn]]:
    """The upright picture's size, and the picture in each width that does not enlarge it; raises Faulty."""
    try:
        picture = _open(original, content_type)
        _expect_end(original, content_type)
        return _draw(picture)
    except (UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError, OSError, EOFError, struct.error) as broken:
        raise Faulty(ImageFault.NOT_A_PICTURE) from broken
    except MemoryError as bomb:
        raise Faulty(ImageFault.TOO_MANY_PIXELS) from bomb


def _open(original: bytes, content_type: str) -> Image.Image:
    """The picture with its header read and nothing decoded."""
    # Pillow makes room for the whole picture while it reads the header of a WebP file.
    if size := _webp_size(original):
        _expect_size(*size)
    picture = Image.open(io.BytesIO(original), formats=DECODERS)
    if FORMATS[picture.format or ""] != content_type:
        raise Faulty(ImageFault.WRONG_TYPE)
    _expect_size(*picture.size)
    if picture.format != "MPO" and getattr(picture, "n_frames", 1) > 1:
        raise Faulty(ImageFault.ANIMATED)
    return picture


def _draw(picture: Image.Image) -> tuple[tuple[int, int], list[Drawn]]:
    turned = picture.getexif().get(ORIENTATION) in SIDEWAYS
    upright = picture.size[::-1] if turned else picture.size
    profile = picture.info.get("icc_profile")
    widths = sorted({min(upright[0], width) for width in WIDTHS})
    largest = _scaled(upright, widths[-1])
    picture.draft(None, largest[::-1] if turned else largest)
    picture.load()
    drawing = _plain(picture)
    drawing = drawing.resize(largest[::-1] if turned else largest, Image.Resampling.LANCZOS, reducing_gap=3.0)
    drawing = ImageOps.exif_transpose(_with_orientation(drawing, picture))
    drawing = _to_srgb(drawing, profile)
    return upright, [_encode(drawing, _scaled(upright, width)) for width in widths]


def _plain(picture: Image.Image) -> Image.Image:
    """The picture in a mode that can be resized well: colours or greys, with transparency where there is any."""
    if picture.mode in {"RGB", "RGBA", "CMYK", "L", "LA"} and "transparency" not in picture.info:
        return picture
    if picture.mode.startswith("I"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _with_orientation(drawing: Image.Image, picture: Image.Image) -> Image.Image:
    drawing.info = {}
    drawing.getexif()[ORIENTATION] = picture.getexif().get(ORIENTATION, 1)
    return drawing


def _to_srgb(drawing: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as screens show them; a profile that is broken, or another mode's, is left out of account."""
    if profile and drawing.mode in {"RGB", "CMYK", "L"}:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(drawing, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            return drawing.convert("RGB")
        return converted or drawing.convert("RGB")
    return drawing.convert("RGBA" if drawing.mode in {"RGBA", "LA"} else "RGB")


def _encode(drawing: Image.Image, size: tuple[int, int]) -> Drawn:
    sized = drawing if drawing.size == size else drawing.resize(size, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    # Empty, not absent: Pillow would take them over from the picture that it read.
    sized.save(file, "WEBP", quality=QUALITY, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return Drawn(*size, file.getvalue())


def _scaled(size: tuple[int, int], width: int) -> tuple[int, int]:
    return width, max(1, round(size[1] * width / size[0]))


def _expect_end(original: bytes, content_type: str) -> None:
    ended = ends_well(original, content_type)
    if ended is None:
        raise Faulty(ImageFault.NOT_A_PICTURE)
    if not ended:
        raise Faulty(ImageFault.MORE_BEHIND_IT)


def _expect_size(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Faulty(ImageFault.NOT_A_PICTURE)
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
        raise Faulty(ImageFault.TOO_MANY_PIXELS)


def _webp_size(original: bytes) -> tuple[int, int] | None:
    """The size in the header of a WebP file (RFC 9649), None for other files."""
    if original[:4] != b"RIFF" or original[8:12] != b"WEBP" or len(original) < 30:
        return None
    match original[12:16]:
        case b"VP8X":
            return 1 + int.from_bytes(original[24:27], "little"), 1 + int.from_bytes(original[27:30], "little")
        case b"VP8L":
            bits = int.from_bytes(original[21:25], "little")
            return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case b"VP8 ":
            width, height = struct.unpack_from("<HH", original, 26)
            return width & 0x3FFF, height & 0x3FFF
    return None


def main() -> None:
    """Read the file, write what became of it."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Sizes are checked here, before anything is decoded; Pillow's own limit would only warn.
    Image.MAX_IMAGE_PIXELS = None
    drawn: list[Drawn] = []
    try:
        (width, height), drawn = remake(sys.stdin.buffer.read(), sys.argv[1])
        told: object = {"width": width, "height": height, "drawings": [[each.width, each.height, len(each.body)] for each in drawn]}
    except Faulty as faulty:
        told = {"fault": faulty.fault.value}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(each.body for each in drawn))


if __name__ == "__main__":
    main()
