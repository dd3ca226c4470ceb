"""The store of sessions and refresh tokens, and the quick look whether a session still lives."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from adapters.postgres.rows import Row, columns_of, facts_of
from adapters.postgres.service_keys import IS_GOOD
from adapters.postgres.transaction import Connection, Pool
from domain.refusals import Refused
from domain.sessions import Carrier, Ending, Presented, Session, SessionEnded

LIVES = "revoked_at IS NULL AND least(last_seen_at + make_interval(secs => idle_seconds), expires_at) > app_now()"
ADD = """
INSERT INTO sessions
    (id, person_id, organization_id, device, address, methods, created_at, last_seen_at, idle_seconds, expires_at, begun_from, token_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
"""
ADD_REFRESH = "INSERT INTO refresh_tokens (token_hash, session_id, created_at) VALUES ($1, $2, $3)"
FOR_CHANGE = f"SELECT {columns_of(Session)} FROM sessions WHERE id = $1 AND {LIVES} FOR NO KEY UPDATE"
HAS_COOKIE = "SELECT token_hash IS NOT NULL FROM sessions WHERE id = $1"
OF_PERSON = f"SELECT {columns_of(Session)} FROM sessions WHERE person_id = $1 AND {LIVES} ORDER BY last_seen_at DESC, id"
LOCK_PERSON = "SELECT FROM people WHERE id = $1 FOR NO KEY UPDATE"
# What was begun from a session is looked for through those that have ended, too; signing out ends the one alone.
END = f"""
WITH RECURSIVE family AS (
    SELECT id FROM sessions WHERE person_id = $1 AND ($4::uuid IS NULL OR id = $4)
    UNION
    SELECT s.id FROM sessions s JOIN family f ON s.begun_from = f.id WHERE s.person_id = $1 AND $2 <> 'SIGNED_OUT'
)
UPDATE sessions SET revoked_at = $3, revoked_because = $2
WHERE id IN (SELECT id FROM family) AND revoked_at IS NULL AND ($5::uuid IS NULL OR id <> $5) AND {LIVES}
RETURNING id
"""
RECOGNISE = """
WITH others AS (SELECT count(*) AS count FROM known_devices WHERE person_id = $1),
seen AS (
    INSERT INTO known_devices (person_id, mark) VALUES ($1, $2)
    ON CONFLICT (person_id, mark) DO UPDATE SET last_seen_at = app_now() RETURNING xmax = 0 AS added
)
SELECT seen.added AND others.count > 0 FROM seen, others
"""
# The session's lock makes those who show tokens of one family take turns; what each sees is read after its turn has come.
LOCK = """
SELECT s.id FROM sessions s JOIN refresh_tokens t ON t.session_id = s.id WHERE t.token_hash = $1 FOR NO KEY UPDATE OF s
"""
PRESENTED = f"""
SELECT {columns_of(Session, table="s")}, t.used_at,
    (SELECT n.token_hash FROM refresh_tokens n
     WHERE n.session_id = s.id AND n.token_hash = ANY($2::bytea[]) AND n.used_at IS NULL) AS unused_successor
FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id WHERE t.token_hash = $1
"""
USE_UP = "UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1"
SEEN = "UPDATE sessions SET last_seen_at = $2 WHERE id = $1"
# Being asked for is being seen; once a minute is written down, and is what the list of devices shows.
FOUND = f"""
WITH seen AS (UPDATE sessions SET last_seen_at = app_now() WHERE {{}} AND {LIVES} AND last_seen_at < app_now() - interval '1 minute')
SELECT {columns_of(Session)} FROM sessions WHERE {{}} AND {LIVES}
"""
BY_COOKIE = FOUND.format("token_hash = $1", "token_hash = $1")
BY_ID = FOUND.format("id = $1", "id = $1")
# What a program opened lives as its service key does.
# To have a connection open is to be seen. Two processes may look after one session: neither waits for the other.
LIVING = f"""
WITH seen AS (
    UPDATE sessions SET last_seen_at = app_now() WHERE id IN (
        SELECT id FROM sessions WHERE id = ANY($1::uuid[]) AND {LIVES} AND last_seen_at < app_now() - interval '1 minute'
        FOR NO KEY UPDATE SKIP LOCKED
    )
)
SELECT id FROM sessions WHERE id = ANY($1::uuid[]) AND {LIVES}
UNION ALL SELECT id FROM service_keys WHERE id = ANY($1::uuid[]) AND {IS_GOOD}
"""


class SessionRow(Row, reads=Session):
    """Reads like a Session."""

    __slots__ = ()

    @property
    def methods(self) -> tuple[str, ...]:
        """As the domain has it."""
        return tuple(self["methods"])


class SessionStore:
    """Implements `Sessions`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.ended: list[UUID] = []

    async def add(self, session: Session, carrier: Carrier, secret: bytes) -> None:
        """Write it, with what its bearer will show."""
        who = (session.id, session.person_id, session.organization_id, session.device, session.address, [*session.methods])
        when = (session.created_at, session.last_seen_at, session.idle_seconds, session.expires_at, session.begun_from)
        await self._connection.execute(ADD, *who, *when, secret if carrier is Carrier.COOKIE else None)
        if carrier is Carrier.TOKENS:
            await self._connection.execute(ADD_REFRESH, secret, session.id, session.created_at)

    async def of_person(self, person_id: UUID) -> Sequence[Session]:
        """Those that live."""
        rows = await self._connection.fetch(OF_PERSON, person_id, record_class=SessionRow)
        return [Session(**facts_of(row, Session)) for row in rows]

    async def end(self, person_id: UUID, because: Ending, now: datetime, *, only: UUID | None = None, but: UUID | None = None) -> int:
        """End those that live; whoever begins one from another holds the lock of the person, and is waited for.

        Whoever shows a refresh token twice holds the lock of its session, which nothing is begun from without.
        """
        if because is not Ending.TOKEN_REUSED:
            await self._connection.execute(LOCK_PERSON, person_id)
        ended = await self._connection.fetch(END, person_id, because.value, now, only, but)
        self.ended += [row["id"] for row in ended]
        return len(ended)

    async def for_change(self, session_id: UUID) -> Session:
        """If it lives."""
        row = await self._connection.fetchrow(FOR_CHANGE, session_id, record_class=SessionRow)
        if row is None:
            raise Refused(SessionEnded())
        return Session(**facts_of(row, Session))

    async def carrier_of(self, session_id: UUID) -> Carrier:
        """A cookie's secret is the session's own; those of tokens are kept apart."""
        return Carrier.COOKIE if await self._connection.fetchval(HAS_COOKIE, session_id) else Carrier.TOKENS

    async def is_new_device(self, person_id: UUID, mark: bytes) -> bool:
        """One statement looks and remembers, so that of two who come at once from one place one is new."""
        is_new: bool = await self._connection.fetchval(RECOGNISE, person_id, mark)
        return is_new

    async def presented(self, refresh: bytes, successors: Sequence[bytes]) -> Presented | None:
        """What is known of a token that was shown."""
        if await self._connection.fetchval(LOCK, refresh) is None:
            return None
        row = await self._connection.fetchrow(PRESENTED, refresh, successors, record_class=SessionRow)
        return Presented(Session(**facts_of(row, Session)), row["used_at"], row["unused_successor"])

    async def rotate(self, refresh: bytes, successor: bytes, session_id: UUID, now: datetime) -> None:
        """One used up, one new."""
        await self._connection.execute(USE_UP, refresh, now)
        await self._connection.execute(ADD_REFRESH, successor, session_id, now)
        await self._connection.execute(SEEN, session_id, now)


class SessionDirectory:
    """Finds the session of a request, outside any work; remembers nothing, who asks often does that."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def by_cookie(self, token_hash: bytes) -> Session | None:
        """The live session whose cookie this is."""
        return _session(await self._pool.fetchrow(BY_COOKIE, token_hash))

    async def by_id(self, session_id: UUID) -> Session | None:
        """The session, if it lives."""
        return _session(await self._pool.fetchrow(BY_ID, session_id))

    async def living(self, ids: Sequence[UUID]) -> set[UUID]:
        """Which of them live, service keys among them; that they are asked for keeps sessions from idling away."""
        return {row["id"] for row in await self._pool.fetch(LIVING, ids)}


def _session(row: object) -> Session | None:
    return Session(**{**dict(row), "methods": tuple(row["methods"])}) if row else None  # type: ignore[call-overload, index]
