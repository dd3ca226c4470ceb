"""Event categories through the API: a tree of few levels, events in it, and finding events by it."""

import asyncio
from typing import Any

import pytest

from domain.identity import Role
from tests.api.conftest import Tenant
from tests.api.programme import done, faults, shown, step
from tests.api.vocabulary import make_category, make_event, make_public, named
from tests.conftest import Statements

pytestmark = pytest.mark.asyncio

TREE = "{ eventCategories { slug name position parent { slug } children { slug } version } }"
FOUND = "query ($where: EventWhere) { events(where: $where) { nodes { slug } totalCount } }"


async def slugs(tenant: Tenant) -> list[str]:
    return [each["slug"] for each in (await tenant.anonymous.ask(TREE))["eventCategories"]]


async def found(tenant: Tenant, where: dict[str, Any]) -> list[str]:
    events = (await tenant.anonymous.ask(FOUND, where=where))["events"]
    assert events["totalCount"] == len(events["nodes"])
    return [each["slug"] for each in events["nodes"]]


async def change(tenant: Tenant, category_id: str, version: int, **wish: Any) -> dict[str, Any]:
    return await step(
        tenant.owner, "updateEventCategory", "category { slug version }", categoryId=category_id, expectedVersion=version, **wish
    )


async def chain(tenant: Tenant, *names: str) -> list[str]:
    """Categories within each other, the outermost first."""
    made: list[str] = []
    for name in names:
        made.append(await make_category(tenant.owner, name, **({"parentId": made[-1]} if made else {})))
    return made


async def test_the_tree_is_shown_to_everybody_each_category_before_those_within_it(tenant: Tenant, other_tenant: Tenant) -> None:
    music = await make_category(tenant.owner, "music", position=2)
    await make_category(tenant.owner, "theatre", position=1)
    await make_category(tenant.owner, "rock", parentId=music)
    await make_category(tenant.owner, "jazz", parentId=music)

    tree = (await tenant.anonymous.ask(TREE))["eventCategories"]

    assert [(each["slug"], each["parent"] and each["parent"]["slug"]) for each in tree] == [
        ("theatre", None),
        ("music", None),
        ("jazz", "music"),
        ("rock", "music"),
    ]
    assert tree[1] == {
        "slug": "music",
        "name": "Music",
        "position": 2,
        "parent": None,
        "children": [{"slug": "jazz"}, {"slug": "rock"}],
        "version": 1,
    }
    assert await slugs(other_tenant) == []


