"""Follows one operation for a response that lasts as long as the operation does: what to send next, when to show life, when it is over."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, cast

import structlog

from domain.identity import Role, Viewer
from domain.refusals import Refusal, Refused
from domain.tokens import TokenInvalid
from gateway.graphql.answers import Answer, Denied, Stage
from gateway.graphql.format import to_json
from gateway.graphql.masking import deny
from gateway.graphql.prepared import Prepared
from gateway.transports.cohorts import Cohorts, End, Message, Wish
from gateway.transports.exchange import Exchange
from gateway.transports.operations import Operations, errors_json
from gateway.transports.presence import Presence, why_not
from resolvers.context import Context

TOKEN_EXPIRED = TokenInvalid("it has expired")

log = structlog.get_logger(__name__)

Take = Callable[[], Coroutine[Any, Any, Message | End]]
Answers = AsyncIterator[Answer | Denied]


class Form(Protocol):
    """How one kind of streaming response is written."""

    @property
    def content_type(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def opening(self) -> bytes:
        """What comes before everything."""

    @property
    def sign_of_life(self) -> bytes:
        """What shows that the connection is alive and says nothing."""

    def write(self, message: Message) -> bytes:
        """One response."""

    def write_end(self, end: End) -> bytes:
        """The errors that ended it, if any, and that nothing more comes."""


class Streams:
    """All streaming responses of this process. `clock` gives seconds since 1970.

    A sign of life is sent after `heartbeat_seconds` of silence; a client that takes nothing for `stuck_seconds` is given up.
    """

    def __init__(
        self,
        operations: Operations,
        cohorts: Cohorts,
        clock: Callable[[], float],
        *,
        presence: Presence | None = None,
        heartbeat_seconds: float = 12.0,
        stuck_seconds: float = 60.0,
    ) -> None:
        self._operations = operations
        self._cohorts = cohorts
        self._clock = clock
        self._presence = Presence() if presence is None else presence
        self._heartbeat_seconds = heartbeat_seconds
        self._stuck_seconds = stuck_seconds
        self._open: set[Pace] = set()
        self._draining = False

    def __len__(self) -> int:
        return len(self._open)

    def drain(self) -> None:
        """Cut all streams, those that begin from now on included; whoever listened connects again and resumes elsewhere."""
        self._draining = True
        for each in self._open:
            each.cut()

    async def carry(self, exchange: Exchange, form: Form, prepared: Prepared | Denied, context: Context, resume: str | None = None) -> None:
        """Answer an exchange to the end of the stream, or until the client is gone. See `follow` for `resume`."""
        try:
            await exchange.unless_gone(self._tell(exchange, form, prepared, context, resume))
        except TimeoutError:
            log.info("stuck_client_given_up", seconds=self._stuck_seconds)

    async def _tell(self, exchange: Exchange, form: Form, prepared: Prepared | Denied, context: Context, resume: str | None) -> None:
        await exchange.start(200, form.content_type, form.headers)
        await self._send(exchange, form.opening)
        async with self.follow(prepared, context, resume) as pace:
            while not isinstance(each := await pace.next(), End):
                await self._send(exchange, form.write(each) if each else form.sign_of_life)
        await self._send(exchange, b"" if each.cut else form.write_end(each), more=False)

    async def _send(self, exchange: Exchange, piece: bytes, *, more: bool = True) -> None:
        async with asyncio.timeout(self._stuck_seconds):
            await exchange.send({"type": "http.response.body", "body": piece, "more_body": more})

    @asynccontextmanager
    async def follow(self, prepared: Prepared | Denied, context: Context, resume: str | None = None) -> AsyncIterator["Pace"]:
        """Start the operation; nothing of it is left after the block.

        `resume` is the resume token of the last message the client saw, where the transport carries one; a bad token is ignored.
        """
        async with self._operations.open(prepared, context) as started:
            if isinstance(started, Denied):
                async with self._pace(partial(_deny, started), context) as pace:
                    yield pace
                return
            following = Following(self._cohorts, _resumed(started, resume)) if isinstance(started, Wish) else None
            take = following.take if following else partial(_answer, cast(Answers, started))
            try:
                async with self._pace(take, context) as pace, self._watched(prepared, context, pace, following):
                    yield pace
            finally:
                if following:
                    following.leave()

    @asynccontextmanager
    async def _watched(
        self, prepared: Prepared | Denied, context: Context, pace: "Pace", following: "Following | None"
    ) -> AsyncIterator[None]:
        """End it when the session is over, and when a change of the role takes the right to it."""
        judging: set[asyncio.Task[None]] = set()

        def dismiss(refusal: Refusal) -> None:
            pace.end(self._ended_by(refusal))

        async def judge(viewer: Viewer) -> None:
            async with self._operations.open(prepared, replace(context, viewer=viewer)) as started:
                if isinstance(started, Denied):
                    dismiss(why_not(started))
                elif isinstance(started, Wish) and following:
                    following.turn_to(started)

        def change(role: Role | None, is_platform_admin: bool) -> None:  # noqa: FBT001 - as `Presence` tells it
            viewer = replace(context.viewer, role=role, is_platform_admin=is_platform_admin)
            judging.add(task := asyncio.create_task(judge(viewer)))
            task.add_done_callback(judging.discard)

        guest = self._presence.enter(context.viewer, dismiss, change)
        try:
            yield
        finally:
            self._presence.leave(guest)
            for task in judging:
                task.cancel()
            await asyncio.gather(*judging, return_exceptions=True)

    @asynccontextmanager
    async def _pace(self, take: Take, context: Context) -> AsyncIterator["Pace"]:
        pace = Pace(take, self._heartbeat_seconds, context.viewer.expires_at, self._clock, self._ended_by(TOKEN_EXPIRED))
        self._open.add(pace)
        if self._draining:
            pace.cut()
        try:
            yield pace
        finally:
            self._open.discard(pace)
            await pace.close()

    def _ended_by(self, refusal: Refusal) -> End:
        return End(errors_json(deny(Stage.ACCESS, refusal, self._operations.new_request_id())))


class Following:
    """A place in a cohort, which may become one in another cohort."""

    def __init__(self, cohorts: Cohorts, wish: Wish) -> None:
        self._cohorts = cohorts
        self._stirred = asyncio.Event()
        self._subscriber = cohorts.join(wish, self._stirred.set)

    async def take(self) -> Message | End:
        """What comes next."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            if taken := self._subscriber.take():
                return taken

    def turn_to(self, wish: Wish) -> None:
        """Watch with others from now on."""
        before, self._subscriber = self._subscriber, self._cohorts.join(wish, self._stirred.set)
        before.leave()

    def leave(self) -> None:
        """Watch no longer."""
        self._subscriber.leave()


