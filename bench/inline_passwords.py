"""The rival: a gateway that hashes passwords on its event loop, as one would write it; `python -m bench.inline_passwords PORT`."""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from adapters.crypto.passwords import ThreadedPasswords
from domain.passwords import Verdict
from gateway import house
from gateway.cli.serve import run
from gateway.settings import read_settings


class InlinePasswords(ThreadedPasswords):
    """The same hashes and the same judgement, and everybody else waits."""

    async def hash(self, password: str) -> str:
        """See `Passwords.hash`."""
        return self._hasher.hash(password)

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """See `Passwords.verify`."""
        return self._judge_argon(stored or self._nobody, password)


@asynccontextmanager
async def open_inline() -> AsyncIterator[ThreadedPasswords]:
    """In the place of `open_passwords`."""
    passwords = InlinePasswords()
    try:
        yield passwords
    finally:
        await passwords.close()


if __name__ == "__main__":
    house.open_passwords = open_inline
    run(replace(read_settings(os.environ), port=int(sys.argv[1])))
