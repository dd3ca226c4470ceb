"""Changes generated operations by what generators leave out: variables, fragments, directives, aliases, fields that merge."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Any

from graphql import (
    ArgumentNode,
    BooleanValueNode,
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLAbstractType,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    NameNode,
    Node,
    ObjectFieldNode,
    SelectionNode,
    SelectionSetNode,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    is_abstract_type,
    is_non_null_type,
    print_ast,
    validate,
    visit,
)
from graphql.utilities import value_from_ast_untyped

from tests.execution.editing import Editor, Knower, Selector, Tamer, copy_of, declare, define, parts_of

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
        self,
        schema: GraphQLSchema,
        dice: Random,
        known: Callable[[str, Random], Any] | None = None,
        rare: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self._rare = rare
        self._schema = schema
        self._dice = dice
        self._known = known
        self._count = 0

    def tame(self, tree: DocumentNode) -> Case | None:
        """The operation with small numbers, not too deep; None when nothing valid is left of it."""
        tamed = visit(tree, Tamer(self._dice, self._rare))
        case = Case(tamed)
        if self._known is not None:
            case = Case(self._edit(tamed, Knower(self._schema, self._dice, self._known)))
        return case if self._is_valid(case.tree) else None

    def mutate(self, case: Case, times: int = 5) -> Case:
        """Some mutations after one another; where all together are not valid, those that are."""
        mutations = (self._alias, self._merge, self._direct, self._vary, self._name, self._inline, self._ask_type)
        chosen = self._dice.choices(mutations, k=times)
        whole = case
        for mutation in chosen:
            whole = self._apply(mutation, whole)
        if self._is_valid(whole.tree):
            return whole
        for mutation in chosen:
            mutated = self._apply(mutation, case)
            if mutated.features != case.features and self._is_valid(mutated.tree):
                case = mutated
        return case

    def _apply(self, mutation: Callable[[DocumentNode, dict[str, Any], Counter[str]], DocumentNode], case: Case) -> Case:
        variables, features = dict(case.variables), Counter(case.features)
        return Case(mutation(case.tree, variables, features), variables, features)

    def _is_valid(self, tree: DocumentNode) -> bool:
        return not validate(self._schema, tree, max_errors=1)

    def _edit(self, tree: DocumentNode, editor: "Editor") -> DocumentNode:
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
        return self._edit(tree, Selector(self._schema, change))

    def _alias(self, tree: DocumentNode, _variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some fields under other names, some of which are names of other fields."""

        def change(_kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            changed: list[SelectionNode] = []
            for each in selections:
                if isinstance(each, FieldNode) and self._chance(0.3):
                    features["alias"] += 1
                    other = self._dice.choice(("number", "id", "text", f"{each.name.value}_", f"a{self._dice.randrange(9)}"))
                    changed.append(copy_of(each, alias=NameNode(value=other)))
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
                    again = copy_of(each, selection_set=SelectionSetNode(selections=tuple(part)))
                if self._chance(0.4):
                    again = copy_of(again, alias=NameNode(value=self._name_of("again")))
                selections = [*selections, again] if self._chance(0.5) else [again, *selections]
            return selections

        return self._selections(tree, change)

    def _direct(self, tree: DocumentNode, variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some fields and fragments under conditions, written out or by a variable."""
        declared: list[VariableDefinitionNode] = []

        def change(_kind: GraphQLNamedType, selections: list[SelectionNode]) -> list[SelectionNode]:
            return [self._condition(each, variables, features, declared) if self._chance(0.25) else each for each in selections]

        return declare(self._selections(tree, change), declared)

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
            declared.append(define(variable, kind, BooleanValueNode(value=wanted) if has_default else None))
            if not has_default or self._chance(0.5):
                variables[variable] = wanted
            value = VariableNode(name=NameNode(value=variable))
        directive = DirectiveNode(name=NameNode(value=name), arguments=(ArgumentNode(name=NameNode(value="if"), value=value),))
        return copy_of(node, directives=(*(node.directives or ()), directive))

    def _vary(self, tree: DocumentNode, variables: dict[str, Any], features: Counter[str]) -> DocumentNode:
        """Some values by variables: given, left to their default, or left out."""
        editor = _Varier(self._schema, self, variables, features)
        return declare(self._edit(tree, editor), editor.declared)

    def make_variable(self, node: Any, kind: Any, variables: dict[str, Any], features: Counter[str]) -> VariableDefinitionNode | None:
        """The variable that stands for a literal of this type, with its value among the variables; None to leave the literal."""
        if not self._chance(0.6) or any(isinstance(each, VariableNode) for each in parts_of(node)):
            return None
        name = self._name_of("v")
        features["variable"] += 1
        way = self._dice.choice(("given", "given", "default", "both", "absent"))
        written = str(kind)
        if way == "absent" and not is_non_null_type(kind):
            features["variable left out"] += 1
            return define(name, written, None)
        if way in ("default", "both") and node.kind != "null_value":
            features["variable with default"] += 1
            if way == "both":
                variables[name] = value_from_ast_untyped(node)
            return define(name, written.removesuffix("!"), node)
        variables[name] = value_from_ast_untyped(node)
        return define(name, written, None)

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


class _Varier(Editor):
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
        return copy_of(node, value=VariableNode(name=NameNode(value=made.variable.name.value)))
