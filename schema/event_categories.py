"""Event categories as clients see them: the tree, entering, changing and deleting."""

from typing import Annotated, Self
from uuid import UUID

import strawberry

from domain import event_categories as domain
from domain import refusals
from domain.texts import in_language
from domain.unsaid import UNSAID, Unsaid
from resolvers import event_categories as deeds
from resolvers.event_categories import event_categories_by_id, event_categories_within
from schema import ids
from schema.batched import batched
from schema.errors import MayRefuse, UserError, payload, shows
from schema.nodes import Node, found_by
from schema.texts import Translation, TranslationInput, read_translations, translations

CATEGORY_ID = ("input", "categoryId")


@strawberry.federation.type(keys=["id"], description="A shelf of the organization's programme, maybe within another one.")
class EventCategory(Node):
    """See `domain.event_categories.EventCategory`."""

    slug: str = strawberry.field(description="Its short name in links, unique in the organization.")
    position: int = strawberry.field(description="Its place among its siblings; those in the same place stand by slug.")
    version: int = strawberry.field(description="Rises with every change; give it as `expectedVersion`.")
    parent: Self | None = batched(event_categories_by_id, key="parent_id", description="The category it is within; null on the top level.")
    children: list[Self] = batched(event_categories_within, description="The categories right within it, by position.")

    @strawberry.field(description="Its name in the viewer's language.")
    def name(self: domain.EventCategory, info: strawberry.Info) -> str:
        """The localized name."""
        return in_language(self.name, info.context.viewer.locales)

    @strawberry.field(description="Its name in every language.")
    def names(self: domain.EventCategory) -> list[Translation]:
        """The whole localized name."""
        return translations(self.name)


@shows(domain.EventCategorySlugTaken, "Another category of the organization has this slug.")
class EventCategorySlugTaken(UserError):
    """See `domain.event_categories.EventCategorySlugTaken`."""

    slug: str = strawberry.field(description="The slug that is taken.")


@shows(domain.EventCategoryInUse, "Events are in the category, or other categories are, so it stays.")
class EventCategoryInUse(UserError):
    """See `domain.event_categories.EventCategoryInUse`."""

    events: int = strawberry.field(description="How many events are in it.")
    subcategories: int = strawberry.field(description="How many categories are right within it; these are to be moved or deleted first.")


@strawberry.input(description="A new category.")
class CreateEventCategoryInput:
    """Read into `domain.event_categories.CreateEventCategory`."""

    slug: str = strawberry.field(description="Its short name in links: lower-case letters, digits, single hyphens.")
    name: list[TranslationInput] = strawberry.field(description="Its name, in one language at least.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="The category it is within; there are four levels at most."
    )
    position: int | None = strawberry.field(default=None, description="Its place among its siblings; 0 when nothing is said.")

    def to_domain(self) -> domain.CreateEventCategory:
        """The command meant."""
        return domain.CreateEventCategory(_details(self))


@strawberry.input(description="A change of a category; what is left out stays as it is.")
class UpdateEventCategoryInput:
    """Read into `domain.event_categories.UpdateEventCategory`."""

    category_id: strawberry.ID = strawberry.field(description="The category to change.")
    expected_version: int = strawberry.field(description="The version that was read; the change is refused when there is a newer one.")
    slug: str | None = strawberry.field(default=None, description="A new short name.")
    name: list[TranslationInput] | None = strawberry.field(default=None, description="A new name, in all its languages.")
    parent_id: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="Move it, with all within it, into this category; null: to the top level."
    )
    position: int | None = strawberry.field(default=None, description="Another place among its siblings.")

    def to_domain(self) -> domain.UpdateEventCategory:
        """The command meant."""
        category_id = ids.expect(self.category_id, "EventCategory", CATEGORY_ID)
        return domain.UpdateEventCategory(category_id, self.expected_version, _details(self))


