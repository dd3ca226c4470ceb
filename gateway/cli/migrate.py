"""The command `ticketbase migrate`: brings the database up to date."""

import asyncio
import os
import sys

import click

from gateway.database import DatabaseRefused
from gateway.environment import SettingsRefused
from gateway.migrating import migrate as bring_up_to_date
from gateway.settings import read_settings


@click.command()
def migrate() -> None:
    """Make or change the tables as the role in DATABASE_OWNER_URL; running it again changes nothing."""
    try:
        before, after = asyncio.run(bring_up_to_date(read_settings(os.environ).database_owner_url))
    except (SettingsRefused, DatabaseRefused) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(f"The database is up to date ({after})." if before == after else f"Migrated from {before or 'nothing'} to {after}.")