async def test_a_category_speaks_the_language_of_its_reader(tenant: Tenant) -> None:
    name = [{"locale": "en", "text": "Dance"}, {"locale": "de", "text": "Tanz"}]
    made = await step(tenant.owner, "createEventCategory", "category { id name names { locale } }", slug="dance", name=name)

    german = tenant.anonymous.with_headers(accept_language="de-AT")
    node = "query ($id: ID!) { node(id: $id) { ... on EventCategory { name } } }"
    assert (await german.ask(node, id=made["category"]["id"]))["node"] == {"name": "Tanz"}
    assert made["category"]["names"] == [{"locale": "de"}, {"locale": "en"}]


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        ({"slug": "No Slug"}, [("input.slug", "must be lower-case letters, digits and single hyphens, 80 at most")]),
        ({"name": []}, [("input.name", "give the text in at least one language")]),
        ({"name": named("<b>")}, [("input.name.en", "contains HTML at character 1; write plain text")]),
        ({"name": named("x" * 101)}, [("input.name.en", "is 101 characters long, 100 are allowed")]),
        ({"position": -1}, [("input.position", "must be between 0 and 10000")]),
        ({"position": 10_001}, [("input.position", "must be between 0 and 10000")]),
    ],
)
async def test_what_no_category_can_be_is_refused_and_changes_nothing(
    tenant: Tenant, wish: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    here = await make_category(tenant.owner, "here")

    refused = await step(tenant.owner, "createEventCategory", "category { id }", **({"slug": "new", "name": named("New")} | wish))
    unchanged = await change(tenant, here, 1, **wish)

    assert (refused["category"], unchanged["category"]) == (None, None)
    assert faults(refused) == faults(unchanged) == expected
    assert await slugs(tenant) == ["here"]


async def test_a_slug_serves_one_category_of_an_organization(tenant: Tenant, other_tenant: Tenant) -> None:
    await make_category(tenant.owner, "music")
    second = await make_category(tenant.owner, "second")

    again = await step(tenant.owner, "createEventCategory", "category { id }", slug="music", name=named("Music"))
    renamed = await change(tenant, second, 1, slug="music")

    assert [(error["__typename"], error["slug"], error["path"]) for error in again["errors"] + renamed["errors"]] == [
        ("EventCategorySlugTaken", "music", ["input", "slug"])
    ] * 2
    assert await slugs(tenant) == ["music", "second"]
    assert await make_category(other_tenant.owner, "music")


async def test_a_category_is_moved_with_all_within_it_and_taken_out_by_null(tenant: Tenant) -> None:
    _, jazz, _ = await chain(tenant, "music", "jazz", "bebop")
    theatre = await make_category(tenant.owner, "theatre")

    await change(tenant, jazz, 1, parentId=theatre)
    moved = [(each["slug"], each["parent"]) for each in (await tenant.anonymous.ask(TREE))["eventCategories"]]
    await change(tenant, jazz, 2, name=named("Jazz!"))
    out = await change(tenant, jazz, 3, parentId=None)

    assert moved == [("music", None), ("theatre", None), ("jazz", {"slug": "theatre"}), ("bebop", {"slug": "jazz"})]
    assert out["category"] == {"slug": "jazz", "version": 4}
    tree = (await tenant.anonymous.ask(TREE))["eventCategories"]
    assert [(each["slug"], each["parent"]) for each in tree][:2] == [("jazz", None), ("bebop", {"slug": "jazz"})]


async def test_no_category_lies_within_itself_nor_too_deep(tenant: Tenant) -> None:
    one, two, three, four = await chain(tenant, "one", "two", "three", "four")
    roof, _ = await chain(tenant, "roof", "room")

    itself = await change(tenant, one, 1, parentId=one)
    circle = await change(tenant, one, 1, parentId=three)
    too_deep = await step(tenant.owner, "createEventCategory", "category { id }", slug="five", name=named("Five"), parentId=four)
    all_too_deep = await change(tenant, two, 1, parentId=(await _room(tenant)))

    assert faults(itself) == faults(circle) == [("input.parentId", "lies within the category itself")]
    assert faults(too_deep) == faults(all_too_deep) == [("input.parentId", "makes 5 levels, 4 are allowed")]
    assert await slugs(tenant) == ["one", "two", "three", "four", "roof", "room"]
    assert (await change(tenant, roof, 1, parentId=two))["errors"] == []


async def _room(tenant: Tenant) -> str:
    categories = (await tenant.anonymous.ask("{ eventCategories { id slug } }"))["eventCategories"]
    return str(next(each["id"] for each in categories if each["slug"] == "room"))


async def test_two_moves_at_once_close_no_circle(tenant: Tenant) -> None:
    first, second = await make_category(tenant.owner, "first"), await make_category(tenant.owner, "second")

    answers = await asyncio.gather(change(tenant, first, 1, parentId=second), change(tenant, second, 1, parentId=first))

    assert sorted(len(each["errors"]) for each in answers) == [0, 1]
    assert len(await slugs(tenant)) == 2


async def test_missing_and_foreign_categories_answer_alike(tenant: Tenant, other_tenant: Tenant) -> None:
    foreign = await make_category(other_tenant.owner, "music")
    event_id = await make_event(tenant.owner)

    answers = [
        await change(tenant, foreign, 1, slug="mine"),
        await step(tenant.owner, "deleteEventCategory", "categoryId", categoryId=foreign, expectedVersion=1),
        await step(tenant.owner, "createEventCategory", "category { id }", slug="x", name=named("X"), parentId=foreign),
        await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, categoryIds=[foreign]),
        await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, categoryIds=["nonsense"]),
    ]

    assert [(each["errors"][0]["__typename"], ".".join(each["errors"][0]["path"])) for each in answers] == [
        ("NotFound", "input.categoryId"),
        ("NotFound", "input.categoryId"),
        ("NotFound", "input.parentId"),
        ("NotFound", "input.categoryIds.0"),
        ("NotFound", "input.categoryIds.0"),
    ]
    assert (await shown(tenant.owner, event_id))["version"] == 1
    assert await slugs(other_tenant) == ["music"]


async def test_stale_changes_are_refused_with_the_current_version(tenant: Tenant) -> None:
    music = await make_category(tenant.owner, "music")
    await change(tenant, music, 1, position=3)

    late = await change(tenant, music, 1, slug="late")
    gone = await step(tenant.owner, "deleteEventCategory", "categoryId", categoryId=music, expectedVersion=1)

    assert [(error["__typename"], error["currentVersion"]) for error in late["errors"] + gone["errors"]] == [("VersionConflict", 2)] * 2
    assert await slugs(tenant) == ["music"]


async def test_an_event_is_in_the_categories_given_in_their_order(tenant: Tenant) -> None:
    music, jazz = await chain(tenant, "music", "jazz")
    event_id = await make_event(tenant.owner, categoryIds=[jazz, music])

    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=1, slug="another")
    as_made = await shown(tenant.owner, event_id, "categories { slug }")
    await done(tenant.owner, "updateEvent", eventId=event_id, expectedVersion=2, categoryIds=[music])
    changed = await shown(tenant.owner, event_id, "version categories { slug } activity { nodes { changes { field old new } } }")

    assert as_made == {"categories": [{"slug": "jazz"}, {"slug": "music"}]}
    assert (changed["version"], changed["categories"]) == (3, [{"slug": "music"}])
    newest, _, first = changed["activity"]["nodes"]
    assert newest["changes"] == [{"field": "categories", "old": '["jazz", "music"]', "new": '["music"]'}]
    assert {"field": "categories", "old": None, "new": '["jazz", "music"]'} in first["changes"]


