"""What is true of all surveys: in whatever order one asks and answers, the same is accepted; and nobody can ask in a circle."""

from collections.abc import Sequence
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from domain.questions import Answer, DependsOn, Question, QuestionDetails, QuestionKind, UpdateQuestion, WhyNot, accept, asked_of, update
from domain.refusals import Refused
from tests.domain.surveys import a_choice, a_question, when

KEYS = ("a", "b", "c")
VALUES = st.lists(st.sampled_from([*KEYS, "z", " "]), max_size=2).map(tuple)


@st.composite
def surveys(draw: st.DrawFn) -> list[Question]:
    """Questions that depend on earlier ones, or on nothing."""
    made: list[Question] = []
    for at in range(draw(st.integers(1, 8))):
        parent = draw(st.none() | st.sampled_from(made)) if made else None
        condition = when(parent, *draw(st.lists(st.sampled_from(KEYS), min_size=1, unique=True))) if parent else None
        made.append(a_choice(at, *KEYS, required=draw(st.booleans()), depends_on=condition))
    return made


@st.composite
def answers(draw: st.DrawFn) -> tuple[list[Question], list[Answer]]:
    survey = draw(surveys())
    ids = st.sampled_from([*(each.id for each in survey), UUID(int=7)])
    return survey, [Answer(draw(ids), draw(VALUES)) for _ in range(draw(st.integers(0, 10)))]


def outcome(survey: Sequence[Question], given: Sequence[Answer]) -> tuple[object, list[tuple[UUID, WhyNot]]]:
    accepted = accept(survey, given)
    return dict(accepted.values), [(each.question_id, each.why) for each in accepted.wrong]


@given(answers(), st.randoms(use_true_random=False))
def test_what_is_accepted_depends_on_no_order(asked: tuple[list[Question], list[Answer]], random: Random) -> None:
    survey, said = asked
    before = outcome(survey, said)

    random.shuffle(survey)
    random.shuffle(said)

    assert outcome(survey, said) == before


@given(answers())
def test_what_is_accepted_is_asked_complete_and_accepted_again(asked: tuple[list[Question], list[Answer]]) -> None:
    survey, said = asked

    accepted = accept(survey, said)

    if not accepted.wrong:
        needed = asked_of(survey, accepted.values)
        assert set(accepted.values) <= {each.id for each in needed}
        assert all(each.id in accepted.values for each in needed if each.required)
        assert accept(survey, [Answer(*each) for each in accepted.values.items()]) == accepted
        assert accept(survey, [], before=accepted.values) == accepted


@given(answers())
def test_every_fault_names_a_question_and_its_own_answer(asked: tuple[list[Question], list[Answer]]) -> None:
    survey, said = asked

    for each in accept(survey, said).wrong:
        assert (each.at is None) == (each.why is WhyNot.REQUIRED)
        assert each.at is None or said[each.at].question_id == each.question_id
        assert each.why is WhyNot.NOT_ASKED or each.question_id in {one.id for one in survey}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=20))
def test_no_row_of_changes_makes_questions_ask_in_a_circle(wishes: list[tuple[int, int]]) -> None:
    survey = {at: a_question(at, QuestionKind.BOOLEAN) for at in range(6)}

    for at, on in wishes:
        here = survey[at]
        ask = UpdateQuestion(here.id, here.version, QuestionDetails(depends_on=DependsOn(survey[on].id, ("true",))))
        try:
            survey[at] = update(here, ask, list(survey.values()), [])
        except Refused:
            assert at == on or _leads(survey, on, at)

    assert not any(_leads(survey, at, at) for at in survey)


def _leads(survey: dict[int, Question], start: int, goal: int) -> bool:
    by_id = {each.id: at for at, each in survey.items()}
    at = start
    for _ in survey:
        condition = survey[at].depends_on
        if condition is None:
            return False
        at = by_id[condition.question_id]
        if at == goal:
            return True
    return False
