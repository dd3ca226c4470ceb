"""Every place that takes an id is given another organization's: it answers as for what does not exist, and changes nothing there.

The places come from the schema itself, so one that is new fails the test until it is said what goes there.
"""

import json
from typing import Any, cast

import pytest
from graphql import GraphQLUnionType

from adapters.crypto.identifiers import new_id
from gateway.rest.loading import load_operations
from gateway.rest.operations import Operation
from schema import ids
from schema.root import build_schema
from tests.api.box_office import hold, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.test_authorization import MATRIX
from tests.members.id_places import IdPlace, id_places
from tests.members.things import THINGS
from tests.members.walked import AROUND, NAMED, OF_THE_EVENT, QUERIES, SALES

pytestmark = pytest.mark.asyncio

CORE = build_schema()._schema
PLACES = {str(each): each for each in id_places(CORE)}
IN_MUTATIONS = [name for name in PLACES if name.startswith("Mutation.")]
ENTITIES = [each.name for each in cast("GraphQLUnionType", CORE.type_map["_Entity"]).types]
OPERATIONS = {
    f"{each.route.method.value} {each.route.path} {parameter.name}": (each, parameter.name)
    for each in load_operations(CORE)
    for parameter in each.parameters
    if parameter.in_path
}


def missing(global_id: str) -> str:
    """An id of the same type, of nothing."""
    named = ids.read(global_id)
    assert named
    return str(ids.show(named[0], new_id()))


async def everything(owner: Any, tenant: Tenant) -> dict[str, Any]:
    """A fingerprint of each table's rows of this organization."""
    found = await owner.fetch(
        "SELECT table_name::text AS name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'organization_id'"
    )
    prints = "SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {} t WHERE organization_id = $1"
    return {row["name"]: await owner.fetchval(prints.format(row["name"]), tenant.organization.id) for row in found}


def put(wish: dict[str, Any], path: tuple[str, ...], global_id: str) -> dict[str, Any]:
    """The wish with this id at the place, in lists where the wish has lists."""
    first, rest = path[0], path[1:]
    here = wish.get(first)
    if rest:
        inner = here[0] if isinstance(here, list) else here
        changed = put(inner or {}, rest, global_id)
        return wish | {first: [changed] if isinstance(here, list) else changed}
    return wish | {first: [global_id] if first.endswith("Ids") else global_id}


def alike(answer: Any, global_id: str) -> str:
    """The answer without the request's own id and the id that was sent."""
    text = json.dumps(answer).replace(global_id, "…")
    for error in answer.get("errors", ()):
        text = text.replace(error["extensions"]["requestId"], "…")
    return text


def refused(answer: Any, mutation: str) -> list[tuple[str, str]]:
    """The kinds and codes of the refusals in the payload."""
    return [(each["__typename"], each["code"]) for each in answer["data"][mutation]["errors"]]


def place_named(place: IdPlace) -> str:
    return NAMED[place.path[-1]]


async def ask(client: Client, mutation: str, wish: dict[str, Any]) -> Any:
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    errors = "errors { __typename ... on UserError { message code path } }"
    return await client.answer(f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ {errors} }} }}", input=wish)


async def fill_cart(tenant: Tenant) -> None:
    """Let the owner hold something, so that there is something to buy."""
    held = await hold(tenant.owner, *await put_on_sale(tenant.owner))
    assert held["errors"] == []


async def give_password(tenant: Tenant) -> None:
    """Give the owner a password, so that what asks for it goes on to look for the rest."""
    hashed = await tenant.house.outside.passwords.hash("not the owner's")
    person = tenant.people[next(iter(tenant.people))]
    await tenant.house.pools.system.execute("UPDATE accounts SET password_hash = $2 WHERE person_id = $1", person, hashed)


PREPARED = {"transferOwnership": give_password, **dict.fromkeys(SALES, fill_cart)}
"""What must be there before somebody else's things can be named at all."""


async def test_every_place_that_takes_an_id_is_walked() -> None:
    assert {name for name in PLACES if name not in IN_MUTATIONS} == set(QUERIES)
    assert {place_named(PLACES[name]) for name in IN_MUTATIONS} <= set(THINGS)
    assert {PLACES[name].name for name in IN_MUTATIONS} <= set(MATRIX)
    assert set(ENTITIES) == set(THINGS) - {"Pool"}
    assert len(PLACES) >= 90


