"""`ticketbase serve` and `worker` do not begin where data would not be safe, and say why in one sentence."""

import asyncio
import socket

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from gateway.embedded.postgres import DatabaseAddresses
from gateway.embedded.roles import DATABASE
from tests.cli.conftest import Run, Superuser
from tests.two_workers.platform import in_database

pytestmark = pytest.mark.asyncio


async def refusal_of_both(run: Run, **changes: str) -> str:
    """The words in which both commands refuse to begin."""
    serve, worker = await asyncio.gather(run("serve", **changes), run("worker", **changes))
    assert (serve.code, serve.out) == (1, "")
    assert worker == serve
    return serve.err


async def test_a_superuser_is_refused(run: Run, spare: DatabaseAddresses) -> None:
    refused = await refusal_of_both(run, DATABASE_URL=in_database(spare.superuser, DATABASE))

    told = "Role postgres is a superuser, whom row security does not bind: use the role ticketbase_app in DATABASE_URL.\n"
    assert refused == told


async def test_the_owner_of_the_tables_is_refused(run: Run, spare: DatabaseAddresses) -> None:
    refused = await refusal_of_both(run, DATABASE_SYSTEM_URL=spare.owner)

    told = "Role ticketbase_owner owns tables, so it could lift row security: use the role ticketbase_system in DATABASE_SYSTEM_URL.\n"
    assert refused == told


async def test_a_role_that_passes_row_security_is_refused(run: Run, superuser: Superuser) -> None:
    async with superuser.harms("ALTER ROLE ticketbase_app BYPASSRLS", "ALTER ROLE ticketbase_app NOBYPASSRLS"):
        refused = await refusal_of_both(run)

    told = "Role ticketbase_app has BYPASSRLS, so it would see every tenant's rows: use the role ticketbase_app in DATABASE_URL.\n"
    assert refused == told


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_server_that_may_lose_what_was_sold_is_refused(run: Run, superuser: Superuser, setting: str) -> None:
    async with superuser.sets(setting, "off"):
        refused = await refusal_of_both(run)

    assert refused == f"PostgreSQL runs with {setting}=off, so a crash could lose what was sold: set it to on.\n"


async def test_a_database_without_tables_is_refused(run: Run, spare: DatabaseAddresses, superuser: Superuser) -> None:
    app, system = in_database(spare.app, "empty"), in_database(spare.system, "empty")
    async with superuser.harms("CREATE DATABASE empty", "DROP DATABASE empty WITH (FORCE)"):
        refused = await refusal_of_both(run, DATABASE_URL=app, DATABASE_SYSTEM_URL=system)

    told = "The database has no tables that this role may read: run `ticketbase migrate`, and check the role in the address.\n"
    assert refused == told


async def test_settings_that_are_missing_are_all_told_at_once(run: Run) -> None:
    needed = (
        "DATABASE_URL",
        "DATABASE_SYSTEM_URL",
        "REDIS_URL",
        "SMTP_URL",
        "S3_ENDPOINT",
        "TICKETBASE_SIGNING_KEY",
        "TICKETBASE_VAULT_KEYS",
    )
    refused = await refusal_of_both(run, **dict.fromkeys(needed, ""))

    first, *faults = refused.splitlines()
    assert first == "TicketBase cannot start: 7 settings are wrong."
    assert [line.split(" is not set. ")[0].strip() for line in faults] == list(needed)


async def test_a_signing_key_of_another_kind_is_refused(run: Run) -> None:
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    refused = await run("serve", TICKETBASE_SIGNING_KEY=key)

    assert (refused.code, refused.out) == (1, "")
    assert "TICKETBASE_SIGNING_KEY" in refused.err
    assert "Ed25519" in refused.err
    assert "Traceback" not in refused.err


async def test_a_port_that_is_taken_is_told_in_one_sentence(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = await run("serve", "--port", str(port))

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == f"Port {port} on 127.0.0.1 is taken: stop what listens there, or choose another, for example --port {port + 1}.\n"


async def test_a_descriptor_that_is_no_door_is_told_in_one_sentence(run: Run) -> None:
    told = await run("serve", "--fd", "0")

    assert (told.code, told.out) == (1, "")
    why = "The descriptor 0 is no socket (Socket operation on non-socket)"
    assert told.err == f"{why}: --fd takes one that the starting process has opened.\n"
