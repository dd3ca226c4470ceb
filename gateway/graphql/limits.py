"""Measures how much a document asks for, in one cheap pass before validation, and refuses what is too much.

The pass collects fields as execution will: selection sets under one response key are merged, a fragment counts once in each merged set.
It therefore sees what validation would compare and what execution would resolve. It visits at most `selections` selections,
however often fragments spread each other; validation alone would take seconds for what fits into a few kilobytes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInputType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    TokenKind,
    ValueNode,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    type_from_ast,
)

from gateway.graphql.refusals import TooComplex
from gateway.settings import Limits

SCHEMA_FIELDS = frozenset({"__schema", "__type", "_service"})
"""Root fields that show the schema; `_service` is the federation's way to ask for it."""

Chain = frozenset[str]
Written = tuple[SelectionSetNode, Chain]
Place = tuple[str, ...]


@dataclass(slots=True)
class Measures:
    """How much a document asks for. The largest operation counts; `selections` stops one above the limit."""

    tokens: int = 0
    selections: int = 0
    depth: int = 0
    aliases: int = 0
    repeated_keys: int = 0
    directives: int = 0
    root_fields: int = 0
    root_mutations: int = 0
    list_items: int = 0
    shows_schema: bool = False

    def find_excess(self, limits: Limits) -> TooComplex | None:
        """The first limit that is exceeded, tokens apart: these depend on the caller."""
        for name, what in WORDS.items():
            used, allowed = getattr(self, name), getattr(limits, name)
            if used > allowed:
                return TooComplex(name, used, allowed, what)
        return None


WORDS: Mapping[str, str] = {
    "selections": "selections once its fragments are spread",
    "depth": "levels of fields",
    "aliases": "aliases",
    "repeated_keys": "selections of one response key in one place",
    "directives": "directives at one place",
    "root_fields": "root fields",
    "root_mutations": "mutations",
    "list_items": "items in one list",
}


def measure(document: DocumentNode, limits: Limits) -> Measures:
    """How much the document asks for, fragments that no operation reaches included: validation would compare them, too."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    pass_ = _Pass(fragments, limits.selections, Measures(tokens=count_tokens(document)))
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            pass_.note_operation(definition)
    for name in fragments:
        if name not in pass_.reached:
            pass_.note_fragment(name)
    return pass_.measures


def count_tokens(document: DocumentNode) -> int:
    """How many tokens the document has, comments apart; the first and last of the chain stand for its ends."""
    count, token = 0, document.loc.start_token.next if document.loc else None
    while token is not None and token.kind is not TokenKind.EOF:
        count += token.kind is not TokenKind.COMMENT
        token = token.next
    return count


def too_many_tokens(allowed: int, used: int | None = None) -> TooComplex:
    """The refusal of a document that is too long; the parser stops at the first token too many."""
    return TooComplex("tokens", used or allowed + 1, allowed, "tokens")


def find_long_list(
    schema: GraphQLSchema, operation: OperationDefinitionNode, variables: Mapping[str, object], limits: Limits
) -> TooComplex | None:
    """The refusal of a list in the variables with too many items. What a scalar carries inside (JSON) is its own affair."""
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        type_ = type_from_ast(schema, definition.type)
        if name not in variables or type_ is None:
            continue
        for place, items in _iterate_lists((name,), variables[name], type_):  # type: ignore[arg-type]  # validated: it is an input type
            if len(items) > limits.list_items:
                return TooComplex("list_items", len(items), limits.list_items, WORDS["list_items"], place)
    return None


def _iterate_lists(place: Place, value: object, type_: GraphQLInputType) -> Iterator[tuple[Place, list[object]]]:
    """Every list in the value, with its place from the variable's name down."""
    waiting: list[tuple[Place, object, GraphQLInputType]] = [(place, value, type_)]
    while waiting:
        place, value, type_ = waiting.pop()
        if is_non_null_type(type_):
            type_ = type_.of_type
        if is_list_type(type_) and isinstance(value, list):
            yield place, value
            waiting.extend(((*place, str(at)), item, type_.of_type) for at, item in enumerate(value))
        elif is_list_type(type_):
            waiting.append((place, value, type_.of_type))
        elif is_input_object_type(type_) and isinstance(value, dict):
            waiting.extend(((*place, name), value[name], each.type) for name, each in type_.fields.items() if name in value)


