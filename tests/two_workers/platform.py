"""A whole TicketBase of real processes: services that may be killed, two gateways and a worker."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.crypto.identifiers import new_id
from adapters.crypto.tokens import SignedTokens, read_signing_key
from adapters.postgres.audit import Breach, recount
from adapters.postgres.founding import Member, found
from adapters.postgres.rows import teach_types
from domain.identity import Role
from domain.organizations import Organization
from domain.tokens import Claims
from gateway.database import open_pool
from gateway.embedded.ownership import Owner
from gateway.embedded.ports import reserve
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.process import Process, Program, plain_environment
from gateway.embedded.roles import DATABASE
from gateway.embedded.s3 import ObjectStorage
from gateway.embedded.valkey import Valkey
from gateway.environment import Secret
from gateway.migrating import migrate
from gateway.supervisor.plan import TICKETBASE
from gateway.vault_keys import new_vault_key
from tests.api.conftest import Client


def make_key() -> str:
    """A new key to sign tokens with."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


PEM = make_key()
VAULT_KEY = new_vault_key()
TOKENS = SignedTokens(read_signing_key(PEM), issuer="ticketbase", audience="ticketbase")
NOWHERE = "127.0.0.1:9"
PATIENCE = 30.0
"""Seconds that anything may take before a test gives up."""


async def eventually(true: Callable[[], Awaitable[object]], what: str, within: float = PATIENCE) -> None:
    """Ask again and again until the answer is yes; fail with `what` when the time is over."""
    deadline = time.monotonic() + within
    while not await true():
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.02)


def settings_for(addresses: DatabaseAddresses, redis_url: str, **more: str) -> dict[str, str]:
    """The environment of a gateway in development, whose object storage and mail server do not answer."""
    return {
        **addresses.environment(),
        "REDIS_URL": redis_url,
        "TICKETBASE_MODE": "development",
        "TICKETBASE_LOG_FORMAT": "json",
        "TICKETBASE_SIGNING_KEY": PEM,
        "TICKETBASE_VAULT_KEYS": VAULT_KEY,
        "S3_ENDPOINT": f"http://{NOWHERE}",
        "S3_ACCESS_KEY": "nobody",
        "S3_SECRET_KEY": "nothing",
        "SMTP_URL": f"smtp://{NOWHERE}",
        **more,
    }


