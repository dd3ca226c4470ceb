"""What the tests of finding do again and again: enter events with words, and look for them."""

from typing import Any

from tests.api.box_office import create_event
from tests.api.conftest import Client

FIND = """
query ($first: Int, $after: String, $last: Int, $before: String, $where: EventWhere, $orderBy: [EventOrder!]) {
  events(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) {
    nodes { slug } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


def said(**texts: str) -> list[dict[str, str]]:
    """A localized text as inputs have it; `de_CH` is de-CH."""
    return [{"locale": locale.replace("_", "-"), "text": text} for locale, text in texts.items()]


async def enter(client: Client, slug: str, title: dict[str, str], description: dict[str, str] | None = None, **more: Any) -> str:
    """The id of a new draft with these words."""
    return await create_event(client, slug=slug, title=said(**title), description=said(**description or {}), **more)


async def found(client: Client, order: list[str] | None = None, **where: Any) -> list[str]:
    """The slugs of the events that meet the conditions, in their order; checked against how many are counted."""
    page = (await client.ask(FIND, first=100, where=where, orderBy=order))["events"]
    slugs = [node["slug"] for node in page["nodes"]]
    assert page["totalCount"] == len(slugs)
    return slugs


async def search(client: Client, typed: str, language: str = "en", **where: Any) -> list[str]:
    """The slugs of the events that somebody finds who types this and reads this language."""
    return await found(client.with_headers(accept_language=language), search=typed, **where)
