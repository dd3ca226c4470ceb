"""Questions as clients see them: what an event's buyers are asked, of whom, and under which condition."""

from datetime import date, datetime

import strawberry

from domain import questions as domain
from domain.questions import QuestionKind, QuestionScope
from resolvers.questions import questions_by_id
from schema import ids
from schema.columns import localized
from schema.enums import show_enum
from schema.nodes import Node, found_by
from schema.scalars import BigInt
from schema.texts import Translation, translations

ARCHIVED = {"archived": (bool, False, "Show the staff those that are archived, too.")}

show_enum(
    QuestionKind,
    "What the answers to a question are; each is given and shown as a text.",
    {
        "TEXT": "One line, 400 characters at most.",
        "LONG_TEXT": "Paragraphs, 4,000 characters at most.",
        "NUMBER": "A number with a point, such as 42 or 1.5.",
        "BOOLEAN": "true or false.",
        "CHOICE": "The key of one of the choices.",
        "CHOICES": "The keys of any of the choices.",
        "DATE": "A date such as 2026-12-31.",
        "EMAIL": "An e-mail address.",
        "PHONE": "A telephone number; kept as digits, with the + before them.",
        "COUNTRY": "A country of ISO 3166-1 such as DE.",
    },
)
show_enum(
    QuestionScope,
    "Of what a question is asked.",
    {"TICKET": "Of each admission.", "ORDER": "Of an order, once."},
)


@strawberry.type(description="One of the answers that a question offers.")
class QuestionChoice:
    """See `domain.questions.Choice`."""

    key: str = strawberry.field(description="What an answer says.")
    label: str = localized("label", description="What people read, in the viewer's language.")

    @strawberry.field(description="What people read, in every language.")
    def labels(self: domain.Choice) -> list[Translation]:
        """The whole localized label."""
        return translations(self.label)


@strawberry.type(description="The condition that another question was answered so.")
class QuestionCondition:
    """See `domain.questions.DependsOn`."""

    values: list[str] = strawberry.field(description="One of these must be the answer, or among the choices made.")

    @strawberry.field(description="The other question.")
    def question_id(self: domain.DependsOn) -> strawberry.ID:
        """Its global id."""
        return ids.show("Question", self.question_id)


@strawberry.federation.type(keys=["id"], description="Something that an event's buyers are asked.")
class Question(Node):
    """See `domain.questions.Question`."""

    scope: QuestionScope = strawberry.field(description="Of what it is asked.")
    kind: QuestionKind = strawberry.field(description="What its answers are.")
    label: str = localized("label", description="The question in the viewer's language.")
    help: str = localized("help", description="What helps to answer it, in the viewer's language; empty where nothing is said.")
    choices: list[QuestionChoice] = strawberry.field(description="What CHOICE and CHOICES offer.")
    required: bool = strawberry.field(description="Whether it must be answered where it is asked.")
    encrypted: bool = strawberry.field(description="Whether its answers are kept unreadable, but for the buyer and staff with orders:read.")
    least: BigInt | None = strawberry.field(description="The least number, characters of a text, or choices.")
    most: BigInt | None = strawberry.field(description="The most of them.")
    earliest: date | None = strawberry.field(description="The first day that a DATE may be.")
    latest: date | None = strawberry.field(description="The last day that a DATE may be.")
    depends_on: QuestionCondition | None = strawberry.field(description="It is asked under this condition only; null: always.")
    position: int = strawberry.field(description="Its place among the event's questions.")
    archived_at: datetime | None = strawberry.field(description="When it was archived; null as long as it is asked.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")

    @strawberry.field(description="The event whose buyers are asked.")
    def event_id(self: domain.Question) -> strawberry.ID:
        """Its global id."""
        return ids.show("Event", self.event_id)

    @strawberry.field(description="The question in every language.")
    def labels(self: domain.Question) -> list[Translation]:
        """The whole localized label."""
        return translations(self.label)

    @strawberry.field(description="What helps to answer it, in every language.")
    def helps(self: domain.Question) -> list[Translation]:
        """The whole localized help."""
        return translations(self.help)

    @strawberry.field(description="The ticket types it is asked for; none named: all.")
    def ticket_type_ids(self: domain.Question) -> list[strawberry.ID]:
        """Their global ids."""
        return ids.show_all("TicketType", self.ticket_type_ids)


found_by("Question", questions_by_id)
