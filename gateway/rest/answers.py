"""Turns what an operation gave into a status, headers and a body, or into the problem that it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import orjson
from graphql import OperationType

from gateway.graphql.answers import Answer
from gateway.rest.binding import Bound
from gateway.rest.mapping import Method, fill_in, names_in
from gateway.rest.operations import Operation
from gateway.rest.problems import FAULT, MISSING, Detail, Problem, Stopped, headers_of, kind_of_type, problem_of_errors, stop, tell_all

_TOLD_APART = frozenset({"__typename", "message", "code", "path"})
_VERSION_CONFLICT = "VersionConflict"


@dataclass(frozen=True, slots=True)
class Success:
    """What is answered when all went well; no body with 204."""

    status: int
    body: bytes
    headers: Mapping[str, str]


def read_answer(bound: Bound, answer: Answer, prefix: str) -> Success:
    """The success that this answer is. Raises Stopped with the problem otherwise. `prefix` is the version's: `/v1` or nothing."""
    operation = bound.operation
    data = cast("dict[str, Any] | None", answer.data)
    is_change = operation.kind is OperationType.MUTATION
    # A query with a hole is no answer. A mutation was done even where something about its result could not be read.
    if answer.errors and (data is None or not is_change):
        raise Stopped(problem_of_errors(answer.errors, bound.source_of))
    if is_change and data is not None:
        _stop_refused(bound, data[operation.root].pop("errors"))
    picked = _pick(operation, data)
    if picked is None and answer.errors:
        raise Stopped(problem_of_errors(answer.errors, bound.source_of))
    if picked is None and operation.route.not_found:
        raise stop(MISSING, f"There is no such {operation.route.not_found}.")
    return _succeed(operation, picked, prefix)


def _stop_refused(bound: Bound, refused: Sequence[Mapping[str, Any]]) -> None:
    if not refused:
        return
    titles = {each.name: each.description or each.name for each in bound.operation.refusals}
    details: list[Detail] = []
    for each in refused:
        kind = kind_of_type(each["__typename"], titles[each["__typename"]], each["code"])
        facts = {name: value for name, value in each.items() if name not in _TOLD_APART and name != "faults"}
        if faults := each.get("faults"):
            details.extend(Detail(fault["message"], bound.source_of(fault["path"]), facts, kind) for fault in faults)
        else:
            details.append(Detail(each["message"], bound.source_of(each["path"] or ()), facts, kind))
    first = details[0].kind or FAULT
    is_stale = refused[0]["__typename"] == _VERSION_CONFLICT and bound.names_version_by_header
    status = HTTPStatus.PRECONDITION_FAILED if is_stale else first.status
    headers = headers_of(first, details[0].facts)
    detail = tell_all(details) if refused[0].get("faults") else refused[0]["message"]
    raise Stopped(Problem(first, detail, tuple(details), status, headers))


def _pick(operation: Operation, data: Mapping[str, Any] | None) -> Any:
    picked: Any = data
    for step in operation.route.pick:
        picked = None if picked is None else picked[step]
    return picked


def _succeed(operation: Operation, picked: Any, prefix: str) -> Success:
    route = operation.route
    headers: dict[str, str] = {}
    if isinstance(picked, dict):
        # RFC 9110, §9.3.4: the answer to a PUT names no version unless it stored the body as it came.
        if route.method is Method.GET and isinstance(picked.get("version"), int):
            headers["ETag"] = f'"{picked["version"]}"'
        if route.location:
            headers["Location"] = prefix + fill_in(
                route.location, {name: quote(str(picked[name]), safe="") for name in names_in(route.location)}
            )
    return Success(route.status, b"" if route.status == HTTPStatus.NO_CONTENT else orjson.dumps(picked), headers)
