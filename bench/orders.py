"""Orders on one hot event: hold, check out, pay with the double of Stripe, ticket; beside the same path without batches of holds.

    make bench-orders                        about three minutes
    make bench-orders ARGS="--seconds 15"    longer rounds

Two gateway processes stand behind one door, the worker beside them; they, the double, the buyers and PostgreSQL share all cores, as
on one machine that sells. A buyer has a new cart, buys one ticket, gives the card to the double, and looks every 20 ms whether the
ticket is there; the double tells the gateways by signed notices. The rival places each hold in a transaction of its own. Nothing is
counted unless the books are in balance.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import uvloop

from bench.box_office import PRICE, STEPS, Bought, Office, buy, open_office
from bench.stage import CORES, HotEvent, Stage, circumstances, owner, percentile, set_stage
from gateway.supervisor.plan import TICKETBASE

PLENTY = 1_000_000
CROWDS = (1, 16, 64)
RESULTS = Path(__file__).with_name("results") / "orders.json"
UNBATCHED = (sys.executable, "-m", "bench.single_gateway")
SOLD = """
WITH mine AS (SELECT DISTINCT o.id, o.status FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE l.event_id = $1)
SELECT (SELECT count(*) FROM mine) AS orders, (SELECT count(*) FROM mine WHERE status = 'CONFIRMED') AS confirmed,
    (SELECT count(*) FROM tickets WHERE event_id = $1 AND status = 'VALID') AS tickets,
    (SELECT sold FROM pools WHERE id = $2) AS sold,
    (SELECT coalesce(sum(amount_minor), 0)::bigint FROM ledger WHERE order_id IN (SELECT id FROM mine)) AS booked
"""


@dataclass(frozen=True, slots=True)
class Round:
    """One measured round; times in milliseconds, `steps` are the medians of the steps."""

    what: str
    clients: int
    orders: int
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms_per_order: float
    steps: dict[str, float]


async def main(arguments: Sequence[str]) -> int:
    """Run the rounds, print and keep the figures; 1 when the books are not in balance."""
    options = _options(arguments)
    async with set_stage(cores=CORES) as stage:
        rounds: list[Round] = []
        for name, command in (("batched", TICKETBASE), ("one transaction per hold", UNBATCHED)):
            if options.only in name:
                rounds += await _play(stage, name, command, options.seconds)
        breaches = await stage.breaches()
    _print(rounds)
    for breach in breaches:
        print(f"Does not add up: {breach}", file=sys.stderr)
    if not options.only and not breaches:
        _keep(rounds, arguments, options)
    return 1 if breaches else 0


async def _play(stage: Stage, name: str, command: Sequence[str], seconds: float) -> list[Round]:
    async with open_office(stage, name.replace(" ", "-"), command) as office:
        await _round("warming up", stage, office, 8, seconds / 2)
        return [await _round(name, stage, office, clients, seconds) for clients in CROWDS]


async def _round(what: str, stage: Stage, office: Office, clients: int, seconds: float) -> Round:
    hot = await stage.hot_event(PLENTY)
    began, cpu = perf_counter(), office.cpu_seconds()
    seen = await buy(office, stage, hot, clients, seconds)
    lasted, used = perf_counter() - began, office.cpu_seconds() - cpu
    await _expect(stage, hot, seen)
    count = len(seen.whole)
    p50, p99 = (round(percentile(seen.whole, share) * 1000, 1) for share in (0.5, 0.99))
    steps = {each: round(percentile(seen.steps[each], 0.5) * 1000, 1) for each in STEPS}
    return Round(what, clients, count, round(count / lasted, 1), p50, p99, round(used / max(count, 1) * 1000, 2), steps)


async def _expect(stage: Stage, hot: HotEvent, seen: Bought) -> None:
    """Whatever a buyer was told is in the books, and nothing else is."""
    if seen.faults:
        raise RuntimeError(f"{len(seen.faults)} buyers were stopped; the first: {seen.faults[0]}")
    async with owner(stage.database) as connection:
        found = dict(await connection.fetchrow(SOLD, hot.event_id, hot.pool_id))
    bought = len(seen.whole)
    if found != {"confirmed": bought, "orders": bought, "tickets": bought, "sold": bought, "booked": bought * PRICE}:
        raise RuntimeError(f"{bought} orders were acknowledged, and the books have {found}")


def _print(rounds: Sequence[Round]) -> None:
    print(f"{'':26}{'clients':>8}{'orders/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'CPU ms':>9}{'orders':>8}   medians of the steps")
    for each in rounds:
        figures = f"{each.per_second:>10}{each.p50_ms:>9}{each.p99_ms:>9}{each.cpu_ms_per_order:>9}{each.orders:>8}"
        print(f"{each.what:26}{each.clients:>8}{figures}   {', '.join(f'{step} {ms}' for step, ms in each.steps.items())}")


def _keep(rounds: Sequence[Round], arguments: Sequence[str], options: argparse.Namespace) -> None:
    kept = {
        **circumstances(arguments, "bench.orders"),
        "seconds": options.seconds,
        "load_average": os.getloadavg()[0],
        "rounds": [asdict(each) for each in rounds],
    }
    RESULTS.write_text(json.dumps(kept, indent=2) + "\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.orders", description="Orders on one hot event, from the hold to the ticket.")
    parser.add_argument("--seconds", type=float, default=10, help="length of each round")
    parser.add_argument("--only", default="", choices=["", "batched", "one transaction per hold"], help="one contestant alone")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
