"""Finding events: by which conditions, and in which order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.events.values import EventStatus
from domain.metadata import MetadataCondition, MetadataMatch
from domain.refusals import Faults

MOST_FILTERS = 100


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events: every condition given must hold; `all_of`, `any_of` and `none_of` nest.

    `metadata` is asked by keys; the store compares what `domain.event_vocabulary` makes of it in `matching`.
    """

    statuses: Sequence[EventStatus] | None = None
    slugs: Sequence[str] | None = None
    venue_ids: Sequence[UUID] | None = None
    starts_from: datetime | None = None
    starts_before: datetime | None = None
    categories: Sequence[UUID] | None = None
    metadata: Sequence[MetadataCondition] = ()
    matching: Sequence[MetadataMatch] = ()
    all_of: Sequence["EventFilter"] = ()
    any_of: Sequence["EventFilter"] = ()
    none_of: Sequence["EventFilter"] = ()


class EventOrder(StrEnum):
    """By what a list of events is ordered; the id is appended always."""

    STARTS_AT_ASC = "STARTS_AT_ASC"
    STARTS_AT_DESC = "STARTS_AT_DESC"
    CREATED_AT_ASC = "CREATED_AT_ASC"
    CREATED_AT_DESC = "CREATED_AT_DESC"


def ordered_by(order: EventOrder) -> tuple[str, bool]:
    """The attribute that an order sorts by, and whether it descends."""
    name, _, direction = order.value.rpartition("_")
    return name.lower(), direction == "DESC"


def check_filter(where: EventFilter) -> None:
    """Refuse with InputInvalid a filter of more than 100 nested ones: every row would be compared with each."""
    filters, waiting = 0, [where]
    while waiting:
        each = waiting.pop()
        filters += 1
        waiting += (*each.all_of, *each.any_of, *each.none_of)
    faults = Faults()
    faults.check(filters <= MOST_FILTERS, ("where",), f"nests {filters} filters, {MOST_FILTERS} are allowed")
    faults.refuse()
