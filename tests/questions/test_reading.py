"""Who reads answers: the buyer and the staff, sealed ones too; in the table a column for each question; and other keys later."""

import csv
import io
from typing import Any

import pytest

from adapters.postgres.sealed import SEALED, rewrap_column
from domain.identity import Permission, Role
from domain.questions import place_of_answer
from gateway.vault_keys import VaultKey, new_vault_key, vault_keys, vault_of
from schema import ids
from tests.api.callers import program
from tests.api.conftest import Client, Tenant
from tests.orders.shop import guest, held, on_sale
from tests.questions.survey import answer, archived, asked, bought, buy, offered, said, update
from tests.rest.asking import ask

pytestmark = pytest.mark.asyncio

BY_SECRET = "query ($secret: String!) { order(by: {secret: $secret}) { lines { answers { questionId values } } } }"
NODE = "query ($id: ID!) { node(id: $id) { ... on OrderLine { answers { questionId values } } } }"


async def sealed_order(tenant: Tenant) -> tuple[str, dict[str, Any]]:
    """An encrypted question, and the payload of a guest's order, which answers it."""
    ada = guest(tenant)
    event_id, type_id = await on_sale(tenant)
    health = await asked(tenant, event_id, label="Any illness?", encrypted=True)
    hold_id = await held(ada, event_id, type_id)
    attendees = [{"holdId": hold_id, "ticketTypeId": type_id, "answers": [answer(health, "Asthma")]}]
    return health, await buy(ada, 2550, attendees=attendees)


async def test_sealed_answers_are_for_the_buyer_her_secret_and_the_staff_that_read_orders(tenant: Tenant) -> None:
    health, payload = await sealed_order(tenant)
    order, line = payload["order"], payload["order"]["lines"][0]
    opened = [(health, ["Asthma"])]

    by_secret = (await guest(tenant).ask(BY_SECRET, secret=payload["secret"]))["order"]["lines"][0]
    by_staff = (await tenant.member(Role.SUPPORT).ask(NODE, id=line["id"]))["node"]
    by_stranger = (await guest(tenant).ask(NODE, id=line["id"]))["node"]
    manager = await program(tenant, [Permission.ORDERS_MANAGE])
    wish = {"orderId": order["id"], "expectedVersion": 1, "attendees": [{"lineId": line["id"], "name": "Ada"}]}
    by_manager = (await update(manager, **wish))["order"]["lines"][0]

    assert said(line) == said(by_secret) == said(by_staff) == opened
    assert by_stranger is None
    assert said(by_manager) == [(health, None)]


async def test_sealed_answers_lie_unreadable_bound_to_their_line_and_come_under_new_keys(tenant: Tenant, owner: Any) -> None:
    health, payload = await sealed_order(tenant)
    line, question = (named[1] for named in map(ids.read, (payload["order"]["lines"][0]["id"], health)) if named)
    kept = "SELECT plain, values_sealed FROM order_answers WHERE about_id = $1 AND question_id = $2"
    [old, *_], new = tenant.house.settings.vault_keys, vault_keys(new_vault_key())[0]
    place = place_of_answer(tenant.organization.id, line, question)

    row = await owner.fetchrow(kept, line, question)
    column = next(each for each in SEALED if each.table == "order_answers")
    both = vault_of((VaultKey(new.id + "x", new.key), old))
    outcomes = [each async for each in rewrap_column(tenant.house.pools.app, tenant.house.pools.system, both, column)]
    after = await owner.fetchrow(kept, line, question)

    assert (row["plain"], b"Asthma" in row["values_sealed"]) == (None, False)
    assert outcomes[-1].rewrapped >= 1
    assert both.open(after["values_sealed"], bound_to=place) == vault_of((old,)).open(row["values_sealed"], bound_to=place)
    assert not both.needs_rewrap(after["values_sealed"])


async def export(client: Client, query: str = "") -> list[dict[str, str]]:
    """The rows of the table."""
    found = await ask(client, "GET", f"/api/orders.csv{query}")
    assert found.status_code == 200
    return list(csv.DictReader(io.StringIO(found.text, newline="")))


async def test_the_table_has_a_column_for_each_question(tenant: Tenant) -> None:
    ada, bob = guest(tenant), guest(tenant)
    event_id, type_id = await on_sale(tenant)
    food = await asked(tenant, event_id, "CHOICES", "Food?", choices=offered("fish", "nuts"))
    health = await asked(tenant, event_id, label="Any illness?", encrypted=True)
    twin = await asked(tenant, event_id, label="Food?")
    note = await asked(tenant, event_id, label="Note?", scope="ORDER")
    hold_id = await held(ada, event_id, type_id, 2)
    given = [answer(food, "nuts", "fish"), answer(health, "Asthma"), answer(twin, "=1+1")]
    attendees = [{"holdId": hold_id, "ticketTypeId": type_id, "answers": given}]
    await bought(ada, 5100, attendees=attendees, answers=[answer(note, "Late")])
    await archived(tenant.owner, food)
    other_id, other_type = await on_sale(tenant, slug="other")
    await asked(tenant, other_id, label="Club?")
    await held(bob, other_id, other_type)
    await bought(bob, 2550)

    rows = await export(tenant.member(Role.SUPPORT), f"?eventId={event_id}")
    every = await export(tenant.owner)

    columns = ["late-show: Food?", "late-show: Any illness?", "late-show: Food? (2)", "late-show: Note?"]
    assert list(rows[0])[-4:] == columns
    assert [[row[each] for each in columns] for row in rows] == [["FISH; NUTS", "Asthma", "'=1+1", "Late"], ["", "", "", "Late"]]
    assert list(every[0])[-5:] == [*columns, "other: Club?"]
    assert [row["late-show: Note?"] for row in every] == ["", "Late", "Late"]
