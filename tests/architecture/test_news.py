"""Whatever a deed announces has a published schema, and a published schema is never taken back."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from domain.news_types import NEWS_TYPES
from gateway.consuming import GROUPS
from schema.news import ENVELOPE, news_schemas
from tests.architecture.sources import Module, module, modules_of

SOURCES = ("domain", "resolvers", "adapters", "plugin_host")
FOREIGN = "adapters/pretix"
"""Reads other people's documents, with words of its own."""
READ_BACK = ("adapters/postgres/outbox.py", "adapters/postgres/deliveries.py")
"""Where news are read that were announced before."""
NAME = re.compile(r"[a-z_]+:[a-z_]+")
SILENT = frozenset({"description", "title", "$schema", "$id"})
AS_PUBLISHED = Path(__file__).with_name("published_news.json")


Function = ast.FunctionDef | ast.AsyncFunctionDef
Places = Mapping[str, int]
"""Names of functions, and which of their arguments is a type of news."""


def announcing_modules() -> list[Module]:
    return [each for room in SOURCES for each in modules_of(room) if not each.within(FOREIGN)]


@cache
def functions_of(module: Module) -> tuple[Function, ...]:
    """The functions of a file, looked for once."""
    return tuple(module.functions())


@cache
def calls_of(function: Function) -> tuple[ast.Call, ...]:
    """The calls in a function that hand something over, looked for once."""
    return tuple(node for node in ast.walk(function) if isinstance(node, ast.Call) and node.args)


@cache
def announcers() -> Places:
    """Functions that make news of a type that they are handed, and those that hand theirs on to them."""
    known = {"News": 0}
    functions = [(_name(module, each.name), module, each) for module in announcing_modules() for each in functions_of(module)]
    while True:
        places = [(name, _handed_on(module, each, known)) for name, module, each in functions if name not in known]
        more = {name: place for name, place in places if place is not None}
        if not more:
            return known
        known |= more


def _name(module: Module, name: str) -> str:
    """Private names mean something in their file only."""
    return f"{module.path} {name}" if name.startswith("_") else name


def _handed_on(module: Module, function: Function, known: Places) -> int | None:
    """Which argument of the function is the type that it hands on to one of those known."""
    names = [each.arg for each in function.args.args if each.arg != "self"]
    for _, type_ in _announcements(module, function, known):
        if isinstance(type_, ast.Name) and type_.id in names:
            return names.index(type_.id)
    return None


def _announcements(module: Module, function: Function, known: Places) -> Iterator[tuple[int, ast.expr]]:
    """The lines where the function calls one of those known, each with the type it hands over."""
    for call in calls_of(function):
        place = known.get(_name(module, _called(call)))
        if place is not None and len(call.args) > place:
            yield call.lineno, call.args[place]


def unpublished(module: Module) -> Iterator[str]:
    """Types that are announced in the file, and not in the registry; and announcements whose type cannot be found out."""
    for function in functions_of(module):
        for line, type_ in _announcements(module, function, announcers()):
            types = list(_types(type_)) or list(_types(function))
            yield from (f"{line}: {each}" for each in types if not _is_known(each))
            if not types and not (isinstance(type_, ast.Name) or module.within(*READ_BACK)):
                yield f"{line}: nobody can say which type this is"


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _types(tree: ast.AST) -> Iterator[str]:
    """Names of types in the tree; of one that is put together its beginning and a star."""
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0].value if isinstance(node.values[0], ast.Constant) else None
            if isinstance(first, str) and re.fullmatch(r"[a-z_]+:", first) and not _is_subject(node):
                yield f"{first}*"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and NAME.fullmatch(node.value):
            yield node.value


def _is_subject(node: ast.JoinedStr) -> bool:
    """Whether it ends in somebody's id, as subjects do: `event:{event.id}`."""
    last = node.values[-1]
    name = ast.unparse(last.value) if isinstance(last, ast.FormattedValue) else ""
    return name.endswith(("id", "subject"))


def _is_known(type_: str) -> bool:
    return any(each.startswith(type_[:-1]) for each in NEWS_TYPES) if type_.endswith("*") else type_ in NEWS_TYPES


def test_every_type_that_is_announced_is_registered() -> None:
    complaints = {str(each.path): list(unpublished(each)) for each in announcing_modules()}

    assert len(complaints) > 300
    assert {path: found for path, found in complaints.items() if found} == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("async def f(work):\n    work.announce(News('gossip:told', 'town', {}))\n", "2: gossip:told"),
        ("def f(self):\n    kind = 'gossip:told' if self else 'event:created'\n    return [News(kind, 's', {})]\n", "3: gossip:told"),
        ("def f(what):\n    return News(f'gossip:{what}', 's', {})\n", "2: gossip:*"),
        ("def f(row):\n    return News(row['type'], 's', {})\n", "2: nobody can say which type this is"),
        ("async def f(ctx):\n    await keep_event(ctx, work, 'event:forgotten')\n", "2: event:forgotten"),
    ],
    ids=["constant", "variable", "put together", "unknown", "by another function"],
)
def test_a_type_that_is_not_registered_is_noticed(text: str, complaint: str) -> None:
    assert list(unpublished(module("resolvers/x.py", text))) == [complaint]


def test_functions_that_hand_a_type_on_are_found() -> None:
    assert {"News", "stock_moved", "keep_event", "note", "event_news", "member_news", "invitation_news", "key_news"} <= set(announcers())


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
