"""Organizations as clients see them."""

import strawberry

from resolvers.organizations import organizations_by_id
from schema.nodes import Node, found_by
from schema.scalars import CurrencyCode


@strawberry.federation.type(keys=["id"], description="A tenant: whoever sells the tickets.")
class Organization(Node):
    """See `domain.organizations.Organization`."""

    slug: str = strawberry.field(description="Its short name, used as subdomain and in the header X-Organization.")
    name: str = strawberry.field(description="Its name.")
    default_locale: str = strawberry.field(description="The language that serves readers whose own a text lacks.")
    default_currency: CurrencyCode = strawberry.field(description="The currency it sells in when none is named.")


found_by("Organization", organizations_by_id)
