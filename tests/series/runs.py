"""What the tests of series do again and again: repeat a draft, look at the occurrences, change many of them."""

from datetime import datetime, timedelta
from typing import Any

from tests.api.box_office import create_event, create_ticket_type
from tests.api.conftest import Client, Tenant
from tests.api.programme import shown, step

FRIDAYS = {"frequency": "WEEKLY", "count": 5}
FIRST = {"startsAt": "2031-05-02T17:30:00Z", "endsAt": "2031-05-02T20:00:00Z"}
DATES = ["2031-05-02", "2031-05-09", "2031-05-16", "2031-05-23", "2031-05-30"]
SERIES = "series { id slug version title startTime durationMinutes recurrence { rrule startsOn excludedDates extraDates } }"
DEED = f"{SERIES} events {{ id }} left {{ event {{ id slug }} reason traits }}"
RULE = f"{SERIES} addedDates removedEventIds left {{ event {{ id slug }} reason }}"
SHOWN = "id slug status version title startsAt endsAt"
OCCURRENCES = f"""
query ($id: ID!) {{ eventSeries(by: {{id: $id}}) {{
  version occurrences(first: 100) {{ totalCount nodes {{ {SHOWN} series {{ id }} occurrence {{ date originalStartsAt deviations }} }} }}
}} }}
"""


async def draft(client: Client, capacity: int = 50, **changes: Any) -> str:
    """The id of a draft on a Friday of 2031 at half past seven in Berlin, with one ticket type."""
    event_id = await create_event(client, **{"slug": "summer-jazz", **FIRST, **changes})
    await create_ticket_type(client, event_id, capacity)
    return event_id


async def repeat(client: Client, event_id: str, recurrence: dict[str, Any] = FRIDAYS, **more: Any) -> dict[str, Any]:
    """The whole payload of `createEventSeries`."""
    return await step(client, "createEventSeries", SERIES, **{"eventId": event_id, "expectedVersion": 1, "recurrence": recurrence, **more})


async def fridays(client: Client, recurrence: dict[str, Any] = FRIDAYS, **changes: Any) -> tuple[str, list[str]]:
    """The ids of a series and of its occurrences by date."""
    made = await repeat(client, await draft(client, **changes), recurrence)
    assert made["errors"] == [], made["errors"]
    series_id = str(made["series"]["id"])
    return series_id, [each["id"] for each in await occurrences(client, series_id)]


async def occurrences(client: Client, series_id: str) -> list[dict[str, Any]]:
    """The events of a series as this client sees them, none when he does not see the series."""
    series = (await client.ask(OCCURRENCES, id=series_id))["eventSeries"]
    return series["occurrences"]["nodes"] if series else []


async def version(client: Client, series_id: str) -> int:
    """The version of a series."""
    return int((await client.ask("query ($id: ID!) { eventSeries(by: {id: $id}) { version } }", id=series_id))["eventSeries"]["version"])


async def many(client: Client, deed: str, event_id: str, scope: str, expected: int = 1, **wish: Any) -> dict[str, Any]:
    """The whole payload of a deed on many occurrences, such as `publishOccurrences`."""
    return await step(client, deed, DEED, eventId=event_id, scope=scope, expectedVersion=expected, **wish)


async def rule(client: Client, series_id: str, recurrence: dict[str, Any], expected: int = 1, **more: Any) -> dict[str, Any]:
    """The whole payload of `updateEventSeries`."""
    return await step(client, "updateEventSeries", RULE, seriesId=series_id, expectedVersion=expected, recurrence=recurrence, **more)


async def type_of(client: Client, event_id: str) -> str:
    """The id of the only ticket type of an event."""
    [each] = (await shown(client, event_id, "ticketTypes { id }"))["ticketTypes"]
    return str(each["id"])


async def days_until(tenant: Tenant, moment: str) -> float:
    """How many days to advance the clock, so that it shows this moment."""
    now: datetime = await tenant.house.pools.app.fetchval("SELECT now()")
    return (datetime.fromisoformat(moment) - now) / timedelta(days=1)


def kinds(payload: dict[str, Any]) -> list[str]:
    """The types of a payload's refusals."""
    return [each["__typename"] for each in payload["errors"]]
