"""Files as organizers and other people upload them."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image, ImageCms
from PIL.TiffImagePlugin import IFDRational

GPS = "52 deg"
HTML = b"<html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42" + bytes(64)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(width: int = 400, height: int = 300, mode: str = "RGB") -> Image.Image:
    """Left half red, right half blue, so that it is seen when it was turned."""
    made = Image.new("RGB", (width, height), (200, 30, 30))
    made.paste((30, 30, 200), (width // 2, 0, width, height))
    return made.convert(mode)


def file(made: Image.Image | None = None, kind: str = "JPEG", **terms: Any) -> bytes:
    """The picture as a file."""
    written = io.BytesIO()
    (made or picture()).save(written, kind, **terms)
    return written.getvalue()


def opened(body: bytes) -> Image.Image:
    """The picture in a file, decoded."""
    found = Image.open(io.BytesIO(body))
    found.load()
    return found


def photograph(orientation: int = 6) -> bytes:
    """A JPEG of a telephone: taken sideways, with place, device and a comment in it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (IFDRational(52), IFDRational(31), IFDRational(12))
    return file(picture(400, 200), exif=exif, comment=b"taken at home")


def chunk(name: bytes, body: bytes) -> bytes:
    """A chunk of a PNG file."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that unfolds to so many pixels."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000)) + chunk(b"IEND", b"")


def webp_bomb() -> bytes:
    """A WebP file whose header announces the largest canvas there is."""
    honest = bytearray(file(picture(mode="RGBA"), "WEBP", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"))
    assert honest[12:16] == b"VP8X"
    honest[24:30] = b"\xfe\x3f\0\xfe\x3f\0"
    return bytes(honest)


def animation(kind: str) -> bytes:
    """Two pictures that take turns."""
    return file(picture(), kind, save_all=True, append_images=[picture(mode="L").convert("RGB").rotate(180)], duration=100)


def archive() -> bytes:
    """A ZIP file, which is read from its end."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("index.html", HTML)
    return written.getvalue()


def several() -> bytes:
    """Two JPEGs one behind the other, as telephones take them."""
    return file(picture(), "MPO", save_all=True, append_images=[picture(100, 80)])


def odd_webp() -> bytes:
    """A WebP with an odd number of bytes in its chunk, and a zero byte behind them."""
    made = (file(picture(width, 90), "WEBP", lossless=True) for width in range(100, 400))
    return next(each for each in made if int.from_bytes(each[16:20], "little") % 2)


def lengthened(webp: bytes, stowaway: bytes) -> bytes:
    """The WebP with something behind its last chunk that the length in its header counts."""
    return webp[:4] + struct.pack("<I", len(webp) + len(stowaway) - 8) + webp[8:] + stowaway
