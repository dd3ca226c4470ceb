"""Service keys as clients see them: make one, revoke it."""

from datetime import datetime
from typing import Annotated

import strawberry

from domain import refusals
from domain import service_keys as domain
from resolvers import service_keys as deeds
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.nodes import Node, found_by


@strawberry.federation.type(keys=["id"], description="What a program shows instead of a person, for one organization.")
class ServiceKey(Node):
    """See `domain.service_keys.ServiceKey`."""

    name: str = strawberry.field(description="What it is for.")
    hint: str = strawberry.field(description="How its secret begins.")
    created_at: datetime = strawberry.field(description="When it was made.")
    creator_name: str | None = strawberry.field(description="Who made it, by name; null for one who is no member any more.")
    expires_at: datetime | None = strawberry.field(description="Until when it is good; null: until it is revoked.")
    last_used_at: datetime | None = strawberry.field(description="When it was last used, give or take a minute; null: never.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null when it was not.")

    @strawberry.field(description="Who made it, opaque.")
    def created_by(self: domain.ServiceKey) -> strawberry.ID:
        """The global id of the person."""
        return ids.show("Person", self.created_by)

    @strawberry.field(description="What it may do.")
    def permissions(self: domain.ServiceKey) -> list[str]:
        """The permissions' names, sorted."""
        return sorted(self.permissions)


@shows(domain.PermissionTooHigh, "A key cannot do what whoever makes it may not do herself.")
class PermissionTooHigh(UserError):
    """See `domain.service_keys.PermissionTooHigh`."""

    permission: str = strawberry.field(description="That permission.")


@strawberry.input(description="A new service key.")
class CreateServiceKeyInput:
    """Read into `domain.service_keys.CreateServiceKey`."""

    name: str = strawberry.field(description="What it is for.")
    permissions: list[str] = strawberry.field(description="What it may do, such as events:create; never more than the viewer may.")
    expires_at: datetime | None = strawberry.field(default=None, description="Until when it is good; without it until it is revoked.")
    idempotency_key: str | None = strawberry.field(
        default=None, description="The same key with the same input gets the same service key, without its secret."
    )

    def to_domain(self) -> domain.CreateServiceKey:
        """The command meant."""
        return domain.CreateServiceKey(self.name, tuple(self.permissions), self.expires_at, self.idempotency_key)


@strawberry.input(description="Let a service key be worth nothing any more.")
class RevokeServiceKeyInput:
    """Names the key."""

    service_key_id: strawberry.ID = strawberry.field(description="Which one.")


@payload(refusals.InputInvalid, refusals.IdempotencyKeyReused, domain.PermissionTooHigh, description="The answer to `createServiceKey`.")
class CreateServiceKeyPayload:
    """The key and its secret, or why there is none."""

    service_key: ServiceKey | None = strawberry.field(default=None, description="The new key.")
    secret: str | None = strawberry.field(
        default=None, description="The secret to send as `Authorization: Bearer …`, shown this once; null where it was shown before."
    )


@payload(refusals.NotFound, description="The answer to `revokeServiceKey`.")
class RevokeServiceKeyPayload:
    """The key, or why it was not revoked."""

    service_key: ServiceKey | None = strawberry.field(default=None, description="The key as it is now.")


@strawberry.type
class ServiceKeyMutations:
    """Mutations of service keys, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateServiceKeyPayload)], description="Make a key for a program. Needs service-keys:manage."
    )
    async def create_service_key(
        self, info: strawberry.Info, input: Annotated[CreateServiceKeyInput, strawberry.argument(description="The key wished for.")]
    ) -> CreateServiceKeyPayload:
        """See `resolvers.service_keys.create_service_key`."""
        key, secret = await deeds.create_service_key(info.context, input.to_domain())
        return CreateServiceKeyPayload(service_key=key, secret=secret)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(RevokeServiceKeyPayload)],
        description="Let a key be worth nothing any more; within five seconds nobody accepts it. Needs service-keys:manage.",
    )
    async def revoke_service_key(
        self, info: strawberry.Info, input: Annotated[RevokeServiceKeyInput, strawberry.argument(description="Which one.")]
    ) -> RevokeServiceKeyPayload:
        """See `resolvers.service_keys.revoke_service_key`."""
        key_id = ids.expect(input.service_key_id, "ServiceKey", ("input", "serviceKeyId"))
        return RevokeServiceKeyPayload(service_key=await deeds.revoke_service_key(info.context, key_id))  # type: ignore[arg-type]


found_by("ServiceKey", deeds.service_keys_by_id)
