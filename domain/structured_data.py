"""Structured data: an event as search engines read it, in the words of schema.org as JSON-LD."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import images
from domain.addresses import Addresses
from domain.events import PUBLIC_STATUSES, AttendanceMode, Event, EventStatus
from domain.images import Image
from domain.organizations import Organization
from domain.texts import in_language
from domain.ticket_types import SalesStatus, SaleTerms, TicketType, price_of
from domain.venues import Venue

MEDIA_TYPE = "application/ld+json"
SCHEMA = "https://schema.org"

Json = str | float | None | list["Json"] | dict[str, "Json"]

_MODES = {
    AttendanceMode.PHYSICAL: "OfflineEventAttendanceMode",
    AttendanceMode.VIRTUAL: "OnlineEventAttendanceMode",
    AttendanceMode.HYBRID: "MixedEventAttendanceMode",
}
_AVAILABLE = {
    SalesStatus.ON_SALE: "InStock",
    SalesStatus.SOLD_OUT: "SoldOut",
    SalesStatus.NOT_YET_ON_SALE: "PreOrder",
    # Held tickets may come back, and a paused sale may go on.
    SalesStatus.RESERVED_OUT: "OutOfStock",
    SalesStatus.PAUSED: "OutOfStock",
    SalesStatus.SALES_ENDED: "OutOfStock",
}
# What could end a script element, begin a comment in one, or break a line of one.
_UNSAFE = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


@dataclass(frozen=True, slots=True)
class Told:
    """All that is told of an event; `sales` is the status of each ticket type, `moved_online` that it was to be attended in person."""

    event: Event
    organization: Organization
    venue: Venue | None
    images: Sequence[Image]
    ticket_types: Sequence[TicketType]
    sales: Mapping[UUID, SalesStatus]
    moved_online: bool


def is_told(event: Event | None) -> bool:
    """Whether search engines are told of the event: when the public sees it, whoever asks."""
    return event is not None and event.status in PUBLIC_STATUSES


def describe(told: Told, addresses: Addresses, locales: Sequence[str]) -> dict[str, Json]:
    """The event as JSON-LD, in the first of the languages it is told in; what is not known is left out."""
    event, organization = told.event, told.organization
    page = addresses.of_event(organization.slug, event.slug)
    return _known(
        {
            "@context": SCHEMA,
            "@type": "Event",
            "@id": page,
            "url": page,
            "name": in_language(event.title, locales),
            "description": in_language(event.description, locales),
            **_times(event),
            "eventStatus": f"{SCHEMA}/{status_of(event, moved_online=told.moved_online)}",
            "eventAttendanceMode": f"{SCHEMA}/{_MODES[event.attendance_mode]}",
            "location": _location(event.attendance_mode, told.venue, page),
            "image": _images(told.images, organization, addresses),
            "organizer": {"@type": "Organization", "name": organization.name, "url": addresses.of(organization.slug)},
            "offers": [_offer(each, event, told.sales.get(each.id), page, locales) for each in told.ticket_types],
        }
    )


def status_of(event: Event, *, moved_online: bool) -> str:
    """The status in schema.org's words; where several hold, the one that matters most to who has a ticket."""
    if event.status is EventStatus.CANCELLED:
        return "EventCancelled"
    if event.status is EventStatus.POSTPONED:
        return "EventPostponed"
    if event.previous_starts_at is not None:
        return "EventRescheduled"
    return "EventMovedOnline" if moved_online else "EventScheduled"


def written(document: Mapping[str, Json]) -> str:
    """The document as JSON that may stand in a page's script element as it is: it can neither end the element nor begin another."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _times(event: Event) -> dict[str, Json]:
    """Of a postponed event the date that was announced: it stays what the event is known by until there is one that holds."""
    known = event.previous_starts_at
    if event.status is EventStatus.POSTPONED and known is not None and known != event.starts_at:
        return {"startDate": _moment(known, event.time_zone)}
    # A previous date is read together with the status EventRescheduled alone.
    rescheduled = known is not None and event.status not in {EventStatus.POSTPONED, EventStatus.CANCELLED}
    return {
        "startDate": _moment(event.starts_at, event.time_zone),
        "endDate": _moment(event.ends_at, event.time_zone),
        "previousStartDate": _moment(known, event.time_zone) if known and rescheduled else None,
    }


def _moment(moment: datetime, zone: str) -> str:
    """By the clocks of the place, with their offset."""
    return moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")


def _location(mode: AttendanceMode, venue: Venue | None, page: str) -> Json:
    """Where to come to, and where to connect: at the event's page, where those with a ticket are shown how."""
    place: Json = _place(venue) if venue and mode is not AttendanceMode.VIRTUAL else None
    virtual: Json = {"@type": "VirtualLocation", "url": page} if mode is not AttendanceMode.PHYSICAL else None
    return [place, virtual] if place and virtual else place or virtual


def _place(venue: Venue) -> dict[str, Json]:
    address: dict[str, Json] = {
        "@type": "PostalAddress",
        "streetAddress": venue.street,
        "addressLocality": venue.city,
        "addressCountry": venue.country,
    }
    geo: Json = None
    if venue.latitude is not None and venue.longitude is not None:
        geo = {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude}
    return _known({"@type": "Place", "name": venue.name, "address": _known(address), "geo": geo})


def _images(gallery: Sequence[Image], organization: Organization, addresses: Addresses) -> list[Json]:
    return [
        addresses.of(organization.slug, images.address(organization.id, image.id, variant.sha256))
        for image in gallery
        for variant in reversed(image.variants)
    ]


def _offer(ticket_type: TicketType, event: Event, sales: SalesStatus | None, page: str, locales: Sequence[str]) -> Json:
    terms = SaleTerms(event.status, event.ends_at, ticket_type.sales_start_at, ticket_type.sales_end_at)
    opens = ticket_type.sales_start_at or event.published_at
    money = price_of(ticket_type)
    return _known(
        {
            "@type": "Offer",
            "name": in_language(ticket_type.name, locales),
            "url": page,
            "price": f"{money.amount:f}",
            "priceCurrency": money.currency,
            "availability": f"{SCHEMA}/{_AVAILABLE[sales or SalesStatus.SALES_ENDED]}",
            "validFrom": _moment(opens, event.time_zone) if opens else None,
            "validThrough": _moment(terms.closes_at, event.time_zone),
        }
    )


def _known(facts: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
