"""What the tests of the platform share: ways to bring TicketBase up, and one that is up."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.platform.running import NO_SERVICES, QUICK, Up, running

BringUp = Callable[..., AbstractContextManager[Up]]


@pytest.fixture
def bring_up(tmp_path: Path) -> BringUp:
    """Starts an `up` with every service."""

    def start(data: Path | None = None, **options: Any) -> AbstractContextManager[Up]:
        data = data or tmp_path / "data"
        return running(data, tmp_path / f"{data.name}.console", **options)

    return start


@pytest.fixture
def bring_up_bare(tmp_path: Path) -> BringUp:
    """Starts an `up` without services, which is quicker."""

    def start(data: Path | None = None, *, environment: dict[str, str] | None = None, **options: Any) -> AbstractContextManager[Up]:
        data = data or tmp_path / "data"
        return running(data, tmp_path / f"{data.name}.console", {**NO_SERVICES, **(environment or {})}, **{"patience": QUICK, **options})

    return start


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A TicketBase that is up with demo data, for all tests that leave it standing."""
    folder = tmp_path_factory.mktemp("demo")
    with running(folder / "data", folder / "console", demo=True) as up:
        yield up.ready()
