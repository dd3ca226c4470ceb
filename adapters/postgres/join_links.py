"""The store of join links, apart from events so that nothing that shows, copies or tells of an event can show, copy or tell a link."""

from collections.abc import Sequence
from uuid import UUID

from adapters.postgres.transaction import Transaction

OF_EVENTS = "SELECT event_id, url FROM event_join_links WHERE event_id = ANY($1::uuid[])"
KEEP = """
INSERT INTO event_join_links (organization_id, event_id, url) VALUES ($1, $2, $3)
ON CONFLICT (organization_id, event_id) DO UPDATE SET url = excluded.url
"""
FORGET = "DELETE FROM event_join_links WHERE event_id = $1"


class JoinLinkStore:
    """Implements `JoinLinks`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def of_events(self, event_ids: Sequence[UUID]) -> list[str | None]:
        """By event, in the order asked."""
        found = {row["event_id"]: row["url"] for row in await self._connection.fetch(OF_EVENTS, event_ids)}
        return [found.get(each) for each in event_ids]

    async def keep(self, event_id: UUID, url: str | None) -> None:
        """Write it, or take it away."""
        if url is None:
            await self._connection.execute(FORGET, event_id)
        else:
            await self._connection.execute(KEEP, self._organization_id, event_id, url)
