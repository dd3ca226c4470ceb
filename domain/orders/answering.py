"""What is answered of an order: of each admission and of the order as a whole, all faults at once, and what its history tells of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.news import Fact
from domain.orders.asking import CheckOutCart, UpdateAttendees
from domain.orders.placing import Admission
from domain.orders.refusals import OrderLinesFixed
from domain.orders.store import Bill
from domain.orders.values import OrderLine
from domain.questions import (
    NOTHING,
    Accepted,
    Answer,
    Answered,
    AnswerFault,
    AnswersInvalid,
    Question,
    QuestionScope,
    Values,
    Wrong,
    accept,
    is_for,
    open_ones,
)
from domain.refusals import Refused

ATTENDEES = ("input", "attendees")
ANSWERS = ("input", "answers")


@dataclass(frozen=True, slots=True)
class AnswersOf:
    """What is answered in the end about an order or a line, and which of its answers of before are gone."""

    about_id: UUID
    values: Answered
    gone: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What is answered of a cart: of the order as a whole, and of each admission in their order."""

    of_order: Answered
    of_admissions: tuple[Answered, ...]


def asked_of_ticket(questions: Sequence[Question], event_id: UUID, ticket_type_id: UUID) -> list[Question]:
    """What an admission of this type may be asked; what depends on other answers is among it."""
    return [
        each
        for each in open_ones(questions)
        if each.scope is QuestionScope.TICKET and each.event_id == event_id and is_for(each, ticket_type_id)
    ]


def asked_of_order(questions: Sequence[Question], bought: Collection[tuple[UUID, UUID]]) -> list[Question]:
    """What an order may be asked with admissions to these events, of these types."""
    return [
        each
        for each in open_ones(questions)
        if each.scope is QuestionScope.ORDER and any(event == each.event_id and is_for(each, kind) for event, kind in bought)
    ]


def answers_of(ask: CheckOutCart, admissions: Sequence[Admission], questions: Sequence[Question]) -> Said:
    """What is answered, in the form in which it is kept; refused with AnswersInvalid, every fault at its place.

    At the counter nothing has to be answered.
    """
    complete, faults = not ask.as_staff, []
    bought = [(each.event_id, each.spot.ticket_type_id) for each in admissions]
    of_order = accept(asked_of_order(questions, bought), ask.answers, complete=complete)
    faults += [_fault(each, ANSWERS) for each in of_order.wrong]
    places = {each.spot: at for at, each in enumerate(ask.attendees)}
    of_admissions = []
    for each in admissions:
        at = places.get(each.spot)
        given: Sequence[Answer] = () if at is None else ask.attendees[at].answers
        accepted = accept(asked_of_ticket(questions, each.event_id, each.spot.ticket_type_id), given, complete=complete)
        path = ATTENDEES if at is None else (*ATTENDEES, str(at), "answers")
        faults += [_fault(wrong, path, admission=each) for wrong in accepted.wrong]
        of_admissions.append(accepted.values)
    _refuse(faults)
    return Said(of_order.values, tuple(of_admissions))


def update_answers(
    bill: Bill,
    ask: UpdateAttendees,
    questions: Sequence[Question],
    before: Mapping[UUID, Answered],
    begun: Collection[UUID],
    *,
    staff: bool,
) -> list[AnswersOf]:
    """What is answered from now on, of the order or lines that the wish has answers of; `before` is what was, by what it is about.

    Refused with AnswersInvalid, or OrderLinesFixed for answers of the order to events that are too late to change (`begun`).
    """
    faults: list[AnswerFault] = []
    answered = []
    if ask.answers is not None:
        expect_changeable(bill, begun)
        bought = [(line.event_id, line.ticket_type_id) for line in bill.going_on]
        asked = asked_of_order(questions, bought)
        accepted = accept(asked, ask.answers, before=before.get(bill.order.id, NOTHING), complete=not staff)
        faults += [_fault(each, ANSWERS) for each in accepted.wrong]
        answered.append(_changed(bill.order.id, asked, accepted, before))
    lines = {line.id: line for line in bill.lines}
    for at, each in enumerate(ask.attendees):
        if each.answers is not None:
            line = lines[each.line_id]
            asked = asked_of_ticket(questions, line.event_id, line.ticket_type_id)
            accepted = accept(asked, each.answers, before=before.get(line.id, NOTHING), complete=not staff)
            faults += [_fault(wrong, (*ATTENDEES, str(at), "answers"), line=line) for wrong in accepted.wrong]
            answered.append(_changed(line.id, asked, accepted, before))
    _refuse(faults)
    return answered


def expect_changeable(bill: Bill, begun: Collection[UUID]) -> None:
    """Refuse with OrderLinesFixed what is said of an order as a whole once one of its events has begun."""
    if fixed := tuple(line.id for line in bill.going_on if line.event_id in begun):
        raise Refused(OrderLinesFixed(fixed))


def told_of_answers(answered: Sequence[AnswersOf], before: Mapping[UUID, Answered], questions: Sequence[Question]) -> Mapping[str, Fact]:
    """What changed of the answers, for the history; of sealed ones that they changed, and not what they are."""
    sealed = {each.id for each in questions if each.encrypted}
    told: dict[str, Fact] = {}
    for each in answered:
        old = before.get(each.about_id, NOTHING)
        changed = sorted(one for one in {*each.values, *each.gone} if old.get(one) != each.values.get(one))
        if changed:
            told[str(each.about_id)] = {str(one): _told(old.get(one), each.values.get(one), one in sealed) for one in changed}
    return {"answers": told} if told else {}


def _told(old: Values | None, new: Values | None, is_sealed: bool) -> Fact:  # noqa: FBT001 - a fact of the question
    return {"encrypted": True} if is_sealed else {"old": list(old or ()), "new": list(new or ())}


def _changed(about_id: UUID, asked: Sequence[Question], accepted: Accepted, before: Mapping[UUID, Answered]) -> AnswersOf:
    """Answers to what is not asked at all any more, such as archived questions, stay."""
    old = before.get(about_id, NOTHING)
    gone = tuple(each.id for each in asked if each.id in old and each.id not in accepted.values)
    return AnswersOf(about_id, accepted.values, gone)


def _fault(wrong: Wrong, path: tuple[str, ...], *, admission: Admission | None = None, line: OrderLine | None = None) -> AnswerFault:
    return AnswerFault(
        question_id=wrong.question_id,
        why=wrong.why,
        message=wrong.message,
        path=path if wrong.at is None else (*path, str(wrong.at)),
        hold_id=admission.spot.hold_id if admission else None,
        ticket_type_id=admission.spot.ticket_type_id if admission else None,
        index=admission.spot.index if admission else None,
        line_id=line.id if line else None,
    )


def _refuse(faults: Sequence[AnswerFault]) -> None:
    if faults:
        raise Refused(AnswersInvalid(tuple(faults)))
