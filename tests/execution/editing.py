"""Visitors that change documents, and the small parts they are made of."""

from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any, TypeVar

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    IntValueNode,
    NameNode,
    Node,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_required_argument,
    parse_type,
)

Written = TypeVar("Written", bound=Node)
DEEPEST = 6


class Editor(Visitor):
    """A visitor that knows the types."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)


class Selector(Editor):
    """Changes selection sets."""

    def __init__(self, schema: GraphQLSchema, change: Callable[[Any, list[SelectionNode]], Iterable[SelectionNode] | None]) -> None:
        super().__init__(schema)
        self._change = change

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
        """Once for each, the innermost first."""
        kind = get_named_type(self.types.get_parent_type())
        changed = self._change(kind, list(node.selections)) if kind else None  # without a type it is invalid already
        return None if changed is None else SelectionSetNode(selections=tuple(changed))


class Knower(Editor):
    """Puts what exists in the place of made-up ids and names, most of the time."""

    def __init__(self, schema: GraphQLSchema, dice: Random, known: Callable[[str, Random], Any]) -> None:
        super().__init__(schema)
        self._dice = dice
        self._known = known

    def leave_argument(self, *_: Any) -> Any:
        """Most of what may be left out is: together they ask for what cannot be."""
        argument = self.types.get_argument()
        is_needed = argument is None or is_required_argument(argument)
        return None if is_needed or self._dice.random() < 0.3 else self.REMOVE

    def leave_string_value(self, *_: Any) -> Any:
        """By the type that is expected there, and the name of the place."""
        kind = get_named_type(self.types.get_input_type())
        place = self.types.get_argument()
        name = getattr(getattr(place, "ast_node", None), "name", None)
        return self._known(f"{kind} {name.value if name else ''}", self._dice) if self._dice.random() < 0.8 else None


class Tamer(Visitor):
    """Makes numbers small, cuts what is too deep, and thins out the rare: fields that are left out with this probability."""

    def __init__(self, dice: Random, rare: Mapping[str, float]) -> None:
        super().__init__()
        self._rare = rare
        self._dice = dice
        self._depth = 0

    def enter_int_value(self, *_: Any) -> Node | None:
        """So that lists stay short."""
        return IntValueNode(value=str(self._dice.randint(-1, 12)))

    def enter_selection_set(self, *_: Any) -> None:
        """One deeper."""
        self._depth += 1

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> Node | None:
        """Nothing below the deepest, and nothing too broad."""
        self._depth -= 1
        kept = [each for each in node.selections if not self._is_dropped(each)][:8]
        if self._depth < DEEPEST and kept:
            return copy_of(node, selections=tuple(kept))
        typename = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=(), selection_set=None, alias=None)
        return SelectionSetNode(selections=(typename,))

    def _is_dropped(self, node: SelectionNode) -> bool:
        return isinstance(node, FieldNode) and self._dice.random() < self._rare.get(node.name.value, 0)


def copy_of(node: Written, **changes: Any) -> Written:
    return type(node)(**{key: getattr(node, key) for key in node.keys if key != "loc"} | changes)


def define(name: str, kind: str, default: Any) -> VariableDefinitionNode:
    directives: tuple[ConstDirectiveNode, ...] = ()
    return VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=name)),
        type=parse_type(kind, no_location=True),
        default_value=default,
        directives=directives,
    )


def declare(tree: DocumentNode, declared: list[VariableDefinitionNode]) -> DocumentNode:
    """The document whose operation has these variables, too."""
    return DocumentNode(
        definitions=tuple(
            copy_of(each, variable_definitions=(*(each.variable_definitions or ()), *declared))
            if isinstance(each, OperationDefinitionNode)
            else each
            for each in tree.definitions
        )
    )


def parts_of(node: Node) -> Iterable[Node]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(getattr(each, "values", ()))
        waiting.extend(inner.value for inner in getattr(each, "fields", ()))
