"""The command `ticketbase image-quota`: how much room the images of one organization may take."""

import asyncio
import os
import sys

import click

from adapters.postgres.directory import PostgresDirectory
from adapters.postgres.image_quota import limit_images
from gateway.database import DatabaseRefused, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import Settings, read_settings

MOST = 10**15


@click.command("image-quota")
@click.option("--organization", required=True, help="Its slug or id.")
@click.option("--bytes", "quota", type=click.IntRange(0, MOST), help="What its images may take. What is there already stays.")
@click.option("--usual", is_flag=True, help="What TICKETBASE_IMAGE_QUOTA_BYTES gives everybody.")
def image_quota(organization: str, quota: int | None, usual: bool) -> None:
    """Give one organization more or less room for images than the others."""
    if usual == (quota is not None):
        raise click.UsageError("Give either --bytes or --usual.")
    try:
        settings = read_settings(os.environ)
        name = asyncio.run(_limit(settings, organization, quota))
    except (SettingsRefused, DatabaseRefused, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    if name is None:
        click.echo(f"There is no organization {organization!r}; `ticketbase seed --demo` makes the organization demo.", err=True)
        sys.exit(1)
    room = settings.image_quota_bytes if quota is None else quota
    click.echo(f"The images of {name} may take {room:,} bytes.")


async def _limit(settings: Settings, name: str, quota: int | None) -> str | None:
    async with open_pools(settings) as pools:
        organization = await PostgresDirectory(pools.system).by_name(name)
        if organization is None or not await limit_images(pools.app, organization.id, quota):
            return None
    return organization.name
