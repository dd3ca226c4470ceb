"""Lets the admissions of an order that ran out of time rest on new holds."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.holds import Hold
from domain.orders import OrderLine

Place = tuple[UUID, UUID, UUID | None]
"""What an admission is for: event, ticket type, and the seat where there is one."""


def on_holds(lines: Sequence[OrderLine], holds: Sequence[Hold]) -> list[OrderLine]:
    """The same admissions on these holds, which set aside exactly what the old ones did. Raises RuntimeError where they do not."""
    free: dict[Place, list[UUID]] = defaultdict(list)
    for hold in holds:
        for line in hold.lines:
            for seat in line.seat_ids or [None] * line.quantity:
                free[hold.event_id, line.ticket_type_id, seat].append(hold.id)
    moved = []
    for each in lines:
        place = (each.event_id, each.ticket_type_id, each.seat_id)
        if not free[place]:
            raise RuntimeError("a new hold lacks an admission of its order")
        moved.append(replace(each, hold_id=free[place].pop()))
    return moved
