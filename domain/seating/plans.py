"""Seating plans as an organization keeps them: a name, and behind it versions that never change."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from domain.paging import Page, Slice
from domain.refusals import Faults
from domain.seating.documents import hash_of, pack, write_document
from domain.seating.geometry import Geometry, SeatFlags
from domain.seating.reading import LONGEST_NAME, read_plan
from domain.texts import check_line


@dataclass(frozen=True, slots=True)
class SeatingPlan:
    """A plan; `version` is the number of its newest version, 0 while it has none."""

    id: UUID
    name: str
    venue_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime

    typename: ClassVar[str] = "SeatingPlan"


@dataclass(frozen=True, slots=True)
class Standing:
    """A standing area as an outline tells it; `category` is the index of its price category."""

    name: str
    capacity: int
    category: int


@dataclass(frozen=True, slots=True)
class SectionOutline:
    """A section without its seats; these have the numbers from `first_seat` on."""

    index: int
    name: str
    first_seat: int
    seat_count: int
    row_count: int
    standing: tuple[Standing, ...] = ()


@dataclass(frozen=True, slots=True)
class CategoryOutline:
    """A price category: how many seats are in it, how many of them are accessible, how many people may stand in it."""

    index: int
    name: str
    color: str | None
    seat_count: int
    accessible_count: int
    standing: int


@dataclass(frozen=True, slots=True)
class SeatingPlanVersion:
    """One state of a plan; `hash` is the SHA-256 of its document, `name` the plan's."""

    id: UUID
    plan_id: UUID
    name: str
    version: int
    hash: str
    width: int
    height: int
    seat_count: int
    sections: tuple[SectionOutline, ...]
    categories: tuple[CategoryOutline, ...]
    created_at: datetime

    typename: ClassVar[str] = "SeatingPlanVersion"


@dataclass(frozen=True, slots=True)
class ImportSeatingPlan:
    """The wish to keep a parsed document as a plan, or as a new version of the plan with this name; its own name without one."""

    document: object
    name: str | None = None
    venue_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A plan read from a document, ready to be kept; `packed` is its own canonical document."""

    name: str
    geometry: Geometry
    packed: bytes
    hash: str
    sections: tuple[SectionOutline, ...]
    categories: tuple[CategoryOutline, ...]


@dataclass(frozen=True, slots=True)
class ImportedSeatingPlan:
    """What an import led to: the version, and whether it is new; the newest version with the same geometry is kept as it is."""

    version: SeatingPlanVersion
    is_new: bool


class SeatingPlans(Protocol):
    """The store of plans and their versions. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[SeatingPlan | None]:
        """The plans by id, in the order asked."""

    async def page(self, page: Page) -> Slice[SeatingPlan]:
        """One window of the plans by name; `page.edge` holds the name, then the id."""

    async def count(self, at_most: int) -> int:
        """How many there are, counted up to `at_most`."""

    async def versions(self, ids: Sequence[UUID]) -> list[SeatingPlanVersion | None]:
        """The versions by id, in the order asked."""

    async def newest(self, plan_ids: Sequence[UUID]) -> list[SeatingPlanVersion | None]:
        """Of each plan its newest version."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[SeatingPlanVersion | None]:
        """The version that each event uses."""

    async def shown(self, ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of these versions that an event before the public uses."""

    async def document(self, version_id: UUID) -> bytes | None:
        """The document of a version, packed."""

    async def document_with(self, hash: str, *, shown: bool) -> bytes | None:
        """The document with this hash, packed; where `shown`, only when an event before the public uses it."""

    async def named(self, plan: SeatingPlan) -> SeatingPlan:
        """The plan with this name, locked until the work ends; `plan` itself, now kept, where there was none."""

    async def keep(self, plan: SeatingPlan, drawn: Drawn, version_id: UUID) -> SeatingPlanVersion:
        """Write the plan and its new version, whose number is the plan's."""

    async def move(self, plan: SeatingPlan) -> None:
        """Write which venue the plan belongs to; refused with NotFound."""


def draw(ask: ImportSeatingPlan) -> Drawn:
    """The plan in the document; refused with SeatingPlanInvalid, or InputInvalid for its name. Takes a while for a large one."""
    read = read_plan(ask.document)
    name = read.name if ask.name is None else ask.name.strip()
    faults = Faults()
    check_line(faults, name, ("input", "name") if ask.name is not None else ("input", "document", "name"), longest=LONGEST_NAME)
    faults.refuse()
    document = write_document(read.geometry)
    return Drawn(name, read.geometry, pack(document), hash_of(document), _sections(read.geometry), _categories(read.geometry))


def new_plan(plan_id: UUID, ask: ImportSeatingPlan, drawn: Drawn, now: datetime) -> SeatingPlan:
    """A plan of this name without a version yet."""
    return SeatingPlan(plan_id, drawn.name, ask.venue_id, 0, now, now)


def placed(plan: SeatingPlan, ask: ImportSeatingPlan, now: datetime) -> SeatingPlan:
    """The plan at the venue asked for; as it was where none is."""
    if ask.venue_id is None or ask.venue_id == plan.venue_id:
        return plan
    return replace(plan, venue_id=ask.venue_id, updated_at=now)


def with_new_version(plan: SeatingPlan, now: datetime) -> SeatingPlan:
    """The plan as it is once it has one version more."""
    return replace(plan, version=plan.version + 1, updated_at=now)


def _sections(geometry: Geometry) -> tuple[SectionOutline, ...]:
    outlines: list[SectionOutline] = []
    first = 0
    for index, section in enumerate(geometry.sections):
        standing = tuple(Standing(each.name, each.capacity, each.category) for each in section.standing)
        outlines.append(SectionOutline(index, section.name, first, section.seat_count, len(section.rows), standing))
        first += section.seat_count
    return tuple(outlines)


def _categories(geometry: Geometry) -> tuple[CategoryOutline, ...]:
    counts = [0] * len(geometry.categories)
    accessible = [0] * len(geometry.categories)
    for each in geometry.seats():
        counts[each.seat.category] += 1
        accessible[each.seat.category] += SeatFlags.ACCESSIBLE in each.seat.flags
    return tuple(
        CategoryOutline(index, each.name, each.color, counts[index], accessible[index], geometry.standing_of(index))
        for index, each in enumerate(geometry.categories)
    )
