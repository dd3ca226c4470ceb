"""The tables that searches are answered from; a trigger on `events` keeps them, and the foreign key takes them away."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, PrimaryKeyConstraint, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from adapters.postgres.tables import metadata


def _of_event() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id", "event_id"], ["events.organization_id", "events.id"], ondelete="CASCADE")


event_words = Table(
    "event_words",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    # Sorted by bytes, so that all words with one beginning are one range of the key, which includes the weight.
    Column("word", Text(collation="C"), nullable=False),
    # 8 for a stem in the title, 1 for one in the description, 16 and 2 for words as they are written, and the sum of what applies.
    Column("weight", SmallInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "word", "event_id"),
    _of_event(),
    Index("event_words_event_idx", "organization_id", "event_id"),
)

event_texts = Table(
    "event_texts",
    metadata,
    Column("organization_id", Uuid, nullable=False),
    Column("event_id", Uuid, nullable=False),
    # Titles and descriptions folded, words between blanks, languages between bars.
    Column("body", Text, nullable=False),
    # Each language's title, folded, as titles are sorted.
    Column("titles", JSONB, nullable=False),
    PrimaryKeyConstraint("organization_id", "event_id"),
    _of_event(),
)
