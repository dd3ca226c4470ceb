"""Events over REST: entered, read by id and slug, listed, changed, published, deleted; and every no."""

from typing import Any

import pytest

from domain.identity import Role
from tests.api.box_office import event_input
from tests.api.conftest import Tenant
from tests.rest.asking import STANDING, ask, make_event, make_on_sale, without_instance

pytestmark = pytest.mark.asyncio

DATE = "2031-05-0{}T18:00:00Z"


async def slugs(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["slug"] for each in answer.json()["items"]]


async def test_a_new_event_is_answered_whole_with_where_it_is(tenant: Tenant) -> None:
    answer = await ask(tenant.owner, "POST", "/api/events", json=event_input())

    event = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/api/events/{event['id']}"
    assert answer.headers["cache-control"] == "no-store"
    assert event["createdAt"] == event["updatedAt"]
    assert {name: value for name, value in event.items() if name not in {"id", "createdAt", "updatedAt"}} == {
        "slug": "late-show",
        "status": "DRAFT",
        "title": "The Late Show",
        "titles": [{"locale": "de", "text": "Die Spätvorstellung"}, {"locale": "en", "text": "The Late Show"}],
        "description": None,
        "descriptions": [],
        "startsAt": "2031-05-01T18:00:00Z",
        "endsAt": "2031-05-01T21:00:00Z",
        "timeZone": "Europe/Berlin",
        "attendanceMode": "PHYSICAL",
        "publishedAt": None,
        "buyerLimit": None,
        "version": 1,
        "venue": None,
        "ticketTypes": [],
        "pools": [],
        "categories": [],
        "metadata": [],
        "joinUrl": None,
    }


async def test_one_path_finds_an_event_by_id_and_by_slug_in_every_version(tenant: Tenant) -> None:
    made = await make_event(tenant.owner)

    answers = [
        await ask(tenant.owner, "GET", f"{prefix}/api/events/{name}") for prefix in ("", "/v1") for name in (made["id"], made["slug"])
    ]

    assert [each.json() for each in answers] == [made] * 4
    assert {each.headers["etag"] for each in answers} == {'"1"'}


async def test_the_public_reads_what_is_published_in_its_own_language(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)

    answer = await ask(tenant.anonymous, "GET", "/api/events/late-show", headers={"accept-language": "de-CH, en;q=0.5"})

    event = answer.json()
    assert answer.headers["cache-control"] == "no-cache"
    assert (event["id"], event["title"], event["status"], event["pools"]) == (event_id, "Die Spätvorstellung", "PUBLISHED", None)
    [kind] = event["ticketTypes"]
    assert kind == {
        "id": type_id,
        "name": "Standing",
        "names": [{"locale": "en", "text": "Standing"}],
        "position": 0,
        "price": {"amountMinor": 2550, "currency": "EUR", "amount": "25.50", "formatted": kind["price"]["formatted"]},
        "salesStartAt": None,
        "salesEndAt": None,
        "minPerOrder": None,
        "maxPerOrder": None,
        "maxPerBuyer": None,
        "hidden": False,
        "paused": False,
        "version": 1,
    }


async def test_missing_foreign_and_unpublished_events_answer_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    draft = await make_event(tenant.owner)
    foreign_id, _ = await make_on_sale(other_tenant.owner)
    asked = [draft["id"], draft["slug"], foreign_id, "nothing-here", "RXZlbnQ6AaH85shnf12UTgwfFv7plA"]

    answers = [await ask(tenant.anonymous, "GET", f"/api/events/{each}") for each in asked]

    assert [each.status_code for each in answers] == [404] * 5
    assert {str(without_instance(each)) for each in answers} == {str(without_instance(answers[0]))}
    assert without_instance(answers[0]) == {
        "type": "/problems/not-found",
        "title": "There is no such thing for this viewer",
        "status": 404,
        "detail": "There is no such event.",
        "code": "NOT_FOUND",
    }


