"""One conversation on a GraphQL WebSocket: who is there, which operations run, and when it has to end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial

import structlog
from starlette.requests import HTTPConnection

from domain.identity import Role
from domain.refusals import ErrorCode, Refusal, Refused
from gateway.graphql.answers import Denied
from gateway.graphql.format import to_json
from gateway.transports import messages
from gateway.transports.cohorts import Cohorts, Subscriber, Wish
from gateway.transports.messages import Closing, Complete, Init, Ping, Said, Subscribe, read_message
from gateway.transports.operations import Operations, errors_json
from gateway.transports.outbox import Event, Outbox, answered, complete, pong, refused
from gateway.transports.presence import Guest, Presence, why_not
from resolvers.context import Context

log = structlog.get_logger(__name__)

MakeContext = Callable[[HTTPConnection, Mapping[str, object]], Awaitable[Context]]
"""`(connection, payload of connection_init) -> context`; raises Refused when the credentials are no good."""

REFUSALS = {ErrorCode.UNAUTHENTICATED: messages.UNAUTHORIZED, ErrorCode.FORBIDDEN: messages.FORBIDDEN}
PING = '{"type":"ping"}'
ACKNOWLEDGED = '{"type":"connection_ack"}'
# How long a client may take to answer the close; then the socket is dropped.
CLOSING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class SocketTerms:
    """How long a socket waits (seconds) and how much it takes at once.

    Who was sent a `ping` and has said nothing when the next is due is taken for dead.
    """

    init_seconds: float = 5.0
    ping_seconds: float = 25.0
    operations: int = 100
    message_bytes: int = 102_400


@dataclass(frozen=True, slots=True)
class SocketHouse:
    """What all sockets of this process share; `clock` gives seconds since 1970."""

    operations: Operations
    cohorts: Cohorts
    make_context: MakeContext
    terms: SocketTerms
    clock: Callable[[], float]
    presence: Presence = field(default_factory=Presence)


class Connection:
    """An accepted socket, from its first message to its last."""

    __slots__ = (
        "_alive", "_asked", "_context", "_events", "_expiry", "_guest", "_house", "_http", "_limit", "_outbox", "_running", "_talking",
        "_tasks", "_timer",
    )  # fmt: skip

    def __init__(
        self, house: SocketHouse, http: HTTPConnection, receive: Callable[[], Awaitable[Event]], send: Callable[[Event], Awaitable[None]]
    ) -> None:
        self._house = house
        self._http: HTTPConnection | None = http
        self._events = receive
        self._outbox = Outbox(send, self._stop)
        self._running: dict[str, asyncio.Task[None] | Subscriber] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._context: Context | None = None
        self._guest: Guest | None = None
        self._asked: dict[str, Subscribe] = {}
        self._alive = True
        self._timer: asyncio.TimerHandle | None = None
        self._expiry: asyncio.TimerHandle | None = None
        self._limit = asyncio.timeout(None)
        self._talking = False

    async def converse(self) -> None:
        """Talk until either side ends it; then nothing of it is left behind."""
        loop = asyncio.get_running_loop()
        seconds = self._house.terms.init_seconds
        self._timer = loop.call_later(seconds, self.close, messages.INIT_TIMEOUT, "Connection initialisation timeout")
        writing = asyncio.create_task(self._outbox.run())
        writing.add_done_callback(self._hang_up)
        try:
            with suppress(TimeoutError):
                async with self._limit:
                    self._talking = True
                    await self._listen()
        finally:
            self._talking = False
            await self._tidy(writing)

    def close(self, code: int, reason: str, *, finish: bool = False) -> None:
        """End it with this code, after what is waiting to be sent when `finish` is asked for."""
        if not self._outbox.is_closing:
            self._outbox.close(code, reason, finish=finish)
            self._give_up_in(CLOSING_SECONDS)

    async def _listen(self) -> None:
        while (event := await self._events())["type"] != "websocket.disconnect":
            self._alive = True
            if self._outbox.is_closing:
                continue
            try:
                await self._answer(read_message(self._text_of(event)))
            except Closing as closing:
                self.close(closing.code, closing.reason)
            await self._outbox.room()

    def _text_of(self, event: Event) -> str:
        text = event.get("text")
        if not isinstance(text, str):
            raise Closing(messages.BAD_REQUEST, "A message must be text")
        if len(text) > self._house.terms.message_bytes or len(text.encode()) > self._house.terms.message_bytes:
            raise Closing(messages.MESSAGE_TOO_BIG, f"A message may have {self._house.terms.message_bytes} bytes")
        return text

    async def _answer(self, said: Said) -> None:
        match said:
            case Init():
                await self._greet(said)
            case Ping():
                self._outbox.say(pong(said.payload))
            case Subscribe():
                self._begin(said)
            case Complete():
                self._stop(said.id)

    async def _greet(self, said: Init) -> None:
        http, self._http = self._http, None
        if http is None:
            raise Closing(messages.TOO_MANY_INITS, "Too many initialisation requests")
        self._cancel_timers()
        try:
            context = await self._house.make_context(http, said.payload)
        except Refused as no:
            raise Closing(REFUSALS.get(no.refusal.code, messages.BAD_REQUEST), no.refusal.message) from no
        except Exception as fault:
            log.exception("socket_greeting_failed")
            raise Closing(messages.FAULT, "Internal server error") from fault
        loop = asyncio.get_running_loop()
        if (expires_at := context.viewer.expires_at) is not None:
            self._expiry = loop.call_later(expires_at - self._house.clock(), self.close, messages.UNAUTHORIZED, "token expired")
        self._timer = loop.call_later(self._house.terms.ping_seconds, self._ping)
        self._context = context
        self._guest = self._house.presence.enter(context.viewer, self._dismiss, self._change_role)
        self._outbox.say(ACKNOWLEDGED)

    def _begin(self, said: Subscribe) -> None:
        if self._context is None:
            raise Closing(messages.UNAUTHORIZED, "Unauthorized")
        if said.id in self._running:
            raise Closing(messages.SUBSCRIBER_EXISTS, f"Subscriber for {said.id} already exists")
        if len(self._running) >= self._house.terms.operations:
            denied = self._house.operations.too_many(self._house.terms.operations)
            self._outbox.say(refused(said.id, errors_json(denied)))
            return
        if self._guest:
            self._asked[said.id] = said
        self._running[said.id] = self._do(self._run(said, self._context))

    def _do(self, deed: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(deed)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _run(self, said: Subscribe, context: Context) -> None:
        task = asyncio.current_task()
        try:
            async with self._house.operations.start(said.request, context) as started:
                if isinstance(started, Wish):
                    return self._follow(said.id, started, context)
                if isinstance(started, Denied):
                    return self._outbox.say(refused(said.id, errors_json(started)))
                async for each in started:
                    if isinstance(each, Denied):
                        return self._outbox.say(refused(said.id, errors_json(each)))
                    self._outbox.say(answered(said.id, to_json(each)))
                    await self._outbox.said()
            self._outbox.say(complete(said.id))
        finally:
            if self._running.get(said.id) is task:
                del self._running[said.id]
                self._asked.pop(said.id, None)

    def _follow(self, id: str, wish: Wish, context: Context) -> None:
        subscriber = self._running[id] = self._house.cohorts.join(wish, partial(self._outbox.stir, id))
        self._outbox.follow(id, subscriber)
        if self._context and self._context is not context:  # the role changed while it was started
            self._do(self._judge(self._asked[id], subscriber, self._context))

    def _stop(self, id: str) -> None:
        running = self._running.pop(id, None)
        self._asked.pop(id, None)
        if isinstance(running, Subscriber):
            self._outbox.unfollow(id)
            running.leave()
        elif running is not None:
            running.cancel()

    def _dismiss(self, refusal: Refusal) -> None:
        self.close(REFUSALS.get(refusal.code, messages.FAULT), refusal.message, finish=True)

    def _change_role(self, role: Role | None, is_platform_admin: bool) -> None:  # noqa: FBT001 - as `Presence` tells it
        """What runs is looked at anew, as she is now: she may watch on with those who see the same, or must go."""
        if self._context is None:
            return
        self._context = replace(self._context, viewer=replace(self._context.viewer, role=role, is_platform_admin=is_platform_admin))
        for said in tuple(self._asked.values()):
            self._do(self._judge(said, self._running.get(said.id), self._context))

    async def _judge(self, said: Subscribe, running: object, context: Context) -> None:
        async with self._house.operations.start(said.request, context) as started:
            if self._running.get(said.id) is not running:
                return
            if isinstance(started, Denied):
                self._dismiss(why_not(started))
            elif isinstance(started, Wish) and isinstance(running, Subscriber):
                self._stop(said.id)
                self._asked[said.id] = said
                self._follow(said.id, started, context)

    def _ping(self) -> None:
        if not self._alive:
            self.close(messages.TERMINATED, "No answer to a ping")
            return
        self._alive = False
        self._outbox.say(PING)
        self._timer = asyncio.get_running_loop().call_later(self._house.terms.ping_seconds, self._ping)

    def _hang_up(self, writing: asyncio.Task[None]) -> None:
        """Nothing can be sent any more: at once when sending failed, else the client has its time to answer the close."""
        if writing.cancelled() or writing.exception():
            self._give_up_in(0)

    def _give_up_in(self, seconds: float) -> None:
        if self._talking and not self._limit.expired():
            self._limit.reschedule(asyncio.get_running_loop().time() + seconds)

    def _cancel_timers(self) -> None:
        for timer in (self._timer, self._expiry):
            if timer:
                timer.cancel()

    async def _tidy(self, writing: asyncio.Task[None]) -> None:
        self._cancel_timers()
        self._house.presence.leave(self._guest)
        self._outbox.close(messages.GOING_AWAY, "")
        for running in tuple(self._running):
            self._stop(running)
        writing.cancel()
        ends = await asyncio.gather(writing, *self._tasks, return_exceptions=True)
        for end in ends:
            if isinstance(end, Exception) and not isinstance(end, OSError):
                log.error("socket_failed", exc_info=end)
