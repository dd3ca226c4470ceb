"""Halls for the choice of seats: worked out once for each version of a plan, outside the lane, and kept in the process."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from uuid import UUID

from adapters.postgres.seating import DOCUMENT
from adapters.postgres.transaction import TO_READ, Connection, Pool, begin, undo
from domain.seating.documents import read_document, unpack
from domain.seating.halls import Hall

MOST_SEATS = 500_000
"""Of all halls that are kept. A seat takes some 400 bytes, so these are 200 MB: 25 arenas of 20,000 seats, a thousand theatres of 500."""
KNOWN = 10_000

VERSION_OF = "SELECT plan_version_id FROM seatings WHERE event_id = $1"


class OtherPlan(Exception):
    """Under its lock the event has another version of a plan than was thought."""

    def __init__(self, version_id: UUID) -> None:
        super().__init__(f"the event has version {version_id} of a plan by now")
        self.version_id = version_id


@dataclass(frozen=True, slots=True)
class Seen:
    """The version of a plan that an event had when it was last looked at, and its hall; None where there was none.

    Whoever prepared it holds it for as long as he needs it, however many other halls are wanted meanwhile.
    """

    version_id: UUID | None = None
    hall: Hall | None = None


class Halls:
    """The halls used last, and which version each event had when last asked; whoever has the event's lock knows better."""

    def __init__(self, pool: Pool, most_seats: int = MOST_SEATS) -> None:
        """On the app role's pool; a version is read under its tenant. Halls of `most_seats` are kept, and the last one however large."""
        self._pool = pool
        self._most_seats = most_seats
        self._halls: OrderedDict[UUID, Hall] = OrderedDict()
        self._seats = 0
        self._versions: OrderedDict[UUID, UUID] = OrderedDict()
        self._coming: dict[UUID, asyncio.Task[Hall | None]] = {}

    async def prepare(self, organization_id: UUID, event_id: UUID, version_id: UUID | None = None) -> Seen:
        """The hall that the event uses, as far as one can know without its lock; or that of the version named."""
        known = version_id or self._versions.get(event_id) or await self._version_of(organization_id, event_id)
        if known is None:
            return Seen()
        self._versions[event_id] = known
        self._versions.move_to_end(event_id)
        if len(self._versions) > KNOWN:
            self._versions.popitem(last=False)
        if known in self._halls:
            self._halls.move_to_end(known)
            return Seen(known, self._halls[known])
        return Seen(known, await self._made_once(organization_id, known))

    async def _version_of(self, organization_id: UUID, event_id: UUID) -> UUID | None:
        found = await self._read(organization_id, VERSION_OF, event_id)
        return found if isinstance(found, UUID) else None

    async def _made_once(self, organization_id: UUID, version_id: UUID) -> Hall | None:
        """The hall; events that use the same plan wait for the same one, also when the first to ask stops waiting."""
        if version_id not in self._coming:
            task = asyncio.get_running_loop().create_task(self._make(organization_id, version_id), name=f"hall of {version_id}")
            self._coming[version_id] = task
            task.add_done_callback(lambda _: self._coming.pop(version_id))
        return await asyncio.shield(self._coming[version_id])

    async def _make(self, organization_id: UUID, version_id: UUID) -> Hall | None:
        packed = await self._read(organization_id, DOCUMENT, version_id)
        if not isinstance(packed, bytes):
            return None
        hall = await asyncio.to_thread(lambda: Hall(read_document(unpack(packed))))
        self._halls[version_id] = hall
        self._seats += hall.seat_count
        while self._seats > self._most_seats and len(self._halls) > 1:
            self._seats -= self._halls.popitem(last=False)[1].seat_count
        return hall

    async def _read(self, organization_id: UUID, statement: str, argument: UUID) -> object:
        connection = await begin(self._pool, organization_id, TO_READ)
        try:
            found: object = await connection.fetchval(statement, argument)
        except BaseException as fault:
            await undo(self._pool, connection, fault)
            raise
        await undo(self._pool, connection)
        return found


async def free_seats(connection: Connection, event_id: UUID) -> bytes:
    """One byte for each seat by its number, 1 where it is free; 20,000 of them come as one value."""
    text = await connection.fetchval(FREE, event_id)
    return str(text or "").encode().translate(_AS_BYTES)


FREE = """
SELECT string_agg(CASE WHEN hold_id IS NULL AND NOT booked AND blocked_reason IS NULL THEN '1' ELSE '0' END, '' ORDER BY seat_no)
FROM seats WHERE event_id = $1
"""
_AS_BYTES = bytes.maketrans(b"01", b"\0\1")
