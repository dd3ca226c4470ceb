"""Venues: the places where events happen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import ClassVar, Protocol
from uuid import UUID

from domain.names import REGION_FORM, is_country, is_region, is_time_zone
from domain.paging import Page, Slice
from domain.refusals import Faults, Refused, VersionConflict
from domain.texts import check_line

LONGEST_NAME = 200
LONGEST_ADDRESS = 200


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with an address; `country` is ISO 3166-1 alpha-2, `time_zone` an IANA name.

    `region` is the part of its ISO 3166-2 code after the hyphen, empty where nobody said.
    `latitude` and `longitude` are degrees of WGS 84, north and east positive; both are known or neither is.
    """

    id: UUID
    name: str
    street: str
    city: str
    country: str
    time_zone: str
    version: int = 1
    latitude: float | None = None
    longitude: float | None = None
    region: str = ""

    typename: ClassVar[str] = "Venue"


@dataclass(frozen=True, slots=True)
class VenueDetails:
    """What may be said of a venue, new or changed; None in a change means: leave it."""

    name: str | None = None
    street: str | None = None
    city: str | None = None
    country: str | None = None
    time_zone: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class CreateVenue:
    """The wish for a new venue."""

    details: VenueDetails


@dataclass(frozen=True, slots=True)
class UpdateVenue:
    """The wish to change a venue as it was at `expected_version`."""

    venue_id: UUID
    expected_version: int
    changes: VenueDetails


class Venues(Protocol):
    """The store of venues. Reads may return rows that read like a `Venue`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Venue | None]:
        """The venues by id, in the order asked, None where there is none."""

    async def page(self, page: Page) -> Slice[Venue]:
        """One window of the venues by name; `page.edge` holds the name, then the id."""

    async def count(self, at_most: int) -> int:
        """How many there are, counted up to `at_most`."""

    async def for_change(self, venue_id: UUID) -> Venue:
        """The venue, locked until the work ends; refused with NotFound."""

    async def keep(self, venue: Venue) -> None:
        """Write the venue, new (version 1) or changed; refused with VersionConflict or NotFound."""


def create(venue_id: UUID, details: VenueDetails) -> Venue:
    """A new venue; refused with InputInvalid where the details break a rule. The street may be left out."""
    given = _given(details)
    return _checked(Venue(**{"id": venue_id, "street": "", "name": "", "city": "", "country": "", "time_zone": "", **given}))  # type: ignore[arg-type]


def update(venue: Venue, expected_version: int, changes: VenueDetails) -> Venue:
    """The venue with the changes; refused with VersionConflict, or InputInvalid where they break a rule."""
    if venue.version != expected_version:
        raise Refused(VersionConflict(venue.version))
    return _checked(replace(venue, **_given(changes), version=venue.version + 1))  # type: ignore[arg-type]


def _given(details: VenueDetails) -> Mapping[str, object]:
    return {each.name: value for each in fields(VenueDetails) if (value := getattr(details, each.name)) is not None}


def _checked(venue: Venue) -> Venue:
    faults = Faults()
    check_line(faults, venue.name, ("input", "name"), longest=LONGEST_NAME)
    check_line(faults, venue.street, ("input", "street"), longest=LONGEST_ADDRESS, required=False)
    check_line(faults, venue.city, ("input", "city"), longest=LONGEST_ADDRESS)
    faults.check(is_country(venue.country), ("input", "country"), "is not a country of ISO 3166-1 in two capital letters, such as DE")
    faults.check(is_region(venue.region), ("input", "region"), REGION_FORM)
    faults.check(is_time_zone(venue.time_zone), ("input", "timeZone"), "is not an IANA time zone such as Europe/Berlin")
    _check_degrees(faults, venue.latitude, 90, "latitude")
    _check_degrees(faults, venue.longitude, 180, "longitude")
    faults.refuse()
    return venue


def _check_degrees(faults: Faults, degrees: float | None, most: int, name: str) -> None:
    faults.check(degrees is None or abs(degrees) <= most, ("input", "position", name), f"must be between -{most} and {most} degrees")
