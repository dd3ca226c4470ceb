"""Searching events: the words of each event under its tenant, kept by a trigger, and what filters and orders need besides.

`event_words` holds each word once for each event: stemmed as the text's language asks, and as it is written, both folded (no letter
case, no accents). A search is then an equality or a range on a B-tree under row security; see docs/decisions/0016. Scripts that do not
part their words are held as pairs of neighbouring characters. `event_texts` holds the whole folded text, in which phrases are looked
for, and each title as titles are sorted.
"""

from alembic import op
from sqlalchemy import text

revision = "0010_search"
down_revision = "0009_vocabulary"

LONGEST = 40
"""Characters of a word that are kept; what is longer is found by its beginning."""

CURRENT = "nullif(current_setting('app.organization_id', true), '')::uuid"

# The database's own collation may know ASCII only, as the embedded PostgreSQL's does; PostgreSQL 17 and newer bring the first of these.
LETTERS = "SELECT collname FROM pg_collation WHERE collname IN ('pg_c_utf8', 'C.utf8') ORDER BY collname = 'pg_c_utf8' DESC LIMIT 1"

# Thai to Khmer, kana, Han and Hangul: scripts in which words are not parted, or not where a searcher would part them.
UNPARTED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30fa\u30fc-\u318f\u31f0-\u31ff\u3400-\u9fff"
    r"\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# ASCII but letters and digits, Latin-1 signs, punctuation of all scripts, dingbats, private use, symbols and emoji.
BETWEEN = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb-\u00bf\u00d7\u00f7\u02c2-\u02df"
    r"\u037e\u0387\u055a-\u055f\u0589\u05be\u05c0\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u0964\u0965\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d\u30fb\ue000-\uf8ff\ufe00-\ufe6f\uff5f-\uff65\ufff0-\uffff"
    r"\U0001f000-\U0001faff"
)
UNSEEN = r"\u00ad\u200b-\u200f\u2060\ufeff"

# What a language is searched by. PostgreSQL has no configuration for the others, so their words stay as they are written.
CONFIGURATIONS = {
    "arabic": "ar", "armenian": "hy", "basque": "eu", "catalan": "ca", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "irish": "ga",
    "italian": "it", "lithuanian": "lt", "nepali": "ne", "norwegian": "no nb nn", "portuguese": "pt", "romanian": "ro", "russian": "ru",
    "serbian": "sr", "spanish": "es", "swedish": "sv", "tamil": "ta", "turkish": "tr", "yiddish": "yi",
}  # fmt: skip

# In order: which configuration a locale is searched by; lower case with blanks between the words; without accents; both; what a
# configuration makes of words; words as they are written, and pairs of characters where words are not parted; all words of an event, which
# weigh 8 in the title and 1 in the description, and twice that as they are written; what a searcher's words may be found as.
FUNCTIONS = rf"""
CREATE FUNCTION search_configuration(locale text) RETURNS regconfig LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE split_part(locale, '-', 1) «LANGUAGES» ELSE 'pg_catalog.simple'::regconfig END
$$;;
CREATE FUNCTION search_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(regexp_replace(lower(normalize(words, NFKC) COLLATE «LETTERS»), '[{UNSEEN}]+', '', 'g'),
        '[{BETWEEN}]+', ' ', 'g')) COLLATE "C"
$$;;
CREATE FUNCTION search_folded(plain text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT translate(replace(replace(replace(replace(
        normalize(regexp_replace(normalize(plain, NFKD), '([a-z\u0370-\u03ff])[\u0300-\u036f]+', '\1', 'g'), NFKC),
        'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th'),
        U&'\00f8\0111\00f0\0142\0131\0127\0167\03c2\0451', U&'oddliht\03c3\0435') COLLATE "C"
$$;;
CREATE FUNCTION search_key(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT public.search_folded(public.search_plain(words))
$$;;
CREATE FUNCTION search_stems(locale text, plain text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50 AS $$
    SELECT left(public.search_folded(stem), {LONGEST})
    FROM unnest(tsvector_to_array(to_tsvector(public.search_configuration(locale), regexp_replace(plain, '[{UNPARTED}]+', ' ', 'g'))))
        AS stem
$$;;
CREATE FUNCTION search_written(plain text) RETURNS SETOF text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 50 AS $$
    SELECT left(word, {LONGEST})
    FROM regexp_split_to_table(regexp_replace(public.search_folded(plain), '[{UNPARTED}]+', ' ', 'g'), ' +') AS word WHERE word <> ''
    UNION ALL
    SELECT substr(run[1], at, 2)
    FROM regexp_matches(public.search_folded(plain), '[{UNPARTED}]+', 'g') AS run, generate_series(1, char_length(run[1])) AS at
$$;;
CREATE FUNCTION search_words_of(title jsonb, description jsonb) RETURNS TABLE (word text, weight smallint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT found.word, sum(DISTINCT found.weight)::smallint
    FROM (SELECT key, public.search_plain(value), 8 FROM jsonb_each_text(title)
        UNION ALL SELECT key, public.search_plain(value), 1 FROM jsonb_each_text(description)) AS said (locale, plain, weight)
    CROSS JOIN LATERAL (SELECT public.search_stems(said.locale, said.plain), said.weight
        UNION SELECT public.search_written(said.plain), 2 * said.weight) AS found (word, weight)
    GROUP BY found.word
$$;;
CREATE FUNCTION search_texts_of(title jsonb, description jsonb) RETURNS TABLE (body text, titles jsonb)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT string_agg(' ' || public.search_key(said.words) || ' ', '|'),
        coalesce(jsonb_object_agg(said.locale, public.search_key(said.words)) FILTER (WHERE said.is_title), '{{}}')
    FROM (SELECT key, value, true FROM jsonb_each_text(title) UNION ALL SELECT key, value, false FROM jsonb_each_text(description))
        AS said (locale, words, is_title)
    HAVING count(*) > 0
$$;;
CREATE FUNCTION search_asked(words text, locales text[]) RETURNS TABLE (word text, forms text[], is_stop boolean, is_unparted boolean)
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    SELECT left(public.search_folded(each.plain), {LONGEST}),
        ARRAY(SELECT DISTINCT stem FROM unnest(locales) AS locale, public.search_stems(locale, each.plain) AS stem ORDER BY stem),
        NOT EXISTS (SELECT FROM public.search_stems(locales[1], each.plain)), false
    FROM (SELECT * FROM regexp_split_to_table(regexp_replace(public.search_plain(words), '[{UNPARTED}]+', ' ', 'g'), ' +')
        WITH ORDINALITY) AS each (plain, at)
    WHERE each.plain <> ''
    UNION ALL
    SELECT substr(run[1], at, 2), '{{}}', false, true
    FROM regexp_matches(public.search_key(words), '[{UNPARTED}]+', 'g') AS run,
        generate_series(1, greatest(char_length(run[1]) - 1, 1)) AS at
$$;;
CREATE FUNCTION keep_event_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM public.event_words WHERE organization_id = NEW.organization_id AND event_id = NEW.id;
    DELETE FROM public.event_texts WHERE organization_id = NEW.organization_id AND event_id = NEW.id;
    INSERT INTO public.event_words (organization_id, event_id, word, weight)
    SELECT NEW.organization_id, NEW.id, found.* FROM public.search_words_of(NEW.title, NEW.description) AS found;
    INSERT INTO public.event_texts (organization_id, event_id, body, titles)
    SELECT NEW.organization_id, NEW.id, found.* FROM public.search_texts_of(NEW.title, NEW.description) AS found;
    RETURN NULL;
END $$
"""

