"""The command `ticketbase import`: brings events and seating plans from another system's documents into an organization."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from adapters.crypto.tokens import SigningKeyInvalid
from adapters.pretix.events import Terms
from adapters.pretix.reader import read_documents
from domain.imports import DocumentsBroken, EventOutcome, ImportEvents, ImportReport
from domain.refusals import Refused
from domain.ticket_types import LARGEST_POOL
from gateway.cli.import_report import faults_as_json, report_as_json, report_as_text
from gateway.cli.people import people
from gateway.cli.seating import seating_plan
from gateway.database import DatabaseRefused
from gateway.environment import SettingsRefused
from gateway.logs import configure_logs
from gateway.operators import NoSuchOrganization, Operator, operating
from gateway.settings import Settings, read_settings
from resolvers.importing import import_events

SHOWS_PROGRESS_FROM = 50
FOLDERS = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(name="import")
def import_() -> None:
    """Bring events, seating plans and people from another system here."""


import_.add_command(seating_plan)
import_.add_command(people)


@import_.command()
@click.argument("folder", metavar="DIR", type=FOLDERS)
@click.option("--organization", help="Slug or id of the organization to import into; TICKETBASE_DEFAULT_ORGANIZATION otherwise.")
@click.option("--event", help="Slug of the event that items and quotas belong to which do not say so themselves.")
@click.option(
    "--capacity",
    type=click.IntRange(1, LARGEST_POOL),
    default=100,
    show_default=True,
    help="How many tickets there are of what no quota names.",
)
@click.option("--source", default="pretix", show_default=True, help="A name for where DIR comes from, when there are several.")
@click.option("--shift-dates", is_flag=True, help="Move all events by whole weeks, so that the first starts in two weeks.")
@click.option("--json", "as_json", is_flag=True, help="Report every field as JSON for programs.")
def pretix(folder: Path, organization: str | None, event: str | None, capacity: int, source: str, shift_dates: bool, as_json: bool) -> None:
    """Import documents as the API of pretix answers them, all of them or none.

    DIR holds JSON files in folders called events, items and quotas, single objects or whole pages. Importing again changes what
    was imported before, and doubles nothing. An event without an end ends at midnight.
    """
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_format, settings.log_level)
        name = organization or settings.default_organization
        if not name:
            raise click.UsageError("Which organization? Give --organization, or set TICKETBASE_DEFAULT_ORGANIZATION.")
        done, report = asyncio.run(_import(settings, name, folder, event, capacity, source, shift_dates))
    except Refused as refused:
        _refuse(refused, as_json)
    except (SettingsRefused, DatabaseRefused, SigningKeyInvalid, NoSuchOrganization, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    else:
        click.echo(report_as_json(report, done.organization) if as_json else report_as_text(report, done.organization))


async def _import(
    settings: Settings, name: str, folder: Path, event: str | None, capacity: int, source: str, shift_dates: bool
) -> tuple[Operator, ImportReport]:
    async with operating(settings, name) as operator:
        terms = Terms(operator.organization.default_locale, capacity, event)
        documents = await asyncio.to_thread(read_documents, folder, terms)
        with _progress(len(documents.events)) as told:
            return operator, await import_events(operator.context, ImportEvents(source, documents, shift_dates), told)


@contextmanager
def _progress(events: int) -> Iterator[Callable[[EventOutcome], None]]:
    """A bar on a terminal's standard error when it may take a while, else nothing."""
    if events < SHOWS_PROGRESS_FROM or not sys.stderr.isatty():
        yield lambda _: None
        return
    with click.progressbar(length=events, label="Importing", file=sys.stderr) as bar:
        yield lambda _: bar.update(1)


def _refuse(refused: Refused, as_json: bool) -> None:
    if as_json and isinstance(refused.refusal, DocumentsBroken):
        click.echo(json.dumps(faults_as_json(refused.refusal), ensure_ascii=False))
    else:
        click.echo(refused.refusal.message, err=True)
    sys.exit(1)
