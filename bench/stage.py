"""Sets the stage for a benchmark: PostgreSQL and Valkey of its own, a tenant, events on sale, gateways, and who runs on which core."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import psutil
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from adapters.crypto.identifiers import new_id
from adapters.postgres.audit import Breach, recount
from adapters.postgres.founding import Member, found
from adapters.postgres.rows import teach_types
from adapters.postgres.work import writing
from domain.events import AttendanceMode, Event, EventStatus
from domain.identity import Role
from domain.organizations import Organization
from domain.ticket_types import Pool, TicketType
from gateway.database import open_pool
from gateway.embedded.ownership import Owner
from gateway.embedded.ports import reserve
from gateway.embedded.postgres import DatabaseAddresses, PostgreSQL
from gateway.embedded.process import Process, Program, plain_environment
from gateway.embedded.valkey import Valkey
from gateway.environment import Secret
from gateway.migrating import migrate
from gateway.supervisor.plan import TICKETBASE
from gateway.vault_keys import new_vault_key

NOWHERE = "127.0.0.1:9"
POOL_SIZE = 16
CORES = sorted(os.sched_getaffinity(0))
SERVER_CORE, OTHER_CORES = CORES[:1], CORES[1:] or CORES
# Before the server begins, since a process is moved without the threads it has already.
ON_ITS_CORE = (sys.executable, "-c", f"import os, sys; os.sched_setaffinity(0, {SERVER_CORE}); os.execv(sys.argv[1], sys.argv[1:])")


@dataclass(frozen=True, slots=True)
class HotEvent:
    """An event with one pool that everybody wants."""

    event_id: UUID
    ticket_type_id: UUID
    pool_id: UUID


@dataclass(frozen=True, slots=True)
class Stage:
    """What a benchmark plays on."""

    folder: Path
    database: DatabaseAddresses
    redis_url: str
    organization: Organization
    owner_id: UUID
    signing_key: str
    pool: Any
    vault_keys: str = field(default_factory=new_vault_key)

    async def hot_event(self, capacity: int) -> HotEvent:
        """A new event on sale, in one pool of so many tickets."""
        now, event_id = datetime.now(UTC), new_id()
        event = Event(event_id, f"hot-{event_id}", {"en": "Hot"}, {}, EventStatus.PUBLISHED, AttendanceMode.PHYSICAL, now,
                      now + timedelta(days=30), "UTC", None, now, now, now)  # fmt: skip
        pool = Pool(new_id(), event_id, "All", capacity)
        ticket_type = TicketType(new_id(), event_id, {"en": "Standing"}, 2_500, "EUR", (pool.id,))
        async with writing(self.pool, self.organization.id, None, new_id) as work:
            await work.events.keep(event)
            await work.ticket_types.keep_new(ticket_type, [pool])
        return HotEvent(event_id, ticket_type.id, pool.id)

    async def held(self, hot: HotEvent) -> int:
        """How many of its tickets are held."""
        async with owner(self.database) as connection:
            return int(await connection.fetchval("SELECT held FROM pools WHERE id = $1", hot.pool_id))

    async def breaches(self) -> list[Breach]:
        """Whatever does not add up."""
        async with owner(self.database) as connection:
            return await recount(connection)

    def settings(self) -> dict[str, str]:
        """The environment of a gateway whose object storage and mail server do not answer."""
        return {
            **self.database.environment(),
            "REDIS_URL": self.redis_url,
            "DATABASE_POOL_SIZE": str(POOL_SIZE),
            "TICKETBASE_SIGNING_KEY": self.signing_key,
            "TICKETBASE_VAULT_KEYS": self.vault_keys,
            "TICKETBASE_LOG_LEVEL": "warning",
            "S3_ENDPOINT": f"http://{NOWHERE}",
            "S3_ACCESS_KEY": "nobody",
            "S3_SECRET_KEY": "nothing",
            "SMTP_URL": f"smtp://{NOWHERE}",
        }


@asynccontextmanager
async def set_stage(*, cores: Sequence[int] = OTHER_CORES) -> AsyncIterator[Stage]:
    """PostgreSQL as production runs it (fsync on) on these cores, else on those that the server does not have; all gone with the block."""
    folder = _folder()
    postgresql, valkey = PostgreSQL(folder / "postgresql"), Valkey(folder / "valkey")
    try:
        database, redis_url = await postgresql.start(), (await valkey.start()).url
        for service in (postgresql, valkey):
            if service.process:
                pin(service.process.pid, cores)
        await migrate(Secret(database.owner))
        async with open_pool(database.app, POOL_SIZE) as pool:
            organization, boss = Organization(new_id(), "bench", "Bench", buyer_limit=20), Member(new_id(), "Boss", None, Role.OWNER)
            await found(pool, organization, members=[boss])
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
            yield Stage(folder, database, redis_url, organization, boss.person_id, pem, pool)
    finally:
        await postgresql.stop()
        await valkey.stop()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway process that answers."""

    url: str
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """What it has used so far, user and system."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@asynccontextmanager
async def gateway(stage: Stage) -> AsyncIterator[Running]:
    """One `ticketbase serve` on the server's core."""
    async with server(stage, "gateway", (*TICKETBASE, "serve", "--port")) as running:
        yield running


