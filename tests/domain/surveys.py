"""Questions to be asked in tests of the rules."""

from typing import Any
from uuid import UUID

from domain.questions import Choice, DependsOn, Question, QuestionDetails, QuestionKind, QuestionScope

EVENT = UUID(int=1)


def a_question(number: int, kind: QuestionKind = QuestionKind.TEXT, **more: Any) -> Question:
    """A question of the event, of tickets."""
    facts: dict[str, Any] = {"scope": QuestionScope.TICKET, "label": {"en": f"Question {number}"}, "position": number}
    return Question(id=UUID(int=1000 + number), event_id=EVENT, kind=kind, **facts | more)


def choices(*keys: str) -> tuple[Choice, ...]:
    """Choices with these keys."""
    return tuple(Choice(each, {"en": each.upper()}) for each in keys)


def a_choice(number: int, *keys: str, **more: Any) -> Question:
    """A question that offers these."""
    return a_question(number, QuestionKind.CHOICE, choices=choices(*keys), **more)


def when(question: Question, *values: str) -> DependsOn:
    """The condition that this is answered so."""
    return DependsOn(question.id, values)


def details(**more: Any) -> QuestionDetails:
    """What is said of a new question."""
    said: dict[str, Any] = {"label": {"en": "Which one?"}}
    return QuestionDetails(**said | more)
