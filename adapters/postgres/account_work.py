"""A unit of work on what belongs to no tenant: people, their accounts, links and sessions. Kept as a whole or not at all."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.postgres.accounts import AccountStore, LinkStore
from adapters.postgres.challenges import ChallengeStore
from adapters.postgres.joining import JoiningStore
from adapters.postgres.letters import post
from adapters.postgres.sessions import SessionStore
from adapters.postgres.transaction import TO_WRITE, Connection, Pool, keep, tell, undo
from adapters.postgres.two_factor import TwoFactorStore
from adapters.postgres.work import MembersChanged
from domain.letters import Letter, Sealing
from domain.news import News


class PostgresAccountWork:
    """The `AccountWork` that `accounting` opens."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.now = now
        self.letters: list[Letter] = []
        self.news: list[tuple[UUID, News]] = []
        self.accounts = AccountStore(connection)
        self.links = LinkStore(connection)
        self.sessions = SessionStore(connection)
        self.two_factors = TwoFactorStore(connection)
        self.challenges = ChallengeStore(connection)
        self.joining = JoiningStore(connection)

    def post(self, letter: Letter) -> None:
        """Send it when this work is kept. Raises ValueError for a letter of a tenant's."""
        if letter.organization_id is not None:
            raise ValueError("letters of a tenant are written in a work of that tenant")
        self.letters.append(letter)

    def announce(self, organization_id: UUID, news: News) -> None:
        """Tell the platform, as news of this organization, when this work is kept."""
        self.news.append((organization_id, news))


@dataclass(frozen=True, slots=True)
class Informed:
    """Who is told, once a work is kept, of the sessions that it ended and of who joined (organization and person)."""

    ended: Callable[[Collection[UUID]], None] = lambda _: None
    joined: MembersChanged = lambda _: None


@asynccontextmanager
async def accounting(
    system_pool: Pool, sealing: Sealing, new_id: Callable[[], UUID], correlation_id: str | None = None, informed: Informed | None = None
) -> AsyncIterator[PostgresAccountWork]:
    """Open a unit of work as the system's role; kept when the block ends well, undone when anything is raised in it."""
    connection = await system_pool.acquire()
    try:
        await connection.execute(TO_WRITE)
        work = PostgresAccountWork(connection, await connection.fetchval("SELECT app_now()"))
        yield work
        if work.letters:
            await post(connection, sealing, work.letters)
        for organization_id, news in work.news:
            await tell(connection, organization_id, correlation_id, [new_id()], [news])
    except BaseException as fault:
        await undo(system_pool, connection, fault)
        raise
    await keep(system_pool, connection)
    if informed:
        informed.ended(work.sessions.ended)
        informed.joined(work.joining.joined)
