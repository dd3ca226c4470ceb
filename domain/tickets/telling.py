"""What letters tell of tickets: each with its code, what it is for, and where its picture is."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from domain.orders import Order
from domain.texts import LocalizedText, in_language
from domain.tickets.pictures import PictureKind, picture_path
from domain.tickets.short_codes import show_short_code
from domain.tickets.values import Ticket

MOST_TOLD = 50


def told_in_letter(
    order: Order,
    tickets: Sequence[Ticket],
    types: Mapping[UUID, LocalizedText],
    seats: Mapping[UUID, str],
    address: Callable[[str], str],
    secret: str,
    link: str,
) -> str:
    """The fact `tickets` of a letter: `7KMP-2QXA-9WDT, Stalls, Row C-9`, a tab and the address of the picture, one line for each.

    `types` names ticket types, `seats` seats; `address` makes an address of a path. Of more than fifty, the rest is at the order's `link`.
    """

    def line(ticket: Ticket) -> str:
        named = [in_language(types[ticket.ticket_type_id], (order.locale,))] if ticket.ticket_type_id in types else []
        seated = [seats[ticket.seat_id]] if ticket.seat_id and ticket.seat_id in seats else []
        label = " ".join(", ".join([show_short_code(ticket.code), *named, *seated]).split())
        return f"{label}\t{address(picture_path(ticket.id, PictureKind.PNG, secret))}"

    told = [line(each) for each in tickets]
    return "\n".join(told if len(told) <= MOST_TOLD else [*told[: MOST_TOLD - 1], f"…\t{link}"])
