"""Settling an order: the one place where it becomes confirmed, and its admissions the buyer's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from domain import orders as rules
from domain.addresses import Addresses
from domain.events import Event
from domain.holds import Hold
from domain.letters import Letter, LetterKind
from domain.orders import Bill, Order, OrderLine
from domain.organizations import found
from domain.secrets import digest
from domain.tickets import Ticket, told_in_letter
from domain.work import Work

from resolvers.context import Context
from resolvers.tickets import issue_tickets


@dataclass(frozen=True, slots=True)
class Desk:
    """What deeds on orders need besides a work, also where nobody asks for them: whose house it is, ids, secrets, and where its pages are.

    `actor_id` is who is noted in the history; None for buyers who are not signed in, and for the platform.
    """

    organization_id: UUID
    new_id: Callable[[], UUID]
    new_token: Callable[[], str]
    addresses: Addresses
    actor_id: UUID | None = None


def desk_of(ctx: Context) -> Desk:
    """The desk of a deed that the viewer asks for."""
    return Desk(ctx.viewer.tenant, ctx.new_id, ctx.new_token, ctx.outside.addresses, ctx.viewer.actor)


async def confirm(work: Work, desk: Desk, order: Order, lines: Sequence[OrderLine]) -> Order:
    """The order confirmed, in a work that has locked it by `Orders.for_change`: its holds are sold, its buyer is written to.

    Refused with OrderStepRefused unless it is PENDING. Raises RuntimeError where its holds are not there to be sold.
    """
    confirmed = rules.confirm(order, work.now)
    going_on = [line for line in lines if line.cancelled_at is None]
    await _sell(work, await holds_of(work, going_on))
    tickets = await issue_tickets(work, desk.new_id, confirmed, going_on)
    await work.orders.keep(confirmed, rules.entry(desk.new_id(), "order:confirmed", order, confirmed, work.now, desk.actor_id))
    await _write(work, desk, Bill(confirmed, tuple(going_on)), tickets)
    work.announce(rules.news("order:confirmed", confirmed))
    return confirmed


async def holds_of(work: Work, lines: Sequence[OrderLine]) -> list[Hold]:
    """The holds of these lines, whose events' stock is locked. Raises RuntimeError where one is gone."""
    ids = sorted({line.hold_id for line in lines})
    holds = [hold for hold in await work.holds.get_many(ids) if hold]
    if len(holds) != len(ids):
        raise RuntimeError("an order's hold is gone")
    return holds


def by_event(holds: Sequence[Hold]) -> list[list[Hold]]:
    """The holds of each event, in the order of the events' ids, in which their stock is locked."""
    events = sorted({hold.event_id for hold in holds})
    return [[hold for hold in holds if hold.event_id == each] for each in events]


async def events_of(work: Work, lines: Sequence[OrderLine]) -> list[Event]:
    """The events of these lines."""
    ids = list(dict.fromkeys(line.event_id for line in lines))
    return [event for event in await work.events.get_many(ids) if event]


async def link(work: Work, desk: Desk, order: Order) -> str:
    """Where the buyer finds the order; to a guest it is opened by a secret of the link's own."""
    organization = found((await work.organizations.get_many([desk.organization_id]))[0])
    secret = None if order.person_id else await _new_secret(work, desk, order)
    return rules.link_to(order, organization, secret, desk.addresses)


async def _new_secret(work: Work, desk: Desk, order: Order) -> str:
    secret = desk.new_token()
    await work.orders.add_secret(order.id, digest(secret))
    return secret


async def write(work: Work, desk: Desk, order: Order, kind: LetterKind, reason: str | None = None) -> None:
    """A letter ORDER_APPROVED or ORDER_CANCELLED to the buyer, where an address is known."""
    if order.email:
        facts = rules.facts_of(kind, order, reason, await link(work, desk, order))
        work.post(Letter(desk.new_id(), desk.organization_id, order.email, order.locale, kind, facts))


async def _write(work: Work, desk: Desk, bill: Bill, tickets: Sequence[Ticket]) -> None:
    """The letter with the tickets. Whoever reads it has them, so a secret opens their pictures to those with an account, too."""
    order = bill.order
    if order.email:
        organization = found((await work.organizations.get_many([desk.organization_id]))[0])
        secret = await _new_secret(work, desk, order)
        types = await work.ticket_types.get_many(list({line.ticket_type_id for line in bill.lines}))
        to = rules.link_to(order, organization, None if order.person_id else secret, desk.addresses)
        names = {each.id: each.name for each in types if each}
        address = partial(desk.addresses.of, organization.slug)
        told = told_in_letter(order, tickets, names, await _seats(work, tickets), address, secret, to)
        facts = rules.facts_of_confirmed(bill, await events_of(work, bill.lines), types, to, told)
        work.post(Letter(desk.new_id(), desk.organization_id, order.email, order.locale, LetterKind.ORDER_CONFIRMED, facts))


async def _seats(work: Work, tickets: Sequence[Ticket]) -> dict[UUID, str]:
    """What the seats of these tickets are called."""
    ids = [each.seat_id for each in tickets if each.seat_id]
    return {state.seat.id: state.seat.label for state in await work.seats.get_many(ids) if state} if ids else {}


async def _sell(work: Work, holds: Sequence[Hold]) -> None:
    for some in by_event(holds):
        if await work.holds.sell(some) != len(some):
            raise RuntimeError("an order's hold is not there to be sold")
