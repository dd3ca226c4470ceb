"""Documents of pretix become events, ticket types and pools, exactly, and nothing they say gets lost on the way."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.pretix.events import Terms
from adapters.pretix.locales import locale_of
from domain.events import EventStatus
from domain.imports import Fate, ImportedPool, ImportedTicketType
from domain.money import Money
from tests.imports.writing import TERMS, a_quota, a_variation, an_event, an_item, lay, noted, read


def the_only(folder: Path, terms: Terms = TERMS) -> Any:
    [event] = read(folder, terms).events
    return event


def test_an_event_keeps_its_titles_dates_and_zone(tmp_path: Path) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item())

    event = the_only(tmp_path)

    assert (event.name, event.slug, event.title) == ("concert", "concert", {"en": "Concert", "de": "Konzert"})
    assert (event.starts_at, event.ends_at) == (datetime(2031, 5, 1, 18, tzinfo=UTC), datetime(2031, 5, 1, 21, tzinfo=UTC))
    assert (event.time_zone, event.status, event.held_back) == ("Europe/Berlin", EventStatus.PUBLISHED, ())
    assert event.ticket_types == (
        ImportedTicketType("concert/item/1", {"en": "Standing", "de": "Stehplatz"}, Money(2300, "EUR"), ("concert/item/1",)),
    )
    assert event.pools == (ImportedPool("concert/item/1", "Standing", 100),)


@pytest.mark.parametrize(
    ("start", "zone", "end"),
    [
        ("2031-05-01T18:00:00Z", "Europe/Berlin", datetime(2031, 5, 1, 22, tzinfo=UTC)),
        ("2031-05-01T22:30:00Z", "Europe/Berlin", datetime(2031, 5, 2, 22, tzinfo=UTC)),
        ("2031-10-26T00:30:00+02:00", "Europe/Berlin", datetime(2031, 10, 26, 23, tzinfo=UTC)),
        ("2026-05-31T00:00:00Z", "UTC", datetime(2026, 6, 1, tzinfo=UTC)),
    ],
)
def test_an_event_without_an_end_ends_with_its_day(tmp_path: Path, start: str, zone: str, end: datetime) -> None:
    lay(tmp_path, events__concert=an_event(date_from=start, date_to=None, timezone=zone), items__item1=an_item())

    documents = read(tmp_path)

    assert documents.events[0].ends_at == end
    assert ("events/concert.json", "$.date_to") in noted(documents, Fate.ASSUMED)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"live": False}, "it is not live at pretix"),
        ({"testmode": True}, "it is in test mode at pretix"),
        ({"is_public": False}, "it is not listed publicly at pretix"),
        ({"has_subevents": True}, "it is a series of dates"),
        ({"seating_plan": 4}, "it has a seating plan"),
        ({"sales_channels": ["pretixpos"]}, "it is not sold on the web at pretix"),
        ({"limit_sales_channels": ["pretixpos"], "sales_channels": ["web"]}, "it is not sold on the web at pretix"),
    ],
)  # fmt: skip
def test_what_the_public_must_not_buy_is_held_back(tmp_path: Path, fields: dict[str, Any], reason: str) -> None:
    lay(tmp_path, events__concert=an_event(**fields), items__item1=an_item())

    assert the_only(tmp_path).held_back == (reason,)


@pytest.mark.parametrize(
    ("currency", "price", "minor"), [("EUR", "0.10", 10), ("JPY", "1500.00", 1500), ("KWD", "1.234", 1234), ("EUR", "19.9", 1990)]
)
def test_prices_become_minor_units_exactly(tmp_path: Path, currency: str, price: str, minor: int) -> None:
    lay(tmp_path, events__concert=an_event(currency=currency), items__item1=an_item(default_price=price))

    assert the_only(tmp_path).ticket_types[0].price == Money(minor, currency)


def test_sale_windows_lie_within_the_presale_of_the_event(tmp_path: Path) -> None:
    presale = {"presale_start": "2031-01-01T00:00:00Z", "presale_end": "2031-04-01T00:00:00Z"}
    own = {"available_from": "2030-12-01T00:00:00Z", "available_until": "2031-03-01T00:00:00+01:00"}
    lay(tmp_path, events__concert=an_event(**presale), items__item1=an_item(**own, max_per_order=4))

    [ticket_type] = the_only(tmp_path).ticket_types

    assert ticket_type.sales_start_at == datetime(2031, 1, 1, tzinfo=UTC)
    assert ticket_type.sales_end_at == datetime(2031, 2, 28, 23, tzinfo=UTC)
    assert ticket_type.max_per_order == 4


def test_variations_become_ticket_types_of_their_own(tmp_path: Path) -> None:
    variations = [
        a_variation(id=12, value={"en": "Adult", "fr": "Adulte"}, default_price=None, position=1),
        a_variation(),
        a_variation(id=13, active=False),
    ]
    item = an_item(has_variations=True, variations=variations)
    lay(tmp_path, events__concert=an_event(), items__item1=item)

    documents = read(tmp_path)

    student, adult = documents.events[0].ticket_types
    assert (student.name, student.title, student.price) == (
        "concert/variation/11",
        {"de": "Stehplatz \N{EN DASH} Student", "en": "Standing \N{EN DASH} Student"},
        Money(1150, "EUR"),
    )
    assert adult.title == {
        "de": "Stehplatz \N{EN DASH} Adult",
        "en": "Standing \N{EN DASH} Adult",
        "fr": "Standing \N{EN DASH} Adulte",
    }
    assert adult.price == Money(2300, "EUR")
    assert documents.events[0].off_sale == ("concert/variation/13",)
    assert noted(documents, Fate.NOT_MAPPED) == {("items/item1.json", "$.variations[2]"): "is not active, so there is no ticket type of it"}


def test_quotas_become_pools_that_ticket_types_share(tmp_path: Path) -> None:
    lay(
        tmp_path,
        events__concert=an_event(),
        items__page={"count": 2, "next": None, "previous": None, "results": [an_item(id=2, position=1), an_item()]},
        quotas__all=[
            a_quota(items=[1, 2]),
            a_quota(id=6, name="Front row", size=None, items=[1]),
            a_quota(id=7, name="Rest", size=50, available_number=20, items=[2]),
            a_quota(id=8, name="Shut", closed=True, items=[2]),
            a_quota(id=9, name="Gone", items=[99]),
        ],
    )

    documents = read(tmp_path)

    [event] = documents.events
    assert [(each.name, each.pools) for each in event.ticket_types] == [
        ("concert/item/1", ("concert/quota/5", "concert/quota/6")),
        ("concert/item/2", ("concert/quota/5", "concert/quota/7", "concert/quota/8")),
    ]
    assert {pool.label: pool.capacity for pool in event.pools} == {"Hall": 200, "Front row": 10_000_000, "Rest": 20, "Shut": 0}
    assert noted(documents, Fate.NOT_MAPPED) == {
        ("quotas/all.json", "$[4].items"): "there is no document of the item 99",
        ("quotas/all.json", "$[4]"): "no ticket type draws on it, so there is no pool of it",
    }


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"active": False}, "is not active"),
        ({"require_bundling": True}, "is sold in bundles only"),
        ({"require_approval": True}, "needs the organizer's approval"),
        ({"require_membership": True}, "is for members only"),
        ({"issue_giftcard": True}, "is a gift card"),
        ({"sales_channels": []}, "is not sold on the web"),
    ],
)
def test_what_is_not_for_everybody_is_not_sold_to_everybody(tmp_path: Path, fields: dict[str, Any], reason: str) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item(**fields))

    documents = read(tmp_path)

    assert documents.events[0].ticket_types == ()
    assert documents.events[0].off_sale == ("concert/item/1",)
    assert noted(documents, Fate.NOT_MAPPED) == {("items/item1.json", "$"): f"{reason}, so there is no ticket type of it"}


@pytest.mark.parametrize("field", ["require_voucher", "hide_without_voucher"])
def test_what_is_for_holders_of_a_voucher_is_hidden(tmp_path: Path, field: str) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item(**{field: True}), items__item2=an_item(id=2, **{field: False}))

    documents = read(tmp_path)

    assert [each.hidden for each in documents.events[0].ticket_types] == [True, False]
    assert noted(documents, Fate.MAPPED)["items/item1.json", f"$.{field}"] == "hidden, until it gets an access code"


@pytest.mark.parametrize(("theirs", "ours"), [(None, None), (0, None), (1, None), (2, 2)])
def test_how_many_are_sold_together_is_taken_over(tmp_path: Path, theirs: int | None, ours: int | None) -> None:
    lay(tmp_path, events__concert=an_event(), items__item1=an_item(min_per_order=theirs))

    documents = read(tmp_path)

    assert documents.events[0].ticket_types[0].min_per_order == ours
    assert noted(documents, Fate.NOT_MAPPED) == {}


def test_locales_of_pretix_become_ours(tmp_path: Path) -> None:
    name = {"de-informal": "Du", "de": "Sie", "pt-br": "Oi", "nl-informal": "Jij", "tlh-KLINGON-x": "nuqneH", "fr": "", "es": None}
    lay(tmp_path, events__concert=an_event(name=name), items__item1=an_item(name="Just text"))

    documents = read(tmp_path, Terms("sv", 100))

    assert documents.events[0].title == {"de": "Sie", "pt-BR": "Oi", "nl": "Jij"}
    assert documents.events[0].ticket_types[0].title == {"sv": "Just text"}
    assert noted(documents, Fate.NOT_MAPPED) == {
        ("events/concert.json", "$.name['de-informal']"): "there is a text in de already",
        ("events/concert.json", "$.name['tlh-KLINGON-x']"): "tlh-KLINGON-x is no locale that is known here",
    }


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("en", "en"), ("de-informal", "de"), ("pt_BR", "pt-BR"), ("zh-hans", "zh-Hans"), ("zh-hant-tw", "zh-Hant-TW"), ("es-419", "es-419"),
        ("de-ch-informal", "de-CH"), ("english", None), ("", None), ("de-", None), ("x", None),
    ],
)  # fmt: skip
def test_a_locale_has_one_form_here(theirs: str, ours: str | None) -> None:
    assert locale_of(theirs) == ours


def test_a_slug_that_is_none_here_is_changed_and_said_so(tmp_path: Path) -> None:
    lay(tmp_path, events__fest=an_event(slug="Jazz.Fest--2031_"), items__item1=an_item())

    documents = read(tmp_path)

    assert (documents.events[0].name, documents.events[0].slug) == ("Jazz.Fest--2031_", "jazz-fest-2031")
    [note] = [each.note for each in documents.findings if each.path == "$.slug" and each.note.startswith("as ")]
    assert note == "as jazz-fest-2031, because slugs are lower-case letters, digits and single hyphens"


def test_fields_that_have_no_place_here_are_named_with_the_reason(tmp_path: Path) -> None:
    event = an_event(location={"en": "Old Town Hall"}, date_admission="2031-05-01T17:00:00Z", plugins=["a.b"], dress_code="black tie")
    item = an_item(description={"en": "Stand where you like"}, tax_rate="19.00", addons=[{"addon_category": 3}])
    lay(tmp_path, events__concert=event, items__item1=item)

    documents = read(tmp_path)

    assert noted(documents, Fate.NOT_MAPPED).keys() == {
        ("events/concert.json", "$.location"),
        ("events/concert.json", "$.date_admission"),
        ("items/item1.json", "$.description"),
        ("items/item1.json", "$.tax_rate"),
        ("items/item1.json", "$.addons"),
    }
    assert noted(documents, Fate.IGNORED) == {("events/concert.json", "$.plugins"): "plugins of pretix do not run here"}
    assert noted(documents, Fate.UNKNOWN) == {("events/concert.json", "$.dress_code"): "is no field that is known here"}


def test_documents_of_other_kinds_and_strange_files_are_told_of(tmp_path: Path) -> None:
    lay(
        tmp_path,
        events__concert=an_event(),
        orders__one={"code": "ABC", "positions": []},
        vouchers__one={"id": 1},
        strange__thing={"a": 1},
        strange__list=["not", "documents"],
        strange__word='"hello"',
    )
    (tmp_path / "README.md").write_text("Read me.")

    notes = {each.file: (each.path, each.fate) for each in read(tmp_path).findings if not each.file.startswith("events/")}

    assert notes == {
        "README.md": ("$", Fate.IGNORED),
        "orders/one.json": ("$", Fate.NOT_MAPPED),
        "vouchers/one.json": ("$", Fate.NOT_MAPPED),
        "strange/thing.json": ("$", Fate.UNKNOWN),
        "strange/list.json": ("$", Fate.UNKNOWN),
        "strange/word.json": ("$", Fate.UNKNOWN),
    }


def test_a_page_that_has_a_next_one_says_so(tmp_path: Path) -> None:
    page = {"count": 51, "next": "https://pretix.example/api?page=2", "previous": None, "results": [an_event()]}
    lay(tmp_path, events=page)

    documents = read(tmp_path)

    assert [event.name for event in documents.events] == ["concert"]
    assert noted(documents, Fate.NOT_MAPPED) == {
        ("events.json", "$.next"): "says that a further page follows; lay it here as well, unless it is here already"
    }
