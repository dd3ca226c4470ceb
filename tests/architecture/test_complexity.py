"""A deed stays a straight line: ruff's limit on branches is lower where deeds live."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

RUFF = str(Path(sys.executable).with_name("ruff"))


def complaints(path: str, branches: int) -> str:
    body = "".join(f"    if ask > {number}:\n        ask += 1\n" for number in range(branches))
    command = [RUFF, "check", "--select", "C901", "--stdin-filename", path, "-"]
    code = f"def sell(ask: int) -> int:\n{body}    return ask\n"
    return subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(("path", "branches"), [("resolvers/seats.py", 3), ("domain/seats.py", 7)])
def test_a_function_may_branch_that_often_and_no_more(path: str, branches: int) -> None:
    """The trap: the giant service, which grew by one `if` at a time."""
    assert "C901" not in complaints(path, branches)
    assert "C901" in complaints(path, branches + 1)
