"""The arrows between the rooms hold, and each contract bites."""

import importlib
import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT

LINT = Path(sys.executable).with_name("lint-imports")
# contract, importing module, what it must not import
FORBIDDEN = [
    ("rooms", "domain/seats.py", "import adapters"),
    ("rooms", "resolvers/seats.py", "import schema"),
    ("rooms", "resolvers/seats.py", "import adapters"),
    ("rooms", "adapters/seats.py", "import resolvers"),
    ("rooms", "schema/seats.py", "import gateway"),
    ("rooms", "plugin_host/seats.py", "import adapters"),
    ("schema", "schema/seats.py", "import adapters"),
    ("schema", "schema/seats.py", "import asyncpg"),
    *(
        ("resolvers", "resolvers/seats.py", f"import {name}")
        for name in ("strawberry", "starlette", "sqlalchemy", "redis", "httpx", "asyncpg", "graphql")
    ),
    ("adapters", "adapters/seats.py", "import graphql"),
    ("migrations", "migrations/seats.py", "import domain"),
    ("execution", "gateway/execution/seats.py", "import domain"),
    ("execution", "gateway/execution/seats.py", "import strawberry"),
    ("acyclic", "gateway/seats.py", "import gateway.graphql"),
]


def lint(house: Path, contract: str) -> subprocess.CompletedProcess[str]:
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    config.remove_option("importlinter:contract:acyclic", "ignore_imports")  # names files this house does not have
    with (house / ".importlinter").open("w") as file:
        config.write(file)
    command = [str(LINT), "--no-logo", "--no-cache", "--contract", contract]
    return subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house of empty rooms, in which `gateway.graphql` already leans on `gateway.seats`."""
    for folder in (*ROOMS, "gateway/graphql", "gateway/execution"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
        (tmp_path / folder / "seats.py").touch()
    (tmp_path / "gateway/graphql/__init__.py").write_text("import gateway.seats\n")
    return tmp_path


def test_the_contracts_hold_here() -> None:
    """The trap: a convenient import that ties two rooms together for good."""
    kept = subprocess.run([LINT, "--no-logo"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert kept.returncode == 0, kept.stdout


@pytest.mark.parametrize("contract", sorted({contract for contract, _, _ in FORBIDDEN}))
def test_an_orderly_house_passes(house: Path, contract: str) -> None:
    """The trap: a contract that fails for any reason looks as if it bit."""
    assert lint(house, contract).returncode == 0


@pytest.mark.parametrize(("contract", "importer", "line"), FORBIDDEN)
def test_the_contract_bites(house: Path, contract: str, importer: str, line: str) -> None:
    """The trap: a contract with a misspelt module is kept for ever."""
    (house / importer).write_text(f"{line}\n")

    answer = lint(house, contract)

    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout, answer.stdout + answer.stderr


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_ours_and_no_package_of_the_same_name(room: str) -> None:
    """The trap: a package called `schema` (PyPI has one) that comes in as somebody's dependency and shadows ours."""
    found = importlib.import_module(room)

    assert found.__file__ == str(ROOT / room / "__init__.py")
    assert set(packages_distributions().get(room, [])) <= {"ticketbase"}
