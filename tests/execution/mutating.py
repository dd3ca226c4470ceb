"""Changes generated operations by what generators leave out: variables, fragments, directives, aliases, fields that merge."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    ConstDirectiveNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    NamedTypeNode,
    NameNode,
    Node,
    ObjectFieldNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    is_abstract_type,
    is_non_null_type,
    parse_type,
    print_ast,
    validate,
    visit,
)
from graphql.utilities import value_from_ast_untyped

Written = TypeVar("Written", bound=Node)

DEEPEST = 6
LITERALS = ("int_value", "string_value", "boolean_value", "enum_value", "list_value", "object_value", "float_value", "null_value")


@dataclass(frozen=True)
class Case:
    """An operation with its variables, and which mutators had a part in it."""

    tree: DocumentNode
    variables: dict[str, Any] = field(default_factory=dict)
    features: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return f"{print_ast(self.tree)}\n{self.variables}"


class Mutator:
    """Makes other operations of one, valid ones only, by the dice it is given."""

    def __init__(
        self, schema: GraphQLSchema, dice: Random, known: Callable[[str, Random], Any] | None = None, rare: frozenset[str] = frozenset()
    ) -> None:
        self._rare = rare
        self._schema = schema
        self._dice = dice
        self._known = known
        self._count = 0

    def tame(self, tree: DocumentNode) -> Case | None:
        """The operation with small numbers, not too deep; None when nothing valid is left of it."""
        tamed = visit(tree, _Tamer(self._dice, self._rare))
        case = Case(tamed)
        if self._known is not None:
            case = Case(self._edit(tamed, _Knower(self._schema, self._dice, self._known)))
        return case if self._is_valid(case.tree) else None

    def mutate(self, case: Case, times: int = 6) -> Case:
        """Some mutations after one another; those that make it invalid are left out."""
        mutations = (self._alias, self._merge, self._direct, self._vary, self._name, self._inline, self._ask_type)
        for mutation in self._dice.choices(mutations, k=times):
            variables, features = dict(case.variables), Counter(case.features)
            tree = mutation(case.tree, variables, features)
            if features != case.features and self._is_valid(tree):
                case = Case(tree, variables, features)
        return case

    def _is_valid(self, tree: DocumentNode) -> bool:
        return not validate(self._schema, tree, max_errors=1)

    def _edit(self, tree: DocumentNode, editor: "_Editor") -> DocumentNode:
        edited: DocumentNode = visit(tree, TypeInfoVisitor(editor.types, editor))
        return edited

    def _name_of(self, word: str) -> str:
        self._count += 1
        return f"{word}{self._count}"

    def _chance(self, share: float) -> bool:
        return self._dice.random() < share

    def _selections(
        self, tree: DocumentNode, change: Callable[[GraphQLNamedType, list[SelectionNode]], Iterable[SelectionNode] | None]
    ) -> DocumentNode:
        return self._edit(tree, _Selector(self._schema, change))

    def _alias(self, tree: DocumentNode, _variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some fields under other names, some of which are names of other fields."""

        def change(_kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            changed: list[SelectionNode] = []
            for each in selections:
                if isinstance(each, FieldNode) and self._chance(0.3):
                    features["alias"] += 1
                    other = self._dice.choice(("number", "id", "text", f"{each.name.value}_", f"a{self._dice.randrange(9)}"))
                    changed.append(_copy(each, alias=NameNode(value=other)))
                else:
                    changed.append(each)
            return changed

        return self._selections(tree, change)

    def _merge(self, tree: DocumentNode, _variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some fields twice, the second time with a part of what they select; some twice under two names."""

        def change(_kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode] | None:
            chosen = [each for each in selections if isinstance(each, FieldNode) and self._chance(0.25)]
            for each in chosen:
                features["merge"] += 1
                again = each
                if each.selection_set and len(each.selection_set.selections) > 1:
                    part = self._dice.sample(each.selection_set.selections, self._dice.randint(1, len(each.selection_set.selections)))
                    again = _copy(each, selection_set=SelectionSetNode(selections=tuple(part)))
                if self._chance(0.4):
                    again = _copy(again, alias=NameNode(value=self._name_of("again")))
                selections = [*selections, again] if self._chance(0.5) else [again, *selections]
            return selections

        return self._selections(tree, change)

    def _direct(self, tree: DocumentNode, variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some fields and fragments under conditions, written out or by a variable."""
        declared: list[VariableDefinitionNode] = []

        def change(_kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            return [self._condition(each, variables, features, declared) if self._chance(0.25) else each for each in selections]

        return _declare(self._selections(tree, change), declared)

    def _condition(
        self, node: SelectionNode, variables: dict[str, Any], features: Counter[str], declared: list[VariableDefinitionNode]
    ) -> SelectionNode:
        name = self._dice.choice(("skip", "include"))
        features[name] += 1
        wanted = self._chance(0.3 if name == "skip" else 0.7)
        value: Any = BooleanValueNode(value=wanted)
        if self._chance(0.5):
            features["condition by variable"] += 1
            variable = self._name_of("c")
            has_default = self._chance(0.3)
            kind = "Boolean" if has_default else "Boolean!"
            declared.append(_definition(variable, kind, BooleanValueNode(value=wanted) if has_default else None))
            if not has_default or self._chance(0.5):
                variables[variable] = wanted
            value = VariableNode(name=NameNode(value=variable))
        directive = DirectiveNode(name=NameNode(value=name), arguments=(ArgumentNode(name=NameNode(value="if"), value=value),))
        return _copy(node, directives=(*(node.directives or ()), directive))

    def _vary(self, tree: DocumentNode, variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some values by variables: given, left to their default, or left out."""
        editor = _Varier(self._schema, self, variables, features)
        return _declare(self._edit(tree, editor), editor.declared)

    def make_variable(self, node: Any, kind: Any, variables: dict[str, Any], features: Counter[str]) -> VariableDefinitionNode | None:
        """The variable that stands for a literal of this type, with its value among the variables; None to leave the literal."""
        if not self._chance(0.6) or any(isinstance(each, VariableNode) for each in _parts(node)):
            return None
        name = self._name_of("v")
        features["variable"] += 1
        way = self._dice.choice(("given", "given", "default", "both", "absent"))
        written = str(kind)
        if way == "absent" and not is_non_null_type(kind):
            features["variable left out"] += 1
            return _definition(name, written, None)
        if way in ("default", "both") and node.kind != "null_value":
            features["variable with default"] += 1
            if way == "both":
                variables[name] = value_from_ast_untyped(node)
            return _definition(name, written.removesuffix("!"), node)
        variables[name] = value_from_ast_untyped(node)
        return _definition(name, written, None)

    def _name(self, tree: DocumentNode, _variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Parts of selections as named fragments, spread once or more often."""
        made: list[FragmentDefinitionNode] = []

        def change(kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            if not self._chance(0.4) or not selections:
                return selections
            features["fragment"] += 1
            name = self._name_of("F")
            start = self._dice.randrange(len(selections))
            part = selections[start : start + self._dice.randint(1, 3)]
            condition = NamedTypeNode(name=NameNode(value=self._related(kind)))
            made.append(
                FragmentDefinitionNode(
                    name=NameNode(value=name),
                    type_condition=condition,
                    directives=(),
                    selection_set=SelectionSetNode(selections=tuple(part)),
                )
            )
            spread = FragmentSpreadNode(name=NameNode(value=name), directives=())
            again = (spread,) if self._chance(0.3) else ()
            return [*again, *selections[:start], spread, *selections[start + len(part) :]]

        changed = self._selections(tree, change)
        return DocumentNode(definitions=(*changed.definitions, *made))

    def _inline(self, tree: DocumentNode, _variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Parts of selections within inline fragments, with and without a type."""

        def change(kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            if not self._chance(0.4) or not selections:
                return selections
            features["inline fragment"] += 1
            start = self._dice.randrange(len(selections))
            part = selections[start : start + self._dice.randint(1, 3)]
            condition = NamedTypeNode(name=NameNode(value=self._related(kind))) if self._chance(0.7) else None
            inline = InlineFragmentNode(type_condition=condition, directives=(), selection_set=SelectionSetNode(selections=tuple(part)))
            return [*selections[:start], inline, *selections[start + len(part) :]]

        return self._selections(tree, change)

    def _related(self, kind: GraphQLNamedType) -> str:
        """The type itself, one of its kinds, or an interface of it."""
        if is_abstract_type(kind) and self._chance(0.3):
            possible: GraphQLAbstractType = kind
            return self._dice.choice(self._schema.get_possible_types(possible)).name
        if (interfaces := getattr(kind, "interfaces", ())) and self._chance(0.3):
            return str(self._dice.choice(interfaces).name)
        return kind.name

    def _ask_type(self, tree: DocumentNode, _variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """`__typename` here and there."""

        def change(_kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            if not self._chance(0.3):
                return selections
            features["__typename"] += 1
            node = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=(), selection_set=None, alias=None)
            at = self._dice.randint(0, len(selections))
            return [*selections[:at], node, *selections[at:]]

        return self._selections(tree, change)


class _Editor(Visitor):
    """A visitor that knows the types."""

    def __init__(self, schema: GraphQLSchema) -> None:
        super().__init__()
        self.types = TypeInfo(schema)


class _Selector(_Editor):
    """Changes selection sets."""

    def __init__(self, schema: GraphQLSchema, change: Callable[[Any, list[SelectionNode]], Iterable[SelectionNode] | None]) -> None:
        super().__init__(schema)
        self._change = change

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> SelectionSetNode | None:
        """Once for each, the innermost first."""
        changed = self._change(get_named_type(self.types.get_parent_type()), list(node.selections))
        return None if changed is None else SelectionSetNode(selections=tuple(changed))


class _Varier(_Editor):
    """Puts variables in the place of values."""

    def __init__(self, schema: GraphQLSchema, mutator: Mutator, variables: dict[str, Any], features: Counter[str]) -> None:
        super().__init__(schema)
        self._mutator = mutator
        self._told = (variables, features)
        self.declared: list[VariableDefinitionNode] = []
        self._in_definition = 0

    def enter_variable_definition(self, *_: Any) -> Any:
        """Defaults are no place for variables."""
        return self.SKIP

    def leave_argument(self, node: ArgumentNode, *_: Any) -> Node | None:
        """An argument of a field; conditions have a mutator of their own."""
        return self._replace(node) if self.types.get_directive() is None else None

    def leave_object_field(self, node: Any, *_: Any) -> Node | None:
        """A field of an input object."""
        return self._replace(node)

    def _replace(self, node: ArgumentNode | ObjectFieldNode) -> Node | None:
        kind = self.types.get_input_type()
        if kind is None or node.value.kind not in LITERALS:
            return None
        made = self._mutator.make_variable(node.value, kind, *self._told)
        if made is None:
            return None
        self.declared.append(made)
        return _copy(node, value=VariableNode(name=NameNode(value=made.variable.name.value)))


class _Knower(_Editor):
    """Puts what exists in the place of made-up ids and names, most of the time."""

    def __init__(self, schema: GraphQLSchema, dice: Random, known: Callable[[str, Random], Any]) -> None:
        super().__init__(schema)
        self._dice = dice
        self._known = known

    def leave_string_value(self, *_: Any) -> Any:
        """By the type that is expected there, and the name of the place."""
        kind = get_named_type(self.types.get_input_type())
        place = self.types.get_argument()
        name = getattr(getattr(place, "ast_node", None), "name", None)
        return self._known(f"{kind} {name.value if name else ''}", self._dice) if self._dice.random() < 0.8 else None


class _Tamer(Visitor):
    """Makes numbers small, cuts what is too deep, and thins out the rare: fields that would make all else null."""

    def __init__(self, dice: Random, rare: frozenset[str]) -> None:
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
            return _copy(node, selections=tuple(kept))
        typename = FieldNode(name=NameNode(value="__typename"), arguments=(), directives=(), selection_set=None, alias=None)
        return SelectionSetNode(selections=(typename,))

    def _is_dropped(self, node: SelectionNode) -> bool:
        return isinstance(node, FieldNode) and node.name.value in self._rare and self._dice.random() < 0.7


def _copy(node: Written, **changes: Any) -> Written:
    return type(node)(**{key: getattr(node, key) for key in node.keys if key != "loc"} | changes)


def _definition(name: str, kind: str, default: Any) -> VariableDefinitionNode:
    directives: tuple[ConstDirectiveNode, ...] = ()
    return VariableDefinitionNode(
        variable=VariableNode(name=NameNode(value=name)),
        type=parse_type(kind, no_location=True),
        default_value=default,
        directives=directives,
    )


def _declare(tree: DocumentNode, declared: list[VariableDefinitionNode]) -> DocumentNode:
    """The document whose operation has these variables, too."""
    return DocumentNode(
        definitions=tuple(
            _copy(each, variable_definitions=(*(each.variable_definitions or ()), *declared))
            if isinstance(each, OperationDefinitionNode)
            else each
            for each in tree.definitions
        )
    )


def _parts(node: Node) -> Iterable[Node]:
    waiting = [node]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(getattr(each, "values", ()))
        waiting.extend(inner.value for inner in getattr(each, "fields", ()))
