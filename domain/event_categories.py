"""Event categories: the shelves of an organization's programme, as a tree of few levels."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol
from uuid import UUID

from domain.counts import counted, verb
from domain.names import is_slug
from domain.refusals import Faults, NotFound, Refusal, Refused, VersionConflict
from domain.texts import LocalizedText, check_title
from domain.unsaid import UNSAID, Unsaid

MOST_CATEGORIES = 200
MOST_OF_EVENT = 10
DEEPEST = 4
LONGEST_NAME = 100
LAST_POSITION = 10_000


@dataclass(frozen=True, slots=True)
class EventCategory:
    """A shelf, maybe in another one; siblings stand by position, then by slug."""

    id: UUID
    slug: str
    name: LocalizedText
    parent_id: UUID | None = None
    position: int = 0
    version: int = 1

    typename: ClassVar[str] = "EventCategory"


@dataclass(frozen=True, slots=True)
class EventCategoryDetails:
    """What may be said of a category, new or changed; None means: leave it, but a parent of None means: on the top level."""

    slug: str | None = None
    name: LocalizedText | None = None
    parent_id: UUID | Unsaid | None = UNSAID
    position: int | None = None


@dataclass(frozen=True, slots=True)
class CreateEventCategory:
    """The wish for a new category."""

    details: EventCategoryDetails


@dataclass(frozen=True, slots=True)
class UpdateEventCategory:
    """The wish to change a category as it was at `expected_version`."""

    category_id: UUID
    expected_version: int
    changes: EventCategoryDetails


@dataclass(frozen=True, slots=True)
class DeleteEventCategory:
    """The wish to delete a category; with `even_if_used` its events stay without it."""

    category_id: UUID
    expected_version: int
    even_if_used: bool = False


@dataclass(frozen=True, slots=True)
class EventCategorySlugTaken(Refusal):
    """Another category of the organization has this slug."""

    slug: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"Another category is called {self.slug}; choose another slug."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "slug")


@dataclass(frozen=True, slots=True)
class EventCategoryInUse(Refusal):
    """Events are in the category, or other categories are, so it stays."""

    events: int
    subcategories: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.subcategories:
            within = counted(self.subcategories, "category", "categories")
            return f"There {verb(self.subcategories)} {within} in it; move or delete {verb(self.subcategories, 'it', 'them')} first."
        events = f"{counted(self.events, 'event')} {verb(self.events)} in it"
        return f"{events}; take {verb(self.events, 'it', 'them')} out, or repeat with evenIfUsed."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names it."""
        return ("input", "categoryId")


class EventCategories(Protocol):
    """The store of categories, and of which events are in them. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[EventCategory | None]:
        """The categories by id, in the order asked, None where there is none."""

    async def all(self) -> Sequence[EventCategory]:
        """All of them, in no order."""

    async def for_change(self) -> Sequence[EventCategory]:
        """All of them; the tree does not change elsewhere until the work ends."""

    async def chosen(self, ids: Sequence[UUID]) -> list[EventCategory | None]:
        """The categories by id, in the order asked; none of them is deleted elsewhere until the work ends."""

    async def keep(self, category: EventCategory) -> None:
        """Write the category, new (version 1) or changed; refused with EventCategorySlugTaken."""

    async def delete(self, category_id: UUID) -> None:
        """Remove it, and take its events out of it."""

    async def uses(self, category_id: UUID) -> int:
        """How many events are in it."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[EventCategory]]:
        """For each event its categories, in the order in which they were given."""

    async def put(self, event_id: UUID, category_ids: Sequence[UUID]) -> None:
        """Put the event in these categories, and take it out of all others."""


def create(category_id: UUID, details: EventCategoryDetails, others: Sequence[EventCategory]) -> EventCategory:
    """A new category; refused with NotFound for the parent, or InputInvalid where the details break a rule."""
    faults = Faults()
    full = len(others) >= MOST_CATEGORIES
    faults.check(not full, ("input",), f"is one too many: an organization has {MOST_CATEGORIES} categories at most")
    return _checked(EventCategory(category_id, "", {}), details, others, faults)


def update(category: EventCategory, expected_version: int, changes: EventCategoryDetails, others: Sequence[EventCategory]) -> EventCategory:
    """The category with the changes; refused with VersionConflict, NotFound for the parent, or InputInvalid."""
    if category.version != expected_version:
        raise Refused(VersionConflict(category.version))
    return _checked(replace(category, version=category.version + 1), changes, others, Faults())


