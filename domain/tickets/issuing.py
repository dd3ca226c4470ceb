"""Which tickets the lines of an order become."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.orders import Order, OrderChannel, OrderLine
from domain.tickets.rules import code_from
from domain.tickets.values import Ticket, TicketStatus

CODES_TRIED = 3
"""How often a ticket gets another short code because the one it got is taken, which is one chance in a billion for each."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What tickets of one event are issued with: the key that signs, and until when their codes are good (UTC; None without end)."""

    key_id: str
    valid_until: datetime | None


def new_tickets(
    order: Order, lines: Sequence[OrderLine], terms: Mapping[UUID, Terms], now: datetime, new_id: Callable[[], UUID]
) -> list[Ticket]:
    """A ticket of the buyer's for each of the lines."""
    return [_ticket(order, line, terms[line.event_id], now, new_id) for line in lines]


def holder_of(order: Order) -> str:
    """Whose the tickets of an order are: its buyer's. What the staff sell or give away is nobody's in particular, and opens by the
    order's secret alone; the `buyer` of such an order is one of the staff."""
    return order.buyer if order.channel is OrderChannel.ONLINE else f"order:{order.id}"


def _ticket(order: Order, line: OrderLine, terms: Terms, now: datetime, new_id: Callable[[], UUID]) -> Ticket:
    return Ticket(
        id=new_id(),
        order_line_id=line.id,
        event_id=line.event_id,
        ticket_type_id=line.ticket_type_id,
        seat_id=line.seat_id,
        holder=holder_of(order),
        code=code_from(new_id),
        status=TicketStatus.VALID,
        revision=1,
        complimentary=order.channel is OrderChannel.COMPLIMENTARY,
        key_id=terms.key_id,
        valid_from=now.replace(microsecond=0),
        valid_until=terms.valid_until,
        issued_at=now,
        version=1,
    )
