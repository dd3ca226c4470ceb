"""Carts and checking out: what a buyer's holds cost, and the order that they become."""

from collections.abc import Sequence
from uuid import UUID

from domain import orders as rules
from domain.holds import Hold, HoldStatus, buyer_of
from domain.idempotency import Key, earlier, once
from domain.identity import Permission
from domain.orders import Admission, Cart, CheckOutCart, NewOrder, Order, OrderStatus, Placing, Terms
from domain.paging import LONGEST_PAGE
from domain.pricing import Quote, quote
from domain.refusals import Faults
from domain.secrets import digest
from domain.work import Work

from resolvers.context import Context
from resolvers.order_answers import answered, keep_answers, questions_of
from resolvers.order_settling import by_event, confirm, desk_of


async def cart_of_viewer(ctx: Context, terms: Terms) -> Cart:
    """What the viewer's active holds cost now, which nothing is written for; empty for one without a cart."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    faults = Faults()
    rules.check_terms(faults, terms, ())
    faults.refuse()
    buyer = buyer_of(ctx.viewer)
    # Prices go by the database's time, which only works know.
    async with ctx.work() as work:
        holds = list(reversed(await work.holds.of_buyer(buyer, LONGEST_PAGE))) if buyer else []
        admissions = rules.admissions_of(holds)
        names = rules.names_for_promo_codes(ctx.viewer, buyer or "", None)
        priced = await _quote(work, admissions, terms, names, path=())
        questions = await questions_of(work, [each.event_id for each in admissions])
        return rules.cart_of(holds, admissions, priced, questions)


async def create_box_office_order(ctx: Context, ask: CheckOutCart) -> Order:
    """The order of somebody who stands at the counter, made of the holds of whoever serves her."""
    ctx.viewer.require(Permission.ORDERS_MANAGE)
    rules.check_wish(ask)
    return await place_order(ctx, ask, ask.key(rules.somebody(buyer_of(ctx.viewer))))


async def place_order(ctx: Context, ask: CheckOutCart, key: Key | None) -> Order:
    """The order that the viewer's holds become, all of them, or none; the same key again gets the same."""
    ctx.viewer.require(Permission.ORDERS_PLACE)
    buyer = rules.somebody(buyer_of(ctx.viewer))
    async with ctx.work() as work:
        holds = await _locked(work, ask, buyer)
        order_id = await earlier(work.answers, key)
        if order_id is None:
            order = await make_order(ctx, work, ask, buyer, rules.own_holds(holds, buyer))
            await once(work.answers, key, order.id)
        else:
            order = rules.found_order((await work.orders.get_many([order_id]))[0])
    return order


async def _locked(work: Work, ask: CheckOutCart, buyer: str) -> list[Hold | None]:
    """The holds meant, which nobody changes until the work ends; of the whole cart those that are still active."""
    if ask.hold_ids is not None:
        return await work.holds.lock(ask.hold_ids)
    ids = [hold.id for hold in reversed(await work.holds.of_buyer(buyer, LONGEST_PAGE))]
    return [hold for hold in await work.holds.lock(ids) if hold and hold.status is HoldStatus.ACTIVE]


async def make_order(ctx: Context, work: Work, ask: CheckOutCart, buyer: str, holds: Sequence[Hold]) -> Order:
    """The new order, whose holds are locked; confirmed at once where there is nothing to wait for."""
    taken = rules.taken_over(holds, work.now)
    admissions = rules.admissions_of(taken)
    rules.check_attendees(admissions, ask)
    events = [event for event in await work.events.get_many(sorted({hold.event_id for hold in taken})) if event]
    rules.expect_on_sale(events, admissions, work.now)
    said, questions = await answered(work, ask, admissions)
    names = rules.names_for_promo_codes(ctx.viewer, buyer, ask.email)
    priced = await _quote(work, admissions, ask.terms, names, for_change=True)
    due = rules.given_away(priced) if ask.complimentary else priced
    rules.expect_total(ask.expected_total, due, admissions)
    person_id = None if ask.as_staff else ctx.viewer.person_id
    placing = Placing(ctx.new_id(), buyer, person_id, ctx.viewer.locales[0], work.now, tuple(events))
    bill = rules.place(placing, ask, admissions, due, ctx.new_id)
    await _convert(work, taken)
    noted = rules.entry(ctx.new_id(), "order:created", None, bill.order, work.now, ctx.viewer.actor)
    secrets = [digest(secret)] if (secret := secret_for(ctx, bill.order.id)) and not ask.as_staff else []
    order = await work.orders.add(NewOrder(bill, rules.numbers_of(ctx.new_token()), noted, secrets))
    await keep_answers(ctx, work, bill, said, questions)
    await work.prices.spend(order.id, due.spent, names)
    work.announce(rules.news("order:created", order))
    if order.status is OrderStatus.PENDING and order.total_minor == 0:
        return await confirm(work, desk_of(ctx), order, bill.lines)
    return order


async def _quote(
    work: Work,
    admissions: Sequence[Admission],
    terms: Terms,
    buyers: Sequence[str],
    *,
    for_change: bool = False,
    path: tuple[str, ...] = ("input",),
) -> Quote:
    seat_ids = [each.seat_id for each in admissions if each.seat_id]
    states = await work.seats.get_many(seat_ids) if seat_ids else []
    categories = {seat_id: state.seat.category for seat_id, state in zip(seat_ids, states, strict=True) if state}
    asks = rules.asks_for(admissions, categories, terms, path)
    events = sorted({each.event_id for each in admissions})
    book = await work.prices.book(events, terms.promo_codes, buyers=buyers, for_change=for_change)
    priced = quote(asks, book, work.now, terms.country)
    rules.check_currency(terms, priced.currency, path)
    return priced


async def _convert(work: Work, holds: Sequence[Hold]) -> None:
    for some in by_event(holds):
        if await work.holds.convert(some) != len(some):
            raise RuntimeError("a hold that was locked as active is not active")


def secret_for(ctx: Context, order_id: UUID) -> str | None:
    """A guest's, worked out of her cart's token; whoever is signed in needs none."""
    return None if ctx.viewer.actor or not ctx.viewer.cart else rules.secret_of(ctx.viewer.cart, order_id)
