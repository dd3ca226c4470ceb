"""An archived event stays as it is: every mutation that names an event, walked on one that is archived; new ones fail until listed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from schema.root import build_schema
from tests.api.box_office import hold
from tests.api.conftest import Client, Tenant
from tests.api.programme import REASON, shown
from tests.seating.halls import import_plan, seated_event, small_hall, status
from tests.series.runs import fridays, type_of
from tests.ticket_types.desk import do

pytestmark = pytest.mark.asyncio

NAME = [{"locale": "en", "text": "Other"}]
TIMES = {"startsAt": "2031-06-12T19:00:00Z", "endsAt": "2031-06-12T22:00:00Z"}
ALL_THERE_IS = """
status version updatedAt slug titles { locale text } startsAt endsAt buyerLimit activity { totalCount }
images { id version position status alt } pools { id name capacity held sold } seatingPlan { id }
ticketTypes { id version position name maxPerOrder } questions { id version position } seatCategories { index ticketTypes { id } }
"""
CODES = "query ($id: ID!) { accessCodes(eventId: $id) { nodes { id revokedAt } } }"
NAMES_AN_EVENT = {"eventId", "imageId", "ticketTypeId", "poolId", "productId", "accessCodeId", "questionId"}


@dataclass(frozen=True, slots=True)
class Archive:
    """The ids of an archived event and of what belongs to it; `cart` is the buyer's who holds a ticket of it."""

    event: str
    ticket_type: str
    pool: str
    image: str
    code: str
    question: str
    plan: str
    hold: str
    cart: str


Wish = Callable[[Archive], dict[str, Any]]


def _event(**more: Any) -> Wish:
    return lambda here: {"eventId": here.event, **more}


def _step(**more: Any) -> Wish:
    return _event(expectedVersion=5, **more)


def _type(**more: Any) -> Wish:
    return lambda here: {"ticketTypeId": here.ticket_type, **more}


def _image(**more: Any) -> Wish:
    return lambda here: {"imageId": here.image, **more}


REFUSED: dict[str, tuple[str, Wish]] = {
    "updateEvent": ("EventNotEditable", _step(title=NAME)),
    "publishEvent": ("EventNotPublishable", _event()),
    "unpublishEvent": ("EventStepRefused", _step()),
    "postponeEvent": ("EventStepRefused", _step()),
    "rescheduleEvent": ("EventStepRefused", _step(**TIMES)),
    "cancelEvent": ("EventStepRefused", _step(reason=REASON)),
    "completeEvent": ("EventStepRefused", _step()),
    "archiveEvent": ("EventStepRefused", _step()),
    "createEventSeries": ("EventNotRepeatable", _step(recurrence={"frequency": "WEEKLY", "count": 2})),
    "createTicketType": ("EventNotEditable", _event(name=NAME, price={"amountMinor": 1, "currency": "EUR"}, capacity=5)),
    "updateTicketType": ("EventNotEditable", _type(expectedVersion=1, maxPerOrder=1)),
    "deleteTicketType": ("EventNotEditable", _type(expectedVersion=1)),
    "reorderTicketTypes": ("EventNotEditable", lambda here: {"eventId": here.event, "ticketTypeIds": [here.ticket_type]}),
    "createPool": ("EventNotEditable", _event(name="Floor", capacity=5)),
    "updatePool": ("EventNotEditable", lambda here: {"poolId": here.pool, "name": "Other"}),
    "deletePool": ("EventNotEditable", lambda here: {"poolId": here.pool}),
    "createAccessCode": ("EventNotEditable", lambda here: {"eventId": here.event, "ticketTypeIds": [here.ticket_type]}),
    "revokeAccessCode": ("EventNotEditable", lambda here: {"accessCodeId": here.code}),
    "createQuestion": ("EventNotEditable", _event(kind="TEXT", label=NAME)),
    "updateQuestion": ("EventNotEditable", lambda here: {"questionId": here.question, "expectedVersion": 1, "required": True}),
    "archiveQuestion": ("EventNotEditable", lambda here: {"questionId": here.question, "expectedVersion": 1}),
    "reorderQuestions": ("EventNotEditable", lambda here: {"eventId": here.event, "questionIds": [here.question]}),
    "createReservedAllotment": ("EventNotEditable", lambda here: {"eventId": here.event, "ticketTypeId": here.ticket_type, "quantity": 1}),
    "setPriceRules": ("EventNotEditable", _type(expectedVersion=1)),
    "setRefundPolicy": ("EventNotEditable", _event(policy={"hoursBefore": 24})),
    "rotateTicketKey": ("EventNotEditable", _event()),
    "issueComplimentaryTickets": ("NotFound", lambda here: {"eventId": here.event, "ticketTypeId": here.ticket_type, "quantity": 1}),
    "createProduct": ("EventNotEditable", _event(title="Poster", price={"amountMinor": 1, "currency": "EUR"})),
    "updateProduct": ("EventNotEditable", lambda here: {"productId": here.ticket_type, "expectedVersion": 1, "title": "Other"}),
    "requestImageUpload": ("EventNotEditable", _event(contentType="image/png", byteSize=100)),
    "finishImageUpload": ("EventNotEditable", _image()),
    "updateImage": ("EventNotEditable", _image(expectedVersion=1, alt=NAME)),
    "reorderImages": ("EventNotEditable", lambda here: {"eventId": here.event, "imageIds": [here.image]}),
    "removeImage": ("EventNotEditable", _image()),
    "assignSeatingPlan": (
        "EventNotEditable",
        lambda here: {"eventId": here.event, "seatingPlanVersionId": here.plan, "categories": [], "expectedVersion": 5},
    ),
    "unassignSeatingPlan": ("EventNotEditable", _event()),
    "blockSeats": ("EventNotEditable", _event(labels=["Stalls A-1"], reason="broken")),
    "unblockSeats": ("EventNotEditable", _event(labels=["Stalls A-2"])),
    "holdTickets": ("NotFound", lambda here: {"eventId": here.event, "lines": [{"ticketTypeId": here.ticket_type, "quantity": 1}]}),
    "holdSeats": ("NotFound", _event(seats=[{"label": "Stalls A-1"}])),
    "holdBestAvailable": ("NotFound", lambda here: {"eventId": here.event, "lines": [{"ticketTypeId": here.ticket_type, "quantity": 1}]}),
}
OF_OCCURRENCES = {"updateOccurrences", "updateOccurrenceTicketTypes", "publishOccurrences", "cancelOccurrences"}
TOUCHES_NOTHING_OF_IT = {
    # A new event; another one that is like it; and its end, of which only its log is left.
    "createEvent",
    "copyEvent",
    "deleteEvent",
}


