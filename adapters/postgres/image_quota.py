"""Says how much room the images of one organization may take; operators alone do so, from the command line."""

from uuid import UUID

from adapters.postgres.transaction import TO_WRITE, Pool, begin, keep, undo

LIMIT = "UPDATE organizations SET image_quota_bytes = $2 WHERE id = $1 RETURNING id"


async def limit_images(pool: Pool, organization_id: UUID, quota_bytes: int | None) -> bool:
    """Write the quota in bytes, None for the installation's usual one; False when there is no such organization."""
    connection = await begin(pool, organization_id, TO_WRITE)
    try:
        found = await connection.fetchval(LIMIT, organization_id, quota_bytes)
    except BaseException as fault:
        await undo(pool, connection, fault)
        raise
    await keep(pool, connection)
    return found is not None
