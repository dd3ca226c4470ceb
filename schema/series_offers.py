"""Changing what many occurrences of a series sell."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import events, refusals, ticket_types
from domain import series as domain
from domain.series import OccurrenceScope
from resolvers import series as deeds
from schema import ids
from schema.errors import MayRefuse, payload
from schema.money import MoneyInput
from schema.series import EventSeries
from schema.series_mutations import SERIES, SERIES_VERSION, LeftOccurrence, read_series
from schema.texts import TranslationInput
from schema.ticket_type_mutations import CLEARED, TYPE_ID, read_terms
from schema.ticket_types import TicketType

_ALONG = "in other occurrences as long before or after they begin"


@strawberry.input(description="Change a ticket type, and the one in the same place of other occurrences; what is left out stays as it is.")
class UpdateOccurrenceTicketTypesInput:
    """Read into `domain.series.UpdateOffers`."""

    ticket_type_id: strawberry.ID = strawberry.field(description="A ticket type of the occurrence from which the scope is seen.")
    scope: OccurrenceScope = strawberry.field(description="Of which occurrences; no scope parts the series.")
    expected_version: int = strawberry.field(description=SERIES_VERSION)
    series_id: strawberry.ID | None = strawberry.field(default=None, description=SERIES)
    name: list[TranslationInput] | None = strawberry.field(default=None, description="Its name.")
    price: MoneyInput | None = strawberry.field(default=None, description="What one ticket costs.")
    pool_ids: list[strawberry.ID] | None = strawberry.field(
        default=None, description="Draw on each of these pools, in other occurrences on those of the same names."
    )
    sales_start_at: datetime | None = strawberry.field(default=strawberry.UNSET, description=f"When its sale opens, {_ALONG}; {CLEARED}.")
    sales_end_at: datetime | None = strawberry.field(default=strawberry.UNSET, description=f"When its sale closes, {_ALONG}; {CLEARED}.")
    min_per_order: int | None = strawberry.field(default=strawberry.UNSET, description=f"How many are sold together at least; {CLEARED}.")
    max_per_order: int | None = strawberry.field(
        default=strawberry.UNSET, description=f"How many one order may contain at most; {CLEARED}."
    )
    max_per_buyer: int | None = strawberry.field(default=strawberry.UNSET, description=f"How many one buyer may have in all; {CLEARED}.")
    hidden: bool | None = strawberry.field(default=None, description="Whether the public sees it with an access code only.")
    paused: bool | None = strawberry.field(default=None, description="Whether its sale is interrupted.")

    def to_domain(self) -> domain.UpdateOffers:
        """The command meant."""
        type_id = ids.expect(self.ticket_type_id, "TicketType", TYPE_ID)
        return domain.UpdateOffers(type_id, self.scope, self.expected_version, *read_terms(self), read_series(self.series_id))


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    events.EventNotEditable,
    ticket_types.PoolUnknown,
    ticket_types.PoolCountsSeats,
    description="The answer to `updateOccurrenceTicketTypes`.",
)
class UpdateOccurrenceTicketTypesPayload:
    """What was changed, or why nothing was."""

    series: EventSeries | None = strawberry.field(default=None, description="The series as it is now.")
    ticket_types: list[TicketType] | None = strawberry.field(default=None, description="The ticket types that were changed.")
    left: list[LeftOccurrence] | None = strawberry.field(default=None, description="Occurrences that were left, at least in part.")


@strawberry.type
class SeriesOfferMutations:
    """Mutations of what series sell, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateOccurrenceTicketTypesPayload)],
        description="Change a ticket type of one occurrence, of this and those that follow, or of all, as far as they have it in common. "
        "Needs tickets:manage.",
    )
    async def update_occurrence_ticket_types(
        self,
        info: strawberry.Info,
        input: Annotated[UpdateOccurrenceTicketTypesInput, strawberry.argument(description="Which one, of which, and what.")],
    ) -> UpdateOccurrenceTicketTypesPayload:
        """See `resolvers.series.update_occurrence_ticket_types`."""
        done = await deeds.update_occurrence_ticket_types(info.context, input.to_domain())
        types, left = list(done.ticket_types), list(done.left)
        return UpdateOccurrenceTicketTypesPayload(series=done.series, ticket_types=types, left=left)  # type: ignore[arg-type]
