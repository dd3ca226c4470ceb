"""What the tests of questions do again and again: ask something, answer it, and look at what there is."""

from typing import Any

from tests.api.conftest import Client, Tenant
from tests.orders.shop import wish
from tests.ticket_types.desk import do, done

QUESTION = "id version scope kind label required encrypted position archivedAt ticketTypeIds dependsOn { questionId values }"
ANSWERS = "answers { questionId values question { label } }"
ORDER = f"id version status {ANSWERS} lines {{ id position attendeeName {ANSWERS} }}"
FAULTS = """errors { __typename ... on UserError { message code path }
  ... on AnswersInvalid { faults { questionId why path holdId ticketTypeId index lineId } } }"""
OF_EVENT = f"query ($id: ID!, $archived: Boolean!) {{ event(by: {{id: $id}}) {{ questions(archived: $archived) {{ {QUESTION} }} }} }}"
OF_ORDER = f"query ($id: ID!) {{ order(by: {{id: $id}}) {{ {ORDER} history {{ nodes {{ kind facts }} }} }} }}"


def en(text: str) -> list[dict[str, str]]:
    """A text in English."""
    return [{"locale": "en", "text": text}]


def offered(*keys: str) -> list[dict[str, Any]]:
    """Choices with these keys."""
    return [{"key": each, "label": en(each.upper())} for each in keys]


def new_question(event_id: str, kind: str = "TEXT", label: str = "Which club?", **more: Any) -> dict[str, Any]:
    """A valid wish to ask something."""
    return {"eventId": event_id, "kind": kind, "label": en(label)} | more


async def asked(tenant: Tenant, event_id: str, kind: str = "TEXT", label: str = "Which club?", **more: Any) -> str:
    """The id of a new question."""
    payload = await done(tenant.owner, "createQuestion", f"question {{ {QUESTION} }}", **new_question(event_id, kind, label, **more))
    return str(payload["question"]["id"])


async def change(client: Client, question_id: str, version: int = 1, **changes: Any) -> dict[str, Any]:
    """The whole payload of `updateQuestion`."""
    return await do(client, "updateQuestion", f"question {{ {QUESTION} }}", questionId=question_id, expectedVersion=version, **changes)


async def archived(client: Client, question_id: str, version: int = 1) -> dict[str, Any]:
    """The whole payload of `archiveQuestion`."""
    return await do(client, "archiveQuestion", f"question {{ {QUESTION} }}", questionId=question_id, expectedVersion=version)


async def questions(client: Client, event_id: str, *, and_archived: bool = False) -> list[dict[str, Any]]:
    """What the event asks."""
    found = await client.ask(OF_EVENT, id=event_id, archived=and_archived)
    return list(found["event"]["questions"])


def answer(question_id: str, *values: str) -> dict[str, Any]:
    """An answer with one value, or several."""
    return {"questionId": question_id} | ({"value": values[0]} if len(values) == 1 else {"values": list(values)})


async def buy(client: Client, total: int, **more: Any) -> dict[str, Any]:
    """The whole payload of `checkOutCart`, with every fault of answers."""
    document = f"mutation ($input: CheckOutCartInput!) {{ checkOutCart(input: $input) {{ secret order {{ {ORDER} }} {FAULTS} }} }}"
    payload: dict[str, Any] = (await client.ask(document, input=wish(total, **more)))["checkOutCart"]
    return payload


async def bought(client: Client, total: int, **more: Any) -> Any:
    """The order of a cart that was checked out."""
    payload = await buy(client, total, **more)
    assert payload["errors"] == [], payload["errors"]
    return payload["order"]


async def update(client: Client, **input: Any) -> dict[str, Any]:
    """The whole payload of `updateAttendees`, with every fault of answers."""
    document = f"mutation ($input: UpdateAttendeesInput!) {{ updateAttendees(input: $input) {{ order {{ {ORDER} }} {FAULTS} }} }}"
    payload: dict[str, Any] = (await client.ask(document, input=input))["updateAttendees"]
    return payload


async def look(client: Client, order_id: str) -> Any:
    """The order with its answers and its history."""
    return (await client.ask(OF_ORDER, id=order_id))["order"]


def said(thing: Any) -> list[tuple[str, list[str] | None]]:
    """The answers of an order or a line."""
    return [(each["questionId"], each["values"]) for each in thing["answers"]]


def faults(payload: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The question, the reason and the place of each fault of answers, the result being none."""
    [error] = payload["errors"]
    assert (error["__typename"], payload["order"]) == ("AnswersInvalid", None)
    return [(each["questionId"], each["why"], ".".join(each["path"][1:])) for each in error["faults"]]
