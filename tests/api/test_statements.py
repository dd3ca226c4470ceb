"""Reads cost a constant number of SQL statements, whatever the page size; and they are few."""

import pytest

from bench.reads import QUERIES
from tests.api.box_office import hold, put_on_sale
from tests.api.conftest import Tenant
from tests.conftest import Statements
from tests.orders.shop import held, ordered
from tests.ticket_types.desk import done

pytestmark = pytest.mark.asyncio

NESTED = """
query ($first: Int!) {
  events(first: $first) {
    nodes {
      title
      venue { name }
      ticketTypes { name price { formatted } event { slug venue { city } availability { sequence } } }
      availability { ticketTypes { available ticketType { name event { title } } } }
      pools { capacity held sold }
    }
    totalCount
  }
}
"""
VENUE = """
mutation {
  createVenue(input: {name: "Hall", street: "Quay 1", city: "Hamburg", country: "DE", timeZone: "Europe/Berlin"}) { venue { id } }
}
"""
MOVE = """
mutation ($event: ID!, $venue: ID!) {
  updateEvent(input: {eventId: $event, expectedVersion: 2, venueId: $venue}) { errors { __typename } }
}
"""
STOREFRONT = (
    "query ($first: Int!) { events(first: $first) { nodes { title venue { name city } ticketTypes { name price { amountMinor } } } } }"
)


async def _on_sale(tenant: Tenant, count: int) -> None:
    for number in range(count):
        await put_on_sale(tenant.owner, slug=f"show-{number}")


async def test_a_nested_query_costs_the_same_for_one_event_and_for_many(tenant: Tenant, statements: Statements) -> None:
    await _on_sale(tenant, 12)
    await tenant.owner.ask(NESTED, first=1)

    async with statements.sent() as for_one:
        await tenant.owner.ask(NESTED, first=1)
    async with statements.sent() as for_many:
        answer = await tenant.owner.ask(NESTED, first=12)

    assert len(answer["events"]["nodes"]) == 12
    assert len(for_many) == len(for_one)
    assert len(for_many) <= 9


async def test_the_storefront_page_costs_one_statement_a_level(tenant: Tenant, statements: Statements) -> None:
    await _on_sale(tenant, 3)
    await tenant.anonymous.ask(STOREFRONT, first=3)

    async with statements.sent() as sent:
        await tenant.anonymous.ask(STOREFRONT, first=3)

    # No event has a venue here, so the venues are not even asked for.
    assert len(sent) == 2, sent


async def test_hold_and_what_it_shows_cost_a_constant_number_of_statements(tenant: Tenant, statements: Statements) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await hold(tenant.anonymous, event_id, type_id)

    async with statements.sent() as small:
        await hold(tenant.anonymous, event_id, type_id, 1)
    async with statements.sent() as large:
        await hold(tenant.anonymous, event_id, type_id, 9)

    assert len(large) == len(small) <= 6


async def test_the_queries_of_the_benchmark_cost_what_is_written_here(tenant: Tenant, statements: Statements) -> None:
    show = await put_on_sale(tenant.owner, slug="evening-7")
    await _at_a_venue(tenant, show[0])
    order = await ordered(tenant.owner, 2_550, holdIds=[await held(tenant.owner, *show)])
    await done(tenant.owner, "recordPayment", "payment { status }", orderId=order["id"], amount=order["total"])
    await hold(tenant.owner, *show)
    counts = {}
    for name, query in QUERIES.items():
        await tenant.owner.ask(query)
        async with statements.sent() as sent:
            await tenant.owner.ask(query)
        counts[name] = len(sent)

    # Events, venues, ticket types; the event by its slug, the same; holds, ticket types, their events once, venues, pools;
    # orders, lines, tickets, ticket types, events, venues.
    assert counts == {"Q1": 3, "Q2": 3, "Q3": 5, "Q4": 6}


async def _at_a_venue(tenant: Tenant, event_id: str) -> None:
    asked = await tenant.owner.ask(VENUE)
    changed = await tenant.owner.ask(MOVE, event=event_id, venue=asked["createVenue"]["venue"]["id"])
    assert changed["updateEvent"]["errors"] == []
