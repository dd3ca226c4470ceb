"""The store of questions and answers; what is encrypted of answers was sealed before it comes here."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from adapters.postgres.rows import grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.questions import Choice, DependsOn, KeptAnswer, Question, QuestionKind, QuestionScope

TYPES: Mapping[str, str] = {
    "id": "uuid", "event_id": "uuid", "scope": "text", "kind": "text", "label": "jsonb", "help": "jsonb", "choices": "jsonb",
    "required": "boolean", "encrypted": "boolean", "least": "bigint", "most": "bigint", "earliest": "date", "latest": "date",
    "ticket_type_ids": "uuid[]", "depends_on_id": "uuid", "depends_on_values": "text[]", "position": "integer",
    "archived_at": "timestamptz", "version": "integer",
}  # fmt: skip
# Made once, they stay what they are.
LASTING = {"id", "event_id", "scope", "kind", "encrypted"}
CHANGED = [name for name in TYPES if name not in LASTING]
COLUMNS = ", ".join(TYPES)
# One document, because lists of ids differ in length and PostgreSQL's arrays of arrays may not.
WRITTEN = f"jsonb_to_recordset($1::jsonb) AS written ({', '.join(f'{name} {kind}' for name, kind in TYPES.items())})"

GET_MANY = f"SELECT {COLUMNS} FROM questions WHERE id = ANY ($1::uuid[])"
OF_EVENTS = f"SELECT {COLUMNS} FROM questions WHERE event_id = ANY ($1::uuid[]) ORDER BY event_id, position, id"
ALL = f"SELECT {COLUMNS} FROM questions ORDER BY event_id, position, id"
ADD = f"INSERT INTO questions (organization_id, {COLUMNS}) SELECT $2, {COLUMNS} FROM {WRITTEN}"
KEEP = f"""
UPDATE questions q SET {", ".join(f"{name} = written.{name}" for name in CHANGED)} FROM {WRITTEN} WHERE q.id = written.id
"""
ANSWERS = """
SELECT a.order_id, a.about_id, a.question_id, a.plain, a.values_sealed
FROM order_answers a JOIN questions q ON q.organization_id = a.organization_id AND q.id = a.question_id
WHERE a.about_id = ANY ($1::uuid[]) ORDER BY a.about_id, q.position, q.id
"""
FORGET = """
DELETE FROM order_answers a USING unnest($1::uuid[], $2::uuid[]) AS gone (about_id, question_id)
WHERE a.about_id = gone.about_id AND a.question_id = gone.question_id
"""
# Lists of jsonb would be taken for more dimensions of the array; so each stands in an object.
KEEP_ANSWERS = """
INSERT INTO order_answers (organization_id, order_id, about_id, question_id, plain, values_sealed)
SELECT $1, kept.order_id, kept.about_id, kept.question_id,
    CASE WHEN kept.plain IS NOT NULL THEN ARRAY(SELECT jsonb_array_elements_text(kept.plain -> 'values')) END, kept.values_sealed
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::jsonb[], $6::bytea[]) AS kept (order_id, about_id, question_id, plain, values_sealed)
ON CONFLICT (organization_id, about_id, question_id) DO UPDATE SET plain = excluded.plain, values_sealed = excluded.values_sealed
"""


class QuestionStore:
    """Implements `Questions`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[Question | None]:
        """By id, in the order asked."""
        return in_order(list(map(_question, await self._connection.fetch(GET_MANY, ids))), ids)

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[Question]]:
        """By position, then by id."""
        return grouped(list(map(_question, await self._connection.fetch(OF_EVENTS, event_ids))), event_ids, by="event_id")

    async def all(self) -> Sequence[Question]:
        """By event, then by position."""
        return list(map(_question, await self._connection.fetch(ALL)))

    async def for_change(self, event_id: UUID) -> list[Question]:
        """The event's lock keeps others from changing them."""
        [questions] = await self.of_events([event_id])
        return list(questions)

    async def add(self, questions: Sequence[Question]) -> None:
        """Write new ones."""
        await self._connection.execute(ADD, list(map(_document, questions)), self._organization_id)

    async def keep(self, questions: Sequence[Question]) -> None:
        """Write changed ones."""
        await self._connection.execute(KEEP, list(map(_document, questions)))

    async def answers_about(self, ids: Sequence[UUID]) -> list[Sequence[KeptAnswer]]:
        """By the positions of their questions."""
        rows = await self._connection.fetch(ANSWERS, ids)
        return grouped(list(map(_answer, rows)), ids, by="about_id")

    async def keep_answers(self, kept: Sequence[KeptAnswer], gone: Sequence[tuple[UUID, UUID]] = ()) -> None:
        """A statement for what goes, and one for what is written; none where there is nothing."""
        if gone:
            await self._connection.execute(FORGET, [about for about, _ in gone], [question for _, question in gone])
        if kept:
            ids = ([getattr(each, name) for each in kept] for name in ("order_id", "about_id", "question_id"))
            plain = [None if each.values is None else {"values": list(each.values)} for each in kept]
            await self._connection.execute(KEEP_ANSWERS, self._organization_id, *ids, plain, [each.values_sealed for each in kept])


def _question(row: Any) -> Question:
    facts = dict(row)
    depends_on_id, values = facts.pop("depends_on_id"), tuple(facts.pop("depends_on_values"))
    return Question(
        **facts
        | {
            "scope": QuestionScope(facts["scope"]),
            "kind": QuestionKind(facts["kind"]),
            "choices": tuple(Choice(each["key"], each["label"]) for each in facts["choices"]),
            "ticket_type_ids": tuple(facts["ticket_type_ids"]),
            "depends_on": DependsOn(depends_on_id, values) if depends_on_id else None,
        }
    )


def _document(question: Question) -> dict[str, object]:
    """What is written of it, as plain JSON."""
    facts = {name: getattr(question, name) for name in TYPES if not name.startswith("depends_on")}
    condition = question.depends_on
    return facts | {
        "id": str(question.id),
        "event_id": str(question.event_id),
        "label": dict(question.label),
        "help": dict(question.help),
        "choices": [{"key": each.key, "label": dict(each.label)} for each in question.choices],
        "ticket_type_ids": [str(each) for each in question.ticket_type_ids],
        "depends_on_id": str(condition.question_id) if condition else None,
        "depends_on_values": list(condition.values) if condition else [],
    }


def _answer(row: Any) -> KeptAnswer:
    plain = row["plain"]
    return KeptAnswer(row["order_id"], row["about_id"], row["question_id"], None if plain is None else tuple(plain), row["values_sealed"])
