"""What goes with tickets over REST: the ticket, pictures of its code, an event's keys and revoked codes."""

import io
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from domain.identity import GRANTS, Permission, Role
from domain.tickets.pictures import PictureKind, picture_key
from resolvers.ticket_pictures import ticket_picture
from tests.api.box_office import create_event
from tests.api.conftest import Client, Tenant
from tests.tickets.counter import buy, cart, changed, context_of, given, put_on, seen, uuid_of

pytestmark = pytest.mark.asyncio

READS = {role for role in Role if Permission.ORDERS_READ in GRANTS[role]}


async def get(client: Client, path: str, **headers: str) -> Any:
    return await client.http.get(path, headers=client.headers | headers)


async def test_the_picture_says_what_the_ticket_says(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))

    png = await get(tenant.owner, f"/api/tickets/{ticket['id']}/qr.png")
    svg = await get(tenant.owner, f"/v1/api/tickets/{ticket['id']}/qr.svg")

    assert (png.status_code, png.headers["content-type"], png.headers["cache-control"]) == (200, "image/png", "no-store")
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))
    assert read.text == ticket["qrCode"]["text"]
    assert (svg.status_code, svg.headers["content-type"]) == (200, "image/svg+xml")
    assert svg.text.startswith("<svg ")


async def test_pictures_are_for_those_who_see_the_ticket(tenant: Tenant, other_tenant: Tenant) -> None:
    token = cart()
    bought = await buy(tenant, context_of(tenant, cart=token), await put_on(tenant))
    [ticket_id] = bought.ticket_ids
    assert bought.secret
    other = await buy(tenant, context_of(tenant, cart=cart()), await put_on(tenant, slug="other"))
    path = f"/api/tickets/{ticket_id}/qr.svg"

    told = {role: (await get(tenant.member(role), path)).status_code for role in Role}
    answers = [
        (await get(tenant.anonymous.with_headers(x_cart=token), path)).status_code,
        (await get(tenant.anonymous, f"{path}?secret={bought.secret}")).status_code,
        (await get(tenant.anonymous, path)).status_code,
        (await get(tenant.anonymous, f"{path}?secret={other.secret}")).status_code,
        (await get(tenant.anonymous, f"{path}?secret=")).status_code,
        (await get(tenant.anonymous.with_headers(x_cart=cart()), path)).status_code,
        (await get(other_tenant.owner, f"{path}?secret={bought.secret}")).status_code,
    ]

    assert told == {role: 200 if role in READS else 404 for role in Role}
    assert answers == [200, 200, 404, 404, 404, 404, 404]
    missing = await get(tenant.owner, "/api/tickets/nonsense/qr.png")
    assert (missing.status_code, missing.headers["content-type"]) == (404, "application/problem+json")


async def test_a_picture_is_of_the_code_that_admits_now(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))
    before = (await get(tenant.owner, f"/api/tickets/{ticket['id']}/qr.svg")).content

    anew = await changed(tenant.owner, "reissueTicket", ticket)

    assert (await get(tenant.owner, f"/api/tickets/{ticket['id']}/qr.svg")).content != before
    png = await get(tenant.owner, f"/api/tickets/{ticket['id']}/qr.png")
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(png.content)))
    assert read.text == anew["qrCode"]["text"]


async def test_the_ticket_over_rest_is_the_ticket(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))

    answer = await get(tenant.owner, f"/api/tickets/{ticket['id']}")
    hidden = await get(tenant.anonymous, f"/api/tickets/{ticket['id']}")

    assert answer.status_code == 200
    assert {name: answer.json()[name] for name in ("id", "code", "status", "qrCode")} == {
        name: ticket[name] for name in ("id", "code", "status", "qrCode")
    }
    assert hidden.status_code == 404


async def test_keys_may_be_kept_as_long_as_they_are_the_same(tenant: Tenant, other_tenant: Tenant) -> None:
    show = await put_on(tenant)
    await given(tenant.owner, show)

    first = await get(tenant.anonymous, f"/api/events/{show.event_id}/ticket-keys")
    again = await get(tenant.anonymous, f"/api/events/{show.event_id}/ticket-keys", **{"if-none-match": first.headers["etag"]})

    assert (first.headers["content-type"], first.headers["cache-control"]) == ("application/jwk-set+json", "no-cache")
    assert (again.status_code, again.content) == (304, b"")
    assert (await get(other_tenant.anonymous, f"/api/events/{show.event_id}/ticket-keys")).status_code == 404
    draft = await create_event(tenant.owner, slug="draft")
    assert (await get(tenant.anonymous, f"/api/events/{draft}/ticket-keys")).status_code == 404
    assert (await get(tenant.owner, f"/api/events/{draft}/ticket-keys")).json() == {"keys": []}


async def test_revoked_codes_are_for_those_who_read_orders(tenant: Tenant, other_tenant: Tenant) -> None:
    show = await put_on(tenant)
    [ticket] = await given(tenant.owner, show)
    path = f"/api/events/{show.event_id}/revoked-tickets"

    told = {role: (await get(tenant.member(role), path)).status_code for role in Role}
    first = await get(tenant.owner, path)
    same = await get(tenant.owner, path, **{"if-none-match": first.headers["etag"]})
    await changed(tenant.owner, "blockTicket", ticket)
    later = await get(tenant.owner, path, **{"if-none-match": first.headers["etag"]})

    assert told == {role: 200 if role in READS else 403 for role in Role}
    assert (await get(tenant.anonymous, path)).status_code == 401
    assert (await get(other_tenant.owner, path)).status_code == 404
    assert first.json() == {"eventId": show.event_id, "version": 0, "revoked": []}
    assert (same.status_code, later.status_code, later.json()["version"]) == (304, 200, 1)


async def test_a_picture_lies_under_what_it_shows_and_never_under_the_code(tenant: Tenant) -> None:
    [ticket] = await given(tenant.owner, await put_on(tenant))
    text = ticket["qrCode"]["text"]

    key = picture_key(tenant.organization.id, text, PictureKind.PNG)

    assert key.startswith(f"ticket-codes/{tenant.organization.id}/")
    assert len(key.rpartition("/")[2]) == len("0" * 64 + ".png")
    assert text not in key
    picture = await ticket_picture(context_of(tenant, role=Role.OWNER), uuid_of(ticket["id"]), PictureKind.PNG, None)
    assert picture
    assert picture.startswith(b"\x89PNG")
    assert await seen(tenant.owner, ticket["id"]) is not None
