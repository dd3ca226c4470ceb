"""Whoever changes categories or metadata fields sees all that there is by then, and what is in use stays as it is meanwhile."""

import asyncio
from dataclasses import replace

import pytest

from adapters.crypto.identifiers import new_id
from domain.event_categories import EventCategory
from domain.metadata_fields import MetadataField, MetadataKind
from domain.organizations import Organization
from tests.conftest import WorkOf
from tests.samples import an_event

pytestmark = pytest.mark.asyncio

A_WHILE = 0.2


async def test_who_changes_the_tree_sees_what_was_entered_while_he_waited(work_of: WorkOf, organization: Organization) -> None:
    root = EventCategory(new_id(), "root", {"en": "Root"})
    entered = EventCategory(new_id(), "entered", {"en": "Entered"}, root.id)
    async with work_of(organization) as work:
        await work.event_categories.keep(root)

    async def look() -> set[str]:
        async with work_of(organization) as work:
            return {each.slug for each in await work.event_categories.for_change()}

    async with work_of(organization) as work:
        await work.event_categories.for_change()
        looking = asyncio.create_task(look())
        await asyncio.sleep(A_WHILE)
        waited = not looking.done()
        await work.event_categories.keep(entered)

    assert waited
    assert await looking == {"root", "entered"}


async def test_a_category_is_not_deleted_while_an_event_is_put_in_it(work_of: WorkOf, organization: Organization) -> None:
    category, event = EventCategory(new_id(), "music", {"en": "Music"}), an_event()
    async with work_of(organization) as work:
        await work.event_categories.keep(category)
        await work.events.keep(event)

    async def uses() -> int:
        async with work_of(organization) as work:
            await work.event_categories.for_change()
            return await work.event_categories.uses(category.id)

    async with work_of(organization) as work:
        assert await work.event_categories.chosen([category.id, new_id()]) == [category, None]
        counting = asyncio.create_task(uses())
        await asyncio.sleep(A_WHILE)
        waited = not counting.done()
        await work.event_categories.put(event.id, [category.id])

    assert waited
    assert await counting == 1


async def test_a_field_does_not_change_while_values_are_written(work_of: WorkOf, organization: Organization) -> None:
    field, event = MetadataField(new_id(), "age", {"en": "Age"}, MetadataKind.STRING), an_event()
    async with work_of(organization) as work:
        await work.metadata_fields.keep(field)
        await work.events.keep(event)

    async def uses() -> int:
        async with work_of(organization) as work:
            await work.metadata_fields.for_change()
            return await work.metadata_fields.uses(field.id, None)

    async with work_of(organization) as work, work_of(organization) as neighbour:
        fields = await work.metadata_fields.for_use()
        beside = await neighbour.metadata_fields.for_use()
        counting = asyncio.create_task(uses())
        await asyncio.sleep(A_WHILE)
        waited = not counting.done()
        await work.metadata.put(event.id, fields, {field.id: "young"})

    assert waited
    assert list(fields) == list(beside) == [field]
    assert await counting == 1


async def test_nothing_of_another_organization_is_seen(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    category, event = EventCategory(new_id(), "music", {"en": "Music"}), an_event()
    field = MetadataField(new_id(), "age", {"en": "Age"}, MetadataKind.NUMBER, public=True)
    async with work_of(organization) as work:
        await work.event_categories.keep(category)
        await work.metadata_fields.keep(field)
        await work.events.keep(event)
        await work.join_links.keep(event.id, "https://meet.example.org/")
        await work.join_links.keep(event.id, "https://meet.example.org/2")

    async with work_of(other_organization) as work:
        assert list(await work.event_categories.all()) == []
        assert list(await work.metadata_fields.all()) == []
        assert await work.event_categories.get_many([category.id]) == [None]
        assert await work.metadata_fields.get_many([field.id]) == [None]
        assert await work.join_links.of_events([event.id]) == [None]
        await work.join_links.keep(event.id, None)
        await work.event_categories.keep(replace(category, slug="stolen", version=2))
    async with work_of(organization) as work:
        assert await work.join_links.of_events([event.id]) == ["https://meet.example.org/2"]
        assert [each.slug for each in await work.event_categories.all()] == ["music"]
