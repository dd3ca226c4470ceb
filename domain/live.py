"""Live streams: what is being watched, and the beats that follow each movement."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Protocol, cast
from uuid import UUID

from domain.availability import Availability, Mark, read_mark
from domain.refusals import NotFound, Refused
from domain.seat_availability import Sections, read_seat_mark


@dataclass(frozen=True, slots=True)
class Topic:
    """What is watched: the stock of one event of one organization."""

    organization_id: UUID
    event_id: UUID

    def point(self, token: str) -> Mark | None:
        """The point that a resume token names; refused with ResumeTokenInvalid."""
        return read_mark(token, self.event_id)


@dataclass(frozen=True, slots=True)
class SeatTopic(Topic):
    """The seats of some sections of it, or of all."""

    sections: Sections

    def point(self, token: str) -> Mark | None:
        """The same; None for the token of another event or of other sections."""
        return read_seat_mark(token, self.event_id, self.sections)


class Frame(Protocol):
    """The whole of what is watched at one point: an `Availability`, or for a `SeatTopic` a `SeatAvailability`."""

    @property
    def mark(self) -> Mark:
        """The point."""

    @property
    def resume_token(self) -> str:
        """Where a client that has seen this may resume."""

    @property
    def public(self) -> bool:
        """Whether the public may see the event."""

    def since(self, mark: Mark) -> "Frame":
        """What moved since `mark`; the whole again when the mark is not in this history's past."""


class Beats(Protocol):
    """The stream of whole frames of one topic; a listener that is slow finds only the latest."""

    @property
    def latest(self) -> Frame:
        """The newest whole frame known."""

    def __aiter__(self) -> AsyncIterator[Frame]:
        """The newest whole frame at once, then each newer one, never an older one; at most one in 100 ms.

        Ends when the event is deleted, for the public when it is taken back or archived, too.
        """


class Live(Protocol):
    """Tells listeners when stock moved, on whichever process it moved."""

    def listening(self, topic: Topic) -> AbstractAsyncContextManager[Beats]:
        """Listen first, then read the snapshot, so that nothing is missed; refused with NotFound without such an event."""


@dataclass(frozen=True, slots=True)
class PublicLive:
    """Implements `Live` for the public: without hidden ticket types, but for those that access codes unlocked.

    A stream ends when the public may not see the event any more, as it ends when the event is deleted.
    """

    live: Live
    unlocked: frozenset[UUID] = frozenset()

    @asynccontextmanager
    async def listening(self, topic: Topic) -> AsyncIterator[Beats]:
        """See `Live.listening`; an event that the public may not see is none."""
        async with self.live.listening(topic) as beats:
            public = _PublicBeats(beats)
            if not public.latest.public:
                raise Refused(NotFound("event", ("eventId",)))
            yield public if isinstance(topic, SeatTopic) else _OpenBeats(public, self.unlocked)


class _PublicBeats:
    """Implements `Beats`: those of an event that the public may see, up to the first that it may not."""

    def __init__(self, beats: Beats) -> None:
        self._beats = beats
        self._coming = aiter(beats)

    @property
    def latest(self) -> Frame:
        """The newest known."""
        return self._beats.latest

    def __aiter__(self) -> AsyncIterator[Frame]:
        return self

    async def __anext__(self) -> Frame:
        """The next, or the end."""
        frame = await anext(self._coming)
        if not frame.public:
            raise StopAsyncIteration
        return frame


class _OpenBeats:
    """Implements `Beats` of ticket types. A movement of hidden types alone is no beat: that something moved would tell of them."""

    def __init__(self, beats: Beats, unlocked: frozenset[UUID]) -> None:
        self._beats = beats
        self._coming = aiter(beats)
        self._unlocked = unlocked
        self._seen: Mark | None = None

    @property
    def latest(self) -> Availability:
        """The newest that the public may know."""
        return self._open(self._beats.latest)

    def __aiter__(self) -> AsyncIterator[Availability]:
        return self

    async def __anext__(self) -> Availability:
        """The next that shows the public something, or ends as the inner one does."""
        while True:
            shown = self._open(await anext(self._coming))
            if self._seen is None or (moved := shown.since(self._seen)).whole or moved.ticket_types:
                self._seen = shown.mark
                return shown

    def _open(self, frame: Frame) -> Availability:
        return cast("Availability", frame).open_to(self._unlocked)