TABLES = """
CREATE TABLE event_words (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    word text COLLATE "C" NOT NULL,
    weight smallint NOT NULL,
    PRIMARY KEY (organization_id, word, event_id) INCLUDE (weight),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE
);
CREATE INDEX event_words_event_idx ON event_words (organization_id, event_id);

CREATE TABLE event_texts (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    body text NOT NULL,
    titles jsonb NOT NULL,
    PRIMARY KEY (organization_id, event_id),
    FOREIGN KEY (organization_id, event_id) REFERENCES events ON DELETE CASCADE
);

ALTER TABLE venues ADD COLUMN city_key text COLLATE "C" GENERATED ALWAYS AS (search_key(city)) STORED;
CREATE INDEX venues_city_idx ON venues (organization_id, city_key);
CREATE INDEX venues_country_idx ON venues (organization_id, country);
CREATE INDEX events_ends_at_idx ON events (organization_id, ends_at, id);
CREATE INDEX events_attendance_mode_idx ON events (organization_id, attendance_mode, starts_at, id);
CREATE INDEX ticket_types_price_idx ON ticket_types (organization_id, currency, price_minor, event_id)
"""

TRIGGERS = """
CREATE TRIGGER words_of_new AFTER INSERT ON events FOR EACH ROW EXECUTE FUNCTION keep_event_words();
CREATE TRIGGER words_of_changed AFTER UPDATE OF title, description ON events FOR EACH ROW
    WHEN (OLD.title IS DISTINCT FROM NEW.title OR OLD.description IS DISTINCT FROM NEW.description)
    EXECUTE FUNCTION keep_event_words()
"""

# Those who are there already get theirs before row security lets their owner write nothing.
FILL = """
INSERT INTO event_words SELECT organization_id, id, found.* FROM events, search_words_of(title, description) AS found;
INSERT INTO event_texts SELECT organization_id, id, found.* FROM events, search_texts_of(title, description) AS found
"""

APP_MAY = {"event_words": "SELECT, INSERT, DELETE", "event_texts": "SELECT, INSERT, DELETE"}


def upgrade() -> None:
    """Make functions and tables, find the words of the events there are, and put the tables under row security."""
    for statement in (*_functions(), *TABLES.split(";\n"), *FILL.split(";\n"), *TRIGGERS.split(";\n")):
        op.execute(statement)
    for table, rights in APP_MAY.items():
        rule = f"organization_id = {CURRENT}"
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} TO ticketbase_app USING ({rule}) WITH CHECK ({rule})")
        op.execute(f"CREATE POLICY audit ON {table} FOR SELECT TO CURRENT_USER USING (true)")
        op.execute(f"GRANT {rights} ON {table} TO ticketbase_app")


def downgrade() -> None:
    """Take all of it away; it was made from the events and can be made again."""
    op.execute("DROP TRIGGER words_of_new ON events")
    op.execute("DROP TRIGGER words_of_changed ON events")
    op.execute("DROP TABLE event_words, event_texts")
    op.execute("DROP INDEX events_ends_at_idx, events_attendance_mode_idx, ticket_types_price_idx, venues_country_idx")
    op.execute("ALTER TABLE venues DROP COLUMN city_key")
    for statement in reversed(_functions()):
        op.execute(f"DROP FUNCTION {statement.split('(')[0].rpartition(' ')[2]}")


def _functions() -> list[str]:
    letters = op.get_bind().scalar(text(LETTERS)) or "default"
    languages = (
        f"WHEN '{code}' THEN 'pg_catalog.{configuration}'::regconfig"
        for configuration, codes in CONFIGURATIONS.items()
        for code in codes.split()
    )
    return FUNCTIONS.replace("«LETTERS»", f'"{letters}"').replace("«LANGUAGES»", " ".join(languages)).split(";;\n")
