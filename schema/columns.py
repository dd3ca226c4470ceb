"""The one place where a field is declared that is worked out for many objects at once: ids, localized texts, prices."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import strawberry

from domain.texts import in_language
from resolvers.context import Context

ColumnFunction = Callable[[Context, Sequence[Any]], Sequence[object]]
"""`(ctx, objects) -> one value per object`, in their order. It looks nothing up, and may be called again for some of the objects."""


def column(function: ColumnFunction, *, description: str) -> Any:
    """A field that `function` works out: for all objects of a level in a compiled plan, one by one for graphql-core.

    >>> class Event:
    ...     title: str = column(titles, description="Its title in the viewer's language.")
    """

    def resolve(root: object, info: strawberry.Info) -> object:
        return function(info.context, [root])[0]

    return strawberry.field(resolver=resolve, description=description, metadata={"column": function})


def localized(attribute: str, *, description: str) -> Any:
    """A text in the viewer's language; empty where there is none."""
    read = attrgetter(attribute)

    def texts(ctx: Context, objects: Sequence[Any]) -> Sequence[object]:
        locales = ctx.viewer.locales
        first = locales[0] if locales else ""
        return [text.get(first) or in_language(text, locales) for text in map(read, objects)]

    return column(texts, description=description)