@asynccontextmanager
async def server(stage: Stage, name: str, command: Sequence[str], *, is_free: bool = False, **variables: str) -> AsyncIterator[Running]:
    """A server on the server's core, all threads of it, or free to run on any: its port is the last word of the command, `/readyz`
    answers when it is ready.
    """
    port = reserve()
    process = start(stage, name, (*(() if is_free else ON_ITS_CORE), *command, str(port.number)), variables)
    url = f"http://127.0.0.1:{port.number}"
    try:
        async with httpx.AsyncClient(trust_env=False) as client:
            if not await process.ready(lambda: _answers(client, f"{url}/readyz"), within=60):
                raise RuntimeError(f"the {name} did not get ready: {process.program.log.read_text(errors='replace')[-2_000:]}")
        yield Running(url, psutil.Process(process.pid))
    finally:
        await process.stop(grace=10)
        port.give_up()


@asynccontextmanager
async def worker(stage: Stage, **variables: str) -> AsyncIterator[None]:
    """One `ticketbase worker` beside the database: it relays the news of holds."""
    process = start(stage, "worker", (*TICKETBASE, "worker"), variables)
    try:
        pin(process.pid, OTHER_CORES)
        yield
    finally:
        await process.stop(grace=10)


@asynccontextmanager
async def owner(database: DatabaseAddresses) -> AsyncIterator[Any]:
    """A connection as the tables' owner, who sees all tenants."""
    connection = await asyncpg.connect(database.owner)
    try:
        await teach_types(connection)
        yield connection
    finally:
        await connection.close()


def pin(pid: int, cores: Sequence[int]) -> None:
    """Let a process and its children run on these cores only; 0 is this process."""
    process = psutil.Process(pid or None)
    for each in (process, *process.children(recursive=True)) if pid else (process,):
        each.cpu_affinity(list(cores))


@contextmanager
def pinned(cores: Sequence[int]) -> Iterator[None]:
    """Run on these cores until the block ends."""
    pin(0, cores)
    try:
        yield
    finally:
        pin(0, CORES)


def circumstances(arguments: Sequence[str], module: str) -> dict[str, Any]:
    """What the figures depend on, for who compares them later."""
    return {
        "command": " ".join(["python -m", module, *arguments]),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(CORES),
        "processor": _processor(),
        "python": platform.python_version(),
        "implementation": sys.implementation.name,
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0


def start(stage: Stage, name: str, command: tuple[str, ...], variables: dict[str, str], files: tuple[int, ...] = ()) -> Process:
    """A process of TicketBase in the stage's environment and these variables, handed these open files of ours."""
    us = Owner(os.geteuid(), os.getegid(), switched=False)
    environment = plain_environment(**stage.settings() | variables)
    return Process(Program(name, command, stage.folder / f"{name}.log", environment, us, folder=stage.folder, files=files))


def _folder() -> Path:
    """A folder that PostgreSQL's own user may enter."""
    folder = Path(tempfile.mkdtemp(prefix="ticketbase-bench-"))
    folder.chmod(0o755)
    return folder


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).is_success
    except httpx.TransportError:
        return False
