"""What comes back of an operation: an answer when it ran, a denial when it never began."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Told = Mapping[str, object]
"""One error as a client may see it: message, locations, path, extensions with `code` and `requestId`."""


class Stage(StrEnum):
    """Where an operation was refused; transports choose status codes and close codes by it."""

    REQUEST = "request"
    PARSING = "parsing"
    LIMITS = "limits"
    VALIDATION = "validation"
    SELECTION = "selection"
    TRANSPORT = "transport"
    STREAM = "stream"
    VARIABLES = "variables"
    ACCESS = "access"
    SOURCE = "source"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation, or one event of a subscription, gave; `data` is null when an error reached the root."""

    request_id: str
    data: object
    errors: tuple[Told, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Denied:
    """Nothing ran, or a stream cannot go on: errors only, already masked."""

    request_id: str
    stage: Stage
    errors: tuple[Told, ...]
