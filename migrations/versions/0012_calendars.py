"""Where venues are on the globe; and events may be parted from their seating plans."""

from alembic import op

revision = "0012_calendars"
down_revision = "0007_programme"

STATEMENTS = """
ALTER TABLE venues
    ADD COLUMN latitude double precision,
    ADD COLUMN longitude double precision,
    ADD CONSTRAINT venues_latitude_check CHECK (latitude BETWEEN -90 AND 90),
    ADD CONSTRAINT venues_longitude_check CHECK (longitude BETWEEN -180 AND 180 AND (latitude IS NULL) = (longitude IS NULL));
GRANT UPDATE (latitude, longitude) ON venues TO ticketbase_app;
GRANT DELETE ON seatings TO ticketbase_app
"""


def upgrade() -> None:
    """Widen venues, and let seatings end."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Forget where venues are; seatings stay for ever again."""
    op.execute("REVOKE DELETE ON seatings FROM ticketbase_app")
    op.execute("ALTER TABLE venues DROP COLUMN latitude, DROP COLUMN longitude")
