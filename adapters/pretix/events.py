"""Makes an event of its document and of the documents that belong to it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from adapters.pretix.items import Sale, read_items
from adapters.pretix.kinds import ITEM, QUOTA
from adapters.pretix.notebook import Document, Notebook
from adapters.pretix.quotas import read_quotas
from adapters.pretix.tables import EVENT_FIELDS, account
from adapters.pretix.values import Values
from adapters.pretix.withheld import sold_on_the_web
from domain.dates import EARLIEST, end_of_day
from domain.events import LONGEST_TITLE
from domain.imports import Fate, ImportedEvent
from domain.names import LONGEST_SLUG, is_slug, is_time_zone


@dataclass(frozen=True, slots=True)
class Terms:
    """What documents leave open: the locale of a bare text, the capacity of what has no quota, the event of what names none."""

    locale: str
    capacity: int
    otherwise: str | None = None


def read_event(document: Document, belongings: Sequence[Document], terms: Terms, notes: Notebook) -> ImportedEvent:
    """The event with its ticket types and pools; stand-ins where something is at fault, which is noted."""
    account(document, document.body, EVENT_FIELDS, notes)
    values = Values(document, notes)
    name = values.text("slug")
    title = values.localized("name", terms.locale, LONGEST_TITLE)
    zone = _time_zone(values)
    starts_at, ends_at = _dates(values, zone)
    presale = values.moment("presale_start"), values.moment("presale_end")
    if presale[0] and presale[1] and presale[1] <= presale[0]:
        values.fault("is not after presale_start", "presale_end")
    sale = Sale(name, values.currency("currency"), presale, terms.locale, terms.capacity)
    quotas = read_quotas(name, [each for each in belongings if each.kind == QUOTA], notes)
    stock = read_items(sale, [each for each in belongings if each.kind == ITEM], quotas, notes)
    return ImportedEvent(
        name=name,
        file=document.file,
        slug=_slug(values, name),
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=zone,
        ticket_types=stock.ticket_types,
        pools=tuple(stock.pools.values()),
        held_back=_held_back(values),
        off_sale=tuple(stock.off_sale),
    )


def _slug(values: Values, name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_SLUG].rstrip("-")
    if name and not is_slug(slug):
        values.fault("has neither letters a to z nor digits", "slug")
    if slug != name:
        values.note(Fate.MAPPED, f"as {slug}, because slugs are lower-case letters, digits and single hyphens", "slug")
    return slug


def _time_zone(values: Values) -> str:
    zone = values.text("timezone")
    if zone and not is_time_zone(zone):
        values.fault(f"{zone} is no IANA time zone such as Europe/Berlin", "timezone")
    return zone if is_time_zone(zone) else "UTC"


def _dates(values: Values, zone: str) -> tuple[datetime, datetime]:
    starts_at = values.moment("date_from", required=True) or EARLIEST
    ends_at = values.moment("date_to")
    if ends_at and ends_at < starts_at:
        values.fault("is before date_from", "date_to")
    if ends_at == starts_at:
        values.note(Fate.ASSUMED, "is when it starts, so it ends with that day, at midnight in its time zone", "date_to")
    return starts_at, ends_at if ends_at and ends_at > starts_at else end_of_day(starts_at, zone)


def _held_back(values: Values) -> tuple[str, ...]:
    """Why the event must not be before the public, whatever is on sale for it."""
    reasons = {
        "it is not live at pretix": not values.flag("live", otherwise=False),
        "it is in test mode at pretix": values.flag("testmode", otherwise=False),
        "it is not listed publicly at pretix": not values.flag("is_public", otherwise=True),
        "it is a series of dates": values.flag("has_subevents", otherwise=False),
        "it has a seating plan": values.number("seating_plan") is not None,
        "it is not sold on the web at pretix": not sold_on_the_web(values),
    }
    return tuple(reason for reason, holds in reasons.items() if holds)
