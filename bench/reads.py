"""Reading: a storefront page, one event, holds and orders five levels deep, against vanilla Strawberry, graphql-yoga and mercurius.

    make bench-reads                           about five minutes
    make bench-reads ARGS="--seconds 10"       longer rounds
    make bench-reads ARGS="--only ticketbase"  one server alone

All read the same database under the same row security, and their answers are compared before anything is timed. Each has one core to
itself; PostgreSQL and the clients have the others. Rivals verify the token, set the tenant and limit documents as TicketBase does; `bare`
ones neither verify nor limit. Processor time is the server's own, user and system; read the ratios.
"""

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import httpx
import orjson
import uvloop
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.crypto.tokens import SignedTokens, read_signing_key
from bench.counting import statements_of
from bench.load import Crowd, crowd
from bench.programme import HOLDS, put_on
from bench.purchases import purchase
from bench.stage import CORES, OTHER_CORES, SERVER_CORE, Running, Stage, circumstances, gateway, percentile, pinned, server, set_stage
from domain.tokens import Claims
from gateway.supervisor.plan import TICKETBASE

ISSUER = AUDIENCE = "ticketbase"
RIVALS = Path(__file__).parent / "rivals"
RESULTS = Path(__file__).with_name("results") / "reads.json"
TOKEN_SECONDS = 3_600
QUERIES: Mapping[str, str] = {
    "Q1": """query Storefront { events(first: 20, orderBy: [STARTS_AT_ASC]) { nodes {
        id slug title startsAt status venue { id name city } ticketTypes { id name position price { amountMinor currency } } } } }""",
    "Q2": """query Page { event(by: {slug: "evening-7"}) {
        id slug title startsAt endsAt timeZone status version venue { id name city }
        ticketTypes { id name position price { amountMinor currency } } } }""",
    "Q3": """query Mine { holds { id status expiresAt lines { quantity ticketType { id name price { amountMinor currency }
        event { id title startsAt venue { id name city } pools { id name capacity held sold } } } } } }""",
    "Q4": """query Bought { viewer { orders(first: 20) { nodes { id number status createdAt total { amountMinor currency }
        lines { id position price { amountMinor currency } ticket { id code status ticketType { id name }
        event { id slug title startsAt venue { id name city } } } } } } } }""",
}


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server that answers the queries: its command, and what it is told by its environment."""

    name: str
    command: tuple[str, ...]
    variables: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Round:
    """One query on one server; times in milliseconds."""

    server: str
    query: str
    cpu_ms: float
    per_second: float
    p50_ms: float
    p99_ms: float
    statements: int
    answers: int


async def main(arguments: Sequence[str]) -> int:
    """Run all rounds, print and keep the figures; 1 when answers differ."""
    options = _options(arguments)
    async with set_stage() as stage:
        await set_up(stage)
        rounds: list[Round] = []
        right: dict[str, Any] = {}
        for contestant in _contestants(stage):
            if options.only in contestant.name.lower():
                print(f"{contestant.name} …", file=sys.stderr, flush=True)
                rounds += await _play(stage, contestant, right, options)
    _print(rounds)
    if not options.only:
        _keep(rounds, arguments, options)
    return 0


async def set_up(stage: Stage) -> None:
    """The programme, and what the organization's owner holds and has bought of it."""
    shows = await put_on(stage)
    async with gateway(stage) as running, owner_of(stage, running) as client:
        await purchase(client, stage, shows[HOLDS:])


def _contestants(stage: Stage) -> list[Contestant]:
    key = read_signing_key(stage.signing_key).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    told = {
        "PUBLIC_KEY": key,
        "ISSUER": ISSUER,
        "AUDIENCE": AUDIENCE,
        "ORGANIZATION": str(stage.organization.id),
        "PERSON": str(stage.owner_id),
        "NODE_ENV": "production",
    }
    bare = told | {"BARE": "1"}
    node = str(Path(sys.executable).parent / "node")
    vanilla = (sys.executable, "-m", "bench.rivals.vanilla")
    yoga, mercurius = (node, str(RIVALS / "yoga.mjs")), (node, str(RIVALS / "mercurius.mjs"))
    return [
        Contestant("TicketBase", (*TICKETBASE, "serve", "--port"), {}),
        Contestant("vanilla Strawberry", vanilla, told),
        Contestant("yoga + graphql-jit", yoga, told),
        Contestant("mercurius-jit", mercurius, told),
        Contestant("vanilla Strawberry, bare", vanilla, bare),
        Contestant("yoga + graphql-jit, bare", yoga, bare),
        Contestant("mercurius-jit, bare", mercurius, bare),
    ]


