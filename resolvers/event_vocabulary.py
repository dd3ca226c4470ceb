"""Finding events by categories and metadata, as far as the asker may know of them."""

from domain import event_vocabulary as rules
from domain.event_vocabulary import Vocabulary
from domain.events import EventFilter
from domain.metadata_fields import visible

from resolvers.context import Context
from resolvers.metadata import is_staff


async def understood_filter(ctx: Context, where: EventFilter) -> EventFilter:
    """The filter as the store compares it. A field for the staff alone is, to others, one that there is not; they learn nothing by it."""
    if not rules.asks_vocabulary(where):
        return where
    async with ctx.reading() as reading:
        categories, fields = await reading.event_categories.all(), await reading.metadata_fields.all()
    return rules.understood(where, Vocabulary(categories, [each for each in fields if visible(each, staff=is_staff(ctx))]))
