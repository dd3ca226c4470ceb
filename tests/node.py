"""Runs the official JavaScript clients of tests/js with the Node that the lock brings, never with one of the machine."""

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

NODE = Path(sys.prefix) / "bin" / "node"
CLIENTS = Path(__file__).parent / "js"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


async def node(script: str, *arguments: str, seconds: float = 60) -> str:
    """What a script of tests/js prints. Fails with all it said when it ends badly or takes too long."""
    process = await asyncio.create_subprocess_exec(
        NODE, script, *arguments, cwd=CLIENTS, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError:
        pytest.fail(f"node {script} did not end within {seconds} s")
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        pytest.fail(f"node {script} ended with {process.returncode}:\n{said.decode()}")
    return said.decode()


def chromium() -> str:
    """The path of Chromium for page tests; skips the test, and says so, where there is none."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium), so pages are not tested")
    return found
