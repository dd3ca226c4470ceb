"""Products over REST: listed for everybody, entered by a title and a price, changed by whoever entered them or an owner alone."""

from typing import Any

import pytest

from domain.identity import Role
from schema import ids
from tests.api.box_office import create_event, put_on_sale
from tests.api.conftest import Tenant
from tests.rest.asking import ask, make_on_sale
from tests.ticket_types.desk import changed, reserve

pytestmark = pytest.mark.asyncio

PRICE = {"amountMinor": 2000, "currency": "EUR"}


async def offer(tenant: Tenant, role: Role = Role.ORGANIZER, **more: Any) -> Any:
    """A new product of this member's."""
    answer = await ask(tenant.member(role), "POST", "/api/products", json={"title": "Concert", "price": PRICE} | more)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def titles(tenant: Tenant, query: str = "") -> list[str]:
    return [each["title"] for each in (await ask(tenant.anonymous, "GET", f"/api/products{query}")).json()["items"]]


async def test_a_product_without_an_event_gets_one_and_is_on_sale_at_once(tenant: Tenant, owner: Any) -> None:
    answer = await ask(tenant.member(Role.ORGANIZER), "POST", "/api/products", json={"title": "Café «Zoë»!", "price": PRICE})

    made = answer.json()
    seen = await ask(tenant.anonymous, "GET", f"/api/products/{made['id']}")
    held = await reserve(tenant.anonymous, made["event"]["id"], made["id"])
    assert (answer.status_code, answer.headers["location"], seen.headers["etag"]) == (201, f"/api/products/{made['id']}", '"1"')
    assert (made["title"], made["price"]["amountMinor"], made["version"], made["mine"]) == ("Café «Zoë»!", 2000, 1, True)
    assert (made["event"]["status"], made["event"]["title"], made["event"]["timeZone"]) == ("PUBLISHED", "Café «Zoë»!", "UTC")
    assert made["event"]["slug"].startswith("cafe-zoe-")
    assert seen.json() == made | {"mine": False}
    assert held["errors"] == []
    assert (await reserve(tenant.anonymous, made["event"]["id"], made["id"]))["errors"][0]["__typename"] == "TicketsSoldOut"
    [news] = await owner.fetch("SELECT payload FROM outbox WHERE organization_id = $1 AND type = 'product:created'", tenant.organization.id)
    told = news["payload"]
    assert (told["title"], told["price"]["amountMinor"], told["createdBy"]) == ("Café «Zoë»!", 2000, str(tenant.people[Role.ORGANIZER]))


async def test_a_product_of_an_event_is_a_ticket_type_of_it(tenant: Tenant) -> None:
    event_id, first = await put_on_sale(tenant.member(Role.ORGANIZER))

    made = await offer(tenant, eventId=event_id, capacity=7, title="Balcony")

    assert made["event"]["id"] == event_id
    listed = (await ask(tenant.anonymous, "GET", f"/api/products?eventId={event_id}&total=true")).json()
    assert ([each["id"] for each in listed["items"]], listed["totalCount"]) == ([first, made["id"]], 2)
    availability = (await ask(tenant.anonymous, "GET", f"/api/events/{event_id}/availability")).json()["ticketTypes"]
    assert [each["available"] for each in availability] == [50, 7]


async def test_products_are_listed_page_by_page_without_those_of_drafts(tenant: Tenant, other_tenant: Tenant) -> None:
    for number in range(3):
        await offer(tenant, title=f"Show {number}")
    await offer(tenant, eventId=await create_event(tenant.member(Role.ORGANIZER)), title="Secret")
    await offer(other_tenant, title="Elsewhere")

    first = (await ask(tenant.anonymous, "GET", "/api/products?first=2")).json()
    rest = await titles(tenant, f"?first=2&after={first['pageInfo']['endCursor']}")

    assert ([each["title"] for each in first["items"]], rest) == (["Show 0", "Show 1"], ["Show 2"])
    assert await titles(tenant, "?last=1") == ["Show 2"]
    assert await titles(tenant, f"?eventId={ids.show('Event', tenant.organization.id)}&eventId=nonsense") == []
    assert len((await ask(tenant.owner, "GET", "/api/products")).json()["items"]) == 4


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.OWNER])
async def test_who_entered_a_product_and_the_owner_change_it(tenant: Tenant, role: Role, owner: Any) -> None:
    made = await offer(tenant)

    answer = await ask(
        tenant.member(role), "PUT", f"/api/products/{made['id']}", json={"title": "Gala", "version": 1, "price": PRICE | {"amountMinor": 1}}
    )

    told = answer.json()
    assert (answer.status_code, told["title"], told["price"]["amountMinor"], told["version"]) == (200, "Gala", 1, 2)
    [news] = await owner.fetch("SELECT payload FROM outbox WHERE organization_id = $1 AND type = 'product:updated'", tenant.organization.id)
    type_id, event_id = ids.read(made["id"]), ids.read(made["event"]["id"])
    assert type_id
    assert event_id
    assert news["payload"] == {
        "eventId": str(event_id[1]),
        "ticketTypeId": str(type_id[1]),
        "version": 2,
        "title": "Gala",
        "price": {"amountMinor": 1, "currency": "EUR"},
        "createdBy": str(tenant.people[Role.ORGANIZER]),
    }


async def test_everybody_else_is_refused_and_changes_nothing(tenant: Tenant, other_tenant: Tenant) -> None:
    made = await offer(tenant)
    path, wish = f"/api/products/{made['id']}", {"title": "Mine now", "version": 1}

    admin = await ask(tenant.member(Role.ADMIN), "PUT", path, json=wish)
    others = [await ask(client, "PUT", path, json=wish) for client in (tenant.anonymous, tenant.member(Role.USER), other_tenant.owner)]

    assert (admin.status_code, admin.json()["type"], admin.json()["code"]) == (403, "/problems/not-your-product", "FORBIDDEN")
    assert [each.status_code for each in others] == [401, 403, 404]
    assert (await ask(tenant.anonymous, "GET", path)).json() == made | {"mine": False}


