"""What the staff do to single tickets: block and unblock, and issue them anew."""

from typing import Annotated

import strawberry

from domain import refusals
from domain import tickets as domain
from domain.tickets import TicketStatus
from resolvers import tickets as deeds
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.tickets import Ticket


@shows(domain.TicketNotChangeable, "The ticket's status does not allow it.")
class TicketNotChangeable(UserError):
    """See `domain.tickets.TicketNotChangeable`."""

    status: TicketStatus = strawberry.field(description="Its status.")


@strawberry.input
class _ChangeTicketInput:
    """Read into `domain.tickets.ChangeTicket`."""

    ticket_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description="The version that the caller has seen.")
    reason: str | None = strawberry.field(default=None, description="Why, for the history of the order; 500 characters at most.")

    def to_domain(self) -> domain.ChangeTicket:
        """The command meant."""
        return domain.ChangeTicket(
            ids.expect(self.ticket_id, "Ticket", ("input", "ticketId")), self.expected_version, domain.reason_of(self.reason)
        )


@strawberry.input(description="Let a ticket admit nobody until it is unblocked.")
class BlockTicketInput(_ChangeTicketInput):
    """Names the ticket as the caller knows it."""


@strawberry.input(description="Let a blocked ticket admit again.")
class UnblockTicketInput(_ChangeTicketInput):
    """Names the ticket as the caller knows it."""


@strawberry.input(description="Give a ticket other codes.")
class ReissueTicketInput(_ChangeTicketInput):
    """Names the ticket as the caller knows it."""


_MAY_REFUSE = (refusals.NotFound, refusals.InputInvalid, refusals.VersionConflict, domain.TicketNotChangeable)


@payload(*_MAY_REFUSE, description="The answer to `blockTicket`.")
class BlockTicketPayload:
    """The ticket, or why it still admits."""

    ticket: Ticket | None = strawberry.field(default=None, description="The ticket, blocked.")


@payload(*_MAY_REFUSE, description="The answer to `unblockTicket`.")
class UnblockTicketPayload:
    """The ticket, or why it is not unblocked."""

    ticket: Ticket | None = strawberry.field(default=None, description="The ticket, which admits again.")


@payload(*_MAY_REFUSE, description="The answer to `reissueTicket`.")
class ReissueTicketPayload:
    """The ticket, or why it keeps its codes."""

    ticket: Ticket | None = strawberry.field(default=None, description="The ticket with other codes.")


@strawberry.type
class TicketMutations:
    """Mutations of tickets, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(BlockTicketPayload)], description="Let a ticket admit nobody until it is unblocked. Needs orders:manage."
    )
    async def block_ticket(
        self, info: strawberry.Info, input: Annotated[BlockTicketInput, strawberry.argument(description="Which one.")]
    ) -> BlockTicketPayload:
        """See `resolvers.tickets.block_ticket`."""
        return BlockTicketPayload(ticket=await deeds.block_ticket(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UnblockTicketPayload)], description="Let a blocked ticket admit again. Needs orders:manage.")
    async def unblock_ticket(
        self, info: strawberry.Info, input: Annotated[UnblockTicketInput, strawberry.argument(description="Which one.")]
    ) -> UnblockTicketPayload:
        """See `resolvers.tickets.unblock_ticket`."""
        return UnblockTicketPayload(ticket=await deeds.unblock_ticket(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ReissueTicketPayload)],
        description="Give a ticket another short code and another QR code; those it had admit nobody any more. Needs orders:manage.",
    )
    async def reissue_ticket(
        self, info: strawberry.Info, input: Annotated[ReissueTicketInput, strawberry.argument(description="Which one.")]
    ) -> ReissueTicketPayload:
        """See `resolvers.tickets.reissue_ticket`."""
        return ReissueTicketPayload(ticket=await deeds.reissue_ticket(info.context, input.to_domain()))  # type: ignore[arg-type]
