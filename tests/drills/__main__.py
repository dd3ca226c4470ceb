"""The drills in full: `make drills`, or some of them by name, each with its seed, its progress and its verdict.

make drills                                       all of them
make drills ARGS="kills --orders 500 --seed 7"    one, smaller
make drills ARGS=--json                           the verdicts as JSON, the progress on standard error
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.drills.killing import CARELESS, storm, stormy_platform, victims
from tests.drills.racing import races
from tests.drills.shuffling import shuffles
from tests.drills.stage import breaches, open_shop


def tell(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


async def kills(options: argparse.Namespace) -> dict[str, Any]:
    """Whoever is killed, no acknowledged order is lost."""
    with tempfile.TemporaryDirectory() as folder:
        async with stormy_platform(Path(folder)) as (platform, sale):
            verdict = await storm(platform, sale, options.orders, victims(options.kills, options.seed), 16, tell)
    return {**asdict(verdict), "faults": verdict.faults}


async def control(options: argparse.Namespace) -> dict[str, Any]:
    """The same check on a database that does not wait for its log: here it must find that orders are lost."""
    with tempfile.TemporaryDirectory() as folder:
        async with stormy_platform(Path(folder), CARELESS) as (platform, sale):
            verdict = await storm(platform, sale, min(options.orders, 400), ["postgresql"], 16, tell, patience=0)
    return {**asdict(verdict), "caught": verdict.faults, "faults": [] if verdict.lost else ["the control was not caught"]}


async def race(options: argparse.Namespace) -> dict[str, Any]:
    """An expiry races a payment within 50 milliseconds: paid, or given back, never both."""
    async with open_shop() as (shop, superuser):
        found = await races(shop, superuser, options.races, options.seed, tell)
        return {"ends": dict(found.ends), "faults": [*found.faults, *await breaches(shop, superuser)]}


async def shuffle(options: argparse.Namespace) -> dict[str, Any]:
    """Notices in every order: the money is counted once, and a dispute that was won is over."""
    async with open_shop() as (shop, superuser):
        found = await shuffles(shop, options.events, tell)
        return {"tried": dict(found.tried), "faults": [*found.faults, *await breaches(shop, superuser)]}


DRILLS = {"kills": kills, "control": control, "races": race, "notices": shuffle}


async def main(arguments: Sequence[str]) -> int:
    """Run them, one after the other; 1 when one found a fault."""
    options = _options(arguments)
    verdicts = {}
    for name in options.drills or DRILLS:
        tell(f"== {name}, seed {options.seed}: {(DRILLS[name].__doc__ or '').strip()}")
        verdicts[name] = {"seed": options.seed, **await DRILLS[name](options)}
        tell(f"== {name}: {'; '.join(verdicts[name]['faults']) or 'no fault'}")
    if options.json:
        print(json.dumps(verdicts, indent=2))
    else:
        for name, verdict in verdicts.items():
            print(name, *(f"  {fact}: {value}" for fact, value in verdict.items()), sep="\n")
    return int(any(verdict["faults"] for verdict in verdicts.values()))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make drills", description="Proofs of selling.")
    parser.add_argument("drills", nargs="*", choices=[[], *DRILLS], help="which, all by default")
    parser.add_argument("--orders", type=int, default=5_000, help="orders during which processes are killed")
    parser.add_argument("--kills", type=int, default=20, help="how often something is killed")
    parser.add_argument("--races", type=int, default=500, help="how often an expiry races a payment")
    parser.add_argument("--events", type=int, default=5, help="up to how many notices come in every order")
    parser.add_argument("--seed", type=int, default=1, help="of all chance")
    parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1:])))