async def test_a_stale_change_of_a_product_is_refused_with_the_version_of_now(tenant: Tenant) -> None:
    made = await offer(tenant)
    path = f"/api/products/{made['id']}"
    await changed(tenant.owner, made["id"], 1, maxPerOrder=1)

    stale = await ask(tenant.owner, "PUT", path, json={"title": "Late", "version": 1})
    by_header = await ask(tenant.owner, "PUT", path, json={"title": "Late"}, headers={"if-match": '"1"'})
    unversioned = await ask(tenant.owner, "PUT", path, json={"title": "Late"})
    odd = await ask(tenant.owner, "PUT", path, json={"title": " ", "price": PRICE | {"amountMinor": -1}, "version": 2})

    assert (stale.status_code, stale.json()["errors"][0]["currentVersion"]) == (409, 2)
    assert (by_header.status_code, unversioned.status_code) == (412, 428)
    assert odd.status_code == 400
    assert [each["pointer"] for each in odd.json()["errors"]] == ["#/title", "#/price/amountMinor"]
    assert (await ask(tenant.anonymous, "GET", path)).json()["title"] == "Concert"


async def test_the_same_key_offers_one_product(tenant: Tenant) -> None:
    wish = {"title": "Concert", "price": PRICE}

    answers = [
        await ask(tenant.owner, "POST", "/api/products", json=wish | more, headers={"idempotency-key": "k1"})
        for more in ({}, {}, {"title": "Other"})
    ]

    assert answers[0].json() == answers[1].json()
    assert answers[2].status_code == 409
    assert await titles(tenant) == ["Concert"]


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        ({"title": ""}, "#/title"),
        ({"capacity": 0}, "#/capacity"),
        ({"timeZone": "Mars/North"}, "#/timeZone"),
        ({"endsAt": "2020-01-01T00:00:00Z"}, "#/endsAt"),
        ({"startsAt": "9999-12-31T23:59:59Z"}, "#/startsAt"),
        ({"price": PRICE | {"amountMinor": -5}}, "#/price/amountMinor"),
    ],
)
async def test_odd_products_are_refused_and_leave_no_event_behind(tenant: Tenant, wish: dict[str, Any], place: str) -> None:
    answer = await ask(tenant.owner, "POST", "/api/products", json={"title": "Concert", "price": PRICE} | wish)

    assert (answer.status_code, [each["pointer"] for each in answer.json()["errors"]]) == (400, [place])
    assert (await ask(tenant.owner, "GET", "/api/events")).json()["items"] == []


async def test_what_is_said_of_an_event_that_is_made_is_refused_where_there_is_one(tenant: Tenant) -> None:
    event_id = await create_event(tenant.owner)
    wish = {"title": "<b>", "price": PRICE, "eventId": event_id}

    titled = await ask(tenant.owner, "POST", "/api/products", json=wish)
    timed = await ask(
        tenant.owner, "POST", "/api/products", json=wish | {"title": "Concert", "startsAt": "2031-01-01T00:00:00Z", "timeZone": "UTC"}
    )

    assert (titled.status_code, [each["pointer"] for each in titled.json()["errors"]]) == (400, ["#/title"])
    assert (timed.status_code, [each["pointer"] for each in timed.json()["errors"]]) == (400, ["#/startsAt", "#/timeZone"])
    assert (await ask(tenant.owner, "GET", "/api/products")).json()["items"] == []


async def test_a_ticket_type_is_changed_and_deleted_at_its_place_under_its_event(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)
    spare = (await ask(tenant.owner, "POST", f"/api/events/{event_id}/pools", json={"name": "Spare", "capacity": 2})).json()
    path = f"/api/events/{event_id}/ticket-types/{type_id}"
    elsewhere = f"/api/events/{await create_event(tenant.owner, slug='other')}/ticket-types/{type_id}"

    changed_ = await ask(tenant.owner, "PUT", path, json={"maxPerBuyer": 2, "version": 1})
    lost = await ask(tenant.owner, "PUT", elsewhere, json={"maxPerBuyer": 3, "version": 2})
    needed = await ask(tenant.owner, "DELETE", f"{path}?version=2")
    smaller = await ask(tenant.owner, "PUT", f"/api/pools/{spare['id']}", json={"capacity": 1})
    gone = await ask(tenant.owner, "DELETE", f"/api/pools/{spare['id']}")

    assert (changed_.status_code, changed_.json()["maxPerBuyer"], changed_.json()["version"]) == (200, 2, 2)
    assert (lost.status_code, needed.status_code, needed.json()["type"]) == (404, 409, "/problems/ticket-type-needed")
    assert (smaller.json()["capacity"], gone.status_code) == (1, 204)


async def test_access_codes_are_made_listed_and_revoked(tenant: Tenant) -> None:
    event_id, type_id = await make_on_sale(tenant.owner)
    path = f"/api/events/{event_id}/access-codes"

    made = await ask(tenant.owner, "POST", path, json={"ticketTypeIds": [type_id], "code": "friends", "useLimit": 3})
    listed = await ask(tenant.owner, "GET", path)
    denied = await ask(tenant.anonymous, "GET", path)
    revoked = await ask(tenant.owner, "DELETE", f"/api/access-codes/{made.json()['id']}")

    assert (made.status_code, made.json()["code"], made.json()["used"]) == (201, "FRIENDS", 0)
    assert (listed.json()["items"], denied.status_code) == ([made.json()], 401)
    assert revoked.json()["revokedAt"]
