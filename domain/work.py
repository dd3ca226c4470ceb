"""Work: one transaction of one tenant, with a door to each store."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from domain.access_codes import AccessCodes
from domain.accounts import Accounts, Links
from domain.activity import ActivityLog
from domain.availability import Availabilities
from domain.challenges import Challenges
from domain.event_categories import EventCategories
from domain.events import Events
from domain.holds import HoldBook
from domain.idempotency import Answers
from domain.images import Images
from domain.join_links import JoinLinks
from domain.joining import Joining
from domain.letters import Letter
from domain.members import Invitations, Members, PlatformAdminActs
from domain.metadata import Metadata
from domain.metadata_fields import MetadataFields
from domain.news import Deliveries, News
from domain.orders import Orders
from domain.organizations import Organizations
from domain.payments import Payments, RefundPolicies
from domain.pricing import Prices
from domain.questions import Questions
from domain.references import References
from domain.seat_availability import SeatAvailabilities
from domain.seating.plans import SeatingPlans
from domain.seats import Seats
from domain.series import SeriesStore
from domain.service_keys import ServiceKeys
from domain.sessions import Sessions
from domain.ticket_types import TicketTypes
from domain.tickets import TicketKeys, Tickets
from domain.two_factor import TwoFactors
from domain.venues import Venues


class Reading(Protocol):
    """The stores as readers see them: one snapshot of the current tenant."""

    @property
    def organizations(self) -> Organizations: ...
    @property
    def venues(self) -> Venues: ...
    @property
    def events(self) -> Events: ...
    @property
    def event_categories(self) -> EventCategories: ...
    @property
    def metadata_fields(self) -> MetadataFields: ...
    @property
    def metadata(self) -> Metadata: ...
    @property
    def join_links(self) -> JoinLinks: ...
    @property
    def series(self) -> SeriesStore: ...
    @property
    def activity(self) -> ActivityLog: ...
    @property
    def ticket_types(self) -> TicketTypes: ...
    @property
    def access_codes(self) -> AccessCodes: ...
    @property
    def prices(self) -> Prices: ...
    @property
    def holds(self) -> HoldBook: ...
    @property
    def orders(self) -> Orders: ...
    @property
    def questions(self) -> Questions: ...
    @property
    def seating_plans(self) -> SeatingPlans: ...
    @property
    def seats(self) -> Seats: ...
    @property
    def availability(self) -> Availabilities: ...
    @property
    def seat_availability(self) -> SeatAvailabilities: ...
    @property
    def images(self) -> Images: ...
    @property
    def members(self) -> Members: ...
    @property
    def invitations(self) -> Invitations: ...
    @property
    def service_keys(self) -> ServiceKeys: ...
    @property
    def platform_admin_acts(self) -> PlatformAdminActs: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def ticket_keys(self) -> TicketKeys: ...
    @property
    def payments(self) -> Payments: ...
    @property
    def refund_policies(self) -> RefundPolicies: ...


class Work(Reading, Protocol):
    """One transaction that writes: kept when the block ends well, undone otherwise."""

    @property
    def now(self) -> datetime:
        """The database's time when the work was opened (`app_now()`), UTC."""

    @property
    def answers(self) -> Answers: ...
    @property
    def references(self) -> References: ...
    @property
    def deliveries(self) -> Deliveries: ...

    def announce(self, news: News) -> None:
        """Tell the platform, by the outbox, when and only when this work is kept."""

    def post(self, letter: Letter) -> None:
        """Send a letter of this tenant, when and only when this work is kept."""


class AccountWork(Protocol):
    """One transaction on what belongs to no tenant: kept when the block ends well, undone otherwise."""

    @property
    def now(self) -> datetime:
        """The database's time when the work was opened (`app_now()`), UTC."""

    @property
    def accounts(self) -> Accounts: ...
    @property
    def links(self) -> Links: ...
    @property
    def sessions(self) -> Sessions: ...
    @property
    def two_factors(self) -> TwoFactors: ...
    @property
    def challenges(self) -> Challenges: ...
    @property
    def joining(self) -> Joining: ...

    def announce(self, organization_id: UUID, news: News) -> None:
        """Tell the platform, as news of this organization, when and only when this work is kept."""

    def post(self, letter: Letter) -> None:
        """Send a letter of the platform's own, when and only when this work is kept."""
