"""Venues: the places where events happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Venue:
    """A place with an address; `country` is ISO 3166-1 alpha-2, `time_zone` an IANA name."""

    id: UUID
    name: str
    street: str
    city: str
    country: str
    time_zone: str

    typename: ClassVar[str] = "Venue"


class Venues(Protocol):
    """The store of venues."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Venue | None]:
        """The venues by id, in the order asked, None where there is none."""

    async def keep(self, venue: Venue) -> None:
        """Write the venue, new or changed."""
