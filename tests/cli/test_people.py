"""`ticketbase import people` takes all of them or none, and says what is wrong with each."""

import json
from pathlib import Path

import bcrypt
import pytest

from adapters.crypto.identifiers import new_id
from tests.cli.conftest import Run

pytestmark = pytest.mark.asyncio


def written(path: Path, *lines: object) -> str:
    path.write_text("\n".join(each if isinstance(each, str) else json.dumps(each) for each in lines))
    return str(path)


async def test_people_are_brought_in_once(run: Run, tmp_path: Path) -> None:
    ada, bob = (f"{name}-{new_id()}@example.org" for name in ("ada", "bob"))
    hashed = bcrypt.hashpw(b"from elsewhere", bcrypt.gensalt(4)).decode()
    file = written(
        tmp_path / "people.jsonl", {"email": ada.upper(), "name": "Ada", "passwordHash": hashed}, "", {"email": bob, "name": "Bob"}
    )

    first, again = await run("import", "people", file), await run("import", "people", file, "--json")

    assert (first.code, first.out, first.err) == (0, "2 got an account.\n", "")
    assert (again.code, json.loads(again.out)) == (0, {"added": 0, "kept": 2})


async def test_every_fault_is_told_at_its_line_and_nobody_is_taken(run: Run, tmp_path: Path) -> None:
    ada = f"ada-{new_id()}@example.org"
    lines = (
        {"email": ada, "name": "Ada"},
        "no JSON",
        {"email": "bob", "name": "", "passwordHash": "md5:1234", "shoeSize": 42},
        {"email": ada, "name": "Ada again", "emailVerified": "yes"},
    )
    file = written(tmp_path / "people.jsonl", *lines)

    people, programs = await run("import", "people", file), await run("import", "people", file, "--json")
    alone = await run("import", "people", written(tmp_path / "ada.jsonl", lines[0]))

    paths = [["2"], ["3", "shoeSize"], ["3", "name"], ["3", "email"], ["3", "passwordHash"], ["4", "emailVerified"], ["4", "email"]]
    assert people.code == programs.code == 1
    assert [each["path"] for each in json.loads(programs.out)["faults"]] == paths
    assert people.err.splitlines()[0] == "line 2: is no JSON object"
    assert people.err.splitlines()[-1] == "Nobody was imported."
    assert "md5:1234" not in people.err
    assert alone.out == "1 got an account.\n"
