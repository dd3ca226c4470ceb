"""Checks what must always hold: recounts the stock from the holds, and looks for rows that lost their place."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from adapters.postgres.transaction import Connection

_INVARIANT = re.compile(r"^-- audit: (.+)\n((?:(?!^--).*\n)+)", re.MULTILINE)
INVARIANTS: Mapping[str, str] = dict(_INVARIANT.findall(Path(__file__).with_name("audit.sql").read_text()))
"""What must hold, in words, and the statement that finds what breaks it."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A row that breaks an invariant: which one, and the row's facts."""

    invariant: str
    facts: Mapping[str, object]


async def recount(connection: Connection) -> list[Breach]:
    """Every breach of every invariant, among the rows that this connection may see: the owner's sees all tenants, a work's its own."""
    return [Breach(invariant, dict(row)) for invariant, statement in INVARIANTS.items() for row in await connection.fetch(statement)]
