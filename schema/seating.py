"""Seating plans as clients see them: plans, their immutable versions, and the outline of each."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain.paging import page_of
from domain.seating import plans as domain
from resolvers import seating as deeds
from resolvers.seating import newest_versions, plans_by_id, versions_by_id
from resolvers.venues import venues_by_id
from schema.batched import batched
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.nodes import Node, found_by
from schema.venues import Venue


@strawberry.type(description="How large a plan is, in its own units; positions count from the top left corner.")
class PlanSize:
    """Two numbers of `domain.seating.plans.SeatingPlanVersion`."""

    width: int = strawberry.field(description="From left to right.")
    height: int = strawberry.field(description="From top to bottom.")


@strawberry.type(description="Room for people who stand.")
class StandingArea:
    """See `domain.seating.plans.Standing`."""

    name: str = strawberry.field(description="What people call it; its price category has the same name.")
    capacity: int = strawberry.field(description="How many people it holds.")
    category: int = strawberry.field(description="The index of its price category.")


@strawberry.type(description="A part of the hall; its seats have the numbers from `firstSeat` on.")
class PlanSection:
    """See `domain.seating.plans.SectionOutline`."""

    index: int = strawberry.field(description="Its place among the plan's sections, from 0.")
    name: str = strawberry.field(description="What people call it.")
    first_seat: int = strawberry.field(description="The number of its first seat in the whole plan.")
    seat_count: int = strawberry.field(description="How many seats it has.")
    row_count: int = strawberry.field(description="How many rows it has.")
    standing: list[StandingArea] = strawberry.field(description="Its standing areas.")


@strawberry.type(description="A price category of a plan.")
class PlanCategory:
    """See `domain.seating.plans.CategoryOutline`."""

    index: int = strawberry.field(description="Its place among the plan's categories, from 0.")
    name: str = strawberry.field(description="What people call it.")
    color: str | None = strawberry.field(description="The CSS colour in which it is drawn.")
    seat_count: int = strawberry.field(description="How many seats are in it.")
    accessible_count: int = strawberry.field(description="How many of these are accessible.")
    standing: int = strawberry.field(description="How many people may stand in it.")


@strawberry.federation.type(keys=["id"], description="One state of a seating plan, which never changes.")
class SeatingPlanVersion(Node):
    """See `domain.seating.plans.SeatingPlanVersion`."""

    name: str = strawberry.field(description="The plan's name.")
    version: int = strawberry.field(description="Its number among the plan's versions, from 1.")
    hash: str = strawberry.field(description="The SHA-256 of its document in hex; the same geometry has the same hash.")
    seat_count: int = strawberry.field(description="How many seats it has.")
    sections: list[PlanSection] = strawberry.field(description="The parts of the hall.")
    categories: list[PlanCategory] = strawberry.field(description="The price categories.")
    created_at: datetime = strawberry.field(description="When it was brought here.")
    plan: Annotated["SeatingPlan", strawberry.lazy("schema.seating")] | None = batched(
        plans_by_id, key="plan_id", description="The plan it is a state of; null for those who are not staff."
    )

    @strawberry.field(description="How large it is.")
    def size(self: domain.SeatingPlanVersion) -> PlanSize:
        """Both measures."""
        return PlanSize(width=self.width, height=self.height)

    @strawberry.field(description="Where its document is: every seat with its position, as JSON that may be kept for ever.")
    def geometry_url(self: domain.SeatingPlanVersion) -> str:
        """The path on this host; it answers to the same organization."""
        return f"/v1/api/seating-plans/{self.hash}.json"


@strawberry.federation.type(keys=["id"], description="The seating plan of a hall, in versions.")
class SeatingPlan(Node):
    """See `domain.seating.plans.SeatingPlan`."""

    name: str = strawberry.field(description="Its name, unique in the organization.")
    version: int = strawberry.field(description="The number of its newest version.")
    created_at: datetime = strawberry.field(description="When it was first brought here.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    venue: Venue | None = batched(venues_by_id, key="venue_id", description="The venue it belongs to.")
    newest: SeatingPlanVersion | None = batched(newest_versions, description="Its newest version.")


@strawberry.type
class SeatingQueries:
    """Queries of seating plans, merged into the root."""

    @strawberry.field(description="The organization's seating plans, by name. Needs events:read-unpublished.")
    async def seating_plans(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
    ) -> Connection[SeatingPlan]:
        """One page."""
        readers = (str, UUID)
        page = page_of(first, read_cursor(after, readers, "after"), last, read_cursor(before, readers, "before"))
        found = await deeds.list_seating_plans(info.context, page)
        return connect(found, lambda plan: show_cursor([plan.name, str(plan.id)]), lambda: deeds.count_seating_plans(info.context))


found_by("SeatingPlan", plans_by_id)
found_by("SeatingPlanVersion", versions_by_id)
