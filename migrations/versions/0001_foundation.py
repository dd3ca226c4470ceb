"""The first tables: tenants, people, events, stock, holds, the outbox; and row security, which hides each tenant from all others.

Roles are made before, by `ticketbase up` or by the operator (see docs/operating.md): the owner runs this, the app lives under row security,
the system sees queues and look-ups only. A table's policies: `tenant` for the app, `system` for the system, and `audit`, which lets
the owner read (never write) across tenants, because row security is forced on it too and an audit that sees nothing proves nothing.
"""

from alembic import op
from alembic.util import CommandError
from sqlalchemy import text

revision = "0001_foundation"
down_revision = None

ROLES = ("ticketbase_app", "ticketbase_system")
CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"
"""The tenant of the transaction, NULL when none is set; after a SET LOCAL has ended the setting is '' and not NULL."""

APP_NOW = """
CREATE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT pg_catalog.now()'
"""

TABLES = """
CREATE TABLE organizations (
    id uuid PRIMARY KEY,
    slug text NOT NULL UNIQUE,
    name text NOT NULL,
    default_locale text NOT NULL DEFAULT 'en',
    default_currency text NOT NULL DEFAULT 'EUR',
    buyer_limit integer NOT NULL DEFAULT 20 CHECK (buyer_limit > 0),
    settings jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE organization_domains (
    organization_id uuid NOT NULL REFERENCES organizations,
    domain text NOT NULL UNIQUE CHECK (domain = lower(domain)),
    PRIMARY KEY (organization_id, domain)
);

CREATE TABLE people (
    id uuid PRIMARY KEY,
    email text UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app_now()
);

CREATE TABLE memberships (
    organization_id uuid NOT NULL REFERENCES organizations,
    person_id uuid NOT NULL REFERENCES people DEFERRABLE INITIALLY DEFERRED,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'manager', 'support', 'analyst', 'organizer', 'user')),
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, person_id)
);
CREATE INDEX memberships_person_idx ON memberships (person_id);

CREATE TABLE venues (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    name text NOT NULL,
    street text NOT NULL,
    city text NOT NULL,
    country text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    time_zone text NOT NULL,
    PRIMARY KEY (organization_id, id)
);

CREATE TABLE events (
    organization_id uuid NOT NULL REFERENCES organizations,
    id uuid NOT NULL,
    slug text NOT NULL,
    title jsonb NOT NULL,
    description jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL DEFAULT 'DRAFT'
        CHECK (status IN ('DRAFT', 'PUBLISHED', 'POSTPONED', 'CANCELLED', 'COMPLETED', 'ARCHIVED')),
    attendance_mode text NOT NULL DEFAULT 'PHYSICAL' CHECK (attendance_mode IN ('PHYSICAL', 'VIRTUAL', 'HYBRID')),
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    time_zone text NOT NULL,
    venue_id uuid,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    updated_at timestamptz NOT NULL DEFAULT app_now(),
    published_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, slug),
    FOREIGN KEY (organization_id, venue_id) REFERENCES venues,
    CONSTRAINT events_ends_at_check CHECK (ends_at > starts_at)
);
CREATE INDEX events_status_starts_at_idx ON events (organization_id, status, starts_at, id);
CREATE INDEX events_starts_at_idx ON events (organization_id, starts_at, id);
CREATE INDEX events_created_at_idx ON events (organization_id, created_at, id);
CREATE INDEX events_venue_idx ON events (organization_id, venue_id)
"""

# Counters are updated thousands of times a second: half of each page stays free, so that new row versions find room beside the old.
STOCK = """
CREATE TABLE inventories (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    sequence bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, event_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE
) WITH (fillfactor = 50);

CREATE TABLE pools (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    name text NOT NULL,
    capacity integer NOT NULL,
    held integer NOT NULL DEFAULT 0 CHECK (held >= 0),
    sold integer NOT NULL DEFAULT 0 CHECK (sold >= 0),
    moved_at bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE,
    CONSTRAINT pools_capacity_check CHECK (held + sold <= capacity)
) WITH (fillfactor = 50);
CREATE INDEX pools_event_idx ON pools (organization_id, event_id);

CREATE TABLE ticket_types (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    name jsonb NOT NULL,
    price_minor bigint NOT NULL CHECK (price_minor >= 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    position integer NOT NULL DEFAULT 0,
    sales_start_at timestamptz,
    sales_end_at timestamptz,
    max_per_order integer CHECK (max_per_order > 0),
    moved_at bigint NOT NULL DEFAULT 0,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (organization_id, id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE
);
CREATE INDEX ticket_types_event_idx ON ticket_types (organization_id, event_id, position, id);

CREATE TABLE ticket_type_pools (
    organization_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    pool_id uuid NOT NULL,
    PRIMARY KEY (organization_id, ticket_type_id, pool_id),
    FOREIGN KEY (organization_id, ticket_type_id) REFERENCES ticket_types ON DELETE CASCADE,
    FOREIGN KEY (organization_id, pool_id) REFERENCES pools ON DELETE CASCADE
);
CREATE INDEX ticket_type_pools_pool_idx ON ticket_type_pools (organization_id, pool_id)
"""

