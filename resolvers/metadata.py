"""Metadata: declare fields, change and delete them; reading them, and the values of events, as far as the viewer may."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import metadata_fields as rules
from domain.identity import Permission
from domain.metadata import EventMetadata
from domain.metadata_fields import CreateMetadataField, DeleteMetadataField, MetadataField, UpdateMetadataField
from domain.work import Work

from resolvers.context import Context


async def create_metadata_field(ctx: Context, ask: CreateMetadataField) -> MetadataField:
    """The new field."""
    ctx.viewer.require(Permission.PROGRAMME_MANAGE)
    async with ctx.work() as work:
        field = rules.create(ctx.new_id(), ask.details, await work.metadata_fields.for_change())
        await work.metadata_fields.keep(field)
    return field


async def update_metadata_field(ctx: Context, ask: UpdateMetadataField) -> MetadataField:
    """The field with the changes asked for; no event loses a value by it."""
    ctx.viewer.require(Permission.PROGRAMME_MANAGE)
    async with ctx.work() as work:
        field = rules.named(ask.field_id, await work.metadata_fields.for_change())
        changed = rules.update(field, ask.expected_version, ask.changes)
        await _refuse_losses(work, field, changed)
        await work.metadata_fields.keep(changed)
    return changed


async def delete_metadata_field(ctx: Context, ask: DeleteMetadataField) -> MetadataField:
    """The field as it was; its values are gone."""
    ctx.viewer.require(Permission.PROGRAMME_MANAGE)
    async with ctx.work() as work:
        field = rules.named(ask.field_id, await work.metadata_fields.for_change())
        gone = rules.deletable(field, ask, await work.metadata_fields.uses(field.id, None))
        await work.metadata_fields.delete(gone.id)
    return gone


async def list_metadata_fields(ctx: Context) -> Sequence[MetadataField]:
    """Those that this viewer may know of, by position."""
    async with ctx.reading() as reading:
        fields = await reading.metadata_fields.all()
    return [each for each in fields if rules.visible(each, staff=is_staff(ctx))]


async def metadata_fields_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[MetadataField | None]:
    """The fields by id; None for those that this viewer may not know of."""
    async with ctx.reading() as reading:
        fields = await reading.metadata_fields.get_many(ids)
    return [rules.visible(each, staff=is_staff(ctx)) for each in fields]


async def metadata_of_events(ctx: Context, event_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Sequence[EventMetadata]]:
    """For each event what this viewer may know of its metadata."""
    async with ctx.reading() as reading:
        return await reading.metadata.of_events(event_ids, staff=is_staff(ctx))


def is_staff(ctx: Context) -> bool:
    """Whether the viewer sees what is not for the public."""
    return ctx.viewer.may(Permission.EVENTS_READ_UNPUBLISHED)


async def _refuse_losses(work: Work, before: MetadataField, after: MetadataField) -> None:
    lost = rules.losses(before, after)
    if lost is not None:
        rules.keeps_values(lost[0], await work.metadata_fields.uses(before.id, lost[1]))
