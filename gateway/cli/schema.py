"""The command `ticketbase schema`: prints the published SDL, or tells whether the file still agrees with the code."""

import difflib
import sys
from pathlib import Path

import click

from schema.root import sdl

PUBLISHED = Path(__file__).resolve().parents[2] / "schema" / "schema.graphql"


@click.group()
def schema() -> None:
    """The GraphQL schema."""


@schema.command(name="print")
@click.option("--check", is_flag=True, help="Compare with schema/schema.graphql instead of printing; exit 1 when they differ.")
@click.option("--write", is_flag=True, help="Write schema/schema.graphql anew.")
def print_(check: bool, write: bool) -> None:
    """Print the SDL."""
    if check and write:
        raise click.UsageError("--check and --write exclude each other.")
    now = sdl()
    if write:
        PUBLISHED.write_text(now)
        click.echo(f"Wrote {PUBLISHED.name}; review its difference like code.")
    elif check:
        _compare(now)
    else:
        click.echo(now, nl=False)


def _compare(now: str) -> None:
    published = PUBLISHED.read_text()
    if published == now:
        click.echo("schema.graphql agrees with the code.")
        return
    for line in difflib.unified_diff(published.splitlines(), now.splitlines(), "schema.graphql", "the code", lineterm="", n=2):
        click.echo(line)
    click.echo("schema.graphql differs from the code: run `ticketbase schema print --write` and review the change.", err=True)
    sys.exit(1)
