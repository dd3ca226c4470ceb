"""Series: events that take place again and again, and which event is the occurrence of which date."""

from alembic import op

revision = "0011_series"
down_revision = "0010_search"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
CREATE TABLE event_series (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    slug text NOT NULL,
    title jsonb NOT NULL,
    description jsonb NOT NULL DEFAULT '{}',
    attendance_mode text NOT NULL CHECK (attendance_mode IN ('PHYSICAL', 'VIRTUAL', 'HYBRID')),
    venue_id uuid,
    time_zone text NOT NULL,
    start_time time NOT NULL,
    lasts interval NOT NULL CHECK (lasts > interval '0'),
    starts_on date NOT NULL,
    rule text NOT NULL,
    excluded_dates date[] NOT NULL DEFAULT '{}'::date[],
    extra_dates date[] NOT NULL DEFAULT '{}'::date[],
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, slug),
    FOREIGN KEY (organization_id, venue_id) REFERENCES venues
);
CREATE INDEX event_series_venue_idx ON event_series (organization_id, venue_id);

CREATE TABLE event_occurrences (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    series_id uuid NOT NULL,
    date date NOT NULL,
    PRIMARY KEY (organization_id, event_id),
    UNIQUE (organization_id, series_id, date),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    FOREIGN KEY (organization_id, series_id) REFERENCES event_series
)
"""

APP_MAY = {
    "event_series": (
        "SELECT, INSERT, UPDATE (slug, title, description, attendance_mode, venue_id, time_zone, start_time, lasts, starts_on, rule, "
        "excluded_dates, extra_dates, updated_at, version)"
    ),
    # An occurrence goes with its event, and with that alone.
    "event_occurrences": "SELECT, INSERT, UPDATE (series_id)",
}


def upgrade() -> None:
    """Make the tables, and put each under row security."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)
    rule = f"organization_id = {CURRENT}"
    for table, rights in APP_MAY.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Take the tables away; the occurrences stay as events of their own."""
    for table in reversed(APP_MAY):
        op.execute(f"DROP TABLE {table}")
