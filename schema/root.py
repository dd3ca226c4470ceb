"""The root: every word's queries, mutations and subscriptions put together into one schema."""

from typing import Annotated, Any, cast

import strawberry
from graphql import GraphQLInterfaceType, GraphQLObjectType, GraphQLResolveInfo, GraphQLSchema, GraphQLUnionType
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig

from domain.refusals import Fault, InputInvalid, Refused
from resolvers.organizations import organizations_by_id
from schema import ids
from schema.access_codes import AccessCode, AccessCodeMutations, AccessCodeQueries
from schema.accounts import AccountMutations
from schema.allotments import AllotmentMutations
from schema.availability import AvailabilitySubscriptions
from schema.batched import Batch, load, publish_batches
from schema.bounds import publish_bounds
from schema.carts import CartQueries
from schema.challenges import ChallengeMutations
from schema.checkout import CheckoutMutations
from schema.event_categories import EventCategory, EventCategoryMutations, EventCategoryQueries
from schema.event_lifecycle import EventLifecycleMutations
from schema.event_mutations import EventMutations
from schema.events import Event, EventQueries
from schema.holds import Hold, HoldMutations, HoldQueries
from schema.image_mutations import ImageMutations
from schema.images import Image
from schema.member_mutations import MemberMutations
from schema.members import Invitation, Member
from schema.memberships import MembershipMutations
from schema.metadata import MetadataField, MetadataQueries
from schema.metadata_mutations import MetadataMutations
from schema.nodes import Node, find_many
from schema.order_finding import OrderQueries
from schema.order_mutations import OrderMutations
from schema.order_watching import OrderSubscriptions
from schema.orders import Order, OrderLine
from schema.organizations import Organization
from schema.payment_mutations import PaymentMutations
from schema.payment_settings import PaymentQueries, PaymentSettingsMutations
from schema.payments import Payment
from schema.pools import PoolMutations
from schema.price_rules import PriceRuleMutations
from schema.pricing import PricingMutations, PricingQueries
from schema.products import ProductMutations, TicketTypeQueries
from schema.promo_codes import PromoCode, PromoCodeMutations, PromoCodeQueries
from schema.question_mutations import QuestionMutations
from schema.questions import Question
from schema.refund_mutations import RefundMutations
from schema.scalars import SCALARS
from schema.seat_availability import SeatAvailabilitySubscriptions
from schema.seat_holds import SeatHoldMutations
from schema.seating import SeatingPlan, SeatingPlanVersion, SeatingQueries
from schema.seating_mutations import SeatingMutations
from schema.seats import SeatQueries
from schema.series import EventSeries, SeriesQueries
from schema.series_mutations import SeriesMutations
from schema.series_offers import SeriesOfferMutations
from schema.service_keys import ServiceKey, ServiceKeyMutations
from schema.sessions import Session, SessionMutations
from schema.ticket_giving import TicketGivingMutations
from schema.ticket_keys import TicketKeyMutations
from schema.ticket_mutations import TicketMutations
from schema.ticket_type_mutations import TicketTypeChangeMutations
from schema.ticket_types import TicketType, TicketTypeMutations
from schema.tickets import Ticket, TicketQueries
from schema.two_factor import TwoFactorMutations
from schema.venues import Venue, VenueMutations, VenueQueries
from schema.viewers import Viewer

MOST_IDS = 100

Entity = Annotated[
    Event
    | EventSeries
    | TicketType
    | AccessCode
    | PromoCode
    | Question
    | Venue
    | SeatingPlan
    | SeatingPlanVersion
    | Organization
    | Hold
    | Order
    | OrderLine
    | Payment
    | Image
    | EventCategory
    | MetadataField
    | Session
    | Member
    | Invitation
    | ServiceKey
    | Ticket,
    strawberry.union("_Entity", description="What a federation router may ask by key."),
]