async def test_every_mutation_that_names_an_event_is_walked_here() -> None:
    mutations = cast("Any", build_schema()._schema.mutation_type).fields

    naming = {
        name
        for name, each in mutations.items()
        if not NAMES_AN_EVENT.isdisjoint(cast("GraphQLInputObjectType", get_named_type(each.args["input"].type)).fields)
    }

    missing = naming - REFUSED.keys() - OF_OCCURRENCES - TOUCHES_NOTHING_OF_IT
    assert not missing, f"Say in REFUSED what these do to an archived event: {sorted(missing)}"


async def test_nothing_of_an_archived_event_changes(tenant: Tenant) -> None:
    here = await _archive(tenant)
    before = await _all_of(tenant.owner, here)

    for deed, (refusal, wish) in REFUSED.items():
        payload = await do(tenant.owner, deed, "__typename", **wish(here))

        assert [each["__typename"] for each in payload["errors"]] == [refusal], deed
        assert await _all_of(tenant.owner, here) == before, deed
        if refusal == "EventNotEditable":
            assert (payload["errors"][0]["code"], payload["errors"][0]["status"]) == ("CONFLICT", "ARCHIVED"), deed


async def test_what_was_done_before_is_answered_alike_after_the_event_was_archived(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    wishes: dict[str, tuple[str, dict[str, Any]]] = {
        "createPool": ("pool { id }", {"name": "Floor", "capacity": 5}),
        "blockSeats": ("changed", {"labels": ["Stalls A-1"], "reason": "broken"}),
    }
    done = [await do(tenant.owner, deed, told, eventId=event_id, idempotencyKey=deed, **wish) for deed, (told, wish) in wishes.items()]
    await _put_away(tenant.owner, event_id)

    again = [await do(tenant.owner, deed, told, eventId=event_id, idempotencyKey=deed, **wish) for deed, (told, wish) in wishes.items()]

    assert [each["errors"] for each in done] == [[], []]
    assert again == done


async def test_what_is_held_of_an_archived_event_can_be_given_back(tenant: Tenant) -> None:
    here = await _archive(tenant)

    payload = await do(tenant.anonymous.with_headers(x_cart=here.cart), "releaseHold", "hold { status }", holdId=here.hold)

    assert payload == {"hold": {"status": "RELEASED"}, "errors": []}


async def test_of_an_archived_occurrence_nothing_changes_though_others_do(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    type_id = await type_of(tenant.owner, ids[0])
    await _put_away(tenant.owner, ids[0])
    before = await shown(tenant.owner, ids[0], ALL_THERE_IS)
    wishes: dict[str, dict[str, Any]] = {
        "updateOccurrences": {"eventId": ids[0], "title": NAME},
        "updateOccurrenceTicketTypes": {"ticketTypeId": type_id, "maxPerOrder": 2},
    }

    alone = [await do(tenant.owner, deed, "__typename", scope="THIS", expectedVersion=1, **wish) for deed, wish in wishes.items()]
    left = []
    for version, (deed, wish) in enumerate(wishes.items(), start=1):
        payload = await do(tenant.owner, deed, "left { event { id } reason }", scope="ALL", expectedVersion=version, **wish)
        left.append(payload["left"])

    assert [[each["__typename"] for each in payload["errors"]] for payload in alone] == [["EventNotEditable"], ["EventNotEditable"]]
    assert left == [[{"event": {"id": ids[0]}, "reason": "OTHER_STATUS"}]] * 2
    assert await shown(tenant.owner, ids[0], ALL_THERE_IS) == before
    assert await shown(tenant.owner, ids[1], "title ticketTypes { maxPerOrder }") == {"title": "Other", "ticketTypes": [{"maxPerOrder": 2}]}


async def test_archived_occurrences_are_neither_published_nor_called_off(tenant: Tenant) -> None:
    _, ids = await fridays(tenant.owner)
    await _put_away(tenant.owner, ids[0])
    before = await shown(tenant.owner, ids[0], ALL_THERE_IS)

    for version, (deed, wish) in enumerate({"publishOccurrences": {}, "cancelOccurrences": {"reason": REASON}}.items(), start=1):
        where = {"eventId": ids[0], "scope": "THIS", "expectedVersion": version}
        payload = await do(tenant.owner, deed, "events { id } left { event { id } reason } __typename", **where, **wish)

        assert (payload["events"], payload["left"]) == ([], [{"event": {"id": ids[0]}, "reason": "OTHER_STATUS"}])
        assert await shown(tenant.owner, ids[0], ALL_THERE_IS) == before


async def _archive(tenant: Tenant) -> Archive:
    """A seated event with everything that events have, put away."""
    owner = tenant.owner
    event_id, types = await seated_event(owner)
    held = await hold(tenant.anonymous, event_id, types["Floor"])
    image = await do(owner, "requestImageUpload", "image { id }", eventId=event_id, contentType="image/png", byteSize=100)
    code = await do(owner, "createAccessCode", "accessCode { id }", eventId=event_id, ticketTypeIds=[types["Stalls"]])
    question = await do(owner, "createQuestion", "question { id }", eventId=event_id, kind="TEXT", label=NAME)
    blocked = await do(owner, "blockSeats", "changed", eventId=event_id, labels=["Stalls A-2"], reason="broken")
    assert [image["errors"], code["errors"], blocked["errors"], held["errors"]] == [[], [], [], []]
    plan = await import_plan(owner, small_hall(name="Another Hall"))
    pool = (await shown(owner, event_id, "pools { id }"))["pools"][0]["id"]
    await _put_away(owner, event_id)
    made = [image["image"]["id"], code["accessCode"]["id"], question["question"]["id"], plan, held["hold"]["id"], held["cart"]]
    return Archive(event_id, types["Stalls"], pool, *made)


async def _put_away(client: Client, event_id: str) -> None:
    if (await shown(client, event_id, "status"))["status"] == "DRAFT":
        assert (await do(client, "publishEvent", "__typename", eventId=event_id))["errors"] == []
    for deed, more in (("cancelEvent", {"reason": REASON}), ("archiveEvent", {})):
        version = (await shown(client, event_id, "version"))["version"]
        payload = await do(client, deed, "event { version }", eventId=event_id, expectedVersion=version, **more)
        assert payload["errors"] == []


async def _all_of(client: Client, here: Archive) -> dict[str, Any]:
    """All that staff can see of the event."""
    return {
        "event": await shown(client, here.event, ALL_THERE_IS),
        "codes": await client.ask(CODES, id=here.event),
        "seats": await status(client, here.event, "Stalls A-1", "Stalls A-2"),
    }
