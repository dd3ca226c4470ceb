"""`ticketbase schema print` shows the published schema, and notices when file and code disagree."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT

PUBLISHED = "schema/schema.graphql"
NOT_NEEDED = shutil.ignore_patterns("__pycache__", "assets", "node_modules")


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the rooms, whose files may be changed."""
    folder = tmp_path_factory.mktemp("copy")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=NOT_NEEDED)
    return folder


def schema_print(folder: Path, *options: str) -> tuple[int, str, str]:
    """Run it with the code of this folder; its exit code and what it said."""
    words = (sys.executable, "-m", "gateway.cli", "schema", "print", *options)
    done = subprocess.run(words, cwd=folder, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout, done.stderr


def test_what_is_printed_is_what_is_published(copied: Path) -> None:
    assert schema_print(copied) == (0, (copied / PUBLISHED).read_text(), "")


def test_a_file_that_agrees_with_the_code_is_accepted(copied: Path) -> None:
    assert schema_print(copied, "--check") == (0, "schema.graphql agrees with the code.\n", "")


def test_a_file_that_differs_is_shown_refused_and_written_anew(copied: Path) -> None:
    published = copied / PUBLISHED
    before = published.read_text()
    published.write_text(before.replace("type Query {", "type Query {\n  nothing: Int\n", 1))

    refused = schema_print(copied, "--check")
    written = schema_print(copied, "--write")
    accepted = schema_print(copied, "--check")

    code, difference, told = refused
    assert (code, told) == (
        1,
        "schema.graphql differs from the code: run `ticketbase schema print --write` and review the change.\n",
    )
    assert "-  nothing: Int" in difference.splitlines()
    assert written == (0, "Wrote schema.graphql; review its difference like code.\n", "")
    assert published.read_text() == before
    assert accepted[0] == 0
