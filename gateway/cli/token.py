"""The command `ticketbase token`: a short-lived access token for an operator."""

import asyncio
import json
import os
import sys
import time

import click

from adapters.postgres.directory import PostgresDirectory
from domain.identity import Role
from domain.tokens import Claims
from gateway.database import DatabaseRefused, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import Settings, read_settings
from gateway.signing import open_ring

LONGEST_MINUTES = 15


class NoSuchMember(Exception):
    """Nobody to make a token for."""


@click.command()
@click.option("--organization", required=True, help="Its slug or id.")
@click.option(
    "--role", type=click.Choice([each.value for each in Role]), default="owner", show_default=True, help="A member with this role."
)
@click.option(
    "--minutes", type=click.IntRange(1, LONGEST_MINUTES), default=LONGEST_MINUTES, show_default=True, help="How long it is valid."
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def token(organization: str, role: str, minutes: int, as_json: bool) -> None:
    """Print an access token that speaks for a member of an organization."""
    try:
        settings = read_settings(os.environ)
        issued, expires_at = asyncio.run(_issue(settings, organization, Role(role), minutes))
    except (SettingsRefused, DatabaseRefused, NoSuchMember, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(json.dumps({"token": issued, "expiresAt": expires_at}) if as_json else issued)


async def _issue(settings: Settings, name: str, role: Role, minutes: int) -> tuple[str, int]:
    async with open_pools(settings) as pools:
        directory = PostgresDirectory(pools.system)
        organization = await directory.by_name(name)
        if organization is None:
            raise NoSuchMember(f"There is no organization {name!r}; `ticketbase seed --demo` makes the organization demo.")
        person_id = await directory.member_with(organization.id, role)
        member = await directory.membership(organization.id, person_id) if person_id else None
        tokens = (await open_ring(settings, pools)).tokens
    if member is None:
        raise NoSuchMember(f"{organization.name} has no member with the role {role.value}; choose another --role.")
    expires_at = int(time.time()) + minutes * 60
    return tokens.issue(Claims(member.person_id, organization.id, member.version, expires_at)), expires_at
