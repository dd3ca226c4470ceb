"""A durable group does its part about all news that it wants: once in effect, in order of each subject, and again after a failure."""

import asyncio
from typing import Any

import pytest

from adapters.postgres.work import writing
from domain.bus import MOST_TRIES, Group, wait_after
from resolvers import delivering
from tests.bus.conftest import HEARD, MakeParish, Parish, gossip, never
from tests.conftest import Clock

pytestmark = pytest.mark.asyncio


async def test_news_are_done_once_and_in_order_of_their_subject(parish: Parish) -> None:
    await parish.told(*(gossip(number, f"town:{number % 2}") for number in range(6)))

    outcomes = [*await parish.all_of("town:0"), *await parish.all_of("town:1")]

    assert outcomes == ["done"] * 6
    assert await parish.effects() == [(f"town:{number % 2}", number) for number in (0, 2, 4, 1, 3, 5)]
    assert await parish.waiting() == []
    assert await parish.next("town:0") is None


async def test_what_a_group_does_is_its_tenants_and_bears_the_correlation_id(parish: Parish, owner: Any) -> None:
    await parish.told(gossip(1))

    delivered = await parish.next()

    assert delivered is not None
    assert delivered.after is not None
    assert 0 <= delivered.after.total_seconds() < 30
    row = await owner.fetchrow("SELECT organization_id, correlation_id FROM outbox WHERE type = $1", HEARD)
    assert (row["organization_id"], row["correlation_id"]) == (parish.organization.id, "test")


async def test_only_news_that_a_group_wants_are_kept_and_none_from_before_it_joined(parish: Parish, make_parish: MakeParish) -> None:
    await parish.told(gossip(1))
    later = await make_parish()
    deaf = await make_parish(("gossip:denied",))
    await parish.told(gossip(2))

    kept = [await each.waiting() for each in (parish, later, deaf)]

    assert kept == [[(1, 0, None), (2, 0, None)], [(2, 0, None)], []]


async def test_a_group_that_joins_again_gets_the_types_it_names_last(parish: Parish) -> None:
    await parish.backlog.join(Group(parish.group.name, frozenset({"gossip:denied"})))
    await parish.told(gossip(1))
    await parish.backlog.join(parish.group)
    await parish.told(gossip(2))

    assert await parish.waiting() == [(2, 0, None)]


async def test_each_group_does_its_own_part(parish: Parish, make_parish: MakeParish) -> None:
    other = await make_parish()
    await parish.told(gossip(1))

    assert await parish.all_of() == ["done"]
    assert await other.waiting() == [(1, 0, None)]
    assert await other.all_of() == ["done"]
    assert await parish.numbers() == [1, 1]


async def test_who_fails_has_done_nothing_and_only_its_own_subject_waits(parish: Parish, clock: Clock) -> None:
    parish.stumbles_at = {1}
    await parish.told(gossip(1), gossip(2), gossip(3, "town:mill"))

    outcomes = [await parish.all_of(), await parish.all_of("town:mill"), await parish.all_of()]

    assert outcomes == [["put_off"], ["done"], []]
    assert await parish.effects() == [("town:mill", 3)]
    [(number, tries, fault), second] = await parish.waiting()
    assert (number, tries, second) == (1, 1, (2, 0, None))
    assert fault is not None
    assert fault.startswith("ZeroDivisionError in conftest.py:")
    assert await parish.backlog.due(parish.group.name, 10) == []

    parish.stumbles_at = set()
    await clock.advance(seconds=2)
    assert await parish.backlog.due(parish.group.name, 10) == [parish.line()]
    assert await parish.all_of() == ["done", "done"]
    assert await parish.numbers() == [3, 1, 2]


async def test_after_the_last_try_news_are_dead_and_their_subject_goes_on(parish: Parish, clock: Clock) -> None:
    parish.stumbles_at = {1}
    await parish.told(gossip(1), gossip(2))

    outcomes = []
    for hour in range(MOST_TRIES):
        await clock.advance(hours=hour)
        outcomes.append(await parish.all_of())

    assert outcomes == [["put_off"]] * (MOST_TRIES - 1) + [["died", "done"]]
    assert await parish.numbers() == [2]
    [dead] = await parish.dead.dead(parish.group.name)
    assert (dead.group, dead.tries, dead.published.news, dead.published.correlation_id) == (
        parish.group.name,
        MOST_TRIES,
        gossip(1),
        "test",
    )
    assert dead.fault.startswith("ZeroDivisionError in ")
    assert "@" not in dead.fault


async def dead_news(parish: Parish, clock: Clock) -> Any:
    """The number 1, given up."""
    parish.stumbles_at = {1}
    await parish.told(gossip(1))
    for hour in range(MOST_TRIES):
        await clock.advance(hours=hour)
        await parish.all_of()
    [dead] = await parish.dead.dead(parish.group.name)
    return dead


