"""Passwords hashed with argon2id in threads that go last, so that the event loop goes on; bcrypt and Node's scrypt are read as well."""

import asyncio
import os
import sys
import threading
import unicodedata
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import structlog
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from adapters.crypto.foreign_hashes import Check, check_for
from domain.passwords import PasswordsBusy, Verdict, normalized
from domain.refusals import Refused

T = TypeVar("T")
Judge = Callable[[str], Verdict]

# OWASP, Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
# What a hash made elsewhere may cost at most: a quarter of a GiB, ten passes.
MOST_MEMORY_KIB, MOST_PASSES, MOST_LANES = 262_144, 10, 16
# One core is the event loop's and PostgreSQL's. On two cores a second thread would cost the readers twice their p99 and win little.
THREADS = min(max(len(os.sched_getaffinity(0)) - 1, 1), 4) if sys.platform == "linux" else 1
# By how much "nicer" than its process. Not the most: whoever waits for a thread that holds the interpreter's lock waits as long as it does.
LESS_IMPORTANT = 10
MOST_WAITING = 32
"""A hash takes some 30 ms, so the last of them waits about a second."""
RETRY_AFTER_SECONDS = 1
LONGEST_TYPED = 4_096
"""Characters; nothing longer was ever taken, here or elsewhere, and it shall not cost more than others to find it wrong."""
COMMON = frozenset((Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").split())

log = structlog.get_logger("ticketbase.passwords")


def argon2id() -> PasswordHasher:
    """The function that new passwords are hashed with."""
    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@asynccontextmanager
async def open_passwords() -> AsyncIterator["ThreadedPasswords"]:
    """The passwords of a process; its threads end with the block."""
    passwords = ThreadedPasswords()
    try:
        yield passwords
    finally:
        await passwords.close()


class ThreadedPasswords:
    """Implements `domain.passwords.Passwords`; at most `most_waiting` callers wait for one of its threads, the others are refused."""

    def __init__(self, hasher: PasswordHasher | None = None, *, threads: int = THREADS, most_waiting: int = MOST_WAITING) -> None:
        self._hasher = hasher or argon2id()
        # The hash of nobody's password, which is verified where there is no account.
        self._nobody = self._hasher.hash(os.urandom(32))
        self._line = _Line(threads, most_waiting)

    async def hash(self, password: str) -> str:
        """See `Passwords.hash`."""
        return await self._line.run(partial(self._hasher.hash, _bytes(normalized(password))))

    async def verify(self, password: str, stored: str | None) -> Verdict:
        """See `Passwords.verify`."""
        judge = self._judge_for(stored) if stored is not None else None
        if judge is None and stored is not None:
            log.warning("password_hash_not_known", length=len(stored))
        if judge is None or len(password) > LONGEST_TYPED:
            return await self._line.run(partial(self._judge_nobody, password[:LONGEST_TYPED]))
        return await self._line.run(partial(judge, password))

    def can_verify(self, stored: str) -> bool:
        """See `Passwords.can_verify`."""
        return self._judge_for(stored) is not None

    def is_common(self, word: str) -> bool:
        """See `Passwords.is_common`."""
        return word in COMMON

    async def close(self) -> None:
        """Wait for what runs, and end the threads."""
        await self._line.close()

    def _judge_for(self, stored: str) -> Judge | None:
        if stored.startswith("$argon2"):
            return partial(self._judge_argon, stored) if _is_affordable(stored) else None
        check = check_for(stored)
        return partial(_judge_foreign, check) if check else None

    def _judge_argon(self, stored: str, password: str) -> Verdict:
        for at, spelling in enumerate(_spellings(normalized(password), password)):
            if self._matches(stored, spelling):
                is_old = at > 0 or self._hasher.check_needs_rehash(stored)
                return Verdict.RIGHT_BUT_OLD if is_old else Verdict.RIGHT
        return Verdict.WRONG

    def _judge_nobody(self, password: str) -> Verdict:
        """As many hashes as a wrong password costs where there is an account, in each of its spellings."""
        self._judge_argon(self._nobody, password)
        return Verdict.WRONG

    def _matches(self, stored: str, password: bytes) -> bool:
        try:
            return self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def _judge_foreign(check: Check, password: str) -> Verdict:
    """Hashes from elsewhere were made of what was typed, most often composed (NFC)."""
    spellings = _spellings(password, unicodedata.normalize("NFC", password))
    return Verdict.RIGHT_BUT_OLD if any(check(each) for each in spellings) else Verdict.WRONG


def _spellings(*texts: str) -> Sequence[bytes]:
    return list(dict.fromkeys(map(_bytes, texts)))


def _bytes(password: str) -> bytes:
    """UTF-8; half a character, which no browser sends, is never right but no fault either."""
    return password.encode("utf-8", "surrogatepass")


def _is_affordable(stored: str) -> bool:
    """Whether it is an argon2 hash that cannot tie up a thread or the memory."""
    try:
        cost = extract_parameters(stored)
    except InvalidHashError:
        return False
    return cost.memory_cost <= MOST_MEMORY_KIB and cost.time_cost <= MOST_PASSES and cost.parallelism <= MOST_LANES


def _step_back() -> None:
    """Let this thread go after the others: who signs in waits a moment longer, and nobody else does. Linux alone knows threads so."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), min(os.getpriority(os.PRIO_PROCESS, 0) + LESS_IMPORTANT, 19))


class _Line:
    """Callers wait in a line of limited length for one of a few threads; who gives up leaves it.

    A thread that somebody gave up on still works until its hash is done, and only then takes the next from the line.
    """

    def __init__(self, threads: int, most_waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="passwords", initializer=_step_back)
        self._free = asyncio.Semaphore(threads)
        self._waiting, self._most_waiting = 0, most_waiting

    async def run(self, job: Callable[[], T]) -> T:
        """What the job returns. Refused with PasswordsBusy when the line is full."""
        await self._take_a_thread()
        loop = asyncio.get_running_loop()
        try:
            running = self._pool.submit(job)
        except RuntimeError:
            self._free.release()
            raise
        # Told by the thread itself: the caller's own future is done already when he has given up.
        running.add_done_callback(lambda _: loop.call_soon_threadsafe(self._free.release))
        return await asyncio.wrap_future(running)

    async def close(self) -> None:
        """Wait for what runs, and end the threads."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)

    async def _take_a_thread(self) -> None:
        if self._free.locked() and self._waiting >= self._most_waiting:
            raise Refused(PasswordsBusy(RETRY_AFTER_SECONDS))
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
