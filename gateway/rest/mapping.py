"""Says what a stored operation may tell of its route in `@rest`: a small closed set of arguments."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from typing import Any

from graphql import DirectiveNode, GraphQLDirective, GraphQLError, OperationDefinitionNode, build_ast_schema, get_directive_values, parse

SDL = '''
"""How an operation is asked over REST. Variables that nothing else fills are query parameters of their own name."""
directive @rest(
  """The method of the request."""
  method: Method!

  """The path without version, with parameters in braces: `/api/events/{id}`."""
  path: String!

  """What of the result is the body, by dots: `createEvent.event`. Without it, the whole result is."""
  pick: String

  """The status of success; 204 answers no body."""
  status: Int! = 200

  """The word of the thing that is not there when what is picked is null: the answer is 404."""
  notFound: String

  """Whether it is for whoever is signed in alone, where GraphQL would tell nobody nothing: the answer to others is 401."""
  signedIn: Boolean! = false

  """Which variable is the JSON body. What the path fills of it is no part of the body."""
  body: String

  """How many bytes the body may have where that is more than requests usually may."""
  bodyBytes: Int

  """Where parameters go that are not named as a variable: `{id: "input.eventId"}`. Names that the path lacks are query parameters."""
  fill: Places! = {}

  """Where the new thing is found: a path with fields of what is picked in braces."""
  location: String
) on QUERY | MUTATION

"""The methods of REST."""
enum Method { GET POST PUT PATCH DELETE }

"""Places in the variables by names of parameters."""
scalar Places
'''

_SCHEMA = build_ast_schema(parse("type Query { ok: Boolean }" + SDL), assume_valid=True)
REST: GraphQLDirective = next(each for each in _SCHEMA.directives if each.name == "rest")

_PATH = re.compile(r"(/[a-z0-9.-]+|/\{[a-zA-Z]\w*\})+")
_BRACES = re.compile(r"\{(\w+)\}")

Place = tuple[str, ...]
"""A place in the variables: the variable's name, then fields of input objects."""


class Method(StrEnum):
    """The methods of REST."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"
    PATCH = "PATCH"
    DELETE = "DELETE"


class Broken(Exception):
    """A stored operation is wrong: the file and line, the operation, and the fault with what is expected."""

    def __init__(self, where: str, operation: str, fault: str) -> None:
        super().__init__(f"{where}: operation {operation}: {fault}")


@dataclass(frozen=True, slots=True)
class RestRoute:
    """One `@rest`, read: see the directive's own words."""

    method: Method
    path: str
    pick: Place = ()
    status: int = HTTPStatus.OK
    not_found: str | None = None
    signed_in: bool = False
    body: str | None = None
    body_bytes: int = 0
    fill: dict[str, Place] = field(default_factory=dict)
    location: str | None = None

    @property
    def path_names(self) -> tuple[str, ...]:
        """The parameters in the path, in order."""
        return names_in(self.path)

    @property
    def shape(self) -> str:
        """The path with its parameters unnamed: what a router tells apart."""
        return _BRACES.sub("{}", self.path)


def names_in(template: str) -> tuple[str, ...]:
    """The names in braces, in order."""
    return tuple(_BRACES.findall(template))


def fill_in(template: str, values: dict[str, str]) -> str:
    """The template with the values for its names."""
    return _BRACES.sub(lambda match: values[match[1]], template)


def find_directive(operation: OperationDefinitionNode) -> DirectiveNode:
    """The operation's one `@rest`. Raises ValueError where it is missing or given twice."""
    found = [each for each in operation.directives or () if each.name.value == REST.name]
    if len(found) != 1:
        raise ValueError(f"needs exactly one @rest, has {len(found)}")
    return found[0]


def read_route(operation: OperationDefinitionNode) -> RestRoute:
    """The operation's route. Raises ValueError with the fault."""
    if faults := list(_find_unknown(find_directive(operation))):
        raise ValueError("; ".join(faults))
    try:
        values: dict[str, Any] = get_directive_values(REST, operation) or {}
    except GraphQLError as error:
        raise ValueError(error.message) from error
    route = RestRoute(
        method=Method(values["method"]),
        path=values["path"],
        pick=_split(values.get("pick") or ""),
        status=values["status"],
        not_found=values.get("notFound"),
        signed_in=values["signedIn"],
        body=values.get("body"),
        body_bytes=values.get("bodyBytes") or 0,
        fill=_read_places(values["fill"]),
        location=values.get("location"),
    )
    if not _PATH.fullmatch(route.path):
        raise ValueError(f"the path {route.path!r} must be steps of small letters, digits, dots, hyphens, or {{names}}")
    if route.method is Method.GET and route.body:
        raise ValueError("a GET has no body")
    return route


def _find_unknown(directive: DirectiveNode) -> Iterator[str]:
    for argument in directive.arguments or ():
        if argument.name.value not in REST.args:
            yield f"@rest has no argument {argument.name.value!r}, only {', '.join(REST.args)}"


def _read_places(fill: object) -> dict[str, Place]:
    if not isinstance(fill, dict) or not all(isinstance(place, str) for place in fill.values()):
        raise ValueError('`fill` must be an object of places, such as {id: "input.eventId"}')
    return {name: _split(place) for name, place in fill.items()}


def _split(dotted: str) -> Place:
    return tuple(dotted.split(".")) if dotted else ()
