"""Bringing seating plans here, letting events use them, and taking seats off sale."""

from typing import Annotated, Any

import strawberry

from domain import refusals, seat_assignments, seat_removals, seats
from domain.seating import parts
from domain.seating import plans as domain
from resolvers import seating as deeds
from resolvers.seats import block_seats
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_status import NOT_EDITABLE
from schema.events import Event
from schema.scalars import JSON
from schema.seating import SeatingPlanVersion

_EVENT_ID = ("input", "eventId")
_KEY = "The same key with the same input is done once and answered alike; send one whenever an answer may get lost."


@strawberry.type(description="One thing that is wrong in a seating plan.")
class SeatingPlanFault:
    """See `domain.seating.parts.PlanFault`."""

    path: list[str] = strawberry.field(description="The place in the input, from the argument's name down.")
    json_path: str = strawberry.field(description="The place in the document, such as $.zones[0].rows[2].")
    message: str = strawberry.field(description="What is wrong there.")


@shows(parts.SeatingPlanInvalid, "The document is no seating plan that can be used.")
class SeatingPlanInvalid(UserError):
    """See `domain.seating.parts.SeatingPlanInvalid`."""

    faults: list[SeatingPlanFault] = strawberry.field(description="Every fault, so that all can be mended at once.")
    complete: bool = strawberry.field(description="Whether these are all; reading stops at the ten-thousandth.")


@shows(seat_assignments.SeatsNotKept, "Held or booked seats would be gone, or be sold by other ticket types.")
class SeatsNotKept(UserError):
    """See `domain.seat_assignments.SeatsNotKept`."""

    labels: list[str] = strawberry.field(description="What the seats are called, at most 100 of them.")
    count: int = strawberry.field(description="How many they are.")


@shows(seat_assignments.TooFewPlaces, "More tickets of a price category are held or sold than it would have places.")
class TooFewPlaces(UserError):
    """See `domain.seat_assignments.TooFewPlaces`."""

    category: str = strawberry.field(description="The price category.")
    places: int = strawberry.field(description="How many places it would have.")
    taken: int = strawberry.field(description="How many are held or sold.")


@shows(seat_assignments.SoldWithoutSeats, "Tickets of these types are held or sold without seats.")
class SoldWithoutSeats(UserError):
    """See `domain.seat_assignments.SoldWithoutSeats`."""

    @strawberry.field(description="The ticket types.")
    def ticket_type_ids(self: seat_assignments.SoldWithoutSeats) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("TicketType", each) for each in self.ticket_type_ids]


@shows(seats.SeatsInUse, "Seats are held or booked, so they stay as they are.")
class SeatsInUse(UserError):
    """See `domain.seats.SeatsInUse`."""

    labels: list[str] = strawberry.field(description="What the seats are called, at most 100 of them.")
    count: int = strawberry.field(description="How many they are.")


@shows(seat_removals.SeatingPlanInUse, "Places of the seating plan are held or sold, so it stays.")
class SeatingPlanInUse(UserError):
    """See `domain.seat_removals.SeatingPlanInUse`."""

    labels: list[str] = strawberry.field(description="What the held and booked seats are called, at most 100 of them.")
    count: int = strawberry.field(description="How many seats they are.")
    held: int = strawberry.field(description="How many places of the plan are held, standing room included.")
    sold: int = strawberry.field(description="How many places of the plan are sold, standing room included.")


@strawberry.input(description="A seating plan to keep, in the format of pretix.")
class ImportSeatingPlanInput:
    """Read into `domain.seating.plans.ImportSeatingPlan`."""

    document: JSON = strawberry.field(
        description="The whole plan as JSON. A request over GraphQL has 100 KiB at most, unless the operator allows more: room for some "
        "800 seats. Larger plans go to POST /api/seating-plans, up to 32 MiB, or through the command `ticketbase import seating-plan`."
    )
    name: str | None = strawberry.field(
        default=None, description="What to call it; a plan of this name gets a new version. The document's own name otherwise."
    )
    venue_id: strawberry.ID | None = strawberry.field(default=None, description="The venue it belongs to.")

    def to_domain(self) -> domain.ImportSeatingPlan:
        """The command meant."""
        venue_id = ids.expect(self.venue_id, "Venue", ("input", "venueId")) if self.venue_id else None
        return domain.ImportSeatingPlan(self.document, self.name, venue_id)


