"""`ticketbase token` prints a token that the gateway accepts, or one sentence why there is none."""

import json
import time
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio

from domain.organizations import Organization
from tests.api.conftest import Client
from tests.cli.conftest import Run
from tests.commands import Finished
from tests.two_workers.platform import Gateway, client_of, make_key

pytestmark = pytest.mark.asyncio

WHO = "{ viewer { role } organization { slug } }"


@pytest_asyncio.fixture(scope="module")
async def gateway(installation: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A gateway that was started with the same variables."""
    gateway = Gateway("gateway", tmp_path_factory.mktemp("cli-gateway"), installation)
    try:
        gateway.start()
        await gateway.ready()
        async with client_of(gateway) as http:
            yield Client(http)
    finally:
        gateway.give_up()


async def test_the_gateway_accepts_it(run: Run, gateway: Client, hall: Organization) -> None:
    printed = await run("token", "--organization", hall.slug)
    who = await gateway.with_headers(authorization=f"Bearer {printed.out.strip()}").ask(WHO)

    assert (printed.code, printed.err, printed.out.count("\n")) == (0, "", 1)
    assert who == {"viewer": {"role": "OWNER"}, "organization": {"slug": hall.slug}}


async def test_programs_get_it_with_its_end_as_json(run: Run, gateway: Client, hall: Organization) -> None:
    before = int(time.time())
    printed = await run("token", "--organization", str(hall.id), "--role", "owner", "--minutes", "2", "--json")
    after = time.time()
    told = json.loads(printed.out)
    who = await gateway.with_headers(authorization=f"Bearer {told['token']}").ask(WHO)

    assert (printed.code, list(told)) == (0, ["token", "expiresAt"])
    assert before + 120 <= told["expiresAt"] <= after + 120
    assert who["viewer"] == {"role": "OWNER"}


async def test_it_is_signed_by_the_ring_whatever_key_the_settings_name(run: Run, gateway: Client, hall: Organization) -> None:
    printed = await run("token", "--organization", hall.slug, TICKETBASE_SIGNING_KEY=make_key())
    who = await gateway.with_headers(authorization=f"Bearer {printed.out.strip()}").ask(WHO)

    assert who["viewer"] == {"role": "OWNER"}


async def test_an_organization_that_is_not_there_is_told_in_one_sentence(run: Run) -> None:
    refused = await run("token", "--organization", "nobody-here")

    told = "There is no organization 'nobody-here'; `ticketbase seed --demo` makes the organization demo.\n"
    assert refused == Finished(1, "", told)


async def test_a_role_that_nobody_has_is_told_in_one_sentence(run: Run, hall: Organization) -> None:
    refused = await run("token", "--organization", hall.slug, "--role", "analyst", "--json")

    assert refused == Finished(1, "", "The Hall has no member with the role analyst; choose another --role.\n")


@pytest.mark.parametrize(("option", "value"), [("--role", "emperor"), ("--minutes", "16"), ("--minutes", "0")])
async def test_what_is_no_role_or_lasts_too_long_is_a_usage_error(run: Run, hall: Organization, option: str, value: str) -> None:
    refused = await run("token", "--organization", hall.slug, option, value)

    assert (refused.code, refused.out) == (2, "")
    assert f"Invalid value for '{option}'" in refused.err


async def test_a_database_that_is_away_is_told_in_one_sentence(run: Run, hall: Organization) -> None:
    refused = await run("token", "--organization", hall.slug, DATABASE_URL="postgresql://ticketbase_app:x@127.0.0.1:9/ticketbase")

    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert refused.err.startswith("PostgreSQL at 127.0.0.1:9 does not let ticketbase_app in (")
