"""The demo can be brought in again and again: nothing doubles, what was changed stays, what has passed is put on again."""

import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from domain.events import AttendanceMode
from domain.identity import Role
from gateway.demo import PASSWORD
from gateway.demo.seeding import TROUPES, seed_demo
from gateway.demo.vocabulary import SAID, SHELVES
from gateway.operators import operator_of
from gateway.settings import Mode
from tests.commands import environment_of, ticketbase
from tests.demo.conftest import Demo
from tests.samples import an_event

TABLES = (
    "organizations",
    "organization_domains",
    "people",
    "accounts",
    "memberships",
    "venues",
    "events",
    "pools",
    "ticket_types",
    "import_references",
    "event_series",
    "event_occurrences",
)
JAZZ = """
{
  event(by: {slug: "jazz-in-the-harbour"}) {
    title status startsAt endsAt timeZone venue { name city country }
    ticketTypes { name price { amountMinor currency } position maxPerOrder }
    availability { ticketTypes { available salesStatus } }
  }
}
"""
PROGRAMME = """
{
  events(first: 50) {
    totalCount
    nodes { slug status startsAt availability { ticketTypes { available salesStatus } } }
  }
}
"""

SERIES = """
{ eventSeries(by: {slug: "fog-horns-every-sunday"}) { occurrences { nodes { status occurrence { date } } } } }
"""


async def counts(demo: Demo) -> dict[str, int]:
    return {table: await demo.owner.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES}


@pytest.mark.asyncio
async def test_everything_is_there_once(demo: Demo) -> None:
    assert await counts(demo) == {
        "organizations": 4,
        "organization_domains": 4,
        "people": 28,
        "accounts": 28,
        "memberships": 28,
        "venues": 13,
        "events": 36 + 8 + 1,
        "pools": 101 + 8 * 3 + 4,
        "ticket_types": 172 + 8 * 4 + 4,
        "import_references": 13 + 36 + 101 + 172,
        "event_series": 1,
        "event_occurrences": 8,
    }
    assert [(each.organization.slug, each.is_new, each.added, each.renewed, each.kept) for each in demo.seeded] == [
        ("demo", True, 12, 0, 0),
        ("seeblick", True, 8, 0, 0),
        ("kaze", True, 8, 0, 0),
        ("riverside", True, 8, 0, 0),
    ]


@pytest.mark.asyncio
async def test_everybody_of_the_demo_can_sign_in_in_development_alone(demo: Demo, empty: Demo) -> None:
    asking = "mutation ($input: SignInInput!) { signIn(input: $input) { account { name } errors { __typename } } }"
    production = replace(empty.house, settings=replace(empty.settings, mode=Mode.PRODUCTION))

    signed_in = await demo.visitor().ask(asking, input={"email": "owner@demo.example", "password": PASSWORD})
    await seed_demo(production)

    assert signed_in["signIn"] == {"account": {"name": TROUPES[0].people[0]}, "errors": []}
    assert await empty.owner.fetchval("SELECT count(*) FROM accounts") == 0
    assert await demo.owner.fetchval("SELECT count(*) FROM accounts") == len(TROUPES) * len(Role)


@pytest.mark.asyncio
async def test_the_first_walk_finds_its_event(demo: Demo) -> None:
    event = (await demo.visitor().ask(JAZZ))["event"]

    assert (event["title"], event["status"]) == ("Jazz in the Harbour", "PUBLISHED")
    assert event["venue"] == {"name": "Warehouse Nine", "city": "Hamburg", "country": "DE"}
    assert event["ticketTypes"][0] == {
        "name": "Regular",
        "price": {"amountMinor": 3200, "currency": "EUR"},
        "position": 0,
        "maxPerOrder": None,
    }
    assert [(each["available"], each["salesStatus"]) for each in event["availability"]["ticketTypes"]] == [
        (420, "ON_SALE"),
        (420, "ON_SALE"),
        (60, "SALES_ENDED"),
        (24, "ON_SALE"),
        (420, "NOT_YET_ON_SALE"),
    ]
    distance = datetime.fromisoformat(event["startsAt"]) - datetime.now(UTC)
    assert timedelta(days=10) < distance < timedelta(days=19)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("slug", "published", "cancelled", "currency"),
    [("demo", 10 + 8 + 1, 1, "EUR"), ("seeblick", 7, 0, "CHF"), ("kaze", 7, 0, "JPY"), ("riverside", 7, 0, "USD")],
)
async def test_the_public_sees_what_is_published(demo: Demo, slug: str, published: int, cancelled: int, currency: str) -> None:
    found = (await demo.visitor(slug).ask(PROGRAMME))["events"]

    sales = Counter(each["salesStatus"] for event in found["nodes"] for each in event["availability"]["ticketTypes"])
    assert found["totalCount"] == published + cancelled
    assert [event["status"] for event in found["nodes"]].count("PUBLISHED") == published
    assert {"ON_SALE", "NOT_YET_ON_SALE", "SALES_ENDED"} <= sales.keys()
    few = [each for event in found["nodes"] for each in event["availability"]["ticketTypes"] if 0 < each["available"] <= 6]
    assert few
    prices = await demo.owner.fetch(
        "SELECT DISTINCT currency FROM ticket_types t JOIN organizations o ON o.id = t.organization_id WHERE o.slug = $1", slug
    )
    assert [row["currency"] for row in prices] == [currency]


