"""Tells what went wrong as a problem body: `application/problem+json`, RFC 9457."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

import orjson

from domain.refusals import ErrorCode
from gateway.graphql.answers import Told
from gateway.waiting import retry_after

MEDIA_TYPE = "application/problem+json"
PREFIX = "/problems/"

_TOLD_ELSEWHERE = frozenset({"code", "requestId", "inputPath", "faults"})
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Kind:
    """One type of problem: its short name in `type`, its title, its usual status and the code for programs."""

    name: str
    title: str
    status: int
    code: ErrorCode

    @property
    def type(self) -> str:
        """The URI reference that identifies it; it answers a description."""
        return PREFIX + self.name


_OF_CODE = (
    (ErrorCode.UNAUTHENTICATED, 401, "Nobody is signed in"),
    (ErrorCode.FORBIDDEN, 403, "The viewer lacks a permission"),
    (ErrorCode.NOT_FOUND, 404, "There is no such thing for this viewer"),
    (ErrorCode.BAD_USER_INPUT, 400, "The request breaks a rule"),
    (ErrorCode.CONFLICT, 409, "The state of things does not allow it now"),
    (ErrorCode.RATE_LIMITED, 429, "Too many requests"),
    (ErrorCode.OPERATION_TOO_COMPLEX, 400, "The request asks for too much at once"),
    (ErrorCode.TIMEOUT, 504, "It took longer than allowed"),
    (ErrorCode.UNAVAILABLE, 503, "A part of the platform is not there at the moment"),
    (ErrorCode.INTERNAL_SERVER_ERROR, 500, "A fault on our side"),
)
OF_CODE: Mapping[ErrorCode, Kind] = {
    code: Kind(code.value.lower().replace("_", "-"), title, status, code) for code, status, title in _OF_CODE
}
"""The kinds that have no type of their own. The other codes speak of GraphQL documents, and these are ours: a fault on our side."""

INVALID = OF_CODE[ErrorCode.BAD_USER_INPUT]
MISSING = OF_CODE[ErrorCode.NOT_FOUND]
FAULT = OF_CODE[ErrorCode.INTERNAL_SERVER_ERROR]
MALFORMED = Kind("body-malformed", "The body is not JSON", 400, ErrorCode.BAD_USER_INPUT)
WRONG_METHOD = Kind("method-not-allowed", "The path does not know this method", 405, ErrorCode.BAD_USER_INPUT)
WRONG_MEDIA_TYPE = Kind("media-type-unsupported", "The body has another media type than JSON", 415, ErrorCode.BAD_USER_INPUT)
TOO_LARGE = Kind("body-too-large", "The body is too large", 413, ErrorCode.BAD_USER_INPUT)
TOO_SLOW = Kind("body-too-slow", "The body was not there in time", 408, ErrorCode.BAD_USER_INPUT)
NO_SUCH_PART = Kind("range-not-satisfiable", "The file has no such part", 416, ErrorCode.BAD_USER_INPUT)
VERSION_NEEDED = Kind("version-required", "The change must name the version it is based on", 428, ErrorCode.BAD_USER_INPUT)
FORM_UNPROVED = Kind("form-unproved", "The form does not prove where it comes from", 403, ErrorCode.FORBIDDEN)
OF_TRANSPORT = (MALFORMED, WRONG_METHOD, WRONG_MEDIA_TYPE, TOO_LARGE, TOO_SLOW, NO_SUCH_PART, VERSION_NEEDED, FORM_UNPROVED)

Source = Mapping[str, str]
"""Where in the request: `{"pointer": "#/slug"}` in the body, `{"parameter": "first"}`, `{"header": "If-Match"}`, or nothing."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing that is wrong: a sentence, the place in the request, the facts of a refusal."""

    detail: str
    source: Source = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A whole answer: its kind, what happened, every fault; `status` differs from the kind's where HTTP has a better one."""

    kind: Kind
    detail: str
    errors: tuple[Detail, ...] = ()
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def http_status(self) -> int:
        """The status it is sent with."""
        return self.status or self.kind.status

    def to_json(self, request_id: str) -> bytes:
        """The problem body; `instance` is the id of the request."""
        body: dict[str, object] = {
            "type": self.kind.type,
            "title": self.kind.title,
            "status": self.http_status,
            "detail": self.detail,
            "instance": quote(request_id, safe="-._~+=@"),
            "code": self.kind.code.value,
        }
        if self.errors:
            body["errors"] = [_tell(each, self.kind) for each in self.errors]
        return orjson.dumps(body)


