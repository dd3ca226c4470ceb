"""Why a question is not changed, and why answers are not taken."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.refusals import ErrorCode, Refusal


class WhyNot(StrEnum):
    """Why an answer is not taken."""

    REQUIRED = "REQUIRED"
    NOT_ASKED = "NOT_ASKED"
    MALFORMED = "MALFORMED"
    NOT_A_CHOICE = "NOT_A_CHOICE"
    OUT_OF_BOUNDS = "OUT_OF_BOUNDS"
    TWICE = "TWICE"


@dataclass(frozen=True, slots=True)
class AnswerFault:
    """One answer that is missing or not taken: of a ticket of a cart (`hold_id`, `ticket_type_id`, `index`), a line, or the whole order."""

    question_id: UUID
    why: WhyNot
    message: str
    path: tuple[str, ...]
    hold_id: UUID | None = None
    ticket_type_id: UUID | None = None
    index: int | None = None
    line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class AnswersInvalid(Refusal):
    """Answers are missing, or are none to what is asked; every fault is named."""

    faults: tuple[AnswerFault, ...]

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "; ".join(f"{'.'.join(each.path)}: {each.message}" for each in self.faults)

    @property
    def path(self) -> tuple[str, ...]:
        """The place of the first fault."""
        return self.faults[0].path if self.faults else ()


@dataclass(frozen=True, slots=True)
class QuestionNeeded(Refusal):
    """Whether other questions are asked depends on this one, or on a choice of it."""

    question_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Other questions depend on it; change or archive these first."


@dataclass(frozen=True, slots=True)
class QuestionArchived(Refusal):
    """An archived question stays as it is."""

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "The question is archived and stays as it is; make a new one."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names it."""
        return ("input", "questionId")


@dataclass(frozen=True, slots=True)
class QuestionsChanged(Refusal):
    """The event asks other questions than those named."""

    question_ids: tuple[UUID, ...]

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The event asks {len(self.question_ids)} questions; name each of them once."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "questionIds")
