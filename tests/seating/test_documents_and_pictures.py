"""The documents that clients draw plans from, kept for ever by whoever may see them; and pictures with live colours."""

import hashlib
import json
import re
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import httpx
import pytest

from domain.identity import Role
from tests.api.box_office import create_event
from tests.api.conftest import Client, Tenant
from tests.conftest import Statements, WorkOf
from tests.seating.halls import BLOCK, assign, import_plan, seat, seated_event, small_hall
from tests.seating.taking import book_seats, hold_seats

pytestmark = pytest.mark.asyncio

PLAN = "query ($id: ID!) { event(by: {id: $id}) { seatingPlan { hash geometryUrl } } }"
SVG = "{http://www.w3.org/2000/svg}"


async def get(client: Client, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    sent = client.headers | {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.http.request(method, path, headers=sent)


async def url_of(client: Client, event_id: str) -> str:
    return str((await client.ask(PLAN, id=event_id))["event"]["seatingPlan"]["geometryUrl"])


async def test_a_document_is_whole_and_may_be_kept_for_ever(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    url = await url_of(tenant.anonymous, event_id)

    answer = await get(tenant.anonymous, url, accept_encoding="identity")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert {"x-organization", "authorization", "accept-encoding"} <= set(answer.headers["vary"].lower().split(", "))
    digest = hashlib.sha256(answer.content).hexdigest()
    assert url == f"/v1/api/seating-plans/{digest}.json"
    assert answer.headers["etag"] == f'"{digest}"'
    assert [section["name"] for section in answer.json()["sections"]] == ["Stalls", "Balcony", "Floor"]


async def test_a_document_is_sent_packed_to_who_can_unpack_it(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    url = await url_of(tenant.anonymous, event_id)

    packed = await get(tenant.anonymous, url, accept_encoding="br, gzip")
    plain = await get(tenant.anonymous, url, accept_encoding="identity")

    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.content == plain.content


async def test_who_has_a_document_is_not_sent_it_again(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    url = await url_of(tenant.anonymous, event_id)
    etag = (await get(tenant.anonymous, url)).headers["etag"]

    answer = await get(tenant.anonymous, url, if_none_match=f'"x", W/{etag}')
    head = await get(tenant.anonymous, url, "HEAD")

    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert (head.status_code, head.content) == (200, b"")


async def test_a_document_is_for_those_who_see_an_event_that_uses_it(tenant: Tenant, other_tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    draft = await create_event(tenant.owner)
    await assign(tenant.owner, draft, version_id)
    url = await url_of(tenant.owner, draft)

    answers = {
        who: (await get(client, url)).status_code
        for who, client in {
            "owner": tenant.owner,
            "analyst": tenant.member(Role.ANALYST),
            "buyer": tenant.member(Role.USER),
            "nobody": tenant.anonymous,
            "another owner": other_tenant.owner,
        }.items()
    }

    assert answers == {"owner": 200, "analyst": 200, "buyer": 404, "nobody": 404, "another owner": 404}
    assert (await get(tenant.owner, url)).headers["cache-control"].startswith("private, ")


@pytest.mark.parametrize("name", ["0" * 64, "x", "A" * 64, "0" * 65])
async def test_a_document_that_is_not_there_is_a_problem(tenant: Tenant, name: str) -> None:
    answer = await get(tenant.owner, f"/api/seating-plans/{name}.json")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_without_an_organization_nothing_is_there_and_nothing_can_be_changed(tenant: Tenant) -> None:
    event_id, _ = await seated_event(tenant.owner)
    url = await url_of(tenant.owner, event_id)

    nowhere = await get(Client(tenant.http), url)
    unknown = await get(Client(tenant.http, {"x-organization": "nowhere"}), url)
    posted = await get(tenant.owner, url, "POST")
    options = await get(tenant.owner, url, "OPTIONS")

    assert (nowhere.status_code, unknown.status_code, posted.status_code) == (400, 404, 405)
    assert (options.status_code, options.headers["allow"], posted.headers["allow"]) == (204, "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS")


async def test_a_picture_shows_each_seat_as_it_is(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-1")
    await book_seats(tenant, work_of, event_id, types["Balcony"], "Balcony A-2")
    await tenant.owner.ask(BLOCK, input={"eventId": event_id, "labels": ["Stalls B-2"], "reason": "x"})

    answer = await get(tenant.anonymous, f"/api/events/{event_id}/seats.svg")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml; charset=utf-8")
    assert answer.headers["cache-control"] == "no-cache"
    picture = ET.fromstring(answer.text)
    dots = {
        (path.get("stroke"), path.get("stroke-linecap")): len(re.findall("M", path.get("d", ""))) for path in picture.iter(f"{SVG}path")
    }
    assert dots == {
        ("#2563eb", "round"): 1,
        ("#2563eb", "square"): 1,
        ("teal", "round"): 1,
        ("#f59e0b", "round"): 1,
        ("#ffffff", "round"): 1,
        ("#94a3b8", "round"): 1,
        ("#cbd5e1", "round"): 1,
    }
    texts = [each.text for each in picture.iter(f"{SVG}text")]
    assert {"Floor", "Stalls", "Balcony", "in other carts: 1", "sold: 1", "not for sale: 1"} <= set(texts)


async def test_a_picture_can_be_read_aloud(tenant: Tenant) -> None:
    await seated_event(tenant.owner)

    picture = ET.fromstring((await get(tenant.anonymous, "/api/events/late-show/seats.svg", accept_language="de")).text)

    assert (picture.get("role"), picture.get("aria-labelledby")) == ("img", "title desc")
    assert [picture.findtext(f"{SVG}{name}") for name in ("title", "desc")] == [
        "Die Spätvorstellung",
        "6 seats in 3 sections: 6 free, 0 held, 0 booked, 0 blocked. Room for 50 to stand.",
    ]


async def test_what_people_wrote_stays_text(tenant: Tenant) -> None:
    hall = small_hall()
    hall["categories"][0]["name"] = '< script>"&\ufffe'
    hall["zones"][0]["name"] = "<3 ]]> text> &lt;script&gt;"
    hall["zones"][0]["rows"] = [{"row_number": '">< b>', "row_number_position": "start", "seats": [seat("s1", "1", '< script>"&\ufffe')]}]
    hall["zones"][2]["areas"].append({"shape": "text", "text": {"text": "< a href='x'>&amp;", "position": {"x": 1, "y": 1}}})
    version_id = await import_plan(tenant.owner, hall)
    event_id = await create_event(tenant.owner, title=[{"locale": "en", "text": 'Rock & Roll <3 "live"'}])
    await assign(tenant.owner, event_id, version_id)

    answer = await get(tenant.owner, f"/api/events/{event_id}/seats.svg")

    picture = ET.fromstring(answer.text)
    texts = [each.text for each in picture.iter(f"{SVG}text")]
    assert {"<3 ]]> text> &lt;script&gt;", '">< b>', "< a href='x'>&amp;", '< script>"&'} <= set(texts)
    assert picture.findtext(f"{SVG}title") == 'Rock & Roll <3 "live"'
    assert {each.tag.removeprefix(SVG) for each in picture.iter()} == {"svg", "title", "desc", "rect", "path", "text", "g", "circle"}
    assert "style" not in answer.text
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"


async def test_a_picture_is_new_when_a_seat_is_and_known_when_none_is(tenant: Tenant, work_of: WorkOf) -> None:
    event_id, types = await seated_event(tenant.owner)
    path = f"/v1/api/events/{event_id}/seats.svg"
    first = await get(tenant.anonymous, path)

    known = await get(tenant.anonymous, path, if_none_match=first.headers["etag"])
    await hold_seats(tenant, event_id, types["Stalls"], "Stalls A-1")
    changed = await get(tenant.anonymous, path, if_none_match=first.headers["etag"])

    assert (known.status_code, known.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


async def test_a_picture_costs_four_statements_and_again_three(tenant: Tenant, statements: Statements) -> None:
    event_id, _ = await seated_event(tenant.owner, small_hall(size={"width": 777, "height": 777}))
    path = f"/api/events/{event_id}/seats.svg"

    async with statements.sent() as first:
        await get(tenant.anonymous, path)
    async with statements.sent() as again:
        await get(tenant.anonymous, path)

    assert (len(first), len(again)) == (4, 3)


async def test_pages_of_every_site_may_show_the_picture_of_an_event_before_the_public_and_of_no_other(tenant: Tenant) -> None:
    public, _ = await seated_event(tenant.owner)
    draft = await create_event(tenant.owner, slug="draft")
    await assign(tenant.owner, draft, await import_plan(tenant.owner, small_hall()))
    first = await get(tenant.anonymous, f"/api/events/{public}/seats.svg")

    answers = [
        first,
        await get(tenant.anonymous, f"/v1/api/events/{public}/seats.svg", if_none_match=first.headers["etag"]),
        await get(tenant.owner, f"/api/events/{public}/seats.svg"),
        await get(tenant.owner, f"/api/events/{draft}/seats.svg"),
        await get(tenant.anonymous, f"/api/events/{draft}/seats.svg"),
    ]

    where = "cross-origin-resource-policy"
    told = [(each.status_code, each.headers.get_list(where)) for each in answers]
    assert told == [
        (200, ["cross-origin"]),
        (304, ["cross-origin"]),
        (200, ["cross-origin"]),
        (200, ["same-origin"]),
        (404, ["same-origin"]),
    ]


async def test_no_picture_is_there_of_what_one_may_not_see(tenant: Tenant, other_tenant: Tenant) -> None:
    version_id = await import_plan(tenant.owner, small_hall())
    draft, plain = await create_event(tenant.owner), await create_event(tenant.owner, slug="plain")
    await assign(tenant.owner, draft, version_id)

    answers: Mapping[str, int] = {
        "draft as owner": (await get(tenant.owner, f"/api/events/{draft}/seats.svg")).status_code,
        "draft as nobody": (await get(tenant.anonymous, f"/api/events/{draft}/seats.svg")).status_code,
        "draft as another owner": (await get(other_tenant.owner, f"/api/events/{draft}/seats.svg")).status_code,
        "without a plan": (await get(tenant.owner, f"/api/events/{plain}/seats.svg")).status_code,
        "no event": (await get(tenant.owner, "/api/events/nothing/seats.svg")).status_code,
    }

    assert answers == {"draft as owner": 200, "draft as nobody": 404, "draft as another owner": 404, "without a plan": 404, "no event": 404}


async def test_every_shape_is_drawn_where_it_is(tenant: Tenant) -> None:
    hall = small_hall()
    hall["zones"][2]["areas"] += [
        {"shape": "circle", "circle": {"radius": 5}, "position": {"x": 1, "y": 2}, "color": "red"},
        {"shape": "ellipse", "ellipse": {"radius": {"x": 3, "y": 4}}, "border_color": "#000", "rotation": 30},
        {"shape": "polygon", "polygon": {"points": [{"x": 0, "y": 0}, {"x": 9, "y": 0}]}, "position": {"x": 1, "y": 1}},
    ]
    version_id = await import_plan(tenant.owner, hall)
    event_id = await create_event(tenant.owner)
    await assign(tenant.owner, event_id, version_id)

    picture = (await get(tenant.owner, f"/api/events/{event_id}/seats.svg")).text

    assert '<ellipse cx="1" cy="2" rx="5" ry="5" fill="red" stroke="none"/>' in picture
    assert '<ellipse cx="0" cy="0" rx="3" ry="4" fill="none" stroke="#000" transform="rotate(30 0 0)"/>' in picture
    assert '<polygon points="1,1 10,1" fill="none" stroke="none"/>' in picture
    assert '<rect x="0" y="0" width="100" height="80" fill="#fed7aa" stroke="none"/>' in picture


async def test_the_openapi_document_tells_of_both(tenant: Tenant) -> None:
    document = json.loads((await tenant.http.get("/openapi.json")).content)

    assert {"/api/seating-plans/{hash}.json", "/api/events/{id}/seats.svg", "/api/seating-plans"} <= set(document["paths"])
