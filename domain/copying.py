"""Copying: an event once more at another time, as a draft with the same ticket types, the same seats and untouched stock."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.dates import moved_along
from domain.events import Event, EventStatus, checked, lasting
from domain.texts import LocalizedText
from domain.ticket_types import Pool, TicketType


@dataclass(frozen=True, slots=True)
class CopyEvent:
    """The wish for the same event once more; it begins at `starts_at` and lasts as long, and its sales move along."""

    event_id: UUID
    slug: str
    starts_at: datetime
    title: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A new draft with its pools and its ticket types, by position; `new_pools` tells which pool stands for which of the source's."""

    event: Event
    pools: tuple[Pool, ...]
    ticket_types: tuple[TicketType, ...]
    new_pools: Mapping[UUID, UUID]


def copy_event(
    source: Event, ticket_types: Sequence[TicketType], pools: Sequence[Pool], ask: CopyEvent, new_id: Callable[[], UUID], now: datetime
) -> Copy:
    """The copy. Sales open and close at the same time of day, as many days before; refused with InputInvalid."""
    event = checked(
        replace(
            source,
            id=new_id(),
            slug=ask.slug,
            title=ask.title or source.title,
            status=EventStatus.DRAFT,
            starts_at=ask.starts_at,
            ends_at=lasting(source, ask.starts_at),
            created_at=now,
            updated_at=now,
            published_at=None,
            previous_starts_at=None,
            cancellation_reason={},
            version=1,
        )
    )
    new_ids = {pool.id: new_id() for pool in pools}
    return Copy(
        event,
        tuple(_copied_pool(pool, event.id, new_ids) for pool in pools),
        tuple(_copied_type(each, event, source, new_ids, new_id()) for each in ticket_types),
        new_ids,
    )


def _copied_pool(pool: Pool, event_id: UUID, new_ids: Mapping[UUID, UUID]) -> Pool:
    return Pool(**_facts(pool, Pool) | {"id": new_ids[pool.id], "event_id": event_id, "held": 0, "sold": 0})


def _copied_type(each: TicketType, event: Event, source: Event, new_ids: Mapping[UUID, UUID], type_id: UUID) -> TicketType:
    moved = {
        name: moment and moved_along(moment, source.starts_at, event.starts_at, source.time_zone)
        for name in ("sales_start_at", "sales_end_at")
        for moment in [getattr(each, name)]
    }
    pool_ids = tuple(sorted(new_ids[pool_id] for pool_id in each.pool_ids))
    return TicketType(**_facts(each, TicketType) | {"id": type_id, "event_id": event.id, "pool_ids": pool_ids, "version": 1, **moved})


def _facts(value: object, kind: type[Pool | TicketType]) -> dict[str, Any]:
    """Every field, so that what is said of ticket types tomorrow is copied too; the value may be a row that reads like one."""
    return {each.name: getattr(value, each.name) for each in fields(kind)}
