"""Changing ticket types: update, order and delete them."""

from datetime import datetime
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from domain import refusals
from domain import ticket_types as domain
from domain.events import EventNotEditable, EventStatus
from resolvers import ticket_types as deeds
from schema import ids
from schema.changes import cleared, said
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_mutations import EVENT_ID
from schema.events import Event
from schema.money import MoneyInput
from schema.texts import TranslationInput, read_translations
from schema.ticket_types import TicketType

TYPE_ID = ("input", "ticketTypeId")
CLEARED = "null takes it away"


@shows(domain.TicketTypeHasTickets, "Tickets of the type are held or sold.")
class TicketTypeHasTickets(UserError):
    """See `domain.ticket_types.TicketTypeHasTickets`."""

    tickets: int = strawberry.field(description="How many.")


@shows(domain.TicketTypeNeeded, "The event is before the public, and this is its only ticket type.")
class TicketTypeNeeded(UserError):
    """See `domain.ticket_types.TicketTypeNeeded`."""

    status: EventStatus = strawberry.field(description="The event's status.")


@shows(domain.TicketTypesChanged, "The event has other ticket types than those named.")
class TicketTypesChanged(UserError):
    """See `domain.ticket_types.TicketTypesChanged`."""

    @strawberry.field(description="Those that it has, in their order.")
    def ticket_type_ids(self: domain.TicketTypesChanged) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("TicketType", each) for each in self.ticket_type_ids]


class Terms(Protocol):
    """An input that changes the terms of ticket types; what is UNSET is left, what is None is taken away where that can be."""

    name: list[TranslationInput] | None
    price: MoneyInput | None
    pool_ids: list[strawberry.ID] | None
    sales_start_at: datetime | None
    sales_end_at: datetime | None
    min_per_order: int | None
    max_per_order: int | None
    max_per_buyer: int | None
    hidden: bool | None
    paused: bool | None


@strawberry.input(description="A change of a ticket type; what is left out stays as it is.")
class UpdateTicketTypeInput:
    """Read into `domain.ticket_types.UpdateTicketType`."""

    ticket_type_id: strawberry.ID = strawberry.field(description="The ticket type to change.")
    event_id: strawberry.ID | None = strawberry.field(default=None, description="Its event, to be refused where it is another's.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    name: list[TranslationInput] | None = strawberry.field(default=None, description="A new name, in all its languages.")
    price: MoneyInput | None = strawberry.field(default=None, description="Another price, for what is sold from now on.")
    pool_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Draw on each of these pools from now on.")
    sales_start_at: datetime | None = strawberry.field(default=strawberry.UNSET, description=f"When its sale opens; {CLEARED}.")
    sales_end_at: datetime | None = strawberry.field(default=strawberry.UNSET, description=f"When its sale closes; {CLEARED}.")
    min_per_order: int | None = strawberry.field(default=strawberry.UNSET, description=f"How many are sold together at least; {CLEARED}.")
    max_per_order: int | None = strawberry.field(
        default=strawberry.UNSET, description=f"How many one order may contain at most; {CLEARED}."
    )
    max_per_buyer: int | None = strawberry.field(default=strawberry.UNSET, description=f"How many one buyer may have in all; {CLEARED}.")
    hidden: bool | None = strawberry.field(default=None, description="Whether the public sees it with an access code only.")
    paused: bool | None = strawberry.field(default=None, description="Whether its sale is interrupted.")

    def to_domain(self) -> domain.UpdateTicketType:
        """The command meant."""
        type_id, event_id = _named(self)
        return domain.UpdateTicketType(type_id, self.expected_version, *read_terms(self), event_id)


@strawberry.input(description="Delete a ticket type of which nothing is held or sold, with the pool that it alone draws on.")
class DeleteTicketTypeInput:
    """Read into `domain.ticket_types.DeleteTicketType`."""

    ticket_type_id: strawberry.ID = strawberry.field(description="The ticket type to delete.")
    event_id: strawberry.ID | None = strawberry.field(default=None, description="Its event, to be refused where it is another's.")
    expected_version: int = strawberry.field(description="The version that was read.")

    def to_domain(self) -> domain.DeleteTicketType:
        """The command meant."""
        type_id, event_id = _named(self)
        return domain.DeleteTicketType(type_id, self.expected_version, event_id)


@strawberry.input(description="Put an event's ticket types into an order.")
class ReorderTicketTypesInput:
    """Read into `domain.ticket_types.ReorderTicketTypes`."""

    event_id: strawberry.ID = strawberry.field(description="The event.")
    ticket_type_ids: list[strawberry.ID] = strawberry.field(description="All of its ticket types, in the order wished for.")

    def to_domain(self) -> domain.ReorderTicketTypes:
        """The command meant."""
        types = tuple(ids.expect(each, "TicketType", ("input", "ticketTypeIds", str(at))) for at, each in enumerate(self.ticket_type_ids))
        return domain.ReorderTicketTypes(ids.expect(self.event_id, "Event", EVENT_ID), types)


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.VersionConflict,
    EventNotEditable,
    domain.PoolUnknown,
    domain.PoolCountsSeats,
    description="The answer to `updateTicketType`.",
)
class UpdateTicketTypePayload:
    """The changed ticket type, or why it was not changed."""

    ticket_type: TicketType | None = strawberry.field(default=None, description="The ticket type as it is now.")


