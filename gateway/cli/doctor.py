"""The command `ticketbase doctor`: looks at everything TicketBase needs, and says what is wrong and what to do."""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import click
from cryptography.exceptions import UnsupportedAlgorithm

from adapters.crypto.tokens import SigningKeyInvalid, read_signing_key
from adapters.valkey.client import connect
from gateway.database import DatabaseRefused, database_faults, open_pools
from gateway.environment import SettingsRefused
from gateway.health import Finding, look
from gateway.house import dependencies_of, services_of
from gateway.settings import Settings, read_settings

NEXT_STEPS = {
    "postgresql": "check DATABASE_URL, and that the server runs",
    "valkey": "check REDIS_URL; until it is back, live streams read the database every second",
    "object_storage": "check S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY and S3_BUCKET",
    "mail": "check SMTP_URL",
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: what it is called, and what is wrong with it (nothing, when all is well)."""

    name: str
    faults: tuple[str, ...] = ()


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def doctor(as_json: bool) -> None:
    """Check the settings, the signing key, every service, row security and the database's safety; exit 1 when something is wrong."""
    diagnoses = asyncio.run(_examine())
    if as_json:
        click.echo(json.dumps([{"name": each.name, "ok": not each.faults, "faults": each.faults} for each in diagnoses]))
    else:
        _show(diagnoses)
    sys.exit(1 if any(each.faults for each in diagnoses) else 0)


async def _examine() -> list[Diagnosis]:
    try:
        settings = read_settings(os.environ)
    except SettingsRefused as refused:
        return [Diagnosis("settings", tuple(str(refused).splitlines()))]
    return [Diagnosis("settings"), _key(settings), *await _services(settings)]


def _key(settings: Settings) -> Diagnosis:
    try:
        read_signing_key(settings.tokens.signing_key.reveal())
    except (SigningKeyInvalid, UnsupportedAlgorithm) as invalid:
        return Diagnosis("signing_key", (str(invalid),))
    return Diagnosis("signing_key")


async def _services(settings: Settings) -> list[Diagnosis]:
    redis = connect(settings.redis_url.reveal())
    try:
        async with open_pools(settings) as pools:
            findings = await look(dependencies_of(settings, pools, redis))
            database = Diagnosis("row_security_and_safety", tuple(await database_faults(pools)))
    except DatabaseRefused as refused:
        return [Diagnosis("postgresql", (str(refused),)), *map(_diagnose, await look(services_of(settings, redis)))]
    finally:
        await redis.aclose()
    return [*map(_diagnose, findings), database]


def _diagnose(finding: Finding) -> Diagnosis:
    return Diagnosis(finding.name, (f"{finding.fault}: {NEXT_STEPS[finding.name]}.",) if finding.fault else ())


def _show(diagnoses: Sequence[Diagnosis]) -> None:
    for each in diagnoses:
        name = each.name.replace("_", " ")
        click.echo(f"{'ok  ' if not each.faults else 'FAIL'}  {name}")
        for fault in each.faults:
            click.echo(f"      {fault}")
