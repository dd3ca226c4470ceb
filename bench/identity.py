"""Identity: what verifying a token costs, and how many people can sign in while everybody else is still answered as fast as before.

    make bench-identity                            about eight minutes
    make bench-identity ARGS="--rounds 24"         more rounds
    make bench-identity ARGS="--without-sign-ins"  the tokens only

A light query is asked at an even pace; beside it more and more people sign in, each again as soon as she is in. What counts is the highest
rate of sign-ins at which the 99th percentile of the query stays within one and a half times what it is without any. No process is tied to
a core: gateway, PostgreSQL, Valkey and the clients share them all.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from itertools import cycle
from pathlib import Path

import asyncpg
import orjson
import uvloop

from adapters.crypto.identifiers import new_id
from adapters.crypto.passwords import argon2id
from bench.load import Crowd, crowd, paced
from bench.programme import put_on
from bench.stage import CORES, Running, Stage, circumstances, percentile, server, set_stage
from bench.verifying import NEW, SEEN, Verified, verifications
from gateway.supervisor.plan import TICKETBASE

BOUND = 1.5
CLIENTS = (1, 2, 4, 8)
PEOPLE = 64
PASSWORD = "plum lantern gravel Tuesday"
THREADS, INLINE = "argon2 in threads of its own", "argon2 on the event loop"
RESULTS = Path(__file__).with_name("results") / "identity.json"
QUERY = """query Page { event(by: {slug: "evening-7"}) { id slug title startsAt venue { name city } } }"""
SIGN_IN = """mutation In($input: SignInInput!) { signIn(input: $input) { tickets { access } errors { __typename } } }"""
PERSON = "INSERT INTO people (id, name, email) VALUES ($1, 'Somebody', $2)"
ACCOUNT = "INSERT INTO accounts (person_id, email_verified_at, password_hash) VALUES ($1, app_now(), $2)"


@dataclass(frozen=True, slots=True)
class Step:
    """So many people sign in again and again; times in milliseconds, those of the query without sign-ins and with them."""

    server: str
    clients: int
    sign_ins_per_second: float
    sign_in_p50_ms: float
    idle_p50_ms: float
    p50_ms: float
    idle_p99_ms: float
    p99_ms: float
    ratio: float


async def main(arguments: Sequence[str]) -> int:
    """Run all rounds, print and keep the figures; 1 where no rate of ours keeps the bound."""
    options = _options(arguments)
    verified = verifications()
    _print_verified(verified)
    if options.without_sign_ins:
        return 0
    async with set_stage(cores=CORES) as stage:
        await put_on(stage)
        people = await _let_in(stage)
        steps = [step for name in (THREADS, INLINE) for step in await _steps(stage, name, people, options)]
    _print_steps(steps)
    _keep(verified, steps, arguments, options)
    return 0 if _best(steps, THREADS) else 1


async def _let_in(stage: Stage) -> Sequence[str]:
    """The addresses of people with accounts, whose password is one and the same."""
    people = [(new_id(), f"somebody-{each}@example.org") for each in range(PEOPLE)]
    hashed = argon2id().hash(PASSWORD)
    connection = await asyncpg.connect(stage.database.system)
    try:
        await connection.executemany(PERSON, people)
        await connection.executemany(ACCOUNT, [(person_id, hashed) for person_id, _ in people])
    finally:
        await connection.close()
    return [email for _, email in people]


async def _steps(stage: Stage, name: str, people: Sequence[str], options: argparse.Namespace) -> list[Step]:
    async with _gateway(stage, name) as running:
        asked, let_in = _query(stage, running), _sign_ins(stage, running, people)
        await _together(running, asked, let_in, 2, options.seconds, options.pace)
        steps = []
        for clients in CLIENTS:
            steps.append(await _step(name, running, asked, let_in, clients, options))
            print(steps[-1], file=sys.stderr, flush=True)
        return steps


def _gateway(stage: Stage, name: str) -> AbstractAsyncContextManager[Running]:
    inline = (sys.executable, "-m", "bench.inline_passwords")
    command = (*TICKETBASE, "serve", "--port") if name == THREADS else inline
    return server(stage, "threads" if name == THREADS else "inline", command, is_free=True, PYTHONPATH=str(Path(__file__).parents[1]))


async def _step(name: str, running: Running, asked: bytes, let_in: Callable[[], bytes], clients: int, options: argparse.Namespace) -> Step:
    """Short rounds without sign-ins and with them take turns, so that what else the machine does hits both; all of a kind are one."""
    idle, load, signed_in = Crowd(), Crowd(), Crowd()
    for _ in range(options.rounds):
        for seen, entered in ((idle, 0), (load, clients)):
            read, let = await _together(running, asked, let_in, entered, options.seconds, options.pace)
            seen.seconds += read.seconds
            signed_in.seconds += let.seconds
    p99, idle_p99, rate = _ms(load, 0.99), _ms(idle, 0.99), len(signed_in.seconds) / (options.rounds * options.seconds)
    medians = (_ms(each, 0.5) for each in (signed_in, idle, load))
    return Step(name, clients, *(round(each, 2) for each in (rate, *medians, idle_p99, p99, p99 / idle_p99)))


async def _together(
    running: Running, asked: bytes, let_in: Callable[[], bytes], clients: int, seconds: float, pace: float
) -> tuple[Crowd, Crowd]:
    """What those who read lived through, and those who signed in meanwhile."""
    read, signed_in = await asyncio.gather(
        paced(running.url, pace, seconds, asked, lambda body: b'"title":' in body and b'"errors"' not in body),
        crowd(running.url, clients, seconds, let_in, lambda body: b'"access":' in body),
    )
    for each in (read, signed_in):
        if each.bad:
            raise RuntimeError(f"{len(each.bad)} answers were not as expected; the first: {each.bad[0]!r}")
    return read, signed_in


def _query(stage: Stage, running: Running) -> bytes:
    return _post(stage, running, {"query": QUERY})


def _sign_ins(stage: Stage, running: Running, people: Sequence[str]) -> Callable[[], bytes]:
    variables = ({"input": {"email": email, "password": PASSWORD}} for email in people)
    requests = cycle([_post(stage, running, {"query": SIGN_IN, "variables": each}) for each in variables])
    return lambda: next(requests)


def _post(stage: Stage, running: Running, asked: Mapping[str, object]) -> bytes:
    body = orjson.dumps(asked)
    head = (
        f"POST /graphql HTTP/1.1\r\nHost: {running.url.removeprefix('http://')}\r\nX-Organization: {stage.organization.slug}\r\n"
        f"Accept-Language: en\r\nContent-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _ms(seen: Crowd, share: float) -> float:
    return percentile(seen.seconds, share) * 1000


def _best(steps: Sequence[Step], name: str) -> Step | None:
    """The most sign-ins a second that keep the bound."""
    within = [each for each in steps if each.server == name and each.ratio <= BOUND]
    return max(within, key=lambda each: each.sign_ins_per_second, default=None)


def _print_verified(verified: Sequence[Verified]) -> None:
    print("| verifying a token | µs |\n|---|---|")
    for each in verified:
        print(f"| {each.way} | {each.us_per_token} |")


def _print_steps(steps: Sequence[Step]) -> None:
    print(
        "\n| sign-ins | clients | sign-ins/s | sign-in p50 ms | query p50 ms, idle | with them | query p99 ms, idle | with them | times |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for each in steps:
        print(f"| {' | '.join(map(str, asdict(each).values()))} |")
    for name in (THREADS, INLINE):
        best = _best(steps, name)
        print(f"{name}: {best.sign_ins_per_second if best else 'no'} sign-ins/s within {BOUND} times the idle p99")


def _keep(verified: Sequence[Verified], steps: Sequence[Step], arguments: Sequence[str], options: argparse.Namespace) -> None:
    us, best = {each.way: each.us_per_token for each in verified}, {name: _best(steps, name) for name in (THREADS, INLINE)}
    kept = {
        **circumstances(arguments, "bench.identity"),
        "load_average": os.getloadavg()[0],
        "seconds": options.seconds,
        "rounds": options.rounds,
        "queries_per_second": options.pace,
        "bound": BOUND,
        "verifying": [asdict(each) for each in verified],
        "ratios": {way: {SEEN: round(each / us[SEEN], 1), NEW: round(each / us[NEW], 2)} for way, each in us.items()},
        "within_bound": {name: step.sign_ins_per_second if step else 0 for name, step in best.items()},
        "steps": [asdict(each) for each in steps],
    }
    RESULTS.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.identity", description="Tokens verified, and sign-ins beside a light query.")
    parser.add_argument("--seconds", type=float, default=2, help="length of each round")
    parser.add_argument("--rounds", type=int, default=12, help="how often each is repeated")
    parser.add_argument("--pace", type=float, default=200, help="light queries a second")
    parser.add_argument("--without-sign-ins", action="store_true", help="the tokens only")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
