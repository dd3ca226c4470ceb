"""Whatever is typed is answered: by events, by none, or by a refusal that names the place; and it tells nothing of other tenants."""

import asyncio
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.events import EventFilter, EventOrder, Search, search_of
from domain.organizations import Organization
from domain.paging import Page
from domain.refusals import Refused
from tests.api.conftest import Tenant
from tests.conftest import WorkOf
from tests.samples import an_event
from tests.search.looking import FIND, enter, search

pytestmark = pytest.mark.asyncio

TYPED = st.text(st.sampled_from(" \"-'&|!():*<>\\%_$\0\t\x1f\x7fOR jazzé日本\ud800\u200b\U0001f3b7\U0010ffff"), max_size=120)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("x" * 10_000, "where.search: is 10000 characters long, 200 are allowed"),
        ("\0" * 201, "where.search: is 201 characters long, 200 are allowed"),
        ("a " * 25, "where.search: has 25 words, 24 are allowed"),
        ("a/" * 25, "where.search: has 25 words, 24 are allowed"),
        ("音" * 25, "where.search: has 25 words, 24 are allowed"),
        ('"' + "a " * 25 + '"', "where.search: has 25 words, 24 are allowed"),
    ],
    ids=["10 kB", "NULs", "words", "words without blanks", "characters", "a phrase"],
)
async def test_what_is_too_long_is_refused_with_its_place(tenant: Tenant, typed: str, message: str) -> None:
    [error] = (await tenant.anonymous.answer(FIND, where={"search": typed}))["errors"]

    assert (error["extensions"]["code"], error["message"]) == ("BAD_USER_INPUT", message)


@pytest.mark.parametrize("where", [{"AND": [{"search": "a b c d e f g"}] * 4}, {"OR": [{"NOT": [{"search": "a"}]}] * 25}])
async def test_many_searches_in_one_question_are_refused(tenant: Tenant, where: dict[str, Any]) -> None:
    [error] = (await tenant.anonymous.answer(FIND, where=where))["errors"]

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"] in {"where: searches for 28 words, 24 are allowed", "where: searches for 25 words, 24 are allowed"}


@pytest.mark.parametrize(
    "typed",
    [
        "! & | ( )",
        "-",
        "- -",
        '"',
        '""',
        '-""',
        "'",
        "\\",
        "%",
        "_",
        "\0",
        "\x01\x1f",
        "OR",
        "OR OR",
        "🎷",
        "\ufeff",
        "\u200b",
        "*:",
        "<->",
    ],
)
async def test_signs_alone_find_nothing(tenant: Tenant, typed: str) -> None:
    await enter(tenant.owner, "event", {"en": "Jazz or blues"})

    assert await search(tenant.owner, typed) == []


@pytest.mark.parametrize(
    "typed", ["jazz'", "jazz\0", "'; DROP TABLE events; -- jazz", "jazz & !blues", "jazz:*", "(jazz", "jazz %", "jazz\\"]
)
async def test_signs_beside_words_do_no_harm(tenant: Tenant, typed: str) -> None:
    await enter(tenant.owner, "event", {"en": "Jazz; drop table events & blues"})

    assert await search(tenant.owner, typed) == ["event"]


@given(typed=TYPED, language=st.sampled_from(["en", "de", "ja", "xx-YY", "*"]))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_anything_typed_is_a_search_a_blank_or_a_refusal(
    work_of: WorkOf, organization: Organization, typed: str, language: str
) -> None:
    try:
        asked = search_of(typed, (language, "en"))
    except Refused:
        return

    async with work_of(organization) as work:
        page = await work.events.page(EventFilter(search=asked), [EventOrder.STARTS_AT_ASC], Page(5))

    assert asked is None or isinstance(asked, Search)
    assert page.items == []


async def test_words_too_long_for_an_index_are_found_by_their_beginning(tenant: Tenant) -> None:
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
    await enter(tenant.owner, "event", {"de": long}, {"de": "x" * 20_000})

    assert await search(tenant.owner, f'"{long}"', "de") == ["event"]
    assert await search(tenant.owner, long, "de") == ["event"]
    assert await search(tenant.owner, "x" * 60, "de") == ["event"]


async def test_searches_of_another_tenant_find_nothing_and_answer_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    await enter(tenant.owner, "secret", {"en": "Unannounced reunion", "ja": "秘密の音楽会"}, {"en": "Hush"})
    typed = ["unannounced", "unann", '"unannounced reunion"', "-rock", "hush OR rock", "秘密", "rock", "reunion -hush"]
    orders = [["RELEVANCE"], ["TITLE_ASC"], ["PRICE_DESC", "TITLE_DESC"]]

    own = [await tenant.owner.answer(FIND, where={"search": each}, orderBy=order) for each in typed for order in orders]
    foreign = [await other_tenant.owner.answer(FIND, where={"search": each}, orderBy=order) for each in typed for order in orders]

    nothing = {"nodes": [], "totalCount": 0}
    assert sum(answer["data"]["events"]["totalCount"] for answer in own) == (len(typed) - 2) * len(orders)
    assert [{name: answer["data"]["events"][name] for name in nothing} for answer in foreign] == [nothing] * len(foreign)


async def test_how_well_something_fits_does_not_depend_on_other_tenants(
    work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    mine = [an_event(title={"en": title}) for title in ("Jazz", "Jazz blues", "Blues")]
    where = EventFilter(search=search_of("jazz OR blues", ("en",)))
    async with work_of(organization) as work:
        for event in mine:
            await work.events.keep(event)

    async def ranked() -> Any:
        async with work_of(organization) as work:
            page = await work.events.page(where, [EventOrder.RELEVANCE], Page(10))
            return page.edges, await work.events.count(where, 100)

    before = await ranked()
    async with work_of(other_organization) as work:
        for _ in range(200):
            await work.events.keep(an_event(title={"en": "Jazz jazz blues"}))

    assert await ranked() == before
    assert before[1] == 3


async def test_words_of_another_tenant_are_not_seen_even_by_statements_of_ones_own_making(
    app_pool: Any, work_of: WorkOf, organization: Organization, other_organization: Organization
) -> None:
    event = an_event(title={"en": "Unannounced"})
    async with work_of(other_organization) as work:
        await work.events.keep(event)

    async with app_pool.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{organization.id}'")
        # Were the error raised before row security has hidden the row, it would tell of it: 1 / 0 for each foreign word.
        leaks = [
            await connection.fetch("SELECT 1 FROM event_words WHERE 1 / (length(word) - 11) = 7"),
            await connection.fetch("SELECT 1 FROM event_texts WHERE 1 / strpos('x', body) = 7"),
            await connection.fetch("SELECT 1 FROM event_words WHERE word >= 'u' AND 1 / (weight - weight) = 7"),
        ]
        seen = [await connection.fetchval(f"SELECT count(*) FROM {table}") for table in ("event_words", "event_texts")]

    assert (leaks, seen) == ([[], [], []], [0, 0])


async def test_many_searchers_at_once_get_their_own_tenants_events(tenant: Tenant, other_tenant: Tenant) -> None:
    await enter(tenant.owner, "mine", {"en": "Jazz"})
    await enter(other_tenant.owner, "theirs", {"en": "Jazz"})
    clients = [tenant.owner, other_tenant.owner] * 10

    answers = await asyncio.gather(*(search(client, "jazz") for client in clients))

    assert answers == [["mine"], ["theirs"]] * 10
