"""How a program is started: it dies with its parent, runs as the right user, and holds no power it does not need."""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from gateway.embedded import launch
from gateway.embedded.ownership import NOBODY
from tests.platform.running import gone, is_root, wait_until

needs_root = pytest.mark.skipif(not is_root(), reason="only root can become another user")

READ_PAST, WRITE_PAST = 1 << launch.CAP_DAC_READ_SEARCH, 1 << launch.CAP_DAC_OVERRIDE
# A parent that starts a program through the launcher, says its number, and waits to be killed.
PARENT = """
import json, os, subprocess, sys, time
order = json.loads(sys.argv[1]) | {"parent": os.getpid()}
child = subprocess.Popen([sys.executable, "-I", "-S", sys.argv[2], json.dumps(order), *sys.argv[3:]])
print(child.pid, flush=True)
time.sleep(60)
"""


def order(**facts: object) -> dict[str, object]:
    """An order to the launcher."""
    return {"parent": os.getpid(), "signal": int(signal.SIGKILL), "uid": None, "gid": None, "programs": [], "directories": [], **facts}


def as_nobody(programs: list[str], directories: list[str]) -> dict[str, object]:
    """An order to become nobody, who needs these programs and directories."""
    return order(uid=NOBODY, gid=NOBODY, programs=programs, directories=directories)


def launched(facts: dict[str, object], *program: str, without: int = 0) -> subprocess.CompletedProcess[str]:
    """What a launched program did; `without` are capabilities, as bits, that cannot be had."""

    def drop() -> None:
        for number in range(32):
            if without & (1 << number):
                ctypes.CDLL(None).prctl(24, number, 0, 0, 0)

    command = [sys.executable, "-I", "-S", launch.__file__, json.dumps(facts), *program]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=drop if without else None)


def powers(printed: str) -> set[str]:
    """The sets of capabilities in /proc/self/status that hold anything, leaving out what could at most be had."""
    return {
        f"{name}={int(bits, 16):x}"
        for name, bits in re.findall(r"^Cap(\w+):\s+(\w+)$", printed, re.MULTILINE)
        if name != "Bnd" and int(bits, 16)
    }


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder of nobody's that everybody can get to."""
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, NOBODY, NOBODY)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    """A folder of nobody's inside one that is root's alone."""
    folder = tmp_path / "closed" / "open"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)
    os.chown(folder, NOBODY, NOBODY)
    return folder


@pytest.mark.parametrize(
    "facts", [order(), pytest.param(as_nobody(["/bin/sleep"], []), marks=needs_root)], ids=["as ourselves", "as nobody"]
)
def test_a_program_dies_with_a_parent_that_is_killed(facts: dict[str, object]) -> None:
    command = [sys.executable, "-c", PARENT, json.dumps(facts), launch.__file__, "/bin/sleep", "60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        program = psutil.Process(int(parent.stdout.readline()))
        wait_until(lambda: program.name() == "sleep", 5, "never became the program")

        parent.kill()

    wait_until(lambda: gone([program]), 2, "outlived its parent")


def test_a_program_whose_parent_is_gone_already_is_not_started() -> None:
    orphan = order(parent=1)

    ended = launched(orphan, "/bin/echo", "started")

    assert (ended.returncode, ended.stdout, ended.stderr) == (launch.ORPHANED, "", "the parent is gone\n")


def test_a_program_that_cannot_be_run_is_told_apart_from_one_that_fails(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged"
    damaged.write_bytes(b"\x7fELF")
    damaged.chmod(0o700)

    ended = launched(order(), str(damaged))

    assert (ended.returncode, ended.stderr) == (launch.CANNOT_RUN, f"{damaged}: Exec format error\n")


@needs_root
def test_a_plain_user_who_can_reach_everything_is_given_no_power(open_folder: Path) -> None:
    ended = launched(as_nobody(["/bin/cat"], [str(open_folder)]), "/bin/cat", "/proc/self/status")

    assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n" in ended.stdout
    assert "Groups:\t \n" in ended.stdout
    assert powers(ended.stdout) == set()


@needs_root
@pytest.mark.parametrize(("without", "expected"), [(0, READ_PAST), (READ_PAST, WRITE_PAST)], ids=["to read", "to write, for want of less"])
def test_a_plain_user_behind_a_closed_directory_is_given_the_power_to_pass_it_and_no_other(
    closed_folder: Path, without: int, expected: int
) -> None:
    ended = launched(as_nobody(["/bin/cat"], [str(closed_folder)]), "/bin/cat", "/proc/self/status", without=without)

    assert f"Uid:\t{NOBODY}\t{NOBODY}\t{NOBODY}\t{NOBODY}\n" in ended.stdout
    assert powers(ended.stdout) == {f"{name}={expected:x}" for name in ("Inh", "Prm", "Eff", "Amb")}


@needs_root
def test_where_no_such_power_can_be_had_the_program_is_not_started(closed_folder: Path) -> None:
    ended = launched(as_nobody(["/bin/cat"], [str(closed_folder)]), "/bin/cat", "/proc/self/status", without=READ_PAST | WRITE_PAST)

    assert (ended.returncode, ended.stdout) == (launch.CANNOT_REACH, "")
    assert ended.stderr == f"user {NOBODY} cannot reach /bin/cat or {closed_folder}\n"
