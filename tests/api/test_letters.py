"""What a deed writes to somebody is sealed with what the worker opens it with."""

from typing import Any

import pytest

from adapters.postgres.letters import PostgresLetters
from domain.identity import Role, Viewer
from gateway.vault_keys import vault_of
from tests.api.conftest import Tenant
from tests.letters.samples import a_letter, of

pytestmark = pytest.mark.asyncio


async def test_a_letter_that_a_deed_posts_is_opened_by_the_worker(tenant: Tenant, system_pool: Any) -> None:
    await system_pool.execute("DELETE FROM letters")
    letter = of(a_letter(), tenant.organization.id)
    viewer = Viewer(organization_id=tenant.organization.id, person_id=tenant.people[Role.OWNER], role=Role.OWNER)

    async with tenant.house.contexts.for_viewer(viewer).work() as work:
        work.post(letter)

    [waiting] = await PostgresLetters(system_pool, vault_of(tenant.house.settings.vault_keys)).claim(10)
    assert waiting.letter == letter
    assert (waiting.id, waiting.sender) == (letter.id, "The Hall")
