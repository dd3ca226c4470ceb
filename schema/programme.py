"""What createEvent and updateEvent take of an event's programme: categories, metadata, join link."""

from typing import Any

import strawberry

from domain.metadata import MetadataEntry
from domain.programme import CATEGORY_IDS, ProgrammeWish
from domain.unsaid import UNSAID
from schema import ids


@strawberry.input(description="What an event shall have in one metadata field.")
class MetadataEntryInput:
    """Read into `domain.metadata.MetadataEntry`."""

    key: str = strawberry.field(description="The field's key.")
    value: str | None = strawberry.field(
        default=None, description="The value as the field's kind writes it, such as 12.5, true or 2027-05-01; null takes it away."
    )


def read_programme(given: Any) -> ProgrammeWish:
    """What an input with `category_ids`, `metadata` and `join_url` says."""
    chosen = given.category_ids
    return ProgrammeWish(
        None if chosen is None else tuple(ids.expect(each, "EventCategory", (*CATEGORY_IDS, str(at))) for at, each in enumerate(chosen)),
        tuple(MetadataEntry(each.key, each.value) for each in given.metadata or ()),
        UNSAID if given.join_url is strawberry.UNSET else given.join_url,
    )
