"""Changing metadata fields: declare one, change it, delete it."""

from typing import Annotated

import strawberry

from domain import metadata_fields as domain
from domain import refusals
from domain.metadata_fields import MetadataKind
from resolvers import metadata as deeds
from schema import ids
from schema.errors import MayRefuse, UserError, payload, shows
from schema.metadata import MetadataField
from schema.texts import TranslationInput, read_translations

FIELD_ID = ("input", "fieldId")


@shows(domain.MetadataKeyTaken, "Another field of the organization has this key.")
class MetadataKeyTaken(UserError):
    """See `domain.metadata_fields.MetadataKeyTaken`."""

    key: str = strawberry.field(description="The key that is taken.")


@shows(domain.MetadataFieldInUse, "Events have values of the field that would be lost.")
class MetadataFieldInUse(UserError):
    """See `domain.metadata_fields.MetadataFieldInUse`."""

    events: int = strawberry.field(description="How many events have such values.")


@strawberry.input(description="One of the values that an ENUM field may have.")
class MetadataOptionInput:
    """Read into `domain.metadata_fields.MetadataOption`."""

    value: str = strawberry.field(description="The value, for programs: letters, digits, `.`, `_` and `-`.")
    label: list[TranslationInput] = strawberry.field(description="What people call it, in one language at least.")


@strawberry.input(description="A new metadata field.")
class CreateMetadataFieldInput:
    """Read into `domain.metadata_fields.CreateMetadataField`."""

    key: str = strawberry.field(description="Its name for programs, such as minimumAge; it stays for good.")
    label: list[TranslationInput] = strawberry.field(description="What people call it, in one language at least.")
    kind: MetadataKind = strawberry.field(description="What its values are.")
    options: list[MetadataOptionInput] | None = strawberry.field(
        default=None, description="What its values may be; for ENUM, and required."
    )
    public: bool | None = strawberry.field(default=None, description="Whether everybody sees it; the staff only when nothing is said.")
    filterable: bool | None = strawberry.field(default=None, description="Whether events can be found by it; not when nothing is said.")
    position: int | None = strawberry.field(default=None, description="Its place among the fields; 0 when nothing is said.")

    def to_domain(self) -> domain.CreateMetadataField:
        """The command meant."""
        return domain.CreateMetadataField(_details(self, self.key))


@strawberry.input(description="A change of a metadata field; what is left out stays as it is.")
class UpdateMetadataFieldInput:
    """Read into `domain.metadata_fields.UpdateMetadataField`."""

    field_id: strawberry.ID = strawberry.field(description="The field to change.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    label: list[TranslationInput] | None = strawberry.field(default=None, description="Another label, in all its languages.")
    kind: MetadataKind | None = strawberry.field(default=None, description="Another kind; only while no event has a value.")
    options: list[MetadataOptionInput] | None = strawberry.field(
        default=None, description="All options from now on; one that an event has stays."
    )
    public: bool | None = strawberry.field(default=None, description="Whether everybody sees it.")
    filterable: bool | None = strawberry.field(default=None, description="Whether events can be found by it.")
    position: int | None = strawberry.field(default=None, description="Another place among the fields.")

    def to_domain(self) -> domain.UpdateMetadataField:
        """The command meant."""
        return domain.UpdateMetadataField(ids.expect(self.field_id, "MetadataField", FIELD_ID), self.expected_version, _details(self))


@strawberry.input(description="Delete a metadata field.")
class DeleteMetadataFieldInput:
    """Read into `domain.metadata_fields.DeleteMetadataField`."""

    field_id: strawberry.ID = strawberry.field(description="The field to delete.")
    expected_version: int = strawberry.field(description="The version that was read.")
    even_if_used: bool = strawberry.field(
        default=False, description="Delete the values that events have of it, too; otherwise it stays while there are any."
    )

    def to_domain(self) -> domain.DeleteMetadataField:
        """The command meant."""
        return domain.DeleteMetadataField(ids.expect(self.field_id, "MetadataField", FIELD_ID), self.expected_version, self.even_if_used)


@payload(refusals.InputInvalid, domain.MetadataKeyTaken, description="The answer to `createMetadataField`.")
class CreateMetadataFieldPayload:
    """The new field, or why there is none."""

    field: MetadataField | None = strawberry.field(default=None, description="The new field.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    domain.MetadataFieldInUse,
    description="The answer to `updateMetadataField`.",
)
class UpdateMetadataFieldPayload:
    """The changed field, or why it was not changed."""

    field: MetadataField | None = strawberry.field(default=None, description="The field as it is now.")


@payload(refusals.NotFound, refusals.VersionConflict, domain.MetadataFieldInUse, description="The answer to `deleteMetadataField`.")
class DeleteMetadataFieldPayload:
    """The id of the field that is gone, or why it is not."""

    field_id: strawberry.ID | None = strawberry.field(default=None, description="The field that is gone.")


@strawberry.type
class MetadataMutations:
    """Mutations of metadata fields, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateMetadataFieldPayload)], description="Declare a metadata field of events. Needs programme:manage."
    )
    async def create_metadata_field(
        self, info: strawberry.Info, input: Annotated[CreateMetadataFieldInput, strawberry.argument(description="The field wished for.")]
    ) -> CreateMetadataFieldPayload:
        """See `resolvers.metadata.create_metadata_field`."""
        made = await deeds.create_metadata_field(info.context, input.to_domain())
        return CreateMetadataFieldPayload(field=made)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(UpdateMetadataFieldPayload)], description="Change a metadata field. Needs programme:manage.")
    async def update_metadata_field(
        self, info: strawberry.Info, input: Annotated[UpdateMetadataFieldInput, strawberry.argument(description="What to change.")]
    ) -> UpdateMetadataFieldPayload:
        """See `resolvers.metadata.update_metadata_field`."""
        changed = await deeds.update_metadata_field(info.context, input.to_domain())
        return UpdateMetadataFieldPayload(field=changed)  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(DeleteMetadataFieldPayload)], description="Delete a metadata field. Needs programme:manage.")
    async def delete_metadata_field(
        self, info: strawberry.Info, input: Annotated[DeleteMetadataFieldInput, strawberry.argument(description="Which one.")]
    ) -> DeleteMetadataFieldPayload:
        """See `resolvers.metadata.delete_metadata_field`."""
        gone = await deeds.delete_metadata_field(info.context, input.to_domain())
        return DeleteMetadataFieldPayload(field_id=ids.show("MetadataField", gone.id))


def _details(given: CreateMetadataFieldInput | UpdateMetadataFieldInput, key: str | None = None) -> domain.MetadataFieldDetails:
    return domain.MetadataFieldDetails(
        key=key,
        label=read_translations(given.label, ("input", "label")),
        kind=given.kind,
        options=_options(given.options),
        public=given.public,
        filterable=given.filterable,
        position=given.position,
    )


def _options(given: list[MetadataOptionInput] | None) -> tuple[domain.MetadataOption, ...] | None:
    if given is None:
        return None
    labels = [read_translations(each.label, ("input", "options", str(at), "label")) or {} for at, each in enumerate(given)]
    return tuple(domain.MetadataOption(each.value, label) for each, label in zip(given, labels, strict=True))
