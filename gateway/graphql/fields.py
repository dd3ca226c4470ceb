"""How Strawberry's fields are resolved: without its layers where these add nothing, through them where they do."""

from collections.abc import Callable
from typing import Any

import strawberry
from graphql import GraphQLField, GraphQLObjectType
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from gateway.execution import Attribute, Batched, Called, Column, Information, Resolution, describe
from gateway.execution.resolutions import Arguments, Convert


class StrawberryInformation(Information):
    """The information as Strawberry expects it from the execution context it comes with."""

    __slots__ = ()

    @property
    def variable_values(self) -> Any:
        """The variables alone."""
        return self._run.variable_values.coerced

    @property
    def operation_extensions(self) -> Any:
        """What came along with the operation."""
        return self._run.extra


class StrawberryFields:
    """Describes the fields of one schema; each is looked at once."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self._config = schema.config
        self._converter = schema.schema_converter
        self._described: dict[tuple[str, str], Resolution] = {}

    def describe(self, parent: GraphQLObjectType, name: str, field: GraphQLField) -> Resolution:
        """How the field is resolved."""
        key = (parent.name, name)
        found = self._described.get(key)
        if found is None:
            found = self._described[key] = self._describe(parent, name, field)
        return found

    def _describe(self, parent: GraphQLObjectType, name: str, field: GraphQLField) -> Resolution:
        declared = field.extensions.get("strawberry-definition")
        if not isinstance(declared, StrawberryField) or not self._is_simple(declared):
            core = GraphQLField(field.type, field.args, field.resolve)  # its batch, if it has one, is not for those with extensions
            return describe(parent, name, core)
        convert = self._convert(declared) if declared.arguments else None
        if (batch := field.extensions.get("batch")) is not None:
            return Batched(batch, convert)
        if (column := field.extensions.get("column")) is not None:
            return Column(column)
        if declared.base_resolver is None:
            return Attribute(declared.python_name)
        return self._call(declared, declared.base_resolver, convert)

    def _is_simple(self, declared: StrawberryField) -> bool:
        """Whether nothing of Strawberry's stands between the field and its resolver: no extension, no handler, no own way of calling it."""
        return (
            not declared.extensions
            and not declared.is_subscription
            and type(declared).get_result is StrawberryField.get_result
            and (declared.base_resolver is not None or self._config.default_resolver is getattr)
            and not self._converter._get_field_exception_handlers(declared)  # noqa: SLF001 - the only place that knows
        )

    def _convert(self, declared: StrawberryField) -> Convert:
        registry, config = self._converter.scalar_registry, self._config

        def convert(arguments: Arguments, information: Any) -> Arguments:
            return convert_arguments(arguments, declared.arguments, registry, config, self._inform(information, declared))

        return convert

    def _inform(self, information: Any, declared: StrawberryField) -> strawberry.Info:
        return self._config.info_class(_raw_info=information, _field=declared)

    def _call(self, declared: StrawberryField, resolver: StrawberryResolver[Any], convert: Convert | None) -> Called:
        function: Callable[..., Any] = resolver.wrapped_func if callable(resolver.wrapped_func) else resolver
        sources = tuple(each.name for each in (resolver.parent_parameter, resolver.root_parameter) if each)
        told = resolver.info_parameter.name if resolver.info_parameter else None
        with_self = bool(resolver.self_parameter)
        info_class = self._config.info_class

        def call(source: Any, information: Any, arguments: Arguments) -> object:
            named = dict.fromkeys(sources, source)
            if told is not None:
                named[told] = info_class(_raw_info=information, _field=declared)
            return function(source, **arguments, **named) if with_self else function(**arguments, **named)

        def call_with_info(source: Any, information: Any, _arguments: Arguments) -> object:
            return function(source, info=info_class(_raw_info=information, _field=declared))

        if with_self and not sources and told == "info" and not declared.arguments:
            return Called(call_with_info)
        plain = function if with_self and not sources and told is None and not declared.arguments else None
        return Called(call, convert, plain)
