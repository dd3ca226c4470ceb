"""The life of an event through the API: every step from draft to archive, and every step that does not follow."""

from typing import Any

import pytest

from tests.api.box_office import PUBLISH_EVENT, create_event, create_ticket_type, hold, left, put_on_sale
from tests.api.conftest import Client, Tenant
from tests.api.programme import REASON, done, faults, shown, step
from tests.conftest import Clock

pytestmark = pytest.mark.asyncio

OLD_START, OLD_END = "2031-05-01T18:00:00Z", "2031-05-01T21:00:00Z"
NEW_START, NEW_END = "2031-06-12T19:00:00Z", "2031-06-12T22:00:00Z"
LATER_END = "2031-06-12T23:30:00Z"
STATUS = "query ($id: ID!) { event(by: {id: $id}) { availability { ticketTypes { salesStatus } } } }"


async def _sales(client: Client, event_id: str) -> str:
    [only] = (await client.ask(STATUS, id=event_id))["event"]["availability"]["ticketTypes"]
    return str(only["salesStatus"])


async def _cancelled(client: Client) -> str:
    event_id, _ = await put_on_sale(client)
    await done(client, "cancelEvent", eventId=event_id, expectedVersion=2, reason=REASON)
    return event_id


async def test_an_event_put_off_to_nobody_knows_when_keeps_its_old_times_and_stops_selling(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)

    event = await done(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=2)

    assert (event["status"], event["version"]) == ("POSTPONED", 3)
    assert (event["startsAt"], event["endsAt"], event["previousStartsAt"]) == (OLD_START, OLD_END, OLD_START)
    assert await shown(tenant.anonymous, event_id) == event
    assert await _sales(tenant.anonymous, event_id) == "PAUSED"
    refused = await hold(tenant.anonymous, event_id, type_id)
    assert [each["__typename"] for each in refused["errors"]] == ["SalesClosed"]


