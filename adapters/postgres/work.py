"""A unit of work: one transaction of one tenant that is kept as a whole or not at all, its news and letters with it."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

from adapters.postgres.answers import AnswerStore
from adapters.postgres.deliveries import DeliveryStore
from adapters.postgres.letters import post
from adapters.postgres.platform_admins import note_act
from adapters.postgres.references import ReferenceStore
from adapters.postgres.stores import Stores
from adapters.postgres.transaction import NOBODY, TO_WRITE, Pool, Transaction, begin, keep, tell, undo
from domain.identity import Acting
from domain.letters import Letter, Sealing
from domain.news import News

MembersChanged = Callable[[Collection[tuple[UUID, UUID]]], None]


class PostgresWork(Stores):
    """The `Work` that `writing` opens."""

    def __init__(self, transaction: Transaction, now: datetime, sealing: Sealing | None = None) -> None:
        super().__init__(transaction, sealing)
        self.now = now
        self.answers = AnswerStore(transaction)
        self.references = ReferenceStore(transaction)
        self.deliveries = DeliveryStore(transaction)
        self._news, self._letters = transaction.news, transaction.letters
        self._organization_id = transaction.organization_id

    def announce(self, news: News) -> None:
        """Tell the platform when this work is kept."""
        self._news.append(news)

    def post(self, letter: Letter) -> None:
        """Send it when this work is kept. Raises ValueError for a letter of another organization, or of none."""
        if letter.organization_id != self._organization_id:
            raise ValueError("a tenant's work writes letters of that tenant only")
        if self._sealing is None:
            raise RuntimeError("this work has nothing to seal letters with")
        self._letters.append(letter)


@asynccontextmanager
async def writing(
    pool: Pool,
    organization_id: UUID,
    correlation_id: str | None,
    new_id: Callable[[], UUID],
    sealing: Sealing | None = None,
    acting: Acting = NOBODY,
    changed: MembersChanged = lambda _: None,
) -> AsyncIterator[PostgresWork]:
    """Open a unit of work of this tenant; kept when the block ends well, undone when anything is raised in it.

    Without a `sealing` it can write no letters and make no ticket keys. What is done in the name of a platform admin is noted with it.
    `changed` is told of the members (organization and person) who have another role, or none, once the work is kept.
    """
    connection = await begin(pool, organization_id, TO_WRITE)
    try:
        transaction = Transaction(connection, organization_id, correlation_id=correlation_id, acting=acting)
        yield PostgresWork(transaction, await connection.fetchval("SELECT app_now()"), sealing)
        if news := transaction.news:
            await tell(connection, organization_id, correlation_id, [new_id() for _ in news], news)
        if sealing and (letters := transaction.letters):
            await post(connection, sealing, letters)
        if acting.as_platform_admin:
            await note_act(transaction, new_id())
    except BaseException as fault:
        await undo(pool, connection, fault)
        raise
    await keep(pool, connection)
    if transaction.members_changed:
        changed([(organization_id, each) for each in transaction.members_changed])
