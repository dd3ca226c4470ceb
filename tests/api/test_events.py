"""Events through the API: entered, changed, published, found, listed, deleted; refused with every fault named."""

from typing import Any

import pytest

from domain.identity import Role
from schema import ids
from tests.api.box_office import (
    CREATE_EVENT,
    CREATE_TICKET_TYPE,
    PUBLISH_EVENT,
    create_event,
    create_ticket_type,
    event_input,
    hold,
    left,
    put_on_sale,
)
from tests.api.conftest import Tenant

pytestmark = pytest.mark.asyncio

UPDATE_EVENT = """
mutation ($input: UpdateEventInput!) {
  updateEvent(input: $input) {
    event { slug title version endsAt }
    errors { __typename ... on UserError { message code path } ... on VersionConflict { currentVersion } }
  }
}
"""
DELETE_EVENT = """
mutation ($input: DeleteEventInput!) {
  deleteEvent(input: $input) { eventId errors { __typename ... on UserError { code } ... on EventHasTickets { held sold } } }
}
"""
BY_SLUG = (
    "query ($slug: String!) { event(by: {slug: $slug}) { title titles { locale text } status startsAt timeZone version publishedAt } }"
)
TYPE = {"name": [{"locale": "en", "text": "Standing"}], "price": {"amountMinor": 2550, "currency": "EUR"}}
LATER = "2031-06-01T00:00:00Z"
LIST = """
query ($first: Int, $after: String, $last: Int, $before: String, $where: EventWhere, $orderBy: [EventOrder!]) {
  events(first: $first, after: $after, last: $last, before: $before, where: $where, orderBy: $orderBy) {
    nodes { slug } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""


async def test_a_draft_is_entered_and_answered_in_the_callers_language(tenant: Tenant) -> None:
    await create_event(tenant.owner)

    found = (await tenant.owner.with_headers(accept_language="de-AT, en;q=0.5").ask(BY_SLUG, slug="late-show"))["event"]

    assert found == {
        "title": "Die Spätvorstellung",
        "titles": [{"locale": "de", "text": "Die Spätvorstellung"}, {"locale": "en", "text": "The Late Show"}],
        "status": "DRAFT",
        "startsAt": "2031-05-01T18:00:00Z",
        "timeZone": "Europe/Berlin",
        "version": 1,
        "publishedAt": None,
    }


async def test_every_fault_of_an_event_is_named_at_once_and_nothing_is_saved(tenant: Tenant) -> None:
    wrong = event_input(
        slug="Not A Slug",
        title=[{"locale": "english", "text": " "}],
        endsAt="2031-05-01T17:00:00Z",
        timeZone="Mars/Olympus",
        description=[{"locale": "en", "text": "x" * 20_001}],
    )

    payload = (await tenant.owner.ask(CREATE_EVENT, input=wrong))["createEvent"]

    assert payload["event"] is None
    [error] = payload["errors"]
    assert error["__typename"] == "InputInvalid"
    assert error["code"] == "BAD_USER_INPUT"
    assert [(".".join(fault["path"]), fault["message"]) for fault in error["faults"]] == [
        ("input.slug", "must be lower-case letters, digits and single hyphens, 80 at most"),
        ("input.title.english", "is not a locale such as en or de-CH"),
        ("input.title.english", "is blank"),
        ("input.description.en", "is 20001 characters long, 20000 are allowed"),
        ("input.timeZone", "is not an IANA time zone such as Europe/Berlin"),
        ("input.endsAt", "must be after startsAt"),
    ]
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 0


async def test_a_slug_serves_one_event_only_within_its_organization(tenant: Tenant, other_tenant: Tenant) -> None:
    await create_event(tenant.owner)

    payload = (await tenant.owner.ask(CREATE_EVENT, input=event_input()))["createEvent"]

    assert [error["__typename"] for error in payload["errors"]] == ["EventSlugTaken"]
    assert await create_event(other_tenant.owner)


async def test_publishing_needs_a_ticket_type(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)

    payload = (await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id}))["publishEvent"]

    assert payload["event"] is None
    assert payload["errors"] == [
        {
            "__typename": "EventNotPublishable",
            "message": "An event needs at least one ticket type before it is published; create one first.",
            "code": "CONFLICT",
            "path": [],
            "status": "DRAFT",
            "ticketTypes": 0,
        }
    ]
    assert (await tenant.owner.ask(BY_SLUG, slug="late-show"))["event"]["status"] == "DRAFT"


async def test_only_a_published_event_is_seen_by_the_public(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    node = 'query ($id: ID!) { node(id: $id) { id } event(by: {slug: "late-show"}) { status } events { totalCount } }'
    before = await tenant.anonymous.ask(node, id=event_id)

    await create_ticket_type(tenant.owner, event_id)
    await tenant.owner.ask(PUBLISH_EVENT, input={"eventId": event_id})

    assert before == {"node": None, "event": None, "events": {"totalCount": 0}}
    assert await tenant.anonymous.ask(node, id=event_id) == {
        "node": {"id": event_id},
        "event": {"status": "PUBLISHED"},
        "events": {"totalCount": 1},
    }


async def test_a_stale_change_is_refused_with_the_current_version(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    change = {"eventId": event_id, "expectedVersion": 1, "title": [{"locale": "en", "text": "Later"}]}
    first = (await tenant.owner.ask(UPDATE_EVENT, input=change))["updateEvent"]

    second = (await tenant.owner.ask(UPDATE_EVENT, input=change | {"title": [{"locale": "en", "text": "Never"}]}))["updateEvent"]

    assert first["event"] == {"slug": "late-show", "title": "Later", "version": 2, "endsAt": "2031-05-01T21:00:00Z"}
    assert second["event"] is None
    assert [(error["__typename"], error["currentVersion"]) for error in second["errors"]] == [("VersionConflict", 2)]
    assert (await tenant.owner.ask(BY_SLUG, slug="late-show"))["event"]["title"] == "Later"


async def test_an_event_with_held_tickets_is_not_deleted(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    assert (await hold(tenant.anonymous, event_id, type_id, 2))["errors"] == []

    payload = (await tenant.owner.ask(DELETE_EVENT, input={"eventId": event_id, "expectedVersion": 2}))["deleteEvent"]

    assert payload == {"eventId": None, "errors": [{"__typename": "EventHasTickets", "code": "CONFLICT", "held": 2, "sold": 0}]}
    assert await left(tenant.anonymous, event_id) == [48]


async def test_a_draft_is_deleted(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    await create_ticket_type(tenant.owner, event_id)

    payload = (await tenant.owner.ask(DELETE_EVENT, input={"eventId": event_id, "expectedVersion": 1}))["deleteEvent"]

    assert payload == {"eventId": event_id, "errors": []}
    assert (await tenant.owner.ask(BY_SLUG, slug="late-show"))["event"] is None


async def test_the_same_key_makes_one_ticket_type_and_one_pool(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)

    made = {await create_ticket_type(tenant.owner, event_id, 50, idempotencyKey="k1") for _ in range(3)}
    other = await tenant.owner.ask(CREATE_TICKET_TYPE, input=TYPE | {"eventId": event_id, "capacity": 51, "idempotencyKey": "k1"})

    assert len(made) == 1
    assert [error["__typename"] for error in other["createTicketType"]["errors"]] == ["IdempotencyKeyReused"]
    assert await left(tenant.owner, event_id) == [50]


async def test_pages_go_both_ways_without_gaps(tenant: Tenant) -> None:
    for number in range(7):
        # Two begin at the same moment each time, so that the id has to decide.
        await create_event(tenant.owner, slug=f"show-{number}", startsAt=f"2031-05-0{1 + number // 2}T10:00:00Z", endsAt=LATER)
    slugs = [f"show-{number}" for number in range(7)]

    first = (await tenant.owner.ask(LIST, first=3))["events"]
    second = (await tenant.owner.ask(LIST, first=3, after=first["pageInfo"]["endCursor"]))["events"]
    third = (await tenant.owner.ask(LIST, first=3, after=second["pageInfo"]["endCursor"]))["events"]
    back = (await tenant.owner.ask(LIST, last=3, before=third["pageInfo"]["startCursor"]))["events"]

    seen = [node["slug"] for page in (first, second, third) for node in page["nodes"]]
    assert seen == slugs
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, third)] == [True, True, False]
    assert [node["slug"] for node in back["nodes"]] == slugs[3:6]
    assert (back["pageInfo"]["hasPreviousPage"], back["pageInfo"]["hasNextPage"]) == (True, True)
    assert first["totalCount"] == 7


async def test_filters_combine(tenant: Tenant) -> None:
    for number in range(4):
        await create_event(tenant.owner, slug=f"show-{number}", startsAt=f"2031-05-0{1 + number}T10:00:00Z", endsAt=LATER)

    async def slugs(**where: Any) -> list[str]:
        page = (await tenant.owner.ask(LIST, where=where, orderBy=["STARTS_AT_DESC"]))["events"]
        return [node["slug"] for node in page["nodes"]]

    assert await slugs(startsAt={"gte": "2031-05-02T10:00:00Z", "lte": "2031-05-03T10:00:00Z"}) == ["show-2", "show-1"]
    assert await slugs(slug={"in": ["show-0", "show-3"]}, NOT=[{"slug": {"eq": "show-3"}}]) == ["show-0"]
    assert await slugs(OR=[{"slug": {"eq": "show-1"}}, {"slug": {"eq": "show-2"}}]) == ["show-2", "show-1"]
    assert await slugs(status={"eq": "PUBLISHED"}) == []
    assert await slugs(slug={"eq": "show-1", "in": ["show-2"]}) == []


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"first": -1}, "first: must be between 0 and 100"),
        ({"first": 101}, "first: must be between 0 and 100"),
        ({"first": 1, "last": 1}, "last: use first/after or last/before, not both"),
        ({"after": "nonsense"}, "after: is not a cursor of this list in this order"),
        ({"before": "WzFd"}, "before: is not a cursor of this list in this order"),
    ],
)
async def test_a_page_that_makes_no_sense_is_refused(tenant: Tenant, arguments: dict[str, Any], place: str) -> None:
    [error] = (await tenant.anonymous.answer(LIST, **arguments))["errors"]

    assert (error["extensions"]["code"], error["message"]) == ("BAD_USER_INPUT", place)


@pytest.mark.parametrize("role", [None, Role.USER, Role.SUPPORT, Role.ANALYST])
async def test_who_may_not_enter_events_is_told_so_and_nothing_happens(tenant: Tenant, role: Role | None) -> None:
    client = tenant.member(role) if role else tenant.anonymous

    code = await client.code(CREATE_EVENT, input=event_input())

    assert code == ("FORBIDDEN" if role else "UNAUTHENTICATED")
    assert (await tenant.owner.ask("{ events { totalCount } }"))["events"]["totalCount"] == 0


async def test_another_organizations_event_is_as_good_as_missing(tenant: Tenant, other_tenant: Tenant) -> None:
    event_id, _ = await put_on_sale(tenant.owner)
    missing = ids.show("Event", other_tenant.organization.id)

    async def told(some_id: str) -> list[Any]:
        update = await other_tenant.owner.ask(UPDATE_EVENT, input={"eventId": some_id, "expectedVersion": 2})
        read = await other_tenant.owner.ask("query ($id: ID!) { node(id: $id) { id } event(by: {id: $id}) { slug } }", id=some_id)
        return [update, read]

    assert await told(event_id) == await told(missing)


async def test_nodes_come_in_the_order_asked_and_federation_finds_the_same(tenant: Tenant) -> None:
    event_id, type_id = await put_on_sale(tenant.owner)
    organization_id = ids.show("Organization", tenant.organization.id)
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
    entities = "query ($keys: [_Any!]!) { _entities(representations: $keys) { __typename ... on Node { id } } }"
    asked = [type_id, "nonsense", event_id, organization_id]

    found = (await tenant.anonymous.ask(nodes, ids=asked))["nodes"]
    joined = (await tenant.anonymous.ask(entities, keys=[{"__typename": "Event", "id": each} for each in asked]))["_entities"]

    expected = [
        {"__typename": "TicketType", "id": type_id},
        None,
        {"__typename": "Event", "id": event_id},
        {"__typename": "Organization", "id": organization_id},
    ]
    assert found == expected
    assert joined == [None, None, {"__typename": "Event", "id": event_id}, None]
