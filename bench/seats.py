"""Holds of seats in an arena of 20,000: batched against seat by seat, and the best available; no seat may be given twice.

    make bench-holds                          after the holds of tickets, about a minute
    python -m bench.seats --seconds 10        longer rounds

Parties of two want neighbours: by name, taken from a row at random, or the best that there are. The rival of the named seats claims
them one by one in a transaction of each hold; that of the best available decides by the same rules, in a transaction of each hold. The
writer (this process) has one core to itself, PostgreSQL has the others. A round ends when its time is over, or half the arena is held.
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter, process_time

import asyncpg
import uvloop

from adapters.crypto.identifiers import new_id
from adapters.postgres.holds_writer import BatchedHolds
from bench.arena import SEATS, Arena, Arenas, SeatBySeat
from bench.single_holds import SingleHolds
from bench.stage import SERVER_CORE, Stage, circumstances, owner, percentile, pinned, set_stage
from domain.holds import BestAvailable, HoldAsk, HoldBestAvailable, HoldLine, Holds, HoldSeats, SeatChoice, ask_for_best, ask_for_seats
from domain.refusals import Refused

PARTY = 2
CROWDS = (1, 32, 256)
RESULTS = Path(__file__).with_name("results") / "seats.json"

Wish = Callable[[Stage, Arena], HoldAsk]


@dataclass(frozen=True, slots=True)
class Round:
    """One measured round; times in milliseconds, `refused` are asks for seats that somebody else had."""

    what: str
    clients: int
    holds: int
    refused: int
    timed_out: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_hold: float


async def main(arguments: Sequence[str]) -> int:
    """Run the rounds, print and keep the figures; 1 when anything does not add up."""
    options = _options(arguments)
    async with set_stage() as stage:
        arenas, rounds = Arenas(stage), []
        with pinned(SERVER_CORE):
            for clients in CROWDS:
                for name, holds, wish in _contestants(stage):
                    rounds.append(await _round(name, stage, await arenas.open(), holds, wish, clients, options.seconds))
        breaches = await stage.breaches()
    ratios = _ratios(rounds)
    _print(rounds, ratios)
    figures = {"seconds": options.seconds, "ratios": ratios, "rounds": [asdict(each) for each in rounds]}
    kept = {**circumstances(arguments, "bench.seats"), **figures}
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")
    for breach in breaches:
        print(f"Does not add up: {breach}", file=sys.stderr)
    return 1 if breaches else 0


def _contestants(stage: Stage) -> list[tuple[str, Holds, Wish]]:
    batched = BatchedHolds(stage.pool, new_id)
    return [
        ("seats, one by one", SeatBySeat(stage.pool, new_id), _named),
        ("seats, batched", batched, _named),
        ("best available, one transaction each", SingleHolds(stage.pool, new_id), _best),
        ("best available, batched", batched, _best),
    ]


def _named(stage: Stage, arena: Arena) -> HoldAsk:
    row = random.choice(arena.rows)
    at = random.randrange(len(row) - 1)
    wish = HoldSeats(arena.event_id, tuple(SeatChoice(label) for label in row[at : at + PARTY]))
    return ask_for_seats(wish, stage.organization.id, f"person:{new_id()}", new_id())


def _best(stage: Stage, arena: Arena) -> HoldAsk:
    wish = HoldBestAvailable(arena.event_id, (HoldLine(random.choice(arena.types), PARTY),), BestAvailable())
    return ask_for_best(wish, stage.organization.id, f"person:{new_id()}", new_id())


async def _round(name: str, stage: Stage, arena: Arena, holds: Holds, wish: Wish, clients: int, seconds: float) -> Round:
    times: list[float] = []
    refused = late = 0
    began, cpu = perf_counter(), process_time()

    async def buy() -> None:
        nonlocal refused, late
        while (asked := perf_counter()) < began + seconds and len(times) * PARTY < SEATS / 2:
            try:
                await holds.place(wish(stage, arena))
            except Refused:
                refused += 1
            except asyncpg.QueryCanceledError:  # it waited for the lock until the statement's time was over
                late += 1
            else:
                times.append(perf_counter() - asked)

    await asyncio.gather(*(buy() for _ in range(clients)))
    lasted, used = perf_counter() - began, process_time() - cpu
    await _expect(stage, arena, PARTY * len(times))
    p50, p99 = (round(percentile(times, share) * 1000, 2) for share in (0.5, 0.99))
    return Round(name, clients, len(times), refused, late, round(len(times) / lasted), p50, p99, round(used / max(len(times), 1) * 1000, 3))


async def _expect(stage: Stage, arena: Arena, seats: int) -> None:
    async with owner(stage.database) as connection:
        await connection.execute("SELECT set_config('app.organization_id', $1, false)", str(stage.organization.id))
        claimed = await connection.fetchval("SELECT count(*) FROM seats WHERE event_id = $1 AND hold_id IS NOT NULL", arena.event_id)
    if claimed != seats:
        raise RuntimeError(f"{claimed} seats are claimed, and {seats} were given")


def _ratios(rounds: Sequence[Round]) -> dict[str, float]:
    found = {(each.what, each.clients): each.per_second for each in rounds}
    pairs = (("seats, batched", "seats, one by one"), ("best available, batched", "best available, one transaction each"))
    return {f"{ours}, {each} clients": round(found[ours, each] / found[theirs, each], 1) for ours, theirs in pairs for each in CROWDS}


def _print(rounds: Sequence[Round], ratios: dict[str, float]) -> None:
    print(f"{'':38}{'clients':>8}{'holds/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms/hold':>13}{'holds':>9}{'refused':>9}{'late':>6}")
    for each in rounds:
        figures = f"{each.per_second:>10,.0f}{each.p50_ms:>9.2f}{each.p99_ms:>9.2f}{each.cpu_ms_per_hold:>13.3f}"
        print(f"{each.what:38}{each.clients:>8}{figures}{each.holds:>9,}{each.refused:>9,}{each.timed_out:>6,}")
    print("\nHolds/s against the rival: " + "; ".join(f"{ratio} times ({what})" for what, ratio in ratios.items()))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.seats", description="Holds of seats in an arena.")
    parser.add_argument("--seconds", type=float, default=4, help="length of each round")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
