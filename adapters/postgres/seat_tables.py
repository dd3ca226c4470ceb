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
    Text,
    UniqueConstraint,
    Uuid,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.tables import metadata


def _id(name: str, *, optional: bool = False) -> Column[object]:
    return Column(name, Uuid, nullable=optional)


def _text(name: str, *, optional: bool = False) -> Column[str]:
    return Column(name, Text, nullable=optional)


def _number(name: str, *, optional: bool = False, default: str | None = None) -> Column[int]:
    return Column(name, Integer, nullable=optional, server_default=default)


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
    _id("organization_id"),
    _id("id"),
    _id("venue_id", optional=True),
    _text("name"),
    _number("version", default="1"),
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
    _id("organization_id"),
    _id("id"),
    _id("plan_id"),
    _number("version"),
    _text("hash"),
    _number("width"),
    _number("height"),
    _number("seat_count"),
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
    _id("organization_id"),
    _id("event_id"),
    _id("plan_version_id"),
    Column("moved_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("organization_id", "event_id"),
    _of("event_id", "events.id", ends_with_it=True),
    _of("plan_version_id", "seating_plan_versions.id", ends_with_it=False),
    Index("seatings_plan_version_idx", "organization_id", "plan_version_id"),
)

seat_categories = Table(
    "seat_categories",
    metadata,
    _id("organization_id"),
    _id("event_id"),
    _number("category"),
    _text("name"),
    _number("standing", optional=True),
    _id("pool_id"),
    PrimaryKeyConstraint("organization_id", "event_id", "category"),
    CheckConstraint("standing > 0", name="standing"),
    _of("event_id", "seatings.event_id", ends_with_it=True),
    _of("pool_id", "pools.id", ends_with_it=True),
    Index("seat_categories_pool_idx", "organization_id", "pool_id"),
)

seats = Table(
    "seats",
    metadata,
    _id("organization_id"),
    _id("event_id"),
    _number("seat_no"),
    _id("id"),
    _text("guid"),
    _text("label"),
    _number("section"),
    _number("row_no"),
    _number("place"),
    _number("category"),
    _number("flags", default="0"),
    _id("hold_id", optional=True),
    Column("claimed_until", DateTime(timezone=True)),
    Column("booked", Boolean, nullable=False, server_default=false()),
    _text("blocked_reason", optional=True),
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
    _id("organization_id"),
    _id("event_id"),
    _number("slot"),
    Column("sequence", BigInteger, nullable=False),
    Column("seats", ARRAY(Integer)),
    PrimaryKeyConstraint("organization_id", "event_id", "slot"),
    CheckConstraint("slot = sequence % 1024", name="slot"),
    _of("event_id", "seatings.event_id", ends_with_it=True),
)
