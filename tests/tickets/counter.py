"""What the tests of tickets do again and again: give tickets away, buy them, look at them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id
from domain.holds import HoldLine, HoldTickets
from domain.identity import Role, Viewer
from domain.orders import CheckOutCart, Order, OrderLine, Terms
from resolvers.context import Context
from resolvers.holds import hold_tickets
from resolvers.ordering import check_out_cart
from schema import ids
from tests.api.box_office import CREATE_TICKET_TYPE, PUBLISH_EVENT, create_event, ticket_type_input
from tests.api.conftest import Client, Tenant

TICKET = "id status code revision version complimentary validFrom validUntil issuedAt keyId qrCode { text link }"
GIVE = f"""
mutation ($input: IssueComplimentaryTicketsInput!) {{
  issueComplimentaryTickets(input: $input) {{
    order {{ id lines {{ id }} }}
    tickets {{ {TICKET} event {{ id }} ticketType {{ id }} seat {{ label }} }}
    errors {{
      __typename ... on UserError {{ message code path }} ... on TicketsSoldOut {{ available }} ... on SeatsTaken {{ seats {{ label }} }}
    }}
  }}
}}
"""
CHANGE = """
mutation ($input: %sInput!) {
  %s(input: $input) {
    ticket { %s }
    errors {
      __typename ... on UserError { message code path } ... on VersionConflict { currentVersion } ... on TicketNotChangeable { status }
    }
  }
}
"""
SEE = f"query ($by: TicketBy!) {{ ticket(by: $by) {{ {TICKET} }} }}"


@dataclass(frozen=True)
class Show:
    """An event on sale, whose tickets cost nothing, so that orders are confirmed at once."""

    event_id: str
    type_id: str

    @property
    def event(self) -> UUID:
        """As the house knows it."""
        return uuid_of(self.event_id)

    @property
    def type(self) -> UUID:
        """As the house knows it."""
        return uuid_of(self.type_id)


@dataclass(frozen=True)
class Bought:
    """An order, its lines, the tickets' ids and the guest's secret."""

    order: Order
    lines: list[OrderLine]
    ticket_ids: list[str]
    secret: str | None


def uuid_of(global_id: str) -> UUID:
    """The UUID in a global id."""
    named = ids.read(global_id)
    assert named
    return named[1]


async def put_on(tenant: Tenant, capacity: int = 50, price: int = 0, **changes: Any) -> Show:
    """A published event with one ticket type, which costs nothing unless a price is named."""
    event_id = await create_event(tenant.owner, **changes)
    wish = ticket_type_input(event_id, capacity=capacity, price={"amountMinor": price, "currency": "EUR"})
    made = (await tenant.owner.ask(CREATE_TICKET_TYPE, input=wish))["createTicketType"]
    published = (await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]
    assert (made["errors"], published["errors"]) == ([], [])
    return Show(event_id, made["ticketType"]["id"])


async def give(client: Client, show: Show, **changes: Any) -> dict[str, Any]:
    """The whole payload of `issueComplimentaryTickets`, of one ticket when nothing is said."""
    wish = {"eventId": show.event_id, "ticketTypeId": show.type_id} | ({} if "seats" in changes else {"quantity": 1}) | changes
    payload: dict[str, Any] = (await client.ask(GIVE, input=wish))["issueComplimentaryTickets"]
    return payload


async def given(client: Client, show: Show, **changes: Any) -> list[dict[str, Any]]:
    """The tickets given away."""
    payload = await give(client, show, **changes)
    assert payload["errors"] == []
    tickets: list[dict[str, Any]] = payload["tickets"]
    return tickets


async def change(client: Client, deed: str, ticket: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The whole payload of `blockTicket`, `unblockTicket`, `reissueTicket` or `voidTicket`."""
    wish = {"ticketId": ticket["id"], "expectedVersion": ticket["version"]} | changes
    payload: dict[str, Any] = (await client.ask(CHANGE % (deed[0].upper() + deed[1:], deed, TICKET), input=wish))[deed]
    return payload


async def changed(client: Client, deed: str, ticket: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The ticket after the change."""
    payload = await change(client, deed, ticket, **changes)
    assert payload["errors"] == []
    after: dict[str, Any] = payload["ticket"]
    return after


async def seen(client: Client, ticket_id: str) -> dict[str, Any] | None:
    """The ticket as this caller sees it."""
    found: dict[str, Any] | None = (await client.ask(SEE, by={"id": ticket_id}))["ticket"]
    return found


def context_of(tenant: Tenant, person_id: UUID | None = None, cart: str | None = None, role: Role | None = None) -> Context:
    """The context of a buyer, or of a member of the staff."""
    return tenant.house.contexts.for_viewer(Viewer(tenant.organization.id, person_id=person_id, cart=cart, role=role))


async def buy(tenant: Tenant, ctx: Context, show: Show, quantity: int = 1) -> Bought:
    """Tickets that cost nothing, bought by this viewer."""
    hold, _ = await hold_tickets(ctx, HoldTickets(show.event, (HoldLine(show.type, quantity),)))
    wish = CheckOutCart((hold.id,), "ada@example.org", "Ada Lovelace", "en", Terms(), None)
    order, secret, _ = await check_out_cart(ctx, wish)
    async with ctx.work() as work:
        [lines] = await work.orders.lines_of_orders([order.id])
        tickets = await work.tickets.of_lines([line.id for line in lines])
    return Bought(order, [*lines], [ids.show("Ticket", each.id) for each in tickets if each], secret)


async def buyer(tenant: Tenant) -> tuple[UUID, Client]:
    """Somebody without a role, and the client that speaks for her."""
    return tenant.people[Role.USER], tenant.member(Role.USER)


def cart() -> str:
    """The token of a new cart."""
    return new_id().hex + "A" * 11
