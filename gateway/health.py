"""Says whether this process lives, and whether what it needs is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SECONDS = 4.0
"""How long a dependency may take to answer."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """Something the process needs. Without a `vital` one it serves nobody; without another it still reads and sells."""

    name: str
    check: Callable[[], Awaitable[object]]
    vital: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at a dependency found; `fault` is empty when all is well."""

    name: str
    vital: bool
    milliseconds: float
    fault: str = ""


async def look(dependencies: tuple[Dependency, ...]) -> list[Finding]:
    """Look at all of them at once."""
    return list(await asyncio.gather(*(_look_at(each) for each in dependencies)))


class Health:
    """The routes `/livez` and `/readyz`; `draining` is set when the process is about to end."""

    def __init__(self, dependencies: tuple[Dependency, ...]) -> None:
        self._dependencies = dependencies
        self.draining = False

    def routes(self) -> list[Route]:
        """The two routes."""
        return [Route("/livez", self._live), Route("/readyz", self._ready)]

    async def _live(self, _request: Request) -> Response:
        return JSONResponse({"status": "alive"}, headers={"cache-control": "no-store"})

    async def _ready(self, _request: Request) -> Response:
        findings = await look(self._dependencies)
        ready = not self.draining and not any(each.fault and each.vital for each in findings)
        status = "draining" if self.draining else "unavailable" if not ready else "degraded" if any(f.fault for f in findings) else "ready"
        body = {"status": status, "checks": {each.name: _shown(each) for each in findings}}
        return JSONResponse(body, 200 if ready else 503, headers={"cache-control": "no-store"})


async def _look_at(dependency: Dependency) -> Finding:
    started = time.monotonic()
    fault = ""
    try:
        async with asyncio.timeout(SECONDS):
            await dependency.check()
    except TimeoutError:
        fault = f"no answer within {SECONDS:.0f} seconds"
    except Exception as error:  # noqa: BLE001 - whatever a driver raises means: not there
        fault = f"{type(error).__name__}: {error}" if type(error).__module__.startswith("adapters") else type(error).__name__
    return Finding(dependency.name, dependency.vital, round((time.monotonic() - started) * 1000, 1), fault)


def _shown(finding: Finding) -> Mapping[str, object]:
    shown: dict[str, object] = {"ok": not finding.fault, "milliseconds": finding.milliseconds}
    return shown | {"fault": finding.fault} if finding.fault else shown