async def _play(stage: Stage, contestant: Contestant, right: dict[str, Any], options: argparse.Namespace) -> list[Round]:
    """Every query on this server, after its answers were found to be those of the first."""
    rounds = []
    async with _running(stage, contestant) as running, owner_of(stage, running) as client:
        for name, query in QUERIES.items():
            await _compare(client, contestant, name, query, right)
            statements = await statements_of(stage, lambda query=query: _ask(client, query))  # type: ignore[misc]
            with pinned(OTHER_CORES):
                request = request_of(client, running, query)
                await crowd(running.url, options.clients, options.seconds / 2, request, is_good)
                rounds.append(await _timed(contestant, name, running, request, statements, options))
    return rounds


@asynccontextmanager
async def _running(stage: Stage, contestant: Contestant) -> AsyncIterator[Running]:
    label = "".join(each for each in contestant.name if each.isalnum())
    async with server(stage, label, contestant.command, **contestant.variables) as running:
        yield running


@asynccontextmanager
async def owner_of(stage: Stage, running: Running) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the token of the organization's owner."""
    tokens = SignedTokens(read_signing_key(stage.signing_key), issuer=ISSUER, audience=AUDIENCE)
    token = tokens.issue(Claims(stage.owner_id, stage.organization.id, 1, int(time.time()) + TOKEN_SECONDS))
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en", "Accept": "application/json"}
    async with httpx.AsyncClient(base_url=running.url, headers=headers, timeout=30, trust_env=False) as client:
        yield client


async def _ask(client: httpx.AsyncClient, query: str) -> Any:
    return (await client.post("/graphql", json={"query": query})).json()


async def _compare(client: httpx.AsyncClient, contestant: Contestant, name: str, query: str, right: dict[str, Any]) -> None:
    answer = await _ask(client, query)
    if "errors" in answer or right.setdefault(name, answer["data"]) != answer.get("data"):
        raise RuntimeError(f"{contestant.name} answers {name} differently: {json.dumps(answer)[:1_000]}")


async def _timed(contestant: Contestant, name: str, running: Running, request: Any, statements: int, options: argparse.Namespace) -> Round:
    began, cpu = perf_counter(), running.cpu_seconds()
    seen: Crowd = await crowd(running.url, options.clients, options.seconds, request, is_good)
    lasted, used = perf_counter() - began, running.cpu_seconds() - cpu
    if seen.bad:
        raise RuntimeError(f"{contestant.name} failed {len(seen.bad)} times at {name}; the first: {seen.bad[0]!r}")
    p50, p99 = (round(percentile(seen.seconds, share) * 1000, 2) for share in (0.5, 0.99))
    return Round(contestant.name, name, round(used / seen.good * 1000, 3), round(seen.good / lasted), p50, p99, statements, seen.good)


def request_of(client: httpx.AsyncClient, running: Running, query: str) -> Callable[[], bytes]:
    """Gives the bytes of the client's request for this query."""
    body = orjson.dumps({"query": query})
    headers = client.headers
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {running.url.removeprefix('http://')}\r\nAuthorization: {headers['authorization']}\r\n"
        f"Accept-Language: en\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    whole = head.encode() + body
    return lambda: whole


def is_good(body: bytes) -> bool:
    """Whether an answer has data and no errors."""
    return body.startswith(b'{"data":{') and b'"errors"' not in body[-400:]


def _print(rounds: Sequence[Round]) -> None:
    """A table as the README shows it."""
    print("| server | query | CPU ms a request | of TicketBase's | requests/s | p50 ms | p99 ms | statements |")
    print("|---|---|---|---|---|---|---|---|")
    for each, ratio in zip(rounds, _ratios(rounds), strict=True):
        figures = f"{each.cpu_ms:.2f} | {ratio} | {each.per_second:,} | {each.p50_ms} | {each.p99_ms} | {each.statements}"
        print(f"| {each.server} | {each.query} | {figures} |")


def _ratios(rounds: Sequence[Round]) -> list[str]:
    """How many times as much processor time each takes as TicketBase for the same query."""
    ours = {each.query: each.cpu_ms for each in rounds if each.server == "TicketBase"}
    return [f"{each.cpu_ms / ours[each.query]:.2f} times" if each.query in ours else "" for each in rounds]


def _keep(rounds: Sequence[Round], arguments: Sequence[str], options: argparse.Namespace) -> None:
    kept = {
        **circumstances(arguments, "bench.reads"),
        "seconds": options.seconds,
        "clients": options.clients,
        "server_core": SERVER_CORE,
        "of_cores": CORES,
        "load_average": os.getloadavg()[0],
        "ratios": [
            {"server": each.server, "query": each.query, "ratio": ratio} for each, ratio in zip(rounds, _ratios(rounds), strict=True)
        ],
        "rounds": [asdict(each) for each in rounds],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.reads", description="Queries against rival servers over the same database.")
    parser.add_argument("--seconds", type=float, default=5, help="length of each round")
    parser.add_argument("--clients", type=int, default=16, help="how many ask at once")
    parser.add_argument("--only", default="", type=str.lower, help="only the servers whose name contains this")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
