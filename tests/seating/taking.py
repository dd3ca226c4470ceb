"""Takes seats the way a hold and an order leave them: the stock is held through the API, then the seats are marked."""

from typing import Any

from schema import ids
from tests.api.box_office import hold
from tests.api.conftest import Tenant
from tests.conftest import WorkOf

HELD = """
UPDATE seats SET hold_id = $2, claimed_until = app_now() + interval '15 minutes' WHERE event_id = $1 AND label = ANY($3::text[])
"""
BOOKED = "UPDATE seats SET hold_id = $2, booked = true WHERE event_id = $1 AND label = ANY($3::text[])"


async def hold_seats(tenant: Tenant, work_of: WorkOf, event_id: str, type_id: str, *labels: str) -> None:
    """Seats as a hold leaves them."""
    await _take(tenant, work_of, HELD, event_id, type_id, labels)


async def book_seats(tenant: Tenant, work_of: WorkOf, event_id: str, type_id: str, *labels: str) -> None:
    """Seats as an order leaves them."""
    await _take(tenant, work_of, BOOKED, event_id, type_id, labels)


async def _take(tenant: Tenant, work_of: WorkOf, statement: str, event_id: str, type_id: str, labels: tuple[str, ...]) -> None:
    held = await hold(tenant.anonymous, event_id, type_id, len(labels))
    assert held["errors"] == []
    async with work_of(tenant.organization) as work:
        connection: Any = work.seats._connection
        await connection.execute(statement, _uuid(event_id), _uuid(held["hold"]["id"]), labels)


def _uuid(global_id: str) -> Any:
    named = ids.read(global_id)
    assert named
    return named[1]