async def test_events_are_listed_page_by_page(tenant: Tenant) -> None:
    for day in (3, 1, 2):
        await make_event(tenant.owner, slug=f"day-{day}", startsAt=DATE.format(day), endsAt=DATE.format(day + 1))

    first = await ask(tenant.owner, "GET", "/api/events?first=2&total=true")
    page = first.json()["pageInfo"]
    second = await ask(tenant.owner, "GET", "/api/events", params={"first": 2, "after": page["endCursor"]})

    assert await slugs(first) == ["day-1", "day-2"]
    assert await slugs(second) == ["day-3"]
    assert (page["hasNextPage"], page["hasPreviousPage"], first.json()["totalCount"]) == (True, False, 3)
    assert "totalCount" not in second.json()
    assert second.json()["pageInfo"]["hasNextPage"] is False


async def test_events_are_filtered_and_ordered(tenant: Tenant) -> None:
    for day in (1, 2, 3):
        await make_event(tenant.owner, slug=f"day-{day}", startsAt=DATE.format(day), endsAt=DATE.format(day + 1))
    await make_on_sale(tenant.owner, slug="on-sale", startsAt=DATE.format(4), endsAt=DATE.format(5))

    drafts = await ask(tenant.owner, "GET", "/api/events?status=DRAFT&orderBy=STARTS_AT_DESC")
    both = await ask(tenant.owner, "GET", "/api/events?status=DRAFT&status=PUBLISHED")
    span = await ask(tenant.owner, "GET", "/api/events", params={"startsFrom": DATE.format(2), "startsUntil": DATE.format(3)})
    public = await ask(tenant.anonymous, "GET", "/api/events?status=DRAFT&status=PUBLISHED")

    assert await slugs(drafts) == ["day-3", "day-2", "day-1"]
    assert await slugs(both) == ["day-1", "day-2", "day-3", "on-sale"]
    assert await slugs(span) == ["day-2", "day-3"]
    assert await slugs(public) == ["on-sale"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("first=101", "first"),
        ("first=-1", "first"),
        ("first=1&last=1", "last"),
        ("status=SOLD", "status"),
        ("startsFrom=tomorrow", "startsFrom"),
    ],
)
async def test_a_list_that_cannot_be_given_names_the_parameter(query: str, parameter: str, tenant: Tenant) -> None:
    answer = await ask(tenant.owner, "GET", f"/api/events?{query}")

    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json()["errors"]] == [parameter]


async def test_a_change_needs_the_version_and_raises_it(tenant: Tenant) -> None:
    made = await make_event(tenant.owner)
    path = f"/api/events/{made['id']}"

    changed = await ask(tenant.owner, "PUT", path, json={"timeZone": "Europe/Zurich"}, headers={"if-match": '"1"'})

    assert changed.status_code == 200
    assert changed.json() == made | {"timeZone": "Europe/Zurich", "version": 2, "updatedAt": changed.json()["updatedAt"]}
    assert "etag" not in changed.headers
    assert (await ask(tenant.owner, "GET", path)).headers["etag"] == '"2"'


async def test_a_stale_change_is_refused_with_the_current_version_and_changes_nothing(tenant: Tenant) -> None:
    made = await make_event(tenant.owner)
    path = f"/api/events/{made['id']}"
    await ask(tenant.owner, "PUT", path, json={"slug": "second", "version": 1})

    by_body = await ask(tenant.owner, "PUT", path, json={"slug": "third", "expectedVersion": 1})
    by_header = await ask(tenant.owner, "PUT", path, json={"slug": "third"}, headers={"if-match": '"1"'})
    by_nothing = await ask(tenant.owner, "PUT", path, json={"slug": "third"})

    error = {
        "currentVersion": 2,
        "type": "/problems/version-conflict",
        "code": "CONFLICT",
        "detail": "It was changed meanwhile; read it again, the current version is 2.",
    }
    assert (by_body.status_code, by_body.json()["errors"]) == (409, [error | {"pointer": "#/expectedVersion"}])
    assert (by_header.status_code, by_header.json()["errors"]) == (412, [error | {"header": "If-Match"}])
    assert by_nothing.status_code == 428
    assert (await ask(tenant.owner, "GET", path)).json()["slug"] == "second"


