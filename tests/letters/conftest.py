"""A real mail server that catches everything, one that is stubborn, and the queue of letters, empty at the beginning of each test."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.mail.smtp import Mailer
from adapters.postgres.letters import PostgresDeadLetters, PostgresLetters
from adapters.postgres.work import writing
from domain.letters import Letter
from gateway.embedded.mailbox import MailAddresses, Mailbox
from resolvers.posting import Settled, send_letters
from tests.letters.samples import SEALING
from tests.letters.servers import StubbornServer

SENDER = "tickets@box-office.example"


@pytest_asyncio.fixture(scope="session")
async def catcher(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[MailAddresses]:
    """The catcher of mails, as the demo has it."""
    service = Mailbox(tmp_path_factory.mktemp("letters") / "mail")
    try:
        yield await service.start()
    finally:
        await service.stop()


@dataclass(frozen=True, slots=True)
class Post:
    """The queue in a real PostgreSQL, and the way to the catcher."""

    app_pool: Any
    system_pool: Any
    catcher: MailAddresses
    queue: PostgresLetters
    dead: PostgresDeadLetters

    async def write(self, *letters: Letter) -> None:
        """Post letters of one organization in a work of it."""
        assert letters[0].organization_id is not None
        async with writing(self.app_pool, letters[0].organization_id, None, new_id, SEALING) as work:
            for each in letters:
                work.post(each)

    async def send(self, office: Mailer | None = None, *, luck: Callable[[], float] = lambda: 0.0, at_most: int = 10) -> Sequence[Settled]:
        """One round of a worker."""
        return await send_letters(self.queue, office or Mailer(self.catcher.smtp, SENDER), luck, at_most)

    async def caught(self, to: str) -> list[dict[str, Any]]:
        """The mails to this address, the newest first."""
        async with httpx.AsyncClient(base_url=self.catcher.page, trust_env=False) as browser:
            mails: list[dict[str, Any]] = (await browser.get("/api/mails", params={"to": to})).json()
        return mails

    async def rows(self) -> list[dict[str, Any]]:
        """What waits, and what was given up."""
        asked = "SELECT id, tries, died_at IS NOT NULL AS dead, fault, due_at <= app_now() AS due FROM letters ORDER BY posted_at, id"
        return [dict(row) for row in await self.system_pool.fetch(asked)]


@pytest_asyncio.fixture
async def post(app_pool: Any, system_pool: Any, catcher: MailAddresses) -> Post:
    """The post, with nothing in it."""
    await system_pool.execute("DELETE FROM letters")
    return Post(app_pool, system_pool, catcher, PostgresLetters(system_pool, SEALING), PostgresDeadLetters(system_pool))


@pytest_asyncio.fixture
async def stubborn() -> AsyncIterator[StubbornServer]:
    """A mail server that does not take everything."""
    async with StubbornServer().listening() as server:
        yield server
