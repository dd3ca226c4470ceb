"""Questions: what an event's buyers are asked besides who comes, and their answers.

values      questions and answers as they are
editing     making, changing, ordering, archiving and copying questions
reading     one answer: is it of its question's kind, and how is it kept
answering   which questions are asked, and what is accepted of all answers together
showing     who sees which questions, and what is shown of answers
refusals    why not
store       what their store must offer
"""

from domain.questions.answering import NOTHING, Accepted, Wrong, accept, asked_of, place_of_answer
from domain.questions.editing import (
    CLEARABLE,
    ArchiveQuestion,
    CreateQuestion,
    QuestionDetails,
    ReorderQuestions,
    UpdateQuestion,
    archive,
    chosen,
    copied,
    create,
    found,
    open_ones,
    reorder,
    update,
)
from domain.questions.reading import NotAnAnswer, read
from domain.questions.refusals import AnswerFault, AnswersInvalid, QuestionArchived, QuestionNeeded, QuestionsChanged, WhyNot
from domain.questions.showing import ShownAnswer, may_open, shown_to_public, told
from domain.questions.store import Questions
from domain.questions.values import (
    Answer,
    Answered,
    Choice,
    DependsOn,
    KeptAnswer,
    Question,
    QuestionKind,
    QuestionScope,
    Values,
    is_for,
)

__all__ = [
    "CLEARABLE",
    "NOTHING",
    "Accepted",
    "Answer",
    "AnswerFault",
    "Answered",
    "AnswersInvalid",
    "ArchiveQuestion",
    "Choice",
    "CreateQuestion",
    "DependsOn",
    "KeptAnswer",
    "NotAnAnswer",
    "Question",
    "QuestionArchived",
    "QuestionDetails",
    "QuestionKind",
    "QuestionNeeded",
    "QuestionScope",
    "Questions",
    "QuestionsChanged",
    "ReorderQuestions",
    "ShownAnswer",
    "UpdateQuestion",
    "Values",
    "WhyNot",
    "Wrong",
    "accept",
    "archive",
    "asked_of",
    "chosen",
    "copied",
    "create",
    "found",
    "is_for",
    "may_open",
    "open_ones",
    "place_of_answer",
    "read",
    "reorder",
    "shown_to_public",
    "told",
    "update",
]
