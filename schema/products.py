"""Products: ticket types of all events in one list, and as a shop offers and changes them, by title and price."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry

from domain import products as domain
from domain import refusals, ticket_types
from domain.events import EventNotEditable
from domain.paging import page_of
from resolvers import products as deeds
from resolvers.ticket_types import count_ticket_types, list_ticket_types, ticket_type_shown
from schema import ids
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_mutations import EVENT_ID
from schema.events import IDFilter
from schema.money import MoneyInput
from schema.ticket_types import TicketType


@shows(domain.NotYourProduct, "Somebody else entered the product.")
class NotYourProduct(UserError):
    """See `domain.products.NotYourProduct`."""


@strawberry.input(description="Which ticket types; all conditions given must hold.")
class TicketTypeWhere:
    """Read into `domain.ticket_types.TicketTypeFilter`."""

    event_id: IDFilter | None = strawberry.field(default=None, description="By event.")

    def events(self) -> list[UUID] | None:
        """The events' UUIDs, None for no condition; an id that is no event's matches nothing."""
        given = self.event_id
        if given is None or (given.eq is None and given.in_ is None):
            return None
        wanted = list(given.in_ or ()) if given.eq is None else [given.eq]
        both = [each for each in wanted if given.eq is None or given.in_ is None or each in given.in_]
        return [named[1] for each in both if (named := ids.read(each)) and named[0] == "Event"]


@strawberry.input(description="Something to offer: of an event that is there, or of one that is made for it and published at once.")
class CreateProductInput:
    """Read into `domain.products.CreateProduct`."""

    title: str = strawberry.field(description="What it is, in the organization's language.")
    price: MoneyInput = strawberry.field(description="What one costs.")
    event_id: strawberry.ID | None = strawberry.field(default=None, description="The event it admits to; without it one is made.")
    capacity: int = strawberry.field(default=1, description="How many there are.")
    starts_at: datetime | None = strawberry.field(default=None, description="When the event begins that is made; in a year otherwise.")
    ends_at: datetime | None = strawberry.field(default=None, description="When it ends, and the sale with it; a day later otherwise.")
    time_zone: str | None = strawberry.field(default=None, description="The IANA time zone of its place; UTC otherwise.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same product; with another input it is refused."
    )

    def to_domain(self) -> domain.CreateProduct:
        """The command meant."""
        return domain.CreateProduct(
            title=self.title,
            price=self.price.to_domain(),
            event_id=ids.expect(self.event_id, "Event", EVENT_ID) if self.event_id else None,
            capacity=self.capacity,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            time_zone=self.time_zone,
            idempotency_key=self.idempotency_key,
        )


@strawberry.input(description="A change of a product; what is left out stays as it is.")
class UpdateProductInput:
    """Read into `domain.products.UpdateProduct`."""

    product_id: strawberry.ID = strawberry.field(description="The product to change, which is a ticket type.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    title: str | None = strawberry.field(default=None, description="What it is, in the organization's language.")
    price: MoneyInput | None = strawberry.field(default=None, description="What one costs from now on.")

    def to_domain(self) -> domain.UpdateProduct:
        """The command meant."""
        product_id = ids.expect(self.product_id, "TicketType", ("input", "productId"))
        return domain.UpdateProduct(product_id, self.expected_version, self.title, self.price.to_domain() if self.price else None)


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    EventNotEditable,
    description="The answer to `createProduct`.",
)
class CreateProductPayload:
    """The new product, or why there is none."""

    product: TicketType | None = strawberry.field(default=None, description="The new product.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.VersionConflict,
    EventNotEditable,
    domain.NotYourProduct,
    ticket_types.PoolUnknown,
    ticket_types.PoolCountsSeats,
    description="The answer to `updateProduct`.",
)
class UpdateProductPayload:
    """The changed product, or why it was not changed."""

    product: TicketType | None = strawberry.field(default=None, description="The product as it is now.")


@strawberry.type
class TicketTypeQueries:
    """Queries of ticket types, merged into the root."""

    @strawberry.field(description="One ticket type; null for missing, foreign and hidden ones alike.")
    async def ticket_type(
        self,
        info: strawberry.Info,
        id: Annotated[strawberry.ID, strawberry.argument(description="Which one.")],
        access_code: Annotated[str | None, strawberry.argument(description="The code that opens it, if it is hidden.")] = None,
    ) -> TicketType | None:
        """By id, a hidden one with its code."""
        named = ids.read(id)
        if named is None or named[0] != "TicketType":
            return None
        return await ticket_type_shown(info.context, named[1], access_code)  # type: ignore[return-value]

    @strawberry.field(description="The ticket types that this viewer sees of all events, the oldest first; hidden ones are for the staff.")
    async def ticket_types(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
        where: Annotated[TicketTypeWhere | None, strawberry.argument(description="Which ones.")] = None,
    ) -> Connection[TicketType]:
        """One page."""
        events = where.events() if where else None
        page = page_of(first, read_cursor(after, (UUID,), "after"), last, read_cursor(before, (UUID,), "before"))
        found = await list_ticket_types(info.context, events, page)
        return connect(found, lambda each: show_cursor([str(each.id)]), lambda: count_ticket_types(info.context, events))


@strawberry.type
class ProductMutations:
    """Mutations of products, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateProductPayload)],
        description="Offer something by its title and price. Needs tickets:manage, and without an event events:create and events:publish.",
    )
    async def create_product(
        self, info: strawberry.Info, input: Annotated[CreateProductInput, strawberry.argument(description="The product wished for.")]
    ) -> CreateProductPayload:
        """See `resolvers.products.create_product`."""
        return CreateProductPayload(product=await deeds.create_product(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateProductPayload)],
        description="Change a product. Needs tickets:manage, and to have entered it or to be an owner.",
    )
    async def update_product(
        self, info: strawberry.Info, input: Annotated[UpdateProductInput, strawberry.argument(description="What to change.")]
    ) -> UpdateProductPayload:
        """See `resolvers.products.update_product`."""
        return UpdateProductPayload(product=await deeds.update_product(info.context, input.to_domain()))  # type: ignore[arg-type]
