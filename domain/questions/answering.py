"""Answering: which questions are asked, and what is accepted of the answers given; independent of the order of either."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from uuid import UUID

from domain.questions.reading import NotAnAnswer, read
from domain.questions.refusals import WhyNot
from domain.questions.values import Answer, Answered, Question, Values
from domain.vault import binding

NOTHING: Answered = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Wrong:
    """An answer that is not taken; `at` is its place among those given, None for one that is missing."""

    question_id: UUID
    why: WhyNot
    message: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The answers in the form in which they are kept, of questions that are asked; and what is wrong with the others."""

    values: Answered
    wrong: tuple[Wrong, ...]


@dataclass(slots=True)
class _Heard:
    """What was understood so far: answers, and of which questions something was said that is none."""

    values: dict[UUID, Values]
    wrong: dict[UUID, list[Wrong]] = field(default_factory=dict)


def accept(questions: Sequence[Question], given: Sequence[Answer], *, before: Answered = NOTHING, complete: bool = True) -> Accepted:
    """What is answered after `given` was said, where `before` was; with `complete` every required question that is asked needs an answer.

    A question that depends on another is asked when that one is, and has one of the values; an answer to one that is not asked is wrong,
    and one of `before` falls away. `questions` are those of one event and scope that are not archived, for the ticket's type.
    """
    by_id = {each.id: each for each in questions}
    heard = _hear(by_id, given, before)
    asked = {each.id: _is_asked(each, by_id, heard) for each in questions}
    for each in questions:
        if asked[each.id] is False:
            heard.values.pop(each.id, None)
            places = [at for at, answer in enumerate(given) if answer.question_id == each.id and answer.values]
            heard.wrong[each.id] = [Wrong(each.id, WhyNot.NOT_ASKED, "is not asked here", at) for at in places]
        elif asked[each.id] and each.required and complete and each.id not in heard.values and each.id not in heard.wrong:
            heard.wrong[each.id] = [Wrong(each.id, WhyNot.REQUIRED, "an answer is required")]
    order = {each.id: place for place, each in enumerate(sorted(questions, key=lambda each: (each.position, each.id)))}
    blamed = sorted(heard.wrong, key=lambda each: (order.get(each, len(order)), each))
    wrong = [fault for each in blamed for fault in heard.wrong[each]]
    return Accepted({each: heard.values[each] for each in order if each in heard.values}, tuple(wrong))


def asked_of(questions: Sequence[Question], values: Answered) -> list[Question]:
    """Those of the questions that are asked when these are the answers."""
    by_id = {each.id: each for each in questions}
    return [each for each in questions if _is_asked(each, by_id, _Heard(dict(values)))]


def place_of_answer(organization_id: UUID, about_id: UUID, question_id: UUID) -> str:
    """What a sealed answer is bound to (see `domain.vault.binding`)."""
    return binding(str(organization_id), "answer", f"{about_id}/{question_id}", 1)


def _hear(by_id: Mapping[UUID, Question], given: Sequence[Answer], before: Answered) -> _Heard:
    heard = _Heard({each: values for each, values in before.items() if each in by_id})
    places: dict[UUID, list[int]] = {}
    for at, each in enumerate(given):
        places.setdefault(each.question_id, []).append(at)
    for question_id, ats in places.items():
        heard.values.pop(question_id, None)
        if question_id not in by_id:
            heard.wrong[question_id] = [Wrong(question_id, WhyNot.NOT_ASKED, "is not asked here", at) for at in ats]
        elif len(ats) > 1:
            heard.wrong[question_id] = [Wrong(question_id, WhyNot.TWICE, "is answered twice", at) for at in ats]
        else:
            _take(heard, by_id[question_id], given[ats[0]].values, ats[0])
    return heard


def _take(heard: _Heard, question: Question, values: Values, at: int) -> None:
    try:
        if kept := read(question, values):
            heard.values[question.id] = kept
    except NotAnAnswer as no:
        heard.wrong[question.id] = [Wrong(question.id, no.why, no.message, at)]


def _is_asked(question: Question, by_id: Mapping[UUID, Question], heard: _Heard) -> bool | None:
    """None where that cannot be told, because what it depends on was answered with what is no answer."""
    condition = question.depends_on
    if condition is None:
        return True
    parent = by_id.get(condition.question_id)
    asked = _is_asked(parent, by_id, heard) if parent else False
    if not asked or parent is None:
        return asked
    if parent.id in heard.wrong:
        return None
    return not set(condition.values).isdisjoint(heard.values.get(parent.id, ()))