def in_database(address: str, name: str) -> str:
    """The same role on the same server, in another database."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{name}"))


class Command:
    """A process of TicketBase that the kernel ends when the test run dies, whatever the run dies of."""

    def __init__(self, name: str, words: tuple[str, ...], folder: Path, environment: Mapping[str, str]) -> None:
        owner = Owner(os.geteuid(), os.getegid(), switched=False)
        self._program = Program(name, words, folder / f"{name}.log", plain_environment(**environment), owner, folder=folder)
        self.process: Process | None = None

    @property
    def running(self) -> Process:
        """What runs, or ran last."""
        assert self.process is not None, f"{self._program.name} was never started"
        return self.process

    def start(self) -> None:
        """Start it; it takes a moment to get ready."""
        self.process = Process(self._program)

    def terminate(self) -> None:
        """Ask it to end, as a supervisor does, and do not wait."""
        os.kill(self.running.pid, 15)

    def kill(self) -> None:
        """Let it crash."""
        if self.process is not None:
            self.process.kill()

    @property
    def printed(self) -> str:
        """All it ever wrote."""
        return self._program.log.read_text(errors="replace") if self._program.log.exists() else ""

    @property
    def complaints(self) -> list[str]:
        """The lines it ever wrote that are no mere information."""
        return [line for line in self.printed.splitlines() if '"level":"info"' not in line]


class Gateway(Command):
    """One `ticketbase serve` behind a port of its own."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str], program: tuple[str, ...] = TICKETBASE) -> None:
        self._port = reserve()
        super().__init__(name, (*program, "serve", "--port", str(self._port.number)), folder, environment)
        self.host = f"127.0.0.1:{self._port.number}"
        self.url = f"http://{self.host}"

    async def ready(self) -> None:
        """Wait until it answers."""
        async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as client:
            assert await self.running.ready(lambda: _answers(client, f"{self.url}/readyz"), within=PATIENCE), self.printed

    def give_up(self) -> None:
        """End it for good."""
        self.kill()
        self._port.give_up()


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organization and its owner, with clients at either gateway."""

    organization: Organization
    owner_id: Any
    gateways: tuple[Gateway, ...]
    https: tuple[httpx.AsyncClient, ...]

    @property
    def slug(self) -> str:
        """Its short name."""
        return self.organization.slug

    def token(self, seconds: int = 600) -> str:
        """An access token of its owner."""
        return TOKENS.issue(Claims(self.owner_id, self.organization.id, 1, int(time.time()) + seconds))

    def owner(self, gateway: int = 0) -> Client:
        """The owner, signed in at one of the gateways."""
        return Client(self.https[gateway], {"authorization": f"Bearer {self.token()}"})

    def buyer(self, gateway: int = 0, **headers: str) -> Client:
        """Somebody who has said nothing of himself but where he is."""
        return Client(self.https[gateway], {"x-organization": self.slug}).with_headers(**headers)


class Platform:
    """All of it. Whatever a test kills it starts again before it ends.

    `program` is what gateways and worker are, `more` what their environment has besides.
    """

    def __init__(self, folder: Path, program: tuple[str, ...] = TICKETBASE, **more: str) -> None:
        self.folder = folder
        self._program, self._more = program, more
        self.postgresql = PostgreSQL(folder / "postgresql")
        self.valkey = Valkey(folder / "valkey")
        self.storage = ObjectStorage(folder / "s3")
        self.addresses: DatabaseAddresses
        self.environment: dict[str, str]
        self.gateways: tuple[Gateway, Gateway]
        self.worker: Command
        self.https: tuple[httpx.AsyncClient, ...]

    @property
    def superuser(self) -> str:
        """The address of who may do anything in TicketBase's database."""
        return in_database(self.addresses.superuser, DATABASE)

    async def start(self) -> None:
        """Bring everything up and wait until both gateways answer."""
        self.addresses, valkey, storage = await asyncio.gather(self.postgresql.start(), self.valkey.start(), self.storage.start())
        await migrate(Secret(self.addresses.owner))
        self.environment = settings_for(self.addresses, valkey.url, **storage.environment(), **self._more)
        gateway_a, gateway_b = (Gateway(name, self.folder, self.environment, self._program) for name in ("gateway-a", "gateway-b"))
        self.gateways = gateway_a, gateway_b
        self.worker = Command("worker", (*self._program, "worker"), self.folder, self.environment)
        for each in (*self.gateways, self.worker):
            each.start()
        await asyncio.gather(*(each.ready() for each in self.gateways))
        await eventually(self._works, "the worker never began")
        self.https = tuple(client_of(each) for each in self.gateways)

    async def stop(self) -> None:
        """End everything, also what is half started."""
        for client in getattr(self, "https", ()):
            await client.aclose()
        for gateway in getattr(self, "gateways", ()):
            gateway.give_up()
        if worker := getattr(self, "worker", None):
            worker.kill()
        await asyncio.gather(self.postgresql.stop(), self.valkey.stop(), self.storage.stop())

    async def found(self, addresses: DatabaseAddresses | None = None) -> Organization:
        """A new organization without members."""
        return (await self.found_with_owner(addresses))[0]

    async def found_with_owner(self, addresses: DatabaseAddresses | None = None) -> tuple[Organization, Any]:
        """A new organization, and the id of its owner."""
        organization_id, owner_id = new_id(), new_id()
        organization = Organization(id=organization_id, slug=f"hall-{organization_id}", name="The Hall")
        member = Member(owner_id, "Olga", f"olga@{organization_id}.example", Role.OWNER)
        async with open_pool((addresses or self.addresses).app, 2) as pool:
            assert await found(pool, organization, members=[member])
        return organization, owner_id

    async def tenant(self) -> Tenant:
        """An organization of a test's own."""
        return Tenant(*await self.found_with_owner(), self.gateways, self.https)

    @asynccontextmanager
    async def connected(self, address: str | None = None) -> AsyncIterator[Any]:
        """A connection as the tables' owner, who sees all tenants; or with another address."""
        connection = await asyncpg.connect(address or self.addresses.owner)
        try:
            await teach_types(connection)
            yield connection
        finally:
            await connection.close()

    @property
    def complaints(self) -> list[str]:
        """What gateways and worker ever complained of."""
        return [line for each in (*self.gateways, self.worker) for line in each.complaints]

    @property
    def dead(self) -> list[str]:
        """What was printed last by those who should run and do not."""
        return [each.printed[-2_000:] for each in (*self.gateways, self.worker) if not each.running.alive]

    async def _works(self) -> bool:
        assert not self.dead, self.dead
        return "worker_started" in self.worker.printed

    async def breaches(self) -> list[Breach]:
        """Whatever does not add up, in any tenant."""
        async with self.connected() as owner:
            return await recount(owner)


def client_of(gateway: Gateway) -> httpx.AsyncClient:
    """HTTP over real sockets."""
    return httpx.AsyncClient(base_url=gateway.url, trust_env=False, timeout=PATIENCE)


@contextmanager
def careless_gateways(folder: Path, environment: Mapping[str, str]) -> Iterator[tuple[Gateway, Gateway]]:
    """Two gateways that do not wait for the event's lock."""
    program = (sys.executable, "-P", str(Path(__file__).with_name("careless.py")))
    gateways = Gateway("careless-a", folder, environment, program), Gateway("careless-b", folder, environment, program)
    try:
        for each in gateways:
            each.start()
        yield gateways
    finally:
        for each in gateways:
            each.give_up()
