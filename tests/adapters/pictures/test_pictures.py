"""Pictures are made anew in processes that end by themselves or are ended, and take nobody with them."""

import asyncio
import os
import sys

import psutil
import pytest

from adapters.pictures.pictures import SandboxedPictures
from domain.pictures import ImageFault, Picture
from domain.refusals import Refused, TooBusy
from tests.images import files

pytestmark = pytest.mark.asyncio


def _program(code: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-c", code)


async def test_a_decoder_that_crashes_is_the_files_fault() -> None:
    pictures = SandboxedPictures(_program("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"))

    assert await pictures.remake(files.file(), "image/jpeg") is ImageFault.NOT_A_PICTURE


async def test_what_takes_too_long_is_refused_as_busy_and_leaves_no_process() -> None:
    pictures = SandboxedPictures(_program("import signal; signal.pause()"), within=0.3)

    with pytest.raises(Refused) as no:
        await pictures.remake(files.file(), "image/jpeg")

    assert no.value.refusal == TooBusy()
    assert not _children()


async def test_who_hangs_up_leaves_no_process() -> None:
    pictures = SandboxedPictures(_program("import signal; signal.pause()"))
    asked = asyncio.create_task(pictures.remake(files.file(), "image/jpeg"))
    await _first_children()

    asked.cancel()
    await asyncio.wait([asked])

    assert asked.cancelled()
    assert not _children()


async def test_the_next_picture_waits_until_there_is_a_turn() -> None:
    pictures = SandboxedPictures(_program("import signal; signal.pause()"), at_once=1)
    asked = [asyncio.create_task(pictures.remake(files.file(), "image/jpeg")) for _ in range(2)]

    ended = []
    for task in asked:
        [child] = await _first_children()
        ended.append(child.pid)
        child.kill()
        assert await task is ImageFault.NOT_A_PICTURE

    assert len(set(ended)) == 2
    assert not _children()


async def test_the_program_is_told_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_SECRET_KEY", "open-sesame")
    code = "import os, json; print(json.dumps({'width': len(os.environ.get('S3_SECRET_KEY', '')), 'height': 1, 'drawings': []}))"
    pictures = SandboxedPictures(_program(code))

    assert await pictures.remake(b"", "image/png") == Picture(0, 1, ())


async def test_a_picture_that_unfolds_within_the_limit_is_made_anew_within_the_time() -> None:
    made = await SandboxedPictures().remake(files.file(files.picture(7_000, 7_000, "L"), "PNG"), "image/png")

    assert isinstance(made, Picture)
    assert [(each.width, each.height) for each in made.drawings] == [(320, 320), (960, 960), (1920, 1920)]


def _children() -> list[psutil.Process]:
    """Those started from here that sit in the picture's program."""
    found = []
    for child in psutil.Process(os.getpid()).children():
        try:
            if "signal.pause" in " ".join(child.cmdline()):
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


async def _first_children() -> list[psutil.Process]:
    while not (found := _children()):
        await asyncio.sleep(0.01)
    return found
