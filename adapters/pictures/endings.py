"""Finds where a picture ends in its file, because what lies behind the end is no picture: an archive, a web page, a film."""

import re

PNG_HEADER, PNG_CHUNK, PNG_END = 8, 12, b"IEND"
RIFF_HEADER = 8
WEBP_HEADER = 12
# A zero, or the number of a restart, behind 0xFF belongs to the pixels; further 0xFF only fill.
JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
JPEG_START, JPEG_END = b"\xff\xd8\xff", b"\xd9"
# Start of a picture, and a marker for private use: neither has a length.
JPEG_ALONE = (b"\xd8", b"\x01")
SAYS_SOMETHING = re.compile(rb"[^\x00]")


def ends_well(file: bytes, content_type: str) -> bool | None:
    """Whether the picture's own end is the end of the file; None when the picture has no end.

    Behind a JPEG there may be further JPEGs, as telephones take them (MPO), and zero bytes, with which cameras fill up their blocks: they
    say nothing. Behind a PNG and a WebP there may be nothing.
    """
    match content_type:
        case "image/png":
            return _png_ends_well(file)
        case "image/webp":
            return _webp_ends_well(file)
    return _jpeg_ends_well(file)


def _png_ends_well(file: bytes) -> bool | None:
    """Chunks of a length, a name, so many bytes and a checksum, up to IEND (the PNG specification, 5.3)."""
    at = PNG_HEADER
    while at + PNG_CHUNK <= len(file):
        name = file[at + 4 : at + 8]
        at += PNG_CHUNK + int.from_bytes(file[at : at + 4], "big")
        if name == PNG_END:
            return at == len(file)
    return None


def _webp_ends_well(file: bytes) -> bool | None:
    """A container that says its length, filled by chunks that say theirs, each with the pad that makes it even (RFC 9649, 2.3 and 2.4)."""
    end = RIFF_HEADER + int.from_bytes(file[4:8], "little")
    if end > len(file):
        return None
    at = WEBP_HEADER
    while at + RIFF_HEADER <= end:
        size = int.from_bytes(file[at + 4 : at + 8], "little")
        at += RIFF_HEADER + size + size % 2
    return at == end == len(file)


def _jpeg_ends_well(file: bytes) -> bool | None:
    at = _jpeg_end(file, 0)
    if at is None:
        return None
    while more := SAYS_SOMETHING.search(file, at):
        behind = _jpeg_end(file, more.start()) if file.startswith(JPEG_START, more.start()) else None
        if behind is None:
            return False
        at = behind
    return True


def _jpeg_end(file: bytes, at: int) -> int | None:
    """Where the JPEG that begins here is over: behind its EOI marker (ITU-T T.81, B.1.1)."""
    while found := JPEG_MARKER.search(file, at):
        at = found.end()
        if found[1] == JPEG_END:
            return at
        if found[1] not in JPEG_ALONE:
            at += int.from_bytes(file[at : at + 2], "big")
    return None
