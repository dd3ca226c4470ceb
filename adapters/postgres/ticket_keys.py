"""The store of the keys that sign tickets: made when an event first needs one, the secret half sealed by the vault."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from adapters.crypto.ticket_signing import key_id_of, new_ticket_key
from adapters.postgres.rows import Row, columns_of, grouped, in_order
from adapters.postgres.transaction import Transaction
from domain.letters import Sealing
from domain.tickets import TicketKey, place_of, show_bytes

COLUMNS = f"{columns_of(TicketKey, but=['sealed'])}, secret_sealed"
GET_MANY = f"SELECT {COLUMNS} FROM ticket_keys WHERE id = ANY($1::text[])"
OF_EVENTS = f"""
SELECT {COLUMNS} FROM ticket_keys WHERE event_id = ANY($1::uuid[]) ORDER BY retired_at DESC NULLS FIRST, created_at DESC, id
"""
CURRENT = "SELECT event_id, id FROM ticket_keys WHERE event_id = ANY($1::uuid[]) AND retired_at IS NULL"
# Where somebody else makes the first key at the same moment, his is taken.
ADD = """
INSERT INTO ticket_keys (organization_id, id, event_id, public, secret_sealed)
SELECT $1, id, event_id, public, secret_sealed FROM unnest($2::text[], $3::uuid[], $4::bytea[], $5::bytea[])
    AS made (id, event_id, public, secret_sealed)
ON CONFLICT (organization_id, event_id) WHERE retired_at IS NULL DO NOTHING
"""
RETIRE = "UPDATE ticket_keys SET retired_at = app_now() WHERE event_id = $1 AND retired_at IS NULL"
FORGET_UNUSED = """
DELETE FROM ticket_keys k WHERE k.event_id = $1 AND k.retired_at IS NOT NULL
    AND NOT EXISTS (SELECT FROM tickets t WHERE t.organization_id = k.organization_id AND t.key_id = k.id)
"""


class TicketKeyRow(Row, reads=TicketKey):
    """Reads like a TicketKey."""

    __slots__ = ()

    @property
    def sealed(self) -> bytes:
        return bytes(self["secret_sealed"])


class TicketKeyStore:
    """Implements `TicketKeys`; without a `sealing` no keys can be made."""

    def __init__(self, transaction: Transaction, sealing: Sealing | None = None) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id
        self._sealing = sealing

    async def get_many(self, ids: Sequence[str]) -> list[TicketKey | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=TicketKeyRow), ids)

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Sequence[TicketKey]]:
        """The one that signs first, then those that were retired, the last of them first."""
        return grouped(await self._connection.fetch(OF_EVENTS, event_ids, record_class=TicketKeyRow), event_ids, "event_id")

    async def current(self, event_ids: Sequence[UUID]) -> Mapping[UUID, str]:
        """Those there are, and new ones for the others. Raises RuntimeError where there is nothing to seal a new one with."""
        found = await self._current(event_ids)
        if missing := sorted(set(event_ids) - found.keys()):
            await self._add(missing)
            found = await self._current(event_ids)
        return found

    async def rotate(self, event_id: UUID) -> None:
        """Retire the one that signs, make another, and forget those of which nothing is left."""
        # First, so that the key that is retired now stays for whoever has just read that it signs.
        await self._connection.execute(FORGET_UNUSED, event_id)
        await self._connection.execute(RETIRE, event_id)
        await self._add([event_id])

    async def _current(self, event_ids: Sequence[UUID]) -> dict[UUID, str]:
        return {row["event_id"]: row["id"] for row in await self._connection.fetch(CURRENT, event_ids)}

    async def _add(self, event_ids: Sequence[UUID]) -> None:
        if self._sealing is None:
            raise RuntimeError("this work has nothing to seal ticket keys with")
        pairs = [new_ticket_key() for _ in event_ids]
        ids = [show_bytes(key_id_of(public)) for public, _ in pairs]
        places = [place_of(self._organization_id, each) for each in ids]
        sealed = [self._sealing.seal(secret, bound_to=place) for (_, secret), place in zip(pairs, places, strict=True)]
        await self._connection.execute(ADD, self._organization_id, ids, event_ids, [public for public, _ in pairs], sealed)
