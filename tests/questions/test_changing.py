"""Answers that change: by the buyer until the event begins, by the staff always; the history tells what, but nothing that is sealed."""

import json
from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.orders.shop import guest, held, on_sale
from tests.questions.survey import answer, archived, asked, bought, faults, look, offered, said, update

pytestmark = pytest.mark.asyncio


async def an_order(tenant: Tenant, event_id: str, type_id: str, *answers: dict[str, Any], quantity: int = 1, **more: Any) -> Any:
    """The buyer, and her order with these answers on its first line."""
    ada = guest(tenant)
    hold_id = await held(ada, event_id, type_id, quantity)
    attendees = [{"holdId": hold_id, "ticketTypeId": type_id, "name": "Ada", "answers": list(answers)}]
    return ada, await bought(ada, 2550 * quantity, attendees=attendees, **more)


def of_line(order: Any, *answers: dict[str, Any] | None, version: int = 1, **more: Any) -> dict[str, Any]:
    """The wish to answer otherwise on the first line."""
    line = {"lineId": order["lines"][0]["id"], "name": "Ada"} | ({"answers": list(answers)} if answers != (None,) else {})
    return {"orderId": order["id"], "expectedVersion": version, "attendees": [line]} | more


async def test_the_buyer_answers_otherwise_until_the_event_begins_and_the_staff_always(tenant: Tenant, clock: Clock) -> None:
    event_id, type_id = await on_sale(tenant, startsAt="2027-01-01T18:00:00Z", endsAt="2099-01-01T21:00:00Z")
    club = await asked(tenant, event_id, required=True)
    phone = await asked(tenant, event_id, "PHONE", scope="ORDER")
    ada, order = await an_order(tenant, event_id, type_id, answer(club, "Union"))

    changed = await update(ada, **of_line(order, answer(club, "Hertha"), answers=[answer(phone, "030 12345")]))
    of_order = {"orderId": order["id"], "attendees": [], "answers": [answer(phone)]}
    await clock.advance(days=400)
    late = [await update(ada, **of_line(order, answer(club, "Late"), version=2)), await update(ada, **of_order | {"expectedVersion": 2})]
    by_staff = await update(tenant.member(Role.SUPPORT), **of_line(order, answer(club), version=2, answers=[answer(phone)]))

    assert (said(changed["order"]), said(changed["order"]["lines"][0])) == ([(phone, ["03012345"])], [(club, ["Hertha"])])
    assert [each["errors"][0]["__typename"] for each in late] == ["OrderLinesFixed"] * 2
    seen = await look(ada, order["id"])
    assert by_staff["errors"] == []
    assert (seen["version"], said(seen), said(seen["lines"][0])) == (3, [], [])


async def test_wrong_answers_are_all_told_and_nothing_changes(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    club, size = await asked(tenant, event_id, required=True), await asked(tenant, event_id, "CHOICE", choices=offered("s"))
    ada, order = await an_order(tenant, event_id, type_id, answer(club, "Union"))

    wish = of_line(order, answer(club), answer(size, "xl"), answers=[answer(club, "x")])
    payload = await update(ada, **wish)

    assert faults(payload) == [
        (club, "NOT_ASKED", "answers.0"),
        (club, "REQUIRED", "attendees.0.answers"),
        (size, "NOT_A_CHOICE", "attendees.0.answers.1"),
    ]
    assert [each["lineId"] for each in payload["errors"][0]["faults"]] == [None, *[order["lines"][0]["id"]] * 2]
    seen = await look(tenant.owner, order["id"])
    assert (seen["version"], said(seen["lines"][0]), len(seen["history"]["nodes"])) == (1, [(club, ["Union"])], 1)


async def test_what_is_left_out_stays_and_what_is_no_longer_asked_falls_away(tenant: Tenant) -> None:
    event_id, type_id = await on_sale(tenant)
    eats = await asked(tenant, event_id, "BOOLEAN")
    what = await asked(tenant, event_id, dependsOn={"questionId": eats, "values": ["true"]})
    club = await asked(tenant, event_id)
    old = await asked(tenant, event_id)
    given = [answer(eats, "true"), answer(what, "Fish"), answer(club, "Union"), answer(old, "Kept")]
    ada, order = await an_order(tenant, event_id, type_id, *given)
    await archived(tenant.owner, old)

    untouched = await update(ada, **of_line(order, None))
    changed = await update(ada, **of_line(order, answer(eats, "false"), version=2))
    gone = await update(ada, **of_line(order, answer(club), version=3))
    late = await update(ada, **of_line(order, answer(old, "New"), version=4))

    assert len(said(untouched["order"]["lines"][0])) == 4
    assert said(changed["order"]["lines"][0]) == [(eats, ["false"]), (club, ["Union"]), (old, ["Kept"])]
    assert said(gone["order"]["lines"][0]) == [(eats, ["false"]), (old, ["Kept"])]
    assert faults(late) == [(old, "NOT_ASKED", "attendees.0.answers.0")]


async def test_the_history_tells_what_changed_and_of_sealed_answers_only_that(tenant: Tenant, owner: Any) -> None:
    event_id, type_id = await on_sale(tenant)
    club, health = await asked(tenant, event_id), await asked(tenant, event_id, encrypted=True)
    ada, order = await an_order(tenant, event_id, type_id, answer(club, "Union"), answer(health, "Asthma"))

    changed = await update(ada, **of_line(order, answer(club, "Hertha"), answer(health, "Diabetes")))
    same = await update(ada, **of_line(order, answer(health, "Diabetes"), version=2))

    history = [json.loads(each["facts"]) for each in (await look(tenant.owner, order["id"]))["history"]["nodes"]]
    [told] = history[1]["answers"].values()
    assert sorted(told.values(), key=len) == [{"encrypted": True}, {"old": ["Union"], "new": ["Hertha"]}]
    assert "answers" not in history[0]
    assert said(same["order"]["lines"][0]) == said(changed["order"]["lines"][0]) == [(club, ["Hertha"]), (health, ["Diabetes"])]
    written = await owner.fetch("SELECT t::text AS row FROM (TABLE order_history) t UNION ALL SELECT t::text FROM (TABLE order_answers) t")
    assert not [each["row"] for each in written if "Diabetes" in each["row"] or "Asthma" in each["row"]]
