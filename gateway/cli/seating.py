"""The commands `ticketbase import seating-plan` and `ticketbase make-seating-plan`: keep a hall's plan, or make one to measure."""

import asyncio
import json
import os
import sys
from pathlib import Path

import click

from adapters.crypto.tokens import SigningKeyInvalid
from domain.counts import counted
from domain.organizations import Organization
from domain.refusals import Refused
from domain.seating.geometry import MOST_SEATS
from domain.seating.parts import SeatingPlanInvalid
from domain.seating.plans import ImportedSeatingPlan, ImportSeatingPlan
from gateway.database import DatabaseRefused
from gateway.environment import SettingsRefused
from gateway.logs import configure_logs
from gateway.operators import NoSuchOrganization, operating
from gateway.seating.arena import make_arena
from gateway.seating.theatre import make_theatre
from gateway.settings import Settings, read_settings
from resolvers.seating import import_seating_plan
from schema import ids

MAKERS = {"theatre": make_theatre, "arena": make_arena}
FEWEST_SEATS = 100


class NoDocument(Exception):
    """The file holds no JSON; one sentence that says why."""


@click.command(name="seating-plan")
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--organization", help="Slug or id of the organization to import into; TICKETBASE_DEFAULT_ORGANIZATION otherwise.")
@click.option("--name", help="What to call the plan; the name in FILE otherwise. A plan of this name gets a new version.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def seating_plan(file: Path, organization: str | None, name: str | None, as_json: bool) -> None:
    """Import a seating plan in the format of pretix, all of it or nothing.

    Importing the same plan again changes nothing. Events keep the version they use until they are given another one.
    """
    try:
        settings = read_settings(os.environ)
        configure_logs(settings.log_format, settings.log_level)
        wanted = organization or settings.default_organization
        if not wanted:
            raise click.UsageError("Which organization? Give --organization, or set TICKETBASE_DEFAULT_ORGANIZATION.")
        done, owner = asyncio.run(_import(settings, wanted, file, name))
    except Refused as refused:
        _refuse(refused, as_json)
    except (SettingsRefused, DatabaseRefused, SigningKeyInvalid, NoSuchOrganization, NoDocument, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    else:
        click.echo(_as_json(done, owner) if as_json else _as_text(done, owner))


@click.command(name="make-seating-plan")
@click.argument("kind", type=click.Choice(sorted(MAKERS)))
@click.option("--seats", type=click.IntRange(FEWEST_SEATS, MOST_SEATS), required=True, help="How many seats, exactly.")
@click.option(
    "--output", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="The file to write; standard output otherwise."
)
def make_seating_plan(kind: str, seats: int, output: Path | None) -> None:
    """Make a plausible seating plan in the format of pretix, to try things with."""
    document = json.dumps(MAKERS[kind](seats), ensure_ascii=False, separators=(",", ":"))
    if output is None:
        click.echo(document)
        return
    try:
        output.write_text(document + "\n", encoding="utf-8")
    except OSError as error:
        click.echo(f"{output}: {error.strerror or error}", err=True)
        sys.exit(1)
    click.echo(f"Wrote {output}: {kind}, {counted(seats, 'seat')}.", err=True)


async def _import(settings: Settings, organization: str, file: Path, name: str | None) -> tuple[ImportedSeatingPlan, Organization]:
    document = await asyncio.to_thread(_read, file)
    async with operating(settings, organization) as operator:
        done = await import_seating_plan(operator.context, ImportSeatingPlan(document, name))
        return done, operator.organization


def _read(file: Path) -> object:
    """The parsed document. Numbers that JSON does not have are left to the reader of plans, which names their places."""
    try:
        return json.loads(file.read_bytes().decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise NoDocument(f"{file} cannot be read as JSON: {reason}.") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the field {next(name for name in names if names.count(name) > 1)!r} is given twice in one object")
    return found


def _refuse(refused: Refused, as_json: bool) -> None:
    refusal = refused.refusal
    if not isinstance(refusal, SeatingPlanInvalid):
        click.echo(refusal.message, err=True)
    elif as_json:
        faults = [{"path": each.json_path, "message": each.message} for each in refusal.faults]
        click.echo(json.dumps({"faults": faults, "complete": refusal.complete}, ensure_ascii=False))
    else:
        lines = [f"{each.json_path}: {each.message}" for each in refusal.faults]
        count = counted(len(lines), "fault")
        click.echo("\n  ".join([f"Nothing was imported, because of {count}; mend what is named and import again:", *lines]), err=True)
    sys.exit(1)


def _as_text(done: ImportedSeatingPlan, organization: Organization) -> str:
    plan = done.version
    what = f"is version {plan.version}" if done.is_new else f"was here already, as version {plan.version}"
    standing = sum(each.standing for each in plan.categories)
    seats = counted(plan.seat_count, "seat")
    told = [
        f"{plan.name} {what} in {organization.name} ({organization.slug}): {seats} in {counted(len(plan.sections), 'section')}.",
        *(
            f"  {each.name}: {counted(each.seat_count, 'seat')}, {each.accessible_count:,} of them accessible"
            if each.seat_count
            else f"  {each.name}: {each.standing:,} may stand"
            for each in plan.categories
        ),
        *([f"Room for {standing:,} to stand besides."] if standing else []),
        f"Its id for assignSeatingPlan: {ids.show('SeatingPlanVersion', plan.id)}",
    ]
    return "\n".join(told)


def _as_json(done: ImportedSeatingPlan, organization: Organization) -> str:
    plan = done.version
    return json.dumps(
        {
            "organization": organization.slug,
            "id": ids.show("SeatingPlanVersion", plan.id),
            "planId": ids.show("SeatingPlan", plan.plan_id),
            "name": plan.name,
            "version": plan.version,
            "isNew": done.is_new,
            "hash": plan.hash,
            "seatCount": plan.seat_count,
            "sections": len(plan.sections),
            "categories": [
                {"name": each.name, "seatCount": each.seat_count, "accessibleCount": each.accessible_count, "standing": each.standing}
                for each in plan.categories
            ],
        },
        ensure_ascii=False,
    )
