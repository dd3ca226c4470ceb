"""Venues as clients see them: reading one and many, entering and changing them."""

from typing import Annotated
from uuid import UUID

import strawberry

from domain import refusals
from domain import venues as domain
from domain.paging import page_of
from resolvers import venues as deeds
from resolvers.venues import venues_by_id
from schema import ids
from schema.connections import Connection, connect, read_cursor, show_cursor
from schema.errors import MayRefuse, payload
from schema.nodes import Node, found_by


@strawberry.type(description="A point on the globe, in degrees of WGS 84.")
class GeoPosition:
    """Two numbers of `domain.venues.Venue`."""

    latitude: float = strawberry.field(description="Degrees north of the equator; south is negative.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich; west is negative.")


@strawberry.federation.type(keys=["id"], description="A place where events happen.")
class Venue(Node):
    """See `domain.venues.Venue`."""

    name: str = strawberry.field(description="What people call it.")
    street: str = strawberry.field(description="Street and number.")
    city: str = strawberry.field(description="The city.")
    country: str = strawberry.field(description="The country, ISO 3166-1 alpha-2.")
    region: str = strawberry.field(description="The region there, as ISO 3166-2 writes it after the hyphen; empty when nobody said.")
    time_zone: str = strawberry.field(description="Its IANA time zone.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")

    @strawberry.field(description="Where it is on the globe; null when nobody said.")
    def position(self: domain.Venue) -> GeoPosition | None:
        """Both numbers."""
        if self.latitude is None or self.longitude is None:
            return None
        return GeoPosition(latitude=self.latitude, longitude=self.longitude)


@strawberry.input(description="A point on the globe, in degrees of WGS 84.")
class GeoPositionInput:
    """Two numbers of `domain.venues.VenueDetails`."""

    latitude: float = strawberry.field(description="Degrees north of the equator, -90 to 90.")
    longitude: float = strawberry.field(description="Degrees east of Greenwich, -180 to 180.")


@strawberry.input(description="A new venue.")
class CreateVenueInput:
    """Read into `domain.venues.CreateVenue`."""

    name: str = strawberry.field(description="What people call it.")
    street: str | None = strawberry.field(default=None, description="Street and number.")
    city: str = strawberry.field(description="The city.")
    country: str = strawberry.field(description="The country, ISO 3166-1 alpha-2.")
    time_zone: str = strawberry.field(description="Its IANA time zone.")
    position: GeoPositionInput | None = strawberry.field(default=None, description="Where it is on the globe.")
    region: str | None = strawberry.field(default=None, description="The region there, such as NY: taxes may depend on it.")

    def to_domain(self) -> domain.CreateVenue:
        """The command meant."""
        return domain.CreateVenue(_details(self))


@strawberry.input(description="A change of a venue; what is left out stays as it is.")
class UpdateVenueInput:
    """Read into `domain.venues.UpdateVenue`."""

    venue_id: strawberry.ID = strawberry.field(description="The venue to change.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    name: str | None = strawberry.field(default=None, description="A new name.")
    street: str | None = strawberry.field(default=None, description="Another street and number.")
    city: str | None = strawberry.field(default=None, description="Another city.")
    country: str | None = strawberry.field(default=None, description="Another country.")
    time_zone: str | None = strawberry.field(default=None, description="Another IANA time zone.")
    position: GeoPositionInput | None = strawberry.field(default=None, description="Another point on the globe.")
    region: str | None = strawberry.field(default=None, description="Another region; empty for none.")

    def to_domain(self) -> domain.UpdateVenue:
        """The command meant."""
        return domain.UpdateVenue(ids.expect(self.venue_id, "Venue", ("input", "venueId")), self.expected_version, _details(self))


@payload(refusals.InputInvalid, description="The answer to `createVenue`.")
class CreateVenuePayload:
    """The new venue, or why there is none."""

    venue: Venue | None = strawberry.field(default=None, description="The new venue.")


@payload(refusals.InputInvalid, refusals.NotFound, refusals.VersionConflict, description="The answer to `updateVenue`.")
class UpdateVenuePayload:
    """The changed venue, or why it was not changed."""

    venue: Venue | None = strawberry.field(default=None, description="The venue as it is now.")


@strawberry.type
class VenueQueries:
    """Queries of venues, merged into the root."""

    @strawberry.field(description="The organization's venues, by name.")
    async def venues(
        self,
        info: strawberry.Info,
        first: Annotated[
            int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")
        ] = None,
        after: Annotated[str | None, strawberry.argument(description="The cursor to go on after.")] = None,
        last: Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")] = None,
        before: Annotated[str | None, strawberry.argument(description="The cursor to go back from.")] = None,
    ) -> Connection[Venue]:
        """One page."""
        readers = (str, UUID)
        page = page_of(first, read_cursor(after, readers, "after"), last, read_cursor(before, readers, "before"))
        found = await deeds.list_venues(info.context, page)
        return connect(found, lambda venue: show_cursor([venue.name, str(venue.id)]), lambda: deeds.count_venues(info.context))


@strawberry.type
class VenueMutations:
    """Mutations of venues, merged into the root."""

    @strawberry.mutation(extensions=[MayRefuse(CreateVenuePayload)], description="Enter a new venue. Needs venues:manage.")
    async def create_venue(
        self, info: strawberry.Info, input: Annotated[CreateVenueInput, strawberry.argument(description="The venue wished for.")]
    ) -> CreateVenuePayload:
        """See `resolvers.venues.create_venue`."""
        return CreateVenuePayload(venue=await deeds.create_venue(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UpdateVenuePayload)], description="Change a venue. Needs venues:manage.")
    async def update_venue(
        self, info: strawberry.Info, input: Annotated[UpdateVenueInput, strawberry.argument(description="What to change.")]
    ) -> UpdateVenuePayload:
        """See `resolvers.venues.update_venue`."""
        return UpdateVenuePayload(venue=await deeds.update_venue(info.context, input.to_domain()))  # type: ignore[arg-type]


def _details(input: CreateVenueInput | UpdateVenueInput) -> domain.VenueDetails:
    place = input.position
    latitude, longitude = (place.latitude, place.longitude) if place else (None, None)
    return domain.VenueDetails(input.name, input.street, input.city, input.country, input.time_zone, latitude, longitude, input.region)


found_by("Venue", venues_by_id)
