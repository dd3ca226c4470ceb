"""Whatever is asked for in whichever order, the pages are the whole list once, and going back they are its mirror."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.events import HIGHEST_PRICE, AttendanceMode, Event, EventFilter, EventOrder, EventStatus, PriceRange, search_of
from domain.organizations import Organization
from domain.paging import Page
from domain.texts import in_language
from domain.ticket_types import SalesStatus, TicketType
from domain.venues import Venue
from tests.conftest import WorkOf, make_organization
from tests.samples import CREATED, STARTS, a_pool, a_ticket_type, a_venue, an_event

pytestmark = pytest.mark.asyncio

HOUR = timedelta(hours=1)
LOCALES = ("de-CH", "en")
TITLES = [{"en": "Jazz"}, {"en": "zebra", "de": "Äpfel"}, {"fr": "éclair", "en": "Jazz night"}, {"de": "ape", "fr": "zoo"}, {"en": "Blues"}]
FOLDED = {"Jazz": "jazz", "Äpfel": "apfel", "Jazz night": "jazz night", "ape": "ape", "Blues": "blues"}
WORDS = ["jazz", "blues", "zebra", "eclair", "organ"]


@dataclass(frozen=True, repr=False)
class Shown:
    """An event with what it is found by; shown in short, because Hypothesis writes out all twenty of them."""

    event: Event
    venue: Venue | None
    types: Sequence[TicketType]
    available: bool

    def __repr__(self) -> str:
        return self.event.slug

    def has(self, word: str) -> bool:
        return self.weight(word) > 0

    def weight(self, word: str) -> int:
        """The sum of 16 for a title and 2 for a description in which it stands, and of 8 and 1 since it is its own stem too; twice, since
        it is the very word."""
        title, text = (any(word in _words(each) for each in texts.values()) for texts in (self.event.title, self.event.description))
        return 2 * (24 * title + 3 * text)

    def cheapest(self, currency: str) -> int | None:
        return min((each.price_minor for each in self.types if each.currency == currency), default=None)


@pytest_asyncio.fixture(scope="module")
async def programme(app_pool: Any, work_of: WorkOf) -> AsyncIterator[tuple[Organization, list[Shown]]]:
    """Twenty events, many of them alike in one thing or another."""
    organization = await make_organization(app_pool)
    halls = [None, a_venue(city="Köln"), a_venue(city="Wien", country="AT")]
    async with work_of(organization) as work:
        for hall in halls[1:]:
            assert hall
            await work.venues.keep(hall)
        made = [await _made(work, at, halls[at % 3]) for at in range(20)]
    async with work_of(organization) as work:
        snapshots = await work.availability.snapshots([event.id for event, _, _ in made])
    on_sale = [
        snapshot is not None and any(each.sales_status is SalesStatus.ON_SALE for each in snapshot.ticket_types) for snapshot in snapshots
    ]
    yield organization, [Shown(*facts, available) for facts, available in zip(made, on_sale, strict=True)]


async def _made(work: Any, at: int, hall: Venue | None) -> tuple[Event, Venue | None, list[TicketType]]:
    event = an_event(
        title=TITLES[at % 5],
        description={"en": "some organ"} if at % 3 else {},
        status=[EventStatus.PUBLISHED, EventStatus.PUBLISHED, EventStatus.DRAFT][at % 3 if at > 6 else 0],
        attendance_mode=list(AttendanceMode)[at % 2],
        starts_at=STARTS + (at % 4) * HOUR,
        ends_at=STARTS + (at % 7 + 5) * HOUR,
        created_at=CREATED + (at // 3) * HOUR,
        venue_id=hall and hall.id,
    )
    await work.events.keep(event)
    pool = a_pool(event.id, capacity=2, held=2 * (at % 2))
    types = [
        a_ticket_type(event.id, pool, price_minor=1_000 * ((at + each) % 3), currency="CHF" if at % 7 == 6 else "EUR")
        for each in range(at % 3)
    ]
    for number, each in enumerate(types):
        await work.ticket_types.keep_new(each, [] if number else [pool])
    return event, hall, types


PRICES = st.builds(
    PriceRange, st.sampled_from([None, "EUR", "CHF"]), st.sampled_from([0, 1_000]), st.sampled_from([0, 1_000, HIGHEST_PRICE])
)
OWN = st.fixed_dictionaries(
    {},
    optional={
        "statuses": st.lists(st.sampled_from([EventStatus.PUBLISHED, EventStatus.DRAFT]), max_size=2),
        "starts_from": st.integers(0, 4).map(lambda hours: STARTS + hours * HOUR),
        "ends_before": st.integers(5, 13).map(lambda hours: STARTS + hours * HOUR),
        "attendance_modes": st.lists(st.sampled_from(AttendanceMode), max_size=2),
        "cities": st.lists(st.sampled_from(["koln", "WIEN", "Bonn"]), max_size=2),
        "countries": st.lists(st.sampled_from(["DE", "AT"]), max_size=2),
        "price": PRICES,
        "free": st.booleans(),
        "available": st.booleans(),
        "search": st.lists(st.sampled_from(WORDS), min_size=1, max_size=2, unique=True).map(
            lambda words: search_of(" ".join(f'"{each}"' for each in words), LOCALES)
        ),
    },
)
NARROW = OWN.map(lambda own: dict[str, Any](list(own.items())[:2]))


def _nest(inner: st.SearchStrategy[EventFilter]) -> st.SearchStrategy[EventFilter]:
    nested = [st.lists(inner, max_size=2) for _ in range(3)]
    return st.builds(lambda own, every, some, none: EventFilter(**own, all_of=every, any_of=some, none_of=none), NARROW, *nested)


FILTERS = st.recursive(NARROW.map(lambda own: EventFilter(**own)), _nest, max_leaves=4)
KEYS = ["STARTS_AT", "CREATED_AT", "TITLE", "PRICE"]
ORDERS = st.lists(st.sampled_from(KEYS), max_size=3, unique=True).flatmap(
    lambda keys: st.tuples(*(st.sampled_from([f"{key}_ASC", f"{key}_DESC"]) for key in keys))
)


@given(where=FILTERS, order=ORDERS, size=st.integers(1, 7), currency=st.sampled_from([None, "CHF"]), relevance=st.booleans())
@settings(max_examples=250, deadline=None)
async def test_pages_are_the_whole_list_in_order_and_mirrored_backward(
    work_of: WorkOf,
    programme: tuple[Organization, list[Shown]],
    where: EventFilter,
    order: tuple[str, ...],
    size: int,
    currency: str | None,
    relevance: bool,
) -> None:
    organization, events = programme
    asked = EventFilter(all_of=[where], currency=currency, search=where.search)
    keys = [*([EventOrder.RELEVANCE] if relevance and where.search else []), *(EventOrder(each) for each in order)]

    async with work_of(organization) as work:
        forward, backward = [await _walk(work, asked, keys, size, back) for back in (False, True)]
        counted = await work.events.count(asked, 100)

    expected = [each.event.slug for each in _in_order([each for each in events if _meets(each, asked)], keys, asked)]
    assert forward == expected
    assert backward == expected[::-1]
    assert counted == len(expected)


async def _walk(work: Any, where: EventFilter, order: Sequence[EventOrder], size: int, backward: bool) -> list[str]:
    seen: list[str] = []
    page = await work.events.page(where, order, Page(size, None, backward), LOCALES)
    while True:
        seen += [event.slug for event in (reversed(page.items) if backward else page.items)]
        if not (page.has_previous if backward else page.has_next):
            return seen
        page = await work.events.page(where, order, Page(size, page.edges[0 if backward else -1], backward), LOCALES)


def _words(text: str) -> set[str]:
    return {FOLDED.get(word, word.lower()).replace("é", "e") for word in text.split()}


def _meets(each: Shown, where: EventFilter) -> bool:
    """The filter in Python."""
    event, price = each.event, where.price
    cheapest = each.cheapest(price.currency or "EUR") if price else None
    any_price = min((kind.price_minor for kind in each.types), default=None)
    own = [
        where.statuses is None or event.status in where.statuses,
        where.starts_from is None or event.starts_at >= where.starts_from,
        where.ends_before is None or event.ends_at < where.ends_before,
        where.attendance_modes is None or event.attendance_mode in where.attendance_modes,
        where.cities is None or (each.venue is not None and {"Köln": "koln", "Wien": "WIEN"}[each.venue.city] in where.cities),
        where.countries is None or (each.venue is not None and each.venue.country in where.countries),
        price is None or (cheapest is not None and price.least <= cheapest <= price.most),
        where.free is None or (any_price is not None and (any_price == 0) == where.free),
        where.available is None or each.available == where.available,
        where.search is None or all(each.has(wish.texts[0]) for wish in where.search.wishes),
    ]
    some = not where.any_of or any(_meets(each, inner) for inner in where.any_of)
    return (
        all(own) and some and all(_meets(each, inner) for inner in where.all_of) and not any(_meets(each, inner) for inner in where.none_of)
    )


def _in_order(events: Sequence[Shown], order: Sequence[EventOrder], where: EventFilter) -> list[Shown]:
    """Sorted by the last key first, so that each key's ties keep the order of those after it."""
    descending = [each is EventOrder.RELEVANCE or each.endswith("_DESC") for each in order]
    ordered = sorted(events, key=lambda each: each.event.id, reverse=bool(descending) and descending[-1])
    for key, down in reversed(list(zip(order, descending, strict=True))):
        ordered.sort(key=lambda each: _sort_value(each, key, where), reverse=down)
    return ordered


def _sort_value(each: Shown, key: EventOrder, where: EventFilter) -> Any:
    if key is EventOrder.RELEVANCE:
        assert where.search
        return sum(each.weight(wish.texts[0]) for wish in where.search.wishes)
    name, _, direction = key.rpartition("_")
    if name == "PRICE":
        cheapest = each.cheapest(where.currency or "EUR")
        return (HIGHEST_PRICE if direction == "ASC" else -1) if cheapest is None else cheapest
    return FOLDED[in_language(each.event.title, LOCALES)] if name == "TITLE" else getattr(each.event, name.lower())
