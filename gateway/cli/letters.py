"""The command `ticketbase letters`: what became of letters that no mail server would take, and sending them again."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar
from uuid import UUID

import click

from adapters.postgres.letters import PostgresDeadLetters
from domain.letters import DeadLetter
from gateway.database import DatabaseRefused, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import Settings, read_settings

Answer = TypeVar("Answer")


@click.group()
def letters() -> None:
    """Look after letters that were given up."""


@letters.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: a list of objects.")
def dead(as_json: bool) -> None:
    """List the letters that were given up; to whom they were nobody can see."""
    found = _ask(lambda dead_letters: dead_letters.all())
    if as_json:
        click.echo(json.dumps([_shown(each) for each in found], indent=2))
    elif not found:
        click.echo("No letter was given up.")
    else:
        for each in found:
            click.echo(f"{each.id}  {each.died_at:%Y-%m-%d %H:%M:%S} UTC  {each.kind}, {_tries(each)}: {each.fault}")
        click.echo("Send them again with `ticketbase letters retry ID …`.")


@letters.command()
@click.argument("ids", metavar="ID …", nargs=-1, type=click.UUID)
@click.option("--all", "everything", is_flag=True, help="All letters that were given up.")
def retry(ids: Sequence[UUID], everything: bool) -> None:
    """Let the worker send these again."""
    if everything == bool(ids):
        raise click.UsageError("Give either the ids of letters or --all.")

    async def again(dead_letters: PostgresDeadLetters) -> tuple[Sequence[UUID], Sequence[UUID]]:
        asked = [each.id for each in await dead_letters.all()] if everything else ids
        return asked, await dead_letters.retry(asked)

    asked, found = _ask(again)
    click.echo("1 letter is sent again." if len(found) == 1 else f"{len(found)} letters are sent again.")
    if unknown := [each for each in asked if each not in found]:
        click.echo(f"No letter that was given up: {', '.join(map(str, unknown))}.", err=True)
        sys.exit(1)


def _ask(question: Callable[[PostgresDeadLetters], Awaitable[Answer]]) -> Answer:
    try:
        return asyncio.run(_answer(read_settings(os.environ), question))
    except (SettingsRefused, DatabaseRefused, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


async def _answer(settings: Settings, question: Callable[[PostgresDeadLetters], Awaitable[Answer]]) -> Answer:
    async with open_pools(settings) as pools:
        return await question(PostgresDeadLetters(pools.system))


def _tries(letter: DeadLetter) -> str:
    return "1 try" if letter.tries == 1 else f"{letter.tries} tries"


def _shown(letter: DeadLetter) -> dict[str, object]:
    return {
        "id": str(letter.id),
        "organizationId": str(letter.organization_id) if letter.organization_id else None,
        "kind": letter.kind,
        "tries": letter.tries,
        "fault": letter.fault,
        "postedAt": letter.posted_at.isoformat().replace("+00:00", "Z"),
        "diedAt": letter.died_at.isoformat().replace("+00:00", "Z"),
    }
