"""What the store of questions and answers must offer."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from domain.questions.values import KeptAnswer, Question


class Questions(Protocol):
    """The store of questions and answers. Reads may return rows that read like the values."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Question | None]:
        """The questions by id, in the order asked."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Question]]:
        """For each event its questions by position, archived ones too."""

    async def all(self) -> Sequence[Question]:
        """Those of all events, by event and position, archived ones too."""

    async def for_change(self, event_id: UUID) -> list[Question]:
        """The event's questions as values; to be asked after the event is locked, so that none changes elsewhere."""

    async def add(self, questions: Sequence[Question]) -> None:
        """Write new ones, in one statement."""

    async def keep(self, questions: Sequence[Question]) -> None:
        """Write changed ones, in one statement."""

    async def answers_about(self, ids: Sequence[UUID]) -> list[Sequence[KeptAnswer]]:
        """What is answered about each of these orders or lines, by the positions of the questions."""

    async def keep_answers(self, kept: Sequence[KeptAnswer], gone: Sequence[tuple[UUID, UUID]] = ()) -> None:
        """Write these, over what was answered before; take away those `gone`, each by what it is about and its question."""
