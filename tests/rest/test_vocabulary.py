"""Categories and metadata over REST: entered, changed, shown and deleted; events say what they have of them and are found by it."""

import pytest

from tests.api.conftest import Tenant
from tests.api.vocabulary import make_category, make_field, named
from tests.rest.asking import ask, make_event

pytestmark = pytest.mark.asyncio


async def test_categories_are_entered_changed_listed_and_deleted(tenant: Tenant) -> None:
    made = await ask(tenant.owner, "POST", "/api/event-categories", json={"slug": "music", "name": named("Music")})
    path = f"/api/event-categories/{made.json()['id']}"
    changed = await ask(tenant.owner, "PUT", path, json={"position": 3}, headers={"if-match": '"1"'})
    stale = await ask(tenant.owner, "PUT", path, json={"position": 4}, headers={"if-match": '"1"'})
    listed = await ask(tenant.anonymous, "GET", "/api/event-categories")
    gone = await ask(tenant.owner, "DELETE", path, headers={"if-match": '"2"'})

    assert [each.status_code for each in (made, changed, stale, listed, gone)] == [201, 200, 412, 200, 204]
    assert listed.json() == [changed.json()] == [made.json() | {"position": 3, "version": 2}]
    assert (await ask(tenant.anonymous, "GET", "/api/event-categories")).json() == []


async def test_fields_are_declared_changed_listed_and_deleted(tenant: Tenant) -> None:
    declared = {"key": "age", "label": named("Age"), "kind": "NUMBER"}
    made = await ask(tenant.owner, "POST", "/api/metadata-fields", json=declared)
    path = f"/api/metadata-fields/{made.json()['id']}"
    hidden = await ask(tenant.anonymous, "GET", "/api/metadata-fields")
    changed = await ask(tenant.owner, "PUT", path, json={"public": True}, headers={"if-match": '"1"'})
    shown = await ask(tenant.anonymous, "GET", "/api/metadata-fields")
    gone = await ask(tenant.owner, "DELETE", path, headers={"if-match": '"2"'})

    assert [each.status_code for each in (made, hidden, changed, shown, gone)] == [201, 200, 200, 200, 204]
    assert (hidden.json(), shown.json()) == ([], [made.json() | {"public": True, "version": 2}])


async def test_an_event_says_what_it_has_and_is_found_by_its_category(tenant: Tenant) -> None:
    music = await make_category(tenant.owner, "music")
    jazz = await make_category(tenant.owner, "jazz", parentId=music)
    await make_field(tenant.owner, "age", "NUMBER")
    made = await make_event(tenant.owner, categoryIds=[jazz], metadata=[{"key": "age", "value": "16"}])
    await make_event(tenant.owner, slug="another")

    by_category = await ask(tenant.owner, "GET", "/api/events", params={"categoryId": music})
    wrong = await ask(tenant.owner, "PUT", f"/api/events/{made['id']}", json={"metadata": [{"key": "age", "value": "x"}], "version": 1})

    assert [each["slug"] for each in made["categories"]] == ["jazz"]
    assert made["metadata"] == [{"key": "age", "label": "Age", "kind": "NUMBER", "value": "16"}]
    assert [each["slug"] for each in by_category.json()["items"]] == ["late-show"]
    assert (wrong.status_code, [each["pointer"] for each in wrong.json()["errors"]]) == (400, ["#/metadata/0/value"])


async def test_a_category_in_use_is_not_deleted(tenant: Tenant) -> None:
    music = await make_category(tenant.owner, "music")
    await make_event(tenant.owner, categoryIds=[music])

    answer = await ask(tenant.owner, "DELETE", f"/api/event-categories/{music}", headers={"if-match": '"1"'})

    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/event-category-in-use")
    assert len((await ask(tenant.owner, "GET", "/api/event-categories")).json()) == 1