# No foreign keys here: each would cost every row a look-up, and the one writer of these tables holds the event's lock already.
HOT = """
CREATE TABLE holds (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    event_id uuid NOT NULL,
    buyer text NOT NULL,
    status text NOT NULL CHECK (status IN ('ACTIVE', 'CONVERTED', 'RELEASED', 'EXPIRED', 'REVOKED')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX holds_live_idx ON holds (organization_id, buyer, event_id) WHERE status IN ('ACTIVE', 'CONVERTED');
CREATE INDEX holds_expiry_idx ON holds (expires_at, organization_id, event_id) WHERE status = 'ACTIVE';

CREATE TABLE hold_lines (
    organization_id uuid NOT NULL,
    hold_id uuid NOT NULL,
    ticket_type_id uuid NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    pool_ids uuid[] NOT NULL,
    PRIMARY KEY (organization_id, hold_id, ticket_type_id)
);

CREATE TABLE idempotency_keys (
    organization_id uuid NOT NULL,
    scope text NOT NULL,
    key text NOT NULL,
    deed text NOT NULL,
    fingerprint bytea NOT NULL,
    result_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT app_now(),
    PRIMARY KEY (organization_id, scope, key)
);

CREATE TABLE import_references (
    organization_id uuid NOT NULL REFERENCES organizations,
    source text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (organization_id, source, kind, name)
);

CREATE TABLE outbox (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL,
    organization_id uuid NOT NULL,
    type text NOT NULL,
    version integer NOT NULL,
    subject text NOT NULL,
    payload jsonb NOT NULL,
    correlation_id text,
    occurred_at timestamptz NOT NULL DEFAULT app_now()
)
"""

MEMBER = "EXISTS (SELECT FROM memberships WHERE memberships.person_id = people.id)"
"""Inside a policy `memberships` is under row security too, so these are the current tenant's members."""

APP_SEES = {
    "organizations": f"id = {CURRENT}",
    "organization_domains": f"organization_id = {CURRENT}",
    "people": MEMBER,
    "memberships": f"organization_id = {CURRENT}",
    "venues": f"organization_id = {CURRENT}",
    "events": f"organization_id = {CURRENT}",
    "inventories": f"organization_id = {CURRENT}",
    "pools": f"organization_id = {CURRENT}",
    "ticket_types": f"organization_id = {CURRENT}",
    "ticket_type_pools": f"organization_id = {CURRENT}",
    "holds": f"organization_id = {CURRENT}",
    "hold_lines": f"organization_id = {CURRENT}",
    "idempotency_keys": f"organization_id = {CURRENT}",
    "import_references": f"organization_id = {CURRENT}",
    "outbox": f"organization_id = {CURRENT}",
}
SYSTEM_SEES = {
    "organizations": "true",
    "organization_domains": "true",
    "memberships": "true",
    "holds": "status = 'ACTIVE'",
    "outbox": "true",
}

APP_MAY = {
    "organizations": "SELECT, INSERT, UPDATE (slug, name, default_locale, default_currency, buyer_limit, settings)",
    "organization_domains": "SELECT, INSERT, DELETE",
    "people": "SELECT, INSERT",
    "memberships": "SELECT, INSERT, UPDATE (role, version), DELETE",
    "venues": "SELECT, INSERT, UPDATE (name, street, city, country, time_zone)",
    "events": "SELECT, INSERT, DELETE, UPDATE (slug, title, description, status, attendance_mode, starts_at, ends_at, time_zone,"
    " venue_id, updated_at, published_at, version)",
    "inventories": "SELECT, INSERT, UPDATE (sequence)",
    "pools": "SELECT, INSERT, UPDATE (name, capacity, held, sold, moved_at), DELETE",
    "ticket_types": "SELECT, INSERT, UPDATE (name, price_minor, currency, position, sales_start_at, sales_end_at, max_per_order,"
    " moved_at, version), DELETE",
    "ticket_type_pools": "SELECT, INSERT, DELETE",
    "holds": "SELECT, INSERT, UPDATE (status, expires_at), DELETE",
    "hold_lines": "SELECT, INSERT, DELETE",
    "idempotency_keys": "SELECT, INSERT",
    "import_references": "SELECT, INSERT",
    "outbox": "INSERT",
}
SYSTEM_MAY = {
    "organizations": "SELECT (id, slug, name, default_locale, default_currency, buyer_limit)",
    "organization_domains": "SELECT (organization_id, domain)",
    "memberships": "SELECT (organization_id, person_id, role, version)",
    "holds": "SELECT (organization_id, id, event_id, status, expires_at)",
    "outbox": "SELECT, DELETE",
}


def upgrade() -> None:
    """Make the tables, then put each under row security and say who may do what."""
    _require_roles()
    op.execute(APP_NOW)
    for statement in (*TABLES.split(";\n"), *STOCK.split(";\n"), *HOT.split(";\n")):
        op.execute(statement)
    for table, rule in APP_SEES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {APP_MAY[table]} ON {table} TO ticketbase_app")
    for table, rule in SYSTEM_SEES.items():
        op.execute(f"CREATE POLICY system ON {table} TO ticketbase_system USING ({rule}) WITH CHECK (false)")
        op.execute(f"GRANT {SYSTEM_MAY[table]} ON {table} TO ticketbase_system")
    op.execute("GRANT SELECT ON alembic_version TO ticketbase_app, ticketbase_system")


def downgrade() -> None:
    """There is nothing before the first tables, and dropping them would drop what was sold."""
    raise CommandError("The first migration cannot be undone; restore a backup, or make a new database.")


def _require_roles() -> None:
    known = op.get_bind().scalars(text("SELECT rolname FROM pg_roles")).all()
    if missing := [role for role in ROLES if role not in known]:
        raise CommandError(
            f"The database has no role {' and no role '.join(missing)}; create what is missing as a superuser "
            "(CREATE ROLE … LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '…') and migrate again."
        )
