"""Hashing goes on beside the event loop, in a line of limited length that nobody who gave up keeps a place in."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from argon2.exceptions import HashingError

from adapters.crypto.passwords import ThreadedPasswords
from domain.passwords import PasswordsBusy, Verdict
from domain.refusals import ErrorCode, Refused

pytestmark = pytest.mark.asyncio

PASSWORD, FAULTY = "quiet otter climbs", "this one breaks it"


class Gate(PasswordHasher):
    """Argon2, quick here, whose door can be shut; it knows how many are inside."""

    def __init__(self) -> None:
        super().__init__(1, 8, 1)
        self.door = threading.Event()
        self.door.set()
        self.inside = self.most_inside = self.done = 0
        self._lock = threading.Lock()

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        with self._lock:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
        try:
            self.door.wait(20)
            if password == FAULTY.encode():
                raise HashingError
            return super().hash(password, salt=salt)
        finally:
            with self._lock:
                self.inside -= 1
                self.done += 1


class Desk:
    """Passwords behind the gate: two threads, three places in the line."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.passwords = ThreadedPasswords(self.gate, threads=2, most_waiting=3)
        self.gate.done = self.gate.most_inside = 0
        self.gate.door.clear()

    async def comes(self, count: int) -> list[asyncio.Task[str]]:
        """So many come, one after the other."""
        tasks = [asyncio.create_task(self.passwords.hash(PASSWORD)) for _ in range(count)]
        await asyncio.sleep(0.05)
        return tasks

    async def is_full_again(self) -> None:
        """Two threads and three places are to be had, and no more."""
        tasks = await self.comes(6)
        assert [task.done() for task in tasks] == [False] * 5 + [True]
        assert isinstance(tasks[5].exception(), Refused)
        self.gate.door.set()
        await asyncio.gather(*tasks[:5])


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    """Open, with its gate shut."""
    desk = Desk()
    yield desk
    desk.gate.door.set()
    await desk.passwords.close()


async def test_who_finds_the_line_full_is_told_when_to_come_again(desk: Desk) -> None:
    waiting = await desk.comes(5)

    with pytest.raises(Refused) as no:
        await desk.passwords.hash(PASSWORD)
    with pytest.raises(Refused):
        await desk.passwords.verify(PASSWORD, None)

    assert no.value.refusal == PasswordsBusy(1)
    assert no.value.refusal.code is ErrorCode.UNAVAILABLE
    assert no.value.refusal.message == "Too many people are signing in at this moment; try again in a second."
    desk.gate.door.set()
    hashes = await asyncio.gather(*waiting)
    assert [await desk.passwords.verify(PASSWORD, each) for each in hashes] == [Verdict.RIGHT] * 5
    assert desk.gate.most_inside == 2
    assert desk.gate.done == 5


async def test_who_gives_up_in_the_line_leaves_his_place_at_once_and_is_never_served(desk: Desk) -> None:
    tasks = await desk.comes(5)
    for each in tasks[2:]:
        each.cancel()
    await asyncio.wait(tasks[2:])

    late = await desk.comes(4)

    assert [task.done() for task in late] == [False, False, False, True]
    desk.gate.door.set()
    await asyncio.gather(*tasks[:2], *late[:3])
    assert desk.gate.done == 5


async def test_who_gives_up_while_he_is_served_keeps_the_thread_until_it_is_done(desk: Desk) -> None:
    tasks = await desk.comes(2)
    for each in tasks:
        each.cancel()
    await asyncio.wait(tasks)

    late = await desk.comes(4)

    assert [task.done() for task in late] == [False, False, False, True]
    assert desk.gate.inside == 2
    desk.gate.door.set()
    await asyncio.gather(*late[:3])
    assert desk.gate.most_inside == 2


async def test_no_place_is_lost_however_many_give_up_at_any_moment(desk: Desk) -> None:
    desk.gate.door.set()
    for turn in range(200):
        tasks = [asyncio.create_task(desk.passwords.hash(PASSWORD)) for _ in range(5)]
        for _ in range(turn % 7):
            await asyncio.sleep(0)
        for at, task in enumerate(tasks):
            if (turn + at) % 2:
                task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        assert not [each for each in outcomes if not isinstance(each, str | asyncio.CancelledError | Refused)]
    while desk.gate.inside:
        await asyncio.sleep(0.01)
    desk.gate.door.clear()

    await desk.is_full_again()


async def test_a_hash_that_fails_gives_its_thread_back(desk: Desk) -> None:
    desk.gate.door.set()
    for _ in range(5):
        with pytest.raises(HashingError):
            await desk.passwords.hash(FAULTY)
    desk.gate.door.clear()

    await desk.is_full_again()


async def test_the_event_loop_goes_on_while_passwords_are_hashed() -> None:
    passwords = ThreadedPasswords()
    late: list[float] = []

    async def tick() -> None:
        while True:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            late.append(time.monotonic() - began - 0.001)

    ticking = asyncio.create_task(tick())
    began = time.monotonic()

    hashes = await asyncio.gather(*(passwords.hash(PASSWORD) for _ in range(20)))

    took = time.monotonic() - began
    ticking.cancel()
    await passwords.close()
    assert len(set(hashes)) == 20
    assert took > 0.1
    # One hash takes longer than this in its thread; on the loop it would stop every tick for as long.
    assert sorted(late)[len(late) // 2] < 0.01
    assert len(late) > took / 0.02


async def test_once_closed_nobody_is_served_and_nobody_waits_for_ever(desk: Desk) -> None:
    desk.gate.door.set()
    await desk.passwords.close()

    for _ in range(6):
        with pytest.raises(RuntimeError):
            await desk.passwords.hash(PASSWORD)
