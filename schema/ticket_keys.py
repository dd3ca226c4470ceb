"""The keys of an event's tickets as clients see them, and changing them."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import refusals
from domain import tickets as domain
from domain.events import EventNotEditable
from resolvers import ticket_keys as deeds
from schema import ids
from schema.errors import MayRefuse, payload


@strawberry.type(description="The public half of a key that signs the codes of an event's tickets (Ed25519).")
class TicketKey:
    """See `domain.tickets.TicketKey`."""

    created_at: datetime = strawberry.field(description="Since when it signs.")
    retired_at: datetime | None = strawberry.field(description="Since when it signs no new tickets; null: it does.")

    @strawberry.field(description="Its id, as codes name it: base64url of the first eight bytes of its SHA-256.")
    def key_id(self: domain.TicketKey) -> str:
        """See `adapters.crypto.ticket_signing.key_id_of`."""
        return self.id

    @strawberry.field(description="The 32 bytes in base64url.")
    def public_key(self: domain.TicketKey) -> str:
        """As a JWK has them."""
        return domain.show_bytes(self.public)


@strawberry.input(description="Let another key sign the codes of tickets that are issued from now on.")
class RotateTicketKeyInput:
    """Read into `domain.tickets.RotateTicketKey`."""

    event_id: strawberry.ID = strawberry.field(description="Of which event.")
    idempotency_key: str | None = strawberry.field(default=None, description="The same key with the same input changes nothing again.")

    def to_domain(self) -> domain.RotateTicketKey:
        """The command meant."""
        return domain.RotateTicketKey(ids.expect(self.event_id, "Event", ("input", "eventId")), self.idempotency_key)


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    EventNotEditable,
    description="The answer to `rotateTicketKey`.",
)
class RotateTicketKeyPayload:
    """The event's keys, or why they are as they were."""

    ticket_keys: list[TicketKey] | None = strawberry.field(default=None, description="The event's keys, the new one first.")


@strawberry.type
class TicketKeyMutations:
    """Mutations of ticket keys, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(RotateTicketKeyPayload)],
        description="Let another key sign new codes of an event's tickets; codes that are out go on to be good. Needs tickets:manage.",
    )
    async def rotate_ticket_key(
        self, info: strawberry.Info, input: Annotated[RotateTicketKeyInput, strawberry.argument(description="Of which event.")]
    ) -> RotateTicketKeyPayload:
        """See `resolvers.ticket_keys.rotate_ticket_key`."""
        keys = await deeds.rotate_ticket_key(info.context, input.to_domain())
        return RotateTicketKeyPayload(ticket_keys=list(keys))  # type: ignore[arg-type]
