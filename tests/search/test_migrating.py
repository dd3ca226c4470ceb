"""Events that were there before they could be searched are found afterwards, and what a deleted event leaves is nothing."""

from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from adapters.crypto.identifiers import new_id
from domain.organizations import Organization
from gateway.embedded.postgres import DatabaseAddresses
from gateway.migrating import config_for
from tests.conftest import WorkOf
from tests.samples import an_event
from tests.two_workers.platform import in_database

pytestmark = pytest.mark.asyncio

ENTER = """
INSERT INTO events (organization_id, id, slug, title, description, starts_at, ends_at, time_zone)
VALUES ($1, $2, 'old', '{"de": "Alte Häfen"}', '{"ja": "音楽"}', '2040-01-01Z', '2040-01-02Z', 'UTC')
"""
WORDS = "SELECT word, weight FROM event_words WHERE event_id = $1 ORDER BY word"
TEXTS = "SELECT body FROM event_texts WHERE event_id = $1"


async def migrated(address: str, to: str, *, down: bool = False) -> None:
    def step(connection: Connection) -> None:
        (command.downgrade if down else command.upgrade)(config_for(connection), to)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(address), poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(step)
    await engine.dispose()


async def test_events_of_old_are_filled_in_and_the_step_can_be_undone(database: DatabaseAddresses) -> None:
    superuser = await asyncpg.connect(database.superuser)
    await superuser.execute("CREATE DATABASE before_search OWNER ticketbase_owner")
    old = await asyncpg.connect(in_database(database.superuser, "before_search"))
    organization_id, event_id = new_id(), new_id()
    try:
        await migrated(in_database(database.owner, "before_search"), "0009_vocabulary")
        await old.execute("INSERT INTO organizations (id, slug, name) VALUES ($1, 'old', 'Old')", organization_id)
        await old.execute(ENTER, organization_id, event_id)

        await migrated(in_database(database.owner, "before_search"), "0010_search")
        words = [tuple(row) for row in await old.fetch(WORDS, event_id)]
        body = await old.fetchval(TEXTS, event_id)
        await migrated(in_database(database.owner, "before_search"), "0010_search-1", down=True)
        left = await old.fetchval("SELECT count(*) FROM pg_proc WHERE proname LIKE 'search\\_%' OR proname = 'keep_event_words'")
    finally:
        await old.close()
        await superuser.execute("DROP DATABASE before_search WITH (FORCE)")
        await superuser.close()

    assert words == [("alt", 8), ("alte", 16), ("haf", 8), ("hafen", 16), ("楽", 2), ("音楽", 2)]
    assert body in {" alte hafen | 音楽 ", " 音楽 | alte hafen "}
    assert left == 0


async def test_a_deleted_event_leaves_no_words(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event = an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)
    before = [len(await owner.fetch(each, event.id)) for each in (WORDS, TEXTS)]

    async with work_of(organization) as work:
        await work.events.delete(event.id)

    assert before == [9, 1]
    assert [await owner.fetch(each, event.id) for each in (WORDS, TEXTS)] == [[], []]
