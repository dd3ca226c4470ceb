"""What the types of the vanilla rival are made of: scalars, enums, ids, texts."""

import base64
from datetime import UTC, datetime
from enum import Enum
from typing import NewType
from uuid import UUID

import strawberry
from strawberry.types.scalar import ScalarDefinition

from bench.rivals.session import Context

BigInt = NewType("BigInt", int)
Info = strawberry.Info[Context, None]


def show(typename: str, id: UUID) -> strawberry.ID:
    """The global id."""
    return strawberry.ID(base64.urlsafe_b64encode(typename.encode() + b":" + id.bytes).rstrip(b"=").decode())


def in_language(words: dict[str, str], info: Info) -> str:
    """The text in the first of the caller's languages it exists in."""
    return next((words[each] for each in info.context.locales if each in words), next(iter(words.values()), ""))


def show_time(value: datetime) -> str:
    """In UTC with `Z`."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


SCALARS: dict[object, ScalarDefinition] = {
    BigInt: strawberry.scalar(name="BigInt", serialize=int, parse_value=int),
    datetime: strawberry.scalar(name="DateTime", serialize=show_time, parse_value=datetime.fromisoformat),
}


@strawberry.enum
class EventStatus(Enum):
    """As in the table."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    POSTPONED = "POSTPONED"
    CANCELLED = "CANCELLED"
    COMPLETED = "COMPLETED"
    ARCHIVED = "ARCHIVED"


@strawberry.enum
class EventOrder(Enum):
    """The one that the benchmark asks for."""

    STARTS_AT_ASC = "STARTS_AT_ASC"


@strawberry.enum
class HoldStatus(Enum):
    """As in the table."""

    ACTIVE = "ACTIVE"
    CONVERTED = "CONVERTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@strawberry.enum
class OrderStatus(Enum):
    """As in the table."""

    PENDING_APPROVAL = "PENDING_APPROVAL"
    PENDING = "PENDING"
    CONFIRMED = "CONFIRMED"
    EXPIRED = "EXPIRED"
    CANCELLED = "CANCELLED"


@strawberry.enum
class TicketStatus(Enum):
    """As in the table."""

    RESERVED = "RESERVED"
    VALID = "VALID"
    BLOCKED = "BLOCKED"
    VOIDED = "VOIDED"
