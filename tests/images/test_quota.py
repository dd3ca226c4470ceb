"""An organization may have more or less room for its images than the others."""

from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.image_quota import limit_images
from gateway.house import House
from tests.images import files
from tests.images.conftest import QUOTA
from tests.images.studio import Studio

pytestmark = pytest.mark.asyncio


def quotas(payload: dict[str, Any]) -> list[tuple[str, int, int]]:
    return [(each["__typename"], each["usedBytes"], each["quotaBytes"]) for each in payload["errors"]]


async def test_an_organization_with_a_quota_of_its_own_has_that_and_the_others_the_usual(
    house: House, studio: Studio, other_studio: Studio
) -> None:
    assert await limit_images(house.pools.app, studio.tenant.organization.id, 10_000_000)
    assert await limit_images(house.pools.app, other_studio.tenant.organization.id, QUOTA + 10_000_000)

    own = [quotas(await studio.request(10_000_000)) for _ in range(2)]
    other = [quotas(await other_studio.request(10_000_000)) for _ in range(4)]

    assert own == [[], [("ImageQuotaExceeded", 10_000_000, 10_000_000)]]
    assert other == [[], [], [], [("ImageQuotaExceeded", 30_000_000, QUOTA + 10_000_000)]]


async def test_it_counts_when_an_upload_is_finished_and_can_be_taken_back(house: House, studio: Studio) -> None:
    tenant, file = studio.tenant.organization.id, files.file()
    image_id = await studio.uploaded(file)
    await limit_images(house.pools.app, tenant, 0)

    refused = await studio.finish(image_id)
    await limit_images(house.pools.app, tenant, None)
    finished = await studio.finish(image_id)

    assert [each["__typename"] for each in refused["errors"]] == ["ImageQuotaExceeded"]
    assert (finished["errors"], finished["image"]["status"]) == ([], "READY")


async def test_no_quota_is_given_to_nobody(house: House) -> None:
    assert not await limit_images(house.pools.app, new_id(), 5)