@pytest.mark.parametrize("name", IN_MUTATIONS)
async def test_no_mutation_takes_another_organizations_id(tenant: Tenant, other_tenant: Tenant, owner: Any, name: str) -> None:
    place = PLACES[name]
    foreign = await THINGS[place_named(place)](other_tenant)
    wish = await MATRIX[place.name][1](tenant) | AROUND.get(name, {})
    if place.name in PREPARED:
        await PREPARED[place.name](tenant)
    before = await everything(owner, other_tenant)

    none = missing(foreign)
    answers = [(each, await ask(tenant.owner, place.name, put(wish, place.path[1:], each))) for each in (foreign, none)]

    assert alike(answers[0][1], foreign) == alike(answers[1][1], none)
    assert refused(answers[0][1], place.name) == [OF_THE_EVENT.get(name, ("NotFound", "NOT_FOUND"))]
    assert other_tenant.organization.slug not in json.dumps(answers[0][1])
    assert await everything(owner, other_tenant) == before


@pytest.mark.parametrize("name", QUERIES)
async def test_no_query_shows_anything_of_another_organization(tenant: Tenant, other_tenant: Tenant, name: str) -> None:
    kind, document = QUERIES[name]
    foreign, none = await _values(other_tenant, kind)
    stream = {"accept": "text/event-stream"} if name.startswith("Subscription.") else {}

    told = []
    for each in (foreign, none):
        value = [{"__typename": kind, "id": each}] if "_entities" in name else each
        sent = {"query": document, "variables": {"v": value}}
        response = await tenant.http.post("/graphql", json=sent, headers=tenant.owner.headers | stream)
        told.append(response.text.replace(each, "…").replace(response.headers["x-request-id"], "…"))

    assert told[0] == told[1]
    assert other_tenant.organization.slug not in told[0]


async def _values(tenant: Tenant, kind: str) -> tuple[str, str]:
    if kind == "slug":
        event_id = await THINGS["Event"](tenant)
        await THINGS["EventSeries"](tenant)
        slug = (await tenant.owner.ask("query ($id: ID!) { event(by: {id: $id}) { slug } }", id=event_id))["event"]["slug"]
        return slug, "nothing-here"
    foreign = await THINGS[kind](tenant)
    return foreign, missing(foreign)


@pytest.mark.parametrize("kind", ENTITIES)
async def test_no_thing_of_another_organization_is_found_by_its_id(tenant: Tenant, other_tenant: Tenant, kind: str) -> None:
    foreign = await THINGS[kind](other_tenant)
    document = """query ($id: ID!, $key: [_Any!]!) {
      node(id: $id) { __typename } nodes(ids: [$id]) { __typename } _entities(representations: $key) { __typename }
    }"""
    wanted = {"id": foreign, "key": [{"__typename": kind, "id": foreign}]}

    there = await other_tenant.owner.ask(document, **wanted)
    here = await tenant.owner.ask(document, **wanted)

    # A hold is its buyer's, and a session its person's, so that not even their own organization's owner finds all of them.
    if kind != "Hold":
        assert there == {"node": {"__typename": kind}, "nodes": [{"__typename": kind}], "_entities": [{"__typename": kind}]}
    assert here == {"node": None, "nodes": [None], "_entities": [None]}


@pytest.mark.parametrize("name", OPERATIONS)
async def test_no_path_of_rest_leads_to_another_organization(tenant: Tenant, other_tenant: Tenant, owner: Any, name: str) -> None:
    operation, parameter = OPERATIONS[name]
    kind = _kind_of(operation, parameter)
    foreign = await THINGS[kind](other_tenant)
    wish = await MATRIX[operation.root][1](tenant) if operation.root else {}
    before = await everything(owner, other_tenant)

    told = []
    for each in (foreign, missing(foreign)):
        path, query, body = _request(operation, parameter, each, dict(wish))
        response = await tenant.http.request(
            operation.route.method.value, path, params=query, headers=tenant.owner.headers, **({"json": body} if body is not None else {})
        )
        told.append((response.status_code, response.text.replace(each, "…").replace(response.headers["x-request-id"], "…")))

    assert told[0] == told[1]
    assert told[0][0] in ({200, 404} if operation.route.method.value == "GET" else {404})
    assert other_tenant.organization.slug not in told[0][1]
    assert await everything(owner, other_tenant) == before


def _kind_of(operation: Operation, parameter: str) -> str:
    place = next(each.place for each in operation.parameters if each.name == parameter)
    if place[-1] in NAMED:
        return NAMED[place[-1]]
    kinds = {"/products/": "TicketType", "/tickets/": "Ticket", "/orders/": "Order"}
    return next((kind for part, kind in kinds.items() if part in operation.route.path), "Event")


def _request(operation: Operation, parameter: str, value: str, wish: dict[str, Any]) -> tuple[str, dict[str, Any], Any]:
    """The path with this id, the query string and the body, which a wish has left over."""
    path, query = operation.route.path, {}
    for each in operation.parameters:
        own = wish.pop(each.place[-1], None) if len(each.place) > 1 else None
        if each.in_path:
            path = path.replace(f"{{{each.name}}}", value if each.name == parameter else str(own or missing(value)))
        elif own is not None:
            query[each.name] = own
    return path, query, wish if operation.route.body else None
