"""The command `ticketbase seed`: fills TicketBase with demo data."""

import asyncio
import os
import sys

import click

from adapters.crypto.tokens import SigningKeyInvalid
from domain.refusals import Refused
from gateway.database import DatabaseRefused
from gateway.demo.seeding import Seeded, seed_demo
from gateway.environment import SettingsRefused
from gateway.house import open_house
from gateway.logs import configure_logs
from gateway.settings import Settings, read_settings


@click.command()
@click.option("--demo", is_flag=True, help="The demo: four organizations with events in the next weeks.")
def seed(demo: bool) -> None:
    """Bring demo data in. Again, it adds what is missing, puts on again what has passed, and leaves all else as it is."""
    if not demo:
        raise click.UsageError("What shall be brought in? Give --demo.")
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_format, settings.log_level)
        seeded = asyncio.run(_seed(settings))
    except Refused as refused:
        click.echo(refused.refusal.message, err=True)
        sys.exit(1)
    except (SettingsRefused, DatabaseRefused, SigningKeyInvalid, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    for each in seeded:
        click.echo(
            f"{each.organization.slug:<10} {each.organization.name}: {each.added} events added, {each.renewed} put on again, "
            f"{each.kept} left as they are"
        )


async def _seed(settings: Settings) -> list[Seeded]:
    async with open_house(settings, follow=False) as house:
        return await seed_demo(house)
