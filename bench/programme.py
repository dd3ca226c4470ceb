"""A programme to read: venues, events with five ticket types each, and a buyer with holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from adapters.postgres.work import writing
from bench.stage import Stage
from domain.events import AttendanceMode, Event, EventStatus
from domain.holds import HoldLine, HoldTickets, Lasting, ask_of
from domain.ticket_types import Pool, TicketType
from domain.venues import Venue

VENUES, EVENTS, TICKET_TYPES, HOLDS = 8, 60, 5, 10
CITIES = ("Hamburg", "Leeds", "Lyon", "Porto", "Turin", "Ghent", "Aarhus", "Linz")


@dataclass(frozen=True, slots=True)
class Show:
    """An event and what is sold for it."""

    event: Event
    pools: Sequence[Pool]
    ticket_types: Sequence[TicketType]


async def put_on(stage: Stage) -> Sequence[Show]:
    """Write the programme; the organization's owner has holds of two ticket types for ten of the events."""
    shows = []
    async with writing(stage.pool, stage.organization.id, None, new_id) as work:
        venues = [Venue(new_id(), f"Hall {each}", "Quay 1", CITIES[each], "DE", "Europe/Berlin") for each in range(VENUES)]
        for venue in venues:
            await work.venues.keep(venue)
        for number in range(EVENTS):
            show = _show(number, venues[number % VENUES])
            await work.events.keep(show.event)
            for pool, ticket_type in zip(show.pools, show.ticket_types, strict=True):
                await work.ticket_types.keep_new(ticket_type, [pool])
            shows.append(show)
    await _hold(stage, shows[:HOLDS])
    connection = await asyncpg.connect(stage.database.superuser)
    try:
        # Node's times know milliseconds; whole seconds look the same in every language.
        await connection.execute("UPDATE holds SET expires_at = date_trunc('second', expires_at)")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()
    return shows


def _show(number: int, venue: Venue) -> Show:
    starts_at = datetime(2030, 5, 1, 18, tzinfo=UTC) + timedelta(days=number)
    now, event_id = datetime.now(UTC), new_id()
    title = {"en": f"An evening in spring, number {number}", "de": f"Ein Abend im Frühling, Nummer {number}"}
    event = Event(event_id, f"evening-{number}", title, {"en": "Come."}, EventStatus.PUBLISHED, AttendanceMode.PHYSICAL, starts_at,
                  starts_at + timedelta(hours=3), "Europe/Berlin", venue.id, now, now, now)  # fmt: skip
    pools = [Pool(new_id(), event_id, f"Pool {each}", 500) for each in range(TICKET_TYPES)]
    types = [
        TicketType(new_id(), event_id, {"en": f"Category {each}", "de": f"Kategorie {each}"}, 2_500 + 500 * each, "EUR", (pool.id,), each)
        for each, pool in enumerate(pools)
    ]
    return Show(event, pools, types)


async def _hold(stage: Stage, shows: Sequence[Show]) -> None:
    """Holds that last for the whole benchmark."""
    holds = BatchedHolds(stage.pool, new_id, lasting=Lasting(hold_for=timedelta(days=1)))
    for show in shows:
        lines = tuple(HoldLine(each.id, 1) for each in show.ticket_types[:2])
        await holds.place(ask_of(HoldTickets(show.event.id, lines), stage.organization.id, f"person:{stage.owner_id}", new_id()))
    await holds.close()
