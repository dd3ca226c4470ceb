"""Counts what an operation may cost, once for each document: one walk over its selections, as execution will merge them.

Every object counts one, wherever it may stand in the answer; scalars count nothing. A list counts as many objects as it can have: the size
of a page (`first`, `last`, or the usual one), the length of the argument that names what is wanted, what the schema says of the field,
or `ASSUMED` where no rule says anything. Of an abstract type the dearest type counts. What hangs on variables stays an expression.
"""

from collections.abc import Iterable, Iterator, Mapping

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    OperationType,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_list_type,
    is_object_type,
    is_wrapping_type,
    value_from_ast_untyped,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from domain.paging import DEFAULT_PAGE, LONGEST_PAGE
from gateway.graphql.costs import ALWAYS, Asked, Conditions, Cost, Count, Holding, Spot, within

ASSUMED = 20
"""How many objects a list has of which no rule says how long it may be: as many as a usual page."""
MUTATION = 10
"""What the work of one mutation costs besides the objects it shows."""
INTROSPECTION = 100
"""What a look at the schema costs. Its answer is as large as the schema allows, and graphql-core limits how deep it goes."""
META = frozenset({"__schema", "__type"})
PAGING = ("first", "last")

Condition = frozenset[tuple[str, bool]]
Selected = tuple[SelectionSetNode, Condition]
Merged = dict[str, list[tuple[FieldNode, Condition]]]


class TooMuchToCount(Exception):
    """The selections do not end within the budget, spread over all types that they may be of."""


def cost_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode], budget: int
) -> Cost:
    """What a valid operation may cost. Raises TooMuchToCount after `budget` selections."""
    root = schema.get_root_type(operation.operation)
    if root is None:
        return Cost(Holding(()))
    base = MUTATION if operation.operation is OperationType.MUTATION else 0
    return Cost(_Counting(schema, fragments, budget).hold(root, ((operation.selection_set, frozenset()),), None, base))


class _Counting:
    """The walk over one operation. Equal selections of one type are counted once."""

    def __init__(self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], budget: int) -> None:
        self._schema = schema
        self._fragments = fragments
        self._left = budget
        self._known: dict[object, Holding] = {}

    def hold(self, kind: GraphQLObjectType, selected: tuple[Selected, ...], page: Count | None, base: int = 0) -> Holding:
        """What an object of this type may hold; `page` is the size of the page that it is."""
        key = (kind.name, tuple((id(each), condition) for each, condition in selected), page)
        found = self._known.get(key)
        if found is None:
            merged = self._merge(kind, selected)
            spots = (self._spot(kind, name, nodes, page, base) for name, nodes in merged.items())
            found = self._known[key] = Holding(each for each in spots if each)
        return found

    def _spot(
        self, kind: GraphQLObjectType, key: str, found: list[tuple[FieldNode, Condition]], page: Count | None, base: int
    ) -> Spot | None:
        node = found[0][0]
        conditions = _simplify(condition for _, condition in found)
        if node.name.value in META:
            return Spot(key, conditions, 0, (), INTROSPECTION)
        field = self._schema.get_field(kind, node.name.value)
        if field is None:
            return None
        named = get_named_type(field.type)
        if not (is_object_type(named) or is_abstract_type(named)):
            return Spot(key, conditions, 0, (), base) if base and not node.name.value.startswith("__") else None
        asked = _paging(field, node)
        count = _length(field, node, asked, page) if _is_list(field) else 1
        selected = tuple((each.selection_set, condition) for each, condition in found if each.selection_set)
        inner = asked if asked is not None else DEFAULT_PAGE
        holdings = (self.hold(each, selected, inner if _is_page(each) else None) for each in self._kinds(named))
        return Spot(key, conditions, count, tuple(holdings), base)

    def _kinds(self, named: GraphQLNamedType) -> Iterable[GraphQLObjectType]:
        """The types that a value may be of."""
        if is_abstract_type(named):
            return self._schema.get_possible_types(named)
        return (named,) if is_object_type(named) else ()

    def _merge(self, kind: GraphQLObjectType, selected: tuple[Selected, ...]) -> Merged:
        """What these selection sets select of a type, by response key, each with the variables that it hangs on."""
        merged: Merged = {}
        entered: set[tuple[str, Condition]] = set()
        waiting = list(reversed(selected))
        while waiting:
            selections, outer = waiting.pop()
            for node in selections.selections:
                self._left -= 1
                if self._left < 0:
                    raise TooMuchToCount
                condition = _narrow(outer, node)
                if condition is None:
                    continue
                if isinstance(node, FieldNode):
                    merged.setdefault(node.alias.value if node.alias else node.name.value, []).append((node, condition))
                else:
                    waiting.extend(self._enter(kind, node, condition, entered))
        return merged

    def _enter(
        self, kind: GraphQLObjectType, node: SelectionNode, condition: Condition, entered: set[tuple[str, Condition]]
    ) -> Iterator[Selected]:
        """The selections of a fragment, when it is for this type and was not entered under the same conditions."""
        fragment: FragmentDefinitionNode | InlineFragmentNode
        if isinstance(node, InlineFragmentNode):
            fragment = node
        else:
            name = node.name.value  # type: ignore[attr-defined]  # neither a field nor inline: a spread
            if (name, condition) in entered:
                return
            entered.add((name, condition))
            fragment = self._fragments[name]
        if self._is_for(kind, fragment):
            yield fragment.selection_set, condition

    def _is_for(self, kind: GraphQLObjectType, fragment: FragmentDefinitionNode | InlineFragmentNode) -> bool:
        if fragment.type_condition is None:
            return True
        named = self._schema.get_type(fragment.type_condition.name.value)
        return named is kind or (is_abstract_type(named) and self._schema.is_sub_type(named, kind))


