"""What the store of series must offer."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from domain.events import Event
from domain.paging import Page, Slice
from domain.series.values import EventSeries, Occurrence, Staged


class SeriesStore(Protocol):
    """The store of series and of which event is whose occurrence. With `public` only what the public may see is found."""

    async def get_many(self, ids: Sequence[UUID], *, public: bool) -> list[EventSeries | None]:
        """The series by id, in the order asked, None where there is none."""

    async def by_slugs(self, slugs: Sequence[str], *, public: bool) -> list[EventSeries | None]:
        """The series by slug, in the order asked."""

    async def page(self, page: Page, *, public: bool) -> Slice[EventSeries]:
        """One window of all series by slug; `page.edge` holds the slug."""

    async def count(self, at_most: int, *, public: bool) -> int:
        """How many there are, counted up to `at_most`."""

    async def of_events(self, event_ids: Sequence[UUID]) -> list[Occurrence | None]:
        """What makes each event an occurrence, None for those that belong to no series."""

    async def events(self, series_ids: Sequence[UUID], page: Page, *, public: bool) -> list[Slice[tuple[date, Event]]]:
        """For each series one window of its occurrences by date; `page.edge` holds the date."""

    async def event_counts(self, series_ids: Sequence[UUID], at_most: int, *, public: bool) -> list[int]:
        """For each series how many occurrences it has, counted up to `at_most`."""

    async def for_change(self, series_id: UUID) -> EventSeries:
        """The series, locked until the work ends; refused with NotFound."""

    async def staged(self, series_id: UUID) -> list[Staged]:
        """All occurrences by date, they and their stock locked until the work ends."""

    async def keep(self, series: EventSeries) -> None:
        """Write the series, new (version 1) or changed; refused with SeriesSlugTaken, VersionConflict or NotFound."""

    async def add(self, series_id: UUID, events: Mapping[date, UUID]) -> None:
        """Make these events the occurrences of these dates."""

    async def hand_over(self, series_id: UUID, to: UUID, since: date) -> None:
        """Make the occurrences of `since` and later dates those of another series."""
