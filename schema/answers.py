"""Answers to questions as clients give and see them, and why they are not taken."""

import strawberry

from domain import questions as domain
from domain.questions import WhyNot
from schema import ids
from schema.enums import show_enum
from schema.errors import UserError, shows
from schema.questions import Question

show_enum(
    WhyNot,
    "Why an answer is not taken.",
    {
        "REQUIRED": "It is missing.",
        "NOT_ASKED": "Nothing of the kind is asked here.",
        "MALFORMED": "It is not of the question's kind.",
        "NOT_A_CHOICE": "It is none of the choices.",
        "OUT_OF_BOUNDS": "It is too small, too large, too short, too long, too early, too late, too few or too many.",
        "TWICE": "The question is answered twice.",
    },
)


@strawberry.type(description="What was answered to a question.")
class Answer:
    """See `domain.questions.ShownAnswer`."""

    question: Question = strawberry.field(description="The question as it is asked now; archived ones, too.")
    values: list[str] | None = strawberry.field(
        description="What was answered, several values of CHOICES alone; null where it is encrypted and the viewer may not read it."
    )

    @strawberry.field(description="The question's global id.")
    def question_id(self: domain.ShownAnswer) -> strawberry.ID:
        """The id alone."""
        return ids.show("Question", self.question_id)


@strawberry.input(description="What is answered to a question.")
class AnswerInput:
    """Read into `domain.questions.Answer`."""

    question_id: strawberry.ID = strawberry.field(description="Which question.")
    value: str | None = strawberry.field(default=None, description="The answer; without one, what was answered is taken away.")
    values: list[str] | None = strawberry.field(default=None, description="The choices made, of CHOICES.")


@strawberry.type(description="One answer that is missing or not taken.")
class AnswerFault:
    """See `domain.questions.AnswerFault`."""

    why: WhyNot = strawberry.field(description="Why, for a program.")
    message: str = strawberry.field(description="Why, for a person.")
    path: list[str] = strawberry.field(description="The place in the input, from the argument's name down.")
    index: int | None = strawberry.field(description="Which of the tickets of that type in that hold; null but for a ticket of a cart.")

    @strawberry.field(description="The question.")
    def question_id(self: domain.AnswerFault) -> strawberry.ID:
        """Its global id."""
        return ids.show("Question", self.question_id)

    @strawberry.field(description="The hold that sets the ticket aside; null but for a ticket of a cart.")
    def hold_id(self: domain.AnswerFault) -> strawberry.ID | None:
        """Its global id."""
        return ids.show("Hold", self.hold_id) if self.hold_id else None

    @strawberry.field(description="The ticket's type; null but for a ticket of a cart.")
    def ticket_type_id(self: domain.AnswerFault) -> strawberry.ID | None:
        """Its global id."""
        return ids.show("TicketType", self.ticket_type_id) if self.ticket_type_id else None

    @strawberry.field(description="The admission; null but for one of an order.")
    def line_id(self: domain.AnswerFault) -> strawberry.ID | None:
        """Its global id."""
        return ids.show("OrderLine", self.line_id) if self.line_id else None


@shows(domain.AnswersInvalid, "Answers are missing, or are none to what is asked.")
class AnswersInvalid(UserError):
    """See `domain.questions.AnswersInvalid`."""

    faults: list[AnswerFault] = strawberry.field(description="Every one, so that all can be mended at once.")


def read_answers(given: list[AnswerInput] | None, path: tuple[str, ...]) -> tuple[domain.Answer, ...]:
    """The answers meant; `path` leads to the argument that gives them."""
    return tuple(
        domain.Answer(ids.expect(each.question_id, "Question", (*path, str(at), "questionId")), _values(each))
        for at, each in enumerate(given or ())
    )


def read_changed_answers(given: list[AnswerInput] | None, path: tuple[str, ...]) -> tuple[domain.Answer, ...] | None:
    """The same where nothing said leaves what was answered."""
    return None if given is None else read_answers(given, path)


def _values(given: AnswerInput) -> tuple[str, ...]:
    return (*([given.value] if given.value is not None else []), *(given.values or ()))
