"""A simple model of an event with seats: what is held, booked and counted after each deed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.holds import Hold, HoldStatus
from domain.seating import plans
from domain.seating.halls import Hall
from domain.seating.plans import ImportSeatingPlan
from domain.seats import SeatStatus
from tests.seating.halls import hall, row, seat, standing, zone

LIMIT = 4


def document() -> dict[str, Any]:
    """Eleven seats in the stalls, one of them accessible, three on the balcony, and a floor for six."""
    first = [seat(f"1-{at}", str(at), "Stalls [accessible]" if at == 6 else "Stalls", x=20 * at, y=30) for at in range(1, 7)]
    second = [seat(f"2-{at}", str(at), x=20 * at + (30 if at > 3 else 0), y=60) for at in range(1, 6)]
    balcony = [seat(f"b-{at}", str(at), "Balcony", x=20 * at, y=200) for at in range(1, 4)]
    return hall(
        zone("Stalls", row("1", *first), row("2", *second)),
        zone("Balcony", row("1", *balcony)),
        zone("Floor", areas=[standing("Floor", 6)]),
    )


GEOMETRY = plans.draw(ImportSeatingPlan(document())).geometry
HALL = Hall(GEOMETRY)
LABELS = [each.label for each in GEOMETRY.seats()]
CATEGORY = {each.label: GEOMETRY.categories[each.seat.category].name for each in GEOMETRY.seats()}
INDEX = {each.name: index for index, each in enumerate(GEOMETRY.categories)}
CAPACITY = {"Stalls": 11, "Balcony": 3, "Floor": 6}


@dataclass
class Kept:
    """A hold as the model knows it: its quantities by category, its seats by label."""

    hold: Hold
    quantities: dict[str, int]
    labels: list[str]
    sold: bool = False

    @property
    def lives(self) -> bool:
        """Whether its stock is taken."""
        return self.hold.status in (HoldStatus.ACTIVE, HoldStatus.CONVERTED)


@dataclass
class Model:
    """What should be: holds in the order in which they were granted."""

    now: datetime
    holds: dict[UUID, Kept] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)

    def holder_of(self, label: str) -> Kept | None:
        """Who has the seat."""
        return next((each for each in self.holds.values() if each.lives and label in each.labels), None)

    def state_of(self, label: str) -> SeatStatus:
        """What the seat is."""
        holder = self.holder_of(label)
        if holder is None:
            return SeatStatus.FREE
        if holder.sold:
            return SeatStatus.BOOKED
        over = holder.hold.status is HoldStatus.ACTIVE and holder.hold.expires_at <= self.now
        return SeatStatus.FREE if over else SeatStatus.HELD

    def counted(self, category: str) -> tuple[int, int]:
        """How many of the category are held and sold."""
        live = [each for each in self.holds.values() if each.lives]
        held, sold = ([each.quantities.get(category, 0) for each in live if each.sold is wanted] for wanted in (False, True))
        return sum(held), sum(sold)

    def bought(self, buyer: str) -> int:
        """How many count against the buyer's limit."""
        return sum(sum(each.quantities.values()) for each in self.holds.values() if each.lives and each.hold.buyer == buyer)

    def overdue(self) -> list[Kept]:
        """Active ones whose time is over."""
        return [each for each in self.holds.values() if each.hold.status is HoldStatus.ACTIVE and each.hold.expires_at <= self.now]

    def end(self, kept: Kept, status: HoldStatus) -> None:
        """It ended so."""
        kept.hold = replace(kept.hold, status=status)
        self.ended.add(kept.hold.id)

    def take_over(self) -> None:
        """What is overdue ends when somebody asks."""
        for each in self.overdue():
            self.end(each, HoldStatus.EXPIRED)

    def refusal(self, buyer: str, quantities: dict[str, int], labels: list[str]) -> str | None:
        """Why seats or tickets so named cannot be had."""
        if self.bought(buyer) + sum(quantities.values()) > LIMIT:
            return "TooManyTickets"
        if any(self.holder_of(label) for label in labels):
            return "SeatsTaken"
        if any(sum(self.counted(each)) + quantity > CAPACITY[each] for each, quantity in quantities.items()):
            return "TicketsSoldOut"
        return None


def by_category(labels: Sequence[str]) -> dict[str, int]:
    """How many of the seats each category has."""
    quantities: dict[str, int] = {}
    for label in labels:
        quantities[CATEGORY[label]] = quantities.get(CATEGORY[label], 0) + 1
    return quantities
