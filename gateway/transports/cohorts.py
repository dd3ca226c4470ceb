"""Cohorts: viewers who watch the same thing in the same way are served by one rendering of each movement.

A cohort listens once. For each beat it renders what moved since the beat before, once, as bytes that every transport wraps in its own
envelope. Nobody has a queue: a subscriber takes what is newest when his connection is free, and one who missed a beat takes a whole
snapshot instead, which is rendered once for all such subscribers.
"""

import asyncio
from collections.abc import Callable, Hashable
from contextvars import Context
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from domain.availability import Mark
from domain.live import Frame, Live, Topic

# Subscribers woken in one turn of the loop. Each costs some 20 µs of sending, a turn itself 10 µs, and a query takes some thirty turns.
WOKEN_AT_ONCE = 8


@dataclass(frozen=True)
class Message:
    """One rendered GraphQL response, and where a client that has seen it may resume."""

    payload: bytes
    resume_token: str | None = None

    @cached_property
    def text(self) -> str:
        """The payload as text, decoded once however many share it."""
        return self.payload.decode()


@dataclass(frozen=True, slots=True)
class End:
    """The stream is over: `errors` is the JSON list of errors that ended it, None when it just ended.

    `cut` when there would be more: the server goes, and the client does well to connect again.
    """

    errors: bytes | None = None
    cut: bool = False


class Rendering(Protocol):
    """How the frames of one cohort become responses."""

    async def render(self, frame: Frame) -> bytes | End:
        """The response to one frame as JSON, or the end when there is none to give."""

    def refuse(self, error: Exception) -> bytes:
        """The JSON list of errors that says what happened and gives nothing away; writes the log."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What one viewer wants to watch: with all who have the same `key`, and from what point when he has seen some of it already."""

    key: Hashable
    topic: Topic
    live: Live
    since: Mark | None
    rendering: Rendering


class Cohorts:
    """Every cohort of this process."""

    def __init__(self) -> None:
        self._cohorts: dict[Hashable, _Cohort] = {}
        self._listening: set[asyncio.Task[None]] = set()
        self._rendering: set[asyncio.Task[Message | End]] = set()

    def __len__(self) -> int:
        return len(self._cohorts)

    @property
    def subscribers(self) -> int:
        """How many are watching."""
        return sum(len(each.members) for each in self._cohorts.values())

    @property
    def idle(self) -> bool:
        """Whether nothing listens and nothing is being rendered."""
        return not self._listening and not self._rendering

    def join(self, wish: Wish, wake: Callable[[], None]) -> "Subscriber":
        """Watch from now on. `wake` is called whenever there may be something to take; who joins must leave."""
        cohort = self._cohorts.get(wish.key)
        if cohort is None or cohort.end:
            cohort = self._cohorts[wish.key] = _Cohort(wish.key, wish.rendering, self._rendering, self._forget)
            # In a context of its own: what it logs belongs to nobody's request.
            task = asyncio.create_task(cohort.follow(wish.topic, wish.live), name=f"cohort of {wish.topic.event_id}", context=Context())
            cohort.stop = task.cancel
            self._listening.add(task)
            task.add_done_callback(self._listening.discard)
        return Subscriber(cohort, wish.since, wake)

    async def close(self) -> None:
        """Stop listening everywhere and wait until it has stopped."""
        listening = tuple(self._listening)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, *self._rendering, return_exceptions=True)

    def _forget(self, cohort: "_Cohort") -> None:
        if self._cohorts.get(cohort.key) is cohort:
            del self._cohorts[cohort.key]


class Subscriber:
    """One viewer's place in a cohort: how much of it he has seen, and nothing else."""

    __slots__ = ("_cohort", "_seen", "_since", "wake")

    def __init__(self, cohort: "_Cohort", since: Mark | None, wake: Callable[[], None]) -> None:
        self.wake = wake
        self._cohort = cohort
        self._since = since
        self._seen: Mark | None = None
        cohort.members[self] = None
        if cohort.beat:
            wake()

    def take(self) -> Message | End | None:
        """What he must be sent now: what moved, a snapshot when he missed a beat, or the end.

        None when he is up to date, or when it has yet to be rendered: then `wake` is called once it is.
        """
        if self._cohort.end:
            return self._cohort.end
        beat, seen = self._cohort.beat, self._seen
        if beat is None or seen is beat.mark:
            return None
        follows = seen is not None and seen is beat.before
        taken = beat.moved if follows else beat.find(None if seen else self._since, self.wake)
        if taken is not None:
            self._seen = beat.mark
        return taken

    def leave(self) -> None:
        """Watch no longer; the last one to leave ends the listening."""
        self._cohort.leave(self)


