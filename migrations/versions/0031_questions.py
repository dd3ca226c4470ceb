"""Questions of events, and what is answered to them of orders and their lines.

`about_id` is the order or the line that an answer is about. Questions go with their event alone, and an event that was ordered stays.
"""

from alembic import op

revision = "0031_questions"
down_revision = "0030_bus"

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

STATEMENTS = """
CREATE TABLE questions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    scope text NOT NULL,
    kind text NOT NULL,
    label jsonb NOT NULL,
    help jsonb NOT NULL DEFAULT '{}',
    choices jsonb NOT NULL DEFAULT '[]',
    required boolean NOT NULL DEFAULT false,
    encrypted boolean NOT NULL DEFAULT false,
    least bigint,
    most bigint,
    earliest date,
    latest date,
    ticket_type_ids uuid[] NOT NULL DEFAULT '{}',
    depends_on_id uuid,
    depends_on_values text[] NOT NULL DEFAULT '{}',
    position integer NOT NULL DEFAULT 0,
    archived_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    FOREIGN KEY (organization_id, depends_on_id) REFERENCES questions,
    CONSTRAINT questions_scope_check CHECK (scope IN ('TICKET', 'ORDER')),
    CONSTRAINT questions_kind_check CHECK (
        kind IN ('TEXT', 'LONG_TEXT', 'NUMBER', 'BOOLEAN', 'CHOICE', 'CHOICES', 'DATE', 'EMAIL', 'PHONE', 'COUNTRY')
    ),
    CONSTRAINT questions_depends_on_check CHECK (depends_on_id <> id AND (depends_on_id IS NULL) = (depends_on_values = '{}'))
);
CREATE INDEX questions_event_idx ON questions (organization_id, event_id, position, id);
CREATE INDEX questions_depends_on_idx ON questions (organization_id, depends_on_id);

CREATE TABLE order_answers (
    organization_id uuid NOT NULL,
    order_id uuid NOT NULL,
    about_id uuid NOT NULL,
    question_id uuid NOT NULL,
    plain text[],
    values_sealed bytea,
    PRIMARY KEY (organization_id, about_id, question_id),
    FOREIGN KEY (organization_id, order_id) REFERENCES orders ON DELETE CASCADE,
    FOREIGN KEY (organization_id, question_id) REFERENCES questions ON DELETE CASCADE,
    CONSTRAINT order_answers_plain_check CHECK ((plain IS NULL) <> (values_sealed IS NULL))
);
CREATE INDEX order_answers_order_idx ON order_answers (organization_id, order_id);
CREATE INDEX order_answers_question_idx ON order_answers (organization_id, question_id)
"""

CHANGED = "label, help, choices, required, least, most, earliest, latest, ticket_type_ids, depends_on_id, depends_on_values, position"
APP_MAY = {
    "questions": f"SELECT, INSERT, UPDATE ({CHANGED}, archived_at, version)",
    "order_answers": "SELECT, INSERT, UPDATE (plain, values_sealed), DELETE",
}


def upgrade() -> None:
    """Make the tables, put them under row security, and say who may do what."""
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
    """Take them away, and with them what was answered."""
    for table in reversed(APP_MAY):
        op.execute(f"DROP TABLE {table}")
