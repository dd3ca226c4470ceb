"""Making, changing, ordering, archiving and copying questions: the wishes and the rules."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.events import expect_version
from domain.idempotency import Key, key_of
from domain.names import is_country
from domain.questions.reading import LARGEST_NUMBER
from domain.questions.refusals import QuestionArchived, QuestionNeeded, QuestionsChanged
from domain.questions.values import DECIDING, LISTED, MEASURED, Choice, DependsOn, Question, QuestionKind, QuestionScope
from domain.refusals import Faults, NotFound, Refused
from domain.texts import LocalizedText, check_text, check_title

MOST_QUESTIONS = 50
MOST_CHOICES = 100
MOST_TYPES = 100
LONGEST_LABEL = 300
LONGEST_HELP = 1_000
CLEARABLE = ("least", "most", "earliest", "latest", "depends_on")
"""What a change may take away again."""

_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,49}", re.ASCII)


@dataclass(frozen=True, slots=True)
class QuestionDetails:
    """What may be said of a question, new or changed; None means: leave it."""

    label: LocalizedText | None = None
    help: LocalizedText | None = None
    choices: tuple[Choice, ...] | None = None
    required: bool | None = None
    least: int | None = None
    most: int | None = None
    earliest: date | None = None
    latest: date | None = None
    ticket_type_ids: tuple[UUID, ...] | None = None
    depends_on: DependsOn | None = None


@dataclass(frozen=True, slots=True)
class CreateQuestion:
    """The wish to ask something; what it is and whom it is asked of stays for good, and so does whether answers are sealed."""

    event_id: UUID
    scope: QuestionScope
    kind: QuestionKind
    encrypted: bool
    details: QuestionDetails
    idempotency_key: str | None = None

    def key(self, actor: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        facts = [str(self.event_id), self.scope.value, self.kind.value, self.encrypted, _plain(self.details)]
        return key_of(f"person:{actor}", "createQuestion", self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class UpdateQuestion:
    """The wish to ask otherwise than at `expected_version`; `cleared` names fields that shall be empty from now on."""

    question_id: UUID
    expected_version: int
    changes: QuestionDetails
    cleared: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class ArchiveQuestion:
    """The wish not to ask any more; what was answered stays."""

    question_id: UUID
    expected_version: int


@dataclass(frozen=True, slots=True)
class ReorderQuestions:
    """The wish to have an event's questions in this order."""

    event_id: UUID
    question_ids: tuple[UUID, ...]


def open_ones(questions: Sequence[Question]) -> list[Question]:
    """Those that are asked at all: not archived."""
    return [each for each in questions if each.archived_at is None]


def create(question_id: UUID, ask: CreateQuestion, others: Sequence[Question], types: Collection[UUID]) -> Question:
    """The new question, after those of its event; refused with InputInvalid, or NotFound for ticket types that are not the event's."""
    faults = Faults()
    faults.check(len(open_ones(others)) < MOST_QUESTIONS, ("input",), f"is one too many: an event asks {MOST_QUESTIONS} questions at most")
    question = Question(
        id=question_id,
        event_id=ask.event_id,
        scope=ask.scope,
        kind=ask.kind,
        label={},
        encrypted=ask.encrypted,
        position=max((each.position for each in others), default=-1) + 1,
    )
    return _checked(faults, replace(question, **_given(ask.details, ())), others, types)


def update(here: Question, ask: UpdateQuestion, others: Sequence[Question], types: Collection[UUID]) -> Question:
    """The question as it is asked from now on.

    Refused with VersionConflict, QuestionArchived, InputInvalid, NotFound, or QuestionNeeded where a choice goes that others depend on.
    """
    expect_version(here.version, ask.expected_version)
    _expect_open(here)
    changed = replace(here, **_given(ask.changes, ask.cleared), version=here.version + 1)
    known = {*types, *here.ticket_type_ids}
    checked = _checked(Faults(), changed, others, known)
    gone = {each.key for each in here.choices} - {each.key for each in checked.choices}
    _expect_not_needed(here.id, others, gone)
    return checked


