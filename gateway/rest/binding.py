"""Fills the variables of a stored operation from a request: its path, query string, headers and body."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import orjson
from graphql import Undefined, is_non_null_type

from gateway.rest.coercion import find_faults, read_texts
from gateway.rest.mapping import Place
from gateway.rest.operations import Operation
from gateway.rest.problems import MALFORMED, VERSION_NEEDED, Detail, Source, by_path, invalid, pointer, stop

VERSION_HEADER = "If-Match"
KEY_HEADER = "Idempotency-Key"
# A body may call what is expected by the name under which it was answered.
VERSION_IN_BODY = "version"

_ETAG = re.compile(r'"(\d{1,9})"')


@dataclass(frozen=True, slots=True)
class Sent:
    """What came with a request: decoded parameters of the path, pairs of the query string, headers by lower-case name, the body."""

    path: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Bound:
    """The variables filled, and where in the request each place came from; `unread` are places for which something came to no avail."""

    operation: Operation
    variables: dict[str, object] = field(default_factory=dict)
    sources: dict[Place, Source] = field(default_factory=dict)
    faults: list[Detail] = field(default_factory=list)
    unread: set[Place] = field(default_factory=set)

    @property
    def names_version_by_header(self) -> bool:
        """Whether the version came with If-Match, so that another one answers 412."""
        place = self.operation.version_at
        return place is not None and "header" in self.sources.get(place, {})

    def put(self, place: Place, value: object, source: Source) -> None:
        """Fill one place. What the body says already must be the same."""
        holder = self.variables
        for step in place[:-1]:
            holder = cast("dict[str, object]", holder.setdefault(step, {}))
        before = holder.get(place[-1])
        if before is not None and before != value:
            self.faults.append(Detail(f"says something else than the {' '.join(source.values())} of the request", self.source_of(place)))
        else:
            holder[place[-1]] = value
            self.sources[place] = source

    def blame(self, place: Place, message: str, source: Source) -> None:
        """Note that nothing could be read for this place, which is not to be called missing as well."""
        self.faults.append(Detail(message, source))
        self.unread.add(place)

    def source_of(self, place: Iterable[object]) -> Source:
        """Where in the request a place in the arguments came from."""
        return self.source_of_variable(_by_variable(self.operation.uses, tuple(str(step) for step in place)))

    def source_of_variable(self, steps: Sequence[str]) -> Source:
        """Where in the request a place in the variables came from."""
        steps = tuple(steps)
        for length in range(len(steps), 0, -1):
            if source := self.sources.get(steps[:length]):
                return source
        if steps and steps[0] == self.operation.route.body:
            return pointer(steps[1:])
        named = next((each.name for each in self.operation.parameters if each.place == steps[: len(each.place)]), None)
        return {"parameter": named} if named else by_path(steps)


def _by_variable(uses: Mapping[Place, str], steps: Place) -> Place:
    """The place as it is named in the variables, where one of them was put into an argument by the operation's text."""
    for length in range(len(steps), 0, -1):
        if variable := uses.get(steps[:length]):
            return (variable, *steps[length:])
    return steps


def bind(operation: Operation, sent: Sent) -> Bound:
    """The variables in this request. Raises Stopped with every fault that can be told before the operation runs."""
    bound = Bound(operation)
    if operation.route.body is not None:
        bound.variables[operation.route.body] = _read_body(sent.body)
    _take_version_of_body(bound)
    _take_parameters(bound, sent)
    _take_headers(bound, sent.headers)
    if not bound.faults:
        _check_version(bound)
    for name, variable in operation.variables.items():
        value = bound.variables.get(name, Undefined)
        if value is not Undefined or variable.default is Undefined:
            found = find_faults(value, variable.type, (name,))
            bound.faults.extend(Detail(message, bound.source_of(place)) for place, message in found if place not in bound.unread)
    if bound.faults:
        raise invalid(bound.faults)
    return bound


def _read_body(body: bytes) -> dict[str, object]:
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise stop(MALFORMED, f"The body is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise invalid([Detail("The body must be a JSON object", pointer(()))])
    return value


def _take_version_of_body(bound: Bound) -> None:
    """`version`, as it was answered, stands for `expectedVersion`."""
    place = bound.operation.version_at
    if place is None or place[0] != bound.operation.route.body:
        return
    body = cast("dict[str, object]", bound.variables[place[0]])
    if VERSION_IN_BODY in body and place[1] not in body:
        body[place[1]] = body.pop(VERSION_IN_BODY)
        bound.sources[place] = pointer([VERSION_IN_BODY])


def _take_parameters(bound: Bound, sent: Sent) -> None:
    texts: dict[str, list[str]] = {}
    for name, value in sent.query:
        texts.setdefault(name, []).append(value)
    known = [each.name for each in bound.operation.parameters if not each.in_path]
    for name in texts:
        if name not in known:
            tell = f"known are {', '.join(known)}" if known else "there are none here"
            bound.faults.append(Detail(f"is no query parameter of this path; {tell}", {"parameter": name}))
    for each in bound.operation.parameters:
        given = [sent.path[each.name]] if each.in_path else texts.get(each.name)
        if given:
            source = {"parameter": each.name}
            try:
                bound.put(each.place, read_texts(given, each.type), source)
            except ValueError as error:
                bound.blame(each.place, str(error), source)


def _take_headers(bound: Bound, headers: Mapping[str, str]) -> None:
    key, expected = headers.get(KEY_HEADER.lower()), headers.get(VERSION_HEADER.lower())
    operation = bound.operation
    if operation.idempotency_at and key is not None:
        bound.put(operation.idempotency_at, key, {"header": KEY_HEADER})
    if operation.version_at and expected is not None:
        source = {"header": VERSION_HEADER}
        if tag := _ETAG.fullmatch(expected.strip()):
            bound.put(operation.version_at, int(tag[1]), source)
        else:
            bound.blame(operation.version_at, 'must be the one ETag that was read, such as "3"', source)


def _check_version(bound: Bound) -> None:
    place = bound.operation.version_at
    if place is None or not is_non_null_type(bound.operation.type_at(place)):
        return
    holder = bound.variables.get(place[0])
    if not isinstance(holder, dict) or holder.get(place[1]) is None:
        how = f"or {place[1]} in the body" if bound.operation.route.body else ""
        raise stop(VERSION_NEEDED, f'Send the version you read: {VERSION_HEADER} with the ETag, such as "3", {how}'.rstrip(", ") + ".")