@pytest.mark.asyncio
async def test_every_role_has_its_member(demo: Demo) -> None:
    rows = await demo.owner.fetch(
        "SELECT o.slug, m.role, p.email FROM memberships m"
        " JOIN people p ON p.id = m.person_id JOIN organizations o ON o.id = m.organization_id"
    )

    assert {(row["slug"], row["role"]): row["email"] for row in rows} == {
        (slug, role.value): f"{role.value}@{slug}.example" for slug in ("demo", "seeblick", "kaze", "riverside") for role in Role
    }


@pytest.mark.asyncio
async def test_bringing_it_in_again_changes_nothing(demo: Demo) -> None:
    before = await demo.owner.fetch("SELECT id, version, starts_at FROM events ORDER BY id"), await counts(demo)

    again = await seed_demo(demo.house)

    assert (await demo.owner.fetch("SELECT id, version, starts_at FROM events ORDER BY id"), await counts(demo)) == before
    assert [(each.is_new, each.added, each.renewed, each.kept) for each in again] == [(False, 0, 0, 12)] + [(False, 0, 0, 8)] * 3


@pytest.mark.asyncio
async def test_what_has_passed_is_put_on_again_and_what_was_changed_stays(empty: Demo) -> None:
    await seed_demo(empty.house)
    first = await counts(empty)
    before = {row["slug"]: row for row in await empty.owner.fetch("SELECT slug, id, starts_at, ends_at, title, status FROM events")}
    organization = await empty.house.tenants.of_request("", "demo", None)
    assert organization is not None
    async with operator_of(empty.house, organization).context.work() as work:
        event = await work.events.for_change(before["shipyard-proms"]["id"])
        await work.events.keep(replace(event, title={"en": "Ours now"}, version=event.version + 1))
    await empty.clock.advance(days=21)

    again = await seed_demo(empty.house)

    after = {row["slug"]: row for row in await empty.owner.fetch("SELECT slug, id, starts_at, title FROM events")}
    later = datetime.now(UTC) + timedelta(days=21)
    # What was cancelled stays where it was.
    once = [slug for slug in before if not slug.startswith("fog-horns-every-sunday")]
    passed = {slug for slug in once if before[slug]["ends_at"] <= later and before[slug]["status"] != "CANCELLED"}
    assert "jazz-in-the-harbour" in passed
    assert await counts(empty) == first
    assert sum(each.renewed for each in again) == len(passed)
    assert {slug: row["id"] for slug, row in after.items()} == {slug: row["id"] for slug, row in before.items()}
    assert all(after[slug]["starts_at"] > later for slug in passed)
    assert all(after[slug]["starts_at"] == before[slug]["starts_at"] for slug in before.keys() - passed)
    assert "Ours now" in after["shipyard-proms"]["title"]
    jazz = (await empty.visitor().ask(JAZZ))["event"]
    assert [each["salesStatus"] for each in jazz["availability"]["ticketTypes"]][:3] == ["ON_SALE", "ON_SALE", "SALES_ENDED"]


@pytest.mark.asyncio
async def test_a_series_goes_on_every_week_and_again_once_it_is_over(empty: Demo) -> None:
    await seed_demo(empty.house)
    first = (await empty.visitor().ask(SERIES))["eventSeries"]["occurrences"]["nodes"]
    await empty.clock.advance(days=21)
    soon = await seed_demo(empty.house)
    await empty.clock.advance(days=100)

    late = await seed_demo(empty.house)

    assert [each["status"] for each in first] == ["PUBLISHED"] * 8
    days = [date.fromisoformat(each["occurrence"]["date"]) for each in first]
    assert days == [days[0] + timedelta(weeks=week) for week in range(8)]
    assert {day.strftime("%A") for day in days} == {"Sunday"}
    assert (soon[0].repeated, late[0].repeated) == (0, 8)
    again = (await empty.visitor().ask(SERIES))["eventSeries"]["occurrences"]["nodes"]
    assert again[:8] == first
    assert [each["status"] for each in again[8:]] == ["PUBLISHED"] * 8


