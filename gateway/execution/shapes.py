"""How a value of each type is completed: nulls, lists in lists, leaves, objects, and abstract types that have to be asked what they are."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from itertools import chain, compress
from types import NoneType
from typing import Any, TypeAlias

from graphql import (
    GraphQLAbstractType,
    GraphQLError,
    GraphQLObjectType,
    GraphQLOutputType,
    Undefined,
    default_type_resolver,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.pyutils import inspect, is_iterable

from gateway.execution.information import FieldFacts, Information
from gateway.execution.leaves import Kinds, Leaf, are_plain, is_awaitable
from gateway.execution.places import CONTAINER, KEY, PARENT, Damage, Place

LISTS = frozenset({list, tuple})

Pending: TypeAlias = tuple[Awaitable[object], Callable[[Any], None]]


class Rows:
    """Objects of one type in one place of the document: where they come from, where they go to, and where that stands."""

    __slots__ = ("outs", "places", "plan", "sources")

    def __init__(self, plan: Any) -> None:
        self.plan = plan
        self.sources: list[Any] = []
        self.outs: list[dict[str, Any]] = []
        self.places: list[Place | None] = []

    def add(self, sources: Iterable[Any]) -> list[dict[str, Any]]:
        """Take these sources; the objects that they are to become. Their places are the caller's to add."""
        before, copy = len(self.sources), self.plan.template.copy
        self.sources.extend(sources)
        outs = [copy() for _ in range(len(self.sources) - before)]
        self.outs.extend(outs)
        return outs


class Completion:
    """Completes the values of one field: gathers the objects found, and what has to be awaited before it can be completed."""

    __slots__ = ("_find_plan", "_inform", "damage", "facts", "pending", "rows")

    def __init__(
        self,
        facts: FieldFacts,
        damage: Damage,
        find_plan: Callable[[GraphQLObjectType], Any],
        inform: Callable[[FieldFacts, Place | None], Information],
    ) -> None:
        self.facts = facts
        self.damage = damage
        self.rows: dict[GraphQLObjectType, Rows] = {}
        self.pending: list[Pending] = []
        self._find_plan = find_plan
        self._inform = inform

    def rows_of(self, kind: GraphQLObjectType) -> Rows:
        """The objects of a type."""
        rows = self.rows.get(kind)
        if rows is None:
            rows = self.rows[kind] = Rows(self._find_plan(kind))
        return rows

    def fail(self, error: Exception, position: Place) -> None:
        """There is no value at the position because of an error."""
        self.damage.fail(error, self.facts.nodes, position)

    def inform(self, position: Place) -> Information:
        """What a type resolver is told for a value at the position, which may be within lists."""
        while isinstance(position[KEY], int):
            position = position[PARENT]
        return self._inform(self.facts, position[PARENT])

    def guard(self, function: Callable[..., None], position: Place, *arguments: Any) -> None:
        """Call the function; whatever it raises is the error of the position."""
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
            self.fail(error, position)


class Shape(ABC):
    """How values of one type are completed. `is_nullable` is what the type says."""

    __slots__ = ("is_nullable",)

    def __init__(self, *, is_nullable: bool) -> None:
        self.is_nullable = is_nullable

    def put(self, completion: Completion, value: Any, position: Place) -> None:
        """Complete the item of a list, which may have to be awaited."""
        if is_awaitable(value):
            completion.pending.append((value, partial(self.settle, completion, position=position)))
        else:
            self.settle(completion, value, position)

    def settle(self, completion: Completion, value: Any, position: Place) -> None:
        """Complete a value that is there."""
        if isinstance(value, Exception):
            completion.fail(value, position)
        elif value is not None and value is not Undefined:
            completion.guard(self.complete, position, completion, value, position)
        elif self.is_nullable:
            position[CONTAINER][position[KEY]] = None
        else:
            completion.guard(_refuse_null, position, completion.facts)

    def settle_items(self, completion: Completion, values: Sequence[Any], items: list[Any], place: Place) -> None:
        """Complete the items of a list into `items`, which stands at the place."""
        for index, value in enumerate(values):
            items.append(None)
            self.put(completion, value, (place, items, index, self.is_nullable, None))

    def settle_column(self, completion: Completion, values: Sequence[Any], rows: Rows) -> None:
        """Complete the values of the field for all rows; what had to be awaited has been."""
        key, typename = completion.facts.key, completion.facts.parent.name
        for value, out, place in zip(values, rows.outs, rows.places, strict=True):
            self.settle(completion, value, (place, out, key, self.is_nullable, typename))

    @abstractmethod
    def complete(self, completion: Completion, value: Any, position: Place) -> None:
        """Complete a value that is neither null nor an error. Whatever it raises is the error of the position."""


