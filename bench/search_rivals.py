"""Other ways to search under row security, each with what it needs besides the table of events."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from bench.search_words import Word

TENANT = "organization_id = nullif(current_setting('app.organization_id', true), '')::uuid"
# The tenant's id before each word makes of a GIN index, which takes no uuid here, one that begins with the tenant.
SET_UP = (
    """CREATE TABLE rival_texts AS SELECT organization_id, id AS event_id, starts_at,
        to_tsvector('english', (title ->> 'en') || ' ' || (description ->> 'en')) AS vector,
        NULL::tsvector AS tenants_vector FROM events""",
    """UPDATE rival_texts SET tenants_vector = array_to_tsvector(ARRAY(
        SELECT replace(organization_id::text, '-', '') || word FROM unnest(tsvector_to_array(vector)) AS word))""",
    "ALTER TABLE rival_texts ADD PRIMARY KEY (organization_id, event_id)",
    "CREATE INDEX rival_gin ON rival_texts USING gin (vector)",
    "CREATE INDEX rival_tenants_gin ON rival_texts USING gin (tenants_vector)",
    "ALTER TABLE rival_texts OWNER TO ticketbase_owner",
    "ALTER TABLE rival_texts ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE rival_texts FORCE ROW LEVEL SECURITY",
    f"CREATE POLICY tenant ON rival_texts TO ticketbase_app USING ({TENANT})",
    "CREATE POLICY audit ON rival_texts FOR SELECT TO ticketbase_owner USING (true)",
    "GRANT SELECT ON rival_texts TO ticketbase_app",
    *(
        f"""CREATE FUNCTION rival_{column}(asked tsquery) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER ROWS 100
        SET search_path = pg_catalog, public AS $$ SELECT event_id FROM public.rival_texts WHERE {TENANT} AND {column} @@ asked $$"""
        for column in ("vector", "tenants_vector")
    ),
    "ALTER FUNCTION rival_vector OWNER TO ticketbase_owner",
    "ALTER FUNCTION rival_tenants_vector OWNER TO ticketbase_owner",
    "VACUUM FULL rival_texts",
    "VACUUM ANALYZE",
)
DROP = "DROP TABLE rival_texts; DROP FUNCTION rival_vector, rival_tenants_vector"
SIZES = {
    "events": "events",
    "words table with its indexes": "event_words",
    "of which its key": "event_words_pkey",
    "texts for phrases": "event_texts",
    "GIN index": "rival_gin",
    "GIN index with tenants": "rival_tenants_gin",
}


@dataclass(frozen=True, slots=True)
class Rival:
    """A way to search: its statement, and the tsquery for a word or a beginning."""

    name: str
    statement: str
    question: Callable[[str, Word, UUID], str]


def _plain(form: str, word: Word, _tenant: UUID) -> str:
    return f"'{word[0]}'" if form == "word" else f"'{word[1]}':*"


def _prefixed(form: str, word: Word, tenant: UUID) -> str:
    return f"'{tenant.hex}{word[0]}'" if form == "word" else f"'{tenant.hex}{word[1]}':*"


def _by_function(name: str) -> str:
    found = f"SELECT {name}($1::text::tsquery)"
    return f"SELECT id FROM events WHERE status = 'PUBLISHED' AND id IN ({found}) ORDER BY starts_at, id LIMIT 20"


RIVALS = (
    Rival(
        "scan of the tenant (GIN not used)",
        "SELECT event_id FROM rival_texts WHERE vector @@ $1::text::tsquery ORDER BY starts_at, event_id LIMIT 20",
        _plain,
    ),
    Rival("definer function, GIN", _by_function("rival_vector"), _plain),
    Rival("definer function, GIN with tenants", _by_function("rival_tenants_vector"), _prefixed),
)
