"""Metadata as clients see it: the fields of an organization, and what an event has in them."""

from datetime import date
from decimal import Decimal

import strawberry

from domain import metadata as domain
from domain import metadata_fields as fields
from domain.metadata_fields import MetadataKind
from domain.texts import in_language
from resolvers import metadata as deeds
from resolvers.metadata import metadata_fields_by_id
from schema.enums import show_enum
from schema.nodes import Node, found_by
from schema.texts import Translation, translations

show_enum(
    MetadataKind,
    "What the values of a metadata field are.",
    {
        "STRING": "A line of text, 500 characters at most.",
        "NUMBER": "An exact decimal of up to 15 digits, and 6 after the point.",
        "BOOLEAN": "Written true or false.",
        "DATE": "A day, written as 2027-05-01.",
        "ENUM": "One of the field's options, written as the option's value.",
    },
)


@strawberry.type(description="One of the values that an ENUM field may have.")
class MetadataOption:
    """See `domain.metadata_fields.MetadataOption`."""

    value: str = strawberry.field(description="The value, for programs.")

    @strawberry.field(description="What people call it, in the viewer's language.")
    def label(self: fields.MetadataOption, info: strawberry.Info) -> str:
        """The localized label."""
        return in_language(self.label, info.context.viewer.locales)

    @strawberry.field(description="What people call it, in every language.")
    def labels(self: fields.MetadataOption) -> list[Translation]:
        """The whole localized label."""
        return translations(self.label)


@strawberry.federation.type(keys=["id"], description="Something that the organization says of its events besides what every event has.")
class MetadataField(Node):
    """See `domain.metadata_fields.MetadataField`."""

    key: str = strawberry.field(description="Its name for programs, unique in the organization, for good.")
    kind: MetadataKind = strawberry.field(description="What its values are.")
    options: list[MetadataOption] = strawberry.field(description="What its values may be, when it is an ENUM.")
    public: bool = strawberry.field(description="Whether everybody sees it, or the staff only.")
    filterable: bool = strawberry.field(description="Whether events can be found by it.")
    position: int = strawberry.field(description="Its place among the fields; those in the same place stand by key.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")

    @strawberry.field(description="What people call it, in the viewer's language.")
    def label(self: fields.MetadataField, info: strawberry.Info) -> str:
        """The localized label."""
        return in_language(self.label, info.context.viewer.locales)

    @strawberry.field(description="What people call it, in every language.")
    def labels(self: fields.MetadataField) -> list[Translation]:
        """The whole localized label."""
        return translations(self.label)


@strawberry.type(description="What an event has in one metadata field: as text, and typed in the field of its kind.")
class EventMetadata:
    """See `domain.metadata.EventMetadata`."""

    @strawberry.field(description="The field's key.")
    def key(self: domain.EventMetadata) -> str:
        """The key."""
        return self.field.key

    @strawberry.field(description="What people call the field, in the viewer's language.")
    def label(self: domain.EventMetadata, info: strawberry.Info) -> str:
        """The localized label."""
        return in_language(self.field.label, info.context.viewer.locales)

    @strawberry.field(description="What the value is, and so which of the typed fields has it.")
    def kind(self: domain.EventMetadata) -> MetadataKind:
        """The kind of the field."""
        return self.field.kind

    @strawberry.field(description="Whether everybody sees it, or the staff only.")
    def public(self: domain.EventMetadata) -> bool:
        """Whether the field is public."""
        return self.field.public

    @strawberry.field(description="The value as text, just as `createEvent` and `updateEvent` take it.")
    def value(self: domain.EventMetadata) -> str:
        """Whatever the kind."""
        return domain.show_value(self.value)

    @strawberry.field(description="The value of a STRING.")
    def text(self: domain.EventMetadata) -> str | None:
        """The text."""
        return str(self.value) if self.field.kind is MetadataKind.STRING else None

    @strawberry.field(description="The value of a NUMBER.")
    def number(self: domain.EventMetadata) -> Decimal | None:
        """The number."""
        return self.value if isinstance(self.value, Decimal) else None

    @strawberry.field(description="The value of a BOOLEAN.")
    def boolean(self: domain.EventMetadata) -> bool | None:
        """True or false."""
        return self.value if isinstance(self.value, bool) else None

    @strawberry.field(name="date", description="The value of a DATE.")
    def day(self: domain.EventMetadata) -> date | None:
        """The day."""
        return self.value if isinstance(self.value, date) else None

    @strawberry.field(description="The value of an ENUM with what people call it.")
    def option(self: domain.EventMetadata) -> MetadataOption | None:
        """The option."""
        return domain.option_of(self)  # type: ignore[return-value]


@strawberry.input(description="Conditions on a metadata field that is filterable; values are written as text, as `EventMetadata.value` is.")
class MetadataFilter:
    """Read into `domain.metadata.MetadataCondition`; all conditions given must hold."""

    key: str = strawberry.field(description="The field's key.")
    eq: str | None = strawberry.field(default=None, description="Is this value.")
    in_: list[str] | None = strawberry.field(default=None, name="in", description="Is one of these values.")
    gte: str | None = strawberry.field(default=None, description="Is this or more, of a NUMBER or a DATE.")
    lte: str | None = strawberry.field(default=None, description="Is this or less, of a NUMBER or a DATE.")
    contains: str | None = strawberry.field(default=None, description="Contains this, of a STRING; letter case does not count.")

    def to_domain(self) -> domain.MetadataCondition:
        """The condition meant."""
        return domain.MetadataCondition(self.key, self.eq, self.in_, self.gte, self.lte, self.contains)


@strawberry.type
class MetadataQueries:
    """Queries of metadata, merged into the root."""

    @strawberry.field(
        description="The metadata fields of the organization, at most 50, by position; the public sees those that are public."
    )
    async def metadata_fields(self, info: strawberry.Info) -> list[MetadataField]:
        """Those that the viewer may know of."""
        return await deeds.list_metadata_fields(info.context)  # type: ignore[return-value]


found_by("MetadataField", metadata_fields_by_id)
