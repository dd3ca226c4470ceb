"""What a client may say on a GraphQL WebSocket (subprotocol graphql-transport-ws), read strictly.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md: what is not of the protocol closes the socket with 4400. What is only wrong
inside a request (`query` is no text, a syntax error) is answered under the request's id and leaves the other streams alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

PROTOCOL = "graphql-transport-ws"
ID_CHARACTERS = 256  # it is kept, and sent back with every message
REASON_BYTES = 123  # what a WebSocket close frame has room for

BAD_REQUEST = 4400
UNAUTHORIZED = 4401
FORBIDDEN = 4403
SUBPROTOCOL_NOT_ACCEPTABLE = 4406
INIT_TIMEOUT = 4408
SUBSCRIBER_EXISTS = 4409
TOO_MANY_INITS = 4429
TERMINATED = 4499
FAULT = 4500
GOING_AWAY = 1001
MESSAGE_TOO_BIG = 1009
SERVICE_RESTART = 1012


class Closing(Exception):
    """The socket has to be closed with this code; the reason is one the client may read."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code
        self.reason = reason.encode()[:REASON_BYTES].decode(errors="ignore")


@dataclass(frozen=True, slots=True)
class Init:
    """`connection_init`: the first thing said, with credentials where a browser cannot set headers."""

    payload: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Subscribe:
    """`subscribe`: start the operation in `request` under an id of the client's choice."""

    id: str
    request: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Complete:
    """`complete`: the client wants no more of this operation."""

    id: str


@dataclass(frozen=True, slots=True)
class Ping:
    """`ping`, with its payload as JSON when there is one."""

    payload: bytes | None


@dataclass(frozen=True, slots=True)
class Pong:
    """`pong`: the client is alive."""


Message = dict[str, Any]
Said = Init | Subscribe | Complete | Ping | Pong


def read_message(text: str) -> Said:
    """One message of the client; raises Closing(4400) for whatever the protocol does not know."""
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as broken:
        raise Closing(BAD_REQUEST, "A message must be valid JSON") from broken
    if not isinstance(message, dict):
        raise Closing(BAD_REQUEST, "A message must be a JSON object")
    kind = message.get("type")
    if not isinstance(kind, str):
        raise Closing(BAD_REQUEST, "A message needs a type")
    if kind not in READERS:
        raise Closing(BAD_REQUEST, f"Unknown message type {kind[:40]!r}")
    return READERS[kind](message)


def _ping(message: Message) -> Ping:
    payload = _object_or_nothing(message)
    return Ping(None if message.get("payload") is None else orjson.dumps(payload))


def _pong(message: Message) -> Pong:
    _object_or_nothing(message)
    return Pong()


def _id(message: Message) -> str:
    found = message.get("id")
    if not isinstance(found, str) or not found:
        raise Closing(BAD_REQUEST, f"{message['type']} needs an id: a text that is not empty")
    if len(found) > ID_CHARACTERS:
        raise Closing(BAD_REQUEST, f"An id may have {ID_CHARACTERS} characters")
    return found


def _object(message: Message) -> dict[str, object]:
    found = message.get("payload")
    if not isinstance(found, dict):
        raise Closing(BAD_REQUEST, f"The payload of {message['type']} must be an object")
    return found


def _object_or_nothing(message: Message) -> dict[str, object]:
    return {} if message.get("payload") is None else _object(message)


READERS: Mapping[str, Callable[[Message], Said]] = {
    "connection_init": lambda message: Init(_object_or_nothing(message)),
    "subscribe": lambda message: Subscribe(_id(message), _object(message)),
    "complete": lambda message: Complete(_id(message)),
    "ping": _ping,
    "pong": _pong,
}
