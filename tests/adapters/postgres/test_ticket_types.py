"""The store of ticket types and pools: exact values, order, and every change as one movement of the event's stock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.events import Event
from domain.organizations import Organization
from domain.refusals import NotFound, Refused, VersionConflict
from domain.ticket_types import Pool, TicketType
from tests.conftest import Statements, WorkOf
from tests.samples import STARTS, a_pool, a_ticket_type, an_event

pytestmark = pytest.mark.asyncio


async def an_event_on_sale(work_of: WorkOf, organization: Organization) -> tuple[Event, Pool, TicketType]:
    event = an_event()
    pool = a_pool(event.id)
    ticket_type = a_ticket_type(event.id, pool)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(ticket_type, [pool])
    return event, pool, ticket_type


def facts(value: object, of: type) -> dict[str, object]:
    return {name: getattr(value, name) for name in of.__slots__}  # type: ignore[attr-defined] # values have slots


async def sequence_of(owner: Any, event_id: object) -> object:
    return await owner.fetchval("SELECT sequence FROM inventories WHERE event_id = $1", event_id)


async def test_a_ticket_type_and_its_pools_come_back_with_every_fact(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()
    floor, balcony = a_pool(event.id, 300, name="Floor"), a_pool(event.id, 50, name="Balcony", held=1, sold=2)
    ticket_type = a_ticket_type(
        event.id,
        floor,
        balcony,
        name={"en": "Anywhere", "de": "Überall"},
        price_minor=2**40,
        currency="JPY",
        position=3,
        sales_start_at=STARTS - timedelta(days=9),
        sales_end_at=STARTS,
        max_per_order=4,
    )
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(ticket_type, [floor, balcony])

    async with work_of(organization) as work:
        [found] = await work.ticket_types.get_many([ticket_type.id])
        [pools] = await work.ticket_types.pools_of_events([event.id])

    assert facts(found, TicketType) == facts(ticket_type, TicketType)
    assert isinstance(found.pool_ids, tuple) if found else False
    assert [facts(pool, Pool) for pool in pools] == [facts(balcony, Pool), facts(floor, Pool)]


async def test_types_and_pools_of_many_events_come_in_the_order_asked_by_one_statement_each(
    work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    (first, _, standing), (second, pool, seated) = [await an_event_on_sale(work_of, organization) for _ in range(2)]
    early, late = a_ticket_type(second.id, pool, position=-1), a_ticket_type(second.id, pool, position=9)
    missing = new_id()
    async with work_of(organization) as work:
        for each in (late, early):
            await work.ticket_types.keep_new(each, [])

    async with work_of(organization) as work, statements.sent() as sent:
        types = await work.ticket_types.of_events([second.id, missing, first.id])
        pools = await work.ticket_types.pools_of_events([second.id, missing, first.id])
        by_id = await work.ticket_types.get_many([late.id, missing, standing.id])

    assert [[each.id for each in group] for group in types] == [[early.id, seated.id, late.id], [], [standing.id]]
    assert [[each.event_id for each in group] for group in pools] == [[second.id], [], [first.id]]
    assert [each and each.id for each in by_id] == [late.id, None, standing.id]
    assert len(sent) == 3


async def test_a_new_type_is_a_movement_that_is_announced(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event, pool, _ = await an_event_on_sale(work_of, organization)

    async with work_of(organization) as work:
        await work.ticket_types.keep_new(a_ticket_type(event.id, pool, position=1), [])
        [snapshot] = await work.availability.snapshots([event.id])

    told = await owner.fetch("SELECT type, subject, payload FROM outbox WHERE organization_id = $1 ORDER BY position", organization.id)
    assert snapshot is not None
    assert [each.moved_at for each in snapshot.ticket_types] == [1, 2]
    assert [tuple(row) for row in told] == [
        ("stock:moved", f"event:{event.id}", {"eventId": str(event.id), "sequence": sequence}) for sequence in (1, 2)
    ]


async def test_a_type_of_an_unknown_event_is_refused(work_of: WorkOf, organization: Organization, other_organization: Organization) -> None:
    event, pool, _ = await an_event_on_sale(work_of, other_organization)

    with pytest.raises(Refused) as refusal:
        async with work_of(organization) as work:
            await work.ticket_types.keep_new(a_ticket_type(event.id, pool), [])

    assert refusal.value.refusal == NotFound("event", ("input", "eventId"))


async def test_a_changed_type_draws_on_its_new_pools_only(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event, _, ticket_type = await an_event_on_sale(work_of, organization)
    balcony = a_pool(event.id, name="Balcony")
    changed = replace(ticket_type, name={"en": "Balcony"}, pool_ids=(balcony.id,), price_minor=1, version=2)

    async with work_of(organization) as work:
        await work.ticket_types.keep_pools(event.id, [balcony])
        await work.ticket_types.keep(changed)

    async with work_of(organization) as work:
        [found] = await work.ticket_types.get_many([ticket_type.id])
    assert facts(found, TicketType) == facts(changed, TicketType)
    assert await sequence_of(owner, event.id) == 3


async def test_a_stale_change_of_a_type_is_refused_and_moves_nothing(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event, _, ticket_type = await an_event_on_sale(work_of, organization)

    with pytest.raises(Refused) as stale:
        async with work_of(organization) as work:
            await work.ticket_types.keep(replace(ticket_type, version=5))
    with pytest.raises(Refused) as unknown:
        async with work_of(organization) as work:
            await work.ticket_types.keep(replace(ticket_type, id=new_id(), version=2))

    assert stale.value.refusal == VersionConflict(1)
    assert unknown.value.refusal == NotFound("ticket type")
    assert await sequence_of(owner, event.id) == 1


async def test_a_pool_shrinks_no_further_than_what_is_taken_from_it(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()
    pool = a_pool(event.id, 100, held=10, sold=20)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(a_ticket_type(event.id, pool), [pool])

    async with work_of(organization) as work:
        await work.ticket_types.keep_pools(event.id, [replace(pool, name="Small", capacity=5)])
        [[kept]] = await work.ticket_types.pools_of_events([event.id])

    assert facts(kept, Pool) == facts(replace(pool, name="Small", capacity=30), Pool)