@strawberry.input(description="A price category of the plan, and what sells it.")
class SeatCategoryInput:
    """Read into `domain.seat_assignments.SoldBy`."""

    category: str = strawberry.field(description="The category's name in the plan.")
    ticket_type_ids: list[strawberry.ID] = strawberry.field(description="The event's ticket types that sell it.")

    def to_domain(self, at: int) -> seat_assignments.SoldBy:
        """The value meant."""
        place = ("input", "categories", str(at), "ticketTypeIds")
        types = tuple(ids.expect(each, "TicketType", (*place, str(which))) for which, each in enumerate(self.ticket_type_ids))
        return seat_assignments.SoldBy(self.category, types)


@strawberry.input(description="The seating plan that an event uses from now on.")
class AssignSeatingPlanInput:
    """Read into `domain.seat_assignments.AssignSeatingPlan`."""

    event_id: strawberry.ID = strawberry.field(description="The event.")
    seating_plan_version_id: strawberry.ID = strawberry.field(description="The version of a plan.")
    categories: list[SeatCategoryInput] = strawberry.field(
        description="What sells each price category; those left out are not on sale. The types then draw on seats, not on their own pools."
    )
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse when there is a newer version of the event than this."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> seat_assignments.AssignSeatingPlan:
        """The command meant."""
        return seat_assignments.AssignSeatingPlan(
            event_id=ids.expect(self.event_id, "Event", _EVENT_ID),
            plan_version_id=ids.expect(self.seating_plan_version_id, "SeatingPlanVersion", ("input", "seatingPlanVersionId")),
            sold=tuple(each.to_domain(at) for at, each in enumerate(self.categories)),
            expected_version=self.expected_version,
            idempotency_key=self.idempotency_key,
        )