async def test_a_rule_that_is_broken_is_named_with_its_place_and_nothing_is_made(tenant: Tenant) -> None:
    answer = await ask(tenant.owner, "POST", "/api/events", json=event_input(slug="No Slug!", timeZone="Mars/Olympus"))

    kind = {"type": "/problems/input-invalid", "code": "BAD_USER_INPUT"}
    assert answer.status_code == 400
    assert answer.json()["title"] == "The input breaks rules that its types cannot express"
    assert answer.json()["errors"] == [
        {**kind, "detail": "must be lower-case letters, digits and single hyphens, 80 at most", "pointer": "#/slug"},
        {**kind, "detail": "is not an IANA time zone such as Europe/Berlin", "pointer": "#/timeZone"},
    ]
    assert await slugs(await ask(tenant.owner, "GET", "/api/events")) == []


async def test_a_slug_is_taken_once_in_an_organization(tenant: Tenant, other_tenant: Tenant) -> None:
    await make_event(tenant.owner)

    again = await ask(tenant.owner, "POST", "/api/events", json=event_input())
    elsewhere = await ask(other_tenant.owner, "POST", "/api/events", json=event_input())

    assert again.status_code == 409
    assert (again.json()["type"], again.json()["errors"][0]["slug"]) == ("/problems/event-slug-taken", "late-show")
    assert again.json()["errors"][0]["pointer"] == "#/slug"
    assert elsewhere.status_code == 201
    assert await slugs(await ask(tenant.owner, "GET", "/api/events")) == ["late-show"]


async def test_an_event_without_a_ticket_type_is_not_published(tenant: Tenant) -> None:
    made = await make_event(tenant.owner)

    answer = await ask(tenant.owner, "POST", f"/api/events/{made['id']}/publish")

    sentence = "An event needs at least one ticket type before it is published; create one first."
    assert answer.status_code == 409
    assert without_instance(answer) == {
        "type": "/problems/event-not-publishable",
        "title": "The event is not a draft, has no ticket type yet, or is VIRTUAL without a join link",
        "status": 409,
        "detail": sentence,
        "code": "CONFLICT",
        "errors": [
            {
                "type": "/problems/event-not-publishable",
                "code": "CONFLICT",
                "detail": sentence,
                "status": "DRAFT",
                "ticketTypes": 0,
                "joinUrlMissing": False,
            },
        ],
    }
    assert (await ask(tenant.owner, "GET", f"/api/events/{made['id']}")).json() == made


async def test_publishing_may_name_a_version(tenant: Tenant) -> None:
    made = await make_event(tenant.owner)
    path = f"/api/events/{made['id']}"
    await ask(tenant.owner, "POST", f"{path}/ticket-types", json=STANDING)

    stale = await ask(tenant.owner, "POST", f"{path}/publish", headers={"if-match": '"9"'})
    before = (await ask(tenant.owner, "GET", path)).json()["status"]
    fresh = await ask(tenant.owner, "POST", f"{path}/publish", json={"version": 1})

    assert (stale.status_code, before) == (412, "DRAFT")
    assert (fresh.status_code, fresh.json()["status"], fresh.json()["version"]) == (200, "PUBLISHED", 2)


async def test_an_event_is_deleted_unless_tickets_are_held(tenant: Tenant) -> None:
    draft = await make_event(tenant.owner, slug="draft")
    sold_id, type_id = await make_on_sale(tenant.owner)
    hold = {"eventId": sold_id, "lines": [{"ticketTypeId": type_id, "quantity": 2}]}
    assert (await ask(tenant.anonymous, "POST", "/api/holds", json=hold)).status_code == 201

    gone = await ask(tenant.owner, "DELETE", f"/api/events/{draft['id']}", headers={"if-match": '"1"'})
    kept = await ask(tenant.owner, "DELETE", f"/api/events/{sold_id}?version=2")

    assert (gone.status_code, gone.content) == (204, b"")
    assert (kept.status_code, kept.json()["type"]) == (409, "/problems/event-has-tickets")
    assert {name: kept.json()["errors"][0][name] for name in ("held", "sold")} == {"held": 2, "sold": 0}
    assert await slugs(await ask(tenant.owner, "GET", "/api/events")) == ["late-show"]


