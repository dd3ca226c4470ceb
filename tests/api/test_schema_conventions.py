"""The whole schema keeps the conventions: described, typed refusals, payloads, pages, ids."""

from typing import Any, cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from schema.batched import Batch
from schema.errors import SHOWN
from schema.root import build_schema

# Types that only federation's directives use; they are in no published SDL.
HIDDEN = {"_FieldSet", "link__Purpose", "link__Import"}
BUILT_IN = {"Int", "String", "Boolean", "ID", "Float"}


@pytest.fixture(scope="module")
def core() -> GraphQLSchema:
    return build_schema()._schema


def _own_types(core: GraphQLSchema) -> list[Any]:
    return [kind for name, kind in core.type_map.items() if not name.startswith("__") and name not in HIDDEN]


def _mutations(core: GraphQLSchema) -> list[tuple[str, GraphQLField]]:
    assert core.mutation_type
    return list(core.mutation_type.fields.items())


def _undescribed(core: GraphQLSchema) -> list[str]:
    places: list[tuple[str, str | None]] = []
    for kind in _own_types(core):
        places.append((kind.name, kind.description))
        for name, field in getattr(kind, "fields", {}).items():
            places.append((f"{kind.name}.{name}", field.description))
            places += [(f"{kind.name}.{name}({argument})", given.description) for argument, given in getattr(field, "args", {}).items()]
        places += [(f"{kind.name}.{name}", value.description) for name, value in getattr(kind, "values", {}).items()]
    return [place for place, text in places if not (text or "").endswith(".") and place not in BUILT_IN]


def test_everything_in_the_schema_is_described_by_a_sentence(core: GraphQLSchema) -> None:
    undescribed = _undescribed(core)

    assert undescribed == []


def test_every_mutation_takes_one_input_and_answers_with_its_own_payload(core: GraphQLSchema) -> None:
    odd = []
    for name, field in _mutations(core):
        input_name, payload_name = f"{name[0].upper()}{name[1:]}Input", f"{name[0].upper()}{name[1:]}Payload"
        given = field.args.get("input")
        fits = (
            list(field.args) == ["input"]
            and given is not None
            and str(given.type) == f"{input_name}!"
            and str(field.type) == f"{payload_name}!"
        )
        if not fits:
            odd.append(name)

    assert odd == []


def test_every_payload_has_nullable_results_and_a_union_of_refusals_of_its_own(core: GraphQLSchema) -> None:
    odd = []
    for name, field in _mutations(core):
        payload = get_named_type(field.type)
        assert isinstance(payload, GraphQLObjectType)
        results = [each for key, each in payload.fields.items() if key != "errors"]
        union = get_named_type(payload.fields["errors"].type)
        own = str(payload.fields["errors"].type) == f"[{name[0].upper()}{name[1:]}Error!]!" and isinstance(union, GraphQLUnionType)
        if not own or not results or any(isinstance(each.type, GraphQLNonNull) for each in results):
            odd.append(name)

    assert odd == []


def test_every_refusal_shows_message_code_and_path(core: GraphQLSchema) -> None:
    user_error = core.type_map["UserError"]
    assert isinstance(user_error, GraphQLInterfaceType)
    members = {
        member
        for kind in core.type_map.values()
        if isinstance(kind, GraphQLUnionType) and kind.name.endswith("Error")
        for member in kind.types
    }

    without = [member.name for member in members if user_error not in member.interfaces]

    assert without == []
    assert {member.name for member in members} == {refusal.__name__ for refusal in SHOWN}


def test_every_type_with_a_global_id_is_found_by_it_and_by_federation(core: GraphQLSchema) -> None:
    nodes = set(core.get_implementations(cast("Any", core.type_map["Node"])).objects)

    assert nodes == set(cast("GraphQLUnionType", core.type_map["_Entity"]).types)


def test_no_amount_is_a_float(core: GraphQLSchema) -> None:
    floats = [
        f"{kind.name}.{name}"
        for kind in _own_types(core)
        for name, field in getattr(kind, "fields", {}).items()
        if get_named_type(field.type).name == "Float" and name not in {"latitude", "longitude"}
    ]

    assert floats == []


def test_every_scalar_of_ours_says_where_it_is_specified(core: GraphQLSchema) -> None:
    unspecified = [
        kind.name
        for kind in _own_types(core)
        if isinstance(kind, GraphQLScalarType) and kind.name not in BUILT_IN | {"_Any"} and not kind.specified_by_url
    ]

    assert unspecified == []


def test_names_have_no_suffix_noise(core: GraphQLSchema) -> None:
    noisy = [
        kind.name
        for kind in _own_types(core)
        if kind.name.endswith("Enum")
        or (kind.name.endswith("Type") and kind.name != "TicketType")
        or (isinstance(kind, GraphQLInputObjectType) and kind.name.endswith("InputInput"))
    ]

    assert noisy == []


def test_enum_values_are_upper_case(core: GraphQLSchema) -> None:
    odd = [
        f"{kind.name}.{name}"
        for kind in _own_types(core)
        if isinstance(kind, GraphQLEnumType)
        for name in kind.values
        if name != name.upper()
    ]

    assert odd == []


def test_every_list_of_an_entity_is_a_batch_and_its_declaration_is_on_the_field(core: GraphQLSchema) -> None:
    event = core.type_map["Event"]
    assert isinstance(event, GraphQLObjectType)

    batched = {name for name, field in event.fields.items() if isinstance(field.extensions.get("batch"), Batch)}

    assert batched == {"venue", "ticketTypes", "pools", "seatingPlan", "seatCategories", "availability", "images", "activity"} | {
        "categories",
        "metadata",
        "joinUrl",
        "jsonLd",
        "series",
        "occurrence",
        "questions",
        "ticketKeys",
    }
    lists = {name for name, field in event.fields.items() if isinstance(getattr(field.type, "of_type", field.type), GraphQLList)}
    assert lists - batched == {"titles", "descriptions"}