@pytest.mark.asyncio
async def test_events_of_the_organizers_own_are_left_alone(empty: Demo) -> None:
    await seed_demo(empty.house)
    organization = await empty.house.tenants.of_request("", "demo", None)
    assert organization is not None
    context = operator_of(empty.house, organization).context
    async with context.work() as work:
        [jazz] = await work.events.by_slugs(["jazz-in-the-harbour"])
        assert jazz is not None
        await work.events.delete(jazz.id)
        await work.events.keep(an_event(slug=jazz.slug, version=1))

    again = await seed_demo(empty.house)

    assert (again[0].added, again[0].renewed, again[0].kept) == (0, 0, 12)


@pytest.mark.asyncio
async def test_the_command_is_quick_and_says_what_it_did(empty: Demo, tmp_path: Path) -> None:
    environment = environment_of(empty.settings)
    began = time.monotonic()

    first = await ticketbase(environment, tmp_path, "seed", "--demo")
    seconds = time.monotonic() - began
    again = await ticketbase(environment, tmp_path, "seed", "--demo")
    nothing = await ticketbase(environment, tmp_path, "seed")

    assert (first.code, first.err) == (0, "")
    assert first.out.splitlines()[0] == "demo       Harbour Nights: 12 events added, 0 put on again, 0 left as they are"
    assert again.out.splitlines()[2] == "kaze       風の舞台: 0 events added, 0 put on again, 8 left as they are"
    assert seconds < 15
    assert nothing.code == 2
    assert "What shall be brought in? Give --demo." in nothing.err


@pytest.mark.asyncio
async def test_visitors_find_events_by_what_is_said_of_them(demo: Demo) -> None:
    query = "query ($where: EventWhere) { events(where: $where) { nodes { slug } } eventCategories { id slug } }"
    everything = await demo.visitor().ask(query)
    music = next(each["id"] for each in everything["eventCategories"] if each["slug"] == "music")

    found = await demo.visitor().ask(query, where={"categories": {"eq": music}, "metadata": [{"key": "minimumAge", "gte": "16"}]})
    fields = (await demo.visitor("kaze").ask("{ metadataFields { key label } }"))["metadataFields"]

    assert sorted(each["slug"] for each in found["events"]["nodes"]) == ["night-ferry-techno", "storm-sessions"]
    assert [each["slug"] for each in everything["eventCategories"]] == ["music", "jazz", "choirs", "club-nights", "stage"]
    assert fields == [{"key": "audience", "label": "対象"}, {"key": "minimumAge", "label": "対象年齢"}]


@pytest.mark.asyncio
async def test_what_is_said_of_the_demo_is_said_of_events_and_in_categories_that_it_has(demo: Demo) -> None:
    shows = {show.slug: troupe.slug for troupe in TROUPES for show in troupe.shows}

    assert SAID.keys() <= shows.keys()
    for slug, said in SAID.items():
        assert set(said.categories) <= {name for name, _, _ in SHELVES[shows[slug]]}
    hybrid = {show.slug for troupe in TROUPES for show in troupe.shows if show.attendance_mode is AttendanceMode.HYBRID}
    assert {slug for slug, said in SAID.items() if said.join_url} == hybrid
    assert "stream.harbour-nights.example" not in str(await demo.visitor().ask("{ events(first: 50) { nodes { joinUrl } } }"))


PLAY = """
{
  event(by: {slug: "the-drowned-bell"}) {
    id version status startsAt seatingPlan { name seatCount } seatCategories { name ticketTypes { name } }
    availability { ticketTypes { available salesStatus } }
  }
}
"""


@pytest.mark.asyncio
async def test_the_play_has_numbered_seats(demo: Demo) -> None:
    play = (await demo.visitor().ask(PLAY))["event"]

    assert (play["status"], play["seatingPlan"]) == ("PUBLISHED", {"name": "Rebslageriet, rows", "seatCount": 240})
    assert [(each["name"], each["ticketTypes"]) for each in play["seatCategories"]] == [
        ("Premium", [{"name": "Front rows"}]),
        ("Stalls", [{"name": "Stalls"}]),
        ("Circle", [{"name": "Circle"}]),
        ("Gallery", [{"name": "Gallery"}]),
    ]
    left = [(each["available"], each["salesStatus"]) for each in play["availability"]["ticketTypes"]]
    assert left == [(26, "ON_SALE"), (92, "ON_SALE"), (65, "ON_SALE"), (53, "ON_SALE")]


@pytest.mark.asyncio
async def test_the_play_is_put_on_again_with_its_seats_once_it_is_over(empty: Demo) -> None:
    await seed_demo(empty.house)
    before = (await empty.visitor().ask(PLAY))["event"]
    await empty.clock.advance(days=35)

    await seed_demo(empty.house)
    after = (await empty.visitor().ask(PLAY))["event"]

    assert datetime.fromisoformat(after["startsAt"]) > datetime.now(UTC) + timedelta(days=35)
    assert {**after, "startsAt": "", "version": 0} == {**before, "startsAt": "", "version": 0}
    assert after["version"] == before["version"] + 1
