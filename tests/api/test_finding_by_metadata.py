"""Finding events by metadata: each operator, what is not filterable, and what is for the staff alone."""

from typing import Any

import pytest

from domain.metadata_fields import MOST_FIELDS
from tests.api.conftest import Client, Tenant
from tests.api.test_metadata import declare_all, said
from tests.api.vocabulary import make_field, make_public

pytestmark = pytest.mark.asyncio

FOUND = "query ($where: EventWhere) { events(where: $where) { nodes { slug } totalCount } }"
SHOWS: dict[str, dict[str, str | None]] = {
    "a": {"string": "Grüne Wiese", "number": "2", "boolean": "true", "date": "2027-01-01", "enum": "jazz"},
    "b": {"string": "blue sky 100%", "number": "10.50", "boolean": "false", "date": "2027-06-15", "enum": "folk"},
    "c": {"number": "-3"},
}


async def found(client: Client, *conditions: dict[str, Any]) -> str:
    events = (await client.ask(FOUND, where={"metadata": list(conditions)}))["events"]
    assert events["totalCount"] == len(events["nodes"])
    return "".join(sorted(each["slug"] for each in events["nodes"]))


async def refused(client: Client, where: dict[str, Any]) -> tuple[str, str]:
    [error] = (await client.answer(FOUND, where=where))["errors"]
    return error["extensions"]["code"], error["message"]


async def put_on(tenant: Tenant) -> None:
    await declare_all(tenant)
    for slug, values in SHOWS.items():
        await make_public(tenant.owner, slug=slug, metadata=said(**values))


async def test_every_operator_compares_as_its_kind_does(tenant: Tenant) -> None:
    await put_on(tenant)

    for condition, expected in (
        ({"key": "string", "eq": "Grüne Wiese"}, "a"),
        ({"key": "string", "eq": "grüne wiese"}, ""),
        ({"key": "string", "in": ["Grüne Wiese", "blue sky 100%"]}, "ab"),
        ({"key": "string", "contains": "WIESE"}, "a"),
        ({"key": "string", "contains": "GRÜN"}, "a"),
        ({"key": "string", "contains": "0%"}, "b"),
        ({"key": "string", "contains": "_"}, ""),
        ({"key": "number", "eq": "10.5"}, "b"),
        ({"key": "number", "gte": "2"}, "ab"),
        ({"key": "number", "lte": "2.0"}, "ac"),
        ({"key": "number", "gte": "-3", "lte": "9"}, "ac"),
        ({"key": "number", "in": ["-3", "2"]}, "ac"),
        ({"key": "boolean", "eq": "true"}, "a"),
        ({"key": "boolean", "in": ["true", "false"]}, "ab"),
        ({"key": "date", "gte": "2027-06-15"}, "b"),
        ({"key": "date", "lte": "2027-06-14"}, "a"),
        ({"key": "enum", "eq": "folk"}, "b"),
        ({"key": "enum", "in": ["jazz", "folk"]}, "ab"),
        ({"key": "enum", "in": []}, ""),
        ({"key": "number"}, "abc"),
    ):
        assert await found(tenant.anonymous, condition) == expected, condition


async def test_conditions_hold_together_and_nest(tenant: Tenant) -> None:
    await put_on(tenant)

    both = await found(tenant.anonymous, {"key": "number", "gte": "0"}, {"key": "enum", "eq": "jazz"})
    either = await tenant.anonymous.ask(
        FOUND,
        where={
            "OR": [
                {"metadata": [{"key": "enum", "eq": "jazz"}]},
                {"slug": {"eq": "b"}, "NOT": [{"metadata": [{"key": "boolean", "eq": "true"}]}]},
            ]
        },
    )
    without = await tenant.anonymous.ask(FOUND, where={"NOT": [{"metadata": [{"key": "enum", "in": ["jazz", "folk"]}]}]})

    assert both == "a"
    assert sorted(each["slug"] for each in either["events"]["nodes"]) == ["a", "b"]
    assert [each["slug"] for each in without["events"]["nodes"]] == ["c"]


@pytest.mark.parametrize(
    ("condition", "place"),
    [
        ({"key": "number", "eq": "many"}, "where.metadata.0.eq: is not a number"),
        ({"key": "date", "in": ["2027-01-01", "soon"]}, "where.metadata.0.in.1: is not a date"),
        ({"key": "enum", "eq": "rock"}, "where.metadata.0.eq: is none of jazz, folk"),
        ({"key": "string", "gte": "a"}, "where.metadata.0.gte: does not compare values of the kind STRING"),
        ({"key": "boolean", "lte": "true"}, "where.metadata.0.lte: does not compare values of the kind BOOLEAN"),
        ({"key": "number", "contains": "1"}, "where.metadata.0.contains: does not compare values of the kind NUMBER"),
        ({"key": "string", "contains": " "}, "where.metadata.0.contains: is blank"),
        ({"key": "colour", "eq": "red"}, "where.metadata.0.key: is no metadata field of this organization"),
        ({"key": "note", "eq": "x"}, "where.metadata.0.key: is a field that is not filterable"),
    ],
)
async def test_a_condition_that_means_nothing_is_refused_at_its_place(tenant: Tenant, condition: dict[str, Any], place: str) -> None:
    await declare_all(tenant)
    await make_field(tenant.owner, "note", public=True)

    code, message = await refused(tenant.anonymous, {"metadata": [condition]})
    _, nested = await refused(tenant.anonymous, {"NOT": [{"AND": [{}, {"metadata": [condition]}]}]})

    assert code == "BAD_USER_INPUT"
    assert message.startswith(place)
    assert nested.startswith(place.replace("where.", "where.NOT.0.AND.1.", 1))


async def test_a_field_for_the_staff_is_to_others_one_that_there_is_not(tenant: Tenant) -> None:
    await make_field(tenant.owner, "fee", "NUMBER", filterable=True)
    await make_public(tenant.owner, metadata=said(fee="900"))

    secret = await refused(tenant.anonymous, {"metadata": [{"key": "fee", "gte": "many"}]})
    unknown = await refused(tenant.anonymous, {"metadata": [{"key": "foe", "gte": "many"}]})

    assert secret == unknown
    assert secret == ("BAD_USER_INPUT", "where.metadata.0.key: is no metadata field of this organization")
    assert await found(tenant.owner, {"key": "fee", "gte": "900"}) == "late-show"


async def test_so_many_comparisons_and_no_more(tenant: Tenant) -> None:
    await make_field(tenant.owner, "age", "NUMBER", public=True, filterable=True)
    each = {"key": "age", "gte": "1", "lte": "9"}

    assert await found(tenant.anonymous, *[each] * 10) == ""
    assert await refused(tenant.anonymous, {"metadata": [each] * 5, "NOT": [{"metadata": [each] * 6}]}) == (
        "BAD_USER_INPUT",
        "where: compares metadata 22 times, 20 are allowed",
    )
    assert MOST_FIELDS == 50
