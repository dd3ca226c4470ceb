"""The command `ticketbase worker`: the process for what nobody waits for."""

import asyncio
import os
import sys

import click
import uvloop

from gateway.database import DatabaseRefused
from gateway.environment import SettingsRefused
from gateway.logs import configure_logs
from gateway.settings import read_settings
from gateway.worker import work_until_told


@click.command()
def worker() -> None:
    """End overdue holds, pass news on to the bus and send letters, until SIGTERM."""
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_format, settings.log_level)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(work_until_told(settings))
    except (SettingsRefused, DatabaseRefused, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