def deletable(category: EventCategory, ask: DeleteEventCategory, others: Sequence[EventCategory], events: int) -> EventCategory:
    """The category when it may be deleted; refused with VersionConflict, or EventCategoryInUse."""
    if category.version != ask.expected_version:
        raise Refused(VersionConflict(category.version))
    within = sum(each.parent_id == category.id for each in others)
    if within or (events and not ask.even_if_used):
        raise Refused(EventCategoryInUse(events, within))
    return category


def found(category: EventCategory | None, at: tuple[str, ...]) -> EventCategory:
    """The category, or the refusal NotFound naming the argument `at`."""
    if category is None:
        raise Refused(NotFound("event category", at))
    return category


def named(category_id: UUID, categories: Sequence[EventCategory]) -> EventCategory:
    """The category with this id; refused with NotFound."""
    return found(next((each for each in categories if each.id == category_id), None), ("input", "categoryId"))


def arranged(categories: Sequence[EventCategory]) -> list[EventCategory]:
    """The whole tree: each category before those in it, siblings by position, then by slug."""
    within = _within(categories)
    return list(_walk(None, within))


def inside(categories: Sequence[EventCategory], ids: Sequence[UUID | None]) -> list[Sequence[EventCategory]]:
    """For each category those right within it, by position."""
    within = _within(categories)
    return [within.get(each, []) for each in ids]


def with_all_within(ids: Sequence[UUID], categories: Sequence[EventCategory]) -> list[UUID]:
    """These categories and all that are in them, however deep; ids that name none stay."""
    within = _within(categories)
    return sorted({*ids, *(below.id for each in ids for below in _walk(each, within))})


def check_choice(faults: Faults, ids: Sequence[UUID], path: tuple[str, ...]) -> None:
    """Note more categories than an event may be in, and one that is named twice."""
    faults.check(len(ids) <= MOST_OF_EVENT, path, f"names {len(ids)} categories, {MOST_OF_EVENT} are allowed")
    for at, each in enumerate(ids):
        faults.check(each not in ids[:at], (*path, str(at)), "is named twice")


def _checked(category: EventCategory, said: EventCategoryDetails, others: Sequence[EventCategory], faults: Faults) -> EventCategory:
    changed = replace(
        category,
        slug=category.slug if said.slug is None else said.slug,
        name=category.name if said.name is None else said.name,
        parent_id=category.parent_id if isinstance(said.parent_id, Unsaid) else said.parent_id,
        position=category.position if said.position is None else said.position,
    )
    faults.check(is_slug(changed.slug), ("input", "slug"), "must be lower-case letters, digits and single hyphens, 80 at most")
    check_title(faults, changed.name, ("input", "name"), longest=LONGEST_NAME)
    faults.check(0 <= changed.position <= LAST_POSITION, ("input", "position"), f"must be between 0 and {LAST_POSITION}")
    if changed.parent_id is not None:
        _check_place(faults, changed, [each for each in others if each.id != changed.id])
    faults.refuse()
    return changed


def _check_place(faults: Faults, category: EventCategory, others: Sequence[EventCategory]) -> None:
    by_id = {each.id: each for each in others}
    if category.parent_id != category.id:
        found(by_id.get(category.parent_id) if category.parent_id else None, ("input", "parentId"))
    above, at = [category.id], category.parent_id
    while at is not None and at not in above:
        above.append(at)
        at = by_id[at].parent_id
    if at is not None:
        faults.add(("input", "parentId"), "lies within the category itself")
        return
    levels = len(above) + _height(category.id, _within(others))
    faults.check(levels <= DEEPEST, ("input", "parentId"), f"makes {levels} levels, {DEEPEST} are allowed")


def _within(categories: Sequence[EventCategory]) -> Mapping[UUID | None, list[EventCategory]]:
    within: dict[UUID | None, list[EventCategory]] = {}
    for each in sorted(categories, key=lambda category: (category.position, category.slug)):
        within.setdefault(each.parent_id, []).append(each)
    return within


def _walk(top: UUID | None, within: Mapping[UUID | None, list[EventCategory]]) -> Iterator[EventCategory]:
    for each in within.get(top, ()):
        yield each
        yield from _walk(each.id, within)


def _height(top: UUID, within: Mapping[UUID | None, list[EventCategory]]) -> int:
    """How many levels are below."""
    return max((1 + _height(each.id, within) for each in within.get(top, ())), default=0)
