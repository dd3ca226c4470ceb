"""Searching 100,000 events of 409 tenants under row security: the words table against its rivals, in time and in size.

    make bench-search                         all, about five minutes
    make bench-search ARGS="--events 20000"   a fifth of it

Every question is asked as the app's plain role inside a transaction of one tenant, and answered with the next twenty events. The chosen
way runs through the store of events and reads whole events; the rivals read ids only, which flatters them.
"""

import argparse
import asyncio
import json
import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg
import uvloop

from adapters.postgres.events import EventStore
from adapters.postgres.rows import teach_types
from adapters.postgres.transaction import Transaction
from bench.search_rivals import DROP, RIVALS, SET_UP, SIZES, Rival
from bench.search_words import Vocabulary, Word, events_of
from bench.stage import circumstances, percentile, set_stage
from domain.events import EventFilter, EventOrder, search_of
from domain.paging import Page

RESULTS = Path(__file__).with_name("results") / "search.json"
# Of 100,000 events: one tenant has 20,000, eight have 5,000 each, four hundred have 100 each.
SHARES = [20_000, *[5_000] * 8, *[100] * 400]
REPEATED = 24
NEXT, BEST = [EventOrder.STARTS_AT_ASC], [EventOrder.RELEVANCE]
TITLES, PRICES = [EventOrder.TITLE_ASC], [EventOrder.PRICE_ASC]
INSERT = """
INSERT INTO events (organization_id, id, slug, title, description, status, starts_at, ends_at, time_zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""

Ask = Callable[[Word], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Round:
    """One question asked again and again; times in milliseconds."""

    way: str
    question: str
    events_of_tenant: int
    p50_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class Hall:
    """One of the tenants, and words of its events from the most common to the rarest."""

    organization_id: UUID
    events: int
    words: dict[str, Sequence[Word]]


async def main(arguments: Sequence[str]) -> int:
    """Fill the tables, ask, print and keep the figures."""
    options = _options(arguments)
    async with set_stage() as stage:
        superuser = await asyncpg.connect(urlunsplit(urlsplit(stage.database.superuser)._replace(path=urlsplit(stage.database.owner).path)))
        await teach_types(superuser)
        halls, seconds = await _fill(superuser, options.events)
        sizes = {what: await superuser.fetchval(f"SELECT pg_total_relation_size('{name}'::regclass)") for what, name in SIZES.items()}
        async with stage.pool.acquire() as connection:
            rounds = [each for hall in halls for each in await _ask_all(connection, hall)]
        await superuser.execute(DROP)
        await superuser.close()
    _print(rounds, sizes, seconds)
    kept = {**circumstances(arguments, "bench.search"), "events": options.events, "written_per_second": round(options.events / seconds)}
    RESULTS.write_text(json.dumps({**kept, "bytes": sizes, "rounds": [asdict(each) for each in rounds]}, indent=2) + "\n")
    return 0


async def _fill(superuser: Any, events: int) -> tuple[list[Hall], float]:
    """Every tenant with its events, written one by one with their words by the trigger; and what the rivals search."""
    chance, vocabulary, halls, started = random.Random(1), Vocabulary.made(20_000), list[Hall](), perf_counter()
    for number, share in enumerate(SHARES):
        size = max(share * events // 100_000, 1)
        organization_id = UUID(int=chance.getrandbits(128), version=4)
        await superuser.execute("INSERT INTO organizations (id, slug, name) VALUES ($1, $2, $2)", organization_id, f"hall-{number}")
        rows = list(events_of(organization_id, size, vocabulary, chance))
        await superuser.executemany(INSERT, rows)
        if number in {0, 1, len(SHARES) - 1}:
            halls.append(Hall(organization_id, size, vocabulary.found_in(rows)))
    seconds = perf_counter() - started
    for statement in SET_UP:
        await superuser.execute(statement)
    return halls, seconds


async def _ask_all(connection: Any, hall: Hall) -> list[Round]:
    store = EventStore(Transaction(connection, hall.organization_id))

    def by_words(order: Sequence[EventOrder], form: str = "{0}") -> Ask:
        return lambda word: store.page(EventFilter(search=search_of(form.format(*word), ("en",))), order, Page(), ("en",))

    def by_rival(rival: Rival, form: str) -> Ask:
        return lambda word: connection.fetch(rival.statement, rival.question(form, word, hall.organization_id))

    asks: list[tuple[str, str, str, Ask]] = []
    for kind in hall.words:
        asks += [
            ("words table", kind, f"{kind} word", by_words(NEXT, '"{0}"')),
            ("words table", kind, f"{kind} word, being typed", by_words(NEXT, "{1}")),
        ]
        asks += [(rival.name, kind, f"{kind} word", by_rival(rival, "word")) for rival in RIVALS]
        asks += [(rival.name, kind, f"{kind} word, being typed", by_rival(rival, "beginning")) for rival in RIVALS]
        asks.append(("words table", kind, f"{kind} word, by relevance", by_words(BEST)))
    asks += [
        ("words table", "common", "common phrase", by_words(NEXT, '"{2}"')),
        ("words table", "common", "all but a common word", by_words(NEXT, "-{0}")),
        ("no search", "common", "all by title", lambda _: store.page(EventFilter(), TITLES, Page(), ("en",))),
        ("no search", "common", "all by price", lambda _: store.page(EventFilter(), PRICES, Page(), ("en",))),
    ]
    return [await _round(connection, hall, *each) for each in asks]


async def _round(connection: Any, hall: Hall, way: str, kind: str, question: str, ask: Ask) -> Round:
    words, times = hall.words[kind], list[float]()
    async with connection.transaction(readonly=True):
        await connection.execute(f"SET LOCAL app.organization_id = '{hall.organization_id}'")
        for at in range(REPEATED):
            started = perf_counter()
            await ask(words[at % len(words)])
            times.append((perf_counter() - started) * 1_000)
    return Round(way, question, hall.events, round(percentile(times, 0.5), 2), round(percentile(times, 0.99), 2))


def _print(rounds: Sequence[Round], sizes: dict[str, int], seconds: float) -> None:
    print(f"{'':38}{'question':34}{'events':>8}{'p50 ms':>10}{'p99 ms':>10}")
    for each in sorted(rounds, key=lambda each: (each.events_of_tenant, each.question, each.way)):
        print(f"{each.way:38}{each.question:34}{each.events_of_tenant:>8}{each.p50_ms:>10.2f}{each.p99_ms:>10.2f}")
    for what, size in sizes.items():
        print(f"{what:38}{size / 1_048_576:>10.0f} MiB")
    print(f"written with their words in {seconds:.0f} s")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-search ARGS=…", description="Searches under row security.")
    parser.add_argument("--events", type=int, default=100_000, help="how many events in all")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
