"""The command `ticketbase serve`: one gateway process."""

import asyncio
import os
import sys
from dataclasses import replace

import click
import uvloop

from gateway.database import DatabaseRefused
from gateway.embedded.faults import CannotStart
from gateway.environment import SettingsRefused
from gateway.logs import configure_logs
from gateway.serving import serve_until_told
from gateway.settings import Settings, read_settings


@click.command()
@click.option("--host", help="The address to answer on; TICKETBASE_HOST otherwise.")
@click.option("--port", type=click.IntRange(1, 65_535), help="The port to answer on; TICKETBASE_PORT otherwise.")
@click.option("--fd", type=click.IntRange(0), help="Answer on this inherited listening socket instead.")
def serve(host: str | None, port: int | None, fd: int | None) -> None:
    """Serve the API until SIGTERM, then finish what is running and leave."""
    try:
        settings = read_settings(os.environ)
        run(replace(settings, host=host or settings.host, port=port or settings.port), fd)
    except (SettingsRefused, DatabaseRefused, CannotStart, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


def run(settings: Settings, fd: int | None = None) -> None:
    """Serve with these settings until told to stop."""
    configure_logs(settings.log_format, settings.log_level)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve_until_told(settings, fd))
