"""Describes GraphQL's types and selections as JSON Schema, which OpenAPI 3.1 speaks."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    is_required_input_field,
)

from gateway.rest.operations import Fragments
from gateway.rest.parameters import is_one_of

JsonSchema = dict[str, Any]
Composite = GraphQLObjectType | GraphQLInterfaceType

REFERENCE = "#/components/schemas/"

BUILT_IN: Mapping[str, JsonSchema] = {
    "String": {"type": "string"},
    "ID": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "Int": {"type": "integer", "format": "int32"},
    "Float": {"type": "number", "format": "double"},
}
OUR_OWN: Mapping[str, JsonSchema] = {
    "BigInt": {"type": "integer", "format": "int64", "examples": [2500]},
    "CurrencyCode": {"type": "string", "pattern": "^[A-Z]{3}$", "examples": ["EUR"]},
    "Date": {"type": "string", "format": "date", "examples": ["2027-05-01"]},
    "LocalTime": {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$", "examples": ["19:30:00"]},
    "DateTime": {"type": "string", "format": "date-time", "examples": ["2027-05-01T18:00:00Z"]},
    "Decimal": {"type": "string", "format": "decimal", "examples": ["25.00"]},
    "EmailAddress": {"type": "string", "format": "email", "examples": ["ada@example.org"]},
    "JSON": {},
    "URL": {"type": "string", "format": "uri", "examples": ["https://example.org/"]},
    "UUID": {"type": "string", "format": "uuid"},
}


class SchemaWriter:
    """Writes schemas, and gathers under `components` those that have a name."""

    def __init__(self, schema: GraphQLSchema, fragments: Fragments) -> None:
        self._schema = schema
        self._fragments = fragments
        self.components: dict[str, JsonSchema] = {}

    def describe(self, type_: object, description: str | None = None, selections: SelectionSetNode | None = None) -> JsonSchema:
        """The schema of a type; of what is selected of it, where that is an object of the answer."""
        if isinstance(type_, GraphQLNonNull):
            written = self._describe_value(type_.of_type, selections)
        else:
            written = or_null(self._describe_value(type_, selections))
        return {**written, "description": description} if description else written

    def describe_input(self, type_: object, description: str | None = None) -> JsonSchema:
        """The schema of an input. Null means the same as nothing here, so that only what is not there is told."""
        inner = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
        written = self._describe_value(inner, None)
        return {**written, "description": description} if description else written

    def describe_body(self, type_: GraphQLInputObjectType, without: Iterable[str], optional: Iterable[str]) -> JsonSchema:
        """The schema of an input object of which some fields come from elsewhere."""
        fields = {name: field for name, field in type_.fields.items() if name not in set(without)}
        return self._describe_fields(type_, fields, set(optional))

    def describe_selection(self, type_: Composite, selections: SelectionSetNode, leave_out: Iterable[str] = ()) -> JsonSchema:
        """The schema of what is selected of an object; by its name where that is one fragment and nothing else."""
        first = selections.selections[0]
        if len(selections.selections) == 1 and isinstance(first, FragmentSpreadNode):
            return self._refer_to_fragment(first.name.value)
        written: JsonSchema = {"type": "object", "properties": {}, "required": []}
        self._add_fields(written, type_, selections, set(leave_out), sure=True)
        return {**written, "description": type_.description} if type_.description else written

    def _describe_value(self, type_: object, selections: SelectionSetNode | None) -> JsonSchema:
        if isinstance(type_, GraphQLList):
            return {"type": "array", "items": self.describe(type_.of_type, None, selections)}
        if isinstance(type_, GraphQLScalarType):
            return self._describe_scalar(type_)
        if isinstance(type_, GraphQLEnumType):
            return self._refer(type_.name, lambda: _describe_enum(type_))
        if isinstance(type_, GraphQLInputObjectType):
            return self._refer(type_.name, lambda: self._describe_fields(type_, type_.fields, set()))
        return self.describe_selection(cast("Composite", type_), cast("SelectionSetNode", selections))

    def _describe_scalar(self, type_: GraphQLScalarType) -> JsonSchema:
        if type_.name in BUILT_IN:
            return dict(BUILT_IN[type_.name])
        return self._refer(type_.name, lambda: {**OUR_OWN[type_.name], "description": type_.description or type_.name})

    def _describe_fields(self, type_: GraphQLInputObjectType, fields: Mapping[str, GraphQLInputField], optional: set[str]) -> JsonSchema:
        written: JsonSchema = {"type": "object", "additionalProperties": False, "properties": {}}
        if type_.description:
            written["description"] = type_.description
        for name, field in fields.items():
            written["properties"][name] = self.describe_input(field.type, field.description)
        if required := [name for name, field in fields.items() if is_required_input_field(field) and name not in optional]:
            written["required"] = required
        if is_one_of(type_):
            written |= {"minProperties": 1, "maxProperties": 1}
        return written

    def _add_fields(self, written: JsonSchema, type_: Composite, selections: SelectionSetNode, leave_out: set[str], *, sure: bool) -> None:
        for node in selections.selections:
            always = sure and not node.directives
            if isinstance(node, FieldNode):
                key = (node.alias or node.name).value
                if key not in leave_out:
                    field = type_.fields[node.name.value]
                    written["properties"][key] = self.describe(field.type, field.description, node.selection_set)
                    if always:
                        written["required"].append(key)
            elif isinstance(node, InlineFragmentNode):
                inner = self._condition(node, type_)
                self._add_fields(written, inner, node.selection_set, leave_out, sure=always and inner is type_)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                inner = self._type(fragment.type_condition.name.value)
                self._add_fields(written, inner, fragment.selection_set, leave_out, sure=always and inner is type_)

    def _condition(self, node: InlineFragmentNode, type_: Composite) -> Composite:
        return self._type(node.type_condition.name.value) if node.type_condition else type_

    def _type(self, name: str) -> Composite:
        return cast("Composite", self._schema.type_map[name])

    def _refer_to_fragment(self, name: str) -> JsonSchema:
        fragment = self._fragments[name]
        description = fragment.description.value if fragment.description else None

        def write() -> JsonSchema:
            written = self.describe_selection(self._type(fragment.type_condition.name.value), fragment.selection_set)
            return {**written, "description": description} if description else written

        return self._refer(name, write)

    def _refer(self, name: str, write: Any) -> JsonSchema:
        if name not in self.components:
            self.components[name] = {}
            self.components[name] = write()
        return {"$ref": REFERENCE + name}


def or_null(written: JsonSchema) -> JsonSchema:
    """The schema, or null."""
    if isinstance(kind := written.get("type"), str):
        return {**written, "type": [kind, "null"]}
    return {"anyOf": [written, {"type": "null"}]} if written else written


def _describe_enum(type_: GraphQLEnumType) -> JsonSchema:
    told = "\n".join(f"- `{name}`: {value.description}" for name, value in type_.values.items() if value.description)
    description = "\n\n".join(each for each in (type_.description, told) if each)
    return {"type": "string", "enum": list(type_.values), "description": description or type_.name}
