"""What the tests of ticket types do again and again: change one, give out a code, hold, and look at what was told."""

from functools import cache
from typing import Any, cast

from graphql import GraphQLObjectType, GraphQLSchema, GraphQLUnionType, get_named_type, is_leaf_type

from schema.root import build_schema
from tests.api.box_office import create_event, create_ticket_type, put_on_sale
from tests.api.conftest import Client

TERMS = "id version position salesStartAt salesEndAt minPerOrder maxPerOrder maxPerBuyer hidden paused names { locale text }"
HELD = "cart hold { id expiresAt lines { quantity ticketType { id name price { amountMinor } } } }"


async def do(client: Client, deed: str, result: str, **wish: Any) -> dict[str, Any]:
    """The whole payload of a mutation, with every fact of whatever it refuses."""
    kind = f"{deed[0].upper()}{deed[1:]}Input"
    document = f"mutation ($input: {kind}!) {{ {deed}(input: $input) {{ {result} errors {{ {_told(deed)} }} }} }}"
    payload: dict[str, Any] = (await client.ask(document, input=wish))[deed]
    return payload


async def done(client: Client, deed: str, result: str, **wish: Any) -> dict[str, Any]:
    """The payload of a mutation that is not refused."""
    payload = await do(client, deed, result, **wish)
    assert payload["errors"] == [], payload["errors"]
    return payload


async def change(client: Client, type_id: str, version: int, **changes: Any) -> dict[str, Any]:
    """The whole payload of `updateTicketType`."""
    return await do(client, "updateTicketType", f"ticketType {{ {TERMS} }}", ticketTypeId=type_id, expectedVersion=version, **changes)


async def changed(client: Client, type_id: str, version: int, **changes: Any) -> Any:
    """The ticket type after a change that is not refused."""
    payload = await change(client, type_id, version, **changes)
    assert payload["errors"] == [], payload["errors"]
    return payload["ticketType"]


async def give_out(client: Client, event_id: str, *type_ids: str, **terms: Any) -> dict[str, Any]:
    """A new access code."""
    shown = "accessCode { id code used useLimit }"
    payload = await done(client, "createAccessCode", shown, eventId=event_id, ticketTypeIds=list(type_ids), **terms)
    made: dict[str, Any] = payload["accessCode"]
    return made


async def reserve(client: Client, event_id: str, type_id: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """The whole payload of `holdTickets`."""
    return await do(client, "holdTickets", HELD, eventId=event_id, lines=[{"ticketTypeId": type_id, "quantity": quantity}], **more)


async def with_hidden(client: Client, capacity: int = 50, **terms: Any) -> tuple[str, str, str]:
    """The ids of a published event, of the type that everybody sees, and of a hidden one with a pool of its own."""
    event_id, open_id = await put_on_sale(client)
    return event_id, open_id, await create_ticket_type(client, event_id, capacity, hidden=True, **terms)


async def draft_with_type(client: Client, **terms: Any) -> tuple[str, str]:
    """The ids of a draft and of its only ticket type."""
    event_id = await create_event(client)
    return event_id, await create_ticket_type(client, event_id, **terms)


def refusal(payload: dict[str, Any]) -> dict[str, Any]:
    """The only refusal of a payload that has no result, without what every refusal has."""
    [error] = payload["errors"]
    assert all(value is None for name, value in payload.items() if name != "errors")
    told: dict[str, Any] = {name: value for name, value in error.items() if name not in {"code", "path"}}
    return told


@cache
def _core() -> GraphQLSchema:
    return build_schema()._schema


def _told(deed: str) -> str:
    assert _core().mutation_type
    payload = cast("GraphQLObjectType", get_named_type(cast("Any", _core().mutation_type).fields[deed].type))
    members = cast("GraphQLUnionType", get_named_type(payload.fields["errors"].type)).types
    own = {each.name: [name for name, field in each.fields.items() if is_leaf_type(get_named_type(field.type))] for each in members}
    if "InputInvalid" in own:
        own["InputInvalid"].append("faults { path message }")
    return "__typename " + " ".join(f"... on {name} {{ {' '.join(leaves)} }}" for name, leaves in own.items())