class Stopped(Exception):
    """The request ends here, with this problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.detail)
        self.problem = problem


def stop(kind: Kind, detail: str, **headers: str) -> Stopped:
    """A problem without further faults, to be raised."""
    return Stopped(Problem(kind, detail, headers={name.replace("_", "-"): value for name, value in headers.items()}))


def invalid(faults: Sequence[Detail]) -> Stopped:
    """The request breaks rules, each named with its place; to be raised."""
    return Stopped(Problem(INVALID, tell_all(faults), tuple(faults)))


def tell_all(details: Sequence[Detail]) -> str:
    """Every fault with its place, in one sentence."""
    return "; ".join(_place(each) for each in details)


def by_path(steps: Sequence[str]) -> Source:
    """The place in GraphQL's own words, for who knows no better."""
    return {"path": ".".join(steps)} if steps else {}


def problem_of_errors(errors: Sequence[Told], source_of: Callable[[Sequence[str]], Source] = by_path) -> Problem:
    """The problem that top-level errors tell; they are masked already. The first decides the status and what is said of all."""
    first = _extensions(errors[0])
    kind = _kind_of_code(first.get("code"))
    details = tuple(detail for each in errors for detail in _details_of_error(each, source_of))
    told = tell_all([*_details_of_error(errors[0], source_of)]) if first.get("faults") else details[0].detail
    headers = headers_of(kind, first)
    return Problem(kind, told, details if any(each.source or each.facts for each in details) else (), headers=headers)


def headers_of(kind: Kind, facts: Mapping[str, object]) -> Mapping[str, str]:
    """What a client is told in headers: how to say who it is, or when to try again."""
    return {"WWW-Authenticate": "Bearer"} if kind.status == HTTPStatus.UNAUTHORIZED else retry_after(facts)


def kind_of_type(typename: str, title: str, code: object) -> Kind:
    """The kind of a refusal that has a type of its own, `TicketsSoldOut` as `tickets-sold-out`."""
    usual = _kind_of_code(code)
    return Kind(kebab(typename), title.rstrip("."), usual.status, usual.code)


def kebab(name: str) -> str:
    """`TicketsSoldOut` as `tickets-sold-out`."""
    return _CAPITAL.sub("-", name).lower()


def pointer(steps: Iterable[object]) -> Source:
    """A JSON pointer into the body, as a URI fragment (RFC 6901)."""
    return {"pointer": "#" + "".join("/" + quote(str(step).replace("~", "~0").replace("/", "~1"), safe="~$@+=,;:!*()'") for step in steps)}


def _kind_of_code(code: object) -> Kind:
    return next((kind for known, kind in OF_CODE.items() if known == code), FAULT)


def _details_of_error(error: Told, source_of: Callable[[Sequence[str]], Source]) -> Iterator[Detail]:
    """What the error says; each of the faults it names by itself, with its place beside its words instead of in them."""
    extensions = _extensions(error)
    facts = {name: value for name, value in extensions.items() if name not in _TOLD_ELSEWHERE}
    usual = [{"message": error["message"], "path": extensions.get("inputPath") or ()}]
    for fault in cast("Sequence[Mapping[str, object]]", extensions.get("faults") or usual):
        yield Detail(str(fault["message"]), source_of(cast("Sequence[str]", fault["path"])), facts)


def _extensions(error: Told) -> Mapping[str, object]:
    return cast("Mapping[str, object]", error.get("extensions") or {})


def _tell(each: Detail, kind: Kind) -> dict[str, object]:
    own = each.kind or kind
    return {**each.facts, "type": own.type, "code": own.code.value, "detail": each.detail, **each.source}


def _place(each: Detail) -> str:
    place = next(iter(each.source.values()), "").removeprefix("#/")
    return f"{place}: {each.detail}" if place not in ("", "#") else each.detail
