"""The tables of seat maps: plans in immutable versions, and the seats of each event that uses one.

A seat's number is its ordinal in the plan's version. Nothing that a claim changes is indexed, so that PostgreSQL can put the new
version of a row beside the old one; whoever claims holds the event's lock in `inventories`, as for every change of stock.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.columns import number_column, text_column, uuid_column
from adapters.postgres.tables import metadata


def _made_at(name: str) -> Column[object]:
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.app_now())


def _of(column: str, place: str, *, ends_with_it: bool) -> ForeignKeyConstraint:
    table, _, key = place.partition(".")
    return ForeignKeyConstraint(
        ["organization_id", column], [f"{table}.organization_id", f"{table}.{key}"], ondelete="CASCADE" if ends_with_it else None
    )


seating_plans = Table(
    "seating_plans",
    metadata,
    uuid_column("organization_id"),
    uuid_column("id"),
    uuid_column("venue_id", optional=True),
    text_column("name"),
    number_column("version", default=1),
    _made_at("created_at"),
    _made_at("updated_at"),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "name"),
    ForeignKeyConstraint(["organization_id"], ["organizations.id"]),
    _of("venue_id", "venues.id", ends_with_it=False),
    Index("seating_plans_venue_idx", "organization_id", "venue_id"),
)

seating_plan_versions = Table(
    "seating_plan_versions",
    metadata,
    uuid_column("organization_id"),
    uuid_column("id"),
    uuid_column("plan_id"),
    number_column("version"),
    text_column("hash"),
    number_column("width"),
    number_column("height"),
    number_column("seat_count"),
    Column("sections", JSONB, nullable=False),
    Column("categories", JSONB, nullable=False),
    Column("document", LargeBinary, nullable=False),
    _made_at("created_at"),
    PrimaryKeyConstraint("organization_id", "id"),
    UniqueConstraint("organization_id", "plan_id", "version"),
    CheckConstraint("version > 0", name="version"),
    CheckConstraint("hash ~ '^[0-9a-f]{64}$'", name="hash"),
    _of("plan_id", "seating_plans.id", ends_with_it=True),
    Index("seating_plan_versions_hash_idx", "organization_id", "hash"),
)

seatings = Table(
    "seatings",
    metadata,
    uuid_column("organization_id"),
    uuid_column("event_id"),
    uuid_column("plan_version_id"),
    Column("moved_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "event_id"),
    _of("event_id", "events.id", ends_with_it=True),
    _of("plan_version_id", "seating_plan_versions.id", ends_with_it=False),
    Index("seatings_plan_version_idx", "organization_id", "plan_version_id"),
)

seat_categories = Table(
    "seat_categories",
    metadata,
    uuid_column("organization_id"),
    uuid_column("event_id"),
    number_column("category"),
    text_column("name"),
    number_column("standing", optional=True),
    uuid_column("pool_id"),
    PrimaryKeyConstraint("organization_id", "event_id", "category"),
    CheckConstraint("standing > 0", name="standing"),
    _of("event_id", "seatings.event_id", ends_with_it=True),
    _of("pool_id", "pools.id", ends_with_it=True),
    Index("seat_categories_pool_idx", "organization_id", "pool_id"),
)

seats = Table(
    "seats",
    metadata,
    uuid_column("organization_id"),
    uuid_column("event_id"),
    number_column("seat_no"),
    uuid_column("id"),
    text_column("guid"),
    text_column("label"),
    number_column("section"),
    number_column("row_no"),
    number_column("place"),
    number_column("category"),
    number_column("flags", default=0),
    uuid_column("hold_id", optional=True),
    Column("claimed_until", DateTime(timezone=True)),
    Column("booked", Boolean, nullable=False, server_default=false()),
    text_column("blocked_reason", optional=True),
    Column("moved_at", BigInteger, nullable=False, server_default="0"),
    PrimaryKeyConstraint("organization_id", "event_id", "seat_no"),
    UniqueConstraint("organization_id", "id"),
    # Begins with the label, so that look-ups by it need not share the primary key's index (see holds_seats.py).
    UniqueConstraint("organization_id", "label", "event_id"),
    CheckConstraint("(claimed_until IS NOT NULL) = (hold_id IS NOT NULL AND NOT booked)", name="claimed_until"),
    CheckConstraint("blocked_reason IS NULL OR (hold_id IS NULL AND NOT booked)", name="blocked_reason"),
    _of("event_id", "seatings.event_id", ends_with_it=True),
)

seat_moves = Table(
    "seat_moves",
    metadata,
    uuid_column("organization_id"),
    uuid_column("event_id"),
    number_column("slot"),
    Column("sequence", BigInteger, nullable=False),
    Column("seats", ARRAY(Integer)),
    PrimaryKeyConstraint("organization_id", "event_id", "slot"),
    CheckConstraint("slot = sequence % 1024", name="slot"),
    _of("event_id", "seatings.event_id", ends_with_it=True),
)
