"""Where an event is between draft and archive, and the refusal to change what is archived."""

import strawberry

from domain import events as domain
from domain.events import EventStatus
from schema.enums import show_enum
from schema.errors import UserError, shows

__all__ = ["NOT_EDITABLE", "EventNotEditable", "EventStatus"]

show_enum(
    EventStatus,
    "Where an event is between draft and archive.",
    {
        "DRAFT": "Being prepared; only staff see it.",
        "PUBLISHED": "Before the public.",
        "POSTPONED": "Will take place at another time.",
        "CANCELLED": "Will not take place.",
        "COMPLETED": "Has taken place.",
        "ARCHIVED": "Put away; only staff see it.",
    },
)


@shows(domain.EventNotEditable, "The event is archived, so it stays as it is.")
class EventNotEditable(UserError):
    """See `domain.events.EventNotEditable`."""

    status: EventStatus = strawberry.field(description="The event's status.")


NOT_EDITABLE = domain.EventNotEditable
"""The refusal, for payloads that may list it once it is shown."""
