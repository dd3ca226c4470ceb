"""Every demo event keeps the rules, in every language and zone, whenever the demo is brought in."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events import EventStatus
from domain.identity import Role
from domain.import_plans import Known, plan
from domain.money import exponent
from domain.names import is_slug, is_time_zone
from gateway.demo.programme import Day, Show, Slot, Troupe
from gateway.demo.seeding import TROUPES

ALL = [(troupe, show) for troupe in TROUPES for show in troupe.shows]
NAMES = [show.slug for _, show in ALL]
NOTHING = Known({}, {}, {}, {})
NOW = datetime(2031, 3, 3, 12, tzinfo=UTC)
moments = st.datetimes(datetime(2025, 1, 1), datetime(2045, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is given beside


def test_the_demo_is_large_enough_to_look_real() -> None:
    published = [show for _, show in ALL if show.status is EventStatus.PUBLISHED]

    assert [troupe.slug for troupe in TROUPES] == ["demo", "seeblick", "kaze", "riverside"]
    assert [troupe.currency for troupe in TROUPES] == ["EUR", "CHF", "JPY", "USD"]
    assert (len(ALL), len(published)) == (36, 31)
    assert Counter(show.status for _, show in ALL) == {EventStatus.PUBLISHED: 31, EventStatus.DRAFT: 4, EventStatus.CANCELLED: 1}
    assert len({show.venue.city for _, show in ALL}) == 12
    assert len({show.venue.time_zone for _, show in ALL}) == 8
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("troupe", TROUPES, ids=lambda troupe: troupe.slug)
def test_an_organization_has_a_member_for_every_role(troupe: Troupe) -> None:
    assert is_slug(troupe.slug)
    assert len(set(troupe.people)) == len(Role)
    assert re.fullmatch(r"[a-z.-]+\.example", troupe.domain)


@pytest.mark.parametrize(("troupe", "show"), ALL, ids=NAMES)
def test_an_event_keeps_the_rules(troupe: Troupe, show: Show) -> None:
    numbers = count(1)

    planned = plan(
        show.on(*show.slot.times(NOW, show.venue.time_zone), troupe.currency, {show.venue.name: UUID(int=0)}),
        NOTHING,
        lambda: UUID(int=next(numbers)),
        NOW,
    )

    assert is_time_zone(show.venue.time_zone)
    assert (planned.steps[-1] if planned.steps else planned.event).status is show.status
    assert [pool.name for pool in planned.pools] == list(show.pools)
    assert all(pool.capacity > 0 for pool in planned.pools)
    assert [each.position for each in planned.new_types] == list(range(len(show.kinds)))
    assert 3 <= len(show.kinds) <= 6
    assert all(each.price_minor > 0 and each.currency == troupe.currency for each in planned.new_types)
    assert {label for kind in show.kinds for label in kind.pools} == set(show.pools)


@pytest.mark.parametrize(("troupe", "show"), ALL, ids=NAMES)
def test_an_event_speaks_the_language_of_its_organization(troupe: Troupe, show: Show) -> None:
    texts = [show.title, show.about, *(kind.name for kind in show.kinds)]

    assert all(troupe.locale in text for text in texts)
    assert len(show.title) >= 2
    assert all("." not in kind.price or len(kind.price.partition(".")[2]) == exponent(troupe.currency) for kind in show.kinds)


@given(moments, st.sampled_from(ALL))
def test_an_event_is_always_in_the_next_weeks_on_its_weekday(now: datetime, pick: tuple[Troupe, Show]) -> None:
    _, show = pick

    starts_at, ends_at = show.slot.times(now, show.venue.time_zone)

    local = starts_at.astimezone(ZoneInfo(show.venue.time_zone))
    assert now + timedelta(days=3) < starts_at < ends_at
    assert starts_at - now < timedelta(days=53)
    assert local.weekday() == show.slot.day
    assert f"{local:%H:%M}" == show.slot.clock


@given(moments)
def test_the_first_walk_leads_to_an_event_in_about_two_weeks_with_plenty_of_tickets(now: datetime) -> None:
    jazz = TROUPES[0].shows[0]

    starts_at, _ = jazz.slot.times(now, jazz.venue.time_zone)

    assert (jazz.slug, jazz.status) == ("jazz-in-the-harbour", EventStatus.PUBLISHED)
    assert timedelta(days=10) < starts_at - now < timedelta(days=19)
    assert jazz.kinds[0].pools == ("Hall",)
    assert jazz.pools["Hall"] >= 400
    assert (jazz.kinds[0].opens_days_before, jazz.kinds[0].closes_days_before) == (None, None)


def test_a_slot_is_the_first_such_weekday() -> None:
    slot = Slot(Day.FRIDAY, 11, "20:00", 3)

    starts_at, ends_at = slot.times(NOW, "Europe/Berlin")

    assert starts_at == datetime(2031, 3, 14, 19, tzinfo=UTC)
    assert ends_at - starts_at == timedelta(hours=3)
    assert replace(slot, after_days=12).times(NOW, "Europe/Berlin")[0] == datetime(2031, 3, 21, 19, tzinfo=UTC)
