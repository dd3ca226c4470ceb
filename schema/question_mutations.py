"""Asking: make a question, change, archive and order them."""

from datetime import date
from typing import Annotated, Protocol
from uuid import UUID

import strawberry

from domain import questions as domain
from domain import refusals
from domain.questions import QuestionKind, QuestionScope
from resolvers import questions as deeds
from schema import ids
from schema.changes import cleared, said
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_mutations import EVENT_ID
from schema.event_status import NOT_EDITABLE
from schema.events import Event
from schema.questions import Question
from schema.scalars import BigInt
from schema.texts import TranslationInput, read_translations

_QUESTION_ID = ("input", "questionId")
_CLEARED = "null takes it away"
VERSION = "The version that was read; refused when there is a newer one."


@shows(domain.QuestionNeeded, "Whether other questions are asked depends on this one, or on a choice of it.")
class QuestionNeeded(UserError):
    """See `domain.questions.QuestionNeeded`."""

    @strawberry.field(description="Those that depend on it.")
    def question_ids(self: domain.QuestionNeeded) -> list[strawberry.ID]:
        """Their global ids."""
        return ids.show_all("Question", self.question_ids)


@shows(domain.QuestionArchived, "An archived question stays as it is.")
class QuestionArchived(UserError):
    """See `domain.questions.QuestionArchived`."""


@shows(domain.QuestionsChanged, "The event asks other questions than those named.")
class QuestionsChanged(UserError):
    """See `domain.questions.QuestionsChanged`."""

    @strawberry.field(description="Those that it asks, in their order.")
    def question_ids(self: domain.QuestionsChanged) -> list[strawberry.ID]:
        """Their global ids."""
        return ids.show_all("Question", self.question_ids)


@strawberry.input(description="One of the answers that a question offers.")
class QuestionChoiceInput:
    """Read into `domain.questions.Choice`."""

    key: str = strawberry.field(description="What an answer says: letters, digits, . _ and -, 50 at most.")
    label: list[TranslationInput] = strawberry.field(description="What people read, in one language at least.")


@strawberry.input(description="The condition that another question of the event was answered so.")
class QuestionConditionInput:
    """Read into `domain.questions.DependsOn`."""

    question_id: strawberry.ID = strawberry.field(description="The other question: a BOOLEAN, CHOICE, CHOICES or COUNTRY.")
    values: list[str] = strawberry.field(description="One of these must be the answer, or among the choices made.")


class Terms(Protocol):
    """What an input says of a question; what is UNSET is left, what is None is taken away where that can be."""

    @property
    def label(self) -> list[TranslationInput] | None: ...

    help: list[TranslationInput] | None
    choices: list[QuestionChoiceInput] | None
    required: bool | None
    least: BigInt | None
    most: BigInt | None
    earliest: date | None
    latest: date | None
    ticket_type_ids: list[strawberry.ID] | None
    depends_on: QuestionConditionInput | None


@strawberry.input(description="A new question, after those that the event asks already.")
class CreateQuestionInput:
    """Read into `domain.questions.CreateQuestion`."""

    event_id: strawberry.ID = strawberry.field(description="The event whose buyers are asked.")
    scope: QuestionScope = strawberry.field(default=QuestionScope.TICKET, description="Of what it is asked; this stays.")
    kind: QuestionKind = strawberry.field(description="What its answers are; this stays.")
    label: list[TranslationInput] = strawberry.field(description="The question, in one language at least.")
    help: list[TranslationInput] | None = strawberry.field(default=None, description="What helps to answer it.")
    choices: list[QuestionChoiceInput] | None = strawberry.field(default=None, description="What CHOICE and CHOICES offer, 100 at most.")
    required: bool | None = strawberry.field(default=None, description="Whether it must be answered where it is asked.")
    encrypted: bool = strawberry.field(default=False, description="Whether its answers are kept unreadable; this stays.")
    least: BigInt | None = strawberry.field(default=None, description="The least number, characters of a text, or choices.")
    most: BigInt | None = strawberry.field(default=None, description="The most of them.")
    earliest: date | None = strawberry.field(default=None, description="The first day that a DATE may be.")
    latest: date | None = strawberry.field(default=None, description="The last day that a DATE may be.")
    ticket_type_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="For these ticket types alone.")
    depends_on: QuestionConditionInput | None = strawberry.field(default=None, description="Under this condition only.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same question; with another input it is refused."
    )

    def to_domain(self) -> domain.CreateQuestion:
        """The command meant."""
        event_id = ids.expect(self.event_id, "Event", EVENT_ID)
        return domain.CreateQuestion(event_id, self.scope, self.kind, self.encrypted, _details(self), self.idempotency_key)


