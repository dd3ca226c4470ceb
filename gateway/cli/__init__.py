"""The command `ticketbase`: brings TicketBase up, runs its processes, and looks after it."""

import os
import sys
from importlib import import_module
from pathlib import Path

import click

from gateway.dotenv import read_dotenv
from gateway.environment import SettingsRefused

# Each command is read only when it is called: `up` calls several of them, and none shall wait for the others' imports.
COMMANDS = {
    "up": "gateway.cli.up:up",
    "serve": "gateway.cli.serve:serve",
    "worker": "gateway.cli.worker:worker",
    "migrate": "gateway.cli.migrate:migrate",
    "seed": "gateway.cli.seed:seed",
    "import": "gateway.cli.importing:import_",
    "make-seating-plan": "gateway.cli.seating:make_seating_plan",
    "image-quota": "gateway.cli.image_quota:image_quota",
    "people": "gateway.cli.second_factors:people",
    "letters": "gateway.cli.letters:letters",
    "dead-news": "gateway.cli.dead_news:dead_news",
    "doctor": "gateway.cli.doctor:doctor",
    "audit": "gateway.cli.audit:audit",
    "permissions": "gateway.cli.permissions:permissions",
    "platform-admin": "gateway.cli.platform_admin:platform_admin",
    "token": "gateway.cli.token:token",
    "keys": "gateway.cli.keys:keys",
    "schema": "gateway.cli.schema:schema",
    "documents": "gateway.cli.documents:documents",
}


class Commands(click.Group):
    """Finds a command by its name in the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, read now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ticketbase")
def main() -> None:
    """TicketBase: events, tickets and their sale behind one GraphQL API."""
    try:
        settings = read_dotenv(Path(".env"))
    except SettingsRefused as refused:
        click.echo(str(refused), err=True)
        sys.exit(1)
    for name, value in settings.items():
        os.environ.setdefault(name, value)
