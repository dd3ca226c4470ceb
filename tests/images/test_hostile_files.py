"""Files that are no picture, more than a picture, or too much of one: refused by name and deleted, or stripped of all else."""

import pytest

from tests.api.conftest import Tenant
from tests.images import files
from tests.images.studio import Studio

pytestmark = pytest.mark.asyncio

JPEG = files.file()
PNG = files.file(kind="PNG")
WEBP = files.file(kind="WEBP")

REFUSED = {
    "a PNG bomb of ten gigapixels": (files.png_bomb(100_000, 100_000), "image/png", "TOO_MANY_PIXELS"),
    "a PNG just above the limit": (files.png_bomb(10_000, 5_001), "image/png", "TOO_MANY_PIXELS"),
    "a PNG with one side too long": (files.png_bomb(16_001, 1), "image/png", "TOO_MANY_PIXELS"),
    "a WebP bomb of the largest canvas": (files.webp_bomb(), "image/webp", "TOO_MANY_PIXELS"),
    "a PNG without pixels": (files.png_bomb(0, 10), "image/png", "NOT_A_PICTURE"),
    "a JPEG called PNG": (JPEG, "image/png", "WRONG_TYPE"),
    "a PNG called JPEG": (PNG, "image/jpeg", "WRONG_TYPE"),
    "a GIF called PNG": (files.file(kind="GIF"), "image/png", "NOT_A_PICTURE"),
    "a TIFF called JPEG": (files.file(kind="TIFF"), "image/jpeg", "NOT_A_PICTURE"),
    "an SVG called PNG": (files.SVG, "image/png", "NOT_A_PICTURE"),
    "HTML called JPEG": (files.HTML, "image/jpeg", "NOT_A_PICTURE"),
    "a zip called WebP": (b"PK\x03\x04" + bytes(60), "image/webp", "NOT_A_PICTURE"),
    "PostScript called PNG": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "image/png", "NOT_A_PICTURE"),
    "magic and nothing behind it": (b"\xff\xd8\xff\xe0", "image/jpeg", "NOT_A_PICTURE"),
    "PNG magic before noise": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image/png", "NOT_A_PICTURE"),
    "a JPEG cut in half": (JPEG[: len(JPEG) // 2], "image/jpeg", "NOT_A_PICTURE"),
    "a PNG cut in half": (PNG[: len(PNG) // 2], "image/png", "NOT_A_PICTURE"),
    "a WebP cut in half": (files.file(kind="WEBP")[:200], "image/webp", "NOT_A_PICTURE"),
    "an animated PNG": (files.animation("PNG"), "image/png", "ANIMATED"),
    "an animated WebP": (files.animation("WEBP"), "image/webp", "ANIMATED"),
    "a single byte": (b"x", "image/webp", "NOT_A_PICTURE"),
}


@pytest.mark.parametrize("case", REFUSED)
async def test_a_file_that_is_no_picture_of_ours_is_refused_by_name_and_deleted(studio: Studio, case: str) -> None:
    file, content_type, fault = REFUSED[case]
    image_id = await studio.uploaded(file, content_type)

    refused = await studio.finish(image_id)

    assert refused["image"] is None
    [error] = refused["errors"]
    assert (error["__typename"], error["code"], error["path"]) == ("ImageRefused", "BAD_USER_INPUT", ["input", "imageId"])
    assert error["fault"] == fault
    assert await studio.in_quarantine(image_id) is None
    [kept] = await studio.gallery()
    assert (kept["status"], kept["fault"], kept["variants"]) == ("REFUSED", fault, [])
    assert await studio.finish(image_id) == refused


PICTURES = {"image/jpeg": JPEG, "image/png": PNG, "image/webp": WEBP}
STOWAWAYS = {"a zip": files.archive(), "HTML": files.HTML, "a PDF": files.PDF, "a film": files.FILM, "one byte": b"x"}
BEHIND = {
    **{
        f"{what} behind {content_type}": (whole + stowaway, content_type)
        for content_type, whole in PICTURES.items()
        for what, stowaway in STOWAWAYS.items()
    },
    "a PNG behind a PNG": (PNG + PNG, "image/png"),
    "zero bytes behind a PNG": (PNG + bytes(9), "image/png"),
    "a zero byte behind a WebP": (WEBP + bytes(1), "image/webp"),
    "a zip that the WebP's length counts": (files.lengthened(WEBP, files.archive()), "image/webp"),
    "a PNG behind a JPEG": (JPEG + PNG, "image/jpeg"),
    "a zip behind two JPEGs": (files.several() + files.archive(), "image/jpeg"),
    "a zip behind a JPEG's zero bytes": (JPEG + bytes(4096) + files.archive(), "image/jpeg"),
    "a zip that begins like another JPEG": (JPEG + b"\xff\xd8\xff" + files.archive(), "image/jpeg"),
}


@pytest.mark.parametrize("case", BEHIND)
async def test_a_picture_that_is_something_else_besides_is_refused_and_deleted(studio: Studio, case: str) -> None:
    file, content_type = BEHIND[case]
    image_id = await studio.uploaded(file, content_type)

    refused = await studio.finish(image_id)

    assert refused["image"] is None
    assert [(each["__typename"], each["fault"]) for each in refused["errors"]] == [("ImageRefused", "MORE_BEHIND_IT")]
    assert await studio.in_quarantine(image_id) is None
    [kept] = await studio.gallery()
    assert (kept["status"], kept["fault"], kept["variants"]) == ("REFUSED", "MORE_BEHIND_IT", [])


@pytest.mark.parametrize("stowaway", STOWAWAYS.values(), ids=STOWAWAYS)
@pytest.mark.parametrize("content_type", PICTURES)
async def test_a_picture_behind_something_else_is_none(studio: Studio, content_type: str, stowaway: bytes) -> None:
    image_id = await studio.uploaded(stowaway + PICTURES[content_type], content_type)

    refused = await studio.finish(image_id)

    assert [each["fault"] for each in refused["errors"]] == ["NOT_A_PICTURE"]


ENDS_WELL = {
    "several JPEGs as telephones take them": (files.several(), "image/jpeg"),
    "several JPEGs with zero bytes between them and behind": (JPEG + bytes(100) + files.photograph() + bytes(4096), "image/jpeg"),
    "a JPEG in several scans": (files.file(progressive=True), "image/jpeg"),
    "a JPEG with restarts": (files.file(restart_marker_rows=1), "image/jpeg"),
    "a JPEG filled up with zero bytes": (JPEG + bytes(4096), "image/jpeg"),
    "a WebP of an odd number of bytes": (files.odd_webp(), "image/webp"),
    "a WebP without loss": (files.file(kind="WEBP", lossless=True), "image/webp"),
    "a WebP with a profile": (files.file(kind="WEBP", xmp=b"<x/>", icc_profile=files.SRGB), "image/webp"),
}


@pytest.mark.parametrize("case", ENDS_WELL)
async def test_a_picture_with_nothing_but_pictures_and_filling_behind_it_is_shown(studio: Studio, case: str) -> None:
    file, content_type = ENDS_WELL[case]

    image = await studio.shown(file, content_type)

    assert [each["width"] for each in image["variants"]] == [min(320, image["width"]), image["width"]][image["width"] <= 320 :]


WITHOUT_END = {
    "a JPEG with a zip where it should end": (JPEG[:-2] + files.archive(), "image/jpeg"),
    "a PNG with a zip where it should end": (PNG[:-12] + files.archive(), "image/png"),
    "a PNG without its last chunk": (PNG[:-12], "image/png"),
    "a WebP that is shorter than it says": (WEBP[:-2], "image/webp"),
    "a WebP whose length counts HTML": (files.lengthened(WEBP, files.HTML), "image/webp"),
    "a WebP whose length counts a few bytes": (files.lengthened(WEBP, b"<html>"), "image/webp"),
}


@pytest.mark.parametrize("case", WITHOUT_END)
async def test_a_picture_without_an_end_is_none(studio: Studio, case: str) -> None:
    file, content_type = WITHOUT_END[case]
    image_id = await studio.uploaded(file, content_type)

    refused = await studio.finish(image_id)

    assert [each["fault"] for each in refused["errors"]] == ["NOT_A_PICTURE"]


KEPT_OUT = {
    "HTML in a JPEG's comment": (files.file(comment=files.HTML), "image/jpeg", files.HTML),
    "HTML in a WebP's XMP": (files.file(kind="WEBP", xmp=files.HTML), "image/webp", files.HTML),
    "HTML as a colour profile": (files.file(icc_profile=files.HTML), "image/jpeg", files.HTML),
    "the maker in a photograph": (files.photograph(), "image/jpeg", b"SecretPhone"),
    "a comment in a photograph": (files.photograph(), "image/jpeg", b"taken at home"),
}


@pytest.mark.parametrize("case", KEPT_OUT)
async def test_what_comes_with_a_picture_is_gone_from_every_variant(studio: Studio, case: str) -> None:
    file, content_type, stowaway = KEPT_OUT[case]
    assert stowaway in file

    image = await studio.shown(file, content_type)

    for variant in image["variants"]:
        body = (await studio.fetch(variant["url"])).content
        assert stowaway not in body
        assert files.opened(body).info.keys() <= {"loop", "background", "timestamp", "duration"}
        # RFC 9649: nothing lies behind the RIFF container, and nothing but pixels in it.
        assert len(body) == 8 + int.from_bytes(body[4:8], "little")
        assert not any(name in body for name in (b"EXIF", b"XMP ", b"ICCP"))


async def test_a_photograph_stands_upright_and_has_no_place(studio: Studio) -> None:
    assert files.opened(files.photograph()).getexif().get_ifd(0x8825)

    image = await studio.shown(files.photograph())

    assert (image["width"], image["height"]) == (200, 400)
    [variant] = image["variants"]
    shown = files.opened((await studio.fetch(variant["url"])).content)
    assert shown.size == (200, 400)
    assert len(shown.getexif()) == 0
    # Turned by a quarter, what was on the left is above.
    above, below = shown.convert("RGB").getpixel((100, 50)), shown.convert("RGB").getpixel((100, 350))
    assert isinstance(above, tuple)
    assert isinstance(below, tuple)
    assert above[0] > 150 > above[2]
    assert below[2] > 150 > below[0]


@pytest.mark.parametrize(
    ("mode", "kind", "expected"),
    [
        ("CMYK", "JPEG", "RGB"),
        ("L", "JPEG", "RGB"),
        ("P", "PNG", "RGB"),
        ("1", "PNG", "RGB"),
        ("I;16", "PNG", "RGB"),
        ("LA", "PNG", "RGBA"),
        ("RGBA", "PNG", "RGBA"),
        ("RGBA", "WEBP", "RGBA"),
    ],
)
async def test_every_kind_of_colour_becomes_what_screens_show(studio: Studio, mode: str, kind: str, expected: str) -> None:
    made = files.picture(mode="L").convert(mode) if mode == "I;16" else files.picture(mode=mode)
    if mode in {"LA", "RGBA"}:
        made.putalpha(100)

    image = await studio.shown(files.file(made, kind), f"image/{kind.lower()}")

    for variant in image["variants"]:
        shown = files.opened((await studio.fetch(variant["url"])).content)
        assert (shown.format, shown.mode, shown.size) == ("WEBP", expected, (variant["width"], variant["height"]))


@pytest.mark.parametrize(
    ("width", "expected"), [(1, [1]), (320, [320]), (500, [320, 500]), (1920, [320, 960, 1920]), (2400, [320, 960, 1920])]
)
async def test_a_picture_comes_in_up_to_three_widths_and_is_never_enlarged(studio: Studio, width: int, expected: list[int]) -> None:
    image = await studio.shown(files.file(files.picture(width, 100)))

    assert [each["width"] for each in image["variants"]] == expected
    assert (image["width"], image["height"]) == (width, 100)


async def test_the_public_is_not_told_of_what_was_refused(studio: Studio, tenant: Tenant) -> None:
    image_id = await studio.uploaded(files.SVG, "image/png")
    await studio.finish(image_id)

    node = await tenant.anonymous.ask("query ($id: ID!) { node(id: $id) { id } }", id=image_id)

    assert node == {"node": None}
