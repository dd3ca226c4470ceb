"""Takes seats as buyers do: held through the API, and booked as orders will book them."""

from typing import Any

from schema import ids
from tests.api.conftest import Client, Tenant
from tests.conftest import WorkOf

HOLD = (
    "hold { id status expiresAt extendedAt event { id } lines { quantity ticketType { id } seats { label status accessible companion } } }"
)
FACTS = """
__typename
... on UserError { message code path }
... on InputInvalid { faults { path message } }
... on SeatsUnknown { labels sections }
... on NotForTheseSeats { labels ticketTypeId }
... on TicketsSoldOut { available }
... on TooManyTickets { limit alreadyHeld }
"""
TAKEN = "mayReturnAt seats { label status mayComeBack mayReturnAt }"
HOLD_SEATS = f"""
mutation ($input: HoldSeatsInput!) {{
  holdSeats(input: $input) {{
    cart {HOLD}
    errors {{ {FACTS} ... on SeatsNotSold {{ labels }} ... on SeatsTaken {{ {TAKEN} }} }}
  }}
}}
"""

HOLD_BEST = f"""
mutation ($input: HoldBestAvailableInput!) {{
  holdBestAvailable(input: $input) {{ cart {HOLD} errors {{ {FACTS} ... on NoAdjacentSeats {{ largest free }} }} }}
}}
"""


async def best(client: Client, event_id: str, type_id: str, quantity: int, **more: Any) -> dict[str, Any]:
    """The whole payload of `holdBestAvailable`."""
    wish = {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": quantity}], **more}
    payload: dict[str, Any] = (await client.ask(HOLD_BEST, input=wish))["holdBestAvailable"]
    return payload


async def choose(client: Client, event_id: str, *labels: str, type_id: str | None = None, **more: Any) -> dict[str, Any]:
    """The whole payload of `holdSeats`."""
    seats = [{"label": label, "ticketTypeId": type_id} for label in labels]
    payload: dict[str, Any] = (await client.ask(HOLD_SEATS, input={"eventId": event_id, "seats": seats, **more}))["holdSeats"]
    return payload


async def hold_seats(tenant: Tenant, event_id: str, type_id: str, *labels: str) -> Any:
    """Seats held by somebody; the hold's id."""
    done = await choose(tenant.anonymous, event_id, *labels, type_id=type_id)
    assert done["errors"] == []
    return uuid_of(done["hold"]["id"])


async def book_seats(tenant: Tenant, work_of: WorkOf, event_id: str, type_id: str, *labels: str) -> Any:
    """Seats sold to somebody; the hold's id."""
    hold_id = await hold_seats(tenant, event_id, type_id, *labels)
    async with work_of(tenant.organization) as work:
        hold = await work.holds.for_change(hold_id)
        assert hold
        assert (await work.holds.convert([hold]), await work.holds.sell([hold])) == (1, 1)
    return hold_id


def uuid_of(global_id: str) -> Any:
    """The UUID in a global id."""
    named = ids.read(global_id)
    assert named
    return named[1]
