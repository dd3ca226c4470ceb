"""Seats in holds: which seats a hold's line has set aside, and whether the hold was extended or sold.

A line names its seats by ids that stay when an event gets another version of its plan: made from the event and the plan's own id of the
seat, as `domain.seats.seat_id` makes them. An id is found by an index that no other serves as well, even before PostgreSQL knows anything
of a new table; so are labels, whose index therefore begins with them. Nothing that a claim changes is indexed.
"""

from alembic import op
from alembic.util import CommandError

revision = "0013_seat_holds"
down_revision = "0011_series"

STATEMENTS = """
ALTER TABLE hold_lines ADD COLUMN seat_ids uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE holds ADD COLUMN extended_at timestamptz, ADD COLUMN sold_at timestamptz;
ALTER TABLE holds ADD CONSTRAINT holds_sold_at_check CHECK (sold_at IS NULL OR status IN ('CONVERTED', 'REVOKED'));
GRANT UPDATE (extended_at, sold_at) ON holds TO ticketbase_app;
ALTER TABLE seats ADD COLUMN id uuid;
UPDATE seats SET id = encode(substring(sha256(convert_to(event_id::text || ':' || guid, 'UTF8')) FOR 16), 'hex')::uuid;
ALTER TABLE seats ALTER COLUMN id SET NOT NULL;
ALTER TABLE seats ADD UNIQUE (organization_id, id);
ALTER TABLE seats DROP CONSTRAINT seats_organization_id_event_id_label_key;
ALTER TABLE seats ADD UNIQUE (organization_id, label, event_id)
"""


def upgrade() -> None:
    """Widen lines and holds, and let seats be found by the plan's ids for them."""
    for statement in STATEMENTS.split(";\n"):
        op.execute(statement)


def downgrade() -> None:
    """Going back would forget which seat is whose."""
    raise CommandError("Seats in holds cannot be undone once seats may be held; restore a backup, or make a new database.")
