"""The log of an event through the API: who did what when, what it changed; for the staff, and for good."""

from typing import Any

import asyncpg
import pytest

from domain.identity import Role
from schema import ids
from tests.api.box_office import CREATE_EVENT, create_event, event_input, put_on_sale
from tests.api.conftest import Tenant
from tests.api.programme import REASON, done, shown, step
from tests.conftest import Statements, WorkOf

pytestmark = pytest.mark.asyncio

LOG = """
query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  event(by: {id: $id}) {
    activity(first: $first, after: $after, last: $last, before: $before) {
      nodes { deed version at actorId actorName correlationId changes { field old new } }
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
MANY = "query ($first: Int) { events(first: $first) { nodes { activity { nodes { deed actorName } totalCount } } } }"


async def test_every_step_is_written_down_with_who_what_and_from_where(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    manager = tenant.member(Role.MANAGER).with_headers(x_request_id="the-telephone-rang")
    await done(manager, "cancelEvent", eventId=event_id, expectedVersion=2, reason=REASON)

    log = (await tenant.member(Role.SUPPORT).ask(LOG, id=event_id))["event"]["activity"]

    assert [(each["deed"], each["version"], each["actorName"]) for each in log["nodes"]] == [
        ("event:cancelled", 3, "Manager"),
        ("event:published", 2, "Owner"),
        ("ticket_type:created", 1, "Owner"),
        ("event:created", 1, "Owner"),
    ]
    newest, _, _, first = log["nodes"]
    assert newest["actorId"] == ids.show("Person", tenant.people[Role.MANAGER])
    assert newest["correlationId"] == "the-telephone-rang"
    assert newest["changes"] == [
        {
            "field": "cancellation_reason",
            "old": "{}",
            "new": '{"de": "Die Sängerin ist krank.", "en": "The singer is ill."}',
        },
        {"field": "status", "old": '"PUBLISHED"', "new": '"CANCELLED"'},
    ]
    assert {"field": "slug", "old": None, "new": '"late-show"'} in first["changes"]
    assert log["totalCount"] == 4


async def test_a_change_tells_each_field_that_differs_and_no_other(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, slug="early-show", timeZone="Europe/Berlin")

    [newest, _] = (await tenant.owner.ask(LOG, id=event_id))["event"]["activity"]["nodes"]

    assert newest["changes"] == [{"field": "slug", "old": '"late-show"', "new": '"early-show"'}]


@pytest.mark.parametrize("role", [None, Role.USER])
async def test_the_public_sees_no_log(tenant: Tenant, role: Role | None) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    client = tenant.member(role) if role else tenant.anonymous

    seen = await client.ask(LOG, id=event_id)

    assert seen == {"event": {"activity": None}}


async def test_what_is_refused_is_not_written_down(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await step(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=1)
    await tenant.owner.ask(CREATE_EVENT, input=event_input())

    log = (await tenant.owner.ask(LOG, id=event_id))["event"]["activity"]

    assert [each["deed"] for each in log["nodes"]] == ["event:created"]


async def test_the_log_is_paged_both_ways(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    for version in range(1, 6):
        await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=version, slug=f"show-{version}")

    async def page(**arguments: Any) -> tuple[list[int], dict[str, Any]]:
        log = (await tenant.owner.ask(LOG, id=event_id, **arguments))["event"]["activity"]
        return [each["version"] for each in log["nodes"]], log["pageInfo"]

    first, here = await page(first=2)
    second, there = await page(first=2, after=here["endCursor"])
    third, end = await page(first=2, after=there["endCursor"])
    back, start = await page(last=2, before=end["startCursor"])

    assert [*first, *second, *third] == [6, 5, 4, 3, 2, 1]
    assert (here["hasNextPage"], there["hasNextPage"], end["hasNextPage"]) == (True, True, False)
    assert (back, start["hasPreviousPage"], start["hasNextPage"]) == ([4, 3], True, True)
    assert await tenant.owner.code(LOG, id=event_id, first=101) == "BAD_USER_INPUT"
    assert await tenant.owner.code(LOG, id=event_id, after="nonsense") == "BAD_USER_INPUT"


async def test_the_logs_of_many_events_cost_what_one_costs(tenant: Tenant, statements: Statements) -> None:
    for number in range(5):
        await create_event(tenant.owner, slug=f"show-{number}")
    await tenant.owner.ask(MANY, first=1)

    async with statements.sent() as for_one:
        await tenant.owner.ask(MANY, first=1)
    async with statements.sent() as for_many:
        answer = await tenant.owner.ask(MANY, first=5)

    assert [node["activity"]["totalCount"] for node in answer["events"]["nodes"]] == [1] * 5
    assert len(for_many) == len(for_one) == 3


async def test_the_log_of_a_deleted_event_outlives_it(tenant: Tenant, owner: Any) -> None:
    event_id = await create_event(tenant.owner)
    await tenant.owner.ask(
        "mutation ($input: DeleteEventInput!) { deleteEvent(input: $input) { eventId } }", input={"eventId": event_id, "expectedVersion": 1}
    )

    rows = await owner.fetch("SELECT deed, changes FROM event_activity WHERE organization_id = $1 ORDER BY at, id", tenant.organization.id)

    assert await shown(tenant.owner, event_id) is None
    assert [row["deed"] for row in rows] == ["event:created", "event:deleted"]
    assert rows[1]["changes"]["slug"] == {"old": "late-show", "new": None}


async def test_what_is_written_in_the_log_stays(tenant: Tenant, work_of: WorkOf) -> None:
    await create_event(tenant.owner)

    for statement in ("UPDATE event_activity SET deed = 'nothing'", "DELETE FROM event_activity"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with work_of(tenant.organization) as work:
                await work.events._connection.execute(statement)
