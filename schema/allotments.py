"""Reserved allotments: tickets set aside for those who know a code."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import access_codes, refusals, ticket_types
from domain import allotments as domain
from resolvers import allotments as deeds
from schema import ids
from schema.access_codes import AccessCode
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_status import NOT_EDITABLE
from schema.money import MoneyInput
from schema.texts import TranslationInput, read_translations
from schema.ticket_types import TicketType


@shows(domain.AllotmentTooLarge, "Fewer tickets are left to be set aside.")
class AllotmentTooLarge(UserError):
    """See `domain.allotments.AllotmentTooLarge`."""

    available: int = strawberry.field(description="How many there are.")


@strawberry.input(description="Tickets of a type to set aside.")
class CreateReservedAllotmentInput:
    """Read into `domain.allotments.CreateReservedAllotment`."""

    event_id: strawberry.ID = strawberry.field(description="The event.")
    ticket_type_id: strawberry.ID = strawberry.field(description="The type of which they are taken.")
    quantity: int = strawberry.field(description="How many.")
    name: list[TranslationInput] | None = strawberry.field(default=None, description="What they are called; as the type without it.")
    price: MoneyInput | None = strawberry.field(default=None, description="What one costs by itself; as much as the type without it.")
    code: str | None = strawberry.field(default=None, description="The access code; one is made where it is left out.")
    label: str | None = strawberry.field(default=None, description="A note for the staff, such as whom it is given to.")
    valid_from: datetime | None = strawberry.field(default=None, description="From when the code opens them.")
    valid_until: datetime | None = strawberry.field(default=None, description="Until when.")
    use_limit: int | None = strawberry.field(default=None, description="How many holds may be placed with the code.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same allotment; with another input it is refused."
    )

    def to_domain(self) -> domain.CreateReservedAllotment:
        """The command meant."""
        return domain.CreateReservedAllotment(
            event_id=ids.expect(self.event_id, "Event", ("input", "eventId")),
            ticket_type_id=ids.expect(self.ticket_type_id, "TicketType", ("input", "ticketTypeId")),
            quantity=self.quantity,
            name=read_translations(self.name, ("input", "name")),
            price=self.price.to_domain() if self.price else None,
            code=self.code,
            label=self.label or "",
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            use_limit=self.use_limit,
            idempotency_key=self.idempotency_key,
        )


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    domain.AllotmentTooLarge,
    ticket_types.PoolCountsSeats,
    access_codes.AccessCodeTaken,
    NOT_EDITABLE,
    description="The answer to `createReservedAllotment`.",
)
class CreateReservedAllotmentPayload:
    """What was made, or why nothing was."""

    ticket_type: TicketType | None = strawberry.field(default=None, description="The hidden ticket type as which they are sold.")
    access_code: AccessCode | None = strawberry.field(default=None, description="The code that opens it.")


@strawberry.type
class AllotmentMutations:
    """Mutations of allotments, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateReservedAllotmentPayload)],
        description="Set tickets aside for those who know a code: a hidden type with a pool of its own. Needs tickets:manage.",
    )
    async def create_reserved_allotment(
        self,
        info: strawberry.Info,
        input: Annotated[CreateReservedAllotmentInput, strawberry.argument(description="The allotment wished for.")],
    ) -> CreateReservedAllotmentPayload:
        """See `resolvers.allotments.create_reserved_allotment`."""
        made, code = await deeds.create_reserved_allotment(info.context, input.to_domain())
        return CreateReservedAllotmentPayload(ticket_type=made, access_code=code)  # type: ignore[arg-type]
