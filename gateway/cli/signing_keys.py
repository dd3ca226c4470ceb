"""The commands `ticketbase keys rotate` and `ticketbase keys list`: the keys that sign access tokens."""

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, TypeVar

import click

from adapters.crypto.tokens import SigningKeyInvalid, named, new_signing_key, read_signing_key
from adapters.postgres.signing_keys import PostgresSigningKeys
from domain import signing_keys as rules
from domain.signing_keys import Place, RotatedTooSoon, SigningKey, Turn
from domain.vault import Unsealable
from gateway.database import DatabaseRefused, check_database, open_pools
from gateway.environment import SettingsRefused
from gateway.settings import Settings, read_settings
from gateway.signing import seed
from gateway.vault_keys import vault_of

Answer = TypeVar("Answer")

MEANINGS = {
    Place.CURRENT: "signs",
    Place.NEXT: "is published, and signs after the next rotation",
    Place.PREVIOUS: "is still accepted",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The keys after a rotation, or as they were where none was due."""

    rotated: bool
    keys: Sequence[SigningKey]
    forgotten: SigningKey | None = None


@click.command("rotate")
@click.option("--if-older-than", "days", type=click.FloatRange(0), help="Only when the key has signed for so many days; else do nothing.")
@click.option("--now", "at_once", is_flag=True, help="Also when it is too soon: tokens, and who verifies them, may be caught out.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def rotate(days: float | None, at_once: bool, as_json: bool) -> None:
    """Let the next key sign access tokens, forget the previous one, and publish a new next one.

    Nobody notices: gateways see it within a minute, and tokens of the key that signed until now are accepted until they expire.
    """
    outcome = _run(lambda settings: _rotate(settings, timedelta(days=days or 0), at_once=at_once))
    if as_json:
        forgotten = outcome.forgotten and outcome.forgotten.id
        click.echo(json.dumps({"rotated": outcome.rotated, "keys": [*map(_facts, outcome.keys)], "forgotten": forgotten}))
    elif outcome.rotated:
        _show(outcome.keys)
        if outcome.forgotten:
            click.echo(f"{outcome.forgotten.id} is forgotten.")
    else:
        click.echo(f"{outcome.keys[0].id} has signed since {_time(outcome.keys[0].placed_at)} only; nothing was changed.")


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def list_(as_json: bool) -> None:
    """List the keys that sign access tokens; what is secret of them is not shown."""
    keys = _run(_all)
    if as_json:
        click.echo(json.dumps([*map(_facts, keys)]))
    elif keys:
        _show(keys)
    else:
        click.echo("There are no keys yet; the first gateway that starts makes them.")


async def _rotate(settings: Settings, age: timedelta, *, at_once: bool) -> Outcome:
    async with open_pools(settings) as pools:
        await check_database(pools)
        _tell("Waiting for this turn with the keys …")
        async with PostgresSigningKeys(pools.system, vault_of(settings.vault_keys)).turn() as turn:
            await seed(turn, named(read_signing_key(settings.tokens.signing_key.reveal())))
            outcome = await _change(turn, age, at_once=at_once)
        if outcome.rotated:
            _tell(f"Rotated; every process has noticed by {_time(turn.now + rules.NOTICED)}.")
        return outcome


async def _change(turn: Turn, age: timedelta, *, at_once: bool) -> Outcome:
    if not rules.is_older_than(turn.keys, age, turn.now):
        return Outcome(rotated=False, keys=turn.keys)
    rotation = rules.rotate(turn.keys, new_signing_key(), turn.now, at_once=at_once)
    await turn.keep(rotation.keys)
    return Outcome(rotated=True, keys=rotation.keys, forgotten=rotation.forgotten)


async def _all(settings: Settings) -> Sequence[SigningKey]:
    async with open_pools(settings) as pools:
        return await PostgresSigningKeys(pools.system, vault_of(settings.vault_keys)).all()


def _run(deed: Callable[[Settings], Awaitable[Answer]]) -> Answer:
    try:
        return asyncio.run(_deed(deed))
    except RotatedTooSoon as soon:
        _fail(f"Nothing was changed: {soon}, when everybody knows the next key; `--now` does it all the same.")
    except Unsealable as closed:
        _fail(f"The signing keys cannot be opened ({closed}): check TICKETBASE_VAULT_KEYS.")
    except (SettingsRefused, DatabaseRefused, SigningKeyInvalid, OSError) as error:
        _fail(str(error))


async def _deed(deed: Callable[[Settings], Awaitable[Answer]]) -> Answer:
    return await deed(read_settings(os.environ))


def _fail(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(1)


def _tell(progress: str) -> None:
    click.echo(progress, err=True)


def _show(keys: Sequence[SigningKey]) -> None:
    for each in keys:
        click.echo(f"{each.id} {MEANINGS[each.place]}, since {_time(each.placed_at)}.")


def _facts(key: SigningKey) -> dict[str, object]:
    return {"id": key.id, "place": key.place.value, "createdAt": key.created_at.isoformat(), "placedAt": key.placed_at.isoformat()}


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
