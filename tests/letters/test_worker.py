"""The worker's process sends letters, whether it is killed at the worst moment or the mail server is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from adapters.crypto.identifiers import new_id
from adapters.postgres.rows import teach_types
from adapters.postgres.work import writing
from domain.letters import Letter, Sealing
from domain.organizations import Organization
from gateway.database import open_pool
from gateway.embedded.mailbox import Mailbox
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.roles import DATABASE
from gateway.embedded.valkey import ValkeyAddress
from gateway.environment import Secret
from gateway.migrating import migrate
from gateway.settings import read_settings
from gateway.supervisor.plan import TICKETBASE
from gateway.vault_keys import vault_of
from tests.conftest import Clock, make_organization
from tests.letters.samples import a_letter, of
from tests.two_workers.platform import Command, eventually, in_database, settings_for

pytestmark = pytest.mark.asyncio


@dataclass(frozen=True, slots=True)
class Station:
    """A worker with a PostgreSQL and a catcher of mails of its own."""

    addresses: DatabaseAddresses
    mailbox: Mailbox
    page: str
    pool: Any
    organization: Organization
    sealing: Sealing
    worker: Command

    async def write(self, to: str) -> Letter:
        """Post a letter."""
        letter = of(a_letter(to=to), self.organization.id)
        async with writing(self.pool, self.organization.id, None, new_id, self.sealing) as work:
            work.post(letter)
        return letter

    async def message_ids(self, to: str) -> list[str]:
        """Of the mails that have arrived there."""
        async with httpx.AsyncClient(base_url=self.page, trust_env=False) as browser:
            return [mail["messageId"] for mail in (await browser.get("/api/mails", params={"to": to})).json()]

    async def arrives(self, to: str, *expected: str) -> None:
        """Wait until just these have arrived."""

        async def arrived() -> bool:
            return await self.message_ids(to) == list(expected)

        await eventually(arrived, f"no mail for {to}\n{self.worker.printed}")


@pytest_asyncio.fixture
async def station(tmp_path: Path, valkey: ValkeyAddress) -> AsyncIterator[Station]:
    postgresql, mailbox = PostgreSQL(tmp_path / "postgresql"), Mailbox(tmp_path / "mail")
    try:
        addresses, mail = await postgresql.start(), await mailbox.start()
        await migrate(Secret(addresses.owner))
        environment = settings_for(addresses, valkey.url, SMTP_URL=mail.smtp, TICKETBASE_MAIL_FROM="tickets@house.example")
        async with open_pool(addresses.app, 2) as pool:
            organization = await make_organization(pool)
            worker = Command("worker", (*TICKETBASE, "worker"), tmp_path, environment)
            yield Station(addresses, mailbox, mail.page, pool, organization, vault_of(read_settings(environment).vault_keys), worker)
            worker.kill()
    finally:
        await postgresql.stop()
        await mailbox.stop()


async def test_killed_between_sending_and_noting_it_sends_the_same_mail_once_more_and_loses_none(station: Station) -> None:
    letter, other = await station.write("ada@buyer.example"), await station.write("bob@buyer.example")
    once = f"<{letter.id}@house.example>"
    superuser = await asyncpg.connect(in_database(station.addresses.superuser, DATABASE))
    owner = await asyncpg.connect(station.addresses.owner)
    await teach_types(owner)

    async with superuser.transaction():
        # The worker may take the letter but not delete it, so it is caught between the two.
        await superuser.execute(
            "CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_lock(7); RETURN OLD; END'"
        )
        await superuser.execute("CREATE TRIGGER wait BEFORE DELETE ON letters FOR EACH ROW EXECUTE FUNCTION wait()")
    await superuser.execute("SELECT pg_advisory_lock(7)")
    station.worker.start()
    await station.arrives("ada@buyer.example", once)
    station.worker.kill()
    await superuser.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ticketbase_system'")
    await superuser.execute("DROP TRIGGER wait ON letters")
    await superuser.execute("SELECT pg_advisory_unlock(7)")
    left = await owner.fetchval("SELECT count(*) FROM letters")
    station.worker.start()
    await Clock(owner).advance(minutes=11)

    await station.arrives("ada@buyer.example", once, once)
    await station.arrives("bob@buyer.example", f"<{other.id}@house.example>")

    async def empty() -> bool:
        return not await owner.fetchval("SELECT EXISTS (SELECT FROM letters)")

    await eventually(empty, "letters stay")
    assert left == 2
    await superuser.close()
    await owner.close()


async def test_letters_wait_while_the_mail_server_is_away_and_no_log_tells_what_they_say(station: Station) -> None:
    station.worker.start()
    await station.write("ada@buyer.example")
    await eventually(lambda: station.message_ids("ada@buyer.example"), station.worker.printed)
    station.mailbox.kill()
    late = await station.write("late@buyer.example")

    async def complained() -> bool:
        return '"job":"post"' in station.worker.printed

    await eventually(complained, "nobody noticed that the mail server was away")
    await station.mailbox.start()

    await station.arrives("late@buyer.example", f"<{late.id}@house.example>")
    assert station.worker.running.alive
    assert "letter_sent" in station.worker.printed
    assert [word for word in ("canary", "buyer.example", "token=") if word in station.worker.printed] == []
