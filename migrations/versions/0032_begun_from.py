"""Which session another was begun from, so that it ends with the one that a thief may have had."""

from alembic import op

revision = "0032_begun_from"
down_revision = "0031_questions"


def upgrade() -> None:
    # No foreign key: a session may be forgotten before those that were begun from it.
    op.execute("ALTER TABLE sessions ADD COLUMN begun_from uuid")


def downgrade() -> None:
    op.execute("ALTER TABLE sessions DROP COLUMN begun_from")