def archive(here: Question, expected_version: int, others: Sequence[Question], now: datetime) -> Question:
    """The question that is not asked any more; again is the same. Refused with VersionConflict, or QuestionNeeded."""
    if here.archived_at is not None:
        return here
    expect_version(here.version, expected_version)
    _expect_not_needed(here.id, others, None)
    return replace(here, archived_at=now, version=here.version + 1)


def reorder(questions: Sequence[Question], question_ids: Sequence[UUID]) -> list[Question]:
    """Those that move, each with its new position; refused with QuestionsChanged unless each that is not archived is named once."""
    by_id = {each.id: each for each in open_ones(questions)}
    if sorted(question_ids) != sorted(by_id):
        raise Refused(QuestionsChanged(tuple(by_id)))
    moved = [replace(by_id[each], position=at, version=by_id[each].version + 1) for at, each in enumerate(question_ids)]
    return [each for each in moved if each.position != by_id[each.id].position]


def chosen(questions: Sequence[Question], question_id: UUID) -> Question:
    """The question among those of its event; refused with NotFound when it is gone."""
    return found(next((each for each in questions if each.id == question_id), None))


def found(question: Question | None) -> Question:
    """The question, or the refusal NotFound."""
    if question is None:
        raise Refused(NotFound("question", ("input", "questionId")))
    return question


def copied(questions: Sequence[Question], event_id: UUID, types: Mapping[UUID, UUID], new_id: Callable[[], UUID]) -> list[Question]:
    """The questions of a copy of the event, whose ticket types are told by those of the source; archived ones are left behind."""
    asked = open_ones(questions)
    ids = {each.id: new_id() for each in asked}
    return [
        replace(
            each,
            id=ids[each.id],
            event_id=event_id,
            ticket_type_ids=tuple(sorted(types.get(old, old) for old in each.ticket_type_ids)),
            depends_on=replace(each.depends_on, question_id=ids[each.depends_on.question_id]) if each.depends_on else None,
            version=1,
        )
        for each in asked
    ]


def _expect_open(question: Question) -> None:
    if question.archived_at is not None:
        raise Refused(QuestionArchived())


def _expect_not_needed(question_id: UUID, others: Sequence[Question], values: Collection[str] | None) -> None:
    """Refuse with QuestionNeeded where others depend on the question, or on one of these values of it."""
    waiting = [each for each in open_ones(others) if each.depends_on and each.depends_on.question_id == question_id]
    needing = [each.id for each in waiting if each.depends_on and (values is None or set(values) & set(each.depends_on.values))]
    if needing:
        raise Refused(QuestionNeeded(tuple(needing)))


def _given(details: QuestionDetails, cleared: Collection[str]) -> dict[str, Any]:
    told: dict[str, Any] = {each.name: value for each in fields(details) if (value := getattr(details, each.name)) is not None}
    if details.ticket_type_ids is not None:
        told["ticket_type_ids"] = tuple(sorted(set(details.ticket_type_ids)))
    return told | dict.fromkeys(set(cleared) & set(CLEARABLE))


def _checked(faults: Faults, question: Question, others: Sequence[Question], types: Collection[UUID]) -> Question:
    check_title(faults, question.label, ("input", "label"), longest=LONGEST_LABEL)
    check_text(faults, question.help, ("input", "help"), longest=LONGEST_HELP, required=False)
    _check_choices(faults, question)
    _check_bounds(faults, question)
    faults.check(len(question.ticket_type_ids) <= MOST_TYPES, ("input", "ticketTypeIds"), f"names more than {MOST_TYPES}")
    if question.depends_on is not None:
        _check_condition(faults, question, question.depends_on, {each.id: each for each in open_ones(others)})
    faults.refuse()
    if set(question.ticket_type_ids) - set(types):
        raise Refused(NotFound("ticket type", ("input", "ticketTypeIds")))
    return question


