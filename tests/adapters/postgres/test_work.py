"""A unit of work is kept as a whole or not at all, news included, whatever ends it."""

import asyncio
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.transaction import CONNECTION_FAULTS
from adapters.postgres.work import writing
from domain.events import Event, EventSlugTaken
from domain.news import News
from domain.organizations import Organization
from domain.refusals import Refused
from tests.conftest import Clock, Statements, WorkOf
from tests.samples import an_event

pytestmark = pytest.mark.asyncio


async def kept(work_of: WorkOf, organization: Organization, event: Event) -> bool:
    async with work_of(organization) as work:
        return await work.events.get_many([event.id]) != [None]


async def news_of(owner: Any, organization: Organization) -> list[tuple[object, ...]]:
    rows = await owner.fetch(
        "SELECT type, version, subject, payload, correlation_id FROM outbox WHERE organization_id = $1 ORDER BY position", organization.id
    )
    return [tuple(row) for row in rows]


async def test_what_was_written_is_there_with_its_news_in_the_order_they_were_announced(
    work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    event = an_event()

    async with work_of(organization) as work:
        await work.events.keep(event)
        work.announce(News("gossip:told", f"event:{event.id}", {"slug": event.slug, "tags": ["jazz", None], "seats": {"free": 3}}))
        work.announce(News("gossip:heard", f"event:{event.id}", {}, version=2))

    assert await kept(work_of, organization, event)
    assert await news_of(owner, organization) == [
        ("gossip:told", 1, f"event:{event.id}", {"slug": event.slug, "tags": ["jazz", None], "seats": {"free": 3}}, "test"),
        ("gossip:heard", 2, f"event:{event.id}", {}, "test"),
    ]


async def test_news_have_ids_of_their_own_and_the_time_of_the_work(
    app_pool: Any, organization: Organization, owner: Any, clock: Clock
) -> None:
    await clock.advance(days=1)
    ids = [new_id(), new_id()]
    given = iter(ids)

    async with writing(app_pool, organization.id, None, lambda: next(given)) as work:
        now = work.now
        for kind in ("gossip:told", "gossip:heard"):
            work.announce(News(kind, "event:1", {}))

    rows = await owner.fetch("SELECT id, occurred_at, correlation_id FROM outbox WHERE organization_id = $1 ORDER BY id", organization.id)
    assert [tuple(row) for row in rows] == [(each, now, None) for each in ids]


async def test_nothing_stays_of_a_work_that_was_refused(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event = an_event()

    async def change_our_mind() -> None:
        async with work_of(organization) as work:
            await work.events.keep(event)
            work.announce(News("gossip:told", f"event:{event.id}", {}))
            raise Refused(EventSlugTaken(event.slug))

    with pytest.raises(Refused):
        await change_our_mind()

    assert not await kept(work_of, organization, event)
    assert await news_of(owner, organization) == []


async def test_a_work_whose_news_cannot_be_written_is_undone(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()

    async def announce_nonsense() -> None:
        async with work_of(organization) as work:
            await work.events.keep(event)
            work.announce(News("gossip:told", "event:1", {"at": work.now.tzinfo}))  # type: ignore[dict-item] # not JSON

    with pytest.raises(asyncpg.DataError):
        await announce_nonsense()

    assert not await kept(work_of, organization, event)


async def test_a_failed_statement_cannot_be_overlooked(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()

    async def catch_too_much() -> None:
        async with work_of(organization) as work:
            await work.events.keep(event)
            with suppress(Refused):
                await work.events.keep(an_event(slug=event.slug))

    with pytest.raises(RuntimeError, match="the work was undone: one of its statements had failed"):
        await catch_too_much()

    assert not await kept(work_of, organization, event)


async def test_a_work_opens_with_the_tenant_set_and_the_databases_time_in_one_statement_besides_the_beginning(
    work_of: WorkOf, organization: Organization, statements: Statements, clock: Clock, owner: Any
) -> None:
    await clock.advance(hours=3)

    async with statements.sent() as sent, work_of(organization) as work:
        pass

    assert sent == ["SELECT app_now()"]
    assert abs((work.now - await owner.fetchval("SELECT app_now()")).total_seconds()) < 5
    assert work.now.utcoffset() is not None


async def test_a_tenant_that_is_not_an_id_is_a_mistake_and_reaches_no_database(app_pool: Any) -> None:
    with pytest.raises(TypeError, match="a tenant is named by a UUID, not by str"):
        async with writing(app_pool, "x'; DROP TABLE events; --", None, new_id):  # type: ignore[arg-type] # that is the point
            pass


async def test_another_tenants_things_are_not_found_by_the_same_statements(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    event = an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)

    async with work_of(other_organization) as work:
        seen = await work.events.get_many([event.id, new_id()]), await work.events.by_slugs([event.slug])
        await work.events.keep(an_event(slug=event.slug))

    assert seen == ([None, None], [None])


async def test_a_cancelled_work_is_undone_and_its_connection_is_used_again(
    work_of: WorkOf, organization: Organization, app_pool: Any, owner: Any
) -> None:
    event, inside = an_event(), asyncio.Event()
    busy = app_pool.get_size() - app_pool.get_idle_size()

    async def wait_inside() -> None:
        async with work_of(organization) as work:
            await work.events.keep(event)
            inside.set()
            await work.organizations._connection.execute("SELECT pg_sleep(30)")

    task = asyncio.create_task(wait_inside())
    await inside.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert not await kept(work_of, organization, event)
    assert app_pool.get_size() - app_pool.get_idle_size() == busy
    assert await owner.fetchval("SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)' AND state = 'active'") == 0


async def test_a_lost_connection_is_discarded_and_the_next_work_gets_another(
    work_of: WorkOf, organization: Organization, database: Any
) -> None:
    event = an_event()
    superuser = await asyncpg.connect(database.superuser)

    async def lose_the_connection() -> None:
        async with work_of(organization) as work:
            await work.events.keep(event)
            connection = work.events._connection
            pid = await connection.fetchval("SELECT pg_backend_pid()")
            await superuser.execute("SELECT pg_terminate_backend($1)", pid)
            await connection.fetchval("SELECT 1")

    with pytest.raises((asyncpg.AdminShutdownError, *CONNECTION_FAULTS)):
        await lose_the_connection()
    await superuser.close()

    assert not await kept(work_of, organization, event)


async def test_a_client_that_lost_its_way_leaves_its_connection_to_nobody(work_of: WorkOf, organization: Organization) -> None:
    pids = set[int]()

    async def lose_the_way() -> None:
        async with work_of(organization) as work:
            pids.add(await work.events._connection.fetchval("SELECT pg_backend_pid()"))
            raise asyncpg.InternalClientError("got result for unknown protocol state")

    with pytest.raises(asyncpg.InternalClientError):
        await lose_the_way()

    async with work_of(organization) as work:
        assert await work.events._connection.fetchval("SELECT pg_backend_pid()") not in pids


async def test_ids_read_like_pythons_own(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)
        [found] = await work.events.get_many([event.id])

    assert found is not None
    assert isinstance(found.id, UUID)
    assert {event.id: "same"}[found.id] == "same"
    assert str(found.id) == str(event.id)
