"""Writes the OpenAPI 3.1 document of everything that is served over REST, from the stored operations and the schema's own words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any, cast

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    SelectionSetNode,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_non_null_type,
)

from domain.refusals import ErrorCode
from gateway.rest.binding import KEY_HEADER, VERSION_HEADER
from gateway.rest.examples import EXAMPLES
from gateway.rest.json_schemas import REFERENCE, JsonSchema, SchemaWriter
from gateway.rest.mapping import Method
from gateway.rest.operations import Operation, Parameter, find_field
from gateway.rest.parameters import names_id_or_other
from gateway.rest.problems import FAULT, INVALID, MEDIA_TYPE, OF_CODE, VERSION_NEEDED, Kind, kind_of_type

INTRODUCTION = """\
Every path runs a stored GraphQL operation, so that REST and GraphQL always agree. Lists answer `items` and `pageInfo`; page on with \
`after` and its `endCursor`. What goes wrong is told as `application/problem+json` (RFC 9457) with a `code` for programs and every \
fault in `errors`. A change names the version it is based on, by `If-Match` with the `ETag` that was read, or in the body."""

SECURITY: Mapping[str, JsonSchema] = {
    "accessToken": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The access token of a person."},
    "cart": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Cart",
        "description": "The token of an anonymous buyer, answered by the first hold.",
    },
}
HEADERS: Mapping[str, JsonSchema] = {
    "Organization": {
        "name": "X-Organization",
        "in": "header",
        "description": "The short name of the organization, where neither the host name nor the access token tells it.",
        "schema": {"type": "string"},
    },
    "IdempotencyKey": {
        "name": KEY_HEADER,
        "in": "header",
        "description": "The same key with the same input gets the same answer; send one whenever an answer may get lost.",
        "schema": {"type": "string"},
    },
    "IfMatch": {
        "name": VERSION_HEADER,
        "in": "header",
        "description": "The ETag that was read; the change is refused with 412 when there is a newer version.",
        "schema": {"type": "string", "examples": ['"3"']},
    },
}
PROBLEM: JsonSchema = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The kind of problem; its address tells more."},
        "title": {"type": "string", "description": "The kind in words."},
        "status": {"type": "integer", "description": "The status of the answer."},
        "detail": {"type": "string", "description": "What happened this time."},
        "instance": {"type": "string", "description": "The id of the request; quote it when you ask for help."},
        "code": {"type": "string", "enum": [each.value for each in OF_CODE], "description": "The code for programs."},
        "errors": {"type": "array", "items": {"$ref": REFERENCE + "ProblemError"}, "description": "Every fault, with its place."},
    },
    "required": ["type", "title", "status", "detail", "instance", "code"],
}
PROBLEM_ERROR: JsonSchema = {
    "type": "object",
    "description": "One fault, with the facts of its kind beside.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "The kind of problem."},
        "code": {"type": "string", "description": "The code for programs."},
        "detail": {"type": "string", "description": "What is wrong."},
        "pointer": {"type": "string", "description": "The place in the body, a JSON pointer.", "examples": ["#/lines/0/quantity"]},
        "parameter": {"type": "string", "description": "The parameter that is to blame."},
        "header": {"type": "string", "description": "The header that is to blame."},
    },
    "required": ["type", "code", "detail"],
}


def write_openapi(schema: GraphQLSchema, operations: Sequence[Operation], codes: Mapping[str, ErrorCode]) -> JsonSchema:
    """The document. `codes` tells the code of every refusal by its type's name, which the schema itself does not say."""
    writer = SchemaWriter(schema, {name: each for operation in operations for name, each in operation.fragments.items()})
    writer.components |= {"Problem": PROBLEM, "ProblemError": PROBLEM_ERROR}
    paths: dict[str, JsonSchema] = {}
    for each in operations:
        path = paths.setdefault(each.route.path, {"parameters": [{"$ref": "#/components/parameters/Organization"}]})
        path[each.route.method.lower()] = _write_operation(schema, writer, each, codes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "TicketBase",
            "version": "1",
            "description": INTRODUCTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [
            {"url": "/v1", "description": "Version 1, whose paths and fields stay."},
            {"url": "/", "description": "The newest version."},
        ],
        "tags": [{"name": each} for each in dict.fromkeys(_tag(operation) for operation in operations)],
        "security": [{}, *({name: []} for name in SECURITY)],
        "paths": paths,
        "components": {
            "schemas": dict(sorted(writer.components.items())),
            "parameters": dict(HEADERS),
            "securitySchemes": dict(SECURITY),
            "responses": {"Problem": {"description": FAULT.title, "content": _problem_content(())}},
        },
    }


def _write_operation(schema: GraphQLSchema, writer: SchemaWriter, operation: Operation, codes: Mapping[str, ErrorCode]) -> JsonSchema:
    summary, _, more = operation.description.partition(". ")
    written: JsonSchema = {
        "operationId": operation.name[0].lower() + operation.name[1:],
        "tags": [_tag(operation)],
        "summary": summary.rstrip("."),
        "parameters": [*(_write_parameter(writer, each, operation) for each in operation.parameters), *_write_headers(operation)],
        "responses": {str(operation.route.status): _write_success(schema, writer, operation), **_write_refusals(operation, codes)},
    }
    if more:
        written["description"] = operation.description
    # The house writes `Needs events:create.` of whatever a permission guards.
    if "Needs " in operation.description:
        written["security"] = [{"accessToken": []}]
    if operation.route.body:
        written["requestBody"] = _write_body(writer, operation, operation.route.body)
    return written


