"""A unit of work on what belongs to no tenant: people, their accounts, links and sessions. Kept as a whole or not at all."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from adapters.postgres.accounts import AccountStore, LinkStore
from adapters.postgres.challenges import ChallengeStore
from adapters.postgres.joining import JoiningStore
from adapters.postgres.letters import post
from adapters.postgres.sessions import SessionStore
from adapters.postgres.transaction import TO_WRITE, Connection, Pool, keep, undo
from adapters.postgres.two_factor import TwoFactorStore
from domain.letters import Letter, Sealing


class PostgresAccountWork:
    """The `AccountWork` that `accounting` opens."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self.now = now
        self.letters: list[Letter] = []
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


@asynccontextmanager
async def accounting(
    system_pool: Pool, sealing: Sealing, ended: Callable[[Collection[UUID]], None] = lambda _: None
) -> AsyncIterator[PostgresAccountWork]:
    """Open a unit of work as the system's role; kept when the block ends well, undone when anything is raised in it.

    `ended` is told of the sessions that the work has ended once it is kept.
    """
    connection = await system_pool.acquire()
    try:
        await connection.execute(TO_WRITE)
        work = PostgresAccountWork(connection, await connection.fetchval("SELECT app_now()"))
        yield work
        if work.letters:
            await post(connection, sealing, work.letters)
    except BaseException as fault:
        await undo(system_pool, connection, fault)
        raise
    await keep(system_pool, connection)
    if work.sessions.ended:
        ended(work.sessions.ended)
