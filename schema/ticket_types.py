"""Ticket types and pools as clients see them, and adding a type to an event."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from domain import refusals
from domain import ticket_types as domain
from resolvers import ticket_types as deeds
from resolvers.context import Context
from resolvers.events import events_by_id
from resolvers.pricing import current_prices, price_ranges, price_rules_of_types
from resolvers.ticket_types import ticket_types_by_id
from schema import ids
from schema.batched import batched
from schema.columns import column, localized
from schema.enums import show_enum
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_status import NOT_EDITABLE
from schema.money import Money, MoneyInput
from schema.nodes import Node, found_by
from schema.price_values import PriceRange, PriceRules
from schema.texts import Translation, TranslationInput, read_translations, translations

if TYPE_CHECKING:
    from schema.events import Event

ACCESS_CODE: Mapping[str, tuple[object, object, str]] = {
    "access_code": (str | None, None, "A code that opens hidden ticket types; a wrong one opens nothing, and many wrong ones are refused.")
}

show_enum(
    domain.SalesStatus,
    "Whether tickets of a type can be had now.",
    {
        "NOT_YET_ON_SALE": "Sales have not begun.",
        "ON_SALE": "Tickets can be had.",
        "PAUSED": "Sales are interrupted.",
        "SOLD_OUT": "All tickets are sold.",
        "RESERVED_OUT": "The last tickets are in other carts and may come back.",
        "SALES_ENDED": "Sales are over.",
    },
)


def _prices(_ctx: Context, types: Sequence[domain.TicketType]) -> Sequence[object]:
    return [domain.price_of(each) for each in types]


def _pool_ids(_ctx: Context, pools: Sequence[domain.Pool]) -> Sequence[object]:
    return ids.show_all("Pool", [each.id for each in pools])


@strawberry.federation.type(keys=["id"], description="One thing to buy for an event.")
class TicketType(Node):
    """See `domain.ticket_types.TicketType`."""

    position: int = strawberry.field(description="Its place in the event's price list, from 0.")
    sales_start_at: datetime | None = strawberry.field(description="When its sale opens; null: when the event is published.")
    sales_end_at: datetime | None = strawberry.field(description="When its sale closes; null: when the event ends.")
    min_per_order: int | None = strawberry.field(description="How many are sold together at least; null: one.")
    max_per_order: int | None = strawberry.field(description="How many one order may contain at most.")
    max_per_buyer: int | None = strawberry.field(description="How many one buyer may have in all; null: as many as of the event.")
    hidden: bool = strawberry.field(description="Whether the public sees it with an access code only.")
    paused: bool = strawberry.field(description="Whether its sale is interrupted.")
    version: int = strawberry.field(description="Rises with every change.")
    event: Annotated["Event", strawberry.lazy("schema.events")] | None = batched(
        events_by_id, key="event_id", description="The event it admits to."
    )

    @strawberry.field(description="Whether the viewer entered it, and so may change it as a product.")
    def mine(self: domain.TicketType, info: strawberry.Info) -> bool:
        """Who entered it is told to nobody else."""
        return self.created_by is not None and self.created_by == info.context.viewer.actor

    name: str = localized("name", description="Its name in the viewer's language.")

    @strawberry.field(description="Its name in every language.")
    def names(self: domain.TicketType) -> list[Translation]:
        """The whole localized name."""
        return translations(self.name)

    price: Money = column(_prices, description="What one ticket costs by itself; rules may say otherwise, see `currentPrice`.")
    current_price: Money | None = batched(current_prices, description="What the next ticket costs now by all rules, before promo codes.")
    price_range: PriceRange | None = batched(price_ranges, description="Between what the rules let a ticket cost.")
    price_rules: PriceRules | None = batched(price_rules_of_types, description="Its price rules. Needs tickets:manage.")


@strawberry.type(description="A stock of an event, from which ticket types draw.")
class Pool:
    """See `domain.ticket_types.Pool`."""

    id: strawberry.ID = column(_pool_ids, description="The global id, opaque.")
    name: str = strawberry.field(description="What the staff call it.")
    capacity: int = strawberry.field(description="How many tickets it holds in all.")
    held: int = strawberry.field(description="How many are set aside for buyers now.")
    sold: int = strawberry.field(description="How many are sold.")


@shows(domain.PoolUnknown, "A pool named is not one of the event's.")
class PoolUnknown(UserError):
    """See `domain.ticket_types.PoolUnknown`."""

    @strawberry.field(description="The pools that the event does not have.")
    def pool_ids(self: domain.PoolUnknown) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("Pool", each) for each in self.pool_ids]


@shows(domain.PoolCountsSeats, "The pool counts seats of the event's plan, which alone says how many there are and what sells them.")
class PoolCountsSeats(UserError):
    """See `domain.ticket_types.PoolCountsSeats`."""

    @strawberry.field(description="The pools that count seats.")
    def pool_ids(self: domain.PoolCountsSeats) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("Pool", each) for each in self.pool_ids]


@strawberry.input(description="A new ticket type, with a pool of its own or drawing on pools of the event.")
class CreateTicketTypeInput:
    """Read into `domain.ticket_types.CreateTicketType`."""

    event_id: strawberry.ID = strawberry.field(description="The event it admits to.")
    name: list[TranslationInput] = strawberry.field(description="Its name, in one language at least.")
    price: MoneyInput = strawberry.field(description="What one ticket costs.")
    capacity: int | None = strawberry.field(default=None, description="Make a pool of its own with so many tickets.")
    pool_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Draw on each of these pools instead.")
    sales_start_at: datetime | None = strawberry.field(default=None, description="When its sale opens.")
    sales_end_at: datetime | None = strawberry.field(default=None, description="When its sale closes.")
    min_per_order: int | None = strawberry.field(default=None, description="How many are sold together at least.")
    max_per_order: int | None = strawberry.field(default=None, description="How many one order may contain at most.")
    max_per_buyer: int | None = strawberry.field(default=None, description="How many one buyer may have in all.")
    hidden: bool = strawberry.field(default=False, description="Show it to the public with an access code only.")
    paused: bool = strawberry.field(default=False, description="Do not sell it for now.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same ticket type; send one whenever an answer may get lost."
    )

    def to_domain(self) -> domain.CreateTicketType:
        """The command meant."""
        return domain.CreateTicketType(
            event_id=ids.expect(self.event_id, "Event", ("input", "eventId")),
            name=read_translations(self.name, ("input", "name")) or {},
            price=self.price.to_domain(),
            capacity=self.capacity,
            pool_ids=tuple(ids.expect(each, "Pool", ("input", "poolIds", str(at))) for at, each in enumerate(self.pool_ids or [])),
            sales_start_at=self.sales_start_at,
            sales_end_at=self.sales_end_at,
            min_per_order=self.min_per_order,
            max_per_order=self.max_per_order,
            max_per_buyer=self.max_per_buyer,
            hidden=self.hidden,
            paused=self.paused,
            idempotency_key=self.idempotency_key,
        )


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    domain.PoolUnknown,
    NOT_EDITABLE,
    description="The answer to `createTicketType`.",
)
class CreateTicketTypePayload:
    """The new ticket type, or why there is none."""

    ticket_type: TicketType | None = strawberry.field(default=None, description="The new ticket type.")


@strawberry.type
class TicketTypeMutations:
    """Mutations of ticket types, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateTicketTypePayload)], description="Add a ticket type to an event. Needs tickets:manage."
    )
    async def create_ticket_type(
        self,
        info: strawberry.Info,
        input: Annotated[CreateTicketTypeInput, strawberry.argument(description="The ticket type wished for.")],
    ) -> CreateTicketTypePayload:
        """See `resolvers.ticket_types.create_ticket_type`."""
        made = await deeds.create_ticket_type(info.context, input.to_domain())
        return CreateTicketTypePayload(ticket_type=made)  # type: ignore[arg-type]


found_by("TicketType", ticket_types_by_id)