async def test_availability_is_told_by_id_and_by_slug(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner, 7)

    by_id = await ask(tenant.anonymous, "GET", f"/api/events/{event_id}/availability")
    by_slug = await ask(tenant.anonymous, "GET", "/v1/api/events/late-show/availability")

    told = by_id.json()
    assert told["eventId"] == event_id
    assert told["ticketTypes"] == [{"ticketTypeId": type_id, "available": 7, "salesStatus": "ON_SALE"}]
    assert {"sequence", "resumeToken"} <= set(told)
    assert by_slug.json()["ticketTypes"] == told["ticketTypes"]
    assert (await ask(tenant.anonymous, "GET", "/api/events/none/availability")).json()["detail"] == "There is no such event."


async def test_a_ticket_type_is_added_and_a_foreign_pool_is_not_drawn_on(tenant: Tenant, other_tenant: Tenant) -> None:
    made = await make_event(tenant.owner)
    foreign_id, _ = await make_on_sale(other_tenant.owner)
    [pool] = (await ask(other_tenant.owner, "GET", f"/api/events/{foreign_id}")).json()["pools"]
    wish = {name: value for name, value in STANDING.items() if name != "capacity"} | {"poolIds": [pool["id"]]}
    path = f"/api/events/{made['id']}"

    refused = await ask(tenant.owner, "POST", f"{path}/ticket-types", json=wish)
    added = await ask(tenant.owner, "POST", f"{path}/ticket-types", json=STANDING)

    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/pool-unknown")
    assert refused.json()["errors"][0]["poolIds"] == [pool["id"]]
    assert added.status_code == 201
    [only] = (await ask(tenant.owner, "GET", path)).json()["ticketTypes"]
    assert only == added.json()


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/events", event_input(slug="another")),
        ("PUT", "/api/events/{id}", {"slug": "another", "version": 1}),
        ("POST", "/api/events/{id}/publish", {}),
        ("DELETE", "/api/events/{id}?version=1", None),
        ("POST", "/api/events/{id}/ticket-types", STANDING),
    ],
)
async def test_who_may_not_is_told_and_nothing_is_done(method: str, path: str, body: Any, tenant: Tenant, other_tenant: Tenant) -> None:
    made = await make_event(tenant.owner)
    at = path.format(id=made["id"])
    more = {} if body is None else {"json": body}

    nobody = await ask(tenant.anonymous, method, at, **more)
    buyer = await ask(tenant.member(Role.USER), method, at, **more)
    stranger = await ask(other_tenant.owner, method, at, **more) if "{id}" in path else None

    assert (nobody.status_code, nobody.json()["code"], nobody.headers["www-authenticate"]) == (401, "UNAUTHENTICATED", "Bearer")
    assert (buyer.status_code, buyer.json()["code"]) == (403, "FORBIDDEN")
    assert stranger is None or (stranger.status_code, stranger.json()["errors"][0]["parameter"]) == (404, "id")
    assert (await ask(tenant.owner, "GET", f"/api/events/{made['id']}")).json() == made
    assert await slugs(await ask(tenant.owner, "GET", "/api/events")) == ["late-show"]


async def test_without_an_organization_a_request_is_refused(tenant: Tenant) -> None:
    nowhere = await tenant.http.get("/api/events")
    unknown = await tenant.http.get("/api/events", headers={"x-organization": "no-such-hall"})
    forged = await tenant.http.get("/api/events", headers={"authorization": "Bearer forged"})

    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "BAD_USER_INPUT")
    assert (unknown.status_code, unknown.json()["detail"]) == (404, "There is no such organization.")
    assert (forged.status_code, forged.json()["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("path", ["/api/pages", "/api/events/late-show.ics"])
async def test_what_is_not_built_is_not_there(path: str, tenant: Tenant) -> None:
    answer = await ask(tenant.owner, "GET", path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