@payload(
    refusals.NotFound,
    refusals.VersionConflict,
    EventNotEditable,
    domain.TicketTypeHasTickets,
    domain.TicketTypeNeeded,
    description="The answer to `deleteTicketType`.",
)
class DeleteTicketTypePayload:
    """The id of the ticket type that is gone, or why it is not."""

    ticket_type_id: strawberry.ID | None = strawberry.field(default=None, description="The ticket type that is gone.")


@payload(refusals.NotFound, EventNotEditable, domain.TicketTypesChanged, description="The answer to `reorderTicketTypes`.")
class ReorderTicketTypesPayload:
    """The event with its ticket types in their order, or why they are not."""

    event: Event | None = strawberry.field(default=None, description="The event.")


@strawberry.type
class TicketTypeChangeMutations:
    """Changes of ticket types, merged into the root."""

    @strawberry.mutation(extensions=[MayRefuse(UpdateTicketTypePayload)], description="Change a ticket type. Needs tickets:manage.")
    async def update_ticket_type(
        self, info: strawberry.Info, input: Annotated[UpdateTicketTypeInput, strawberry.argument(description="What to change.")]
    ) -> UpdateTicketTypePayload:
        """See `resolvers.ticket_types.update_ticket_type`."""
        changed = await deeds.update_ticket_type(info.context, input.to_domain())
        return UpdateTicketTypePayload(ticket_type=changed)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(DeleteTicketTypePayload)],
        description="Delete a ticket type of which nothing is held or sold. Needs tickets:manage.",
    )
    async def delete_ticket_type(
        self, info: strawberry.Info, input: Annotated[DeleteTicketTypeInput, strawberry.argument(description="Which one.")]
    ) -> DeleteTicketTypePayload:
        """See `resolvers.ticket_types.delete_ticket_type`."""
        gone = await deeds.delete_ticket_type(info.context, input.to_domain())
        return DeleteTicketTypePayload(ticket_type_id=ids.show("TicketType", gone.id))

    @strawberry.mutation(
        extensions=[MayRefuse(ReorderTicketTypesPayload)], description="Put an event's ticket types into an order. Needs tickets:manage."
    )
    async def reorder_ticket_types(
        self, info: strawberry.Info, input: Annotated[ReorderTicketTypesInput, strawberry.argument(description="Of which event, how.")]
    ) -> ReorderTicketTypesPayload:
        """See `resolvers.ticket_types.reorder_ticket_types`."""
        event = await deeds.reorder_ticket_types(info.context, input.to_domain())
        return ReorderTicketTypesPayload(event=event)  # type: ignore[arg-type]


def read_terms(given: Terms) -> tuple[domain.TicketTypeDetails, frozenset[str]]:
    """What an input changes of a ticket type, and what it takes away."""
    pools = tuple(ids.expect(each, "Pool", ("input", "poolIds", str(at))) for at, each in enumerate(given.pool_ids or []))
    details = domain.TicketTypeDetails(
        name=read_translations(given.name, ("input", "name")),
        price=given.price.to_domain() if given.price else None,
        pool_ids=None if given.pool_ids is None else pools,
        sales_start_at=said(given.sales_start_at),
        sales_end_at=said(given.sales_end_at),
        min_per_order=said(given.min_per_order),
        max_per_order=said(given.max_per_order),
        max_per_buyer=said(given.max_per_buyer),
        hidden=given.hidden,
        paused=given.paused,
    )
    return details, cleared(given, "sales_start_at", "sales_end_at", "min_per_order", "max_per_order", "max_per_buyer")


def _named(given: UpdateTicketTypeInput | DeleteTicketTypeInput) -> tuple[UUID, UUID | None]:
    """The ticket type, and its event where it is named."""
    event_id = ids.expect(given.event_id, "Event", EVENT_ID) if given.event_id else None
    return ids.expect(given.ticket_type_id, "TicketType", TYPE_ID), event_id