@strawberry.input(description="A change of a question, for whoever is asked from now on; what is left out stays as it is.")
class UpdateQuestionInput:
    """Read into `domain.questions.UpdateQuestion`."""

    question_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description=VERSION)
    label: list[TranslationInput] | None = strawberry.field(default=None, description="The question, in all its languages.")
    help: list[TranslationInput] | None = strawberry.field(default=None, description="What helps; an empty list takes it away.")
    choices: list[QuestionChoiceInput] | None = strawberry.field(default=None, description="All that is offered from now on.")
    required: bool | None = strawberry.field(default=None, description="Whether it must be answered where it is asked.")
    least: BigInt | None = strawberry.field(default=strawberry.UNSET, description=f"The least; {_CLEARED}.")
    most: BigInt | None = strawberry.field(default=strawberry.UNSET, description=f"The most; {_CLEARED}.")
    earliest: date | None = strawberry.field(default=strawberry.UNSET, description=f"The first day that a DATE may be; {_CLEARED}.")
    latest: date | None = strawberry.field(default=strawberry.UNSET, description=f"The last day that a DATE may be; {_CLEARED}.")
    ticket_type_ids: list[strawberry.ID] | None = strawberry.field(default=None, description="Other ticket types; an empty list: all.")
    depends_on: QuestionConditionInput | None = strawberry.field(default=strawberry.UNSET, description=f"Another condition; {_CLEARED}.")

    def to_domain(self) -> domain.UpdateQuestion:
        """The command meant."""
        named = ids.expect(self.question_id, "Question", _QUESTION_ID)
        return domain.UpdateQuestion(named, self.expected_version, _details(self), cleared(self, *domain.CLEARABLE))


@strawberry.input(description="A question that nobody shall be asked any more.")
class ArchiveQuestionInput:
    """Read into `domain.questions.ArchiveQuestion`."""

    question_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description=VERSION)

    def to_domain(self) -> domain.ArchiveQuestion:
        """The command meant."""
        return domain.ArchiveQuestion(ids.expect(self.question_id, "Question", _QUESTION_ID), self.expected_version)


@strawberry.input(description="Put an event's questions into an order.")
class ReorderQuestionsInput:
    """Read into `domain.questions.ReorderQuestions`."""

    event_id: strawberry.ID = strawberry.field(description="The event.")
    question_ids: list[strawberry.ID] = strawberry.field(description="All that it asks, in the order wished for.")

    def to_domain(self) -> domain.ReorderQuestions:
        """The command meant."""
        named = tuple(ids.expect(each, "Question", ("input", "questionIds", str(at))) for at, each in enumerate(self.question_ids))
        return domain.ReorderQuestions(ids.expect(self.event_id, "Event", EVENT_ID), named)


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    NOT_EDITABLE,
    description="The answer to `createQuestion`.",
)
class CreateQuestionPayload:
    """The new question, or why there is none."""

    question: Question | None = strawberry.field(default=None, description="The new question.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.VersionConflict,
    NOT_EDITABLE,
    domain.QuestionArchived,
    domain.QuestionNeeded,
    description="The answer to `updateQuestion`.",
)
class UpdateQuestionPayload:
    """The changed question, or why it was not changed."""

    question: Question | None = strawberry.field(default=None, description="The question as it is now.")


