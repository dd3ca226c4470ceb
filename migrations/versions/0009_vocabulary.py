"""The vocabulary of a programme: categories, metadata fields, what events have of them, and where to join events from afar."""

from alembic import op

revision = "0009_vocabulary"
down_revision = "0008_calendars"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
CREATE TABLE event_categories (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    slug text NOT NULL,
    name jsonb NOT NULL,
    parent_id uuid,
    position integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, slug),
    FOREIGN KEY (organization_id, parent_id) REFERENCES event_categories
);
CREATE INDEX event_categories_parent_idx ON event_categories (organization_id, parent_id);

CREATE TABLE event_category_choices (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    category_id uuid NOT NULL,
    position integer NOT NULL,
    PRIMARY KEY (organization_id, event_id, category_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    FOREIGN KEY (organization_id, category_id) REFERENCES event_categories ON DELETE CASCADE
);
CREATE INDEX event_category_choices_category_idx ON event_category_choices (organization_id, category_id, event_id);

CREATE TABLE metadata_fields (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    key text NOT NULL,
    label jsonb NOT NULL,
    kind text NOT NULL CHECK (kind IN ('STRING', 'NUMBER', 'BOOLEAN', 'DATE', 'ENUM')),
    options jsonb NOT NULL DEFAULT '[]',
    public boolean NOT NULL DEFAULT false,
    filterable boolean NOT NULL DEFAULT false,
    position integer NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, key)
);

CREATE TABLE event_metadata (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    field_id uuid NOT NULL,
    text_value text,
    number_value numeric,
    boolean_value boolean,
    date_value date,
    PRIMARY KEY (organization_id, event_id, field_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    FOREIGN KEY (organization_id, field_id) REFERENCES metadata_fields ON DELETE CASCADE,
    CONSTRAINT event_metadata_value_check CHECK (num_nonnulls(text_value, number_value, boolean_value, date_value) = 1)
);
CREATE INDEX event_metadata_text_idx ON event_metadata (organization_id, field_id, text_value, event_id);
CREATE INDEX event_metadata_number_idx ON event_metadata (organization_id, field_id, number_value, event_id)
    WHERE number_value IS NOT NULL;
CREATE INDEX event_metadata_date_idx ON event_metadata (organization_id, field_id, date_value, event_id)
    WHERE date_value IS NOT NULL;

CREATE TABLE event_join_links (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    url text NOT NULL CHECK (length(url) <= 2000),
    PRIMARY KEY (organization_id, event_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE
)
"""

APP_MAY = {
    "event_categories": "SELECT, INSERT, UPDATE (slug, name, parent_id, position, version), DELETE",
    "event_category_choices": "SELECT, INSERT, DELETE",
    "metadata_fields": "SELECT, INSERT, UPDATE (label, kind, options, public, filterable, position, version), DELETE",
    "event_metadata": "SELECT, INSERT, DELETE",
    "event_join_links": "SELECT, INSERT, UPDATE (url), DELETE",
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
    """Take all of it away; what was said is lost."""
    for table in reversed(APP_MAY):
        op.execute(f"DROP TABLE {table}")
