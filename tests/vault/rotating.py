"""Rotates the vault's key on tables of the tests, in small pages; started as a process of its own, so that it can be killed."""

import asyncio
import os

from gateway.cli.keys import rotate
from gateway.settings import read_settings
from tests.vault.conftest import COLUMNS


def main() -> None:
    """Say after every page how far it is."""
    asyncio.run(
        rotate(read_settings(os.environ), COLUMNS, lambda sofar: print(sofar.column, sofar.rewrapped, flush=True), page=5)  # noqa: T201
    )


if __name__ == "__main__":
    main()
