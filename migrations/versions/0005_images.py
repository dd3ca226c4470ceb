"""Images of events; and what was removed of them, until the object storage is rid of it too."""

from alembic import op

revision = "0005_images"
down_revision = "0001_foundation"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

TABLES = """
CREATE TABLE images (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    position integer NOT NULL,
    alt jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN ('PENDING', 'READY', 'REFUSED')),
    fault text,
    content_type text NOT NULL,
    byte_size integer NOT NULL CHECK (byte_size > 0),
    counted_bytes bigint NOT NULL CHECK (counted_bytes >= 0),
    sha256 text,
    width integer,
    height integer,
    variants jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    created_by uuid NOT NULL,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    CONSTRAINT images_fault_check CHECK ((fault IS NOT NULL) = (status = 'REFUSED'))
);
CREATE INDEX images_event_idx ON images (organization_id, event_id, position, id);
CREATE INDEX images_unfinished_idx ON images (created_at) WHERE status <> 'READY';

CREATE TABLE discarded_images (
    organization_id uuid NOT NULL,
    image_id uuid NOT NULL,
    discarded_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (organization_id, image_id)
);
CREATE INDEX discarded_images_discarded_at_idx ON discarded_images (discarded_at)
"""

# A trigger, because images also go with their event, by the foreign key, and their files must not stay behind.
DISCARD = """
CREATE FUNCTION discard_image() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO discarded_images (organization_id, image_id) VALUES (OLD.organization_id, OLD.id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$
"""
# What a foreign key deletes, it deletes as the tables' owner, who may write nothing else and nothing by hand.
BY_TRIGGER = "CREATE POLICY discard ON discarded_images FOR INSERT TO CURRENT_USER WITH CHECK (pg_trigger_depth() > 0)"
ON_DELETE = "CREATE TRIGGER discard AFTER DELETE ON images FOR EACH ROW EXECUTE FUNCTION discard_image()"

APP_MAY = {
    "images": "SELECT, INSERT, DELETE, UPDATE (position, alt, status, fault, counted_bytes, sha256, width, height, variants, version)",
    "discarded_images": "INSERT",
}
SYSTEM_SEES = {"images": "status <> 'READY'", "discarded_images": "true"}
SYSTEM_MAY = {"images": "SELECT (organization_id, id, status, created_at)", "discarded_images": "SELECT, DELETE"}


def upgrade() -> None:
    """Make the tables and put them under row security."""
    for statement in (*TABLES.split(";\n"), DISCARD, ON_DELETE):
        op.execute(statement)
    for table, rights in APP_MAY.items():
        rule = f"organization_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING ({SYSTEM_SEES[table]}) WITH CHECK (false)")
        op.execute(f"GRANT {SYSTEM_MAY[table]} ON {table} TO ticketbase_system")
    op.execute(BY_TRIGGER)


def downgrade() -> None:
    """Drop the tables; the files in the object storage are no longer known to anybody."""
    op.execute("DROP TABLE images, discarded_images")
    op.execute("DROP FUNCTION discard_image()")
