"""What letters tell of an order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from domain.addresses import Addresses
from domain.events import Event
from domain.letters import LetterKind
from domain.money import Money
from domain.orders.store import Bill
from domain.orders.values import Order
from domain.organizations import Organization
from domain.texts import in_language
from domain.ticket_types import TicketType

MOST_ITEMS = 50


def link_to(order: Order, organization: Organization, secret: str | None, to: Addresses) -> str:
    """Where the buyer finds the order; a guest's link carries a secret that opens it."""
    return to.of(organization.slug, f"/orders/{order.number}" + (f"?secret={secret}" if secret else ""))


def facts_of_confirmed(
    bill: Bill, events: Sequence[Event], types: Sequence[TicketType | None], link: str, tickets: str
) -> Mapping[str, str]:
    """What the letter ORDER_CONFIRMED tells; `tickets` are lines with a link each."""
    order = bill.order
    return {
        "number": order.number,
        "name": order.name or order.number,
        "total": amount_of(order, order.total_minor),
        "items": "\n".join(items(bill, events, types)),
        "tickets": tickets,
        "link": link,
    }


def facts_of(kind: LetterKind, order: Order, reason: str | None, link: str) -> Mapping[str, str]:
    """What the letters ORDER_CANCELLED and ORDER_APPROVED tell."""
    facts = {"number": order.number, "link": link}
    if kind is LetterKind.ORDER_APPROVED:
        return facts | {"total": amount_of(order, order.total_minor), "at": order.expires_at.isoformat()}
    return facts | {"reason": reason or "-"}


def amount_of(order: Order, minor: int) -> str:
    """An amount of the order's money as letters write it."""
    return f"{Money(minor, order.currency).amount} {order.currency}"


def items(bill: Bill, events: Sequence[Event], types: Sequence[TicketType | None]) -> list[str]:
    """What was bought, one line for each type of each event, 50 at most: `2 x Standing, The Late Show, 2031-05-01, 20:00`."""
    known = {each.id: each for each in types if each}
    counted = Counter((line.event_id, line.ticket_type_id) for line in bill.going_on)
    told = [_item(count, _event(events, event_id), known.get(type_id), bill.order.locale) for (event_id, type_id), count in counted.items()]
    return told if len(told) <= MOST_ITEMS else [*told[: MOST_ITEMS - 1], "…"]


def _event(events: Sequence[Event], event_id: object) -> Event | None:
    return next((each for each in events if each.id == event_id), None)


def _item(count: int, event: Event | None, kind: TicketType | None, locale: str) -> str:
    said = [f"{count} x {in_language(kind.name, (locale,))}"] if kind else [f"{count} x"]
    if event:
        starts_at = event.starts_at.astimezone(ZoneInfo(event.time_zone))
        said += [in_language(event.title, (locale,)), f"{starts_at:%Y-%m-%d, %H:%M}"]
    return ", ".join(said)
