"""The command `ticketbase people`: helps people who cannot help themselves any more."""

import asyncio
import json
import os
import sys

import click
import structlog

from adapters.crypto.identifiers import new_id
from adapters.postgres.account_work import accounting
from domain.addresses import Addresses
from domain.refusals import NotFound, Refused
from domain.two_factor import TwoFactorReset
from gateway.database import DatabaseRefused, check_database, open_pools
from gateway.environment import SettingsRefused
from gateway.logs import configure_logs
from gateway.settings import Settings, read_settings
from gateway.vault_keys import vault_of
from resolvers.two_factor_reset import reset_two_factor

log = structlog.get_logger("ticketbase.people")


@click.group()
def people() -> None:
    """Help people who cannot help themselves any more."""


@people.command("reset-two-factor")
@click.argument("email")
@click.option("--yes", is_flag=True, help="Do not ask again.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON for programs.")
def reset(email: str, yes: bool, as_json: bool) -> None:
    """Let somebody sign in by her password alone who has lost her authenticator and her recovery codes.

    Make sure who she is first: with a stolen password this is all that is missing. All of her sessions end, and she is told by mail.
    """
    address = email.strip().lower()
    if not yes:
        click.confirm(f"Turn off two-factor sign-in for {address}, and end all of her sessions?", abort=True, err=True)
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_format, settings.log_level)
        done = asyncio.run(_reset(settings, address))
    except Refused as refused:
        _refuse(refused, address)
    except (SettingsRefused, DatabaseRefused, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    else:
        log.warning("two_factor_reset", person_id=str(done.person_id), sessions_ended=done.sessions_ended)
        click.echo(json.dumps(_shown(done)) if as_json else _sentence(address, done))


async def _reset(settings: Settings, email: str) -> TwoFactorReset:
    async with open_pools(settings) as pools:
        await check_database(pools)
        vault = vault_of(settings.vault_keys)
        return await reset_two_factor(lambda: accounting(pools.system, vault, new_id), new_id, Addresses(settings.web_address), email)


def _refuse(refused: Refused, email: str) -> None:
    is_unknown = isinstance(refused.refusal, NotFound)
    click.echo(f"There is no account with the address {email}." if is_unknown else f"{email} has no two-factor sign-in.", err=True)
    sys.exit(1)


def _shown(done: TwoFactorReset) -> dict[str, object]:
    return {"personId": str(done.person_id), "sessionsEnded": done.sessions_ended}


def _sentence(email: str, done: TwoFactorReset) -> str:
    sessions = "1 session was" if done.sessions_ended == 1 else f"{done.sessions_ended} sessions were"
    return f"{email} signs in by password alone from now on; {sessions} ended, and a letter is on its way."
