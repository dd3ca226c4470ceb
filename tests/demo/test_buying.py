"""The README's walk through a sale works as it stands: the script buys, shows, verifies and gives back at a whole TicketBase."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from gateway.dotenv import read_dotenv
from tests.platform.running import wait_until

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
SCRIPT = ROOT / "examples" / "buy_seats.py"


@dataclass(frozen=True, slots=True)
class Live:
    """A TicketBase that is up: what it told other terminals, and where its mails are seen."""

    environment: Mapping[str, str]
    mails: str

    def walk(self) -> subprocess.CompletedProcess[str]:
        """What the script says."""
        environment = {"PATH": "/usr/bin:/bin", **self.environment}
        return subprocess.run([sys.executable, SCRIPT], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@contextmanager
def brought_up(folder: Path) -> Iterator[Live]:
    """As `make run` does it."""
    console, data = folder / "console", folder / "data"
    command = [sys.executable, "-P", "-m", "gateway.cli", "up", "--demo", "--port", "0", "--data", str(data), "--workers", "1"]
    with console.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env={"PATH": "/usr/bin:/bin"}, cwd=folder)
    try:
        wait_until(lambda: "Ctrl-C stops everything" in console.read_text() or process.poll() is not None, 180, "it never came up")
        assert process.poll() is None, console.read_text()
        mails = re.search(r"Mails +(http://\S+)", console.read_text())
        assert mails
        yield Live(read_dotenv(data / "environment"), mails[1])
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One for this module."""
    with brought_up(tmp_path_factory.mktemp("live")) as up:
        yield up


def test_the_script_buys_two_seats_shows_and_verifies_them_gives_one_back_and_the_books_add_up(live: Live) -> None:
    said = live.walk()

    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    one, other = re.findall(r"^Ticket     [0-9A-Z-]{14}, (Stalls \S+);", said.stdout, re.MULTILINE)
    assert lines[0] == f"Held       {one} and {other} for “The Drowned Bell”"
    assert "Paid       €72.00 with the card 4242 4242 4242 4242; the order is CONFIRMED" in lines
    assert said.stdout.count("▄▄▄▄▄ █") >= 4
    verified = [line for line in lines if line.startswith("Verified")]
    assert verified == [f"Verified   {seat}: {verdict}" for seat, verdict in
                        ((one, "GENUINE"), (other, "GENUINE"), (one, "REVOKED"), (other, "GENUINE"))]  # fmt: skip
    assert lines[-4:-1] == [
        "Booked     capture       €72.00",
        "Booked     refund       -€36.00",
        "Left       3600 minor units, as booked: 3600; the order is CONFIRMED and PARTIALLY_REFUNDED",
    ]
    assert re.fullmatch(r"Audit      All \d+ invariants hold\.", lines[-1])


def test_the_buyer_is_written_to_twice(live: Live) -> None:
    def subjects() -> list[str]:
        found = httpx.get(f"{live.mails}api/mails", params={"to": "ada@buyer.example"}, trust_env=False).json()
        return [re.sub(r"[0-9A-Z]{8}", "N", mail["subject"]) for mail in found]

    live.walk()

    wait_until(lambda: "Money of your order N goes back to you" in subjects(), 30, "no letter came")
    assert "Your order N" in subjects()


def test_the_readme_shows_what_the_script_says(live: Live) -> None:
    shown = re.search(r"## Buy two seats\n.*?books open:\n\n```\n(.*?)```", README.read_text(), re.DOTALL)
    assert shown

    said = live.walk().stdout

    def alike(text: str) -> list[str]:
        return re.sub(r"Stalls \S+?(?=[:\n])", "a seat", text).splitlines()

    assert alike(said)[-7:] == alike(shown[1])


def test_without_a_running_instance_it_says_what_to_do() -> None:
    environment = {"PATH": os.environ["PATH"]}

    said = subprocess.run([sys.executable, SCRIPT], env=environment, capture_output=True, text=True, check=False)

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "First let `make run` say where it is: set -a; . .data/environment; set +a\n"
