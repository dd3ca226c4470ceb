"""The command `ticketbase import people`: brings people from another system in, with the passwords that they have."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import orjson

from adapters.crypto.identifiers import new_id
from adapters.crypto.tokens import SigningKeyInvalid
from adapters.postgres.account_work import accounting
from domain.people_import import ImportedPerson, PeopleBroken, PeopleImported, read_people
from domain.refusals import Refused
from gateway.database import DatabaseRefused
from gateway.environment import SettingsRefused
from gateway.house import open_house
from gateway.logs import configure_logs
from gateway.settings import Settings, read_settings
from resolvers.importing_people import import_people

SHOWS_PROGRESS_FROM = 500
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", metavar="FILE", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON for programs.")
def people(file: Path, as_json: bool) -> None:
    """Import people, all of them or none; who has an account already keeps it as it is.

    FILE holds a JSON object in each line, with email and name, and maybe passwordHash (argon2, bcrypt, or scrypt as Node makes it),
    emailVerified (true when it is not said) and locale. A password is hashed anew when it is next used.
    """
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_format, settings.log_level)
        done = asyncio.run(_import(settings, [_read(line) for line in file.read_bytes().splitlines() if line.strip()]))
    except Refused as refused:
        _refuse(refused, as_json)
    except (SettingsRefused, DatabaseRefused, SigningKeyInvalid, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    else:
        click.echo(json.dumps({"added": done.added, "kept": done.kept}) if as_json else _sentence(done))


async def _import(settings: Settings, records: list[object]) -> PeopleImported:
    async with open_house(settings, follow=False) as house:
        outside = house.outside
        found = read_people(records, outside.passwords.can_verify)
        with _progress(len(found)) as told:
            return await import_people(lambda: accounting(house.pools.system, outside.vault, new_id), new_id, found, told)


def _read(line: bytes) -> object:
    """The value in a line; one that is no JSON is no object either, and is told with the others."""
    try:
        return orjson.loads(line)
    except orjson.JSONDecodeError:
        return None


@contextmanager
def _progress(people: int) -> Iterator[Callable[[ImportedPerson], None]]:
    if people < SHOWS_PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=people, label="Importing", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


def _refuse(refused: Refused, as_json: bool) -> None:
    if as_json and isinstance(refused.refusal, PeopleBroken):
        click.echo(json.dumps({"faults": [{"path": [*each.path], "message": each.message} for each in refused.refusal.faults]}))
    else:
        click.echo(refused.refusal.message, err=True)
    sys.exit(1)


def _sentence(done: PeopleImported) -> str:
    kept = f" {done.kept} had one already, which stays as it is." if done.kept else ""
    return f"{done.added} got an account.{kept}"
