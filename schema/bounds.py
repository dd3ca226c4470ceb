"""How many things a list shows at most; the cost of an operation is counted by it.

Pages need no word here: their arguments tell. Every other list of objects is bounded here, or named as one that no rule bounds.
Parts of seating plans count as many as large halls have: what an import may bring at most would make every plan too dear.
"""

from collections.abc import Mapping

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from domain.accounts import MOST_PROFILE_ENTRIES
from domain.event_categories import MOST_CATEGORIES, MOST_OF_EVENT
from domain.holds.asking import MOST_LINES
from domain.holds.seat_asking import MOST_SEATS
from domain.images import FULL_GALLERY
from domain.metadata_fields import MOST_FIELDS, MOST_OPTIONS
from domain.paging import LONGEST_PAGE
from domain.pictures import WIDTHS
from domain.pricing.rules_editing import MOST_CATEGORIES as MOST_PRICES
from domain.pricing.rules_editing import MOST_STEPS, MOST_TIERS
from domain.pricing.settings_editing import MOST_FEES, MOST_TAX_RULES
from domain.questions.editing import MOST_CHOICES, MOST_QUESTIONS
from domain.seating.parts import MOST_FAULTS
from domain.seats import MOST_TOLD
from domain.series.recurrence import MOST_NUMBERS, MOST_OCCURRENCES
from domain.texts import MOST_LOCALES
from domain.tickets.giving import MOST_GIVEN

SECTIONS, STANDING = 100, 2
SELLING = 2
"""Ticket types of one price category; most categories have one, and all together are the event's."""
LINES = MOST_SEATS
"""Tickets of a cart or an order: as many as a hold of seats has. How many a buyer may have of an event organizations choose; usually 20."""
HEADERS = 2
"""Of an upload: what it is, and how long."""

MOST: Mapping[str, int | str] = {
    "Query.previewOccurrences": MOST_OCCURRENCES,
    "Query.seats": "labels",
    "Query.holds": LONGEST_PAGE,
    "Query.eventCategories": MOST_CATEGORIES,
    "Query.metadataFields": MOST_FIELDS,
    "Query.nodes": "ids",
    "Query._entities": "representations",
    "Event.categories": MOST_OF_EVENT,
    "Event.metadata": MOST_FIELDS,
    "SeatingPlanVersion.sections": SECTIONS,
    "PlanSection.standing": STANDING,
    "SeatCategory.ticketTypes": SELLING,
    "Hold.lines": MOST_LINES,
    "HoldLine.seats": -(-MOST_SEATS // MOST_LINES),  # all lines of a hold together have so many seats
    "MetadataField.options": MOST_OPTIONS,
    "Account.profile": MOST_PROFILE_ENTRIES,
    "SeatsTaken.seats": MOST_TOLD,
    "SeatAvailability.sections": SECTIONS,
    "SeatingPlanInvalid.faults": MOST_FAULTS,
    "Event.images": FULL_GALLERY,
    "Image.variants": len(WIDTHS),
    "Upload.headers": HEADERS,
    "Recurrence.byWeekday": MOST_NUMBERS,
    "UpdateOccurrencesPayload.events": MOST_OCCURRENCES,
    "PublishOccurrencesPayload.events": MOST_OCCURRENCES,
    "CancelOccurrencesPayload.events": MOST_OCCURRENCES,
    "UpdateOccurrenceTicketTypesPayload.ticketTypes": MOST_OCCURRENCES,
    "PriceRules.byCategory": MOST_PRICES,
    "PriceRules.tiers": MOST_TIERS,
    "DemandRule.steps": MOST_STEPS,
    "Pricing.taxRules": MOST_TAX_RULES,
    "Pricing.fees": MOST_FEES,
    "Cart.lines": LINES,
    "Cart.fees": MOST_FEES,
    "PriceChanged.lines": LINES,
    "Order.lines": LINES,
    "Order.fees": MOST_FEES,
    "IssueComplimentaryTicketsPayload.tickets": MOST_GIVEN,
    "Event.questions": MOST_QUESTIONS,
    "Question.choices": MOST_CHOICES,
}
"""A list field to a number, or to the argument whose items it answers one by one."""

MOST_OF_A_KIND: Mapping[str, int] = {"Translation": MOST_LOCALES, "LeftOccurrence": MOST_OCCURRENCES}
"""Lists of these things, wherever they are."""

UNBOUNDED = frozenset(
    {
        "Query.transactionTotals",  # one for each currency
        "Event.ticketTypes",
        "TicketAvailability.ticketTypes",
        "Event.pools",
        "Event.seatCategories",
        "SeatingPlanVersion.categories",
        "Event.ticketKeys",  # a new one when the last is no longer trusted
        "RotateTicketKeyPayload.ticketKeys",
        "EventCategory.children",  # all of them together are MOST_CATEGORIES
        "EventActivity.changes",  # one for each fact of an event
        "Cart.questions",  # those of each event are MOST_QUESTIONS; most are asked of an order or of a ticket alone
        "CartLine.questions",
        "Order.answers",
        "OrderLine.answers",
        "AnswersInvalid.faults",  # one for each answer
        "Order.payments",
        "Order.refunds",
        "Order.transactions",
        "RefundOrderPayload.refunds",
        "RequestRefundPayload.refunds",
        "Viewer.memberships",
        "Viewer.sessions",
        "InputInvalid.faults",  # one for each fact of an input
    }
)
"""Lists that no rule bounds, or none that is worth counting: each counts as many as a usual page."""

ERRORS_OF_A_PAYLOAD = 1
"""A mutation stops at its first refusal; what is wrong with its input is one refusal with many faults."""


def publish_bounds(schema: GraphQLSchema) -> None:
    """Note with each field how many things it shows at most. Raises LookupError for a bound of no field."""
    for place in MOST:
        owner, field_name = place.split(".")
        if field_name not in getattr(schema.type_map.get(owner), "fields", {}):
            raise LookupError(f"{place} is bounded and does not exist")
    for kind in schema.type_map.values():
        if isinstance(kind, GraphQLObjectType):
            for name, field in kind.fields.items():
                most = MOST.get(f"{kind.name}.{name}") or MOST_OF_A_KIND.get(get_named_type(field.type).name)
                if name == "errors" and kind.name.endswith("Payload"):
                    most = ERRORS_OF_A_PAYLOAD
                if most is not None:
                    field.extensions["most"] = most