def _narrow(outer: Condition, node: SelectionNode) -> Condition | None:
    """The conditions under which a selection counts, or None when it never does."""
    inner = set(outer)
    for directive in node.directives or ():
        if directive.name.value not in ("skip", "include"):
            continue
        wanted, value = directive.name.value == "include", _argument(directive, "if")
        if isinstance(value, VariableNode):
            inner.add((value.name.value, wanted))
        elif value is not None and value_from_ast_untyped(value) is not wanted:
            return None
    return frozenset(inner)


def _simplify(found: Iterable[Condition]) -> Conditions:
    """The alternatives under which a field is there; the one without conditions makes all others needless."""
    alternatives = tuple(dict.fromkeys(found))
    return ALWAYS if frozenset() in alternatives else alternatives


def _paging(field: GraphQLField, node: FieldNode) -> Count | None:
    """How long a page the arguments ask for; None where the field has no pages."""
    named = [name for name in PAGING if name in field.args]
    if not named:
        return None
    most = LONGEST_PAGE if not _is_list(field) else None
    names: list[tuple[str, int | None]] = []
    for name in named:
        value, usual = _argument(node, name), coerce_default_value(field.args[name])
        usual = usual if isinstance(usual, int) else None
        if isinstance(value, VariableNode):
            names.append((value.name.value, usual))
            continue
        said = usual if value is None else int(value.value) if isinstance(value, IntValueNode) else None
        if said is not None:
            return _asked(names, within(said, most), most)
    return _asked(names, DEFAULT_PAGE, most)


def _asked(names: list[tuple[str, int | None]], otherwise: int, most: int | None) -> Count:
    return Asked(tuple(names), otherwise, most) if names else otherwise


def _length(field: GraphQLField, node: FieldNode, asked: Count | None, page: Count | None) -> Count:
    """How many objects a list may have."""
    if asked is not None:
        return asked
    declared = field.extensions.get("most")
    if isinstance(declared, str):
        return _items(_argument(node, declared))
    if isinstance(declared, int):
        return declared
    return ASSUMED if page is None else page


def _items(value: ValueNode | None) -> Count:
    """How many items a list in an argument has; a single value stands for a list of one."""
    if isinstance(value, VariableNode):
        return Asked(((value.name.value, None),), 0)
    if isinstance(value, ListValueNode):
        return len(value.values)
    return 0 if value is None else 1


def _argument(node: FieldNode | DirectiveNode, name: str) -> ValueNode | None:
    return next((each.value for each in node.arguments or () if each.name.value == name), None)


def _is_page(kind: GraphQLObjectType) -> bool:
    """Whether the lists of such an object show one page."""
    return "pageInfo" in kind.fields


def _is_list(field: GraphQLField) -> bool:
    kind: object = field.type
    while is_wrapping_type(kind):
        if is_list_type(kind):
            return True
        kind = kind.of_type
    return False
