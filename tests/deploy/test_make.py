"""`make run` finds Python or says so, installs only when something changed, and passes signals on."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from deploy import install
from tests.architecture.sources import ROOT

# Stands in for the product: says which options it got, and how it ended. Its child shows whether anything stays behind.
PRODUCT = """#!/bin/sh
sleep 600 & child=$!
trap 'kill $child; echo ended >> log; exit 0' TERM
echo "up $*" >> log
wait
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in which everything is installed already: a bare .venv, and a product of six lines in it."""
    for path in ("Makefile", "pyproject.toml", "deploy/install.py", "deploy/locks/run.txt", "deploy/locks/dev.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    venv = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    (packages,) = venv.glob("lib/python*/site-packages")
    (packages / "pip").mkdir()
    (packages / "pip" / "__init__.py").touch()
    (packages / "pip" / "__main__.py").write_text("import sys\nsys.stderr.write('pip was asked\\n')\nsys.exit(1)\n")
    (venv / "bin" / "ticketbase").write_text(PRODUCT)
    (venv / "bin" / "ticketbase").chmod(0o755)
    installed = install.fingerprint(tmp_path / "deploy/locks/run.txt", tmp_path / "pyproject.toml")
    (venv / "installed.json").write_text(json.dumps({"place": str(venv), "run": installed}))
    return tmp_path


@pytest.fixture
def run(clone: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """`make run` in a session of its own, as a terminal or a service manager starts it."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = ["/usr/bin/make", "run", "ARGS=--port 9000 --data somewhere"]
        running.append(subprocess.Popen(command, cwd=clone, env={"PATH": "/usr/bin:/bin"}, start_new_session=True))
        wait_for((clone / "log").exists)
        return running[-1]

    yield start
    for process in running:
        for left in session(process.pid):
            left.kill()
        process.wait()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within 20 seconds"
        time.sleep(0.02)


def session(leader: int) -> list[psutil.Process]:
    """The processes of one session that still live."""
    found = []
    for process in psutil.process_iter():
        with suppress(ProcessLookupError):
            if os.getsid(process.pid) == leader and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def make(clone: Path, *arguments: str, path: str = "/usr/bin:/bin") -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/usr/bin/make", *arguments], cwd=clone, env={"PATH": path}, capture_output=True, text=True, check=False)


def test_options_reach_the_product_and_nothing_is_installed_anew(clone: Path, run: Callable[[], subprocess.Popen[bytes]]) -> None:
    run()

    assert (clone / "log").read_text() == "up up --demo --port 9000 --data somewhere\n"


def test_a_signal_sent_to_make_alone_ends_the_product_and_leaves_no_process(
    clone: Path, run: Callable[[], subprocess.Popen[bytes]]
) -> None:
    make = run()

    make.send_signal(signal.SIGTERM)
    make.wait(timeout=20)

    assert (clone / "log").read_text().endswith("ended\n")
    wait_for(lambda: not session(make.pid))


def test_a_signal_sent_to_make_while_it_installs_ends_pip_too(clone: Path, run: Callable[[], subprocess.Popen[bytes]]) -> None:
    (pip,) = clone.glob(".venv/lib/python*/site-packages/pip/__main__.py")
    pip.write_text("import pathlib, time\npathlib.Path('log').touch()\ntime.sleep(600)\n")
    (clone / ".venv" / "installed.json").unlink()
    make = run()

    make.send_signal(signal.SIGTERM)
    make.wait(timeout=20)

    wait_for(lambda: not session(make.pid))


def test_a_changed_lock_is_installed_before_anything_starts(clone: Path) -> None:
    with (clone / "deploy/locks/run.txt").open("a") as lock:
        lock.write("# changed\n")

    answer = make(clone, "run")

    assert answer.returncode == 2
    assert "pip was asked" in answer.stderr
    assert "Installing the packages failed: the lines above say why" in answer.stderr
    assert not (clone / "log").exists()


def test_without_python_one_sentence_says_what_to_do(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    answer = make(clone, "run", path=str(tmp_path / "empty"))

    assert answer.returncode == 2
    assert "TicketBase needs Python 3.11 or newer and found none on the PATH." in answer.stderr


def test_a_python_that_is_too_old_is_passed_over(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "old" / "python3").chmod(0o755)

    answer = make(clone, "run", path=str(tmp_path / "old"))

    assert "found none on the PATH" in answer.stderr


def test_help_names_every_command(clone: Path) -> None:
    answer = make(clone, "help")

    named = {line.split()[1] for line in answer.stdout.splitlines()}
    benchmarks = {f"bench-{each}" for each in ("holds", "orders", "reads", "search", "identity", "fanout")}
    assert named == {"help", "run", "dev", "test", "differential", "drills", "check", "lock", *benchmarks, "clean"}


def test_a_moved_or_broken_environment_is_made_anew(clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    venv = clone / ".venv"
    monkeypatch.setattr(install, "VENV", venv)
    monkeypatch.setattr(install, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(install, "RECORD", venv / "installed.json")
    assert install.is_usable()

    (venv / "installed.json").write_text(json.dumps({"place": "/elsewhere/.venv"}))
    moved = install.is_usable()
    (venv / "installed.json").unlink()
    (venv / "bin" / "python").unlink()

    assert moved is False
    assert install.is_usable() is False


def test_what_checks_need_holds_what_running_needs(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "ROOT", clone)
    monkeypatch.setattr(install, "LOCKS", clone / "deploy" / "locks")
    developed = {"dev": install.fingerprint(clone / "deploy/locks/dev.txt", clone / "pyproject.toml")}
    running = {"run": install.fingerprint(clone / "deploy/locks/run.txt", clone / "pyproject.toml")}

    assert install.is_installed("run", developed)
    assert not install.is_installed("dev", running)
