"""What an execution has read ends with its answer, and not when the garbage collector comes by."""

import gc
from collections.abc import Sequence
from typing import Any
from weakref import ref

import pytest

from tests.execution.test_runs import Stage, names

pytestmark = pytest.mark.asyncio


class Row:
    """Something that was read."""

    def __init__(self, id: int) -> None:
        self.id = id


@pytest.mark.parametrize(
    "query", ["{ items { id name next { id } nextHard { id } } }", "{ items { id hard next { id } } item { nextHard { id } } }"]
)
async def test_what_was_read_is_forgotten_with_the_answer(query: str) -> None:
    """It would stay until the garbage collector comes, which takes a fifth of a second for some hundred requests."""

    async def rows(keys: Sequence[int]) -> list[Any]:
        made = [{"id": each, "row": Row(each)} for each in keys]
        read.extend(ref(each["row"]) for each in made)
        return made

    read: list[ref[Any]] = []
    stage = Stage(name=names, hard=names, next=rows, nextHard=rows)
    await stage.ask(query)
    read.clear()
    gc.collect()
    gc.disable()
    try:
        assert (await stage.ask(query)).errors is None

        assert len(read) >= 4
        assert [each for each in read if each() is not None] == []
    finally:
        gc.enable()
