"""Where venues are on the globe; events may be parted from their seating plans; organizations may have an image quota of their own."""

from alembic import op

revision = "0008_calendars"
down_revision = "0007_programme"

STATEMENTS = """
ALTER TABLE venues
    ADD COLUMN latitude double precision,
    ADD COLUMN longitude double precision,
    ADD CONSTRAINT venues_latitude_check CHECK (latitude BETWEEN -90 AND 90),
    ADD CONSTRAINT venues_longitude_check CHECK (longitude BETWEEN -180 AND 180 AND (latitude IS NULL) = (longitude IS NULL));
GRANT UPDATE (latitude, longitude) ON venues TO ticketbase_app;
GRANT DELETE ON seatings TO ticketbase_app;
ALTER TABLE organizations
    ADD COLUMN image_quota_bytes bigint,
    ADD CONSTRAINT organizations_image_quota_bytes_check CHECK (image_quota_bytes >= 0);
GRANT UPDATE (image_quota_bytes) ON organizations TO ticketbase_app
"""


def upgrade() -> None:
    """Widen venues and organizations, and let seatings end."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Forget where venues are and who has a quota of his own; seatings stay for ever again."""
    op.execute("REVOKE DELETE ON seatings FROM ticketbase_app")
    op.execute("ALTER TABLE organizations DROP COLUMN image_quota_bytes")
    op.execute("ALTER TABLE venues DROP COLUMN latitude, DROP COLUMN longitude")
