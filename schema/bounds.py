"""How many things a list shows at most, where a rule says so; the cost of an operation is counted by it.

Pages need no word here: their arguments tell. What no rule of the domain bounds is not here either and counts as many as a usual page.
Parts of seating plans count as many as large halls have: what an import may bring at most would make every plan too dear.
"""

from collections.abc import Mapping

from graphql import GraphQLObjectType, GraphQLSchema, get_named_type

from domain.accounts import MOST_PROFILE_ENTRIES
from domain.event_categories import MOST_CATEGORIES, MOST_OF_EVENT
from domain.holds.asking import MOST_LINES
from domain.holds.seat_asking import MOST_SEATS
from domain.metadata_fields import MOST_FIELDS, MOST_OPTIONS
from domain.paging import LONGEST_PAGE
from domain.seats import MOST_TOLD
from domain.series.recurrence import MOST_OCCURRENCES
from domain.texts import MOST_LOCALES

SECTIONS, STANDING = 100, 2
SELLING = 2
"""Ticket types of one price category; most categories have one, and all together are the event's."""

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
}
"""A list field to a number, or to the argument whose items it answers one by one."""

MOST_OF_A_KIND: Mapping[str, int] = {"Translation": MOST_LOCALES, "LeftOccurrence": MOST_OCCURRENCES}
"""Lists of these things, wherever they are."""

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
