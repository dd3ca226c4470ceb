"""What the tests of the programme do again and again: take an event one step further, and look at it."""

from functools import cache
from typing import Any, cast

from graphql import GraphQLObjectType, GraphQLSchema, GraphQLUnionType, get_named_type

from schema.root import build_schema
from tests.api.conftest import Client

SHOWN = "id status version startsAt endsAt previousStartsAt cancellationReason publishedAt"
FACTS = {
    "InputInvalid": "faults { path message }",
    "VersionConflict": "currentVersion",
    "EventStepRefused": "fromStatus toStatus possible",
    "EventHasTickets": "held sold",
    "EventNotPublishable": "status ticketTypes joinUrlMissing",
    "EventCategoryInUse": "events subcategories",
    "EventCategorySlugTaken": "slug",
    "MetadataFieldInUse": "events",
    "MetadataKeyTaken": "key",
    "OccurrencesNotPublishable": "eventIds",
}
REASON = [{"locale": "en", "text": "The singer is ill."}, {"locale": "de", "text": "Die Sängerin ist krank."}]


async def step(client: Client, deed: str, result: str = f"event {{ {SHOWN} }}", **wish: Any) -> dict[str, Any]:
    """The whole payload of a mutation, such as `postponeEvent`, with the facts of whatever it refuses."""
    kind = f"{deed[0].upper()}{deed[1:]}Input"
    document = f"mutation ($input: {kind}!) {{ {deed}(input: $input) {{ {result} errors {{ {_told(deed)} }} }} }}"
    payload: dict[str, Any] = (await client.ask(document, input=wish))[deed]
    return payload


async def done(client: Client, deed: str, **wish: Any) -> dict[str, Any]:
    """The event after a step that is not refused."""
    payload = await step(client, deed, **wish)
    assert payload["errors"] == [], payload["errors"]
    event: dict[str, Any] = payload["event"]
    return event


async def shown(client: Client, event_id: str, fields: str = SHOWN) -> Any:
    """The event as this client sees it."""
    return (await client.ask(f"query ($id: ID!) {{ event(by: {{id: $id}}) {{ {fields} }} }}", id=event_id))["event"]


def faults(payload: dict[str, Any]) -> list[tuple[str, str]]:
    """Where and why the only refusal of a payload finds its input invalid."""
    [error] = payload["errors"]
    assert error["__typename"] == "InputInvalid", error
    return [(".".join(each["path"]), each["message"]) for each in error["faults"]]


@cache
def _core() -> GraphQLSchema:
    return build_schema()._schema


def _told(deed: str) -> str:
    assert _core().mutation_type
    payload = cast("GraphQLObjectType", get_named_type(cast("Any", _core().mutation_type).fields[deed].type))
    members = cast("GraphQLUnionType", get_named_type(payload.fields["errors"].type)).types
    facts = (f"... on {each.name} {{ {FACTS[each.name]} }}" for each in members if each.name in FACTS)
    return f"__typename ... on UserError {{ message code path }} {' '.join(facts)}"
