"""Seat maps: seating plans in immutable versions, the seats of each event that uses one, and a version number for venues.

`seats` is claimed from thousands of times a minute, so each page keeps room for new row versions and nothing that a claim changes is
indexed. Its rows are numbered as the seats of the plan's version are, so that live state can travel as arrays.
"""

from alembic import op
from alembic.util import CommandError

revision = "0006_seating"
down_revision = "0005_images"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

VENUES = "ALTER TABLE venues ADD COLUMN version integer NOT NULL DEFAULT 1"

PLANS = """
CREATE TABLE seating_plans (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    venue_id uuid,
    name text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    updated_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, name),
    FOREIGN KEY (organization_id, venue_id) REFERENCES venues
);
CREATE INDEX seating_plans_venue_idx ON seating_plans (organization_id, venue_id);

CREATE TABLE seating_plan_versions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    plan_id uuid NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    hash text NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    seat_count integer NOT NULL,
    sections jsonb NOT NULL,
    categories jsonb NOT NULL,
    document bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, plan_id, version),
    FOREIGN KEY (organization_id, plan_id) REFERENCES seating_plans ON DELETE CASCADE,
    CONSTRAINT seating_plan_versions_hash_check CHECK (hash ~ '^[0-9a-f]{64}$')
);
CREATE INDEX seating_plan_versions_hash_idx ON seating_plan_versions (organization_id, hash)
"""

SEATS = """
CREATE TABLE seatings (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    plan_version_id uuid NOT NULL,
    moved_at bigint NOT NULL,
    PRIMARY KEY (organization_id, event_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    FOREIGN KEY (organization_id, plan_version_id) REFERENCES seating_plan_versions
);
CREATE INDEX seatings_plan_version_idx ON seatings (organization_id, plan_version_id);

CREATE TABLE seat_categories (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    category integer NOT NULL,
    name text NOT NULL,
    standing integer CHECK (standing > 0),
    pool_id uuid NOT NULL,
    PRIMARY KEY (organization_id, event_id, category),
    FOREIGN KEY (organization_id, event_id) REFERENCES seatings ON DELETE CASCADE,
    FOREIGN KEY (organization_id, pool_id) REFERENCES pools ON DELETE CASCADE
);
CREATE INDEX seat_categories_pool_idx ON seat_categories (organization_id, pool_id);

CREATE TABLE seats (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    seat_no integer NOT NULL,
    guid text NOT NULL,
    label text NOT NULL,
    section integer NOT NULL,
    row_no integer NOT NULL,
    place integer NOT NULL,
    category integer NOT NULL,
    flags integer NOT NULL DEFAULT 0,
    hold_id uuid,
    claimed_until timestamptz,
    booked boolean NOT NULL DEFAULT false,
    blocked_reason text,
    moved_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, event_id, seat_no),
    UNIQUE (organization_id, event_id, label),
    FOREIGN KEY (organization_id, event_id) REFERENCES seatings ON DELETE CASCADE,
    CONSTRAINT seats_claimed_until_check CHECK ((claimed_until IS NOT NULL) = (hold_id IS NOT NULL AND NOT booked)),
    CONSTRAINT seats_blocked_reason_check CHECK (blocked_reason IS NULL OR (hold_id IS NULL AND NOT booked))
) WITH (fillfactor = 60)
"""

APP_MAY = {
    "seating_plans": "SELECT, INSERT, UPDATE (venue_id, version, updated_at)",
    "seating_plan_versions": "SELECT, INSERT",
    "seatings": "SELECT, INSERT, UPDATE (plan_version_id, moved_at)",
    "seat_categories": "SELECT, INSERT, DELETE",
    "seats": "SELECT, INSERT, UPDATE (hold_id, claimed_until, booked, blocked_reason, moved_at), DELETE",
}


def upgrade() -> None:
    """Make the tables, then put each under row security and say who may do what."""
    for statement in (VENUES, *PLANS.split(";\n"), *SEATS.split(";\n")):
        op.execute(statement)
    op.execute("GRANT UPDATE (version) ON venues TO ticketbase_app")
    rule = f"organization_id = {CURRENT}"
    for table, rights in APP_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Going back would forget which seat is whose."""
    raise CommandError("Seat maps cannot be undone once seats may be sold; restore a backup, or make a new database.")
