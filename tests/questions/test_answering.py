"""Answering with a cart: which questions are asked of what, every fault at once, and nothing half saved."""

from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from domain.identity import Role
from schema import ids
from tests.api.box_office import create_ticket_type
from tests.api.conftest import Client, Tenant
from tests.orders.shop import guest, held, on_sale, stock
from tests.questions.survey import answer, archived, asked, bought, buy, faults, offered, said
from tests.ticket_types.desk import do, done

pytestmark = pytest.mark.asyncio

CART = "{ cart { questions { id } lines { holdId ticketTypeId index questions { id label required } } } }"
MINE = "{ myOrders { nodes { id } } }"


def attendee(hold_id: str, type_id: str, *answers: dict[str, Any], index: int = 0) -> dict[str, Any]:
    """Who comes on a ticket of a cart, with answers."""
    return {"holdId": hold_id, "ticketTypeId": type_id, "index": index, "answers": list(answers)}


async def count_of_answers(owner: Any) -> int:
    """How many there are of all organizations."""
    counted: int = await owner.fetchval("SELECT count(*) FROM order_answers")
    return counted


async def mine(client: Client) -> list[dict[str, str]]:
    """The buyer's orders."""
    return list((await client.ask(MINE))["myOrders"]["nodes"])


async def test_the_cart_shows_what_is_asked_of_each_ticket_and_of_the_order(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    other_type = await create_ticket_type(tenant.owner, event_id)
    of_all = await asked(tenant, event_id, label="Which club?", required=True)
    of_one = await asked(tenant, event_id, ticketTypeIds=[type_id])
    of_order = await asked(tenant, event_id, scope="ORDER")
    await asked(tenant, event_id, scope="ORDER", ticketTypeIds=[await create_ticket_type(tenant.owner, event_id)])
    await archived(tenant.owner, await asked(tenant, event_id))
    await held(ada, event_id, type_id)
    await held(ada, event_id, other_type)

    cart = (await ada.ask(CART))["cart"]

    shown = {line["ticketTypeId"]: [each["id"] for each in line["questions"]] for line in cart["lines"]}
    assert shown == {type_id: [of_all, of_one], other_type: [of_all]}
    assert cart["lines"][0]["questions"][0] == {"id": of_all, "label": "Which club?", "required": True}
    assert cart["questions"] == [{"id": of_order}]


async def test_what_is_answered_is_kept_with_the_order_and_its_lines(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    club = await asked(tenant, event_id, required=True)
    food = await asked(tenant, event_id, "CHOICES", choices=offered("fish", "meat", "nuts"))
    phone = await asked(tenant, event_id, "PHONE", scope="ORDER", required=True)
    hold_id = await held(ada, event_id, type_id, 2)

    first = attendee(hold_id, type_id, answer(club, " Union "), answer(food, "nuts", "fish"))
    second = attendee(hold_id, type_id, answer(club, "Hertha"), index=1)
    order = await bought(ada, 5100, attendees=[second, first], answers=[answer(phone, "+49 30 123456")])

    assert said(order) == [(phone, ["+4930123456"])]
    assert [said(line) for line in order["lines"]] == [[(club, ["Union"]), (food, ["fish", "nuts"])], [(club, ["Hertha"])]]


async def test_every_fault_is_told_at_its_place_and_nothing_is_saved(tenant: Tenant, owner: Any) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    club = await asked(tenant, event_id, required=True)
    size = await asked(tenant, event_id, "CHOICE", choices=offered("s", "m"))
    why = await asked(tenant, event_id, required=True, dependsOn={"questionId": size, "values": ["m"]})
    when = await asked(tenant, event_id, "DATE", scope="ORDER", required=True)
    hold_id = await held(ada, event_id, type_id, 3)
    before = await count_of_answers(owner)

    first = attendee(hold_id, type_id, answer(size, "xl"), answer(club, "a\nb"))
    second = attendee(hold_id, type_id, answer(why, "x"), answer(when, "2030-01-01"), answer(club, "a"), answer(club, "b"), index=1)
    payload = await buy(ada, 7650, attendees=[first, second], answers=[answer(when, "soon"), answer(club, "x")])

    assert faults(payload) == [
        (when, "MALFORMED", "answers.0"),
        (club, "NOT_ASKED", "answers.1"),
        (club, "MALFORMED", "attendees.0.answers.1"),
        (size, "NOT_A_CHOICE", "attendees.0.answers.0"),
        (club, "TWICE", "attendees.1.answers.2"),
        (club, "TWICE", "attendees.1.answers.3"),
        (why, "NOT_ASKED", "attendees.1.answers.0"),
        (when, "NOT_ASKED", "attendees.1.answers.1"),
        (club, "REQUIRED", "attendees"),
    ]
    at = [(each["holdId"], each["ticketTypeId"], each["index"], each["lineId"]) for each in payload["errors"][0]["faults"]]
    assert at[:3] == [(None, None, None, None), (None, None, None, None), (hold_id, type_id, 0, None)]
    assert at[-1] == (hold_id, type_id, 2, None)
    assert (await mine(ada), await count_of_answers(owner)) == ([], before)
    assert await stock(tenant, event_id) == [(3, 0)]
    assert len((await ada.ask(CART))["cart"]["lines"]) == 3


async def test_a_question_is_required_only_where_it_is_asked(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    eats = await asked(tenant, event_id, "BOOLEAN", required=True)
    what = await asked(tenant, event_id, required=True, dependsOn={"questionId": eats, "values": ["true"]})
    await asked(tenant, event_id, required=True, ticketTypeIds=[await create_ticket_type(tenant.owner, event_id)])
    hold_id = await held(ada, event_id, type_id)

    hungry = await buy(ada, 2550, attendees=[attendee(hold_id, type_id, answer(eats, "true"))])
    order = await bought(ada, 2550, attendees=[attendee(hold_id, type_id, answer(eats, "false"))])

    assert faults(hungry) == [(what, "REQUIRED", "attendees.0.answers")]
    assert said(order["lines"][0]) == [(eats, ["false"])]


async def test_an_event_asks_its_own_buyers_alone(tenant: Tenant, other_tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    other_id, _ = await on_sale(tenant, slug="other")
    there = await asked(tenant, other_id, required=True)
    foreign_event, _ = await on_sale(other_tenant)
    foreign = await asked(other_tenant, foreign_event)
    hold_id = await held(ada, event_id, type_id)

    told = []
    for each in (there, foreign, str(ids.show("Question", new_id()))):
        payload = await buy(ada, 2550, attendees=[attendee(hold_id, type_id, answer(each, "x"))])
        told.append((faults(payload)[0][1:], payload["errors"][0]["message"]))

    assert told == [told[0]] * 3
    assert told[0][0] == ("NOT_ASKED", "attendees.0.answers.0")
    assert said(await bought(ada, 2550)) == []


async def test_tickets_wished_for_by_type_are_let_go_where_an_answer_is_missing(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    club = await asked(tenant, event_id, required=True)

    payload = await buy(ada, 2550, lines=[{"ticketTypeId": type_id, "quantity": 1}])

    assert faults(payload) == [(club, "REQUIRED", "attendees")]
    assert (await mine(ada), await stock(tenant, event_id)) == ([], [(0, 0)])


async def test_at_the_counter_nothing_has_to_be_answered_but_what_is_said_must_be_an_answer(tenant: Tenant) -> None:
    support = tenant.member(Role.SUPPORT)
    event_id, type_id = await on_sale(tenant)
    club, born = await asked(tenant, event_id, required=True), await asked(tenant, event_id, "DATE", required=True)
    hold_id = await held(support, event_id, type_id)

    result = "order { lines { answers { questionId values } } }"
    wrong = await do(support, "createBoxOfficeOrder", result, attendees=[attendee(hold_id, type_id, answer(born, "young"))])
    sold = await done(support, "createBoxOfficeOrder", result, attendees=[attendee(hold_id, type_id, answer(club, "Union"))])

    assert wrong["errors"][0]["__typename"] == "AnswersInvalid"
    assert said(sold["order"]["lines"][0]) == [(club, ["Union"])]


async def test_the_same_key_with_other_answers_is_refused(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    club = await asked(tenant, event_id)
    hold_id = await held(ada, event_id, type_id)

    def wish(club_name: str) -> dict[str, Any]:
        return {"holdIds": [hold_id], "attendees": [attendee(hold_id, type_id, answer(club, club_name))], "idempotencyKey": "once"}

    first, again = [await bought(ada, 2550, **wish("Union")) for _ in range(2)]
    other = await buy(ada, 2550, **wish("Hertha"))

    assert first == again
    assert [each["__typename"] for each in other["errors"]] == ["IdempotencyKeyReused"]
    assert said((await bought(ada, 2550, **wish("Union")))["lines"][0]) == [(club, ["Union"])]
