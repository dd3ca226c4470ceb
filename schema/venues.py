"""Venues as clients see them."""

import strawberry

from resolvers.venues import venues_by_id
from schema.nodes import Node, found_by


@strawberry.federation.type(keys=["id"], description="A place where events happen.")
class Venue(Node):
    """See `domain.venues.Venue`."""

    name: str = strawberry.field(description="What people call it.")
    street: str = strawberry.field(description="Street and number.")
    city: str = strawberry.field(description="The city.")
    country: str = strawberry.field(description="The country, ISO 3166-1 alpha-2.")
    time_zone: str = strawberry.field(description="Its IANA time zone.")


found_by("Venue", venues_by_id)
