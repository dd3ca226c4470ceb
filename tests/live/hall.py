"""An event with seats, and movements of them as holds, orders and organizers make them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id
from domain.live import SeatTopic
from domain.news import stock_moved
from domain.organizations import Organization
from domain.seat_availability import SeatAvailability
from domain.seating.plans import ImportSeatingPlan, SeatingPlan, draw
from domain.seats import Assignment, Seat
from tests.conftest import WorkOf
from tests.samples import an_event
from tests.seating.halls import hall, row, seat, zone

FREE, HELD, BOOKED, BLOCKED = "0123"
MOVE = "UPDATE inventories SET sequence = sequence + 1 WHERE event_id = $1 RETURNING sequence"
CLAIM = """
UPDATE seats SET moved_at = $2,
    hold_id = CASE WHEN $4 IN ('1', '2') THEN $5::uuid END,
    claimed_until = CASE WHEN $4 = '1' THEN app_now() + interval '15 minutes' END,
    booked = $4 = '2',
    blocked_reason = CASE WHEN $4 = '3' THEN 'stage' END
WHERE event_id = $1 AND seat_no = ANY($3::integer[])
"""


@dataclass(frozen=True, slots=True)
class Hall:
    """An event of one organization whose plan has so many seats in each section."""

    organization: Organization
    event_id: UUID
    sizes: Sequence[int]
    work_of: WorkOf

    def topic(self, *sections: int) -> SeatTopic:
        """These sections of it; all without any."""
        return SeatTopic(self.organization.id, self.event_id, frozenset(sections) or None)

    async def move(self, status: str, *seats: int) -> int:
        """One movement: these seats are this from now on. Its number; without seats it is one of standing room."""
        async with self.work_of(self.organization) as work:
            connection: Any = work.seats._connection
            sequence: int = await connection.fetchval(MOVE, self.event_id)
            await connection.execute(CLAIM, self.event_id, sequence, seats, status, new_id())
            work.announce(stock_moved("test:moved", self.event_id, sequence, {}))
        return sequence

    async def stand(self, movements: int) -> None:
        """So many movements of standing room."""
        async with self.work_of(self.organization) as work:
            connection: Any = work.seats._connection
            await connection.execute("UPDATE inventories SET sequence = sequence + $2 WHERE event_id = $1", self.event_id, movements)

    async def change(self, sequence: int, status: str, *seats: int) -> None:
        """The same as part of a movement that was made already."""
        async with self.work_of(self.organization) as work:
            connection: Any = work.seats._connection
            await connection.execute(CLAIM, self.event_id, sequence, seats, status, new_id())

    async def seat_by(self, sizes: Sequence[int], *, kept: Sequence[Seat] = ()) -> str:
        """Use a plan with so many seats in each section; the plan's hash."""
        drawn = draw(ImportSeatingPlan(a_plan(sizes), f"Plan {new_id()}"))
        now = datetime.now(UTC)
        async with self.work_of(self.organization) as work:
            plan = await work.seating_plans.named(SeatingPlan(new_id(), drawn.name, None, 1, now, now))
            version = await work.seating_plans.keep(plan, drawn, new_id())
            await work.seats.assign(Assignment(self.event_id, version.id, drawn.geometry, kept, (), {}, (), {}))
        return drawn.hash

    async def statuses(self) -> str:
        """What every seat is, as the pictures show it, by number."""
        async with self.work_of(self.organization) as work:
            [found] = await work.seats.statuses([self.event_id])
        assert found is not None
        return "".join(map(str, found))


async def open_hall(work_of: WorkOf, organization: Organization, *sizes: int) -> Hall:
    """Put an event with such a plan on sale; without sizes it has no plan."""
    event = an_event()
    async with work_of(organization) as work:
        await work.events.keep(event)
    made = Hall(organization, event.id, sizes, work_of)
    if sizes:
        await made.seat_by(sizes)
    return made


def a_plan(sizes: Sequence[int]) -> dict[str, Any]:
    """A plan with so many seats in each section, one row each; a section of 0 has a standing floor instead."""
    zones = [
        zone(f"Section {at}", row("1", *(seat(f"{at}-{number}", str(number + 1), x=20 * number) for number in range(size))))
        for at, size in enumerate(sizes)
    ]
    return hall(*zones)


class Drawing:
    """What a client draws: it takes every frame as it comes, and nothing else."""

    def __init__(self) -> None:
        self.seats: dict[int, str] = {}
        self.sequence = -1

    def take(self, frames: Iterable[SeatAvailability]) -> "Drawing":
        """Draw these; a sequence that falls fails."""
        for frame in frames:
            assert frame.sequence >= self.sequence
            self.sequence = frame.sequence
            if frame.whole:
                self.seats.clear()
            for section in frame.sections:
                numbers = section.seats or range(section.first_seat, section.first_seat + len(section.statuses))
                self.seats |= dict(zip(numbers, section.statuses, strict=True))
        return self

    @property
    def shown(self) -> str:
        """The statuses it shows, in the order of the seats' numbers."""
        return "".join(status for _, status in sorted(self.seats.items()))
