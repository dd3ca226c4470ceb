"""Live availability for many: how soon everybody hears of a hold, what it costs, and what queries feel of it.

    make bench-fanout                                      about two minutes
    make bench-fanout ARGS="--subscribers 1000"            fewer on the product
    make bench-fanout ARGS="--rounds 40"                   more holds per measurement

One gateway process has a core of its own; PostgreSQL, Valkey, the worker, the subscribers (bare sockets in a process of their own) and who
holds and asks share the others. A delivery is timed from the answer to the hold until the message is read. The rival is Strawberry's own
graphql-transport-ws handler over the same schema, database and live stream, which executes the subscription for every subscriber.
"""

import argparse
import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import httpx
import uvloop

from bench.asking import ask_for, asking_client
from bench.stage import OTHER_CORES, HotEvent, Running, Stage, circumstances, gateway, percentile, pinned, server, set_stage, worker
from schema import ids

SUBSCRIPTION = (
    "subscription Watch($event: ID!) { ticketAvailability(eventId: $event) "
    "{ sequence snapshot resumeToken ticketTypes { ticketTypeId available salesStatus } } }"
)
HOLD = (
    "mutation Hold($input: HoldTicketsInput!) { holdTickets(input: $input) { hold { id } errors { ... on UserError { code message } } } }"
)
QUERY = (
    "query Event($event: ID!) { event(by: {id: $event}) { id slug title startsAt status "
    "ticketTypes { id name price { amountMinor currency } } availability { sequence ticketTypes { available } } } }"
)
RESULTS = Path(__file__).with_name("results") / "fanout.json"
PLENTY = 10_000_000
PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 20.0
QUERIES_A_SECOND = 40
IDLE_SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Figures:
    """One server with so many subscribers; times in milliseconds, delivery counted from the answer to the hold."""

    what: str
    subscribers: int
    delivery_p50_ms: float
    delivery_p99_ms: float
    last_ms: float
    cpu_us_per_message: float
    kb_per_connection: float
    query_p99_idle_ms: float
    query_p99_meanwhile_ms: float
    messages: int
    missed: int
    snapshots_instead: int


