"""Organizations: the one asked for."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.organizations import Organization, found
from domain.refusals import NotFound, Refused

from resolvers.context import Context


async def organizations_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Organization | None]:
    """The organizations by id; row security shows only the current one."""
    async with ctx.reading() as reading:
        return await reading.organizations.get_many(ids)


async def own_organization(ctx: Context) -> Organization:
    """The one that the viewer asks for; refused with NoTenant where none is named."""
    [organization] = await organizations_by_id(ctx, [ctx.viewer.tenant], {})
    return found(organization)


def expect_current(ctx: Context, organization_id: UUID, at: tuple[str, ...] = ()) -> None:
    """Refuse with NotFound for another organization than that of the request: what it has is shown to those who ask for it."""
    if organization_id != ctx.viewer.tenant:
        raise Refused(NotFound("organization", at))
