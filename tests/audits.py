"""What the audit finds in one organization, where a test sells without orders or with them."""

from typing import Any
from uuid import UUID

from adapters.postgres.audit import Breach, recount

FOR_ORDERS = "what orders that go on have of a hold is all that it still holds, type by type"
"""Broken on purpose where a test converts holds without an order."""


async def breaches_of(connection: Any, organization_id: UUID, *, but: str | None = None) -> list[Breach]:
    """Every breach of an invariant in the organization, but for one invariant."""
    found = await recount(connection)
    return [each for each in found if each.facts["organization_id"] == organization_id and each.invariant != but]
