"""Where the processor time of reading goes: a sampling profiler over a gateway that answers one query after the other.

    .venv/bin/pip install py-spy==0.4.3
    python -m bench.profiling                         Q1, twenty seconds after it has warmed up
    python -m bench.profiling --query Q3 --frames 40  more of the functions that take the most
    python -m bench.profiling --bare                  Python's own frames only, which slows the gateway less

py-spy stops the gateway for each sample, so shares are right and times are not. Needs the right to trace processes: root, or
`kernel.yama.ptrace_scope=0`.
"""

import argparse
import asyncio
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import uvloop

from bench.load import crowd
from bench.reads import QUERIES, is_good, owner_of, request_of, set_up
from bench.stage import OTHER_CORES, gateway, pinned, set_stage

WARM_SECONDS = 5
WAITING = re.compile(r"_worker \(concurrent/futures/thread\.py|epoll_p?wait \([^;]*$")
KINDS: Sequence[tuple[str, str]] = (
    ("garbage collector", r"gc_collect|_traverse|visit_(reachable|decref)"),
    ("asyncpg: messages and rows", r"asyncpg|pgproto"),
    ("uvloop, sockets, system calls", r"uvloop|libuv|epoll|recv|send|^write |^read |getpid|libc\.so|syscall|vdso"),
    ("orjson", r"orjson"),
    ("httptools", r"httptools"),
    ("signatures, hashes, ciphers", r"cryptography|_rust|libcrypto|hashlib|_hashopenssl"),
)
"""What a sample is, by the frame it was in; the first that fits. Everything else is Python: its interpreter, its objects, our code."""


async def main(arguments: Sequence[str]) -> int:
    """Ask, sample, print."""
    options = _options(arguments)
    spy = options.spy or shutil.which("py-spy", path=Path(sys.executable).parent) or shutil.which("py-spy")
    if spy is None:
        print("py-spy is missing: .venv/bin/pip install py-spy==0.4.3", file=sys.stderr)
        return 1
    async with set_stage() as stage:
        await set_up(stage)
        async with gateway(stage) as running, owner_of(stage, running) as client:
            ask = request_of(client, running, QUERIES[options.query])
            with pinned(OTHER_CORES):
                await crowd(running.url, 16, WARM_SECONDS, ask, is_good)
                raw = stage.folder / "stacks"
                load = asyncio.create_task(crowd(running.url, 16, options.seconds + 2, ask, is_good))
                await _record(spy, running.process.pid, raw, options)
                await load
        _print(dict(_read(raw.read_text().splitlines())), options.frames)
    return 0


async def _record(spy: str, pid: int, raw: Path, options: argparse.Namespace) -> None:
    how = ["--rate", "200", "--duration", str(options.seconds), "--format", "raw", "--output", str(raw), "--pid", str(pid)]
    recording = await asyncio.create_subprocess_exec(
        spy, "record", *how, *([] if options.bare else ["--native"]), stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await recording.communicate()
    if recording.returncode:
        raise RuntimeError(f"py-spy failed: {said.decode(errors='replace')[-1_000:]}")


def _read(lines: Iterable[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each stack, outermost frame first, with the samples in it. What waits for work looks busy to py-spy, and is left out."""
    for line in lines:
        stack, _, count = line.rpartition(" ")
        if not WAITING.search(stack):
            yield tuple(stack.split(";")), int(count)


def kind_of(stack: Sequence[str]) -> str:
    """What the samples in this stack are."""
    return next((kind for kind, pattern in KINDS if re.search(pattern, stack[-1])), "Python")


def _print(stacks: Mapping[tuple[str, ...], int], frames: int) -> None:
    whole, kinds, own, within = sum(stacks.values()), Counter[str](), Counter[str](), Counter[str]()
    for stack, count in stacks.items():
        kinds[kind_of(stack)] += count
        own[_plain(stack[-1])] += count
        for each in {_plain(frame) for frame in stack if ".py" in frame}:
            within[each] += count
    for title, counted in (("where", kinds), ("innermost frame", own), ("Python function and all it calls", within)):
        print(f"\n| {title} | share |\n|---|---|")
        for name, count in counted.most_common(frames):
            print(f"| {name} | {count / whole:.1%} |")


def _plain(frame: str) -> str:
    """The frame without its line."""
    return re.sub(r":\d+\)$", ")", frame)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench.profiling", description="Where the processor time of reading goes.")
    parser.add_argument("--query", choices=list(QUERIES), default="Q1")
    parser.add_argument("--seconds", type=int, default=20, help="how long to sample")
    parser.add_argument("--frames", type=int, default=25, help="how many functions to name")
    parser.add_argument("--bare", action="store_true", help="Python's own frames only")
    parser.add_argument("--spy", default="", help="where py-spy is, when it is not on the path")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(main(sys.argv[1:])))
