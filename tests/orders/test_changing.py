"""What is said of an order, what the staff decide about it, and what its buyer is written."""

from typing import Any

import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.letters import PostgresLetters
from domain.identity import Role
from domain.letters import Letter, LetterKind
from gateway.vault_keys import vault_of
from schema import ids
from tests.api.conftest import Tenant
from tests.conftest import Clock
from tests.orders.shop import (
    change,
    changed,
    check_out,
    expire_orders,
    free_type,
    guest,
    held,
    nothing_in_flight,
    on_sale,
    one,
    ordered,
    stock,
)
from tests.ticket_types.desk import refusal

pytestmark = pytest.mark.asyncio

NOTES = "query ($id: ID!) { order(by: {id: $id}) { notes history { nodes { kind version facts } } } }"


async def letters_of(tenant: Tenant) -> list[Letter]:
    """What waits to be sent of this organization's."""
    queue = PostgresLetters(tenant.house.pools.system, vault_of(tenant.house.settings.vault_keys))
    waiting = await queue.claim(10_000)
    await queue.give_back(waiting)
    return [each.letter for each in waiting if each.letter and each.organization_id == tenant.organization.id]


async def in_need_of_approval(tenant: Tenant, **changes: Any) -> tuple[str, str]:
    """The ids of an event whose orders the staff look at, and of its ticket type."""
    return await on_sale(tenant, approvalRequired=True, **changes)


