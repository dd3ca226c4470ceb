"""Changing pools: make a stock for ticket types to share, resize it, take it away."""

from typing import Annotated

import strawberry

from domain import refusals
from domain import ticket_types as domain
from domain.events import EventNotEditable
from resolvers import pools as deeds
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.event_mutations import EVENT_ID
from schema.ticket_types import Pool

_POOL_ID = ("input", "poolId")


@shows(domain.PoolTooSmall, "More tickets of the pool are held and sold than it should have.")
class PoolTooSmall(UserError):
    """See `domain.ticket_types.PoolTooSmall`."""

    held: int = strawberry.field(description="How many are held.")
    sold: int = strawberry.field(description="How many are sold.")


@shows(domain.PoolInUse, "Ticket types draw on the pool, or tickets of it are held or sold.")
class PoolInUse(UserError):
    """See `domain.ticket_types.PoolInUse`."""

    held: int = strawberry.field(description="How many are held.")
    sold: int = strawberry.field(description="How many are sold.")

    @strawberry.field(description="The ticket types that draw on it.")
    def ticket_type_ids(self: domain.PoolInUse) -> list[strawberry.ID]:
        """Their global ids."""
        return [ids.show("TicketType", each) for each in self.ticket_type_ids]


@strawberry.input(description="A stock on which several ticket types may draw.")
class CreatePoolInput:
    """Read into `domain.ticket_types.CreatePool`."""

    event_id: strawberry.ID = strawberry.field(description="The event it is a stock of.")
    name: str = strawberry.field(description="What the staff call it.")
    capacity: int = strawberry.field(description="How many tickets it holds in all.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same pool; with another input it is refused."
    )

    def to_domain(self) -> domain.CreatePool:
        """The command meant."""
        return domain.CreatePool(ids.expect(self.event_id, "Event", EVENT_ID), self.name, self.capacity, self.idempotency_key)


@strawberry.input(description="A change of a pool; what is left out stays as it is.")
class UpdatePoolInput:
    """Read into `domain.ticket_types.UpdatePool`."""

    pool_id: strawberry.ID = strawberry.field(description="The pool to change.")
    name: str | None = strawberry.field(default=None, description="Another name.")
    capacity: int | None = strawberry.field(default=None, description="How many tickets it holds in all, no fewer than are held and sold.")

    def to_domain(self) -> domain.UpdatePool:
        """The command meant."""
        return domain.UpdatePool(ids.expect(self.pool_id, "Pool", _POOL_ID), self.name, self.capacity)


@strawberry.input(description="Take away a pool on which nothing draws.")
class DeletePoolInput:
    """Names the pool."""

    pool_id: strawberry.ID = strawberry.field(description="The pool to take away.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    refusals.IdempotencyKeyReused,
    EventNotEditable,
    description="The answer to `createPool`.",
)
class CreatePoolPayload:
    """The new pool, or why there is none."""

    pool: Pool | None = strawberry.field(default=None, description="The new pool.")


@payload(
    refusals.NotFound,
    refusals.InputInvalid,
    EventNotEditable,
    domain.PoolTooSmall,
    domain.PoolCountsSeats,
    description="The answer to `updatePool`.",
)
class UpdatePoolPayload:
    """The changed pool, or why it was not changed."""

    pool: Pool | None = strawberry.field(default=None, description="The pool as it is now.")


@payload(refusals.NotFound, EventNotEditable, domain.PoolInUse, domain.PoolCountsSeats, description="The answer to `deletePool`.")
class DeletePoolPayload:
    """The id of the pool that is gone, or why it is not."""

    pool_id: strawberry.ID | None = strawberry.field(default=None, description="The pool that is gone.")


@strawberry.type
class PoolMutations:
    """Mutations of pools, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreatePoolPayload)], description="Make a stock for ticket types to share. Needs tickets:manage."
    )
    async def create_pool(
        self, info: strawberry.Info, input: Annotated[CreatePoolInput, strawberry.argument(description="The pool wished for.")]
    ) -> CreatePoolPayload:
        """See `resolvers.pools.create_pool`."""
        return CreatePoolPayload(pool=await deeds.create_pool(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UpdatePoolPayload)], description="Change a pool. Needs tickets:manage.")
    async def update_pool(
        self, info: strawberry.Info, input: Annotated[UpdatePoolInput, strawberry.argument(description="What to change.")]
    ) -> UpdatePoolPayload:
        """See `resolvers.pools.update_pool`."""
        return UpdatePoolPayload(pool=await deeds.update_pool(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(DeletePoolPayload)], description="Take away a pool on which nothing draws. Needs tickets:manage."
    )
    async def delete_pool(
        self, info: strawberry.Info, input: Annotated[DeletePoolInput, strawberry.argument(description="Which one.")]
    ) -> DeletePoolPayload:
        """See `resolvers.pools.delete_pool`."""
        gone = await deeds.delete_pool(info.context, ids.expect(input.pool_id, "Pool", _POOL_ID))
        return DeletePoolPayload(pool_id=ids.show("Pool", gone))