@strawberry.input(description="The event that has no seats any longer.")
class UnassignSeatingPlanInput:
    """Read into `domain.seat_removals.UnassignSeatingPlan`."""

    event_id: strawberry.ID = strawberry.field(description="The event.")
    expected_version: int | None = strawberry.field(
        default=None, description="Refuse when there is a newer version of the event than this."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> seat_removals.UnassignSeatingPlan:
        """The command meant."""
        event_id = ids.expect(self.event_id, "Event", _EVENT_ID)
        return seat_removals.UnassignSeatingPlan(event_id, self.expected_version, self.idempotency_key)


@strawberry.input(description="Seats to take off sale.")
class BlockSeatsInput:
    """Read into `domain.seats.BlockSeats`."""

    event_id: strawberry.ID = strawberry.field(description="Of which event.")
    labels: list[str] = strawberry.field(default_factory=list, description="Seats by what they are called.")
    sections: list[int] = strawberry.field(default_factory=list, description="All seats of these sections, by index.")
    reason: str = strawberry.field(description="Why, for the staff: kept for the press, broken, no view.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> seats.BlockSeats:
        """The command meant."""
        return _choice(self, self.reason)


@strawberry.input(description="Seats to put on sale again.")
class UnblockSeatsInput:
    """Read into `domain.seats.BlockSeats`."""

    event_id: strawberry.ID = strawberry.field(description="Of which event.")
    labels: list[str] = strawberry.field(default_factory=list, description="Seats by what they are called.")
    sections: list[int] = strawberry.field(default_factory=list, description="All seats of these sections, by index.")
    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)

    def to_domain(self) -> seats.BlockSeats:
        """The command meant."""
        return _choice(self, None)


@payload(refusals.InputInvalid, refusals.NotFound, parts.SeatingPlanInvalid, description="The answer to `importSeatingPlan`.")
class ImportSeatingPlanPayload:
    """The version kept, or why there is none."""

    seating_plan_version: SeatingPlanVersion | None = strawberry.field(default=None, description="The version that has this geometry.")
    is_new: bool | None = strawberry.field(default=None, description="False when the plan's newest version had this geometry already.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    NOT_EDITABLE,
    seat_assignments.SeatsNotKept,
    seat_assignments.TooFewPlaces,
    seat_assignments.SoldWithoutSeats,
    refusals.IdempotencyKeyReused,
    description="The answer to `assignSeatingPlan`.",
)
class AssignSeatingPlanPayload:
    """The event with its plan, or why it was not given it."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    NOT_EDITABLE,
    seat_removals.SeatingPlanInUse,
    refusals.IdempotencyKeyReused,
    description="The answer to `unassignSeatingPlan`.",
)
class UnassignSeatingPlanPayload:
    """The event without its plan, or why it keeps it."""

    event: Event | None = strawberry.field(default=None, description="The event as it is now.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    NOT_EDITABLE,
    seats.SeatsUnknown,
    seats.SeatsInUse,
    refusals.IdempotencyKeyReused,
    description="The answer to `blockSeats`.",
)
class BlockSeatsPayload:
    """The event, or why its seats were not blocked."""

    event: Event | None = strawberry.field(default=None, description="The event.")
    changed: int | None = strawberry.field(default=None, description="How many seats changed.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    NOT_EDITABLE,
    seats.SeatsUnknown,
    refusals.IdempotencyKeyReused,
    description="The answer to `unblockSeats`.",
)
class UnblockSeatsPayload:
    """The event, or why its seats were not unblocked."""

    event: Event | None = strawberry.field(default=None, description="The event.")
    changed: int | None = strawberry.field(default=None, description="How many seats changed.")


@strawberry.type
class SeatingMutations:
    """Mutations of seating plans and seats, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(ImportSeatingPlanPayload)],
        description="Keep a seating plan, as a new version where there is one of its name. Needs venues:manage.",
    )
    async def import_seating_plan(
        self, info: strawberry.Info, input: Annotated[ImportSeatingPlanInput, strawberry.argument(description="The plan.")]
    ) -> ImportSeatingPlanPayload:
        """See `resolvers.seating.import_seating_plan`."""
        done = await deeds.import_seating_plan(info.context, input.to_domain())
        return ImportSeatingPlanPayload(seating_plan_version=done.version, is_new=done.is_new)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(AssignSeatingPlanPayload)],
        description="Let an event use a seating plan, or another one; held and booked seats must stay. Needs tickets:manage.",
    )
    async def assign_seating_plan(
        self, info: strawberry.Info, input: Annotated[AssignSeatingPlanInput, strawberry.argument(description="Which plan, sold by what.")]
    ) -> AssignSeatingPlanPayload:
        """See `resolvers.seating.assign_seating_plan`."""
        return AssignSeatingPlanPayload(event=await deeds.assign_seating_plan(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UnassignSeatingPlanPayload)],
        description="Take the seating plan off an event while nothing of it is held or sold; what sold its places sells as many tickets "
        "without. Needs tickets:manage.",
    )
    async def unassign_seating_plan(
        self, info: strawberry.Info, input: Annotated[UnassignSeatingPlanInput, strawberry.argument(description="Which event.")]
    ) -> UnassignSeatingPlanPayload:
        """See `resolvers.seating.unassign_seating_plan`."""
        return UnassignSeatingPlanPayload(event=await deeds.unassign_seating_plan(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(BlockSeatsPayload)], description="Take seats off sale. Needs tickets:manage.")
    async def block_seats(
        self, info: strawberry.Info, input: Annotated[BlockSeatsInput, strawberry.argument(description="Which seats, and why.")]
    ) -> BlockSeatsPayload:
        """See `resolvers.seats.block_seats`."""
        return BlockSeatsPayload(**await _changed(info, input))

    @strawberry.mutation(extensions=[MayRefuse(UnblockSeatsPayload)], description="Put seats on sale again. Needs tickets:manage.")
    async def unblock_seats(
        self, info: strawberry.Info, input: Annotated[UnblockSeatsInput, strawberry.argument(description="Which seats.")]
    ) -> UnblockSeatsPayload:
        """See `resolvers.seats.block_seats`."""
        return UnblockSeatsPayload(**await _changed(info, input))


async def _changed(info: strawberry.Info, input: BlockSeatsInput | UnblockSeatsInput) -> dict[str, Any]:
    event, changed = await block_seats(info.context, input.to_domain())
    return {"event": event, "changed": changed}


def _choice(input: BlockSeatsInput | UnblockSeatsInput, reason: str | None) -> seats.BlockSeats:
    event_id = ids.expect(input.event_id, "Event", _EVENT_ID)
    return seats.BlockSeats(event_id, tuple(input.labels), tuple(input.sections), reason, input.idempotency_key)