@strawberry.input(description="Delete a category that has no other ones within it.")
class DeleteEventCategoryInput:
    """Read into `domain.event_categories.DeleteEventCategory`."""

    category_id: strawberry.ID = strawberry.field(description="The category to delete.")
    expected_version: int = strawberry.field(description="The version that was read.")
    even_if_used: bool = strawberry.field(default=False, description="Take its events out of it; otherwise it stays while there are any.")

    def to_domain(self) -> domain.DeleteEventCategory:
        """The command meant."""
        category_id = ids.expect(self.category_id, "EventCategory", CATEGORY_ID)
        return domain.DeleteEventCategory(category_id, self.expected_version, self.even_if_used)


@payload(refusals.InputInvalid, refusals.NotFound, domain.EventCategorySlugTaken, description="The answer to `createEventCategory`.")
class CreateEventCategoryPayload:
    """The new category, or why there is none."""

    category: EventCategory | None = strawberry.field(default=None, description="The new category.")


@payload(
    refusals.InputInvalid,
    refusals.NotFound,
    refusals.VersionConflict,
    domain.EventCategorySlugTaken,
    description="The answer to `updateEventCategory`.",
)
class UpdateEventCategoryPayload:
    """The changed category, or why it was not changed."""

    category: EventCategory | None = strawberry.field(default=None, description="The category as it is now.")


@payload(refusals.NotFound, refusals.VersionConflict, domain.EventCategoryInUse, description="The answer to `deleteEventCategory`.")
class DeleteEventCategoryPayload:
    """The id of the category that is gone, or why it is not."""

    category_id: strawberry.ID | None = strawberry.field(default=None, description="The category that is gone.")


@strawberry.type
class EventCategoryQueries:
    """Queries of event categories, merged into the root."""

    @strawberry.field(description="All event categories, at most 200: each before those within it, siblings by position.")
    async def event_categories(self, info: strawberry.Info) -> list[EventCategory]:
        """The whole tree."""
        return await deeds.list_event_categories(info.context)  # type: ignore[return-value]


@strawberry.type
class EventCategoryMutations:
    """Mutations of event categories, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CreateEventCategoryPayload)], description="Enter a new event category. Needs programme:manage."
    )
    async def create_event_category(
        self, info: strawberry.Info, input: Annotated[CreateEventCategoryInput, strawberry.argument(description="The category wished for.")]
    ) -> CreateEventCategoryPayload:
        """See `resolvers.event_categories.create_event_category`."""
        made = await deeds.create_event_category(info.context, input.to_domain())
        return CreateEventCategoryPayload(category=made)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateEventCategoryPayload)], description="Change an event category. Needs programme:manage."
    )
    async def update_event_category(
        self, info: strawberry.Info, input: Annotated[UpdateEventCategoryInput, strawberry.argument(description="What to change.")]
    ) -> UpdateEventCategoryPayload:
        """See `resolvers.event_categories.update_event_category`."""
        changed = await deeds.update_event_category(info.context, input.to_domain())
        return UpdateEventCategoryPayload(category=changed)  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(DeleteEventCategoryPayload)], description="Delete an event category. Needs programme:manage."
    )
    async def delete_event_category(
        self, info: strawberry.Info, input: Annotated[DeleteEventCategoryInput, strawberry.argument(description="Which one.")]
    ) -> DeleteEventCategoryPayload:
        """See `resolvers.event_categories.delete_event_category`."""
        gone = await deeds.delete_event_category(info.context, input.to_domain())
        return DeleteEventCategoryPayload(category_id=ids.show("EventCategory", gone.id))


def _details(given: CreateEventCategoryInput | UpdateEventCategoryInput) -> domain.EventCategoryDetails:
    return domain.EventCategoryDetails(
        slug=given.slug,
        name=read_translations(given.name, ("input", "name")),
        parent_id=_parent(given.parent_id),
        position=given.position,
    )


def _parent(given: str | None) -> UUID | Unsaid | None:
    if given is strawberry.UNSET:
        return UNSAID
    return None if given is None else ids.expect(given, "EventCategory", ("input", "parentId"))


found_by("EventCategory", event_categories_by_id)
