"""The rules of questions: what is an answer, what is asked, and what may be said of a question."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.questions import (
    Answer,
    ArchiveQuestion,
    CreateQuestion,
    DependsOn,
    NotAnAnswer,
    Question,
    QuestionDetails,
    QuestionKind,
    QuestionScope,
    UpdateQuestion,
    WhyNot,
    accept,
    archive,
    copied,
    create,
    read,
    reorder,
    shown_to_public,
    told,
    update,
)
from domain.refusals import Refused
from tests.domain.surveys import EVENT, a_choice, a_question, choices, details, when

NOW = datetime(2030, 1, 1, tzinfo=UTC)
NEW = UUID(int=5000)
K = QuestionKind

TAKEN = [
    (K.TEXT, {}, ("  Union ",), ("Union",)),
    (K.TEXT, {"least": 3, "most": 5}, ("Union",), ("Union",)),
    (K.TEXT, {}, ("   ",), ()),
    (K.LONG_TEXT, {}, ("One\nTwo",), ("One\nTwo",)),
    (K.NUMBER, {}, ("007.50",), ("7.5",)),
    (K.NUMBER, {}, ("-0.0",), ("0",)),
    (K.NUMBER, {"least": -2, "most": 2}, ("-2",), ("-2",)),
    (K.BOOLEAN, {}, ("false",), ("false",)),
    (K.CHOICE, {"choices": choices("s", "m")}, ("m",), ("m",)),
    (K.CHOICES, {"choices": choices("a", "b", "c")}, ("c", "a", "a"), ("a", "c")),
    (K.CHOICES, {"choices": choices("a"), "least": 1}, (), ()),
    (K.DATE, {"earliest": date(2030, 1, 1), "latest": date(2030, 1, 1)}, ("2030-01-01",), ("2030-01-01",)),
    (K.EMAIL, {}, ("Ada@Example.org",), ("ada@example.org",)),
    (K.PHONE, {}, ("+49 (30) 123-4567",), ("+49301234567",)),
    (K.PHONE, {}, ("030/1234567",), ("0301234567",)),
    (K.COUNTRY, {}, ("CH",), ("CH",)),
]
NOT_TAKEN = [
    (K.TEXT, {}, ("a\nb",), WhyNot.MALFORMED),
    (K.TEXT, {}, ("<b>x",), WhyNot.MALFORMED),
    (K.TEXT, {}, ("x" * 401,), WhyNot.MALFORMED),
    (K.TEXT, {}, ("a", "b"), WhyNot.MALFORMED),
    (K.TEXT, {"least": 3}, ("ab",), WhyNot.OUT_OF_BOUNDS),
    (K.TEXT, {"most": 3}, ("abcd",), WhyNot.OUT_OF_BOUNDS),
    (K.LONG_TEXT, {}, ("x" * 4_001,), WhyNot.MALFORMED),
    (K.NUMBER, {}, ("1e3",), WhyNot.MALFORMED),
    (K.NUMBER, {}, ("\u0661",), WhyNot.MALFORMED),
    (K.NUMBER, {}, ("NaN",), WhyNot.MALFORMED),
    (K.NUMBER, {"most": 2}, ("2.01",), WhyNot.OUT_OF_BOUNDS),
    (K.NUMBER, {"least": 0}, ("-1",), WhyNot.OUT_OF_BOUNDS),
    (K.BOOLEAN, {}, ("yes",), WhyNot.MALFORMED),
    (K.CHOICE, {"choices": choices("s")}, ("xl",), WhyNot.NOT_A_CHOICE),
    (K.CHOICES, {"choices": choices("a", "b")}, ("a", "z"), WhyNot.NOT_A_CHOICE),
    (K.CHOICES, {"choices": choices("a", "b"), "most": 1}, ("a", "b"), WhyNot.OUT_OF_BOUNDS),
    (K.DATE, {}, ("2030-02-30",), WhyNot.MALFORMED),
    (K.DATE, {}, ("20300101",), WhyNot.MALFORMED),
    (K.DATE, {"earliest": date(2030, 1, 2)}, ("2030-01-01",), WhyNot.OUT_OF_BOUNDS),
    (K.DATE, {"latest": date(2030, 1, 2)}, ("2030-01-03",), WhyNot.OUT_OF_BOUNDS),
    (K.EMAIL, {}, ("ada",), WhyNot.MALFORMED),
    (K.PHONE, {}, ("1234",), WhyNot.MALFORMED),
    (K.PHONE, {}, ("+49 30 ABC 1234",), WhyNot.MALFORMED),
    (K.COUNTRY, {}, ("XX",), WhyNot.MALFORMED),
]


@pytest.mark.parametrize(("kind", "terms", "said", "kept"), TAKEN, ids=map(str, range(len(TAKEN))))
def test_an_answer_is_kept_in_one_form(kind: K, terms: dict[str, Any], said: tuple[str, ...], kept: tuple[str, ...]) -> None:
    assert read(a_question(1, kind, **terms), said) == kept
    assert read(a_question(1, kind, **terms), kept) == kept


@pytest.mark.parametrize(("kind", "terms", "said", "why"), NOT_TAKEN, ids=map(str, range(len(NOT_TAKEN))))
def test_what_is_no_answer_is_told_why(kind: K, terms: dict[str, Any], said: tuple[str, ...], why: WhyNot) -> None:
    with pytest.raises(NotAnAnswer) as no:
        read(a_question(1, kind, **terms), said)

    assert no.value.why is why


def test_a_question_is_asked_where_the_one_before_was_answered_so_and_all_the_way_up() -> None:
    first = a_choice(1, "yes", "no", required=True)
    second = a_choice(2, "yes", "no", depends_on=when(first, "yes"), required=True)
    third = a_question(3, depends_on=when(second, "yes"), required=True)
    asked = [third, first, second]

    def faults(*given: tuple[Question, str]) -> list[tuple[int, str]]:
        accepted = accept(asked, [Answer(each.id, (value,)) for each, value in given])
        return [(each.question_id.int - 1000, each.why.value) for each in accepted.wrong]

    assert faults() == [(1, "REQUIRED")]
    assert faults((first, "no")) == []
    assert faults((first, "yes")) == [(2, "REQUIRED")]
    assert faults((first, "yes"), (second, "yes")) == [(3, "REQUIRED")]
    assert faults((first, "yes"), (second, "yes"), (third, "x")) == []
    assert faults((first, "no"), (third, "x")) == [(3, "NOT_ASKED")]
    assert faults((second, "yes")) == [(1, "REQUIRED"), (2, "NOT_ASKED")]
    assert faults((first, "maybe"), (third, "x")) == [(1, "NOT_A_CHOICE")]


def test_what_is_not_asked_any_more_falls_away_and_the_rest_stays() -> None:
    first = a_choice(1, "yes", "no")
    second = a_question(2, depends_on=when(first, "yes"))
    third = a_question(3)
    before = {first.id: ("yes",), second.id: ("because",), third.id: ("stays",)}

    accepted = accept([first, second, third], [Answer(first.id, ("no",))], before=before)

    assert accepted.wrong == ()
    assert accepted.values == {first.id: ("no",), third.id: ("stays",)}
    assert accept([third], [Answer(third.id, ())], before=before).values == {}


def test_an_incomplete_answer_is_taken_where_nothing_has_to_be_answered() -> None:
    first = a_question(1, required=True)

    assert accept([first], [], complete=False).wrong == ()
    assert [each.why for each in accept([first], [Answer(first.id, (" ",))]).wrong] == [WhyNot.REQUIRED]


def wish(kind: K = K.TEXT, **more: Any) -> CreateQuestion:
    return CreateQuestion(EVENT, QuestionScope.TICKET, kind, encrypted=False, details=details(**more))


PARENT, OF_ORDER, WORDS = a_choice(1, "yes", "no"), a_choice(2, "yes", scope=QuestionScope.ORDER), a_question(3)
BROKEN = [
    (wish(label={}), [("input", "label")]),
    (wish(K.CHOICE), [("input", "choices")]),
    (wish(choices=choices("a")), [("input", "choices")]),
    (wish(K.CHOICE, choices=choices("a", "a", "b!")), [("input", "choices", "1", "key"), ("input", "choices", "2", "key")]),
    (wish(K.BOOLEAN, least=1), [("input", "least")]),
    (wish(K.TEXT, least=-1), [("input", "least")]),
    (wish(K.TEXT, least=3, most=2), [("input", "most")]),
    (wish(K.TEXT, earliest=date(2030, 1, 1)), [("input", "earliest")]),
    (wish(K.DATE, earliest=date(2030, 1, 2), latest=date(2030, 1, 1)), [("input", "latest")]),
    (wish(K.CHOICES, choices=choices("a"), least=2), [("input", "least")]),
    (wish(depends_on=DependsOn(UUID(int=9), ("yes",))), [("input", "dependsOn", "questionId")]),
    (wish(depends_on=when(OF_ORDER, "yes")), [("input", "dependsOn", "questionId")]),
    (wish(depends_on=when(PARENT, "maybe")), [("input", "dependsOn", "values", "0")]),
    (wish(depends_on=when(PARENT)), [("input", "dependsOn", "values")]),
]


@pytest.mark.parametrize(("ask", "paths"), BROKEN, ids=map(str, range(len(BROKEN))))
def test_what_breaks_a_rule_is_refused_at_its_place(ask: CreateQuestion, paths: list[tuple[str, ...]]) -> None:
    with pytest.raises(Refused) as no:
        create(NEW, ask, [PARENT, OF_ORDER, WORDS], [])

    assert [fault.path for fault in getattr(no.value.refusal, "faults", ())] == paths


def test_an_event_asks_fifty_questions_and_archived_ones_do_not_count() -> None:
    fifty = [a_question(each) for each in range(50)]

    with pytest.raises(Refused, match="one too many"):
        create(NEW, wish(), fifty, [])

    made = create(NEW, wish(), [*fifty[1:], replace(fifty[0], archived_at=NOW)], [])
    assert (made.position, made.version) == (50, 1)


def test_questions_never_depend_on_each_other_in_a_circle() -> None:
    first = a_choice(1, "yes")
    second = a_choice(2, "yes", depends_on=when(first, "yes"))
    third = a_choice(3, "yes", depends_on=when(second, "yes"))

    for at, on in ((first, third), (first, second), (second, third), (first, first)):
        with pytest.raises(Refused) as no:
            update(at, UpdateQuestion(at.id, 1, QuestionDetails(depends_on=when(on, "yes"))), [first, second, third], [])
        assert no.value.refusal.path[:2] == ("input", "dependsOn")


def test_a_question_or_choice_that_others_depend_on_stays() -> None:
    first = a_choice(1, "yes", "no")
    second = a_question(2, depends_on=when(first, "yes"))
    both = [first, second]

    with pytest.raises(Refused, match="depend on it"):
        archive(first, 1, both, NOW)
    with pytest.raises(Refused, match="depend on it"):
        update(first, UpdateQuestion(first.id, 1, QuestionDetails(choices=choices("no"))), both, [])

    assert update(first, UpdateQuestion(first.id, 1, QuestionDetails(choices=choices("yes"))), both, []).version == 2
    gone = archive(second, 1, both, NOW)
    assert (gone.archived_at, gone.version) == (NOW, 2)
    assert archive(gone, 1, both, NOW) is gone
    assert archive(first, 1, [first, gone], NOW).archived_at == NOW
    assert ArchiveQuestion(first.id, 1).expected_version == 1


def test_an_archived_question_is_not_changed() -> None:
    gone = a_question(1, archived_at=NOW)

    with pytest.raises(Refused, match="archived"):
        update(gone, UpdateQuestion(gone.id, 1, details()), [gone], [])


def test_an_order_names_each_question_that_is_asked_once() -> None:
    one, two, gone = a_question(1), a_question(2), a_question(3, archived_at=NOW)

    moved = reorder([one, two, gone], [two.id, one.id])

    assert [(each.id, each.position, each.version) for each in moved] == [(two.id, 0, 2)]
    for wrong in ([one.id], [one.id, one.id], [one.id, two.id, gone.id]):
        with pytest.raises(Refused, match="asks 2 questions"):
            reorder([one, two, gone], wrong)


def test_a_copy_asks_the_same_of_its_own_types() -> None:
    old, new = UUID(int=71), UUID(int=72)
    first = a_choice(1, "yes", ticket_type_ids=(old,), version=4)
    second = a_question(2, depends_on=when(first, "yes"))
    ids = iter(UUID(int=each) for each in (91, 92))

    made = copied([first, second, a_question(3, archived_at=NOW)], UUID(int=2), {old: new}, lambda: next(ids))

    assert [(each.id.int, each.event_id.int, each.version) for each in made] == [(91, 2, 1), (92, 2, 1)]
    assert made[0].ticket_type_ids == (new,)
    assert made[1].depends_on == DependsOn(UUID(int=91), ("yes",))


def test_the_public_is_told_nothing_of_hidden_types() -> None:
    seen, hidden = UUID(int=71), UUID(int=72)
    questions = [
        a_question(1),
        a_question(2, ticket_type_ids=(hidden,)),
        a_question(3, ticket_type_ids=(hidden, seen)),
        a_question(4, archived_at=NOW),
    ]

    shown = shown_to_public(questions, [seen])

    assert [(each.position, each.ticket_type_ids) for each in shown] == [(1, ()), (3, (seen,))]


def test_choices_are_told_by_their_labels_and_those_that_are_gone_by_their_keys() -> None:
    assert told(a_choice(1, "s", "m"), ("m", "xl"), ["de", "en"]) == "M; xl"
    assert told(a_question(1), ("s",), ["en"]) == "s"