def _write_parameter(writer: SchemaWriter, parameter: Parameter, operation: Operation) -> JsonSchema:
    kind = get_nullable_type(parameter.type)
    schema = {"type": "string"} if names_id_or_other(kind) else writer.describe_input(parameter.type)
    variable = operation.variables.get(parameter.place[0]) if len(parameter.place) == 1 else None
    if variable and variable.default is not Undefined:
        schema = {**schema, "default": variable.default}
    written: JsonSchema = {"name": parameter.name, "in": "path" if parameter.in_path else "query", "schema": schema}
    if parameter.description:
        written["description"] = parameter.description
    if parameter.required:
        written["required"] = True
    return written


def _write_headers(operation: Operation) -> Iterator[JsonSchema]:
    if operation.idempotency_at:
        yield {"$ref": "#/components/parameters/IdempotencyKey"}
    if operation.version_at:
        yield {"$ref": "#/components/parameters/IfMatch"}


def _write_body(writer: SchemaWriter, operation: Operation, name: str) -> JsonSchema:
    type_ = get_named_type(operation.variables[name].type)
    if not isinstance(type_, GraphQLInputObjectType):
        # Only objects are read from bodies, whatever a scalar would take elsewhere.
        described = {"type": "object", "description": operation.variables[name].description or ""}
        return {"required": True, "content": {"application/json": {"schema": described}}}
    filled = [each.place[1] for each in operation.parameters if len(each.place) == 2 and each.place[0] == name]
    elsewhere = [place[1] for place in (operation.version_at, operation.idempotency_at) if place and place[0] == name]
    if filled or elsewhere:
        component = f"{operation.name}Body"
        writer.components[component] = writer.describe_body(type_, filled, elsewhere)
        schema: JsonSchema = {"$ref": REFERENCE + component}
    else:
        schema = writer.describe_input(type_)
        component = type_.name
    required = bool(writer.components[component].get("required"))
    example = {"example": EXAMPLES[operation.name]} if operation.name in EXAMPLES else {}
    return {"required": required, "content": {"application/json": {"schema": schema, **example}}}


def _write_success(schema: GraphQLSchema, writer: SchemaWriter, operation: Operation) -> JsonSchema:
    described, body = _describe_success(schema, writer, operation)
    written: JsonSchema = {"description": described}
    if operation.route.status != HTTPStatus.NO_CONTENT:
        written["content"] = {"application/json": {"schema": body}}
    if headers := dict(_describe_headers(writer, operation, body)):
        written["headers"] = headers
    return written


def _describe_success(schema: GraphQLSchema, writer: SchemaWriter, operation: Operation) -> tuple[str, JsonSchema]:
    """What is picked of the result. Where null would answer a problem instead, the body is never null."""
    parent = cast("GraphQLObjectType", schema.mutation_type if operation.root else schema.query_type)
    selections, field, key = operation.node.selection_set, None, ""
    for key in operation.route.pick:
        node = cast("FieldNode", find_field(selections, key, operation.fragments))
        field = parent.fields[node.name.value]
        parent, selections = cast("GraphQLObjectType", get_named_type(field.type)), cast("SelectionSetNode", node.selection_set)
    if field is None or key == operation.root:
        return operation.description, writer.describe_selection(parent, selections, leave_out=["errors"] if operation.root else [])
    described = field.description if operation.root and field.description else operation.description
    sure = operation.root or operation.route.not_found
    inner = get_nullable_type(field.type)
    return described, writer.describe(GraphQLNonNull(cast("Any", inner)) if sure else field.type, None, selections)


def _describe_headers(writer: SchemaWriter, operation: Operation, body: JsonSchema) -> Iterator[tuple[str, JsonSchema]]:
    component = writer.components.get(body.get("$ref", "").removeprefix(REFERENCE), body)
    if operation.route.method is Method.GET and "version" in component.get("properties", {}):
        yield (
            "ETag",
            {"description": "The version, to be sent as If-Match with a change.", "schema": {"type": "string", "examples": ['"3"']}},
        )
    if operation.route.location:
        yield "Location", {"description": "Where the new thing is found.", "schema": {"type": "string", "format": "uri-reference"}}


def _write_refusals(operation: Operation, codes: Mapping[str, ErrorCode]) -> JsonSchema:
    kinds = [kind_of_type(each.name, each.description or each.name, codes.get(each.name)) for each in operation.refusals]
    by_status: dict[int, list[Kind]] = {INVALID.status: [INVALID]}
    for kind in kinds:
        by_status.setdefault(kind.status, []).append(kind)
    if operation.route.not_found:
        by_status.setdefault(HTTPStatus.NOT_FOUND, []).append(OF_CODE[ErrorCode.NOT_FOUND])
    if operation.version_at:
        by_status[HTTPStatus.PRECONDITION_FAILED] = [each for each in kinds if each.name == "version-conflict"]
        if is_non_null_type(operation.type_at(operation.version_at)):
            by_status[VERSION_NEEDED.status] = [VERSION_NEEDED]
    if "Needs " in operation.description:
        for code in (ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN):
            by_status[OF_CODE[code].status] = [OF_CODE[code]]
    written: JsonSchema = {str(status): _write_problem(each) for status, each in sorted(by_status.items())}
    return {**written, "default": {"$ref": "#/components/responses/Problem"}}


def _write_problem(kinds: Sequence[Kind]) -> JsonSchema:
    return {"description": "\n".join(f"- `{each.type}`: {each.title}." for each in kinds), "content": _problem_content(kinds)}


def _problem_content(kinds: Iterable[Kind]) -> dict[str, Any]:
    schema: JsonSchema = {"$ref": REFERENCE + "Problem"}
    if names := sorted({each.type for each in kinds}):
        schema = {"allOf": [schema], "properties": {"type": {"enum": names}}}
    return {MEDIA_TYPE: {"schema": schema}}


def _tag(operation: Operation) -> str:
    return operation.word.replace("_", " ")
