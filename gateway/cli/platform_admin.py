"""The command `ticketbase platform-admin`: says who may act in every organization, which nothing but this command does."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import click

from adapters.postgres import platform_admins
from gateway.database import DatabaseRefused, check_database, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import read_settings

Answer = TypeVar("Answer")


@click.group("platform-admin")
def platform_admin() -> None:
    """Let somebody act in every organization, or no more. What they do is in each organization's own log."""


@platform_admin.command()
@click.argument("email")
def grant(email: str) -> None:
    """Let the account with this proved address act in every organization."""
    address = email.strip().lower()
    if not _ask(lambda pool: platform_admins.grant(pool, address)):
        click.echo(f"There is no account whose address {address} was proved; let the person sign up first.", err=True)
        sys.exit(1)
    click.echo(f"{address} may act in every organization, within five seconds.")


@platform_admin.command()
@click.argument("email")
def revoke(email: str) -> None:
    """Let the account with this address act where it is a member only."""
    address = email.strip().lower()
    if not _ask(lambda pool: platform_admins.revoke(pool, address)):
        click.echo(f"{address} is no admin of the platform.", err=True)
        sys.exit(1)
    click.echo(f"{address} is no admin of the platform any more, within five seconds.")


@platform_admin.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def list_(as_json: bool) -> None:
    """Print who may act in every organization."""
    admins = _ask(platform_admins.everybody)
    if as_json:
        click.echo(json.dumps([{"email": email, "name": name, "grantedAt": at} for email, name, at in admins]))
        return
    for email, name, at in admins:
        click.echo(f"{email}  {name}  since {at}")


def _ask(question: Callable[[Any], Awaitable[Answer]]) -> Answer:
    async def ask() -> Answer:
        async with open_pools(read_settings(os.environ)) as pools:
            await check_database(pools)
            return await question(pools.system)

    try:
        return asyncio.run(ask())
    except (SettingsRefused, DatabaseRefused, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