class LeafShape(Shape):
    """A scalar or an enum."""

    __slots__ = ("leaf",)

    def __init__(self, kind: Any, *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self.leaf = Leaf(kind)

    def complete(self, completion: Completion, value: Any, position: Place) -> None:
        """Coerce it."""
        position[CONTAINER][position[KEY]] = self.leaf.complete(value)

    def convert(self, values: list[Any], kinds: Kinds) -> list[Any] | None:
        """A whole column, or None when its values must be completed one by one."""
        return self.leaf.convert(values, kinds) if self.is_nullable or NoneType not in kinds else None

    def settle_items(self, completion: Completion, values: Sequence[Any], items: list[Any], place: Place) -> None:
        """All at once where that can be."""
        converted = self.convert(list(values), set(map(type, values)))
        if converted is None:
            super().settle_items(completion, values, items, place)
        else:
            items.extend(converted)


class ListShape(Shape):
    """A list."""

    __slots__ = ("item",)

    def __init__(self, item: Shape, *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self.item = item

    def complete(self, completion: Completion, value: Any, position: Place) -> None:
        """Complete its items. An iterator that fails takes the list with it."""
        if hasattr(value, "__aiter__"):
            completion.pending.append((_read(value), partial(self.settle, completion, position=position)))
            return
        if not isinstance(value, list | tuple):
            if not is_iterable(value):
                facts = completion.facts
                raise GraphQLError(f"Expected Iterable, but did not find one for field '{facts.parent}.{facts.name}'.")
            value = list(value)
        items: list[Any] = []
        position[CONTAINER][position[KEY]] = items
        self.item.settle_items(completion, value, items, position)

    def settle_column(self, completion: Completion, values: Sequence[Any], rows: Rows) -> None:
        """All lists of objects at once where nothing is out of the ordinary."""
        if not (set(map(type, values)) <= LISTS and isinstance(self.item, ObjectShape)) or not self.item.takes(
            set(map(type, chain.from_iterable(values)))
        ):
            super().settle_column(completion, values, rows)
            return
        key, typename = completion.facts.key, completion.facts.parent.name
        is_nullable, item_nullable = self.is_nullable, self.item.is_nullable
        found = completion.rows_of(self.item.kind)
        outs = found.add(chain.from_iterable(values))
        places, start = found.places, 0
        for value, out, place in zip(values, rows.outs, rows.places, strict=True):
            end = start + len(value)
            items = out[key] = outs[start:end]
            around = (place, out, key, is_nullable, typename)
            places.extend([(around, items, index, item_nullable, None) for index in range(end - start)])
            start = end


class ObjectShape(Shape):
    """An object of a known type."""

    __slots__ = ("kind",)

    def __init__(self, kind: GraphQLObjectType, *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self.kind = kind

    def takes(self, kinds: Kinds) -> bool:
        """Whether nothing has to be asked of values of these types."""
        return not self.kind.is_type_of and NoneType not in kinds and are_plain(kinds)

    def complete(self, completion: Completion, value: Any, position: Place) -> None:
        """Take it among the objects to go on with, once its type has agreed."""
        complete_as(self.kind, completion, value, position)

    def settle_items(self, completion: Completion, values: Sequence[Any], items: list[Any], place: Place) -> None:
        """All at once where nothing is out of the ordinary."""
        if not self.takes(set(map(type, values))):
            super().settle_items(completion, values, items, place)
            return
        rows, is_nullable = completion.rows_of(self.kind), self.is_nullable
        items.extend(rows.add(values))
        rows.places.extend([(place, items, index, is_nullable, None) for index in range(len(items))])

    def settle_column(self, completion: Completion, values: Sequence[Any], rows: Rows) -> None:
        """As above."""
        kinds = set(map(type, values))
        if not self.takes(kinds - {NoneType} if self.is_nullable else kinds):
            super().settle_column(completion, values, rows)
            return
        key, typename, is_nullable = completion.facts.key, completion.facts.parent.name, self.is_nullable
        found, outs, places = completion.rows_of(self.kind), rows.outs, rows.places
        if NoneType in kinds:
            there = [value is not None for value in values]
            values, outs, places = list(compress(values, there)), list(compress(outs, there)), list(compress(places, there))
        for out, child in zip(outs, found.add(values), strict=True):
            out[key] = child
        found.places.extend([(place, out, key, is_nullable, typename) for out, place in zip(outs, places, strict=True)])


class AbstractShape(Shape):
    """An interface or a union."""

    __slots__ = ("_known", "kind", "schema")

    def __init__(self, kind: GraphQLAbstractType, schema: Any, *, is_nullable: bool) -> None:
        super().__init__(is_nullable=is_nullable)
        self.kind = kind
        self.schema = schema
        self._known = {each.name: each for each in schema.get_possible_types(kind)}

    def complete(self, completion: Completion, value: Any, position: Place) -> None:
        """Ask what it is, and go on with it as that."""
        resolve = self.kind.resolve_type or default_type_resolver
        name: Any = resolve(value, completion.inform(position), self.kind)  # type: ignore[arg-type]  # ours has the same attributes
        if is_awaitable(name):
            completion.pending.append((name, partial(self._resume, completion, value, position)))
        else:
            self._complete_as(name, completion, value, position)

    def _resume(self, completion: Completion, value: Any, position: Place, name: object) -> None:
        if isinstance(name, Exception):
            completion.fail(name, position)
        else:
            completion.guard(self._complete_as, position, name, completion, value, position)

    def _complete_as(self, name: object, completion: Completion, value: Any, position: Place) -> None:
        kind = self._known.get(name) if isinstance(name, str) else None
        if kind is None:
            raise GraphQLError(self._refuse(name, completion.facts, value), completion.facts.nodes)
        complete_as(kind, completion, value, position)

    def _refuse(self, name: object, facts: FieldFacts, value: object) -> str:
        """What graphql-core says of a type that cannot be."""
        whole, where = f"Abstract type '{self.kind}'", f"for field '{facts.parent}.{facts.name}'"
        if name is None:
            return (
                f"{whole} must resolve to an Object type at runtime {where}. Either the '{self.kind}' type should provide"
                " a 'resolve_type' function or each possible type should provide an 'is_type_of' function."
            )
        if not isinstance(name, str):
            return (
                f"{whole} must resolve to an Object type at runtime {where} with value {inspect(value)},"
                f" received '{inspect(name)}', which is not a valid Object type name."
            )
        found = self.schema.get_type(name)
        if found is None:
            return f"{whole} was resolved to a type '{name}' that does not exist inside the schema."
        if not is_object_type(found):
            return f"{whole} was resolved to a non-object type '{name}'."
        return f"Runtime Object type '{found}' is not a possible type for '{self.kind}'."


def complete_as(kind: GraphQLObjectType, completion: Completion, value: Any, position: Place) -> None:
    """Take a value among the objects of the type, if the type does not disown it."""
    if kind.is_type_of is None:
        _add(kind, completion, value, position)
        return
    agrees: Any = kind.is_type_of(value, completion.inform(position))  # type: ignore[arg-type]  # ours has the same attributes
    if is_awaitable(agrees):
        completion.pending.append((agrees, partial(_hear, kind, completion, value, position)))
    else:
        _hear(kind, completion, value, position, agrees)


def _hear(kind: GraphQLObjectType, completion: Completion, value: Any, position: Place, agrees: object) -> None:
    if isinstance(agrees, Exception):
        completion.fail(agrees, position)
    elif agrees:
        _add(kind, completion, value, position)
    else:
        completion.fail(GraphQLError(f"Expected value of type '{kind}' but got: {inspect(value)}.", completion.facts.nodes), position)


def _add(kind: GraphQLObjectType, completion: Completion, value: Any, position: Place) -> None:
    rows = completion.rows_of(kind)
    out = rows.plan.template.copy()
    position[CONTAINER][position[KEY]] = out
    rows.sources.append(value)
    rows.outs.append(out)
    rows.places.append(position)


def _refuse_null(facts: FieldFacts) -> None:
    raise TypeError(f"Cannot return null for non-nullable field {facts.parent}.{facts.name}.")


async def _read(values: Any) -> list[Any]:
    return [each async for each in values]


def shape_of(kind: GraphQLOutputType, schema: Any, *, is_nullable: bool = True) -> Shape:
    """The shape of a type."""
    if is_non_null_type(kind):
        return shape_of(kind.of_type, schema, is_nullable=False)
    if is_list_type(kind):
        return ListShape(shape_of(kind.of_type, schema), is_nullable=is_nullable)
    if is_leaf_type(kind):
        return LeafShape(kind, is_nullable=is_nullable)
    if is_abstract_type(kind):
        return AbstractShape(kind, schema, is_nullable=is_nullable)
    return ObjectShape(kind, is_nullable=is_nullable)  # type: ignore[arg-type]  # nothing else is left
