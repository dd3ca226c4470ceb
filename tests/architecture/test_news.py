"""Whatever a deed announces has a published schema, and a published schema is never taken back."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from domain.news_types import NEWS_TYPES
from gateway.consuming import GROUPS
from schema.news import ENVELOPE, news_schemas
from tests.architecture.sources import Module, module, our_modules

ANNOUNCERS = frozenset({
    "News", "stock_moved", "keep_event", "note", "event_news", "member_news", "invitation_news", "key_news",
    "announce_ticket_type", "note_ticket_type", "_moved", "_move", "_announce", "_act_in_scope",
})  # fmt: skip
"""Functions that are handed the type of news, or the end of it, and make or announce them."""
SOURCES = ("domain", "resolvers", "adapters", "plugin_host")
NAME = re.compile(r"[a-z_]+:[a-z_]+")
SILENT = frozenset({"description", "title", "$schema", "$id"})
AS_PUBLISHED = Path(__file__).with_name("published_news.json")


def unpublished(module: Module) -> Iterator[str]:
    """Types that are announced in the file, and not in the registry; and announcements whose type cannot be found out."""
    for function in module.functions():
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and _called(node) in ANNOUNCERS]
        for call in calls:
            types = list(_types(call)) or list(_types(function))
            yield from (f"{call.lineno}: {each}" for each in types if not _is_known(each))
            if not types and _called(call) in {"News", "stock_moved"} and function.name not in ANNOUNCERS | {"_published"}:
                yield f"{call.lineno}: the type comes from outside; name {function.name} in ANNOUNCERS"


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _types(tree: ast.AST) -> Iterator[str]:
    """Names of types in the tree; of one that is put together its beginning and a star."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0]
            if isinstance(first, ast.Constant) and re.fullmatch(r"[a-z_]+:", str(first.value)) and not _is_subject(node):
                yield f"{first.value}*"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
            yield node.value


def _is_subject(node: ast.JoinedStr) -> bool:
    """Whether it ends in somebody's id, as subjects do: `event:{event.id}`."""
    last = node.values[-1]
    name = ast.unparse(last.value) if isinstance(last, ast.FormattedValue) else ""
    return name.endswith(("id", "subject"))


def _is_known(type_: str) -> bool:
    return any(each.startswith(type_[:-1]) for each in NEWS_TYPES) if type_.endswith("*") else type_ in NEWS_TYPES


@pytest.mark.parametrize("module", [each for each in our_modules() if each.room in SOURCES], ids=lambda each: str(each.path))
def test_every_type_that_is_announced_is_registered(module: Module) -> None:
    assert list(unpublished(module)) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("async def f(work):\n    work.announce(News('gossip:told', 'town:hall', {}))\n", "2: gossip:told"),
        ("def f(self):\n    kind = 'gossip:told' if self else 'event:created'\n    return [News(kind, 's', {})]\n", "3: gossip:told"),
        ("def f(what):\n    return News(f'gossip:{what}', 's', {})\n", "2: gossip:*"),
        ("def f(kind):\n    return News(kind, 's', {})\n", "2: the type comes from outside; name f in ANNOUNCERS"),
        ("async def f(ctx):\n    await keep_event(ctx, 'event:forgotten')\n", "2: event:forgotten"),
    ],
    ids=["constant", "variable", "put together", "from outside", "by another function"],
)
def test_a_type_that_is_not_registered_is_noticed(text: str, complaint: str) -> None:
    assert list(unpublished(module("resolvers/x.py", text))) == [complaint]


def test_every_registered_type_has_schemas_without_a_gap_and_no_other_has() -> None:
    versions: dict[str, list[int]] = {}
    for type_, version in news_schemas():
        versions.setdefault(type_, []).append(version)

    assert set(versions) == NEWS_TYPES | {ENVELOPE}
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in versions.values())


@pytest.mark.parametrize("key", list(news_schemas()), ids=lambda key: f"{key[0]}-{key[1]}")
def test_a_schema_is_valid_and_describes_everything(key: tuple[str, int]) -> None:
    schema = news_schemas()[key]

    Draft202012Validator.check_schema(schema.document)
    facts = list(_facts(schema.document))

    assert schema.document["$id"] == f"/api/event-schemas/{schema.type}/{schema.version}"
    assert schema.document["title"] == schema.type
    assert all(str(each["description"]).endswith(".") for each in facts)


def _facts(document: object) -> Iterator[dict[str, object]]:
    """The document and every fact in it, at any depth."""
    if isinstance(document, dict):
        yield document
        for each in [*document.get("properties", {}).values(), document.get("items")]:
            yield from _facts(each)


def test_what_a_published_version_promises_stays() -> None:
    """New facts may be added, never demanded; whoever adds one writes it down here, and from then on it stays, too."""
    published = json.loads(AS_PUBLISHED.read_text(encoding="utf-8"))

    now = {f"{each.type}/{each.version}": _promise(each.document) for each in news_schemas().values()}

    assert now == published


def _promise(document: object) -> object:
    """What a schema says without its descriptions."""
    if isinstance(document, list):
        return [_promise(each) for each in document]
    if not isinstance(document, dict):
        return document
    promised = {name: _promise(each) for name, each in document.items() if name not in SILENT}
    if "properties" in document:
        promised["properties"] = {name: _promise(each) for name, each in document["properties"].items()}
    return promised


def test_groups_of_the_house_want_what_is_announced() -> None:
    assert [group.name for group, _ in GROUPS if not group.types <= NEWS_TYPES] == []
