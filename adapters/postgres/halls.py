"""Halls for the choice of seats: worked out once for each version of a plan, outside the lane, and kept in the process."""

import asyncio
from collections import OrderedDict
from uuid import UUID

from adapters.postgres.seating import DOCUMENT
from adapters.postgres.transaction import TO_READ, Connection, Pool, begin, undo
from domain.seating.documents import read_document, unpack
from domain.seating.halls import Hall

KEPT = 16
KNOWN = 10_000

VERSION_OF = "SELECT plan_version_id FROM seatings WHERE event_id = $1"


class OtherPlan(Exception):
    """Under its lock the event has another version of a plan than was thought."""

    def __init__(self, version_id: UUID | None) -> None:
        super().__init__(f"the event has version {version_id} of a plan by now")
        self.version_id = version_id


class Halls:
    """The halls used last, and which version each event had when last asked; whoever has the event's lock knows better."""

    def __init__(self, pool: Pool) -> None:
        """On the app role's pool; a version is read under its tenant."""
        self._pool = pool
        self._halls: OrderedDict[UUID, Hall] = OrderedDict()
        self._versions: OrderedDict[UUID, UUID] = OrderedDict()

    def known(self, version_id: UUID) -> Hall:
        """The hall of this version. Raises OtherPlan unless it is here."""
        if version_id not in self._halls:
            raise OtherPlan(version_id)
        self._halls.move_to_end(version_id)
        return self._halls[version_id]

    async def prepare(self, organization_id: UUID, event_id: UUID, version_id: UUID | None = None) -> None:
        """Have the hall here that the event uses, as far as one can know without its lock; or that of the version named."""
        known = version_id or self._versions.get(event_id)
        if known is not None and known in self._halls:
            self._remember(event_id, known)
            return
        connection = await begin(self._pool, organization_id, TO_READ)
        try:
            found = known or await connection.fetchval(VERSION_OF, event_id)
            packed = await connection.fetchval(DOCUMENT, found) if found else None
        except BaseException as fault:
            await undo(self._pool, connection, fault)
            raise
        await undo(self._pool, connection)
        if found and packed:
            self._halls[found] = await asyncio.to_thread(lambda: Hall(read_document(unpack(packed))))
            self._remember(event_id, found)

    def _remember(self, event_id: UUID, version_id: UUID) -> None:
        self._versions[event_id] = version_id
        self._versions.move_to_end(event_id)
        for kept, most in ((self._halls, KEPT), (self._versions, KNOWN)):
            while len(kept) > most:
                kept.popitem(last=False)


async def free_seats(connection: Connection, event_id: UUID) -> bytes:
    """One byte for each seat by its number, 1 where it is free; 20,000 of them come as one value."""
    text = await connection.fetchval(FREE, event_id)
    return str(text or "").encode().translate(_AS_BYTES)


FREE = """
SELECT string_agg(CASE WHEN hold_id IS NULL AND NOT booked AND blocked_reason IS NULL THEN '1' ELSE '0' END, '' ORDER BY seat_no)
FROM seats WHERE event_id = $1
"""
_AS_BYTES = bytes.maketrans(b"01", b"\0\1")
