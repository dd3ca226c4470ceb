"""Sends the letters that are due: what a mail server takes is gone from the queue, the rest waits or is given up."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.letter_rendering import render
from domain.letters import UNREADABLE, Bounce, Deliver, LetterQueue, PostOffice, WaitingLetter, wait_after


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a letter: taken, or why not; `gone` when it is not tried again."""

    id: UUID
    kind: str
    bounce: Bounce | None
    gone: bool


async def send_letters(queue: LetterQueue, office: PostOffice, luck: Callable[[], float], at_most: int) -> Sequence[Settled]:
    """Send up to so many over one connection. Raises MailUnavailable when there is no mail server; no letter is blamed for that.

    A letter leaves the queue after the server has taken it. Whoever dies in between has it sent once more, under the same Message-ID.
    """
    waiting = deque(await queue.claim(at_most))
    if not waiting:
        return []
    settled = []
    try:
        async with office.open() as deliver:
            while waiting:
                bounce = await _deliver(deliver, waiting[0])
                settled.append(await _settle(queue, waiting.popleft(), bounce, luck()))
    finally:
        await queue.give_back(waiting)
    return settled


async def _deliver(deliver: Deliver, waiting: WaitingLetter) -> Bounce | None:
    if waiting.letter is None:
        return UNREADABLE
    return await deliver(render(waiting.letter, sender=waiting.sender, posted_at=waiting.posted_at))


async def _settle(queue: LetterQueue, waiting: WaitingLetter, bounce: Bounce | None, luck: float) -> Settled:
    if bounce is None:
        await queue.sent(waiting)
        return Settled(waiting.id, waiting.kind, None, gone=True)
    wait = None if bounce.final else wait_after(waiting.tries + 1, luck)
    if wait is None:
        await queue.give_up(waiting, bounce.fault)
    else:
        await queue.put_off(waiting, wait)
    return Settled(waiting.id, waiting.kind, bounce, gone=wait is None)
