"""The tables of the box office, as statements built with SQLAlchemy see them; migrations make them.

Every table of a tenant carries `organization_id` in its keys, and row security (in the migrations) hides other tenants' rows.
`holds`, `hold_lines`, `idempotency_keys` and `outbox` take thousands of rows a second, so they have no foreign keys and few
indexes: their one writer holds the event's lock while it writes, and `audit.sql` proves that nothing was orphaned.
The tables of seat maps are in `seat_tables.py`, those of access codes in `access_code_tables.py`,
those of orders in `order_tables.py`, those of payments in `payment_tables.py`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Double,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from adapters.postgres.columns import number_column, text_column, time_column, uuid_column

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
    }
)


def _long(name: str, *, default: int | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=False, server_default=None if default is None else str(default))


def _json(name: str, *, default: str | None = None) -> Column[object]:
    return Column(name, JSONB, nullable=False, server_default=default)


def _one_of(column: str, *words: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(repr(word) for word in words)})", name=column)


def _key(*columns: str) -> PrimaryKeyConstraint:
    return PrimaryKeyConstraint(*columns)


def _of_organization() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["organization_id"], ["organizations.id"])


def _of(column: str, table: str, *, ends_with_it: bool = True) -> ForeignKeyConstraint:
    there = [f"{table}.organization_id", f"{table}.id"]
    return ForeignKeyConstraint(["organization_id", column], there, ondelete="CASCADE" if ends_with_it else None)


organizations = Table(
    "organizations",
    metadata,
    uuid_column(),
    text_column("slug"),
    text_column("name"),
    text_column("default_locale", default="en"),
    text_column("default_currency", default="EUR"),
    number_column("buyer_limit", default=20),
    _json("settings", default="{}"),
    time_column("created_at", now=True),
    Column("image_quota_bytes", BigInteger),
    CheckConstraint("image_quota_bytes >= 0", name="image_quota_bytes"),
    _key("id"),
    UniqueConstraint("slug"),
    CheckConstraint("buyer_limit > 0", name="buyer_limit"),
)

organization_domains = Table(
    "organization_domains",
    metadata,
    uuid_column("organization_id"),
    text_column("domain"),
    _key("organization_id", "domain"),
    # Across tenants on purpose: a host name leads to one organization.
    UniqueConstraint("domain"),
    CheckConstraint("domain = lower(domain)", name="domain"),
    _of_organization(),
)

people = Table(
    "people",
    metadata,
    uuid_column(),
    text_column("email", optional=True),
    text_column("name"),
    time_column("created_at", now=True),
    _key("id"),
    UniqueConstraint("email"),
)

memberships = Table(
    "memberships",
    metadata,
    uuid_column("organization_id"),
    uuid_column("person_id"),
    text_column("role"),
    number_column("version", default=1),
    time_column("joined_at", now=True),
    _key("organization_id", "person_id"),
    _one_of("role", "owner", "admin", "manager", "support", "analyst", "organizer", "user"),
    _of_organization(),
    # A tenant sees its members only, so it writes the membership first and then the person.
    ForeignKeyConstraint(["person_id"], ["people.id"], deferrable=True, initially="DEFERRED"),
    Index("memberships_person_idx", "person_id"),
)

venues = Table(
    "venues",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    text_column("name"),
    text_column("street"),
    text_column("city"),
    text_column("country"),
    text_column("time_zone"),
    number_column("version", default=1),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("city_key", Text(collation="C"), Computed("search_key(city)", persisted=True)),
    text_column("region", default=""),
    _key("organization_id", "id"),
    CheckConstraint("region ~ '^[A-Z0-9]{0,3}$'", name="region"),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180 AND (latitude IS NULL) = (longitude IS NULL)", name="longitude"),
    CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    _of_organization(),
    Index("venues_city_idx", "organization_id", "city_key"),
    Index("venues_country_idx", "organization_id", "country"),
)

events = Table(
    "events",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    text_column("slug"),
    _json("title"),
    _json("description", default="{}"),
    text_column("status", default="DRAFT"),
    text_column("attendance_mode", default="PHYSICAL"),
    time_column("starts_at"),
    time_column("ends_at"),
    text_column("time_zone"),
    uuid_column("venue_id", optional=True),
    time_column("created_at", now=True),
    time_column("updated_at", now=True),
    time_column("published_at", optional=True),
    time_column("previous_starts_at", optional=True),
    _json("cancellation_reason", default="{}"),
    number_column("buyer_limit", optional=True),
    number_column("version", default=1),
    uuid_column("created_by", optional=True),
    Column("approval_required", Boolean, nullable=False, server_default=text("false")),
    _key("organization_id", "id"),
    UniqueConstraint("organization_id", "slug"),
    _one_of("status", "DRAFT", "PUBLISHED", "POSTPONED", "CANCELLED", "COMPLETED", "ARCHIVED"),
    _one_of("attendance_mode", "PHYSICAL", "VIRTUAL", "HYBRID"),
    CheckConstraint("ends_at > starts_at", name="ends_at"),
    CheckConstraint("buyer_limit > 0", name="buyer_limit"),
    _of_organization(),
    _of("venue_id", "venues", ends_with_it=False),
    Index("events_status_starts_at_idx", "organization_id", "status", "starts_at", "id"),
    Index("events_starts_at_idx", "organization_id", "starts_at", "id"),
    Index("events_created_at_idx", "organization_id", "created_at", "id"),
    Index("events_ends_at_idx", "organization_id", "ends_at", "id"),
    Index("events_attendance_mode_idx", "organization_id", "attendance_mode", "starts_at", "id"),
    Index("events_venue_idx", "organization_id", "venue_id"),
)

event_activity = Table(
    "event_activity",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    # No foreign key: the log of an event outlives it.
    uuid_column("event_id"),
    uuid_column("actor_id", optional=True),
    text_column("deed"),
    number_column("version"),
    _json("changes"),
    time_column("at"),
    text_column("correlation_id", optional=True),
    uuid_column("service_key_id", optional=True),
    Column("by_platform_admin", Boolean, nullable=False, server_default=text("false")),
    _key("organization_id", "id"),
    _of_organization(),
    Index("event_activity_event_idx", "organization_id", "event_id", "at", "id"),
)

inventories = Table(
    "inventories",
    metadata,
    uuid_column("organization_id"),
    uuid_column("event_id"),
    _long("sequence", default=0),
    _long("reshaped_at", default=0),
    _key("organization_id", "event_id"),
    _of("event_id", "events"),
)

pools = Table(
    "pools",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("event_id"),
    text_column("name"),
    number_column("capacity"),
    number_column("held", default=0),
    number_column("sold", default=0),
    _long("moved_at", default=0),
    _key("organization_id", "id"),
    CheckConstraint("held >= 0", name="held"),
    CheckConstraint("sold >= 0", name="sold"),
    CheckConstraint("held + sold <= capacity", name="capacity"),
    _of("event_id", "events"),
    Index("pools_event_idx", "organization_id", "event_id"),
)

ticket_types = Table(
    "ticket_types",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("event_id"),
    _json("name"),
    _long("price_minor"),
    text_column("currency"),
    number_column("position", default=0),
    time_column("sales_start_at", optional=True),
    time_column("sales_end_at", optional=True),
    number_column("min_per_order", optional=True),
    number_column("max_per_order", optional=True),
    number_column("max_per_buyer", optional=True),
    Column("hidden", Boolean, nullable=False, server_default="false"),
    Column("paused", Boolean, nullable=False, server_default="false"),
    uuid_column("created_by", optional=True),
    _long("moved_at", default=0),
    number_column("version", default=1),
    _key("organization_id", "id"),
    CheckConstraint("price_minor >= 0", name="price_minor"),
    CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
    CheckConstraint("min_per_order > 0", name="min_per_order"),
    CheckConstraint("max_per_order > 0", name="max_per_order"),
    CheckConstraint("max_per_buyer > 0", name="max_per_buyer"),
    _of("event_id", "events"),
    # Finding events by price never looks at hidden types.
    Index("ticket_types_price_idx", "organization_id", "currency", "price_minor", "event_id", postgresql_where=text("NOT hidden")),
    Index("ticket_types_event_idx", "organization_id", "event_id", "position", "id"),
)

ticket_type_pools = Table(
    "ticket_type_pools",
    metadata,
    uuid_column("organization_id"),
    uuid_column("ticket_type_id"),
    uuid_column("pool_id"),
    _key("organization_id", "ticket_type_id", "pool_id"),
    _of("ticket_type_id", "ticket_types"),
    _of("pool_id", "pools"),
    Index("ticket_type_pools_pool_idx", "organization_id", "pool_id"),
)

holds = Table(
    "holds",
    metadata,
    uuid_column("organization_id"),
    uuid_column(),
    uuid_column("event_id"),
    text_column("buyer"),
    text_column("status"),
    time_column("created_at"),
    time_column("expires_at"),
    time_column("extended_at", optional=True),
    time_column("sold_at", optional=True),
    _key("organization_id", "id"),
    _one_of("status", "ACTIVE", "CONVERTED", "RELEASED", "EXPIRED", "REVOKED"),
    CheckConstraint("sold_at IS NULL OR status IN ('CONVERTED', 'REVOKED')", name="sold_at"),
    # One index answers both "this buyer's holds" and "this buyer's live tickets of the event".
    Index("holds_live_idx", "organization_id", "buyer", "event_id", postgresql_where=text("status IN ('ACTIVE', 'CONVERTED')")),
    # Serves the sweeper, which looks across tenants.
    Index("holds_expiry_idx", "expires_at", "organization_id", "event_id", postgresql_where=text("status = 'ACTIVE'")),
    # Serves the look at one event's overdue holds, for which no other index is as good at any time.
    Index("holds_overdue_idx", "organization_id", "event_id", "expires_at", postgresql_where=text("status = 'ACTIVE'")),
)

hold_lines = Table(
    "hold_lines",
    metadata,
    uuid_column("organization_id"),
    uuid_column("hold_id"),
    uuid_column("ticket_type_id"),
    number_column("quantity"),
    Column("pool_ids", ARRAY(Uuid), nullable=False),
    Column("seat_ids", ARRAY(Uuid), nullable=False, server_default="{}"),
    _key("organization_id", "hold_id", "ticket_type_id"),
    CheckConstraint("quantity > 0", name="quantity"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    uuid_column("organization_id"),
    text_column("scope"),
    text_column("key"),
    text_column("deed"),
    Column("fingerprint", LargeBinary, nullable=False),
    uuid_column("result_id"),
    time_column("created_at", now=True),
    _key("organization_id", "scope", "key"),
)

import_references = Table(
    "import_references",
    metadata,
    uuid_column("organization_id"),
    text_column("source"),
    text_column("kind"),
    text_column("name"),
    uuid_column(),
    _key("organization_id", "source", "kind", "name"),
    _of_organization(),
)

outbox = Table(
    "outbox",
    metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    uuid_column(),
    uuid_column("organization_id"),
    text_column("type"),
    number_column("version"),
    text_column("subject"),
    _json("payload"),
    text_column("correlation_id", optional=True),
    time_column("occurred_at", now=True),
    _key("position"),
)
