"""Promo codes as those see them who manage prices: list them, make one, change it, end it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from domain import pricing as domain
from domain import refusals
from domain.paging import page_of
from domain.pricing import promo_editing
from resolvers import promo_codes as deeds
from schema import ids
from schema.changes import cleared, said
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.enums import show_enum
from schema.errors import MayRefuse, UserError, payload, shows
from schema.nodes import Node, found_by
from schema.percents import read_percent, show_percent
from schema.scalars import BigInt, CurrencyCode

_CODE_ID = ("input", "promoCodeId")
_CLEARED = "null takes the bound away"

show_enum(
    domain.PromoKind,
    "What a promo code takes off.",
    {
        "PERCENTAGE": "A percentage of the tickets it is for.",
        "PER_TICKET": "An amount of each ticket it is for.",
        "PER_ORDER": "An amount of the order, shared out over the tickets it is for.",
    },
)


@strawberry.federation.type(keys=["id"], description="A word that makes tickets cheaper. Needs prices:manage.")
class PromoCode(Node):
    """See `domain.pricing.PromoCode`."""

    code: str = strawberry.field(description="The code, as it is compared: capitals, no blanks around it.")
    label: str = strawberry.field(description="What the staff note of it.")
    kind: domain.PromoKind = strawberry.field(description="What it takes off.")
    amount_minor: BigInt = strawberry.field(description="The amount, in minor units; 0 for a percentage.")
    currency: CurrencyCode | None = strawberry.field(description="For tickets in this currency alone; null: in any.")
    valid_from: datetime | None = strawberry.field(description="From when it holds; null: at once.")
    valid_until: datetime | None = strawberry.field(description="Until when; null: without end.")
    minimum_minor: BigInt = strawberry.field(description="What the tickets it is for must cost together, in minor units.")
    budget_minor: BigInt | None = strawberry.field(description="What it gives away in all, in minor units; null: any amount.")
    use_limit: int | None = strawberry.field(description="In how many orders it is used in all; null: in any number.")
    buyer_limit: int | None = strawberry.field(description="In how many orders of one buyer; null: in any number.")
    stackable: bool = strawberry.field(description="Whether it may be combined with others that may.")
    uses: int = strawberry.field(description="In how many orders that go on it was used.")
    spent_minor: BigInt = strawberry.field(description="What it gave away in those, in minor units.")
    created_at: datetime = strawberry.field(description="When it was made.")
    deactivated_at: datetime | None = strawberry.field(description="When it was ended; null while it is in force.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")

    @strawberry.field(description="The percentage; 0 for an amount.")
    def percent(self: domain.PromoCode) -> Decimal:
        """In percent."""
        return show_percent(self.rate)

    @strawberry.field(description="The events it is for; none named: all.")
    def event_ids(self: domain.PromoCode) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("Event", each) for each in self.event_ids]

    @strawberry.field(description="The ticket types it is for; none named: all.")
    def ticket_type_ids(self: domain.PromoCode) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("TicketType", each) for each in self.ticket_type_ids]


@shows(domain.PromoCodeTaken, "Another promo code of the organization reads the same.")
class PromoCodeTaken(UserError):
    """See `domain.pricing.PromoCodeTaken`."""

    @strawberry.field(description="That code.")
    def promo_code_id(self: domain.PromoCodeTaken) -> strawberry.ID:
        """Its global id."""
        return ids.show("PromoCode", self.promo_code_id)


class Terms(Protocol):
    """What an input says of a promo code."""

    label: str | None
    percent: Decimal | None
    amount_minor: BigInt | None
    event_ids: list[strawberry.ID] | None
    ticket_type_ids: list[strawberry.ID] | None
    valid_from: datetime | None
    valid_until: datetime | None
    minimum_minor: BigInt | None
    budget_minor: BigInt | None
    use_limit: int | None
    buyer_limit: int | None

    @property
    def stackable(self) -> bool | None: ...


@strawberry.input(description="A new promo code.")
class CreatePromoCodeInput:
    """Read into `domain.pricing.CreatePromoCode`."""

    kind: domain.PromoKind = strawberry.field(description="What it takes off.")
    code: str | None = strawberry.field(
        default=None,
        description="The code: 6 to 40 letters, digits, hyphens or underscores, however written; one is made where it is left out.",
    )
    label: str | None = strawberry.field(default=None, description="A note for the staff.")
    percent: Decimal | None = strawberry.field(default=None, description="The percentage, for that kind.")
    amount_minor: BigInt | None = strawberry.field(default=None, description="The amount in minor units, for the other kinds.")
    currency: CurrencyCode | None = strawberry.field(default=None, description="The currency of all its amounts; needed with any of them.")
    event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="For tickets of these events alone.")
    ticket_type_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="For tickets of these types alone.")
    valid_from: datetime | None = strawberry.field(default=None, description="From when it holds.")
    valid_until: datetime | None = strawberry.field(default=None, description="Until when.")
    minimum_minor: BigInt | None = strawberry.field(default=None, description="What the tickets it is for must cost together.")
    budget_minor: BigInt | None = strawberry.field(default=None, description="What it gives away in all.")
    use_limit: int | None = strawberry.field(default=None, description="In how many orders it is used in all.")
    buyer_limit: int | None = strawberry.field(default=None, description="In how many orders of one buyer.")
    stackable: bool = strawberry.field(default=False, description="Whether it may be combined with others that may.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same code; with another input it is refused."
    )

    def to_domain(self) -> domain.CreatePromoCode:
        """The command meant."""
        return domain.CreatePromoCode(self.kind, _details(self), self.currency, self.code, self.idempotency_key)


@strawberry.input(description="A change of a promo code, for orders from now on; what is left out stays as it is.")
class UpdatePromoCodeInput:
    """Read into `domain.pricing.UpdatePromoCode`."""

    promo_code_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description="The version that was read.")
    label: str | None = strawberry.field(default=None, description="Another note.")
    percent: Decimal | None = strawberry.field(default=None, description="Another percentage.")
    amount_minor: BigInt | None = strawberry.field(default=None, description="Another amount.")
    event_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Other events; an empty list: all.")
    ticket_type_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Other ticket types; an empty list: all.")
    valid_from: datetime | None = strawberry.field(default=strawberry.UNSET, description=f"From when it holds; {_CLEARED}.")
    valid_until: datetime | None = strawberry.field(default=strawberry.UNSET, description=f"Until when; {_CLEARED}.")
    minimum_minor: BigInt | None = strawberry.field(default=None, description="What the tickets it is for must cost together.")
    budget_minor: BigInt | None = strawberry.field(
        default=strawberry.UNSET, description=f"What it gives away in all, not less than it has; {_CLEARED}."
    )
    use_limit: int | None = strawberry.field(
        default=strawberry.UNSET, description=f"In how many orders it is used in all, not fewer than it was; {_CLEARED}."
    )
    buyer_limit: int | None = strawberry.field(default=strawberry.UNSET, description=f"In how many orders of one buyer; {_CLEARED}.")
    stackable: bool | None = strawberry.field(default=None, description="Whether it may be combined with others that may.")

    def to_domain(self) -> domain.UpdatePromoCode:
        """The command meant."""
        named = ids.expect(self.promo_code_id, "PromoCode", _CODE_ID)
        return domain.UpdatePromoCode(named, self.expected_version, _details(self), cleared(self, *promo_editing.CLEARABLE))


@strawberry.input(description="End a promo code.")
class DeactivatePromoCodeInput:
    """Names the code."""

    promo_code_id: strawberry.ID = strawberry.field(description="Which one.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    domain.PromoCodeTaken,
    description="The answer to `createPromoCode`.",
)
class CreatePromoCodePayload:
    """The new code, or why there is none."""

    promo_code: PromoCode | None = strawberry.field(default=None, description="The new code.")


@payload(refusals.NotFound, refusals.InputInvalid, refusals.VersionConflict, description="The answer to `updatePromoCode`.")
class UpdatePromoCodePayload:
    """The changed code, or why it was not changed."""

    promo_code: PromoCode | None = strawberry.field(default=None, description="The code as it is now.")


@payload(refusals.NotFound, description="The answer to `deactivatePromoCode`.")
class DeactivatePromoCodePayload:
    """The code, or why it was not ended."""

    promo_code: PromoCode | None = strawberry.field(default=None, description="The code as it is now.")


@strawberry.type
class PromoCodeQueries:
    """Queries of promo codes, merged into the root."""

    @strawberry.field(description="The organization's promo codes, the oldest first. Needs prices:manage.")
    async def promo_codes(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
    ) -> Connection[PromoCode]:
        """One page."""
        page = page_of(first, read_cursor(after, (UUID,), "after"), last, read_cursor(before, (UUID,), "before"))
        found = await deeds.list_promo_codes(info.context, page)
        return connect(found, lambda each: show_cursor([str(each.id)]), lambda: deeds.count_promo_codes(info.context))


@strawberry.type
class PromoCodeMutations:
    """Mutations of promo codes, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreatePromoCodePayload)], description="Make a code that makes tickets cheaper. Needs prices:manage."
    )
    async def create_promo_code(
        self, info: strawberry.Info, input: Annotated[CreatePromoCodeInput, strawberry.argument(description="The code wished for.")]
    ) -> CreatePromoCodePayload:
        """See `resolvers.promo_codes.create_promo_code`."""
        return CreatePromoCodePayload(promo_code=await deeds.create_promo_code(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UpdatePromoCodePayload)], description="Change a promo code for orders from now on. Needs prices:manage."
    )
    async def update_promo_code(
        self, info: strawberry.Info, input: Annotated[UpdatePromoCodeInput, strawberry.argument(description="What to change.")]
    ) -> UpdatePromoCodePayload:
        """See `resolvers.promo_codes.update_promo_code`."""
        return UpdatePromoCodePayload(promo_code=await deeds.update_promo_code(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(DeactivatePromoCodePayload)],
        description="End a promo code; what it gave to orders they keep. Needs prices:manage.",
    )
    async def deactivate_promo_code(
        self, info: strawberry.Info, input: Annotated[DeactivatePromoCodeInput, strawberry.argument(description="Which one.")]
    ) -> DeactivatePromoCodePayload:
        """See `resolvers.promo_codes.deactivate_promo_code`."""
        ended = await deeds.deactivate_promo_code(info.context, ids.expect(input.promo_code_id, "PromoCode", _CODE_ID))
        return DeactivatePromoCodePayload(promo_code=ended)  # type: ignore[arg-type]


def _details(given: Terms) -> domain.PromoCodeDetails:
    return domain.PromoCodeDetails(
        label=given.label,
        rate=None if given.percent is None else read_percent(given.percent, ("input", "percent")),
        amount_minor=given.amount_minor,
        event_ids=_named(given.event_ids, "Event", "eventIds"),
        ticket_type_ids=_named(given.ticket_type_ids, "TicketType", "ticketTypeIds"),
        valid_from=said(given.valid_from),
        valid_until=said(given.valid_until),
        minimum_minor=given.minimum_minor,
        budget_minor=said(given.budget_minor),
        use_limit=said(given.use_limit),
        buyer_limit=said(given.buyer_limit),
        stackable=given.stackable,
    )


def _named(global_ids: list[strawberry.ID] | None, typename: str, field: str) -> tuple[UUID, ...] | None:
    if global_ids is None:
        return None
    return tuple(ids.expect(each, typename, ("input", field, str(at))) for at, each in enumerate(global_ids))


found_by("PromoCode", deeds.promo_codes_by_id)
