"""Holds on one hot pool: batched against one transaction for each, then batched over HTTP; and nothing may be oversold.

    make bench-holds                          both, about a minute
    make bench-holds ARGS="--seconds 10"      longer rounds
    make bench-holds ARGS="--without-http"    the writers only

Both writers run the same statements under row security, with buyer limits, idempotency keys and the outbox. The server (this process, then
a gateway process) has one core to itself, PostgreSQL and the crowd have the others.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import orjson
import uvloop

from adapters.crypto.identifiers import new_id, new_token
from adapters.postgres.holds_writer import BatchedHolds
from bench.load import Crowd, crowd
from bench.single_holds import SingleHolds
from bench.stage import OTHER_CORES, SERVER_CORE, HotEvent, Stage, circumstances, gateway, percentile, pinned, set_stage
from domain.holds import HoldLine, Holds, HoldTickets, ask_of
from domain.refusals import Refused
from schema import ids

TICKETS = 2
PLENTY, SCARCE = 50_000_000, 4_001
CROWDS = (1, 32, 512)
HTTP_CROWDS = (1, 32, 256)
RESULTS = Path(__file__).with_name("results") / "holds.json"
MUTATION = """mutation Hold($input: HoldTicketsInput!) {
  holdTickets(input: $input) { hold { id expiresAt } cart errors { ... on UserError { code message } } }
}"""


@dataclass(frozen=True, slots=True)
class Round:
    """One measured round; times in milliseconds."""

    what: str
    clients: int
    holds: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_hold: float
    oversold: int


async def main(arguments: Sequence[str]) -> int:
    """Run the rounds, print and keep the figures; 1 when anything was oversold."""
    options = _options(arguments)
    async with set_stage() as stage:
        rounds = await _writers(stage, options.seconds)
        if not options.without_http:
            rounds += await _over_http(stage, options.seconds)
        breaches = await stage.breaches()
    ratios = _ratios(rounds)
    _print(rounds, ratios)
    _keep(rounds, ratios, arguments, options)
    faults = [*(each for each in rounds if each.oversold), *breaches]
    for fault in faults:
        print(f"Does not add up: {fault}", file=sys.stderr)
    return 1 if faults else 0


async def _writers(stage: Stage, seconds: float) -> list[Round]:
    """Each writer with each crowd, taking turns, and once with fewer tickets than the crowd wants."""
    writers: dict[str, Holds] = {"one transaction per hold": SingleHolds(stage.pool, new_id), "batched": BatchedHolds(stage.pool, new_id)}
    with pinned(SERVER_CORE):
        for holds in writers.values():
            await _round("warming up", stage, holds, 64, 1, PLENTY)
        rounds = [await _round(name, stage, holds, each, seconds, PLENTY) for each in CROWDS for name, holds in writers.items()]
        rounds += [await _round(f"{name}, selling out", stage, holds, CROWDS[-1], seconds, SCARCE) for name, holds in writers.items()]
    return rounds


async def _round(name: str, stage: Stage, holds: Holds, clients: int, seconds: float, capacity: int) -> Round:
    hot = await stage.hot_event(capacity)
    times: list[float] = []
    lines = (HoldLine(hot.ticket_type_id, TICKETS),)
    began, cpu = perf_counter(), process_time()

    async def buy() -> None:
        while (asked := perf_counter()) < began + seconds:
            wish = HoldTickets(hot.event_id, lines, f"key-{new_id()}")
            try:
                await holds.place(ask_of(wish, stage.organization.id, f"person:{new_id()}", new_id()))
            except Refused:
                return
            times.append(perf_counter() - asked)

    await asyncio.gather(*(buy() for _ in range(clients)))
    return await _result(name, stage, hot, capacity, clients, times, perf_counter() - began, process_time() - cpu)


async def _over_http(stage: Stage, seconds: float) -> list[Round]:
    """The crowd asks a gateway: each time an anonymous buyer with a new cart and a new idempotency key."""
    rounds = []
    async with gateway(stage) as running:
        with pinned(OTHER_CORES):
            for clients in (64, *HTTP_CROWDS):
                hot = await stage.hot_event(PLENTY)
                began, cpu = perf_counter(), running.cpu_seconds()
                seen = await crowd(running.url, clients, seconds, _request(stage, running.url, hot), _is_hold)
                lasted, used = perf_counter() - began, running.cpu_seconds() - cpu
                _expect_all_good(seen)
                rounds.append(await _result("over HTTP", stage, hot, PLENTY, clients, seen.seconds, lasted, used))
    return rounds[1:]  # the first was to warm up


def _request(stage: Stage, url: str, hot: HotEvent) -> Any:
    line = {"ticketTypeId": ids.show("TicketType", hot.ticket_type_id), "quantity": TICKETS}
    wish: dict[str, Any] = {"eventId": ids.show("Event", hot.event_id), "lines": [line]}
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {url.removeprefix('http://')}\r\nX-Organization: {stage.organization.slug}\r\n"
        "Content-Type: application/json\r\nAccept: application/graphql-response+json\r\nX-Cart: "
    ).encode()

    def request() -> bytes:
        body = orjson.dumps({"query": MUTATION, "variables": {"input": {**wish, "idempotencyKey": f"key-{new_id()}"}}})
        return b"%b%b\r\nContent-Length: %d\r\n\r\n%b" % (head, new_token().encode(), len(body), body)

    return request


def _is_hold(body: bytes) -> bool:
    answer = orjson.loads(body)
    return "errors" not in answer and bool(answer["data"]["holdTickets"]["hold"]["id"])


def _expect_all_good(seen: Crowd) -> None:
    if seen.bad:
        raise RuntimeError(f"{len(seen.bad)} answers were not holds; the first: {seen.bad[0]!r}")


async def _result(
    what: str, stage: Stage, hot: HotEvent, capacity: int, clients: int, times: Sequence[float], lasted: float, cpu: float
) -> Round:
    """The figures of a round; what the pool counts must be what the buyers were given."""
    held = await stage.held(hot)
    oversold = max(held - capacity, 0) + abs(held - TICKETS * len(times))
    p50, p99 = (round(percentile(times, share) * 1000, 2) for share in (0.5, 0.99))
    return Round(what, clients, len(times), round(len(times) / lasted), p50, p99, round(cpu / max(len(times), 1) * 1000, 3), oversold)


def _ratios(rounds: Sequence[Round]) -> dict[str, float]:
    """How many times as many holds a second the batched writer places, by crowd."""
    by_name = {(each.what, each.clients): each.per_second for each in rounds}
    return {f"{each} clients": round(by_name["batched", each] / by_name["one transaction per hold", each], 1) for each in CROWDS}


def _print(rounds: Sequence[Round], ratios: dict[str, float]) -> None:
    print(f"{'':38}{'clients':>8}{'holds/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms/hold':>13}{'holds':>9}{'oversold':>10}")
    for each in rounds:
        figures = f"{each.per_second:>10,.0f}{each.p50_ms:>9.2f}{each.p99_ms:>9.2f}{each.cpu_ms_per_hold:>13.3f}"
        print(f"{each.what:38}{each.clients:>8}{figures}{each.holds:>9,}{each.oversold:>10}")
    print("\nBatched holds/s against one transaction per hold: " + ", ".join(f"{ratio} times ({crowd})" for crowd, ratio in ratios.items()))


def _keep(rounds: Sequence[Round], ratios: dict[str, float], arguments: Sequence[str], options: argparse.Namespace) -> None:
    kept = {
        **circumstances(arguments, "bench.holds"),
        "seconds": options.seconds,
        "ratios": ratios,
        "rounds": [asdict(each) for each in rounds],
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.holds", description="Holds on one hot pool.")
    parser.add_argument("--seconds", type=float, default=4, help="length of each round")
    parser.add_argument("--without-http", action="store_true", help="leave out the rounds over HTTP")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
