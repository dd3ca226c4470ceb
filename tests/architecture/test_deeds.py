"""Deny by default: whatever a mutation or a route of identity calls asks first whether the viewer may, and says so to clients."""

import re
from typing import cast

from graphql import GraphQLObjectType
from strawberry.utils.str_converters import to_camel_case

from domain.identity import PUBLIC, Permission
from schema.root import build_schema
from tests.architecture.deeds import ASKS, deeds_of_mutations, deeds_of_routes, first_statement

# What a route calls that only reads what the request itself is.
READS = {"account_of_viewer"}
NEEDS = re.compile(r"Needs ((?:[a-z-]+:[a-z-]+(?:, | and )?)+)")


def needed(description: str) -> list[str]:
    """The permissions that a description says are needed in any case."""
    found = NEEDS.search(description)
    return re.findall(r"[a-z-]+:[a-z-]+", found[1]) if found else []


def test_every_mutation_calls_a_deed_that_asks_for_a_permission_first() -> None:
    deeds = deeds_of_mutations()
    mutations = cast("GraphQLObjectType", build_schema()._schema.mutation_type).fields

    silent = {f"{name}: {deed.function}" for name, called in deeds.items() for deed in called if not first_statement(deed).startswith(ASKS)}

    assert {to_camel_case(name) for name in deeds} == set(mutations)
    assert [name for name, called in deeds.items() if not called] == []
    assert silent == set()


def test_every_route_of_identity_calls_a_deed_that_asks_for_a_permission_first() -> None:
    called = [deed for deeds in deeds_of_routes().values() for deed in deeds if deed.function not in READS]

    assert len(called) >= 6
    assert [deed.function for deed in called if not first_statement(deed).startswith(ASKS)] == []


def test_every_mutation_says_what_its_deed_asks_for_first() -> None:
    mutations = cast("GraphQLObjectType", build_schema()._schema.mutation_type).fields
    public = {each.name for each in PUBLIC}

    unsaid = []
    for name, deeds in deeds_of_mutations().items():
        asked = re.findall(r"Permission\.(\w+)", first_statement(deeds[0]))[0]
        said = needed(mutations[to_camel_case(name)].description or "")
        if (asked in public) == bool(said) or (said and Permission[asked].value not in said):
            unsaid.append(f"{name} asks for {asked} and says {said}")

    assert unsaid == []
