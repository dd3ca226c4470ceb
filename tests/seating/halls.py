"""Small halls in the format of pretix, for tests to change one fact at a time; and what tests do with them again and again."""

from typing import Any

from tests.api.box_office import PUBLISH_EVENT, create_event, create_ticket_type
from tests.api.conftest import Client

FAULTS = "... on SeatingPlanInvalid { complete faults { jsonPath path message } }"
ERRORS = "errors { __typename ... on UserError { message code path } ... on InputInvalid { faults { path message } } %s }"
IMPORT = f"""
mutation ($input: ImportSeatingPlanInput!) {{
  importSeatingPlan(input: $input) {{
    isNew
    seatingPlanVersion {{ id name version hash seatCount geometryUrl plan {{ id name version venue {{ name }} }} }}
    {ERRORS % FAULTS}
  }}
}}
"""
ASSIGN = f"""
mutation ($input: AssignSeatingPlanInput!) {{
  assignSeatingPlan(input: $input) {{
    event {{ id version seatingPlan {{ id version }} seatCategories {{ index name standing ticketTypes {{ id }} }} }}
    {
    ERRORS % "... on SeatsNotKept { labels count } ... on TooFewPlaces { category places taken } ... on SoldWithoutSeats { ticketTypeIds } "
    "... on VersionConflict { currentVersion }"
}
  }}
}}
"""
BLOCK = f"""
mutation ($input: BlockSeatsInput!) {{
  blockSeats(input: $input) {{ changed {ERRORS % "... on SeatsInUse { labels count } ... on SeatsUnknown { labels sections }"} }}
}}
"""
UNBLOCK = f"""
mutation ($input: UnblockSeatsInput!) {{
  unblockSeats(input: $input) {{ changed {ERRORS % "... on SeatsUnknown { labels sections }"} }}
}}
"""
SEATS = """
query ($event: ID!, $labels: [String!]!) {
  seats(eventId: $event, labels: $labels) {
    number label section row place category accessible companion restrictedView status blockedReason
  }
}
"""
POOLS = "query ($id: ID!) { event(by: {id: $id}) { pools { name capacity held sold } } }"


def seat(guid: str, number: str, category: str = "Stalls", x: float = 0, y: float = 0, **more: Any) -> dict[str, Any]:
    """A seat of a row."""
    return {"seat_guid": guid, "seat_number": number, "position": {"x": x, "y": y}, "category": category, **more}


def row(name: str, *seats: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A row of seats."""
    return {"row_number": name, "seats": list(seats), **more}


def zone(name: str, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A part of the hall."""
    return {"name": name, "position": {"x": 0, "y": 0}, "rows": list(rows), **more}


def hall(*zones: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A plan with two price categories, one of them with accessible seats."""
    categories = [{"name": "Stalls", "color": "#2563eb"}, {"name": "Stalls [accessible]"}, {"name": "Balcony", "color": "teal"}]
    return {"name": "Small Hall", "categories": categories, "zones": list(zones), "size": {"width": 400, "height": 300}, **more}


def small_hall(**more: Any) -> dict[str, Any]:
    """Four seats in the stalls, of which A-2 is accessible, two on the balcony, and a floor on which fifty may stand."""
    stalls = zone(
        "Stalls",
        row("A", seat("s-a1", "1", x=0), seat("s-a2", "2", "Stalls [accessible]", x=20)),
        row("B", seat("s-b1", "1", x=0, y=30), seat("s-b2", "2", x=20, y=30)),
    )
    balcony = zone("Balcony", row("A", seat("b-a1", "1", "Balcony"), seat("b-a2", "2", "Balcony", x=20)), position={"x": 0, "y": 200})
    floor = zone("Floor", areas=[standing("Floor", 50)])
    return hall(stalls, balcony, floor, **more)


def wide_hall(rows: int = 6, seats: int = 10) -> dict[str, Any]:
    """Rows of equal length, all in the stalls."""
    made = [
        row(str(at), *(seat(f"{at}-{number}", str(number), x=20 * number, y=30 * at) for number in range(1, seats + 1)))
        for at in range(1, rows + 1)
    ]
    balcony = zone("Balcony", row("A", seat("b-a1", "1", "Balcony", x=10 * (seats + 1))), position={"x": 0, "y": 500})
    return hall(zone("Stalls", *made), balcony)


def standing(name: str, capacity: int) -> dict[str, Any]:
    """An area on which people stand."""
    text = {"text": f"{name} [standing {capacity}]", "position": {"x": 50, "y": 50}}
    return {"shape": "rectangle", "rectangle": {"width": 100, "height": 80}, "color": "#fed7aa", "text": text}


def without(document: dict[str, Any], *guids: str) -> dict[str, Any]:
    """The plan without these seats; rows that become empty go with them."""
    zones = []
    for each in document["zones"]:
        rows = [{**line, "seats": [one for one in line["seats"] if one["seat_guid"] not in guids]} for line in each["rows"]]
        zones.append({**each, "rows": [line for line in rows if line["seats"]]})
    return {**document, "zones": zones}


async def import_plan(client: Client, document: dict[str, Any], **more: Any) -> str:
    """The id of the version that the document makes."""
    done = (await client.ask(IMPORT, input={"document": document, **more}))["importSeatingPlan"]
    assert done["errors"] == []
    return str(done["seatingPlanVersion"]["id"])


async def assign(client: Client, event_id: str, version_id: str, **sold: list[str]) -> dict[str, Any]:
    """The whole payload of `assignSeatingPlan`; `sold` names ticket types by category."""
    categories = [{"category": category, "ticketTypeIds": types} for category, types in sold.items()]
    wish = {"eventId": event_id, "seatingPlanVersionId": version_id, "categories": categories}
    payload: dict[str, Any] = (await client.ask(ASSIGN, input=wish))["assignSeatingPlan"]
    return payload


async def seated_event(client: Client, document: dict[str, Any] | None = None) -> tuple[str, dict[str, str]]:
    """The ids of a published event that uses the plan, and of its ticket types by category."""
    version_id = await import_plan(client, document or small_hall())
    event_id = await create_event(client)
    types = {
        name: await create_ticket_type(client, event_id, 1, name=[{"locale": "en", "text": name}])
        for name in ("Stalls", "Balcony", "Floor")
    }
    done = await assign(client, event_id, version_id, **{name: [type_id] for name, type_id in types.items()})
    assert done["errors"] == []
    published = (await client.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]
    assert published["errors"] == []
    return event_id, types


async def pools(client: Client, event_id: str) -> dict[str, tuple[int, int]]:
    """Capacity of, and how much was taken from, each pool by name."""
    found = (await client.ask(POOLS, id=event_id))["event"]["pools"]
    return {each["name"]: (each["capacity"], each["held"] + each["sold"]) for each in found}


async def status(client: Client, event_id: str, *labels: str) -> list[str | None]:
    """What each of these seats is now."""
    found = (await client.ask(SEATS, event=event_id, labels=list(labels)))["seats"]
    return [each and each["status"] for each in found]
