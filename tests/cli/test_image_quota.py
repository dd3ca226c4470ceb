"""`ticketbase image-quota` gives one organization more or less room for images, and says what it has then."""

from typing import Any

import pytest

from domain.organizations import Organization
from tests.cli.conftest import Run, Superuser

pytestmark = pytest.mark.asyncio


async def _kept(superuser: Superuser, organization: Organization) -> Any:
    return await superuser._connection.fetchval("SELECT image_quota_bytes FROM organizations WHERE id = $1", organization.id)


async def test_a_quota_is_given_and_taken_back(run: Run, hall: Organization, superuser: Superuser) -> None:
    given = await run("image-quota", "--organization", hall.slug, "--bytes", "5000000")
    kept = await _kept(superuser, hall)
    usual = await run("image-quota", "--organization", str(hall.id), "--usual", TICKETBASE_IMAGE_QUOTA_BYTES="7000000")

    assert (given.code, given.err, given.out) == (0, "", "The images of The Hall may take 5,000,000 bytes.\n")
    assert kept == 5_000_000
    assert usual.out == "The images of The Hall may take 7,000,000 bytes.\n"
    assert await _kept(superuser, hall) is None


@pytest.mark.parametrize("options", [[], ["--bytes", "5", "--usual"], ["--bytes", "-1"], ["--bytes", "x"]])
async def test_what_is_no_quota_is_refused(run: Run, hall: Organization, superuser: Superuser, options: list[str]) -> None:
    refused = await run("image-quota", "--organization", hall.slug, *options)

    assert (refused.code, refused.out) == (2, "")
    assert await _kept(superuser, hall) is None


async def test_an_unknown_organization_is_told_in_one_sentence(run: Run) -> None:
    refused = await run("image-quota", "--organization", "nowhere", "--usual")

    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert refused.err.startswith("There is no organization 'nowhere';")
