"""The plans of searches under row security: words are looked up in the key that begins with the tenant.

The statements are those of the store, explained as the app's plain role.
"""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from adapters.postgres.event_finding import order_of, page_statement, shape_of, values_of
from adapters.postgres.event_search import ASKED, find, questions_of, searches_of, understood
from domain.events import EventFilter, EventOrder, PriceRange, search_of
from domain.organizations import Organization
from tests.conftest import make_organization

pytestmark = pytest.mark.asyncio

MANY = range(0, 2_000, 500)
# One word in all events, one in a hundredth, one in a single one; a venue and a ticket type of its own for one in a hundred.
ENTER = """
WITH halls AS (
    INSERT INTO venues (organization_id, id, name, street, city, country, time_zone)
    SELECT $1, gen_random_uuid(), 'Hall', '', 'City ' || n, CASE WHEN n < $2 + 3 THEN 'DE' ELSE 'AT' END, 'UTC'
    FROM generate_series($2 + 1, $2 + 500) AS n
    RETURNING id, city
), made AS (
    INSERT INTO events (organization_id, id, slug, title, description, status, starts_at, ends_at, time_zone, venue_id)
    SELECT $1, gen_random_uuid(), 'event-' || n, jsonb_build_object('en', 'Concert number' || n || ' ' || 'kind' || n % 100),
        jsonb_build_object('en', 'some words besides ' || n), 'PUBLISHED', '2040-01-01Z'::timestamptz + n * interval '1 hour',
        '2040-01-01Z'::timestamptz + (n + 2) * interval '1 hour', 'UTC',
        (SELECT id FROM halls WHERE city = 'City ' || n)
    FROM generate_series($2 + 1, $2 + 500) AS n
    RETURNING organization_id, id
)
INSERT INTO ticket_types (organization_id, id, event_id, name, price_minor, currency)
SELECT organization_id, gen_random_uuid(), id, '{}', 1000 + (row_number() OVER ()) + $2, 'EUR' FROM made
"""


@pytest_asyncio.fixture(scope="module")
async def busy(app_pool: Any, database: Any) -> Organization:
    """A tenant with thousands of events, beside another as large, both known to the planner."""
    organizations = [await make_organization(app_pool) for _ in range(2)]
    for organization in organizations:
        for start in MANY:
            async with app_pool.acquire() as connection, connection.transaction():
                await connection.execute(f"SET LOCAL app.organization_id = '{organization.id}'")
                await connection.execute(ENTER, organization.id, start)
    return organizations[0]


@pytest_asyncio.fixture
async def planner(busy: Organization, app_pool: Any, owner: Any) -> AsyncIterator[Any]:
    """Explains what the store would ask in the name of the busy tenant."""
    await owner.execute("ANALYZE events, event_words, event_texts, ticket_types, venues")
    async with app_pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{busy.id}'")

        async def plan(where: EventFilter, order: list[EventOrder], *, generic: bool = False) -> list[dict[str, Any]]:
            await connection.execute(f"SET LOCAL plan_cache_mode = force_{'generic' if generic else 'custom'}_plan")
            searches = searches_of(where)
            found = find(where, understood(await connection.fetch(ASKED, *questions_of(searches))) if searches else {})
            by, values = order_of(order, found, ("en",))
            statement = page_statement(shape_of(found.where), by, backward=False, has_edge=False)
            arguments = statement.arguments(values_of(found.where) | values | {"size": 21})
            [row] = await connection.fetch(f"EXPLAIN (FORMAT JSON, ANALYZE) {statement.text}", *arguments)
            return list(_nodes(json.loads(row[0])[0]["Plan"]))

        yield plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _on(table: str, plan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [node for node in plan if node.get("Relation Name") == table or str(node.get("Index Name", "")).startswith(table)]


@pytest.mark.parametrize("generic", [False, True], ids=["custom", "generic"])
@pytest.mark.parametrize("typed", ['"number77"', "number77", "number77 kind77", '"concert number77"', "kind77 OR number77"])
@pytest.mark.parametrize("order", [EventOrder.STARTS_AT_ASC, EventOrder.RELEVANCE, EventOrder.TITLE_ASC, EventOrder.PRICE_ASC])
async def test_words_are_looked_up_by_tenant_and_word(planner: Any, typed: str, order: EventOrder, generic: bool) -> None:
    plan = await planner(EventFilter(search=search_of(typed, ("en",))), [order], generic=generic)

    looked_up = _on("event_words", plan)
    conditions = [node["Index Cond"] for node in looked_up if node.get("Index Name") == "event_words_pkey"]
    assert conditions
    assert all("organization_id = (NULLIF(current_setting(" in each and "(word " in each for each in conditions)
    assert {node.get("Index Name", "event_words_pkey") for node in looked_up} <= {"event_words_pkey", "event_words_event_idx"}
    assert "Seq Scan" not in {node["Node Type"] for node in (*looked_up, *_on("event_texts", plan))}


async def test_a_rare_word_reads_few_rows(planner: Any) -> None:
    plan = await planner(EventFilter(search=search_of('"number77"', ("en",))), [EventOrder.STARTS_AT_ASC])

    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in _on("event_words", plan)) == 1
    assert sum(node["Actual Rows"] * node["Actual Loops"] for node in _on("events", plan)) <= 1


@pytest.mark.parametrize(
    ("where", "index"),
    [
        (EventFilter(price=PriceRange("EUR", 0, 1_010)), "ticket_types_price_idx"),
        (EventFilter(cities=["CITY 77"]), "venues_city_idx"),
        (EventFilter(countries=["DE"]), "venues_country_idx"),
        (EventFilter(attendance_modes=["VIRTUAL"]), "events_attendance_mode_idx"),  # type: ignore[list-item] # as enums are
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
async def test_filters_are_answered_by_an_index_of_their_own(planner: Any, where: EventFilter, index: str) -> None:
    plan = await planner(where, [EventOrder.STARTS_AT_ASC])

    assert index in {node.get("Index Name") for node in plan}


async def test_a_gin_index_would_not_be_used_under_row_security(owner: Any, app_pool: Any, busy: Organization) -> None:
    await owner.execute("ALTER TABLE event_texts ADD COLUMN tried tsvector GENERATED ALWAYS AS (to_tsvector('simple', body)) STORED")
    try:
        await owner.execute("CREATE INDEX tried_idx ON event_texts USING gin (tried)")
        await owner.execute("ANALYZE event_texts")
        asked = "EXPLAIN SELECT event_id FROM event_texts WHERE tried @@ 'number77'::tsquery"
        as_owner = "\n".join(row[0] for row in await owner.fetch(asked))
        async with app_pool.acquire() as connection, connection.transaction():
            await connection.execute(f"SET LOCAL app.organization_id = '{busy.id}'")
            as_app = "\n".join(row[0] for row in await connection.fetch(asked))
    finally:
        await owner.execute("ALTER TABLE event_texts DROP COLUMN tried")

    assert "tried_idx" in as_owner
    assert "tried_idx" not in as_app
