"""Brings the demo in, and again whenever asked: what is missing is added, what has passed is put on again, all else stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from adapters.crypto.identifiers import new_id
from adapters.postgres.directory import PostgresDirectory
from adapters.postgres.founding import Member, found
from domain.accounts import Account
from domain.events import Event
from domain.identity import Role
from domain.imports import Change, Documents, ImportedEvent, ImportEvents
from domain.organizations import Organization
from gateway.demo import PASSWORD
from gateway.demo.harbour_nights import HARBOUR_NIGHTS
from gateway.demo.kaze import KAZE
from gateway.demo.programme import Show, Troupe
from gateway.demo.repeating import put_on
from gateway.demo.riverside import RIVERSIDE_COMEDY
from gateway.demo.seeblick import SEEBLICK
from gateway.demo.theatre import stage_play
from gateway.demo.vocabulary import say
from gateway.house import House
from gateway.operators import operator_of
from resolvers.context import Context
from resolvers.importing import import_events, import_venues, imported_events

SOURCE = "demo"
TROUPES = (HARBOUR_NIGHTS, SEEBLICK, KAZE, RIVERSIDE_COMEDY)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What became of one demo organization: whether it is new, how many of its events were added or put on again, and of its series."""

    organization: Organization
    is_new: bool
    added: int
    renewed: int
    kept: int
    repeated: int = 0


async def seed_demo(house: House) -> list[Seeded]:
    """All demo organizations, in the order of the demo; each of them is written as a whole or not at all."""
    return [await _seed(house, troupe) for troupe in TROUPES]


async def _seed(house: House, troupe: Troupe) -> Seeded:
    organization, is_new = await _found(house, troupe)
    ctx = operator_of(house, organization).context
    if house.settings.is_development:
        await _let_in(ctx, troupe)
    venues = await import_venues(ctx, SOURCE, list({show.venue.name: show.venue for show in troupe.shows}.values()))
    due, now = await _due(ctx, troupe)
    events = tuple(_at_its_time(show, troupe, venues, now) for show in due)
    report = await import_events(ctx, ImportEvents(SOURCE, Documents(events, ())))
    await say(ctx, troupe.slug, [each.event for each in report.outcomes if each.change is Change.CREATED])
    await stage_play(ctx, troupe.slug, troupe.currency, venues, now)
    added, renewed = report.count(Change.CREATED)[0], report.count(Change.CHANGED)[0]
    repeated = sum([await put_on(ctx, run, now) for run in troupe.runs])
    return Seeded(organization, is_new, added, renewed, len(troupe.shows) - added - renewed, repeated)


async def _found(house: House, troupe: Troupe) -> tuple[Organization, bool]:
    """The organization with a member in every role; one that has the slug already is taken as it is."""
    new = Organization(new_id(), troupe.slug, troupe.name, default_locale=troupe.locale, default_currency=troupe.currency)
    members = [Member(new_id(), name, _email(role, troupe), role) for role, name in zip(Role, troupe.people, strict=True)]
    is_new = await found(house.pools.app, new, domains=[troupe.domain], members=members)
    organization = new if is_new else await PostgresDirectory(house.pools.system).by_name(troupe.slug)
    return organization or new, is_new


async def _let_in(ctx: Context, troupe: Troupe) -> None:
    """Accounts for those who have none yet. Everybody knows their password, so there are none outside development."""
    hashed = await ctx.outside.passwords.hash(PASSWORD)
    async with ctx.accounts() as work:
        for role, name in zip(Role, troupe.people, strict=True):
            email = _email(role, troupe)
            if await work.accounts.by_email(email) is None:
                await work.accounts.enter(Account(ctx.new_id(), email, name, work.now, hashed, troupe.locale))


def _email(role: Role, troupe: Troupe) -> str:
    return f"{role.value}@{troupe.slug}.example"


async def _due(ctx: Context, troupe: Troupe) -> tuple[list[Show], datetime]:
    """The shows to put on now: those that are not here, and those that were brought in before and are over.

    A show that is still to come is left alone, whatever was changed of it; so is an event of the organizer's own with the same slug.
    """
    slugs = [show.slug for show in troupe.shows]
    ours = await imported_events(ctx, SOURCE, slugs)
    async with ctx.work() as work:
        now = work.now
        here = {event.slug: event for event in await work.events.by_slugs(slugs) if event}
    return [show for show in troupe.shows if _is_due(ours.get(show.slug), here.get(show.slug), now)], now


def _is_due(ours: Event | None, here: Event | None, now: datetime) -> bool:
    if ours is None:
        return here is None
    return ours.ends_at <= now and (here is None or here.id == ours.id)


def _at_its_time(show: Show, troupe: Troupe, venues: Mapping[str, UUID], now: datetime) -> ImportedEvent:
    starts_at, ends_at = show.slot.times(now, show.venue.time_zone)
    return show.on(starts_at, ends_at, troupe.currency, venues)
