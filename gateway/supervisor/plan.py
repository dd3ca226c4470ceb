"""What `ticketbase up` was asked to bring up, and how patient it is with what dies."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# -P: what lies in the directory a person happens to be in must not be taken for a part of TicketBase.
TICKETBASE = (sys.executable, "-P", "-m", "gateway.cli")


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands that the processes of TicketBase are started with; `serve` is given `--fd N` besides."""

    migrate: tuple[str, ...] = (*TICKETBASE, "migrate")
    seed: tuple[str, ...] = (*TICKETBASE, "seed", "--demo")
    worker: tuple[str, ...] = (*TICKETBASE, "worker")
    serve: tuple[str, ...] = (*TICKETBASE, "serve")
    token: tuple[str, ...] = (*TICKETBASE, "token", "--organization", "demo", "--role", "owner")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often in a row something may die and how long we wait before it is started again; times in seconds.

    Something that has lived for `healthy_after` starts with a clean slate.
    """

    attempts: int = 5
    first_pause: float = 0.5
    longest_pause: float = 8
    healthy_after: float = 30
    ready_within: float = 60

    def pause(self, deaths: int) -> float:
        """How long to wait after so many deaths in a row: twice as long each time."""
        return min(self.first_pause * 2.0 ** (deaths - 1), self.longest_pause)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is brought up; `environment` is what the person set, and what is set there is not brought along."""

    data: Path
    environment: Mapping[str, str]
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    demo: bool = False
    reload: bool = False
    drain_seconds: float = 10
    commands: Commands = field(default_factory=Commands)
    patience: Patience = field(default_factory=Patience)

    def has(self, *names: str) -> bool:
        """Whether the person set one of these variables."""
        return any(self.environment.get(name, "").strip() for name in names)
