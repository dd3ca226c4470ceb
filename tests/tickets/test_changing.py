"""What the staff do to tickets, what it does to their codes, and what the history tells of it."""

import asyncio
from typing import Any

import pytest

from domain.identity import Role
from domain.paging import Page
from tests.api.box_office import left
from tests.api.conftest import Tenant
from tests.tickets.counter import Bought, buy, change, changed, context_of, given, put_on, seen, uuid_of

pytestmark = pytest.mark.asyncio


async def history(tenant: Tenant, bought: Bought) -> list[tuple[str, Any]]:
    """The kinds of the order's entries with what they tell of tickets, the newest first."""
    async with context_of(tenant, role=Role.OWNER).work() as work:
        [entries] = await work.orders.history_of_orders([bought.order.id], Page())
        return [(each.kind, each.facts.get("reason")) for each in entries.items]


async def told(tenant: Tenant, ticket_id: str) -> list[str]:
    """What was announced of the ticket, in order."""
    rows = await tenant.house.pools.system.fetch(
        "SELECT type FROM outbox WHERE subject = $1 ORDER BY position", f"ticket:{uuid_of(ticket_id)}"
    )
    return [row["type"] for row in rows]


async def test_a_blocked_ticket_admits_again_when_it_is_unblocked(tenant: Tenant) -> None:
    bought = await buy(tenant, context_of(tenant, tenant.people[Role.USER]), await put_on(tenant))
    ticket = await seen(tenant.owner, bought.ticket_ids[0])
    assert ticket

    blocked = await changed(tenant.owner, "blockTicket", ticket, reason="Lost")
    unblocked = await changed(tenant.owner, "unblockTicket", blocked)

    assert (blocked["status"], blocked["version"]) == ("BLOCKED", 2)
    assert (unblocked["status"], unblocked["version"]) == ("VALID", 3)
    assert blocked["code"] == unblocked["code"] == ticket["code"]
    assert (await history(tenant, bought))[:2] == [("ticket:unblocked", None), ("ticket:blocked", "Lost")]
    assert await told(tenant, ticket["id"]) == ["ticket:issued", "ticket:blocked", "ticket:unblocked"]


async def test_a_ticket_issued_anew_has_other_codes(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))

    anew = await changed(tenant.owner, "reissueTicket", ticket)

    assert (anew["id"], anew["revision"], anew["version"], anew["status"]) == (ticket["id"], 2, 2, "VALID")
    assert anew["code"] != ticket["code"]
    assert anew["qrCode"]["text"] != ticket["qrCode"]["text"]
    assert (await tenant.owner.ask("query ($c: String!) { ticket(by: {code: $c}) { id } }", c=ticket["code"]))["ticket"] is None
    assert await told(tenant, ticket["id"]) == ["ticket:issued", "ticket:reissued"]


async def test_voiding_a_ticket_frees_its_place_and_cancels_its_admission(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=10)
    first, second = await given(tenant.owner, show, quantity=2)

    void = await changed(tenant.owner, "voidTicket", first, reason="Ill")

    assert (void["status"], void["version"]) == ("VOIDED", 2)
    assert await left(tenant.owner, show.event_id) == [9]
    assert (await seen(tenant.owner, second["id"]) or {})["status"] == "VALID"
    assert await told(tenant, first["id"]) == ["ticket:issued", "ticket:voided"]

    await changed(tenant.owner, "voidTicket", second)

    assert await left(tenant.owner, show.event_id) == [10]
    async with context_of(tenant, role=Role.OWNER).work() as work:
        [line] = await work.orders.lines([(await _line(work, second))])
        [order] = await work.orders.get_many([line.order_id if line else uuid_of(second["id"])])
    assert order is not None
    assert order.status.value == "CANCELLED"


async def test_the_same_key_voids_once(tenant: Tenant) -> None:
    show = await put_on(tenant, capacity=10)
    first, *_ = await given(tenant.owner, show, quantity=3)

    answers = await asyncio.gather(*(change(tenant.owner, "voidTicket", first, idempotencyKey="once") for _ in range(6)))

    assert [(each["errors"], each["ticket"]["status"]) for each in answers] == [([], "VOIDED")] * 6
    assert await left(tenant.owner, show.event_id) == [8]
    assert await told(tenant, first["id"]) == ["ticket:issued", "ticket:voided"]


@pytest.mark.parametrize("deed", ["blockTicket", "unblockTicket", "reissueTicket", "voidTicket"])
async def test_a_change_of_an_older_version_changes_nothing(tenant: Tenant, deed: str) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))
    now = await changed(tenant.owner, "blockTicket", ticket)

    refused = await change(tenant.owner, deed, ticket)

    assert refused["ticket"] is None
    assert [(each["__typename"], each["currentVersion"]) for each in refused["errors"]] == [("VersionConflict", 2)]
    assert await seen(tenant.owner, ticket["id"]) == now


@pytest.mark.parametrize("deed", ["blockTicket", "unblockTicket", "reissueTicket", "voidTicket"])
async def test_nothing_is_done_to_a_void_ticket(tenant: Tenant, deed: str) -> None:
    first, _ = await given(tenant.owner, await put_on(tenant), quantity=2)
    void = await changed(tenant.owner, "voidTicket", first)

    refused = await change(tenant.owner, deed, void)

    assert [(each["__typename"], each["status"], each["path"]) for each in refused["errors"]] == [
        ("TicketNotChangeable", "VOIDED", ["input", "ticketId"])
    ]
    assert await seen(tenant.owner, first["id"]) == void


@pytest.mark.parametrize("deed", ["blockTicket", "unblockTicket", "reissueTicket", "voidTicket"])
async def test_a_foreign_ticket_is_answered_like_none(tenant: Tenant, other_tenant: Tenant, deed: str) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))

    foreign = await change(other_tenant.owner, deed, ticket)
    missing = await change(other_tenant.owner, deed, ticket | {"id": ticket["id"][:-4] + "AAAA"})
    nonsense = await change(other_tenant.owner, deed, ticket | {"id": "nonsense"})

    assert [each["__typename"] for each in foreign["errors"]] == ["NotFound"]
    assert foreign == missing == nonsense
    assert (await seen(tenant.owner, ticket["id"]) or {})["version"] == 1


async def test_a_reason_is_one_line(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))

    for reason in ("x" * 501, "two\nlines"):
        refused = await change(tenant.owner, "blockTicket", ticket, reason=reason)
        assert [(each["__typename"], each["path"]) for each in refused["errors"]] == [("InputInvalid", ["input", "reason"])]
    assert (await seen(tenant.owner, ticket["id"]) or {})["status"] == "VALID"


async def _line(work: Any, ticket: dict[str, Any]) -> Any:
    [kept] = await work.tickets.get_many([uuid_of(ticket["id"])])
    return kept.order_line_id
