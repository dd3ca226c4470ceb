"""The first walk through TicketBase: the operations in GraphiQL's tabs, with the demo's ids and a fresh token filled in."""

import time
from collections.abc import Callable, Sequence

from starlette.requests import Request

from domain.identity import Role, Viewer
from domain.ticket_types import open_to
from domain.tokens import Claims
from gateway.demo.theatre import SLUG as PLAY
from gateway.house import House
from gateway.transports.graphiql import Tab
from schema import ids

SLUG = "jazz-in-the-harbour"
TOKEN_SECONDS = 15 * 60
LOOPBACK = {"127.0.0.1", "localhost", "::1"}

LOOK = """# What is on? Press Ctrl-Enter.
query WhatIsOn {
  events(first: 5) {
    nodes {
      title
      startsAt
      venue { name city }
      ticketTypes { id name price { formatted } }
      availability { ticketTypes { available salesStatus } }
    }
  }
}
"""
HOLD = """# Hold two tickets; watch the number fall
# in a second browser tab.
mutation HoldTwo($input: HoldTicketsInput!) {
  holdTickets(input: $input) {
    hold {
      id
      expiresAt
      lines { quantity ticketType { name } }
    }
    cart
    errors {
      __typename
      ... on UserError { message code path }
    }
  }
}
"""
WATCH = """# How many are left, live.
subscription HowManyAreLeft($event: ID!) {
  ticketAvailability(eventId: $event) {
    sequence
    snapshot
    ticketTypes {
      ticketTypeId
      available
      salesStatus
    }
    resumeToken
  }
}
"""
WATCH_SEATS = """# A seat map, live: one digit for each seat,
# 0 free, 1 held, 2 booked, 3 blocked.
subscription WhichAreFree($event: ID!) {
  seatAvailability(eventId: $event, sectionIds: [0]) {
    sequence
    snapshot
    sections { section firstSeat seats statuses }
    resumeToken
  }
}
"""
STAFF = """# As the owner: the token in the headers is valid
# for 15 minutes; reload the page for another.
query Staff {
  viewer { role permissions }
  events(first: 5, where: {status: {in: [DRAFT]}}) {
    nodes { id title status version }
    totalCount
  }
}
"""


async def make_tabs(house: House) -> Callable[[Request], Sequence[Tab]]:
    """What GraphiQL's tabs hold, made anew each time it is shown; without the demo only the first tab makes sense."""
    name = house.settings.default_organization
    organization = await house.tenants.named(name) if name else None
    plain = {"X-Organization": name} if name else {}
    if organization is None:
        return lambda _request: [Tab(LOOK)]
    context = house.contexts.for_viewer(Viewer(organization.id))
    async with house.contexts.fresh(context) as fresh, fresh.reading() as reading:
        event, play = await reading.events.by_slugs([SLUG, PLAY])
        [types] = await reading.ticket_types.of_events([event.id]) if event else [[]]
    types = open_to(types, staff=False)
    if event is None or not types:
        return lambda _request: [Tab(LOOK, headers=plain)]
    event_id, type_id = ids.show("Event", event.id), ids.show("TicketType", types[0].id)
    hold = {"input": {"eventId": event_id, "lines": [{"ticketTypeId": type_id, "quantity": 2}]}}
    seats = [Tab(WATCH_SEATS, {"event": ids.show("Event", play.id)}, plain)] if play else []
    issue = await _token_maker(house, organization.id)

    def tabs(request: Request) -> Sequence[Tab]:
        walk = [Tab(LOOK, headers=plain), Tab(HOLD, hold, plain), Tab(WATCH, {"event": event_id}, plain), *seats]
        token = issue() if _is_opened_here(request) else None
        return [*walk, Tab(STAFF, headers={"Authorization": f"Bearer {token}"})] if token else walk

    return tabs


def _is_opened_here(request: Request) -> bool:
    """Whether the developer opened the page himself, under a name of this machine.

    A foreign site can point its own name at 127.0.0.1 (DNS rebinding) and then reads what is served there; its name is in Host. A page on
    another port may read across origins in development; browsers say so in Sec-Fetch-Site.
    """
    host = (request.url.hostname or "").lower()
    named = host in LOOPBACK or host.endswith(".localhost")
    return named and request.headers.get("sec-fetch-site", "none") in ("none", "same-origin")


async def _token_maker(house: House, organization_id: object) -> Callable[[], str | None]:
    """Mints the owner's tokens, but only for developers who sit at this machine: the page is shown to everybody who reaches it."""
    settings = house.settings
    if not settings.is_development or settings.host not in LOOPBACK:
        return lambda: None
    member = await house.tenants.member_with(organization_id, Role.OWNER)  # type: ignore[arg-type]
    if member is None:
        return lambda: None
    return lambda: house.tokens.issue(Claims(member.person_id, member.organization_id, member.version, int(time.time()) + TOKEN_SECONDS))
