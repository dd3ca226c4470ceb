"""The worker's rounds of money: notices that came, payments that say nothing, refunds that nobody has confirmed."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

import structlog

from adapters.postgres.payments_due import Due, DueNotice, notices_due, payments_due, refunds_due
from domain.refusals import Refused
from gateway.database import Pools
from gateway.tills import TillOf
from resolvers.order_ending import InFlight
from resolvers.payment_asking import ask_about, in_flight
from resolvers.payment_notices import look_at
from resolvers.refunding import carry_out
from resolvers.waiting import put_off_payment, put_off_refund

Thing = TypeVar("Thing", Due, DueNotice)

AT_ONCE = 100
"""Of each kind, in one round."""
SIDE_BY_SIDE = 8
"""So that one provider that does not answer keeps nobody waiting."""

InFlightAt = Callable[[UUID], InFlight]
"""Whether money for an order of this organization may still come."""

log = structlog.get_logger("ticketbase.money")


def in_flight_at(till_of: TillOf) -> InFlightAt:
    """The question whose answer is the providers'."""
    return lambda organization_id: partial(in_flight, till_of(organization_id))


async def look_after_money(pools: Pools, till_of: TillOf) -> None:
    """One round; one thing that cannot be done keeps none of the others waiting, and is told last."""
    faults: list[Exception] = []
    await _each(await notices_due(pools.system, AT_ONCE), lambda due: _notice(till_of, due), faults)
    await _each(await payments_due(pools.system, AT_ONCE), lambda due: _payment(till_of, due), faults)
    await _each(await refunds_due(pools.system, AT_ONCE), lambda due: _refund(till_of, due), faults)
    if faults:
        raise faults[0]


async def _each(due: list[Thing], act: Callable[[Thing], Awaitable[None]], faults: list[Exception]) -> None:
    places = asyncio.Semaphore(SIDE_BY_SIDE)

    async def one(thing: Thing) -> None:
        async with places:
            try:
                await act(thing)
            except Refused as refused:  # such as a house that has no account with the provider any more
                log.warning("money_waits", organization_id=str(thing.organization_id), refusal=type(refused.refusal).__name__)
            except Exception as fault:  # noqa: BLE001 - raised again by the round
                faults.append(fault)

    await asyncio.gather(*(one(thing) for thing in due))


async def _notice(till_of: TillOf, due: DueNotice) -> None:
    if await look_at(till_of(due.organization_id), due.provider, due.id):
        log.info("payment_notice_followed", provider=due.provider, notice=due.id)


async def _payment(till_of: TillOf, due: Due) -> None:
    """Put off first: whoever dies while asking has it asked again, and two workers do not both ask for ever."""
    till = till_of(due.organization_id)
    await put_off_payment(till, due.id)
    await ask_about(till, due.id)
    log.info("payment_asked_about", payment=str(due.id))


async def _refund(till_of: TillOf, due: Due) -> None:
    till = till_of(due.organization_id)
    await put_off_refund(till, due.id)
    await carry_out(till, due.id)
    log.info("refund_asked_about", refund=str(due.id))
