"""Reads the bodies that Stripe's libraries send, and refuses what Stripe would refuse: unknown, missing and wrongly typed parameters."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from gateway.embedded.stripe_double.faults import StripeFault, missing, unknown

Reader = Callable[[object, str], Any]
"""Takes what was sent and the parameter's full name; gives what is meant or raises StripeFault."""

_PARTS = re.compile(r"\[([^\[\]]*)\]")
_MOST_METADATA, _LONGEST_NAME, _LONGEST_VALUE = 50, 40, 500


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: how it is read, and whether it must be there."""

    read: Reader
    required: bool = False


Parameters = Mapping[str, Parameter]


def decode(body: str) -> dict[str, Any]:
    """`a[b][0]=c` as nested dictionaries; lists stay dictionaries of their numbers until a reader wants a list."""
    found: dict[str, Any] = {}
    try:
        pairs = parse_qsl(body, keep_blank_values=True, strict_parsing=bool(body), encoding="utf-8", errors="strict")
    except ValueError as error:
        raise StripeFault("Invalid request: the body is not form-encoded.") from error
    for name, value in pairs:
        root, *inner = [name.partition("[")[0], *_PARTS.findall(name)]
        _put(found, [root, *inner], value, name)
    return found


def _put(found: dict[str, Any], path: list[str], value: str, name: str) -> None:
    place = found
    for part in path[:-1]:
        place = place.setdefault(part, {})
        if not isinstance(place, dict):
            raise StripeFault(f"Invalid parameter: {name}", param=name)
    last = path[-1] or str(len(place))
    if last in place:
        raise StripeFault(f"Invalid request: {name} was sent twice.", param=name)
    place[last] = value


def read(sent: Mapping[str, Any], parameters: Parameters, at: str = "") -> dict[str, Any]:
    """The parameters that were sent, read. Raises StripeFault for the first that is unknown, missing or of another type."""
    names = {name: f"{at}[{name}]" if at else name for name in (*sent, *parameters)}
    for name in sent:
        if name not in parameters:
            raise unknown(names[name])
    for name, parameter in parameters.items():
        if parameter.required and sent.get(name) in (None, ""):
            raise missing(names[name])
    return {name: parameters[name].read(value, names[name]) for name, value in sent.items()}


def must(reader: Reader) -> Parameter:
    """A parameter that has to be sent."""
    return Parameter(reader, required=True)


def may(reader: Reader) -> Parameter:
    """A parameter that can be left out."""
    return Parameter(reader)


def text(longest: int = 5_000) -> Reader:
    """A text of at most so many characters."""

    def reads(value: object, name: str) -> str:
        if not isinstance(value, str):
            raise StripeFault("Invalid string: must be a string.", param=name, code="parameter_invalid_string")
        if len(value) > longest:
            raise StripeFault(f"Invalid string: {name} must be at most {longest} characters.", param=name)
        return value

    return reads


def whole(value: object, name: str) -> int:
    """A whole number in decimal digits."""
    if not isinstance(value, str) or not re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        raise StripeFault(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def boolean(value: object, name: str) -> bool:
    """`true` or `false`."""
    if value not in {"true", "false"}:
        raise StripeFault(f"Invalid boolean: {value}", param=name)
    return value == "true"


def choice(*allowed: str) -> Reader:
    """One of these words."""

    def reads(value: object, name: str) -> str:
        if value not in allowed:
            raise StripeFault(f"Invalid {name}: must be one of {', '.join(allowed)}", param=name)
        return str(value)

    return reads


def address(value: object, name: str) -> str:
    """An absolute http or https address."""
    if not isinstance(value, str) or not re.match(r"https?://[^/\s]+", value):
        raise StripeFault("Not a valid URL", code="url_invalid", param=name)
    return value


def nested(parameters: Parameters) -> Reader:
    """An object with parameters of its own."""

    def reads(value: object, name: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise StripeFault("Invalid object", param=name)
        return read(value, parameters, name)

    return reads


def many(of: Reader) -> Reader:
    """A list, sent with numbers from zero on."""

    def reads(value: object, name: str) -> list[Any]:
        if not isinstance(value, dict) or list(value) != [str(at) for at in range(len(value))]:
            raise StripeFault("Invalid array", param=name)
        return [of(each, f"{name}[{at}]") for at, each in value.items()]

    return reads


def metadata(value: object, name: str) -> dict[str, str]:
    """Up to fifty texts by name; an empty text takes a name away."""
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise StripeFault("Metadata must be a flat object of strings.", param=name)
    _measure(value.items(), name)
    return {key: each for key, each in value.items() if each}


def _measure(pairs: Iterable[tuple[str, str]], name: str) -> None:
    listed = list(pairs)
    if len(listed) > _MOST_METADATA:
        raise StripeFault(f"Metadata can have at most {_MOST_METADATA} keys.", param=name)
    for key, value in listed:
        if len(key) > _LONGEST_NAME:
            raise StripeFault(f"Metadata keys must be at most {_LONGEST_NAME} characters.", param=f"{name}[{key}]")
        if len(value) > _LONGEST_VALUE:
            raise StripeFault(f"Metadata values can have up to {_LONGEST_VALUE} characters.", param=f"{name}[{key}]")