async def test_a_postponed_event_is_sold_again_once_it_has_a_date(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    await done(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=2)

    event = await done(tenant.owner, "rescheduleEvent", eventId=event_id, expectedVersion=3, startsAt=NEW_START)

    assert (event["status"], event["startsAt"], event["endsAt"]) == ("PUBLISHED", NEW_START, NEW_END)
    assert event["previousStartsAt"] == OLD_START
    assert (await hold(tenant.anonymous, event_id, type_id))["errors"] == []


async def test_an_event_put_off_twice_remembers_the_date_on_the_tickets(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    await done(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=2, startsAt="2031-05-20T18:00:00Z")
    tentative = await shown(tenant.anonymous, event_id)
    await done(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=3)

    event = await done(tenant.owner, "rescheduleEvent", eventId=event_id, expectedVersion=4, startsAt=NEW_START, endsAt=NEW_END)

    assert (tentative["status"], tentative["startsAt"], tentative["endsAt"]) == (
        "POSTPONED",
        "2031-05-20T18:00:00Z",
        "2031-05-20T21:00:00Z",
    )
    assert event["previousStartsAt"] == tentative["previousStartsAt"] == OLD_START


async def test_an_event_moved_twice_remembers_the_date_before_the_last(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    await done(tenant.owner, "rescheduleEvent", eventId=event_id, expectedVersion=2, startsAt=NEW_START)

    again = await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=3, startsAt="2031-06-12T18:30:00Z")

    assert (again["startsAt"], again["previousStartsAt"]) == ("2031-06-12T18:30:00Z", NEW_START)


@pytest.mark.parametrize("there", ["rescheduleEvent", "updateEvent"])
@pytest.mark.parametrize("back", ["rescheduleEvent", "updateEvent"])
async def test_an_event_moved_back_to_where_it_was_was_never_moved(tenant: Tenant, there: str, back: str) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    moved = await done(tenant.owner, there, eventId=event_id, expectedVersion=2, startsAt=NEW_START, endsAt=NEW_END)

    event = await done(tenant.owner, back, eventId=event_id, expectedVersion=3, startsAt=OLD_START, endsAt=OLD_END)

    assert (moved["startsAt"], moved["previousStartsAt"]) == (NEW_START, OLD_START)
    assert (event["startsAt"], event["endsAt"], event["previousStartsAt"]) == (OLD_START, OLD_END, None)
    assert await shown(tenant.anonymous, event_id) == event


async def test_an_event_that_only_ends_at_another_time_remembers_what_it_knew(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    await done(tenant.owner, "rescheduleEvent", eventId=event_id, expectedVersion=2, startsAt=NEW_START)

    event = await done(tenant.owner, "rescheduleEvent", eventId=event_id, expectedVersion=3, startsAt=NEW_START, endsAt=LATER_END)

    assert (event["startsAt"], event["endsAt"], event["previousStartsAt"]) == (NEW_START, LATER_END, OLD_START)


async def test_an_event_that_does_take_place_as_planned_was_never_moved(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    await done(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=2)

    event = await done(tenant.owner, "rescheduleEvent", eventId=event_id, expectedVersion=3, startsAt=OLD_START)

    assert (event["status"], event["previousStartsAt"]) == ("PUBLISHED", None)


async def test_a_draft_may_move_without_a_trace(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)

    event = await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, startsAt=NEW_START, endsAt=NEW_END)

    assert (event["startsAt"], event["previousStartsAt"]) == (NEW_START, None)


async def test_a_cancelled_event_says_why_in_the_callers_language_and_sells_nothing(tenant: Tenant) -> None:
    event_id = await _cancelled(tenant.owner)

    german = await shown(tenant.anonymous.with_headers(accept_language="de"), event_id)

    assert (german["status"], german["cancellationReason"]) == ("CANCELLED", "Die Sängerin ist krank.")
    assert await _sales(tenant.anonymous, event_id) == "SALES_ENDED"


async def test_a_cancellation_without_a_reason_is_refused(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    payload = await step(tenant.owner, "cancelEvent", eventId=event_id, expectedVersion=2, reason=[{"locale": "klingon", "text": " "}])

    assert [place for place, _ in faults(payload)] == ["input.reason.klingon"] * 2
    assert (await shown(tenant.owner, event_id))["status"] == "PUBLISHED"


async def test_an_event_is_completed_once_it_has_begun_and_archived_for_the_staff_alone(tenant: Tenant, clock: Clock) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    early = await step(tenant.owner, "completeEvent", eventId=event_id, expectedVersion=2)
    await clock.advance(days=5 * 366)

    completed = await done(tenant.owner, "completeEvent", eventId=event_id, expectedVersion=2)
    seen = await shown(tenant.anonymous, event_id)
    archived = await done(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=3)

    assert [error["__typename"] for error in early["errors"]] == ["EventNotStarted"]
    assert (completed["status"], seen["status"], archived["status"]) == ("COMPLETED", "COMPLETED", "ARCHIVED")
    assert await shown(tenant.anonymous, event_id) is None


async def test_an_event_is_taken_back_as_long_as_nobody_has_tickets(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    other_id, other_type = await put_on_sale(tenant.owner, slug="other-show")
    assert (await hold(tenant.anonymous, other_id, other_type, 2))["errors"] == []

    draft = await done(tenant.owner, "unpublishEvent", eventId=event_id, expectedVersion=2)
    refused = await step(tenant.owner, "unpublishEvent", eventId=other_id, expectedVersion=2)

    assert (draft["status"], draft["publishedAt"]) == ("DRAFT", None)
    assert await shown(tenant.anonymous, event_id) is None
    [no] = refused["errors"]
    assert (no["__typename"], no["message"]) == (
        "EventHasTickets",
        "2 tickets of the event are held and 0 sold, so it stays; cancel it if it does not take place.",
    )
    assert (await shown(tenant.anonymous, other_id))["status"] == "PUBLISHED"
    assert await left(tenant.anonymous, other_id) == [48]


@pytest.mark.parametrize(
    ("deed", "more", "to"),
    [
        ("postponeEvent", {}, "POSTPONED"),
        ("rescheduleEvent", {"startsAt": NEW_START}, "PUBLISHED"),
        ("cancelEvent", {"reason": REASON}, "CANCELLED"),
        ("completeEvent", {}, "COMPLETED"),
        ("unpublishEvent", {}, "DRAFT"),
    ],
)
async def test_from_a_cancelled_event_no_way_leads_back(tenant: Tenant, deed: str, more: dict[str, Any], to: str) -> None:
    event_id = await _cancelled(tenant.owner)

    payload = await step(tenant.owner, deed, eventId=event_id, expectedVersion=3, **more)

    assert payload["event"] is None
    [no] = payload["errors"]
    assert (no["__typename"], no["code"], no["fromStatus"], no["toStatus"], no["possible"]) == (
        "EventStepRefused", "CONFLICT", "CANCELLED", to, ["ARCHIVED"],
    )  # fmt: skip
    assert no["message"] == f"An event that is cancelled cannot become {to.lower()}; it can become archived."
    assert (await shown(tenant.owner, event_id))["version"] == 3


@pytest.mark.parametrize(
    ("deed", "more"),
    [
        ("postponeEvent", {}),
        ("rescheduleEvent", {"startsAt": NEW_START}),
        ("cancelEvent", {"reason": REASON}),
        ("completeEvent", {}),
        ("archiveEvent", {}),
        ("unpublishEvent", {}),
    ],
)
async def test_a_draft_takes_no_step_but_to_the_public(tenant: Tenant, deed: str, more: dict[str, Any]) -> None:
    event_id = await create_event(tenant.owner)

    payload = await step(tenant.owner, deed, eventId=event_id, expectedVersion=1, **more)

    assert [(no["__typename"], no["fromStatus"], no["possible"]) for no in payload["errors"]] == [
        ("EventStepRefused", "DRAFT", ["PUBLISHED"])
    ]
    assert (await shown(tenant.owner, event_id))["status"] == "DRAFT"


@pytest.mark.parametrize("deed", ["postponeEvent", "rescheduleEvent", "cancelEvent", "completeEvent", "archiveEvent", "unpublishEvent"])
async def test_a_step_from_a_stale_version_is_refused_with_the_current_one(tenant: Tenant, deed: str) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    words: dict[str, dict[str, Any]] = {"rescheduleEvent": {"startsAt": NEW_START}, "cancelEvent": {"reason": REASON}}
    more = words.get(deed, {})

    payload = await step(tenant.owner, deed, eventId=event_id, expectedVersion=1, **more)

    assert [(no["__typename"], no["currentVersion"], no["path"]) for no in payload["errors"]] == [
        ("VersionConflict", 2, ["input", "expectedVersion"])
    ]
    assert (await shown(tenant.owner, event_id))["status"] == "PUBLISHED"


@pytest.mark.parametrize("deed", ["postponeEvent", "rescheduleEvent"])
@pytest.mark.parametrize(
    ("times", "told"),
    [
        ({"startsAt": NEW_END, "endsAt": NEW_START}, [("input.endsAt", "must be after startsAt")]),
        (
            {"startsAt": "9999-12-31T23:59:59Z"},
            [
                ("input.startsAt", "must lie between the years 1970 and 2200"),
                ("input.endsAt", "must lie between the years 1970 and 2200"),
                ("input.endsAt", "must be after startsAt"),
            ],
        ),
    ],
)
async def test_an_event_is_not_moved_to_times_that_make_no_sense(tenant: Tenant, deed: str, times: dict[str, str], told: Any) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    payload = await step(tenant.owner, deed, eventId=event_id, expectedVersion=2, **times)

    assert faults(payload) == told
    assert (await shown(tenant.owner, event_id))["startsAt"] == OLD_START


async def test_an_event_cannot_be_put_off_to_an_end_without_a_beginning(tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)

    payload = await step(tenant.owner, "postponeEvent", eventId=event_id, expectedVersion=2, endsAt=NEW_END)

    assert faults(payload) == [("input.startsAt", "is required with endsAt")]


async def test_the_times_of_a_cancelled_event_are_history_but_its_words_may_be_mended(tenant: Tenant) -> None:
    event_id = await _cancelled(tenant.owner)

    moved = await step(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=3, startsAt=NEW_START, endsAt=NEW_END)
    mended = await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=3, title=[{"locale": "en", "text": "Gone"}])

    assert faults(moved) == [
        ("input.startsAt", "cannot change any more, because the event is cancelled"),
        ("input.endsAt", "cannot change any more, because the event is cancelled"),
    ]
    assert (mended["version"], mended["startsAt"]) == (4, OLD_START)


async def test_an_archived_event_stays_as_it_is(tenant: Tenant) -> None:
    event_id = await _cancelled(tenant.owner)
    await done(tenant.owner, "archiveEvent", eventId=event_id, expectedVersion=3)

    payload = await step(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=4, title=[{"locale": "en", "text": "Later"}])

    [no] = payload["errors"]
    assert (no["__typename"], no["message"]) == (
        "EventNotEditable",
        "An event that is archived stays as it is; copy it to put it on again.",
    )
    assert (await shown(tenant.owner, event_id))["version"] == 4


async def test_an_event_taken_back_is_published_again(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id)
    await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id})
    await done(tenant.owner, "unpublishEvent", eventId=event_id, expectedVersion=2)

    again = (await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id, "expectedVersion": 3}))["publishEvent"]

    assert (again["event"]["status"], again["event"]["version"]) == ("PUBLISHED", 4)
    assert again["event"]["publishedAt"] is not None
