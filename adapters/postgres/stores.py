"""The door to each store, for readers and writers alike."""

from functools import cached_property

from adapters.postgres.access_codes import AccessCodeStore
from adapters.postgres.activity import ActivityStore
from adapters.postgres.availability import AvailabilityStore
from adapters.postgres.event_categories import EventCategoryStore
from adapters.postgres.events import EventStore
from adapters.postgres.holds import HoldStore
from adapters.postgres.images import ImageStore
from adapters.postgres.invitations import InvitationStore
from adapters.postgres.join_links import JoinLinkStore
from adapters.postgres.members import MemberStore
from adapters.postgres.metadata import MetadataStore
from adapters.postgres.metadata_fields import MetadataFieldStore
from adapters.postgres.orders import OrderStore
from adapters.postgres.organizations import OrganizationStore
from adapters.postgres.payments import PaymentStore
from adapters.postgres.platform_admins import ActStore
from adapters.postgres.prices import PriceStore
from adapters.postgres.questions import QuestionStore
from adapters.postgres.refund_policies import RefundPolicyStore
from adapters.postgres.seat_availability import SeatAvailabilityStore
from adapters.postgres.seating import SeatingPlanStore
from adapters.postgres.seats import SeatStore
from adapters.postgres.series import PostgresSeriesStore
from adapters.postgres.service_keys import ServiceKeyStore
from adapters.postgres.ticket_keys import TicketKeyStore
from adapters.postgres.ticket_types import TicketTypeStore
from adapters.postgres.tickets import TicketStore
from adapters.postgres.transaction import Transaction
from adapters.postgres.venues import VenueStore
from domain.letters import Sealing


class Stores:
    """The stores of one open transaction: a `Reading`. Each is made when it is first asked for; most works need two or three."""

    def __init__(self, transaction: Transaction, sealing: Sealing | None = None) -> None:
        self._transaction = transaction
        self._sealing = sealing

    @cached_property
    def organizations(self) -> OrganizationStore:
        return OrganizationStore(self._transaction)

    @cached_property
    def venues(self) -> VenueStore:
        return VenueStore(self._transaction)

    @cached_property
    def events(self) -> EventStore:
        return EventStore(self._transaction)

    @cached_property
    def event_categories(self) -> EventCategoryStore:
        return EventCategoryStore(self._transaction)

    @cached_property
    def metadata_fields(self) -> MetadataFieldStore:
        return MetadataFieldStore(self._transaction)

    @cached_property
    def metadata(self) -> MetadataStore:
        return MetadataStore(self._transaction)

    @cached_property
    def join_links(self) -> JoinLinkStore:
        return JoinLinkStore(self._transaction)

    @cached_property
    def series(self) -> PostgresSeriesStore:
        return PostgresSeriesStore(self._transaction)

    @cached_property
    def activity(self) -> ActivityStore:
        return ActivityStore(self._transaction)

    @cached_property
    def ticket_types(self) -> TicketTypeStore:
        return TicketTypeStore(self._transaction)

    @cached_property
    def access_codes(self) -> AccessCodeStore:
        return AccessCodeStore(self._transaction)

    @cached_property
    def prices(self) -> PriceStore:
        return PriceStore(self._transaction)

    @cached_property
    def holds(self) -> HoldStore:
        return HoldStore(self._transaction)

    @cached_property
    def orders(self) -> OrderStore:
        return OrderStore(self._transaction)

    @cached_property
    def questions(self) -> QuestionStore:
        return QuestionStore(self._transaction)

    @cached_property
    def seating_plans(self) -> SeatingPlanStore:
        return SeatingPlanStore(self._transaction)

    @cached_property
    def seats(self) -> SeatStore:
        return SeatStore(self._transaction)

    @cached_property
    def availability(self) -> AvailabilityStore:
        return AvailabilityStore(self._transaction)

    @cached_property
    def seat_availability(self) -> SeatAvailabilityStore:
        return SeatAvailabilityStore(self._transaction)

    @cached_property
    def images(self) -> ImageStore:
        return ImageStore(self._transaction)

    @cached_property
    def members(self) -> MemberStore:
        return MemberStore(self._transaction)

    @cached_property
    def invitations(self) -> InvitationStore:
        return InvitationStore(self._transaction)

    @cached_property
    def service_keys(self) -> ServiceKeyStore:
        return ServiceKeyStore(self._transaction)

    @cached_property
    def platform_admin_acts(self) -> ActStore:
        return ActStore(self._transaction)

    @cached_property
    def tickets(self) -> TicketStore:
        return TicketStore(self._transaction)

    @cached_property
    def ticket_keys(self) -> TicketKeyStore:
        return TicketKeyStore(self._transaction, self._sealing)

    @cached_property
    def payments(self) -> PaymentStore:
        return PaymentStore(self._transaction)

    @cached_property
    def refund_policies(self) -> RefundPolicyStore:
        return RefundPolicyStore(self._transaction)
