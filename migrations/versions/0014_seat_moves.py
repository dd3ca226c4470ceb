"""The newest movements of each event's seats, so that who shows them need not look at every seat.

A movement is noted by the database itself, whoever made it. The notes of an event are a ring: a movement takes the place of the one that
was a thousand and some before it, so there is nothing to clear away, and no index changes when a place is taken again.
"""

from alembic import op

revision = "0014_seat_moves"
down_revision = "0013_seat_holds"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

MOVES = """
CREATE TABLE seat_moves (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    slot integer NOT NULL,
    sequence bigint NOT NULL,
    seats integer[],
    PRIMARY KEY (organization_id, event_id, slot),
    FOREIGN KEY (organization_id, event_id) REFERENCES seatings ON DELETE CASCADE,
    CONSTRAINT seat_moves_slot_check CHECK (slot = sequence % 1024)
) WITH (fillfactor = 50)
"""

# One movement may change seats in more than one statement; one that changes very many notes none of them (null).
# A statement that changes seats without moving them comes with an old `moved_at`, and must not take the place of a newer movement.
NOTE = """
CREATE FUNCTION note_seat_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seat_moves AS noted (organization_id, event_id, slot, sequence, seats)
    SELECT organization_id, event_id, moved_at % 1024, moved_at, CASE WHEN count(*) <= 1000 THEN array_agg(seat_no) END
    FROM moved GROUP BY organization_id, event_id, moved_at
    ON CONFLICT (organization_id, event_id, slot) DO UPDATE SET sequence = excluded.sequence, seats = CASE
        WHEN noted.sequence < excluded.sequence THEN excluded.seats
        WHEN cardinality(noted.seats) + cardinality(excluded.seats) <= 1000 THEN noted.seats || excluded.seats
    END
    WHERE noted.sequence < excluded.sequence
        OR noted.sequence = excluded.sequence AND noted.seats IS NOT NULL AND NOT coalesce(noted.seats @> excluded.seats, false);
    RETURN NULL;
END
$$
"""
ON_UPDATE = """
CREATE TRIGGER note_moves AFTER UPDATE ON seats REFERENCING NEW TABLE AS moved
FOR EACH STATEMENT EXECUTE FUNCTION note_seat_moves()
"""


def upgrade() -> None:
    """Make the table, put it under row security, and note what moves from now on."""
    rule = f"organization_id = {CURRENT}"
    op.execute(MOVES)
    op.execute("ALTER TABLE seat_moves ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE seat_moves FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON seat_moves TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
    op.execute("CREATE POLICY audit ON seat_moves FOR SELECT TO CURRENT_USER USING (true)")
    op.execute("GRANT SELECT, INSERT, UPDATE (sequence, seats) ON seat_moves TO ticketbase_app")
    op.execute(NOTE)
    op.execute(ON_UPDATE)


def downgrade() -> None:
    """Take it away; maps are then shown by nobody, and nothing is lost."""
    op.execute("DROP TRIGGER note_moves ON seats")
    op.execute("DROP FUNCTION note_seat_moves()")
    op.execute("DROP TABLE seat_moves")
