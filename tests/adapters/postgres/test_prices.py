"""The store of prices: what a book says, and promo codes that no race carries over a limit."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest

from adapters.crypto.identifiers import new_id
from domain.events import AttendanceMode
from domain.holds import Hold, HoldStatus
from domain.organizations import Organization
from domain.pricing import (
    BookedPool,
    CategoryPrice,
    CodeSpent,
    DemandRule,
    DemandStep,
    FeeKind,
    FeePer,
    FeeRule,
    NamedPrice,
    Place,
    PriceKind,
    PriceRules,
    PriceTier,
    PricingSettings,
    PromoCode,
    PromoCodeFault,
    PromoCodeNotValid,
    PromoCodeTaken,
    PromoKind,
    TaxRounding,
    TaxRule,
)
from domain.refusals import Refused
from domain.ticket_types import TicketType
from tests.conftest import Statements, WorkOf
from tests.samples import CREATED, a_hold, a_pool, a_ticket_type, a_venue, an_event

pytestmark = pytest.mark.asyncio

RULES = PriceRules(
    by_category=(CategoryPrice(3, 4_200),),
    tiers=(PriceTier("Early", change=-200_000, until_at=datetime(2040, 2, 1, tzinfo=UTC), sold_until=10),),
    demand=DemandRule((DemandStep(500_000, 100_000), DemandStep(900_000, 250_000)), 2_000, 6_000, 50),
)
SETTINGS = PricingSettings(
    version=1,
    prices_include_tax=False,
    rounding=TaxRounding.SUM_BY_NET_KEEP_GROSS,
    place=Place("US", "NY"),
    tax_rules=(TaxRule("US", "standard", 88_750, "NY", valid_from=datetime(2030, 1, 1, tzinfo=UTC)),),
    fees=(FeeRule(FeeKind.SERVICE, "Service", FeePer.TICKET, 50, 15_000, 300, "EUR", "standard", on_free=True),),
)


def a_code(**facts: Any) -> PromoCode:
    return replace(
        PromoCode(new_id(), f"CODE-{new_id()}"[:40].upper(), "", PromoKind.PER_ORDER, CREATED, amount_minor=100, currency="EUR"), **facts
    )


async def with_type(work_of: WorkOf, organization: Organization, **facts: Any) -> TicketType:
    """A ticket type of an event in Berlin, with a hundred tickets."""
    venue = a_venue(region="BE")
    event = an_event(venue_id=venue.id, **facts)
    pool = a_pool(event.id)
    made = a_ticket_type(event.id, pool)
    async with work_of(organization) as work:
        await work.venues.keep(venue)
        await work.events.keep(event)
        await work.ticket_types.keep_new(made, [pool])
    return made


async def spend(work_of: WorkOf, organization: Organization, code: PromoCode, amount: int, *buyers: str) -> UUID | PromoCodeFault:
    """The order that used the code, or why it could not."""
    order_id = new_id()
    try:
        async with work_of(organization) as work:
            await work.prices.spend(order_id, [CodeSpent(code.id, code.code, amount)], buyers)
    except Refused as no:
        return cast("PromoCodeNotValid", no.refusal).why
    return order_id


async def state(work_of: WorkOf, organization: Organization, *codes: PromoCode) -> list[tuple[int, int]]:
    """How often each code is used, and what it has given away."""
    async with work_of(organization) as work:
        return [(each.uses, each.spent_minor) for each in await work.prices.promo_codes([code.id for code in codes]) if each]


async def enter(work_of: WorkOf, organization: Organization, *codes: PromoCode) -> None:
    async with work_of(organization) as work:
        for each in codes:
            await work.prices.add(each)


def outcomes(results: Sequence[object]) -> dict[object, int]:
    kinds = [each if isinstance(each, PromoCodeFault) else "spent" for each in results]
    return {each: kinds.count(each) for each in kinds}


async def test_a_book_says_how_types_are_priced_where_they_are_and_what_is_taken_of_them(
    work_of: WorkOf, organization: Organization
) -> None:
    here = await with_type(work_of, organization)
    async with work_of(organization) as work:
        await work.prices.keep_rules(here.id, RULES)
        await work.prices.settings(for_change=True)
        await work.prices.keep_settings(SETTINGS)
    code = a_code()
    await enter(work_of, organization, code)

    async with work_of(organization) as work:
        book = await work.prices.book([here.event_id], [f" {code.code.lower()} ", "nobody"])
        empty = await work.prices.book([])

    assert (book.currency, book.settings, book.codes, book.shown) == ("EUR", SETTINGS, (code,), tuple(sorted([code.code, "NOBODY"])))
    [booked] = book.types.values()
    assert (booked.id, booked.event_id, booked.price_minor, booked.currency) == (here.id, here.event_id, 2_500, "EUR")
    assert (booked.rules, booked.place, booked.is_virtual, booked.taken) == (RULES, Place("DE", "BE"), False, 0)
    assert booked.pools == (BookedPool(here.pool_ids[0], 0, 100),)
    assert (empty.types, empty.settings, empty.codes) == ({}, SETTINGS, ())


async def test_a_type_without_rules_has_its_base_price_and_an_event_online_no_place(work_of: WorkOf, organization: Organization) -> None:
    here = await with_type(work_of, organization, attendance_mode=AttendanceMode.VIRTUAL)

    async with work_of(organization) as work:
        book = await work.prices.book_of_types([here.id, new_id()])
        rules = await work.prices.rules([here.id])

    [booked] = book.types.values()
    assert (booked.rules, booked.is_virtual, booked.pools, book.settings) == (PriceRules(), True, (), PricingSettings())
    assert rules == [None]


async def test_rules_for_named_prices_are_read_as_they_were_written(work_of: WorkOf, organization: Organization) -> None:
    here = await with_type(work_of, organization)
    rules = PriceRules(kind=PriceKind.DONATION, named=NamedPrice(100, 500, None), tax_code=None)

    async with work_of(organization) as work:
        await work.prices.keep_rules(here.id, RULES)
        await work.prices.keep_rules(here.id, rules)
        read = await work.prices.rules([new_id(), here.id])

    assert read == [None, rules]


async def test_fifty_orders_at_once_do_not_overrun_a_use_limit(work_of: WorkOf, organization: Organization) -> None:
    code = a_code(use_limit=7)
    await enter(work_of, organization, code)

    results = await asyncio.gather(*(spend(work_of, organization, code, 100) for _ in range(50)))

    assert outcomes(results) == {"spent": 7, PromoCodeFault.USED_UP: 43}
    assert await state(work_of, organization, code) == [(7, 700)]


async def test_fifty_orders_at_once_do_not_overrun_a_budget(work_of: WorkOf, organization: Organization) -> None:
    code = a_code(budget_minor=1_000)
    await enter(work_of, organization, code)

    results = await asyncio.gather(*(spend(work_of, organization, code, 150) for _ in range(50)))

    assert outcomes(results) == {"spent": 6, PromoCodeFault.USED_UP: 44}
    assert await state(work_of, organization, code) == [(6, 900)]


async def test_fifty_orders_of_one_buyer_at_once_do_not_overrun_her_limit_by_any_of_her_names(
    work_of: WorkOf, organization: Organization
) -> None:
    code = a_code(buyer_limit=3)
    await enter(work_of, organization, code)

    results = await asyncio.gather(*(spend(work_of, organization, code, 100, f"cart:{at}", "email:ada") for at in range(50)))
    another = await spend(work_of, organization, code, 100, "cart:bob")

    assert outcomes(results) == {"spent": 3, PromoCodeFault.USED_BY_BUYER: 47}
    assert isinstance(another, UUID)
    assert await state(work_of, organization, code) == [(4, 400)]


async def test_orders_at_once_that_use_two_codes_in_either_order_neither_wait_for_ever_nor_miscount(
    work_of: WorkOf, organization: Organization
) -> None:
    codes = [a_code(), a_code()]
    await enter(work_of, organization, *codes)

    async def use(chosen: Sequence[PromoCode]) -> UUID:
        order_id = new_id()
        async with work_of(organization) as work:
            await work.prices.spend(order_id, [CodeSpent(each.id, each.code, 10) for each in chosen])
        return order_id

    orders = await asyncio.gather(*(use(codes if at % 2 else codes[::-1]) for at in range(20)))
    assert await state(work_of, organization, *codes) == [(20, 200), (20, 200)]

    async def give_back(order_id: UUID) -> None:
        async with work_of(organization) as work:
            await work.prices.unspend(order_id)

    await asyncio.gather(*(give_back(each) for each in [*orders, *orders]))
    assert await state(work_of, organization, *codes) == [(0, 0), (0, 0)]


async def test_an_order_uses_a_code_once_gives_it_back_once_and_may_use_it_again(work_of: WorkOf, organization: Organization) -> None:
    code, order_id = a_code(use_limit=1, budget_minor=500, buyer_limit=1), new_id()
    spent = [CodeSpent(code.id, code.code, 300)]
    await enter(work_of, organization, code)
    seen: list[tuple[int, int]] = []

    for step in ("spend", "spend", "unspend", "unspend", "spend"):
        async with work_of(organization) as work:
            await (work.prices.spend(order_id, spent, ["cart:ada"]) if step == "spend" else work.prices.unspend(order_id))
        seen += await state(work_of, organization, code)

    assert seen == [(1, 300), (1, 300), (0, 0), (0, 0), (1, 300)]


async def test_of_two_codes_none_is_used_where_one_cannot_be(work_of: WorkOf, organization: Organization) -> None:
    good, ended = a_code(), a_code(deactivated_at=CREATED)
    await enter(work_of, organization, good, ended)

    with pytest.raises(Refused) as no:
        async with work_of(organization) as work:
            await work.prices.spend(new_id(), [CodeSpent(each.id, each.code, 100) for each in (good, ended)])

    assert no.value.refusal == PromoCodeNotValid(ended.code, PromoCodeFault.UNKNOWN)
    assert await state(work_of, organization, good, ended) == [(0, 0), (0, 0)]


async def test_what_a_buyer_used_is_in_the_book_by_each_of_her_names_until_given_back(work_of: WorkOf, organization: Organization) -> None:
    code = a_code(buyer_limit=5)
    await enter(work_of, organization, code)
    order_id = await spend(work_of, organization, code, 100, "cart:1", "email:ada")
    await spend(work_of, organization, code, 100, "cart:2", "email:ada")
    assert isinstance(order_id, UUID)

    async def used(*buyers: str) -> dict[UUID, int]:
        async with work_of(organization) as work:
            return dict((await work.prices.book([], [code.code], buyers=buyers, for_change=True)).used)

    assert [await used("cart:1"), await used("cart:1", "email:ada"), await used("cart:3"), await used()] == [
        {code.id: 1},
        {code.id: 2},
        {},
        {},
    ]
    async with work_of(organization) as work:
        await work.prices.unspend(order_id)
    assert await used("cart:1", "email:ada") == {code.id: 1}


async def test_two_codes_do_not_read_alike_even_when_one_has_ended(work_of: WorkOf, organization: Organization) -> None:
    code = a_code(deactivated_at=CREATED)
    await enter(work_of, organization, code)

    with pytest.raises(Refused) as no:
        await enter(work_of, organization, a_code(code=code.code))

    assert no.value.refusal == PromoCodeTaken(code.id)


async def test_a_book_is_read_by_one_statement_and_one_more_for_codes(
    work_of: WorkOf, organization: Organization, statements: Statements
) -> None:
    here, plain, limited = await with_type(work_of, organization), a_code(), a_code(buyer_limit=2)
    await enter(work_of, organization, plain, limited)
    counts = []

    for codes in ([], [plain.code], [plain.code, limited.code]):
        async with work_of(organization) as work, statements.sent() as sent:
            await work.prices.book([here.event_id], codes, buyers=["cart:ada"], for_change=True)
        counts.append(len(sent))

    assert counts == [1, 2, 3]


async def test_tickets_of_live_holds_are_counted_where_a_tier_asks_and_only_there(work_of: WorkOf, organization: Organization) -> None:
    here = await with_type(work_of, organization)
    rules = PriceRules(tiers=(PriceTier("First", 1_000, sold_until=10),))
    ended = a_hold(here, 4, status=HoldStatus.RELEASED)
    await write_holds(work_of, organization, a_hold(here, 2), a_hold(here, 3, status=HoldStatus.CONVERTED), ended)
    counts = []

    for each in (RULES, rules, replace(rules, tiers=())):
        async with work_of(organization) as work:
            await work.prices.keep_rules(here.id, each)
            counts.append((await work.prices.book([here.event_id])).types[here.id].taken)

    assert counts == [5, 5, 0]


async def test_an_order_in_flight_is_waited_for_and_what_it_used_is_seen(work_of: WorkOf, organization: Organization) -> None:
    code = a_code(buyer_limit=1, use_limit=1)
    await enter(work_of, organization, code)

    async def book() -> tuple[int, dict[UUID, int]]:
        async with work_of(organization) as work:
            read = await work.prices.book([], [code.code], buyers=["cart:ada"], for_change=True)
            return read.codes[0].uses, dict(read.used)

    async with work_of(organization) as work:
        await work.prices.spend(new_id(), [CodeSpent(code.id, code.code, 100)], ["cart:ada"])
        waiting = asyncio.create_task(book())
        await asyncio.sleep(0.2)
        assert not waiting.done()

    assert await waiting == (1, {code.id: 1})


async def write_holds(work_of: WorkOf, organization: Organization, *holds: Hold) -> None:
    """These holds as rows."""
    async with work_of(organization) as work:
        connection = work.events._connection
        for each in holds:
            facts = (organization.id, each.id, each.event_id, each.buyer, each.status.value, each.created_at, each.expires_at)
            named = "organization_id, id, event_id, buyer, status, created_at, expires_at"
            await connection.execute(f"INSERT INTO holds ({named}) VALUES ($1, $2, $3, $4, $5, $6, $7)", *facts)
            [line] = each.lines
            await connection.execute(
                "INSERT INTO hold_lines (organization_id, hold_id, ticket_type_id, quantity, pool_ids) VALUES ($1, $2, $3, $4, $5)",
                organization.id, each.id, line.ticket_type_id, line.quantity, list(line.pool_ids),
            )  # fmt: skip