def _check_choices(faults: Faults, question: Question) -> None:
    path, listed = ("input", "choices"), question.kind in LISTED
    faults.check(listed == bool(question.choices), path, "is required of CHOICE and CHOICES" if listed else "belongs to CHOICE and CHOICES")
    faults.check(len(question.choices) <= MOST_CHOICES, path, f"names {len(question.choices)} choices, {MOST_CHOICES} are allowed")
    keys = [each.key for each in question.choices]
    for at, each in enumerate(question.choices):
        place = (*path, str(at))
        faults.check(bool(_KEY.fullmatch(each.key)), (*place, "key"), "must be letters, digits, . _ and -, 50 at most")
        faults.check(each.key not in keys[:at], (*place, "key"), "is given twice")
        check_title(faults, each.label, (*place, "label"), longest=LONGEST_LABEL)


def _check_bounds(faults: Faults, question: Question) -> None:
    least, most, earliest, latest = question.least, question.most, question.earliest, question.latest
    measured, dated = question.kind in MEASURED, question.kind is QuestionKind.DATE
    lowest = -LARGEST_NUMBER if question.kind is QuestionKind.NUMBER else 0
    for name, bound in (("least", least), ("most", most)):
        place = ("input", name)
        faults.check(bound is None or measured, place, "belongs to TEXT, LONG_TEXT, NUMBER and CHOICES")
        faults.check(bound is None or lowest <= bound <= LARGEST_NUMBER, place, f"must be between {lowest} and {LARGEST_NUMBER}")
    for name, day in (("earliest", earliest), ("latest", latest)):
        faults.check(day is None or dated, ("input", name), "belongs to DATE")
    faults.check(least is None or most is None or least <= most, ("input", "most"), "must not be less than least")
    faults.check(earliest is None or latest is None or earliest <= latest, ("input", "latest"), "must not be before earliest")
    if question.kind is QuestionKind.CHOICES:
        offered = len(question.choices)
        faults.check(least is None or least <= offered, ("input", "least"), f"is more than the {offered} choices that there are")


def _check_condition(faults: Faults, question: Question, condition: DependsOn, others: Mapping[UUID, Question]) -> None:
    path = ("input", "dependsOn")
    parent = others.get(condition.question_id)
    if parent is None or parent.id == question.id:
        faults.add((*path, "questionId"), "is no other question of this event")
        return
    faults.check(parent.scope is question.scope, (*path, "questionId"), "is asked of others: both of tickets, or both of orders")
    faults.check(parent.kind in DECIDING, (*path, "questionId"), "must be a BOOLEAN, CHOICE, CHOICES or COUNTRY")
    faults.check(not _leads_to(parent, question.id, others), path, "would make the questions depend on each other in a circle")
    faults.check(0 < len(condition.values) <= MOST_CHOICES, (*path, "values"), f"must name 1 to {MOST_CHOICES}")
    for at, each in enumerate(condition.values):
        faults.check(_may_be_answered(parent, each), (*path, "values", str(at)), "is no answer to that question")


def _leads_to(parent: Question, question_id: UUID, others: Mapping[UUID, Question]) -> bool:
    """Whether what the parent depends on, and what that depends on, and so on, is the question itself."""
    seen: set[UUID] = set()
    at: Question | None = parent
    while at is not None and at.depends_on is not None and at.id not in seen:
        seen.add(at.id)
        if at.depends_on.question_id == question_id:
            return True
        at = others.get(at.depends_on.question_id)
    return False


def _may_be_answered(parent: Question, value: str) -> bool:
    match parent.kind:
        case QuestionKind.BOOLEAN:
            return value in {"true", "false"}
        case QuestionKind.COUNTRY:
            return is_country(value)
    return value in {each.key for each in parent.choices}


def _plain(details: QuestionDetails) -> list[object]:
    choices = None if details.choices is None else [[each.key, dict(each.label)] for each in details.choices]
    condition = [str(details.depends_on.question_id), list(details.depends_on.values)] if details.depends_on else None
    texts = [None if text is None else dict(text) for text in (details.label, details.help)]
    days = [day and day.isoformat() for day in (details.earliest, details.latest)]
    types = None if details.ticket_type_ids is None else [str(each) for each in details.ticket_type_ids]
    return [*texts, choices, details.required, details.least, details.most, *days, types, condition]