@payload(refusals.NotFound, refusals.VersionConflict, NOT_EDITABLE, domain.QuestionNeeded, description="The answer to `archiveQuestion`.")
class ArchiveQuestionPayload:
    """The question, or why it is still asked."""

    question: Question | None = strawberry.field(default=None, description="The question as it is now.")


@payload(refusals.NotFound, NOT_EDITABLE, domain.QuestionsChanged, description="The answer to `reorderQuestions`.")
class ReorderQuestionsPayload:
    """The event with its questions in their order, or why they are not."""

    event: Event | None = strawberry.field(default=None, description="The event.")


@strawberry.type
class QuestionMutations:
    """Mutations of questions, merged into the root."""

    @strawberry.mutation(extensions=[MayRefuse(CreateQuestionPayload)], description="Ask an event's buyers. Needs tickets:manage.")
    async def create_question(
        self, info: strawberry.Info, input: Annotated[CreateQuestionInput, strawberry.argument(description="The question wished for.")]
    ) -> CreateQuestionPayload:
        """See `resolvers.questions.create_question`."""
        return CreateQuestionPayload(question=await deeds.create_question(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateQuestionPayload)],
        description="Ask otherwise from now on; what was answered stays. Needs tickets:manage.",
    )
    async def update_question(
        self, info: strawberry.Info, input: Annotated[UpdateQuestionInput, strawberry.argument(description="What to change.")]
    ) -> UpdateQuestionPayload:
        """See `resolvers.questions.update_question`."""
        return UpdateQuestionPayload(question=await deeds.update_question(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ArchiveQuestionPayload)],
        description="Ask something no more; what was answered stays. Needs tickets:manage.",
    )
    async def archive_question(
        self, info: strawberry.Info, input: Annotated[ArchiveQuestionInput, strawberry.argument(description="Which one.")]
    ) -> ArchiveQuestionPayload:
        """See `resolvers.questions.archive_question`."""
        return ArchiveQuestionPayload(question=await deeds.archive_question(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ReorderQuestionsPayload)], description="Put an event's questions into an order. Needs tickets:manage."
    )
    async def reorder_questions(
        self, info: strawberry.Info, input: Annotated[ReorderQuestionsInput, strawberry.argument(description="The order wished for.")]
    ) -> ReorderQuestionsPayload:
        """See `resolvers.questions.reorder_questions`."""
        return ReorderQuestionsPayload(event=await deeds.reorder_questions(info.context, input.to_domain()))  # type: ignore[arg-type]


def _details(given: Terms) -> domain.QuestionDetails:
    condition = said(given.depends_on)
    return domain.QuestionDetails(
        label=read_translations(given.label, ("input", "label")),
        help=read_translations(given.help, ("input", "help")),
        choices=_choices(given.choices),
        required=given.required,
        least=said(given.least),
        most=said(given.most),
        earliest=said(given.earliest),
        latest=said(given.latest),
        ticket_type_ids=_types(given.ticket_type_ids),
        depends_on=_condition(condition) if condition else None,
    )


def _choices(given: list[QuestionChoiceInput] | None) -> tuple[domain.Choice, ...] | None:
    if given is None:
        return None
    path = ("input", "choices")
    return tuple(domain.Choice(each.key, read_translations(each.label, (*path, str(at), "label")) or {}) for at, each in enumerate(given))


def _types(given: list[strawberry.ID] | None) -> tuple[UUID, ...] | None:
    if given is None:
        return None
    return tuple(ids.expect(each, "TicketType", ("input", "ticketTypeIds", str(at))) for at, each in enumerate(given))


def _condition(given: QuestionConditionInput) -> domain.DependsOn:
    named = ids.expect(given.question_id, "Question", ("input", "dependsOn", "questionId"))
    return domain.DependsOn(named, tuple(dict.fromkeys(given.values)))
