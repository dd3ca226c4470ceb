"""Activity: what was done to an event, by whom, and what it changed; written once and never touched again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, ClassVar, Protocol
from uuid import UUID

from domain.events import Event
from domain.news import Fact
from domain.paging import Page, Slice

UNTOLD = frozenset({"id", "version", "created_at", "updated_at"})
"""What changes with every change, or never, and would only hide the rest."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One deed done to an event.

    `deed` is the type of its news (`event:postponed`), `version` the event's version afterwards; `changes` says of each field what it was
    (`old`) and became (`new`). `actor_id` is None for an operator at the command line and for a program with a service key,
    `actor_name` None for a person who left. The work itself knows and notes which service key it was, and whether a platform admin.
    """

    id: UUID
    event_id: UUID
    actor_id: UUID | None
    deed: str
    version: int
    changes: Mapping[str, Mapping[str, Fact]]
    at: datetime
    correlation_id: str | None = None
    actor_name: str | None = None
    service_key_id: UUID | None = None
    by_platform_admin: bool = False

    typename: ClassVar[str] = "EventActivity"


class ActivityLog(Protocol):
    """The log. It is added to and read."""

    async def add(self, activity: Activity) -> None:
        """Write it down, with the correlation id of this work."""

    async def pages(self, event_ids: Sequence[UUID], page: Page) -> list[Slice[Activity]]:
        """For each event one window of its log, the newest first; `page.edge` holds the time, then the id."""

    async def counts(self, event_ids: Sequence[UUID], at_most: int) -> list[int]:
        """For each event how long its log is, counted up to `at_most`."""

    async def moved_online(self, event_ids: Sequence[UUID]) -> list[bool]:
        """For each event whether one can connect to it who, when it was published, had to come; or can only connect, who could come."""


def changes_between(before: object | None, after: object | None, of: type[Any] = Event) -> dict[str, dict[str, Fact]]:
    """What differs, field by field of that kind of value, as plain JSON; of one that is new or gone, everything that was said of it."""
    names = [each.name for each in fields(of) if each.name not in UNTOLD]
    told = ((name, getattr(before, name, None), getattr(after, name, None)) for name in names)
    return {name: {"old": _plain(old), "new": _plain(new)} for name, old, new in told if (old or None) != (new or None)}


def _plain(value: object) -> Fact:
    match value:
        case None | bool() | int():
            return value
        case Enum():
            return str(value.value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case list() | tuple():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)} if is_dataclass(value) else str(value)
