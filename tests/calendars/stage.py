"""An event with a venue, and the steps of its life, for calendars and search engines to tell of."""

from typing import Any

from schema import ids
from tests.api.box_office import put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.programme import REASON, done
from tests.conftest import WorkOf

NEW_VENUE = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } errors { __typename } } }"
HALL = {
    "name": "Great Hall; east, wing",
    "street": "Bellevuestraße 1",
    "city": "Berlin",
    "country": "DE",
    "timeZone": "Europe/Berlin",
    "position": {"latitude": 52.509, "longitude": -13.37625},
}
LINK = "https://meet.example/secret-room"
DESCRIPTION = [{"locale": "en", "text": "First line\nBEGIN:VEVENT"}, {"locale": "de", "text": "Erste Zeile"}]


async def staged(client: Client, **changes: Any) -> tuple[str, str]:
    """The ids of a published event in the hall and of its ticket type."""
    made = (await client.ask(NEW_VENUE, input=HALL))["createVenue"]
    assert made["errors"] == []
    return await put_on_sale(client, **{"venueId": made["venue"]["id"], "description": DESCRIPTION} | changes)


async def rewrite(work_of: WorkOf, tenant: Tenant, event_id: str, **texts: str) -> None:
    """Put words into an event that could not be entered, as older rows may have them."""
    async with work_of(tenant.organization) as work:
        for name, words in texts.items():
            statement = f"UPDATE events SET {name} = $2 WHERE id = $1"
            await work.events._connection.execute(statement, ids.expect(event_id, "Event", ()), {"en": words})


async def postpone(client: Client, event_id: str, version: int, **times: str) -> None:
    """Put off, to these times or to none yet."""
    await done(client, "postponeEvent", eventId=event_id, expectedVersion=version, **times)


async def reschedule(client: Client, event_id: str, version: int, starts_at: str) -> None:
    """Put on at another time."""
    await done(client, "rescheduleEvent", eventId=event_id, expectedVersion=version, startsAt=starts_at)


async def cancel(client: Client, event_id: str, version: int) -> None:
    """Called off, because the singer is ill."""
    await done(client, "cancelEvent", eventId=event_id, expectedVersion=version, reason=REASON)