async def test_an_order_that_needs_approval_waits_for_it_and_is_paid_afterwards(tenant: Tenant, clock: Clock) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, type_id = await in_need_of_approval(tenant)
    await held(ada, event_id, type_id)
    order = await ordered(ada, 2550)
    assert order["status"] == "PENDING_APPROVAL"
    await clock.advance(hours=71)
    await expire_orders(tenant.house.pools, nothing_in_flight)

    approved = await changed(support, "approveOrder", orderId=order["id"], expectedVersion=1)

    assert (approved["status"], approved["version"], approved["paymentState"]) == ("PENDING", 2, "UNPAID")
    assert [each.kind for each in await letters_of(tenant)] == [LetterKind.ORDER_APPROVED]
    await clock.advance(hours=94)
    await expire_orders(tenant.house.pools, nothing_in_flight)
    assert (await one(ada, id=order["id"]))["status"] == "PENDING"
    await clock.advance(hours=96)
    await expire_orders(tenant.house.pools, nothing_in_flight)
    assert (await one(ada, id=order["id"]))["status"] == "EXPIRED"
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_an_order_that_nobody_looks_at_expires_after_three_days(tenant: Tenant, clock: Clock) -> None:
    ada = guest(tenant)
    event_id, type_id = await in_need_of_approval(tenant)
    await held(ada, event_id, type_id)
    order = await ordered(ada, 2550)

    await clock.advance(hours=73)
    await expire_orders(tenant.house.pools, nothing_in_flight)

    assert (await one(ada, id=order["id"]))["status"] == "EXPIRED"
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_a_free_order_is_confirmed_when_it_is_approved(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, _ = await in_need_of_approval(tenant)
    await held(ada, event_id, await free_type(tenant, event_id))
    order = await ordered(ada, 0)

    approved = await changed(support, "approveOrder", orderId=order["id"], expectedVersion=1)
    again = refusal(await change(support, "approveOrder", orderId=order["id"], expectedVersion=3))

    assert (order["status"], approved["status"], approved["version"]) == ("PENDING_APPROVAL", "CONFIRMED", 3)
    assert (again["__typename"], again["status"]) == ("OrderStepRefused", "CONFIRMED")
    assert sorted(await stock(tenant, event_id)) == [(0, 0), (0, 1)]


async def test_an_order_is_declined_with_a_reason_that_its_buyer_reads(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, type_id = await in_need_of_approval(tenant)
    await held(ada, event_id, type_id)
    order = await ordered(ada, 2550)

    declined = await changed(support, "declineOrder", orderId=order["id"], expectedVersion=1, reason="Members only")

    [letter] = await letters_of(tenant)
    assert declined["status"] == "CANCELLED"
    assert (letter.kind, letter.to, letter.facts["reason"]) == (LetterKind.ORDER_CANCELLED, "ada@example.org", "Members only")
    assert await stock(tenant, event_id) == [(0, 0)]


async def test_a_confirmed_order_is_told_in_a_letter_whose_link_opens_it(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, _ = await on_sale(tenant)
    await held(ada, event_id, await free_type(tenant, event_id), 2)

    order = await ordered(ada, 0, locale="de")

    [letter] = await letters_of(tenant)
    link, _, secret = letter.facts["link"].partition("?secret=")
    assert (letter.kind, letter.to, letter.locale) == (LetterKind.ORDER_CONFIRMED, "ada@example.org", "de")
    assert letter.facts["items"] == "2 x Standing, Die Spätvorstellung, 2031-05-01, 20:00"
    assert (letter.facts["number"], letter.facts["total"]) == (order["number"], "0.00 EUR")
    assert link.endswith(f"/orders/{order['number']}")
    assert (await one(guest(tenant), secret=secret))["id"] == order["id"]


async def test_the_buyer_says_who_comes_until_the_event_begins_and_the_staff_always(tenant: Tenant, clock: Clock) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, type_id = await on_sale(tenant, startsAt="2027-01-01T18:00:00Z", endsAt="2099-01-01T21:00:00Z")
    await held(ada, event_id, type_id)
    await held(ada, event_id, await free_type(tenant, event_id))
    order = await ordered(ada, 2550)
    line = order["lines"][0]["id"]

    def wish(version: int, name: str | None, **more: Any) -> dict[str, Any]:
        return {"orderId": order["id"], "expectedVersion": version, "attendees": [{"lineId": line, "name": name, **more}]}

    first = await changed(ada, "updateAttendees", **wish(1, "Grace", email="Grace@example.org"))
    stale = refusal(await change(ada, "updateAttendees", **wish(1, "Eve")))
    wrong = refusal(await change(ada, "updateAttendees", **wish(2, "Eve\n")))
    await clock.advance(days=400)
    late = refusal(await change(ada, "updateAttendees", **wish(2, "Eve")))
    by_staff = await changed(support, "updateAttendees", **wish(2, None))

    assert (first["lines"][0]["attendeeName"], first["lines"][0]["attendeeEmail"], first["version"]) == ("Grace", "grace@example.org", 2)
    assert (stale["__typename"], wrong["__typename"], late["__typename"]) == ("VersionConflict", "InputInvalid", "OrderLinesFixed")
    assert (by_staff["lines"][0]["attendeeName"], by_staff["version"]) == (None, 3)


async def test_nobody_else_says_who_comes(tenant: Tenant) -> None:
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    order = (await check_out(ada, 2550))["order"]
    wish = {"orderId": order["id"], "expectedVersion": 1, "attendees": [{"lineId": order["lines"][0]["id"], "name": "Eve"}]}

    foreign = await change(guest(tenant), "updateAttendees", **wish)
    missing = await change(ada, "updateAttendees", **wish | {"orderId": ids.show("Order", new_id())})

    assert foreign["errors"] == missing["errors"]
    assert (await one(ada, id=order["id"]))["version"] == 1


async def test_the_staff_note_what_no_buyer_reads(tenant: Tenant) -> None:
    ada, support = guest(tenant), tenant.member(Role.SUPPORT)
    event_id, type_id = await on_sale(tenant)
    await held(ada, event_id, type_id)
    order = await ordered(ada, 2550)

    await changed(support, "annotateOrder", orderId=order["id"], expectedVersion=1, notes="Wheelchair")
    stale = refusal(await change(support, "annotateOrder", orderId=order["id"], expectedVersion=1, notes="x"))

    seen = (await support.ask(NOTES, id=order["id"]))["order"]
    assert seen["notes"] == "Wheelchair"
    assert [(each["kind"], each["version"]) for each in seen["history"]["nodes"]] == [("order:annotated", 2), ("order:created", 1)]
    assert seen["history"]["nodes"][0]["facts"] == '{"notes": {"new": "Wheelchair", "old": ""}}'
    assert (await ada.ask(NOTES, id=order["id"]))["order"] == {"notes": None, "history": None}
    assert stale["__typename"] == "VersionConflict"
