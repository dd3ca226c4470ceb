"""Organizers change the events that they made, and nobody else's; whoever runs the programme changes all."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from domain.identity import Permission, Role
from tests.api import wishes
from tests.api.box_office import create_event
from tests.api.callers import hand_over, platform_admin, program
from tests.api.conftest import Tenant

pytestmark = pytest.mark.asyncio

UPDATE = """mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) { event { version } errors { __typename ... on UserError { code } } }
}"""

TOUCHES: dict[str, Callable[[Tenant], Awaitable[dict[str, Any]]]] = {
    "updateEvent": wishes.change,
    "publishEvent": wishes.publication,
    "cancelEvent": wishes.cancellation,
    "createEventSeries": wishes.repetition,
    "updateEventSeries": wishes.longer_series,
    "updateOccurrences": wishes.occurrences,
    "createTicketType": wishes.new_type,
    "updateTicketType": wishes.a_type,
    "reorderTicketTypes": wishes.order,
    "createPool": wishes.new_pool,
    "createAccessCode": wishes.new_code,
    "createReservedAllotment": wishes.allotment,
    "createQuestion": wishes.new_question,
    "updateQuestion": wishes.question_change,
    "archiveQuestion": wishes.question_and_version,
    "reorderQuestions": wishes.order_of_questions,
    "setPriceRules": wishes.a_type,
    "requestImageUpload": wishes.new_image,
    "updateImage": wishes.image_change,
    "assignSeatingPlan": wishes.assignment,
    "blockSeats": wishes.seats_to_block,
}


def change(event_id: str, version: int = 1) -> dict[str, Any]:
    return {"eventId": event_id, "expectedVersion": version, "buyerLimit": version}


async def dump(tenant: Tenant) -> list[Any]:
    """What the organization's events are, and how often each was changed."""
    events = await tenant.owner.ask("{ events(first: 100) { nodes { id version slug ticketTypes { id version } images { id version } } } }")
    return list(events["events"]["nodes"])


@pytest.mark.parametrize("mutation", TOUCHES)
async def test_what_hangs_on_anothers_event_is_out_of_an_organizers_reach(tenant: Tenant, mutation: str) -> None:
    wish = await TOUCHES[mutation](tenant)
    before = await dump(tenant)
    kind = f"{mutation[0].upper()}{mutation[1:]}Input"
    document = f"mutation ($input: {kind}!) {{ {mutation}(input: $input) {{ errors {{ ... on UserError {{ code message }} }} }} }}"

    answer = await tenant.member(Role.ORGANIZER).answer(document, input=wish)

    assert [(each["extensions"]["code"], "events:change-others" in each["message"]) for each in answer["errors"]] == [("FORBIDDEN", True)]
    assert await dump(tenant) == before


async def test_an_organizer_changes_her_own_event_and_whoever_runs_the_programme_does_too(tenant: Tenant) -> None:
    organizer = tenant.member(Role.ORGANIZER)
    event_id = await create_event(organizer)

    for version, client in enumerate((organizer, tenant.member(Role.MANAGER), tenant.owner, await platform_admin(tenant), organizer), 1):
        changed = (await client.ask(UPDATE, input=change(event_id, version)))["updateEvent"]
        assert changed == {"event": {"version": version + 1}, "errors": []}


async def test_an_organizer_may_copy_what_others_made_and_changes_the_copy_alone(tenant: Tenant) -> None:
    organizer, wish = tenant.member(Role.ORGANIZER), await wishes.copy(tenant)
    document = "mutation ($input: CopyEventInput!) { copyEvent(input: $input) { event { id } errors { __typename } } }"

    copy = (await organizer.ask(document, input=wish))["copyEvent"]

    assert copy["errors"] == []
    assert (await organizer.ask(UPDATE, input=change(copy["event"]["id"])))["updateEvent"]["errors"] == []
    assert await organizer.code(UPDATE, input=change(wish["eventId"])) == "FORBIDDEN"


async def test_a_program_changes_what_it_made_unless_its_key_says_more(tenant: Tenant) -> None:
    some = [Permission.EVENTS_CREATE, Permission.EVENTS_UPDATE, Permission.EVENTS_READ_UNPUBLISHED, Permission.TICKETS_MANAGE]
    modest, mighty = await program(tenant, some), await program(tenant, [*some, Permission.EVENTS_CHANGE_OTHERS])
    own, anothers = await create_event(modest), await create_event(tenant.owner, slug="another")

    assert (await modest.ask(UPDATE, input=change(own)))["updateEvent"]["errors"] == []
    assert await modest.code(UPDATE, input=change(anothers)) == "FORBIDDEN"
    assert (await mighty.ask(UPDATE, input=change(anothers)))["updateEvent"]["event"] == {"version": 2}


async def test_dates_that_somebody_else_adds_belong_to_whoever_made_the_series(tenant: Tenant) -> None:
    wish = await wishes.longer_series(tenant)
    await hand_over(tenant, Role.ORGANIZER)
    document = "mutation ($input: UpdateEventSeriesInput!) { updateEventSeries(input: $input) { addedDates errors { __typename } } }"

    added = (await tenant.member(Role.MANAGER).ask(document, input=wish))["updateEventSeries"]["addedDates"]
    events = await dump(tenant)
    changed = [await tenant.member(Role.ORGANIZER).answer(UPDATE, input=change(each["id"], each["version"])) for each in events]

    assert (len(added), len(events)) == (1, 6)
    assert [each for each in changed if "errors" in each] == []


async def test_an_event_of_somebody_else_answers_like_none_across_tenants(tenant: Tenant, other_tenant: Tenant) -> None:
    foreign = await create_event(other_tenant.owner)

    refused = (await tenant.member(Role.ORGANIZER).ask(UPDATE, input=change(foreign)))["updateEvent"]

    assert refused == {"event": None, "errors": [{"__typename": "NotFound", "code": "NOT_FOUND"}]}


async def test_nobody_in_particular_makes_no_event_his_own(tenant: Tenant) -> None:
    """An event of an operator's, or of before it was noted who made it, is nobody's."""
    event_id = await create_event(tenant.owner)
    await tenant.house.pools.app.execute(
        f"BEGIN; SET LOCAL app.organization_id = '{tenant.organization.id}'; UPDATE events SET created_by = NULL; COMMIT"
    )

    assert await tenant.member(Role.ORGANIZER).code(UPDATE, input=change(event_id)) == "FORBIDDEN"
