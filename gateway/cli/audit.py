"""The command `ticketbase audit`: recounts stock, orders, tickets and money, and names every row that does not add up."""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence

import asyncpg
import click

from adapters.postgres.audit import INVARIANTS, Breach, recount
from adapters.postgres.rows import teach_types
from gateway.database import CANNOT_CONNECT, DatabaseRefused, cannot_connect
from gateway.environment import Secret, SettingsRefused
from gateway.settings import read_settings

LONGEST_TOLD = 20
"""Rows shown of one invariant to people; programs get all of them."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs, with every row.")
def audit(as_json: bool) -> None:
    """Check all invariants in all organizations, as the role in DATABASE_OWNER_URL; exit 1 when a row breaks one. Changes nothing."""
    try:
        breaches = asyncio.run(_recounted(read_settings(os.environ).database_owner_url))
    except (SettingsRefused, DatabaseRefused) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    rows = {each: [breach.facts for breach in breaches if breach.invariant == each] for each in INVARIANTS}
    if as_json:
        click.echo(json.dumps([{"invariant": name, "ok": not found, "rows": found} for name, found in rows.items()], default=str))
    else:
        _show(rows)
    sys.exit(1 if breaches else 0)


async def _recounted(owner_url: Secret | None) -> list[Breach]:
    """Every breach, as all was at one moment."""
    if owner_url is None:
        raise DatabaseRefused("DATABASE_OWNER_URL is not set: name the role that owns the tables, postgresql://ticketbase_owner:…")
    try:
        connection = await asyncpg.connect(owner_url.reveal())
    except CANNOT_CONNECT as error:
        raise cannot_connect("DATABASE_OWNER_URL", owner_url, error) from error
    try:
        await teach_types(connection)
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            return await recount(connection)
    finally:
        await connection.close()


def _show(rows: Mapping[str, Sequence[object]]) -> None:
    for invariant, found in rows.items():
        click.echo(f"{'FAIL' if found else 'ok  '}  {invariant}")
        for facts in found[:LONGEST_TOLD]:
            click.echo(f"      {json.dumps(facts, default=str)}")
        if len(found) > LONGEST_TOLD:
            click.echo(f"      and {len(found) - LONGEST_TOLD} more; --json tells all")
    broken = sum(map(bool, rows.values()))
    click.echo(f"{broken} of {len(rows)} invariants are broken." if broken else f"All {len(rows)} invariants hold.")
