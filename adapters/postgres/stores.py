"""The door to each store, for readers and writers alike."""

from adapters.postgres.access_codes import AccessCodeStore
from adapters.postgres.activity import ActivityStore
from adapters.postgres.availability import AvailabilityStore
from adapters.postgres.event_categories import EventCategoryStore
from adapters.postgres.events import EventStore
from adapters.postgres.holds import HoldStore
from adapters.postgres.images import ImageStore
from adapters.postgres.join_links import JoinLinkStore
from adapters.postgres.metadata import MetadataStore
from adapters.postgres.metadata_fields import MetadataFieldStore
from adapters.postgres.organizations import OrganizationStore
from adapters.postgres.seat_availability import SeatAvailabilityStore
from adapters.postgres.seating import SeatingPlanStore
from adapters.postgres.seats import SeatStore
from adapters.postgres.series import PostgresSeriesStore
from adapters.postgres.ticket_types import TicketTypeStore
from adapters.postgres.transaction import Transaction
from adapters.postgres.venues import VenueStore


class Stores:
    """The stores of one open transaction: a `Reading`."""

    def __init__(self, transaction: Transaction) -> None:
        self.organizations = OrganizationStore(transaction)
        self.venues = VenueStore(transaction)
        self.events = EventStore(transaction)
        self.event_categories = EventCategoryStore(transaction)
        self.metadata_fields = MetadataFieldStore(transaction)
        self.metadata = MetadataStore(transaction)
        self.join_links = JoinLinkStore(transaction)
        self.series = PostgresSeriesStore(transaction)
        self.activity = ActivityStore(transaction)
        self.ticket_types = TicketTypeStore(transaction)
        self.access_codes = AccessCodeStore(transaction)
        self.holds = HoldStore(transaction)
        self.seating_plans = SeatingPlanStore(transaction)
        self.seats = SeatStore(transaction)
        self.availability = AvailabilityStore(transaction)
        self.seat_availability = SeatAvailabilityStore(transaction)
        self.images = ImageStore(transaction)
