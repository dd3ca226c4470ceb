"""A stored operation that does not fit is refused at the start, with its file, its name and its fault."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema

from gateway.graphql.pipeline import Pipeline
from gateway.rest.loading import HERE, load_operations
from gateway.rest.mapping import Broken
from gateway.rest.routes import find_codes
from gateway.settings import Limits
from schema.root import build_schema
from tests.rest.shop import SCHEMA, Shop

CORE: GraphQLSchema = SCHEMA._schema


def fault_of(folder: Path, *texts: str) -> str:
    for number, text in enumerate(texts):
        (folder / f"file{number}.graphql").write_text(text)
    with pytest.raises(Broken) as broken:
        load_operations(CORE, folder)
    return str(broken.value)


def a_query(rest: str, variables: str = "", selection: str = "things { id }") -> str:
    return f'"A query."\nquery Q{variables} {rest} {{ {selection} }}'


GET = '@rest(method: GET, path: "/api/things")'


def test_every_operation_of_ours_fits_the_schema_and_the_limits() -> None:
    schema = build_schema()
    pipeline = Pipeline(schema, Limits(), lambda context: context)

    operations = load_operations(schema._schema)
    documents = [pipeline.register(each.text) for each in operations]

    assert {each.where.partition(":")[0] for each in operations} == {file.name for file in HERE.glob("*.graphql")}
    assert len(documents) == len(operations)
    assert all("@rest" not in each.text for each in operations)


def test_every_refusal_of_ours_has_a_code_of_its_own() -> None:
    refusals = {refusal.name for operation in load_operations(build_schema()._schema) for refusal in operation.refusals}

    assert refusals <= set(find_codes())


def test_a_mutation_asks_for_every_fact_of_every_refusal() -> None:
    [operation] = [each for each in load_operations(CORE, Shop().folder) if each.name == "ChangeThing"]

    asked = " ".join(operation.text.split())
    assert (
        "errors { __typename ... on UserError { message code path } ... on InputInvalid { faults { path message } } "
        "... on VersionConflict { currentVersion } }"
    ) in asked


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("query Q {", "file0.graphql:1: operation (unread): Syntax Error: Expected Name, found <EOF>."),
        (a_query(""), "file0.graphql:1: operation Q: needs exactly one @rest, has 0"),
        (a_query(f"{GET} {GET}"), "needs exactly one @rest, has 2"),
        (f"query {GET} {{ things {{ id }} }}", "operation (unnamed): needs a name"),
        (f"query Q {GET} {{ things {{ id }} }}", 'needs a description: """One sentence.""" before it'),
        (a_query('@rest(methd: GET, path: "/api/things")'), "@rest has no argument 'methd', only method, path, pick,"),
        (a_query('@rest(method: FETCH, path: "/api/things")'), "has invalid value"),
        (a_query('@rest(path: "/api/things")'), "'method'"),
        (a_query('@rest(method: GET, path: "things")'), "the path 'things' must be steps of small letters"),
        (
            a_query('@rest(method: GET, path: "/api/things", fill: {id: 3})'),
            '`fill` must be an object of places, such as {id: "input.eventId"}',
        ),
        (a_query('@rest(method: GET, path: "/api/Things/")'), "the path '/api/Things/' must be"),
        (a_query('@rest(method: GET, path: "/api/things", body: "input")'), "a GET has no body"),
        (a_query('@rest(method: POST, path: "/api/things", body: "input")'), "there is no variable $input"),
        (a_query('@rest(method: GET, path: "/api/things/{id}")'), "nothing takes the path's {id}: define $id, or name a place in `fill`"),
        (a_query('@rest(method: GET, path: "/api/things", pick: "shelf")'), "pick 'shelf': 'shelf' is not selected"),
        (a_query('@rest(method: GET, path: "/api/things", pick: "things.name")'), "pick 'things.name': 'name' is not selected"),
        (a_query('@rest(method: GET, path: "/api/things", pick: "things", location: "/api/{name}")'), "location: 'name' is not selected"),
        (a_query(GET, selection="things { weight }"), "Cannot query field 'weight' on type 'Thing'. (line 2)"),
        (a_query(GET, selection="things { ...Thing }"), "Unknown fragment 'Thing'."),
        (a_query(GET, "($first: Int)"), "Variable '$first' is never used in operation 'Q'."),
        (a_query(GET, "($by: ThingBy!)", "thing(by: $by) { id }"), "the parameter by has the type ThingBy!; a text becomes a scalar"),
        (
            a_query('@rest(method: GET, path: "/api/things", fill: {x: "first.y"})', "($first: Int)", "things(first: $first) { id }"),
            "Int has no input field 'y'",
        ),
        (f'"A change."\nmutation M {GET} {{ addThing(input: {{name: "x"}}) {{ receipt }} }}', "a GET changes nothing: it must be a query"),
        (
            '"Changes."\nmutation M @rest(method: POST, path: "/api/x") { a: addThing(input: {}) { receipt } b: __typename }',
            "a mutation must have one root field",
        ),
        (
            '"A change."\nmutation M @rest(method: POST, path: "/api/x") { dropThing { receipt } }',
            "dropThing is no mutation with a payload that has errors",
        ),
        ('"A stream."\nsubscription S @rest(method: GET, path: "/api/x") { x }', "must be a query or a mutation"),
    ],
)
def test_what_does_not_fit_is_named(text: str, fault: str, tmp_path: Path) -> None:
    assert fault in fault_of(tmp_path, text)


def test_two_operations_do_not_share_a_name_or_a_route(tmp_path: Path) -> None:
    other = a_query('@rest(method: GET, path: "/api/others")').replace("query Q", "query R")

    names = fault_of(tmp_path, a_query(GET), other.replace("query R", "query Q"))
    routes = fault_of(tmp_path, a_query(GET), a_query(GET).replace("query Q", "query R"))

    assert names == "file1.graphql:1: operation Q: file0.graphql:1 has the same name, or method and path"
    assert routes == "file1.graphql:1: operation R: file0.graphql:1 has the same name, or method and path"


def test_one_path_calls_its_parameters_alike_in_all_its_methods(tmp_path: Path) -> None:
    by_id = a_query('@rest(method: GET, path: "/api/things/{id}")', "($id: ThingBy!)", "thing(by: $id) { id }")
    by_name = by_id.replace("query Q", "query R").replace("GET", "POST").replace("{id}", "{name}").replace("$id", "$name")

    assert fault_of(tmp_path, by_id, by_name).endswith("operation R: must call its parameters as file0.graphql:1 does: /api/things/{id}")


def test_two_fragments_do_not_share_a_name(tmp_path: Path) -> None:
    fragment = "fragment Thing on Thing { id }"

    assert fault_of(tmp_path, fragment, fragment) == "file1.graphql:1: operation (fragment): there is another fragment Thing"


def test_an_operation_above_the_limits_is_refused(tmp_path: Path) -> None:
    (tmp_path / "things.graphql").write_text(a_query(GET))

    with pytest.raises(Broken, match=r"things.graphql:1: operation Q: The operation has \d+ levels of fields, at most 1 is allowed"):
        Shop(limits=Limits(depth=1), folder=tmp_path)
