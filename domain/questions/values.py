"""Questions as they are: what buyers are asked, of whom, under which condition, and how their answers are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.texts import LocalizedText

Values = tuple[str, ...]
"""An answer: one text, of CHOICES any number; never empty where something was answered."""
Answered = Mapping[UUID, Values]
"""Answers by the ids of their questions."""


class QuestionKind(StrEnum):
    """What the answers to a question are."""

    TEXT = "TEXT"
    LONG_TEXT = "LONG_TEXT"
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"
    CHOICE = "CHOICE"
    CHOICES = "CHOICES"
    DATE = "DATE"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    COUNTRY = "COUNTRY"


class QuestionScope(StrEnum):
    """Whether each admission is asked, or an order once."""

    TICKET = "TICKET"
    ORDER = "ORDER"


LISTED = frozenset({QuestionKind.CHOICE, QuestionKind.CHOICES})
MEASURED = frozenset({QuestionKind.TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER, QuestionKind.CHOICES})
"""Those with bounds of numbers: of their characters, their value, or how many are chosen."""
DECIDING = LISTED | {QuestionKind.BOOLEAN, QuestionKind.COUNTRY}
"""Those on whose answers other questions may depend."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the answers that a question offers: `key` is what is kept, `label` what people read."""

    key: str
    label: LocalizedText


@dataclass(frozen=True, slots=True)
class DependsOn:
    """The condition that another question was answered with one of these values."""

    question_id: UUID
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an event.

    `ticket_type_ids` are the types it is asked for; none means all. `least` and `most` bound a number, the characters of a text, or how
    many choices are made; `earliest` and `latest` a date. Answers to an `encrypted` one are sealed by the vault.
    """

    id: UUID
    event_id: UUID
    scope: QuestionScope
    kind: QuestionKind
    label: LocalizedText
    help: LocalizedText = field(default_factory=dict)
    choices: tuple[Choice, ...] = ()
    required: bool = False
    encrypted: bool = False
    least: int | None = None
    most: int | None = None
    earliest: date | None = None
    latest: date | None = None
    ticket_type_ids: tuple[UUID, ...] = ()
    depends_on: DependsOn | None = None
    position: int = 0
    archived_at: datetime | None = None
    version: int = 1

    typename: ClassVar[str] = "Question"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers; no values take away what was answered."""

    question_id: UUID
    values: Values


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as it is kept, of the order or the line `about_id`: plain as `values`, or sealed by the vault."""

    order_id: UUID
    about_id: UUID
    question_id: UUID
    values: Values | None = None
    values_sealed: bytes | None = field(default=None, repr=False)


def is_for(question: Question, ticket_type_id: UUID) -> bool:
    """Whether tickets of this type are asked it."""
    return not question.ticket_type_ids or ticket_type_id in question.ticket_type_ids
