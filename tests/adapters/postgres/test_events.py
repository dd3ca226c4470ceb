"""The store of events: exact values, the order asked for, pages in both directions, refusals that change nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import recount
from domain.events import AttendanceMode, Event, EventFilter, EventOrder, EventSlugTaken, EventStatus
from domain.organizations import Organization
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused, VersionConflict
from tests.conftest import Statements, WorkOf
from tests.samples import CREATED, ENDS, STARTS, a_pool, a_ticket_type, a_venue, an_event

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)
UP, DOWN = EventOrder.STARTS_AT_ASC, EventOrder.STARTS_AT_DESC
NEWEST, OLDEST = EventOrder.CREATED_AT_DESC, EventOrder.CREATED_AT_ASC


async def keep(work_of: WorkOf, organization: Organization, *events: Event) -> None:
    async with work_of(organization) as work:
        for event in events:
            await work.events.keep(event)


async def test_an_event_comes_back_with_every_fact(work_of: WorkOf, organization: Organization) -> None:
    venue = a_venue()
    event = an_event(venue_id=venue.id, attendance_mode=AttendanceMode.HYBRID, title={"en": 'Ünïcode \\ "quoted" \' 🎟'})
    async with work_of(organization) as work:
        await work.venues.keep(venue)
        await work.events.keep(event)

    async with work_of(organization) as work:
        [row] = await work.events.get_many([event.id])
        changeable = await work.events.for_change(event.id)

    assert row is not None
    assert {name: getattr(row, name) for name in Event.__slots__} == {name: getattr(event, name) for name in Event.__slots__}
    assert (row.typename, row.status is EventStatus.PUBLISHED, row.attendance_mode is AttendanceMode.HYBRID) == ("Event", True, True)
    assert changeable == event
    assert changeable.status is EventStatus.PUBLISHED


async def test_events_are_found_in_the_order_asked_by_one_statement(
    work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    first, second = an_event(), an_event()
    missing = new_id()
    await keep(work_of, organization, first, second)

    async with work_of(organization) as work, statements.sent() as sent:
        by_id = await work.events.get_many([second.id, missing, first.id, second.id])
        by_slug = await work.events.by_slugs([second.slug, "missing", first.slug])

    assert [each and each.id for each in by_id] == [second.id, None, first.id, second.id]
    assert [each and each.id for each in by_slug] == [second.id, None, first.id]
    assert len(sent) == 2


def programme() -> list[Event]:
    """Nine events, three at each hour, made in turn."""
    return [an_event(starts_at=STARTS + (at % 3) * HOUR, ends_at=ENDS + 3 * HOUR, created_at=CREATED + (at // 2) * HOUR) for at in range(9)]


def sort_values(event: Event, order: Sequence[EventOrder]) -> tuple[Any, ...]:
    return tuple(event.starts_at if each in {UP, DOWN} else event.created_at for each in order)


def in_list_order(events: Sequence[Event], order: Sequence[EventOrder]) -> list[Event]:
    """What a page must be a window of: sorted by the last key first, so that each key's ties keep the order of those after it."""
    last_is_down = bool(order) and order[-1] in {DOWN, NEWEST}
    ordered = sorted(events, key=lambda event: event.id, reverse=last_is_down)
    for each in reversed(order):
        ordered.sort(key=lambda event: sort_values(event, [each]), reverse=each in {DOWN, NEWEST})
    return ordered


