"""The store of an organization's service keys, and the quick look whose secret was shown."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast
from uuid import UUID

from adapters.postgres import pages
from adapters.postgres.rows import Row, columns_of, in_order
from adapters.postgres.transaction import Pool, Transaction
from domain.paging import Page, Slice
from domain.refusals import NotFound, Refused
from domain.service_keys import KeyShown, ServiceKey, known

COLUMNS = f"{columns_of(ServiceKey, table='k', but=['creator_name'])}, p.name AS creator_name"
KEYS = f"SELECT {COLUMNS} FROM service_keys k LEFT JOIN people p ON p.id = k.created_by"
GET_MANY = f"{KEYS} WHERE k.id = ANY($1::uuid[])"
PAGE = f"{KEYS} WHERE {{edge}} ORDER BY k.id {{way}} LIMIT $1"
STATEMENTS = {
    (backward, beyond): PAGE.format(way="ASC" if backward else "DESC", edge=f"k.id {'>' if backward else '<'} $2" if beyond else "true")
    for backward in (False, True)
    for beyond in (False, True)
}
COUNT = "SELECT count(*) FROM (SELECT FROM service_keys LIMIT $1) AS counted"
ADD = """
INSERT INTO service_keys (organization_id, id, name, hint, permissions, created_by, created_at, expires_at, token_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
REVOKE = "UPDATE service_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
IS_GOOD = "revoked_at IS NULL AND (expires_at IS NULL OR expires_at > app_now())"
# Being shown is being used; once a minute is written down, and is what the list shows.
SHOWN = f"""
WITH used AS (
    UPDATE service_keys SET last_used_at = app_now()
    WHERE {{name}} = $1 AND {IS_GOOD} AND (last_used_at IS NULL OR last_used_at < app_now() - interval '1 minute')
)
SELECT id, organization_id, permissions, extract(epoch FROM expires_at)::bigint AS expires_at
FROM service_keys WHERE {{name}} = $1 AND {IS_GOOD}
"""
BY_SECRET, BY_ID = SHOWN.format(name="token_hash"), SHOWN.format(name="id")


class ServiceKeyRow(Row, reads=ServiceKey):
    """Reads like a ServiceKey."""

    __slots__ = ()


class ServiceKeyStore:
    """Implements `ServiceKeys`."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection
        self._organization_id = transaction.organization_id

    async def get_many(self, ids: Sequence[UUID]) -> list[ServiceKey | None]:
        """By id, in the order asked."""
        return in_order(await self._connection.fetch(GET_MANY, ids, record_class=ServiceKeyRow), ids)

    async def page(self, page: Page) -> Slice[ServiceKey]:
        """One window, the newest first, and one row more to know whether others follow."""
        statement = STATEMENTS[page.backward, page.edge is not None]
        rows = await self._connection.fetch(statement, page.size + 1, *(page.edge or ()), record_class=ServiceKeyRow)
        return pages.slice_of(cast("list[ServiceKey]", rows), page)

    async def count(self, at_most: int) -> int:
        """How many there are, looking at no more than `at_most`."""
        counted: int = await self._connection.fetchval(COUNT, at_most)
        return counted

    async def add(self, key: ServiceKey, secret: bytes) -> None:
        """Write it."""
        facts = (key.id, key.name, key.hint, key.permissions, key.created_by, key.created_at, key.expires_at, secret)
        await self._connection.execute(ADD, self._organization_id, *facts)

    async def revoke(self, key_id: UUID, now: datetime) -> bool:
        """Once; again changes nothing."""
        if await self._connection.fetchval(REVOKE, key_id, now) is not None:
            return True
        if (await self.get_many([key_id]))[0] is None:
            raise Refused(NotFound("service key", ("input", "serviceKeyId")))
        return False


class KeyDirectory:
    """Finds a key that is good now, outside any work; remembers nothing, who asks often does that."""

    def __init__(self, system_pool: Pool) -> None:
        self._pool = system_pool

    async def by_secret(self, digest: bytes) -> KeyShown | None:
        """The key whose secret this is."""
        return _shown(await self._pool.fetchrow(BY_SECRET, digest))

    async def by_id(self, key_id: UUID) -> KeyShown | None:
        """The key, if it is good."""
        return _shown(await self._pool.fetchrow(BY_ID, key_id))


def _shown(row: ServiceKeyRow | None) -> KeyShown | None:
    return row and KeyShown(row["id"], row["organization_id"], known(row["permissions"]), row["expires_at"])