class _Cohort:
    """The newest beat, who has to hear of it, and the listening that brings the next."""

    def __init__(
        self, key: Hashable, rendering: Rendering, tasks: set[asyncio.Task[Message | End]], forget: Callable[["_Cohort"], None]
    ) -> None:
        self.key = key
        self.members: dict[Subscriber, None] = {}
        self.beat: _Beat | None = None
        self.end: End | None = None
        self.stop: Callable[[], object] = lambda: None
        self._rendering = rendering
        self._tasks = tasks
        self._forget = forget

    def leave(self, member: Subscriber) -> None:
        """One less; nothing is left of it after the last."""
        self.members.pop(member, None)
        if not self.members:
            self._forget(self)
            self.stop()

    async def follow(self, topic: Topic, live: Live) -> None:
        """Show every beat of the topic until it ends, cannot be rendered, or nobody watches any more."""
        try:
            async with live.listening(topic) as beats:
                await self._show(beats.latest)
                async for latest in beats:
                    await self._show(latest)
                    if self.end:
                        break
            self.end = self.end or End()
        except Exception as error:  # noqa: BLE001 - whatever it was, the log gets it whole and the viewers masked
            self.end = End(self._rendering.refuse(error))
        await self._wake_all()

    async def _show(self, latest: Frame) -> None:
        """Make it the newest beat; what moved since the last one is rendered before anybody is woken."""
        before = self.beat.mark if self.beat else None
        if before == latest.mark:
            return
        beat = _Beat(latest, before, self._rendering, self._tasks)
        if before is not None:
            beat.moved = await beat.render(before)
            if isinstance(beat.moved, End):
                self.end = beat.moved
                return
        self.beat = beat
        await self._wake_all()

    async def _wake_all(self) -> None:
        for count, member in enumerate(tuple(self.members), start=1):
            if member in self.members:
                member.wake()
            if count % WOKEN_AT_ONCE == 0:
                await asyncio.sleep(0)


class _Beat:
    """One state of a topic, with every rendering of it that anybody needed.

    `before` is the mark of the beat it followed, `moved` what moved since then. Marks are compared by identity: a cohort's beats follow
    each other in one line, and ten thousand compare at once.
    """

    __slots__ = ("_latest", "_rendered", "_rendering", "_tasks", "before", "mark", "moved")

    def __init__(self, latest: Frame, before: Mark | None, rendering: Rendering, tasks: set[asyncio.Task[Message | End]]) -> None:
        self.mark = latest.mark
        self.before = before
        self.moved: Message | End | None = None
        self._latest = latest
        self._rendering = rendering
        self._rendered: dict[Mark | None, asyncio.Task[Message | End]] = {}
        self._tasks = tasks

    def find(self, mark: Mark | None, wake: Callable[[], None]) -> Message | End | None:
        """What moved since `mark`, or the whole; None when it is yet to be rendered, and then `wake` is called."""
        task = self.render(mark)
        if task.done():
            return task.result()
        task.add_done_callback(lambda _: wake())
        return None

    def render(self, mark: Mark | None) -> asyncio.Task[Message | End]:
        """The rendering for all who need it from this mark. Nobody who waits for it cancels it: others may wait, too."""
        task = self._rendered.get(mark)
        if task is None:
            task = self._rendered[mark] = asyncio.create_task(self._render(mark), context=Context())
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return task

    async def _render(self, mark: Mark | None) -> Message | End:
        frame = self._latest if mark is None else self._latest.since(mark)
        try:
            rendered = await self._rendering.render(frame)
            return rendered if isinstance(rendered, End) else Message(rendered, self._latest.resume_token)
        except Exception as error:  # noqa: BLE001 - as above
            return End(self._rendering.refuse(error))
