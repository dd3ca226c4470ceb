"""The command `ticketbase up`: one whole TicketBase on this machine, with every service of which no address is set."""

import asyncio
import os
import sys
from pathlib import Path

import click

from gateway.embedded.faults import CannotStart
from gateway.environment import SettingsRefused
from gateway.settings import check_settings
from gateway.supervisor.console import Console
from gateway.supervisor.plan import Plan
from gateway.supervisor.tree import supervise

PORTS = click.IntRange(0, 65_535)


@click.command()
@click.option("--demo", is_flag=True, help="Fill an empty TicketBase with demo data, and print a token for them.")
@click.option("--host", envvar="TICKETBASE_HOST", default="127.0.0.1", show_default=True, help="The address to answer on.")
@click.option("--port", envvar=["TICKETBASE_PORT", "PORT"], type=PORTS, default=8000, show_default=True, help="The port to answer on.")
@click.option(
    "--data",
    envvar="TICKETBASE_DATA",
    show_envvar=True,
    type=click.Path(path_type=Path),
    default=Path(".data"),
    show_default=True,
    help="The directory for everything that outlives a run.",
)
@click.option("--workers", type=click.IntRange(1, 64), help="Processes of the gateway; one per processor, four at most, by default.")
@click.option("--reload", is_flag=True, help="Start worker and gateway anew when a source file changes.")
def up(*, demo: bool, host: str, port: int, data: Path, workers: int | None, reload: bool) -> None:
    """Bring up TicketBase with all it needs, and stay until Ctrl-C.

    PostgreSQL, Valkey, object storage and a catcher of mails are brought along, each unless its address is set
    (DATABASE_URL, REDIS_URL, S3_ENDPOINT, SMTP_URL).
    """
    if sys.platform != "linux":
        click.echo("`ticketbase up` runs on Linux only: use a container or a virtual machine.", err=True)
        sys.exit(1)
    try:
        environment = dict(os.environ)
        check_settings(environment)
        plan = Plan(
            data=data,
            environment=environment,
            host=host,
            port=port,
            workers=workers or min(os.cpu_count() or 1, 4),
            demo=demo,
            reload=reload,
            drain_seconds=float(environment.get("TICKETBASE_DRAIN_SECONDS") or 10),
        )
        asyncio.run(supervise(plan, Console(sys.stdout)))
    except (CannotStart, SettingsRefused) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