class Listeners:
    """The process of the subscribers, and what it answers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def connect(self, count: int) -> int:
        """Let so many more subscribe; the sequence they have seen."""
        return int((await self._order(connect=count))["sequence"])

    async def report(self, sequence: int, since: float) -> dict[str, Any]:
        """Who saw this sequence how long after; see `bench.subscribers`."""
        return await self._order(report=sequence, since=since, patience=PATIENCE_SECONDS)

    async def _order(self, **command: object) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(command).encode() + b"\n")
        line = await self._process.stdout.readline()
        if not line:
            raise RuntimeError("the subscribers' process ended; what it said is above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@asynccontextmanager
async def listeners(stage: Stage, running: Running, hot: HotEvent) -> AsyncIterator[Listeners]:
    """A process of subscribers who watch the event; ended with the block."""
    host, _, port = running.url.removeprefix("http://").partition(":")
    variables = json.dumps({"event": ids.show("Event", hot.event_id)})
    words = (sys.executable, "-m", "bench.subscribers", host, port, stage.organization.slug, SUBSCRIPTION, variables)
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*words, stdin=pipe, stdout=pipe, limit=64 * 1024 * 1024)
    try:
        yield Listeners(process)
    finally:
        process.kill()
        await process.wait()


class Show:
    """One measurement: a server, an event, its listeners, and who holds and asks."""

    def __init__(self, running: Running, client: httpx.AsyncClient, crowd: Listeners, hot: HotEvent) -> None:
        self._running = running
        self._client = client
        self._crowd = crowd
        self._event = ids.show("Event", hot.event_id)
        self._lines = [{"ticketTypeId": ids.show("TicketType", hot.ticket_type_id), "quantity": 1}]
        self._sequence = 0
        self.missed = 0

    async def fill(self, count: int) -> float:
        """Let the subscribers in; the memory each takes in the server, in KB."""
        await self.ask(1.0)
        before = self._running.process.memory_info().rss
        self._sequence = await self._crowd.connect(count)
        await asyncio.sleep(1)
        taken: int = self._running.process.memory_info().rss - before
        return taken / count / 1024

    async def ask(self, seconds: float) -> list[float]:
        """Ask a query at an even pace; the seconds each answer took."""
        return await ask_for(self._client, {"query": QUERY, "variables": {"event": self._event}}, seconds, QUERIES_A_SECOND)

    async def hold(self) -> dict[str, Any]:
        """Hold a ticket and wait until everybody has heard of it."""
        wish = {"eventId": self._event, "lines": self._lines}
        answer = (await self._client.post("/graphql", json={"query": HOLD, "variables": {"input": wish}})).json()
        held_at = time.monotonic()
        if "errors" in answer or not answer["data"]["holdTickets"]["hold"]:
            raise RuntimeError(f"the hold was refused: {answer}")
        self._sequence += 1
        return await self._crowd.report(self._sequence, held_at)

    async def holds(self, rounds: int) -> list[dict[str, Any]]:
        """So many holds, each after everybody has heard of the one before and a pause."""
        heard = []
        for _ in range(rounds):
            heard.append(await self.hold())
            await asyncio.sleep(PAUSE_SECONDS)
        return heard


async def measure(what: str, stage: Stage, serving: AbstractAsyncContextManager[Running], count: int, rounds: int) -> Figures:
    """All figures of one server with so many subscribers."""
    print(f"{what}, {count:,} subscribers …", file=sys.stderr, flush=True)
    hot = await stage.hot_event(PLENTY)
    async with serving as running, asking_client(running.url, stage.organization.slug) as client, listeners(stage, running, hot) as crowd:
        with pinned(OTHER_CORES):
            show = Show(running, client, crowd, hot)
            memory = await show.fill(count)
            await show.holds(2)
            idle = await show.ask(IDLE_SECONDS)
            cpu = running.cpu_seconds()
            heard = await show.holds(rounds)
            used = running.cpu_seconds() - cpu
            busy = await _ask_while_holding(show, rounds)
    times = [each for report in heard for each in report["times"]]
    return Figures(
        what,
        count,
        delivery_p50_ms=_milliseconds(percentile(times, 0.5)),
        delivery_p99_ms=_milliseconds(percentile(times, 0.99)),
        last_ms=_milliseconds(max(times)),
        cpu_us_per_message=round(used / len(times) * 1_000_000, 1),
        kb_per_connection=round(memory, 1),
        query_p99_idle_ms=_milliseconds(percentile(idle, 0.99)),
        query_p99_meanwhile_ms=_milliseconds(percentile(busy, 0.99)),
        messages=len(times),
        missed=count * rounds - len(times),
        snapshots_instead=heard[-1]["snapshots"] - count,
    )


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1_000, 1)


async def _ask_while_holding(show: Show, rounds: int) -> list[float]:
    """The seconds each query took while holds went on."""
    holding = asyncio.create_task(show.holds(rounds))
    took: list[float] = []
    while not holding.done():
        took += await show.ask(1.0)
    await holding
    return took


async def main(arguments: Sequence[str]) -> int:
    """Measure, print, keep the figures; 1 when anybody missed anything."""
    options, load_before = _options(arguments), os.getloadavg()[0]
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    few, many = min(options.rival_subscribers, options.subscribers), options.subscribers
    async with set_stage() as stage, worker(stage):
        figures = [await measure("TicketBase", stage, gateway(stage), few, options.rounds)]
        rival = server(stage, "rival", (sys.executable, "-m", "bench.fanout_rival"))
        figures.append(await measure("Strawberry's handler", stage, rival, few, options.rival_rounds))
        if many > few:
            figures.append(await measure("TicketBase", stage, gateway(stage), many, options.rounds))
    ratio = round(figures[1].cpu_us_per_message / figures[0].cpu_us_per_message, 1)
    _print(figures, ratio)
    kept = {
        **circumstances(arguments, "bench.fanout"),
        "load_average_before": load_before,
        "load_average_after": os.getloadavg()[0],
        "cpu_ratio_per_message": ratio,
        "figures": [asdict(each) for each in figures],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    return 1 if any(each.missed for each in figures if each.what == "TicketBase") else 0


def _print(figures: Sequence[Figures], ratio: float) -> None:
    heads: tuple[str, ...] = ("subscribers", "p50 ms", "p99 ms", "last ms", "CPU µs/msg", "KB/conn", "query p99 idle", "meanwhile")
    heads += ("messages", "missed", "snapshots")
    print(f"{'':22}" + "".join(f"{head:>{len(head) + 3}}" for head in heads))
    for each in figures:
        what, *values = astuple(each)
        print(f"{what:22}" + "".join(f"{value:>{len(head) + 3},}" for head, value in zip(heads, values, strict=True)))
    few = figures[0].subscribers
    print(f"\nStrawberry's own handler uses {ratio} times the processor time for each delivered message ({few:,} subscribers).")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.fanout", description="Live availability for many subscribers of one process.")
    parser.add_argument("--subscribers", type=int, default=10_000, help="subscribers of the product")
    parser.add_argument("--rival-subscribers", type=int, default=1_000, help="subscribers of the rival, and of the product beside it")
    parser.add_argument("--rounds", type=int, default=20, help="holds per measurement")
    parser.add_argument("--rival-rounds", type=int, default=5, help="holds per measurement of the rival")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
