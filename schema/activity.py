"""The log of an event as the staff see it."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import cast
from uuid import UUID

import strawberry

from domain import activity as domain
from domain.news import Fact
from domain.paging import page_of
from resolvers import activity as deeds
from resolvers.context import Context
from schema import ids
from schema.batched import Batch, load
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.scalars import read_time, show_time


@strawberry.type(description="One field that was changed.")
class EventChange:
    """One entry of `domain.activity.Activity.changes`."""

    field: str = strawberry.field(description="Which one, such as starts_at.")
    old: str | None = strawberry.field(description="What it was, as JSON; null for nothing.")
    new: str | None = strawberry.field(description="What it became, as JSON; null for nothing.")


@strawberry.type(description="One deed done to an event; what is written here stays.")
class EventActivity:
    """See `domain.activity.Activity`."""

    deed: str = strawberry.field(description="What was done, by the type of its news, such as event:postponed.")
    version: int = strawberry.field(description="The event's version afterwards.")
    at: datetime = strawberry.field(description="When.")
    actor_name: str | None = strawberry.field(description="Who, by name; null for an operator of the platform and for a program.")
    by_platform_admin: bool = strawberry.field(description="Whether it was done by an admin of the platform, as such.")
    correlation_id: str | None = strawberry.field(description="The id of the request, as logs and X-Request-Id tell it.")

    @strawberry.field(description="Who, opaque; null for an operator of the platform and for a program.")
    def actor_id(self: domain.Activity) -> strawberry.ID | None:
        """The global id of the person."""
        return ids.show("Person", self.actor_id) if self.actor_id else None

    @strawberry.field(description="The service key that a program did it with.")
    def service_key_id(self: domain.Activity) -> strawberry.ID | None:
        """The global id of the key."""
        return ids.show("ServiceKey", self.service_key_id) if self.service_key_id else None

    @strawberry.field(description="Every field that differs, before and after.")
    def changes(self: domain.Activity) -> list[EventChange]:
        """The changes by field."""
        return [EventChange(field=name, old=_told(each["old"]), new=_told(each["new"])) for name, each in sorted(self.changes.items())]


PAGE_ARGUMENTS: Mapping[str, tuple[object, object, str]] = {
    "first": (int | None, None, "How many after `after`; 20 when nothing is said, 100 at most."),
    "after": (str | None, None, "The cursor to go on after."),
    "last": (int | None, None, "How many before `before`, 100 at most."),
    "before": (str | None, None, "The cursor to go back from."),
}


async def activity_of_events(ctx: Context, event_ids: Sequence[UUID], args: Mapping[str, object]) -> list[Connection[EventActivity] | None]:
    """For each event a page of its log; None for those who are not staff."""
    readers: list[Callable[[str], object]] = [read_time, UUID]
    after, before = (read_cursor(cast("str | None", args.get(name)), readers, name) for name in ("after", "before"))
    page = page_of(cast("int | None", args.get("first")), after, cast("int | None", args.get("last")), before)
    slices = await deeds.activity_of_events(ctx, event_ids, page)
    return [
        None if each is None else connect(each, _cursor, partial(_count, ctx, event_id))
        for event_id, each in zip(event_ids, slices, strict=True)
    ]


def _cursor(each: domain.Activity) -> str:
    return show_cursor([show_time(each.at), str(each.id)])


_COUNT = Batch(deeds.count_activity, lambda key: key)


async def _count(ctx: Context, event_id: UUID) -> int:
    return cast("int", await load(ctx, _COUNT, event_id, {}))


def _told(value: Fact) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
