"""Connections: keyset pages of a list, with opaque cursors."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from domain.paging import Slice
from domain.refusals import Fault, InputInvalid, Refused

Node = TypeVar("Node")

First = Annotated[int | None, strawberry.argument(description="How many after `after`; 20 when nothing is said, 100 at most.")]
After = Annotated[str | None, strawberry.argument(description="The cursor to go on after.")]
Last = Annotated[int | None, strawberry.argument(description="How many before `before`, 100 at most.")]
Before = Annotated[str | None, strawberry.argument(description="The cursor to go back from.")]


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """The Relay page information."""

    has_next_page: bool = strawberry.field(description="Whether there are more items after this page.")
    has_previous_page: bool = strawberry.field(description="Whether there are more items before this page.")
    start_cursor: str | None = strawberry.field(description="The cursor of the first item, to page backward with `before`.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last item, to page forward with `after`.")


@strawberry.type(description="An item and its place in the list.")
class Edge(Generic[Node]):
    """The Relay edge."""

    cursor: str = strawberry.field(description="The item's place, opaque.")
    node: Node = strawberry.field(description="The item.")


@strawberry.type(description="A page of a list.")
class Connection(Generic[Node]):
    """The Relay connection with `nodes` besides. Cursors are made when they are asked for."""

    page: strawberry.Private[Slice[Any]]
    cursor: strawberry.Private[Callable[[Any], str]]
    count: strawberry.Private[Callable[[], Awaitable[int]]]

    @strawberry.field(description="The items with their cursors.")
    def edges(self) -> list[Edge[Node]]:
        """Each item with its cursor."""
        return [Edge(cursor=self.cursor(item), node=item) for item in self.page.items]

    @strawberry.field(description="The items alone.")
    def nodes(self) -> list[Node]:
        """The items as they are."""
        return self.page.items  # type: ignore[return-value]

    @strawberry.field(description="Where this page stands.")
    def page_info(self) -> PageInfo:
        """What follows, what comes before, and the cursors at both ends."""
        items = self.page.items
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self.cursor(items[0]) if items else None,
            end_cursor=self.cursor(items[-1]) if items else None,
        )

    @strawberry.field(description="How many items match in all, counted up to 10,000; counted only when asked for.")
    async def total_count(self) -> int | None:
        """The count, by a statement of its own."""
        return await self.count()


def connect(page: Slice[Any], cursor: Callable[[Any], str], count: Callable[[], Awaitable[int]]) -> Connection[Any]:
    """The connection that shows a slice of domain values or rows."""
    return Connection(page=page, cursor=cursor, count=count)


def show_cursor(values: Sequence[str]) -> str:
    """The opaque cursor that holds these sort values."""
    return base64.urlsafe_b64encode(json.dumps(list(values), separators=(",", ":")).encode()).rstrip(b"=").decode()


def read_cursor(cursor: str | None, readers: Sequence[Callable[[str], object]], argument: str) -> tuple[object, ...] | None:
    """The typed sort values of a cursor of the same order; refused with InputInvalid otherwise."""
    if cursor is None:
        return None
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        return tuple(read(value) for read, value in zip(readers, values, strict=True))
    except (binascii.Error, ValueError, TypeError, AttributeError, RecursionError) as broken:
        raise Refused(InputInvalid((Fault((argument,), "is not a cursor of this list in this order"),))) from broken
