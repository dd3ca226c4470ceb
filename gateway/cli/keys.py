"""The commands `ticketbase keys …`: change the keys of a running installation."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence

import click

from adapters.postgres.sealed import PAGE, SEALED, Rewrapped, Sealed, rewrap_column, unlisted
from gateway.cli.signing_keys import list_ as list_signing
from gateway.cli.signing_keys import rotate as rotate_signing
from gateway.database import DatabaseRefused, check_database, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import Settings, read_settings
from gateway.vault_keys import vault_of


class ColumnsUnlisted(Exception):
    """Columns that this version does not know, or that are not there: the outcome would promise too much."""


@click.group()
def keys() -> None:
    """Change the keys of this installation."""


keys.add_command(rotate_signing)
keys.add_command(list_signing)


@keys.command("rotate-vault")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def rotate_vault(as_json: bool) -> None:
    """Bring every secret in the database under the first key of TICKETBASE_VAULT_KEYS.

    It may be stopped at any time and run again: it goes on where it was. Once it ends well, the other keys may be removed.
    """
    try:
        settings = read_settings(os.environ)
        outcome = asyncio.run(rotate(settings, SEALED, _tell))
    except (SettingsRefused, DatabaseRefused, ColumnsUnlisted, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    first = settings.vault_keys[0].id
    click.echo(json.dumps({"key": first, "columns": [_facts(each) for each in outcome]}) if as_json else _sentence(first, outcome))
    for reason in (reason for each in outcome for reason in each.reasons):
        click.echo(reason, err=True)
    sys.exit(1 if any(each.closed for each in outcome) else 0)


async def rotate(settings: Settings, columns: Sequence[Sealed], tell: Callable[[Rewrapped], None], page: int = PAGE) -> list[Rewrapped]:
    """Rewrap these columns; `tell` hears how far each is, after every page. Raises DatabaseRefused and ColumnsUnlisted."""
    vault = vault_of(settings.vault_keys)
    async with open_pools(settings) as pools:
        await check_database(pools)
        if strange := await unlisted(pools.app, columns):
            raise ColumnsUnlisted(
                f"The sealed columns of the database are not those this version knows: {', '.join(strange)}. "
                "Nothing was changed; run the version that fits the database, or `ticketbase migrate`."
            )
        outcome = []
        for column in columns:
            async for sofar in rewrap_column(pools.app, pools.system, vault, column, page):
                tell(sofar)
            outcome.append(sofar)
    return outcome


def _tell(sofar: Rewrapped) -> None:
    click.echo(f"{sofar.column}: {sofar.seen:,} looked at, {sofar.rewrapped:,} rewrapped", err=True)


def _facts(done: Rewrapped) -> dict[str, object]:
    return {
        "column": str(done.column),
        "seen": done.seen,
        "rewrapped": done.rewrapped,
        "closed": done.closed,
        "reasons": done.reasons,
    }


def _sentence(first: str, outcome: Sequence[Rewrapped]) -> str:
    seen, rewrapped, closed = (sum(counts) for counts in zip((0, 0, 0), *((e.seen, e.rewrapped, e.closed) for e in outcome), strict=True))
    if closed:
        return f"{closed:,} of {seen:,} secrets cannot be opened; keep all keys, and bring back those that are named below."
    return f"All {seen:,} secrets are under the key {first}, {rewrapped:,} of them since now; the other keys are needed no more."
