"""Has pictures made anew in processes of their own, few at a time, each with a deadline."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

from domain.pictures import Drawing, ImageFault, Picture
from domain.refusals import Refused, TooBusy

PROGRAM = (sys.executable, "-I", "-m", "adapters.pictures.remaking")
AT_ONCE = 2
WITHIN_SECONDS = 8.0
"""Waiting for a turn included; less than the deadline of an operation."""


class SandboxedPictures:
    """Implements `Pictures`."""

    def __init__(self, program: Sequence[str] = PROGRAM, at_once: int = AT_ONCE, within: float = WITHIN_SECONDS) -> None:
        self._program = program
        self._turns = asyncio.Semaphore(at_once)
        self._within = within

    async def remake(self, original: bytes, content_type: str) -> Picture | ImageFault:
        """The picture made anew, or what is wrong with it. A process that a file brought down says: NOT_A_PICTURE."""
        try:
            async with asyncio.timeout(self._within), self._turns:
                return _read(await _run((*self._program, content_type), original))
        except TimeoutError as late:
            raise Refused(TooBusy()) from late


async def _run(command: Sequence[str], original: bytes) -> bytes | None:
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={})
    try:
        told, _ = await process.communicate(original)
    except BaseException:
        await _end(process)
        raise
    return told if process.returncode == 0 else None


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()


def _read(told: bytes | None) -> Picture | ImageFault:
    if told is None:
        return ImageFault.NOT_A_PICTURE
    head, _, bodies = told.partition(b"\n")
    facts = json.loads(head)
    if fault := facts.get("fault"):
        return ImageFault(fault)
    drawings, at = [], 0
    for width, height, size in facts["drawings"]:
        drawings.append(Drawing(width, height, bodies[at : at + size]))
        at += size
    return Picture(facts["width"], facts["height"], tuple(drawings))