class Pace:
    """What one response has to send, one after the other, with a sign of life in between and an end when the token expires."""

    def __init__(self, take: Take, heartbeat_seconds: float, expires_at: float | None, clock: Callable[[], float], expired: End) -> None:
        self._take = take
        self._heartbeat_seconds = heartbeat_seconds
        self._expires_at = expires_at
        self._clock = clock
        self._expired = expired
        self._pending: asyncio.Task[Message | End] | None = None
        self._ended: asyncio.Future[End] = asyncio.get_running_loop().create_future()

    async def next(self) -> Message | End | None:
        """The next thing to send, End as the last; None when nothing came for so long that a sign of life is due."""
        left = float("inf") if self._expires_at is None else self._expires_at - self._clock()
        if left <= 0:
            return self._expired
        if self._pending is None:
            if self._ended.done():
                return self._ended.result()
            self._pending = asyncio.create_task(self._take())
        seconds = min(left, self._heartbeat_seconds)
        done, _ = await asyncio.wait((self._pending, self._ended), timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if self._pending in done:
            taken, self._pending = self._pending.result(), None
            return taken
        if done:
            return self._ended.result()
        return self._expired if left <= self._heartbeat_seconds else None

    def cut(self) -> None:
        """End it after what is ready to be sent, for the client to connect again."""
        self.end(End(cut=True))

    def end(self, end: End) -> None:
        """End it like this after what is ready to be sent."""
        if not self._ended.done():
            self._ended.set_result(end)

    async def close(self) -> None:
        """Stop what is being waited for."""
        if self._pending:
            self._pending.cancel()
            await asyncio.gather(self._pending, return_exceptions=True)


async def _deny(denied: Denied) -> Message | End:
    return End(errors_json(denied))


async def _answer(answers: Answers) -> Message | End:
    each = await anext(answers, None)
    if each is None:
        return End()
    return End(errors_json(each)) if isinstance(each, Denied) else Message(to_json(each))


def _resumed(wish: Wish, token: str | None) -> Wish:
    if token is None:
        return wish
    try:
        return replace(wish, since=wish.topic.point(token))
    except Refused:
        return wish
