"""The programme of an event: its categories, its metadata and its join link, as they were and as they shall be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.event_categories import EventCategory, check_choice, found
from domain.events import AttendanceMode, Event, EventStatus
from domain.join_links import told, wanted_link
from domain.metadata import MetadataEntry, Value, merged, show_value
from domain.metadata_fields import MetadataField
from domain.news import Fact
from domain.refusals import Faults
from domain.unsaid import UNSAID, Unsaid

CATEGORY_IDS = ("input", "categoryIds")


@dataclass(frozen=True, slots=True)
class ProgrammeWish:
    """What was said of it; categories of None and metadata that are not named stay, a link of None is taken away."""

    category_ids: tuple[UUID, ...] | None = None
    metadata: tuple[MetadataEntry, ...] = ()
    join_url: str | Unsaid | None = UNSAID


NOTHING_SAID = ProgrammeWish()


@dataclass(frozen=True, slots=True)
class Programme:
    """What an event has of it; metadata by the ids of their fields."""

    categories: tuple[EventCategory, ...] = ()
    metadata: Mapping[UUID, Value] = field(default_factory=dict)
    join_url: str | None = None

    @property
    def category_ids(self) -> tuple[UUID, ...]:
        """The categories by their ids."""
        return tuple(each.id for each in self.categories)


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """What it was and what it becomes, and the fields that there are."""

    before: Programme
    after: Programme
    fields: Sequence[MetadataField]


NO_CHANGE = ProgrammePlan(Programme(), Programme(), ())


def leaves(event: Event | None, mode: AttendanceMode, wish: ProgrammeWish) -> bool:
    """Whether the programme stays as it is: nothing is said of it, and people take part in the event as before."""
    return wish == NOTHING_SAID and (event is None or event.attendance_mode is mode)


def all_found(chosen: Sequence[EventCategory | None]) -> list[EventCategory]:
    """The categories; refused with NotFound for the first that does not exist."""
    return [found(each, (*CATEGORY_IDS, str(at))) for at, each in enumerate(chosen)]


def planned(
    faults: Faults,
    before: Programme,
    wish: ProgrammeWish,
    chosen: Sequence[EventCategory],
    fields: Sequence[MetadataField],
    becomes: tuple[AttendanceMode, EventStatus],
) -> Programme:
    """The programme after the wish, with every fault noted; `chosen` are the categories that it names."""
    if wish.category_ids is not None:
        check_choice(faults, wish.category_ids, CATEGORY_IDS)
    return Programme(
        before.categories if wish.category_ids is None else tuple(chosen),
        merged(faults, before.metadata, wish.metadata, fields),
        wanted_link(faults, before.join_url, wish.join_url, *becomes),
    )


def changes(plan: ProgrammePlan) -> dict[str, dict[str, Fact]]:
    """What differs, for the log, which everybody on the staff reads: that a link changed, but never the link."""
    before, after, fields = plan.before, plan.after, plan.fields
    told_of: dict[str, dict[str, Fact]] = {}
    _tell(told_of, "categories", _slugs(before), _slugs(after))
    _tell(told_of, "metadata", _written(before, fields), _written(after, fields))
    if before.join_url != after.join_url:
        told_of["join_url"] = {"old": told(before.join_url), "new": told(after.join_url)}
    return told_of


def _tell(found: dict[str, dict[str, Fact]], name: str, old: Fact, new: Fact) -> None:
    if old != new:
        found[name] = {"old": old, "new": new}


def _slugs(programme: Programme) -> Fact:
    return [each.slug for each in programme.categories] or None


def _written(programme: Programme, fields: Sequence[MetadataField]) -> Fact:
    return {each.key: show_value(programme.metadata[each.id]) for each in fields if each.id in programme.metadata} or None
