"""The small stores: venues, organizations, answers to idempotency keys, references to what was imported."""

import asyncio
from dataclasses import replace
from uuid import UUID

import asyncpg
import pytest

from adapters.crypto.identifiers import new_id
from domain.idempotency import Answer, Key
from domain.organizations import Organization
from domain.refusals import IdempotencyKeyReused, Refused
from domain.venues import Venue
from tests.conftest import Statements, WorkOf
from tests.samples import a_venue

pytestmark = pytest.mark.asyncio


def a_key(**facts: str | bytes) -> Key:
    return replace(Key("person:1", "publishEvent", "key-1", b"\x00fingerprint\xff"), **facts)  # type: ignore[arg-type] # tests know


async def test_venues_come_back_in_the_order_asked_and_can_be_changed(
    work_of: WorkOf, organization: Organization, other_organization: Organization, statements: Statements
) -> None:
    hall, barn, theirs = a_venue(), a_venue(name="Barn"), a_venue()
    async with work_of(other_organization) as work:
        await work.venues.keep(theirs)
    async with work_of(organization) as work:
        await work.venues.keep(hall)
        await work.venues.keep(barn)
        await work.venues.keep(renamed := replace(hall, name="Greater Hall", country="AT", street="", city="Wien", version=2))

    async with work_of(organization) as work, statements.sent() as sent:
        found = await work.venues.get_many([barn.id, theirs.id, hall.id])

    assert [each and {name: getattr(each, name) for name in Venue.__slots__} for each in found] == [
        {name: getattr(barn, name) for name in Venue.__slots__},
        None,
        {name: getattr(renamed, name) for name in Venue.__slots__},
    ]
    assert len(sent) == 1


async def test_a_venue_of_another_tenant_is_not_overwritten(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    theirs = a_venue()
    async with work_of(other_organization) as work:
        await work.venues.keep(theirs)

    async with work_of(organization) as work:
        await work.venues.keep(replace(theirs, name="Mine"))

    async with work_of(other_organization) as work:
        [found] = await work.venues.get_many([theirs.id])
    assert found is not None
    assert found.name == theirs.name


async def test_an_organization_sees_itself_alone(work_of: WorkOf, organization: Organization, other_organization: Organization) -> None:
    async with work_of(organization) as work:
        found = await work.organizations.get_many([other_organization.id, organization.id])

    assert found == [None, organization]


async def test_a_key_is_recalled_with_its_answer(work_of: WorkOf, organization: Organization, other_organization: Organization) -> None:
    key, result = a_key(), new_id()
    async with work_of(organization) as work:
        assert await work.answers.recall(key) is None
        await work.answers.remember(key, result)

    async with work_of(organization) as work:
        answers = [
            await work.answers.recall(each) for each in (key, a_key(fingerprint=b"other"), a_key(scope="person:2"), a_key(key="key-2"))
        ]
    async with work_of(other_organization) as work:
        elsewhere = await work.answers.recall(key)

    assert answers == [Answer(key.fingerprint, result), Answer(key.fingerprint, result), None, None]
    assert elsewhere is None


async def test_a_key_of_another_deed_matches_no_fingerprint(work_of: WorkOf, organization: Organization) -> None:
    key, result = a_key(), new_id()
    async with work_of(organization) as work:
        await work.answers.remember(key, result)
        answer = await work.answers.recall(replace(key, deed="deleteEvent"))

    assert answer == Answer(b"", result)


async def test_who_uses_a_key_at_the_same_time_waits_and_gets_the_same_answer(work_of: WorkOf, organization: Organization) -> None:
    async def use() -> UUID:
        async with work_of(organization) as work:
            answer = await work.answers.recall(a_key())
            if answer:
                return answer.result_id
            result = new_id()
            await asyncio.sleep(0.02)
            await work.answers.remember(a_key(), result)
            return result

    results = await asyncio.gather(*(use() for _ in range(5)))

    assert len(set(results)) == 1


async def test_a_key_that_somebody_used_without_waiting_is_refused(work_of: WorkOf, organization: Organization) -> None:
    key, first = a_key(), new_id()
    async with work_of(organization) as work:
        await work.answers.remember(key, first)

    with pytest.raises(Refused) as refusal:
        async with work_of(organization) as work:
            await work.answers.remember(key, new_id())

    assert refusal.value.refusal == IdempotencyKeyReused(first)


async def test_references_are_found_by_source_kind_and_name(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    event, item = new_id(), new_id()
    async with work_of(organization) as work:
        await work.references.keep("pretix:demo", "event", "conf", event)
        await work.references.keep("pretix:demo", "item", "conf", item)

    async with work_of(organization) as work:
        found = await work.references.find("pretix:demo", "event", ["conf", "other"])
        elsewhere = await work.references.find("pretix:other", "event", ["conf"])
    async with work_of(other_organization) as work:
        theirs = await work.references.find("pretix:demo", "event", ["conf"])

    assert (found, elsewhere, theirs) == ({"conf": event}, {}, {})


async def test_a_name_stands_for_one_thing(work_of: WorkOf, organization: Organization) -> None:
    async with work_of(organization) as work:
        await work.references.keep("pretix:demo", "event", "conf", new_id())

    with pytest.raises(asyncpg.UniqueViolationError):
        async with work_of(organization) as work:
            await work.references.keep("pretix:demo", "event", "conf", new_id())


async def test_one_import_of_a_source_runs_at_a_time(work_of: WorkOf, organization: Organization) -> None:
    order = []

    async def import_it(name: str) -> None:
        async with work_of(organization) as work:
            await work.references.lock("pretix:demo")
            order.append(f"{name} begins")
            await asyncio.sleep(0.01)
            order.append(f"{name} ends")

    await asyncio.gather(import_it("first"), import_it("second"))

    assert [each.split()[1] for each in order] == ["begins", "ends", "begins", "ends"]
