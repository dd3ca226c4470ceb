"""Ends holds whose time is over, so that others can have the tickets."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from domain.holds import expire
from domain.work import Work

AT_ONCE = 500


async def end_expired_holds(work: Callable[[], AbstractAsyncContextManager[Work]], event_id: UUID) -> int:
    """End the event's overdue holds, a bounded number at a time so that buyers get their turn between; how many were ended.

    The sweeper's deed: it acts for nobody, so it is handed works of the tenant instead of a context with a viewer.
    """
    ended = 0
    while True:
        async with work() as opened:
            overdue = await opened.holds.expired(event_id, AT_ONCE)
            ended += await opened.holds.give_back([expire(hold) for hold in overdue])
        if len(overdue) < AT_ONCE:
            return ended
