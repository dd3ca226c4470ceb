"""Enums of the domain as clients see them, each value with its sentence."""

from collections.abc import Mapping
from enum import Enum

import strawberry


def show_enum(kind: type[Enum], description: str, values: Mapping[str, str]) -> None:
    """Publish a domain enum under its own name; `values` says what each member means, and must name them all."""
    definition = strawberry.enum(kind, description=description).__strawberry_definition__  # type: ignore[attr-defined]
    missing = {value.name for value in definition.values} ^ set(values)
    if missing:
        raise ValueError(f"{kind.__name__}: describe exactly its members; look at {sorted(missing)}")
    for value in definition.values:
        value.description = values[value.name]