@dataclass(slots=True)
class _Level:
    """What is selected in one place, all merged: how often each response key, under which alias, and what hangs on it."""

    counts: dict[str, int] = field(default_factory=dict)
    aliased: set[str] = field(default_factory=set)
    children: dict[str, list[Written]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, node: FieldNode, chain: Chain) -> None:
        """Note one field of this level."""
        key = node.alias.value if node.alias else node.name.value
        self.counts[key] = self.counts.get(key, 0) + 1
        self.names[key] = node.name.value
        if node.alias:
            self.aliased.add(key)
        if node.selection_set:
            self.children.setdefault(key, []).append((node.selection_set, chain))


class _Pass:
    """The one walk over a document."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode], budget: int, measures: Measures) -> None:
        self.fragments = fragments
        self.budget = budget
        self.measures = measures
        self.reached: set[str] = set()
        self.seen: set[int] = set()

    def note_operation(self, operation: OperationDefinitionNode) -> None:
        self._note_written(operation)
        for variable in operation.variable_definitions or ():
            self._note_written(variable)
            if variable.default_value:
                self._note_lists((variable.default_value,))
        before, self.measures.aliases = self.measures.aliases, 0
        root = self._walk(operation.selection_set, frozenset())
        self.measures.aliases = max(before, self.measures.aliases)
        self.measures.root_fields = max(self.measures.root_fields, len(root.counts))
        if operation.operation is OperationType.MUTATION:
            self.measures.root_mutations = max(self.measures.root_mutations, len(root.counts))

    def note_fragment(self, name: str) -> None:
        self.reached.add(name)
        self._walk(self.fragments[name].selection_set, frozenset((name,)))

    def _walk(self, root: SelectionSetNode, chain: Chain) -> _Level:
        """Go down level by level, without recursion; a level under `__schema` has no depth: introspection is deep by nature."""
        first = self._merge([(root, chain)])
        waiting = [(first, 1)]
        while waiting and self.measures.selections <= self.budget:
            level, depth = waiting.pop()
            self._note_level(level, depth)
            for key, written in level.children.items():
                shows = level is first and level.names[key] in SCHEMA_FIELDS
                waiting.append((self._merge(written), depth + 1 if depth and not shows else 0))
        self.measures.shows_schema |= not SCHEMA_FIELDS.isdisjoint(first.names.values())
        return first

    def _note_level(self, level: _Level, depth: int) -> None:
        self.measures.depth = max(self.measures.depth, depth)
        self.measures.aliases += len(level.aliased)
        self.measures.repeated_keys = max(self.measures.repeated_keys, *level.counts.values(), 0)

    def _merge(self, written: list[Written]) -> _Level:
        """All fields of these selection sets, through fragments; a cycle of fragments ends here and validation names it."""
        level = _Level()
        entered: set[str] = set()
        waiting = list(written)
        while waiting:
            selections, chain = waiting.pop()
            for node in selections.selections:
                self.measures.selections += 1
                if self.measures.selections > self.budget:
                    return level
                self._note_written(node)
                if isinstance(node, FieldNode):
                    level.add(node, chain)
                elif isinstance(node, InlineFragmentNode):
                    waiting.append((node.selection_set, chain))
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in entered | chain:
                    entered.add(node.name.value)
                    waiting.extend(self._enter(node.name.value, chain))
        return level

    def _enter(self, name: str, chain: Chain) -> Iterable[Written]:
        fragment = self.fragments.get(name)
        if fragment is None:
            return ()
        self.reached.add(name)
        self._note_written(fragment)
        return ((fragment.selection_set, chain | {name}),)

    def _note_written(self, node: Node) -> None:
        """Count the directives of a node and the literal lists in its arguments, once, however often its fragment is spread."""
        if id(node) in self.seen:
            return
        self.seen.add(id(node))
        directives = getattr(node, "directives", None) or ()
        self.measures.directives = max(self.measures.directives, len(directives))
        for owner in (node, *directives):
            self._note_lists(argument.value for argument in getattr(owner, "arguments", None) or ())

    def _note_lists(self, values: Iterable[ValueNode]) -> None:
        waiting = list(values)
        while waiting:
            value = waiting.pop()
            if isinstance(value, ListValueNode):
                self.measures.list_items = max(self.measures.list_items, len(value.values))
                waiting.extend(value.values)
            elif isinstance(value, ObjectValueNode):
                waiting.extend(each.value for each in value.fields)