ORDERS = [(), (UP,), (DOWN,), (OLDEST,), (NEWEST,), (UP, OLDEST), (UP, NEWEST), (DOWN, OLDEST), (NEWEST, DOWN)]


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: " ".join(order) or "by id alone")
@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
async def test_pages_one_after_another_are_the_whole_list_once_ties_included(
    work_of: WorkOf, organization: Organization, order: tuple[EventOrder, ...], backward: bool
) -> None:
    events = programme()
    expected = [event.id for event in in_list_order(events, order)]
    await keep(work_of, organization, *events)

    pages, edge = list[Slice[Event]](), None
    async with work_of(organization) as work:
        while not pages or (pages[-1].has_previous if backward else pages[-1].has_next):
            page = await work.events.page(EventFilter(), order, Page(2, edge, backward))
            pages.append(page)
            last = page.items[0] if backward else page.items[-1]
            edge = (*sort_values(last, order), last.id)

    read = [[event.id for event in page.items] for page in (reversed(pages) if backward else pages)]
    assert [each for page in read for each in page] == expected
    assert [len(page.items) for page in pages] == [2, 2, 2, 2, 1]
    behind = [page.has_next if backward else page.has_previous for page in pages]
    assert behind == [False, True, True, True, True]


async def test_a_page_costs_one_statement_and_its_rows_read_like_events(
    work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    event = an_event()
    await keep(work_of, organization, event)

    async with work_of(organization) as work, statements.sent() as sent:
        page = await work.events.page(EventFilter(), [UP], Page(20))

    assert (page.has_next, page.has_previous) == (False, False)
    assert [(each.title, each.status, each.typename) for each in page.items] == [(event.title, EventStatus.PUBLISHED, "Event")]
    assert len(sent) == 1


async def test_a_page_of_nothing_still_tells_whether_there_is_something(work_of: WorkOf, organization: Organization) -> None:
    async with work_of(organization) as work:
        none = await work.events.page(EventFilter(), [UP], Page(0))
        await work.events.keep(an_event())
        some = await work.events.page(EventFilter(), [UP], Page(0))

    assert none == Slice([], has_next=False, has_previous=False)
    assert some == Slice([], has_next=True, has_previous=False)


async def test_an_edge_that_does_not_fit_the_order_is_a_mistake(work_of: WorkOf, organization: Organization) -> None:
    async with work_of(organization) as work:
        with pytest.raises(ValueError, match="the edge of a page has 1 values where 2 are sorted by"):
            await work.events.page(EventFilter(), [UP], Page(20, (new_id(),)))


async def test_filters_combine_and_nest(work_of: WorkOf, organization: Organization) -> None:
    hall, barn = a_venue(), a_venue()
    here = an_event(slug="here", venue_id=hall.id)
    there = an_event(slug="there", venue_id=barn.id, starts_at=STARTS + HOUR)
    draft = an_event(slug="draft", status=EventStatus.DRAFT, starts_at=STARTS + 2 * HOUR)
    async with work_of(organization) as work:
        for venue in (hall, barn):
            await work.venues.keep(venue)
        for event in (here, there, draft):
            await work.events.keep(event)
    public, at_hall = EventFilter(statuses=[EventStatus.PUBLISHED]), EventFilter(venue_ids=[hall.id])
    cases: list[tuple[EventFilter, list[str]]] = [
        (EventFilter(), ["here", "there", "draft"]),
        (public, ["here", "there"]),
        (EventFilter(statuses=[]), []),
        (EventFilter(slugs=["draft", "here"]), ["here", "draft"]),
        (at_hall, ["here"]),
        (EventFilter(starts_from=STARTS + HOUR), ["there", "draft"]),
        (EventFilter(starts_before=STARTS + HOUR), ["here"]),
        (EventFilter(starts_from=STARTS, starts_before=STARTS + 2 * HOUR, statuses=[EventStatus.PUBLISHED]), ["here", "there"]),
        (EventFilter(all_of=[public, EventFilter(slugs=["there", "draft"])]), ["there"]),
        (EventFilter(any_of=[at_hall, EventFilter(slugs=["draft"])]), ["here", "draft"]),
        (EventFilter(none_of=[at_hall]), ["there", "draft"]),
        (EventFilter(none_of=[at_hall, EventFilter(slugs=["draft"])]), ["there"]),
        (EventFilter(none_of=[EventFilter()]), []),
        (EventFilter(statuses=[EventStatus.PUBLISHED], any_of=[EventFilter(none_of=[at_hall])]), ["there"]),
        (EventFilter(all_of=[EventFilter(any_of=[EventFilter(slugs=["here"]), EventFilter(slugs=["draft"])]), public]), ["here"]),
    ]

    async with work_of(organization) as work:
        pages = [await work.events.page(where, [UP], Page(20)) for where, _ in cases]
        counts = [await work.events.count(where, 20) for where, _ in cases]

    assert [[each.slug for each in page.items] for page in pages] == [slugs for _, slugs in cases]
    assert counts == [len(slugs) for _, slugs in cases]


async def test_a_count_stops_where_it_is_told(work_of: WorkOf, organization: Organization) -> None:
    await keep(work_of, organization, *programme())

    async with work_of(organization) as work:
        counts = [await work.events.count(EventFilter(), at_most) for at_most in (0, 8, 9, 10)]

    assert counts == [0, 8, 9, 9]


async def test_a_slug_is_taken_once_by_each_organization(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    first, second = an_event(slug="gala"), an_event(slug="gala")
    await keep(work_of, organization, first)

    with pytest.raises(Refused) as refusal:
        await keep(work_of, organization, second)
    await keep(work_of, other_organization, second)

    assert refusal.value.refusal == EventSlugTaken("gala")


async def test_a_change_takes_anothers_slug_no_more_than_a_new_event_does(work_of: WorkOf, organization: Organization) -> None:
    first, second = an_event(slug="gala"), an_event(slug="ball")
    await keep(work_of, organization, first, second)

    with pytest.raises(Refused) as refusal:
        await keep(work_of, organization, replace(second, slug="gala", version=2))

    assert refusal.value.refusal == EventSlugTaken("gala")
    async with work_of(organization) as work:
        assert await work.events.for_change(second.id) == second


async def test_a_venue_of_another_organization_is_no_venue(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    venue = a_venue()
    async with work_of(other_organization) as work:
        await work.venues.keep(venue)

    with pytest.raises(Refused) as refusal:
        await keep(work_of, organization, an_event(venue_id=venue.id))

    assert refusal.value.refusal == NotFound("venue", ("input", "venueId"))


async def test_a_change_is_written_once_and_a_stale_one_is_refused_with_the_current_version(
    work_of: WorkOf, organization: Organization
) -> None:
    event = an_event()
    changed = replace(event, title={"en": "Moved indoors"}, updated_at=CREATED + HOUR, version=2)
    await keep(work_of, organization, event, changed)

    with pytest.raises(Refused) as refusal:
        await keep(work_of, organization, replace(event, title={"en": "Cancelled"}, version=2))
    with pytest.raises(Refused) as unknown:
        await keep(work_of, organization, an_event(version=2))

    assert refusal.value.refusal == VersionConflict(2)
    assert unknown.value.refusal == NotFound("event", ("input", "eventId"))
    async with work_of(organization) as work:
        assert await work.events.for_change(event.id) == changed


async def test_a_change_that_opens_or_closes_the_sale_moves_the_stock_and_says_so(
    work_of: WorkOf, organization: Organization, owner: Any
) -> None:
    event = an_event(status=EventStatus.DRAFT, published_at=None)
    pool = a_pool(event.id)
    sequences = []
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(a_ticket_type(event.id, pool), [pool])
    renamed = replace(event, title={"en": "Renamed"}, version=2)
    published = replace(renamed, status=EventStatus.PUBLISHED, version=3)
    shortened = replace(published, ends_at=ENDS - HOUR, version=4)

    for change in (renamed, published, shortened):
        async with work_of(organization) as work:
            await work.events.keep(change)
            [snapshot] = await work.availability.snapshots([event.id])
            assert snapshot is not None
            sequences.append((snapshot.sequence, snapshot.ticket_types[0].moved_at))

    query = "SELECT payload FROM outbox WHERE organization_id = $1 AND type = 'stock:moved' ORDER BY position"
    told = await owner.fetch(query, organization.id)
    assert sequences == [(1, 1), (2, 2), (3, 3)]
    assert [row["payload"] for row in told] == [{"eventId": str(event.id), "sequence": sequence} for sequence in (1, 2, 3)]


async def test_who_changes_an_event_keeps_its_stock_still(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event = an_event()
    await keep(work_of, organization, event)
    order = []

    async def move_stock() -> None:
        pool = a_pool(event.id)
        async with work_of(organization) as work:
            await work.ticket_types.keep_new(a_ticket_type(event.id, pool), [pool])
            order.append("stock")

    async with work_of(organization) as work:
        await work.events.for_change(event.id)
        moving = asyncio.create_task(move_stock())
        async with asyncio.timeout(5):
            while not await owner.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                await asyncio.sleep(0.005)
        order.append("event")
        assert await work.events.stock(event.id) == (0, 0, 0)
    await moving

    assert order == ["event", "stock"]


async def test_stock_counts_types_and_what_pools_hold_and_sold(work_of: WorkOf, organization: Organization) -> None:
    event = an_event()
    floor, balcony = a_pool(event.id, 10, held=2, sold=3), a_pool(event.id, 5, held=1, sold=0)
    async with work_of(organization) as work:
        await work.events.keep(event)
        await work.ticket_types.keep_new(a_ticket_type(event.id, floor), [floor])
        await work.ticket_types.keep_new(a_ticket_type(event.id, balcony, position=1), [balcony])

        assert await work.events.stock(event.id) == (2, 3, 3)
        assert await work.events.stock(new_id()) == (0, 0, 0)


async def test_a_deleted_event_takes_its_ticket_types_and_pools_along(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    event, other = an_event(), an_event()
    pool, kept = a_pool(event.id), a_pool(other.id)
    async with work_of(organization) as work:
        for each in (event, other):
            await work.events.keep(each)
        await work.ticket_types.keep_new(a_ticket_type(event.id, pool), [pool])
        await work.ticket_types.keep_new(a_ticket_type(other.id, kept), [kept])

    async with work_of(organization) as work:
        await work.events.delete(event.id)
    with pytest.raises(Refused) as refusal:
        async with work_of(organization) as work:
            await work.events.delete(event.id)

    left = await owner.fetch(
        """
        SELECT e.id, i.event_id, t.event_id, p.id FROM events e FULL JOIN inventories i ON i.event_id = e.id
        FULL JOIN ticket_types t ON t.event_id = e.id FULL JOIN pools p ON p.event_id = e.id
        WHERE $1 IN (e.organization_id, i.organization_id, t.organization_id, p.organization_id)
        """,
        organization.id,
    )
    assert [tuple(row) for row in left] == [(other.id, other.id, other.id, kept.id)]
    assert refusal.value.refusal == NotFound("event", ("input", "eventId"))
    assert [breach for breach in await recount(owner) if breach.facts.get("organization_id") == organization.id] == []


async def test_an_unknown_event_cannot_be_changed(work_of: WorkOf, organization: Organization) -> None:
    with pytest.raises(Refused) as refusal:
        async with work_of(organization) as work:
            await work.events.for_change(new_id())

    assert refusal.value.refusal == NotFound("event", ("input", "eventId"))


async def test_a_deep_page_of_many_events_is_read_from_an_index(work_of: WorkOf, organization: Organization, owner: Any) -> None:
    events = [an_event(starts_at=STARTS + at * HOUR / 60, ends_at=ENDS + 30 * HOUR) for at in range(600)]
    await keep(work_of, organization, *events)
    await owner.execute("ANALYZE events")  # without figures the planner guesses that next to nothing is there
    async with work_of(organization) as work:
        await work.events.page(EventFilter(), [UP], Page(20, (events[500].starts_at, events[500].id)))
        connection = work.events._connection
        plan = "\n".join(
            row[0]
            for row in await connection.fetch(
                "EXPLAIN SELECT id FROM events WHERE (starts_at, id) > ($1, $2) ORDER BY starts_at, id LIMIT 21",
                events[500].starts_at,
                events[500].id,
            )
        )

    assert "events_starts_at_idx" in plan
    assert "Sort" not in plan
