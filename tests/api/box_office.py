"""What the API tests do again and again: put an event on sale, hold tickets, look at what is left."""

from typing import Any

from tests.api.conftest import Client

CREATE_EVENT = """
mutation ($input: CreateEventInput!) {
  createEvent(input: $input) {
    event { id slug version status }
    errors { __typename ... on UserError { message code path } ... on InputInvalid { faults { path message } } }
  }
}
"""
CREATE_TICKET_TYPE = """
mutation ($input: CreateTicketTypeInput!) {
  createTicketType(input: $input) {
    ticketType { id name price { amountMinor currency formatted(locale: "de") } event { id pools { id name capacity held sold } } }
    errors { __typename ... on UserError { message code path } ... on InputInvalid { faults { path message } } }
  }
}
"""
PUBLISH_EVENT = """
mutation ($input: PublishEventInput!) {
  publishEvent(input: $input) {
    event { id status version publishedAt }
    errors { __typename ... on UserError { message code path } ... on EventNotPublishable { status ticketTypes } }
  }
}
"""
HOLD_TICKETS = """
mutation ($input: HoldTicketsInput!) {
  holdTickets(input: $input) {
    cart
    hold { id status expiresAt createdAt lines { quantity ticketType { id } } event { id } }
    errors {
      __typename
      ... on UserError { message code path }
      ... on TicketsSoldOut { ticketTypeId available heldElsewhere }
      ... on TooManyTickets { limit alreadyHeld }
      ... on SalesClosed { ticketTypeId salesStatus opensAt }
    }
  }
}
"""
RELEASE_HOLD = """
mutation ($input: ReleaseHoldInput!) {
  releaseHold(input: $input) { hold { id status } errors { __typename ... on UserError { message code path } } }
}
"""
AVAILABILITY = """
query ($id: ID!) { event(by: {id: $id}) { availability { sequence ticketTypes { ticketTypeId available salesStatus } } } }
"""


def event_input(**changes: Any) -> dict[str, Any]:
    """A valid wish for an event far in the future."""
    return {
        "slug": "late-show",
        "title": [{"locale": "en", "text": "The Late Show"}, {"locale": "de", "text": "Die Spätvorstellung"}],
        "startsAt": "2031-05-01T18:00:00Z",
        "endsAt": "2031-05-01T21:00:00Z",
        "timeZone": "Europe/Berlin",
    } | changes


async def create_event(client: Client, **changes: Any) -> str:
    """The id of a new draft."""
    made = (await client.ask(CREATE_EVENT, input=event_input(**changes)))["createEvent"]
    assert made["errors"] == []
    return str(made["event"]["id"])


def ticket_type_input(event_id: str, **changes: Any) -> dict[str, Any]:
    """A valid wish for a ticket type with a pool of its own."""
    return {
        "eventId": event_id,
        "name": [{"locale": "en", "text": "Standing"}],
        "price": {"amountMinor": 2550, "currency": "EUR"},
        "capacity": 50,
    } | changes


async def create_ticket_type(client: Client, event_id: str, capacity: int | None = 50, **changes: Any) -> str:
    """The id of a new ticket type."""
    wish = ticket_type_input(event_id, capacity=capacity, **changes)
    made = (await client.ask(CREATE_TICKET_TYPE, input=wish))["createTicketType"]
    assert made["errors"] == []
    return str(made["ticketType"]["id"])


async def put_on_sale(client: Client, capacity: int = 50, **changes: Any) -> tuple[str, str]:
    """The ids of a published event and of its only ticket type."""
    event_id = await create_event(client, **changes)
    type_id = await create_ticket_type(client, event_id, capacity)
    published = (await client.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]
    assert published["errors"] == []
    return event_id, type_id


async def hold(client: Client, event_id: str, type_id: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """The whole payload of `holdTickets`."""
    wish = {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": quantity}], **more}
    payload: dict[str, Any] = (await client.ask(HOLD_TICKETS, input=wish))["holdTickets"]
    return payload


async def left(client: Client, event_id: str) -> list[int]:
    """How many tickets of each type can be had."""
    event = (await client.ask(AVAILABILITY, id=event_id))["event"]
    return [each["available"] for each in event["availability"]["ticketTypes"]]