async def test_an_event_is_in_ten_categories_at_most_and_in_none_twice(tenant: Tenant) -> None:
    made = [await make_category(tenant.owner, f"c-{number}") for number in range(11)]
    event_id = await make_event(tenant.owner)

    many = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, categoryIds=made)
    twice = await step(tenant.owner, "updateEvent", "event { id }", eventId=event_id, expectedVersion=1, categoryIds=[made[0]] * 2)

    assert faults(many) == [("input.categoryIds", "names 11 categories, 10 are allowed")]
    assert faults(twice) == [("input.categoryIds.1", "is named twice")]
    assert await shown(tenant.owner, event_id, "version categories { slug }") == {"version": 1, "categories": []}


async def test_a_category_in_use_stays_unless_its_events_may_lose_it(tenant: Tenant) -> None:
    music, jazz = await chain(tenant, "music", "jazz")
    event_id = await make_event(tenant.owner, categoryIds=[jazz, music])

    async def delete(category_id: str, **more: Any) -> dict[str, Any]:
        return await step(tenant.owner, "deleteEventCategory", "categoryId", categoryId=category_id, expectedVersion=1, **more)

    used, parent = await delete(jazz), await delete(music, evenIfUsed=True)
    kept = await shown(tenant.owner, event_id, "categories { slug }")
    done_so = await delete(jazz, evenIfUsed=True)

    assert [(error["__typename"], error["events"], error["subcategories"]) for error in used["errors"] + parent["errors"]] == [
        ("EventCategoryInUse", 1, 0),
        ("EventCategoryInUse", 1, 1),
    ]
    assert kept == {"categories": [{"slug": "jazz"}, {"slug": "music"}]}
    assert (done_so["errors"], done_so["categoryId"]) == ([], jazz)
    assert await shown(tenant.owner, event_id, "categories { slug }") == {"categories": [{"slug": "music"}]}
    assert await slugs(tenant) == ["music"]


async def test_a_copy_is_in_the_same_categories(tenant: Tenant) -> None:
    music, jazz = await chain(tenant, "music", "jazz")
    event_id = await make_event(tenant.owner, categoryIds=[jazz, music])

    copy = await done(tenant.owner, "copyEvent", eventId=event_id, slug="copy", startsAt="2031-06-01T18:00:00Z")

    seen = await shown(tenant.owner, copy["id"], "categories { slug } activity { nodes { changes { field new } } }")
    assert seen["categories"] == [{"slug": "jazz"}, {"slug": "music"}]
    assert {"field": "categories", "new": '["jazz", "music"]'} in seen["activity"]["nodes"][0]["changes"]


async def test_events_are_found_by_a_category_and_by_all_within_it(tenant: Tenant, other_tenant: Tenant) -> None:
    music, jazz = await chain(tenant, "music", "jazz")
    theatre = await make_category(tenant.owner, "theatre")
    foreign = await make_category(other_tenant.owner, "music")
    for slug, chosen in (("a-band", [jazz]), ("both", [theatre, music]), ("play", [theatre]), ("walk", [])):
        await make_public(tenant.owner, slug=slug, categoryIds=chosen)
    await make_event(tenant.owner, slug="draft", categoryIds=[jazz])

    assert sorted(await found(tenant, {"categories": {"in": [music]}})) == ["a-band", "both"]
    assert await found(tenant, {"categories": {"eq": jazz}}) == ["a-band"]
    assert sorted(await found(tenant, {"categories": {"in": [jazz, theatre]}})) == ["a-band", "both", "play"]
    assert await found(tenant, {"AND": [{"categories": {"eq": music}}, {"categories": {"eq": theatre}}]}) == ["both"]
    assert sorted(await found(tenant, {"NOT": [{"categories": {"eq": music}}]})) == ["play", "walk"]
    assert await found(tenant, {"categories": {"in": [foreign, "nonsense"]}}) == []
    assert await found(tenant, {"categories": {"in": []}}) == []


async def test_categories_of_many_events_cost_one_statement(tenant: Tenant, statements: Statements) -> None:
    _, jazz = await chain(tenant, "music", "jazz")
    for number in range(5):
        await make_public(tenant.owner, slug=f"show-{number}", categoryIds=[jazz])
    document = "query ($first: Int) { events(first: $first) { nodes { categories { slug } metadata { key } joinUrl } } }"
    await tenant.anonymous.ask(document, first=1)

    async with statements.sent() as sent:
        answer = await tenant.anonymous.ask(document, first=5)

    assert [each["categories"] for each in answer["events"]["nodes"]] == [[{"slug": "jazz"}]] * 5
    assert len(sent) == 3, sent


async def test_an_organizer_chooses_from_the_categories_and_does_not_make_them(tenant: Tenant) -> None:
    music = await make_category(tenant.owner, "music")
    organizer = tenant.member(Role.ORGANIZER)
    wish = {"slug": "mine", "name": named("Mine")}

    assert (
        await organizer.code(
            "mutation ($input: CreateEventCategoryInput!) { createEventCategory(input: $input) { category { id } } }", input=wish
        )
        == "FORBIDDEN"
    )
    assert await make_event(organizer, categoryIds=[music])
    assert await slugs(tenant) == ["music"]
