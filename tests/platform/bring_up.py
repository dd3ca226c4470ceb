"""The command `up` with stand-ins for all other commands: `bring_up.py OPTIONS`, the fields of the plan as JSON."""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import Any

from gateway.embedded.faults import CannotStart
from gateway.supervisor.console import Console
from gateway.supervisor.plan import Commands, Patience, Plan
from gateway.supervisor.tree import supervise

STAND_IN = (sys.executable, "-P", str(Path(__file__).with_name("stand_in.py")))


def up(options: dict[str, Any]) -> None:
    """As `ticketbase up`; `patience` is a mapping."""
    commands = Commands(*((*STAND_IN, word) for word in ("migrate", "seed", "worker", "serve", "token")))
    patience = Patience(**options.pop("patience", {}))
    plan = Plan(data=Path(options.pop("data")), environment=dict(os.environ), commands=commands, patience=patience, **options)
    try:
        asyncio.run(supervise(plan, Console(sys.stdout)))
    except CannotStart as error:
        sys.exit(str(error))


if __name__ == "__main__":
    up(json.loads(sys.argv[1]))
