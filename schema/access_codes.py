"""Access codes as those see them who manage tickets: list an event's, make one, revoke it."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from domain import access_codes as domain
from domain import refusals
from domain.paging import page_of
from resolvers import access_codes as deeds
from resolvers.events import events_by_id
from schema import ids
from schema.batched import batched
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_status import NOT_EDITABLE
from schema.nodes import Node, found_by

if TYPE_CHECKING:
    from schema.events import Event

_CODE_ID = ("input", "accessCodeId")


@strawberry.federation.type(keys=["id"], description="Words that open hidden ticket types to those who know them. Needs tickets:manage.")
class AccessCode(Node):
    """See `domain.access_codes.AccessCode`."""

    code: str = strawberry.field(description="The code, as it is compared: capitals, no blanks around it.")
    label: str = strawberry.field(description="What the staff note of it.")
    valid_from: datetime | None = strawberry.field(description="From when it opens something; null: at once.")
    valid_until: datetime | None = strawberry.field(description="Until when; null: without end.")
    use_limit: int | None = strawberry.field(description="How many holds may be placed with it; null: any number.")
    used: int = strawberry.field(description="How many holds that are not over were placed with it.")
    created_at: datetime = strawberry.field(description="When it was made.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null when it was not.")
    event: Annotated["Event", strawberry.lazy("schema.events")] | None = batched(
        events_by_id, key="event_id", description="The event it is for."
    )

    @strawberry.field(description="The ticket types that it opens.")
    def ticket_type_ids(self: domain.AccessCode) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("TicketType", each) for each in self.ticket_type_ids]


@shows(domain.AccessCodeTaken, "Another code of the event reads the same.")
class AccessCodeTaken(UserError):
    """See `domain.access_codes.AccessCodeTaken`."""

    @strawberry.field(description="That code.")
    def access_code_id(self: domain.AccessCodeTaken) -> strawberry.ID:
        """Its global id."""
        return ids.show("AccessCode", self.access_code_id)


@strawberry.input(description="A new code that opens hidden ticket types of an event.")
class CreateAccessCodeInput:
    """Read into `domain.access_codes.CreateAccessCode`."""

    event_id: strawberry.ID = strawberry.field(description="The event it is for.")
    ticket_type_ids: list[strawberry.ID] = strawberry.field(description="The ticket types that it opens, 100 at most.")
    code: str | None = strawberry.field(
        default=None,
        description="The code: 6 to 40 letters, digits, hyphens or underscores, however written; one is made where it is left out.",
    )
    label: str | None = strawberry.field(default=None, description="A note for the staff, such as whom it is given to.")
    valid_from: datetime | None = strawberry.field(default=None, description="From when it opens something.")
    valid_until: datetime | None = strawberry.field(default=None, description="Until when.")
    use_limit: int | None = strawberry.field(default=None, description="How many holds may be placed with it.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same code; with another input it is refused."
    )

    def to_domain(self) -> domain.CreateAccessCode:
        """The command meant."""
        return domain.CreateAccessCode(
            event_id=ids.expect(self.event_id, "Event", ("input", "eventId")),
            ticket_type_ids=tuple(
                ids.expect(each, "TicketType", ("input", "ticketTypeIds", str(at))) for at, each in enumerate(self.ticket_type_ids)
            ),
            code=self.code,
            label=self.label or "",
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            use_limit=self.use_limit,
            idempotency_key=self.idempotency_key,
        )


@strawberry.input(description="Let a code open nothing any more.")
class RevokeAccessCodeInput:
    """Names the code."""

    access_code_id: strawberry.ID = strawberry.field(description="Which one.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    NOT_EDITABLE,
    domain.AccessCodeTaken,
    description="The answer to `createAccessCode`.",
)
class CreateAccessCodePayload:
    """The new code, or why there is none."""

    access_code: AccessCode | None = strawberry.field(default=None, description="The new code.")


@payload(refusals.NotFound, NOT_EDITABLE, description="The answer to `revokeAccessCode`.")
class RevokeAccessCodePayload:
    """The code, or why it was not revoked."""

    access_code: AccessCode | None = strawberry.field(default=None, description="The code as it is now.")


@strawberry.type
class AccessCodeQueries:
    """Queries of access codes, merged into the root."""

    @strawberry.field(description="An event's access codes, the oldest first. Needs tickets:manage.")
    async def access_codes(
        self,
        info: strawberry.Info,
        event_id: Annotated[strawberry.ID, strawberry.argument(description="Of which event.")],
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
    ) -> Connection[AccessCode]:
        """One page."""
        uuid = ids.expect(event_id, "Event", ("eventId",))
        page = page_of(first, read_cursor(after, (UUID,), "after"), last, read_cursor(before, (UUID,), "before"))
        found = await deeds.list_access_codes(info.context, uuid, page)
        return connect(found, lambda each: show_cursor([str(each.id)]), lambda: deeds.count_access_codes(info.context, uuid))


@strawberry.type
class AccessCodeMutations:
    """Mutations of access codes, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateAccessCodePayload)], description="Make a code that opens hidden ticket types. Needs tickets:manage."
    )
    async def create_access_code(
        self, info: strawberry.Info, input: Annotated[CreateAccessCodeInput, strawberry.argument(description="The code wished for.")]
    ) -> CreateAccessCodePayload:
        """See `resolvers.access_codes.create_access_code`."""
        return CreateAccessCodePayload(access_code=await deeds.create_access_code(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RevokeAccessCodePayload)],
        description="Let a code open nothing any more; what was held with it stays held. Needs tickets:manage.",
    )
    async def revoke_access_code(
        self, info: strawberry.Info, input: Annotated[RevokeAccessCodeInput, strawberry.argument(description="Which one.")]
    ) -> RevokeAccessCodePayload:
        """See `resolvers.access_codes.revoke_access_code`."""
        revoked = await deeds.revoke_access_code(info.context, ids.expect(input.access_code_id, "AccessCode", _CODE_ID))
        return RevokeAccessCodePayload(access_code=revoked)  # type: ignore[arg-type]


found_by("AccessCode", deeds.access_codes_by_id)