@strawberry.type(description="What can be read.")
class Query(
    EventQueries,
    SeriesQueries,
    TicketTypeQueries,
    AccessCodeQueries,
    PricingQueries,
    PromoCodeQueries,
    VenueQueries,
    SeatingQueries,
    SeatQueries,
    HoldQueries,
    CartQueries,
    OrderQueries,
    TicketQueries,
    PaymentQueries,
    EventCategoryQueries,
    MetadataQueries,
):
    """The words' queries and those that belong to none."""

    @strawberry.field(description="Anything by its global id; null for missing, foreign and forbidden ones alike.")
    async def node(
        self, info: strawberry.Info, id: Annotated[strawberry.ID, strawberry.argument(description="The global id.")]
    ) -> Node | None:
        """One thing."""
        return (await find_many(info.context, [id]))[0]  # type: ignore[return-value]

    @strawberry.field(
        description="Up to 100 things by their global ids, in the order asked; null for missing, foreign and forbidden ones alike."
    )
    async def nodes(
        self, info: strawberry.Info, ids: Annotated[list[strawberry.ID], strawberry.argument(description="The global ids.")]
    ) -> list[Node | None]:
        """Many things."""
        _at_most(len(ids), "ids")
        return await find_many(info.context, ids)  # type: ignore[return-value]

    @strawberry.field(description="Whoever is signed in; null for anonymous callers.")
    def viewer(self, info: strawberry.Info) -> Viewer | None:
        """The viewer of this request."""
        return info.context.viewer if info.context.viewer.actor else None

    @strawberry.field(description="The organization this request is for; null when none is named.")
    async def organization(self, info: strawberry.Info) -> Organization | None:
        """The current tenant."""
        return await load(info.context, _ORGANIZATION, info.context.viewer.organization_id, {})  # type: ignore[return-value]

    @strawberry.field(name="_entities", description="What a federation router asks by key, at most 100 at once.")
    async def entities(
        self,
        info: strawberry.Info,
        representations: Annotated[list[FederationAny], strawberry.argument(description="Type names and keys.")],
    ) -> list[Entity | None]:
        """The same look-up, with the same permissions, as `nodes`."""
        _at_most(len(representations), "representations")
        return await find_many(info.context, [_key(each, at) for at, each in enumerate(representations)])  # type: ignore[return-value]


@strawberry.type(description="What can be changed.")
class Mutation(
    EventMutations,
    EventLifecycleMutations,
    SeriesMutations,
    SeriesOfferMutations,
    TicketTypeMutations,
    TicketTypeChangeMutations,
    PoolMutations,
    AccessCodeMutations,
    AllotmentMutations,
    QuestionMutations,
    PriceRuleMutations,
    PricingMutations,
    PromoCodeMutations,
    ProductMutations,
    VenueMutations,
    SeatingMutations,
    HoldMutations,
    SeatHoldMutations,
    CheckoutMutations,
    OrderMutations,
    PaymentMutations,
    RefundMutations,
    PaymentSettingsMutations,
    ImageMutations,
    EventCategoryMutations,
    MetadataMutations,
    AccountMutations,
    SessionMutations,
    TwoFactorMutations,
    ChallengeMutations,
    MemberMutations,
    MembershipMutations,
    ServiceKeyMutations,
    TicketMutations,
    TicketKeyMutations,
    TicketGivingMutations,
):
    """The words' mutations."""


@strawberry.type(description="What can be watched.")
class Subscription(AvailabilitySubscriptions, SeatAvailabilitySubscriptions, OrderSubscriptions):
    """The words' subscriptions."""


_ORGANIZATION = Batch(organizations_by_id, lambda key: key)


def build_schema() -> strawberry.federation.Schema:
    """The schema, with every declared batch where a compiled plan finds it."""
    built = strawberry.federation.Schema(
        query=Query,
        mutation=Mutation,
        subscription=Subscription,
        types=[Venue, Organization],
        config=StrawberryConfig(scalar_map=SCALARS),
    )
    core = built._schema  # noqa: SLF001 - Strawberry publishes no other door to the graphql-core schema
    publish_batches(core)
    publish_bounds(core)
    _describe_federation(core)
    for kind in core.type_map.values():
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            kind.resolve_type = _own_name
        elif isinstance(kind, GraphQLObjectType):
            kind.is_type_of = None
    return built


def sdl() -> str:
    """The published SDL."""
    return build_schema().as_str() + "\n"


def _describe_federation(core: GraphQLSchema) -> None:
    """Say what Strawberry leaves unsaid of the fields that every federation subgraph has."""
    service = cast("GraphQLObjectType", core.type_map["_Service"])
    service.description = "This subgraph as a federation router sees it."
    service.fields["sdl"].description = "The subgraph's SDL."
    cast("GraphQLObjectType", core.query_type).fields["_service"].description = "For federation routers: this subgraph."
    core.type_map["_Any"].description = "A type name and a key, as federation routers send them."


def _own_name(value: object, _info: GraphQLResolveInfo[Any], _kind: object) -> str:
    """Domain values and rows know the name of their type, so abstract types need no search."""
    return value.typename  # type: ignore[attr-defined,no-any-return]


def _at_most(count: int, argument: str) -> None:
    if count > MOST_IDS:
        raise Refused(InputInvalid((Fault((argument,), f"names {count} things, {MOST_IDS} are allowed at once"),)))


def _key(representation: object, at: int) -> str:
    """The global id in a representation; empty, which finds nothing, when it is another type's than the one named."""
    match representation:
        case {"__typename": str(typename), "id": str(global_id)}:
            named = ids.read(global_id)
            return global_id if named and named[0] == typename else ""
    raise Refused(InputInvalid((Fault(("representations", str(at)), "needs __typename and id"),)))
