"""Events: what is put on, when and where, and the steps from draft to archive.

values      events as they are, and who may see them
editing     entering, changing and deleting them
lifecycle   the steps from draft to archive
finding     by which conditions and in which order they are found
store       what their store must offer
"""

from domain.events.editing import (
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
    CreateEvent,
    DeleteEvent,
    EventDetails,
    EventNotEditable,
    EventSlugTaken,
    UpdateEvent,
    checked,
    create,
    deletable,
    may_change,
    update,
)
from domain.events.finding import MOST_FILTERS, EventFilter, EventOrder, check_filter, ordered_by
from domain.events.lifecycle import (
    CancelEvent,
    EventNotPublishable,
    EventNotStarted,
    EventStepRefused,
    PostponeEvent,
    PublishEvent,
    RescheduleEvent,
    StepEvent,
    archive,
    cancel,
    complete,
    expect_step,
    postpone,
    publish,
    reschedule,
    unpublish,
)
from domain.events.store import Events
from domain.events.values import (
    PUBLIC_STATUSES,
    AttendanceMode,
    Event,
    EventHasTickets,
    EventStatus,
    expect_venue,
    expect_version,
    found,
    lasting,
    visible,
)

__all__ = [
    "LONGEST_DESCRIPTION",
    "LONGEST_TITLE",
    "MOST_FILTERS",
    "PUBLIC_STATUSES",
    "AttendanceMode",
    "CancelEvent",
    "CreateEvent",
    "DeleteEvent",
    "Event",
    "EventDetails",
    "EventFilter",
    "EventHasTickets",
    "EventNotEditable",
    "EventNotPublishable",
    "EventNotStarted",
    "EventOrder",
    "EventSlugTaken",
    "EventStatus",
    "EventStepRefused",
    "Events",
    "PostponeEvent",
    "PublishEvent",
    "RescheduleEvent",
    "StepEvent",
    "UpdateEvent",
    "archive",
    "cancel",
    "check_filter",
    "checked",
    "complete",
    "create",
    "deletable",
    "expect_step",
    "expect_venue",
    "expect_version",
    "found",
    "lasting",
    "may_change",
    "ordered_by",
    "postpone",
    "publish",
    "reschedule",
    "unpublish",
    "update",
    "visible",
]
