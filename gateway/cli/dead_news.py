"""The command `ticketbase dead-news`: what durable groups gave up, trying it again, and the groups themselves."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import click

from adapters.postgres.deliveries import PostgresBacklog, PostgresDeadNews
from domain.bus import DeadNews, Tally
from gateway.database import DatabaseRefused, Pools, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import Settings, read_settings

Answer = TypeVar("Answer")
Change = Callable[[PostgresDeadNews, DeadNews], Awaitable[bool]]

AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")
IDS = click.argument("ids", metavar="ID …", nargs=-1, type=click.UUID)
OF_GROUP = click.option("--group", help="Of this group only.")
ALL = click.option("--all", "everything", is_flag=True, help="All that were given up.")


@click.group("dead-news")
def dead_news() -> None:
    """Look after news that a durable group gave up, and after the groups."""


@dead_news.command("list")
@OF_GROUP
@AS_JSON
def list_(group: str | None, as_json: bool) -> None:
    """List the news that were given up, by when."""
    found = _ask(lambda pools: PostgresDeadNews(pools.system).dead(group))
    if as_json:
        click.echo(json.dumps([_facts(each) for each in found], indent=2))
    elif not found:
        click.echo("No news were given up.")
    else:
        for each in found:
            about = f"{each.published.news.type} for {each.group}, {_tries(each)}: {each.fault}"
            click.echo(f"{each.published.id}  {each.died_at:%Y-%m-%d %H:%M:%S} UTC  {about}")
        click.echo("Have them tried again with `ticketbase dead-news replay ID …`.")


@dead_news.command()
@click.argument("news_id", metavar="ID", type=click.UUID)
@AS_JSON
def show(news_id: UUID, as_json: bool) -> None:
    """Show all that is known of news that were given up, for each group that did."""
    found = _ask(lambda pools: PostgresDeadNews(pools.system).find([news_id]))
    if not found:
        click.echo(f"No news that were given up: {news_id}.", err=True)
        sys.exit(1)
    shown = [{**_facts(each), "payload": dict(each.published.news.payload)} for each in found]
    if as_json:
        click.echo(json.dumps(shown, indent=2))
        return
    for each in shown:
        for name, value in each.items():
            click.echo(f"{name + ':':16}{value if isinstance(value, str) else json.dumps(value)}")


@dead_news.command()
@IDS
@ALL
@OF_GROUP
@AS_JSON
def replay(ids: Sequence[UUID], everything: bool, group: str | None, as_json: bool) -> None:
    """Have these tried again, with all tries before them; they come in front of later news of their subject."""
    _change(ids, everything, group, as_json, lambda store, each: store.replay(each), "tried again")


@dead_news.command()
@IDS
@ALL
@OF_GROUP
@AS_JSON
def discard(ids: Sequence[UUID], everything: bool, group: str | None, as_json: bool) -> None:
    """Forget these: the group will never do its part about them."""
    _change(ids, everything, group, as_json, lambda store, each: store.discard(each), "forgotten")


@dead_news.command()
@AS_JSON
def groups(as_json: bool) -> None:
    """List the durable groups and how far they are."""
    found = _ask(lambda pools: PostgresBacklog(pools.system).tallies())
    if as_json:
        click.echo(json.dumps([_facts_of_group(each) for each in found], indent=2))
        return
    for each in found:
        click.echo(f"{each.group}: {each.waiting} waiting ({each.failing} failed before), {each.dead} given up, {len(each.types)} types")
    if not found:
        click.echo("No group has joined.")


@dead_news.command("drop-group")
@click.argument("name")
def drop_group(name: str) -> None:
    """Keep nothing for this group any more, and forget what it has not done; for groups that no version has any longer."""
    if not _ask(lambda pools: PostgresBacklog(pools.system).leave(name)):
        click.echo(f"No such group: {name}.", err=True)
        sys.exit(1)
    click.echo(f"{name} is gone. A worker that still has it makes it anew when it starts.")


def _change(ids: Sequence[UUID], everything: bool, group: str | None, as_json: bool, change: Change, done: str) -> None:
    if everything == bool(ids):
        raise click.UsageError("Give either the ids of news or --all.")

    async def changed(pools: Pools) -> tuple[set[UUID], set[UUID]]:
        store = PostgresDeadNews(pools.system)
        found = await store.dead(group) if everything else [each for each in await store.find(ids) if group in {None, each.group}]
        with click.progressbar(found, label=done.capitalize(), file=sys.stderr, hidden=len(found) < 100) as shown:
            settled = {each.published.id for each in shown if await change(store, each)}
        return {each.published.id for each in found} if everything else set(ids), settled

    asked, settled = _ask(changed)
    unknown = sorted(map(str, asked - settled))
    if as_json:
        click.echo(json.dumps({"changed": sorted(map(str, settled)), "unknown": unknown}, indent=2))
    else:
        click.echo(f"{len(settled)} {'news item is' if len(settled) == 1 else 'news items are'} {done}.")
    if unknown:
        click.echo(f"No news that were given up: {', '.join(unknown)}.", err=True)
        sys.exit(1)


def _ask(question: Callable[[Pools], Awaitable[Answer]]) -> Answer:
    try:
        return asyncio.run(_answer(read_settings(os.environ), question))
    except (SettingsRefused, DatabaseRefused, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)


async def _answer(settings: Settings, question: Callable[[Pools], Awaitable[Answer]]) -> Answer:
    async with open_pools(settings) as pools:
        return await question(pools)


def _tries(each: DeadNews) -> str:
    return "1 try" if each.tries == 1 else f"{each.tries} tries"


def _facts(each: DeadNews) -> dict[str, object]:
    return {
        "id": str(each.published.id),
        "group": each.group,
        "organizationId": str(each.published.organization_id),
        "type": each.published.news.type,
        "version": each.published.news.version,
        "subject": each.published.news.subject,
        "correlationId": each.published.correlation_id,
        "tries": each.tries,
        "fault": each.fault,
        "occurredAt": _time(each.published.occurred_at),
        "diedAt": _time(each.died_at),
    }


def _facts_of_group(each: Tally) -> dict[str, object]:
    return {
        "group": each.group,
        "types": list(each.types),
        "waiting": each.waiting,
        "failing": each.failing,
        "dead": each.dead,
        "oldest": _time(each.oldest) if each.oldest else None,
    }


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
