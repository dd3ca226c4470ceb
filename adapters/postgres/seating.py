"""The store of seating plans and their versions; documents are kept packed, and are neither read nor written here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

import asyncpg
from sqlalchemy import Integer, bindparam, select

from adapters.postgres import pages
from adapters.postgres.pages import Sort, Statement
from adapters.postgres.rows import Row, columns_of, facts_of, in_order
from adapters.postgres.seat_tables import seating_plans
from adapters.postgres.transaction import Transaction
from domain.events import PUBLIC_STATUSES
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused
from domain.seating.plans import CategoryOutline, Drawn, SeatingPlan, SeatingPlanVersion, SectionOutline, Standing

columns = seating_plans.c
SORTS = [Sort(columns.name), Sort(columns.id)]
PUBLIC = sorted(PUBLIC_STATUSES)

PLANS = f"SELECT {columns_of(SeatingPlan)} FROM seating_plans WHERE id = ANY($1::uuid[])"
COUNT = "SELECT count(*) FROM (SELECT FROM seating_plans LIMIT $1) AS counted"
VERSION = f"{columns_of(SeatingPlanVersion, table='v', but=['name'])}, p.name"
JOINED = "seating_plan_versions v JOIN seating_plans p ON p.organization_id = v.organization_id AND p.id = v.plan_id"
VERSIONS = f"SELECT {VERSION} FROM {JOINED} WHERE v.id = ANY($1::uuid[])"
NEWEST = f"SELECT {VERSION} FROM {JOINED} WHERE v.plan_id = ANY($1::uuid[]) AND v.version = p.version"
OF_EVENTS = f"""
SELECT s.event_id, {VERSION}
FROM seatings s
JOIN seating_plan_versions v ON v.organization_id = s.organization_id AND v.id = s.plan_version_id
JOIN seating_plans p ON p.organization_id = v.organization_id AND p.id = v.plan_id
WHERE s.event_id = ANY($1::uuid[])
"""
SHOWN = """
SELECT DISTINCT s.plan_version_id FROM seatings s JOIN events e ON e.organization_id = s.organization_id AND e.id = s.event_id
WHERE s.plan_version_id = ANY($1::uuid[]) AND e.status = ANY($2::text[])
"""
DOCUMENT = "SELECT document FROM seating_plan_versions WHERE id = $1"
# The hash is enough to find a document, so those who may see only what the public sees must not find others by guessing.
DOCUMENT_WITH = """
SELECT v.document FROM seating_plan_versions v
WHERE v.hash = $1 AND ($2::text[] IS NULL OR EXISTS (
    SELECT FROM seatings s JOIN events e ON e.organization_id = s.organization_id AND e.id = s.event_id
    WHERE s.organization_id = v.organization_id AND s.plan_version_id = v.id AND e.status = ANY($2::text[])
))
LIMIT 1
"""
# The update changes nothing; it locks the row that was there, whichever work wrote it a moment ago.
NAMED = f"""
INSERT INTO seating_plans (organization_id, id, name, venue_id, version, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (organization_id, name) DO UPDATE SET version = seating_plans.version
RETURNING {columns_of(SeatingPlan)}
"""
KEEP = """
WITH plan AS (UPDATE seating_plans SET version = $3, venue_id = $4, updated_at = $5 WHERE id = $2)
INSERT INTO seating_plan_versions (organization_id, plan_id, version, created_at, id, hash, width, height, seat_count, sections, categories,
    document)
VALUES ($1, $2, $3, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
MOVE = "UPDATE seating_plans SET venue_id = $2, updated_at = $3 WHERE id = $1"


class SeatingPlanRow(Row, reads=SeatingPlan):
    """Reads like a SeatingPlan."""

    __slots__ = ()


class SeatingPlanVersionRow(Row, reads=SeatingPlanVersion):
    """Reads like a SeatingPlanVersion."""

    __slots__ = ()

    @property
    def sections(self) -> tuple[SectionOutline, ...]:
        return tuple(_section(each) for each in self["sections"])

    @property
    def categories(self) -> tuple[CategoryOutline, ...]:
        return tuple(CategoryOutline(**each) for each in self["categories"])

    @property
    def event_id(self) -> UUID:
        """The event that uses it, in rows that were asked for by events."""
        return cast("UUID", self["event_id"])


class SeatingPlanStore:
    """Implements `SeatingPlans`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[SeatingPlan | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(PLANS, ids, record_class=SeatingPlanRow), ids)

    async def page(self, page: Page) -> Slice[SeatingPlan]:
        """One window, and one row more to know whether others follow."""
        statement = _page_statement(page.backward, page.edge is not None)
        values = pages.edge_values(page, len(SORTS)) | {"size": page.size + 1}
        rows = await self._connection.fetch(statement.text, *statement.arguments(values), record_class=SeatingPlanRow)
        return pages.slice_of(cast("list[SeatingPlan]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are; looks at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted

    async def versions(self, ids: Sequence[UUID]) -> list[SeatingPlanVersion | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(VERSIONS, ids, record_class=SeatingPlanVersionRow), ids)

    async def newest(self, plan_ids: Sequence[UUID]) -> list[SeatingPlanVersion | None]:
        """Of each plan its newest version."""
        return in_order(await self._connection.fetch(NEWEST, plan_ids, record_class=SeatingPlanVersionRow), plan_ids, by="plan_id")

    async def of_events(self, event_ids: Sequence[UUID]) -> list[SeatingPlanVersion | None]:
        """The version that each event uses."""
        rows = await self._connection.fetch(OF_EVENTS, event_ids, record_class=SeatingPlanVersionRow)
        return in_order(rows, event_ids, by="event_id")

    async def shown(self, ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of these versions that an event before the public uses."""
        return frozenset(row["plan_version_id"] for row in await self._connection.fetch(SHOWN, ids, PUBLIC))

    async def document(self, version_id: UUID) -> bytes | None:
        """The packed document of a version."""
        packed: bytes | None = await self._connection.fetchval(DOCUMENT, version_id)
        return packed

    async def document_with(self, hash: str, *, shown: bool) -> bytes | None:
        """The packed document with this hash."""
        packed: bytes | None = await self._connection.fetchval(DOCUMENT_WITH, hash, PUBLIC if shown else None)
        return packed

    async def named(self, plan: SeatingPlan) -> SeatingPlan:
        """The plan with this name, new or not; nobody else changes it until the work ends."""
        facts = (plan.id, plan.name, plan.venue_id, plan.version, plan.created_at, plan.updated_at)
        try:
            row = await self._connection.fetchrow(NAMED, self._organization_id, *facts, record_class=SeatingPlanRow)
        except asyncpg.ForeignKeyViolationError as unknown:
            raise _no_venue(unknown) from unknown
        return SeatingPlan(**facts_of(row, SeatingPlan))

    async def keep(self, plan: SeatingPlan, drawn: Drawn, version_id: UUID) -> SeatingPlanVersion:
        """Write the plan and its new version."""
        version = SeatingPlanVersion(
            id=version_id,
            plan_id=plan.id,
            name=plan.name,
            version=plan.version,
            hash=drawn.hash,
            width=drawn.geometry.width,
            height=drawn.geometry.height,
            seat_count=drawn.geometry.seat_count,
            sections=drawn.sections,
            categories=drawn.categories,
            created_at=plan.updated_at,
        )
        outlines = [[asdict(each) for each in each_kind] for each_kind in (version.sections, version.categories)]
        facts = (version.hash, version.width, version.height, version.seat_count, *outlines, drawn.packed)
        parent = (plan.id, plan.version, plan.venue_id, plan.updated_at)
        try:
            await self._connection.execute(KEEP, self._organization_id, *parent, version_id, *facts)
        except asyncpg.ForeignKeyViolationError as unknown:
            raise _no_venue(unknown) from unknown
        return version

    async def move(self, plan: SeatingPlan) -> None:
        """Write which venue the plan belongs to."""
        try:
            await self._connection.execute(MOVE, plan.id, plan.venue_id, plan.updated_at)
        except asyncpg.ForeignKeyViolationError as unknown:
            raise _no_venue(unknown) from unknown


def _no_venue(unknown: Any) -> Exception:
    if unknown.constraint_name != "seating_plans_organization_id_venue_id_fkey":
        return cast("Exception", unknown)
    return Refused(NotFound("venue", ("input", "venueId")))


def _section(facts: Mapping[str, Any]) -> SectionOutline:
    return SectionOutline(**{**facts, "standing": tuple(Standing(**each) for each in facts["standing"])})


@lru_cache(maxsize=4)
def _page_statement(backward: bool, beyond_edge: bool) -> Statement:  # noqa: FBT001 - two of a shape's facts
    sorts = pages.turned(SORTS) if backward else SORTS
    rows = select(*(columns[each.name] for each in fields(SeatingPlan)))
    if beyond_edge:
        rows = rows.where(pages.beyond(sorts))
    return pages.compiled(rows.order_by(*pages.ordering(sorts)).limit(bindparam("size", type_=Integer)))