async def test_dead_news_are_tried_again_when_somebody_asks(parish: Parish, clock: Clock) -> None:
    dead = await dead_news(parish, clock)
    parish.stumbles_at = set()

    replayed = [await parish.dead.replay(dead), await parish.dead.replay(dead)]

    assert replayed == [True, False]
    assert await parish.waiting() == [(1, 0, None)]
    assert await parish.all_of() == ["done"]
    assert await parish.numbers() == [1]
    assert await parish.dead.dead(parish.group.name) == []


async def test_dead_news_are_forgotten_when_somebody_asks(parish: Parish, clock: Clock) -> None:
    dead = await dead_news(parish, clock)

    discarded = [await parish.dead.discard(dead), await parish.dead.discard(dead), await parish.dead.replay(dead)]

    assert discarded == [True, False, False]
    assert await parish.all_of() == []
    assert await parish.numbers() == []


async def test_two_at_the_same_line_do_not_wait_for_each_other_and_nothing_is_done_twice(parish: Parish) -> None:
    busy, go_on = asyncio.Event(), asyncio.Event()

    async def take_time() -> None:
        busy.set()
        await go_on.wait()

    parish.patience = take_time
    await parish.told(gossip(1), gossip(2))
    first = asyncio.create_task(parish.all_of())
    await busy.wait()

    meanwhile = await parish.all_of()

    assert meanwhile == ["elsewhere"]
    go_on.set()
    assert await first == ["done", "done"]
    assert await parish.numbers() == [1, 2]
    assert parish.met == [1, 2]


async def test_who_ends_in_the_middle_has_done_nothing_and_no_try_is_counted(parish: Parish) -> None:
    parish.patience = never
    await parish.told(gossip(1))
    ended = asyncio.create_task(parish.all_of())
    while not parish.met:
        await asyncio.sleep(0.01)
    ended.cancel()
    await asyncio.wait([ended])

    assert ended.cancelled()
    assert (await parish.waiting(), await parish.numbers()) == ([(1, 0, None)], [])
    parish.patience = None
    assert await parish.all_of() == ["done"]
    assert await parish.numbers() == [1]


async def test_who_never_comes_to_an_end_has_failed(parish: Parish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivering, "PATIENCE", 0.1)
    parish.patience = never
    await parish.told(gossip(1))

    assert await parish.all_of() == ["put_off"]
    [(_, tries, fault)] = await parish.waiting()
    assert (tries, await parish.numbers()) == (1, [])
    assert fault is not None
    assert fault.startswith("TimeoutError in ")


async def test_of_two_that_fail_at_the_same_news_one_try_is_counted(parish: Parish) -> None:
    await parish.told(gossip(1))
    seen = await parish.backlog.first(parish.group.name, parish.line())
    assert seen is not None
    [wait] = {wait_after(1, 0)}
    assert wait is not None

    settled = [await parish.backlog.put_off(parish.group.name, seen, wait, "it failed") for _ in range(2)]

    assert settled == [True, False]
    assert await parish.backlog.give_up(parish.group.name, seen, "it failed") is False
    assert await parish.waiting() == [(1, 1, "it failed")]


async def test_a_work_of_another_tenant_cannot_take_them(parish: Parish, other_organization: Any, app_pool: Any) -> None:
    await parish.told(gossip(1))
    seen = await parish.backlog.first(parish.group.name, parish.line())
    assert seen is not None

    async with writing(app_pool, other_organization.id, None, lambda: seen.news_id) as work:
        taken = await work.deliveries.take(parish.group.name, seen.news_id)

    assert taken is None
    assert await parish.waiting() == [(1, 0, None)]


async def test_how_far_groups_are_is_counted(parish: Parish, clock: Clock) -> None:
    parish.stumbles_at = {1}
    await parish.told(gossip(1), gossip(2), gossip(3, "town:mill"))
    await parish.all_of()

    [tally] = [each for each in await parish.backlog.tallies() if each.group == parish.group.name]

    assert (tally.types, tally.waiting, tally.failing, tally.dead) == (("gossip:told",), 3, 1, 0)
    assert tally.oldest is not None


async def test_a_group_that_left_gets_nothing_and_leaves_nothing(parish: Parish) -> None:
    await parish.told(gossip(1))

    left = [await parish.backlog.leave(parish.group.name) for _ in range(2)]

    await parish.told(gossip(2))
    assert left == [True, False]
    assert await parish.waiting() == []


async def test_pauses_grow_up_to_ten_minutes_and_end() -> None:
    waits = [wait_after(tries, 0) for tries in range(1, MOST_TRIES + 1)]

    seconds = [wait.total_seconds() if wait else None for wait in waits]
    assert seconds == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600, 600, 600, None]
    shortest = wait_after(3, 1)
    assert shortest is not None
    assert shortest.total_seconds() == 2


@pytest.mark.parametrize(("name", "types"), [("", {"a:b"}), ("Not A Slug", {"a:b"}), ("fine", set())], ids=["empty", "no slug", "no types"])
async def test_a_group_without_a_name_or_types_is_none(name: str, types: set[str]) -> None:
    with pytest.raises(ValueError, match="a group has a slug for a name"):
        Group(name, frozenset(types))
