"""Who sees which questions, and what is shown of answers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from domain.identity import Permission, Role, Viewer
from domain.questions.values import LISTED, Question, Values
from domain.texts import in_language


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """An answer as it is shown; `values` is None where the viewer may not read it."""

    question_id: UUID
    question: Question
    values: Values | None


def shown_to_public(questions: Sequence[Question], visible_types: Collection[UUID]) -> list[Question]:
    """What the public is told of an event's questions: what is asked of hidden ticket types alone is hidden like them."""
    shown = []
    for each in questions:
        types = tuple(one for one in each.ticket_type_ids if one in visible_types)
        if each.archived_at is None and (types or not each.ticket_type_ids):
            shown.append(each if len(types) == len(each.ticket_type_ids) else replace(each, ticket_type_ids=types))
    return shown


def may_open(viewer: Viewer, *, own: bool) -> bool:
    """Whether the viewer, to whom an order was shown, may read what is sealed of it: its buyer, and staff with orders:read.

    A stranger was shown it for its secret. Other staff may be shown an order for what they do with it, and read nothing sealed.
    """
    is_staff = viewer.service_key is not None or viewer.is_platform_admin or viewer.role not in {None, Role.USER}
    return own or viewer.may(Permission.ORDERS_READ) or not is_staff


def told(question: Question, values: Values, locales: Sequence[str]) -> str:
    """An answer in words: the labels of what was chosen, the key of a choice that is no longer offered."""
    labels = {each.key: in_language(each.label, locales) for each in question.choices} if question.kind in LISTED else {}
    return "; ".join(labels.get(each, each) for each in values)
