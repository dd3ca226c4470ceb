"""Makes ticket types of items and their variations; what TicketBase would sell to people it is not meant for is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.pretix.notebook import Document, Notebook
from adapters.pretix.quotas import Quota
from adapters.pretix.tables import ITEM_FIELDS, VARIATION_FIELDS, account
from adapters.pretix.values import Values
from adapters.pretix.withheld import needs_code, reasons_to_withhold
from domain.counts import counted
from domain.imports import Fate, ImportedPool, ImportedTicketType
from domain.money import Money
from domain.texts import LocalizedText, in_language
from domain.ticket_types import LONGEST_NAME

Window = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class Sale:
    """What an event says of the sale of all its items; `capacity` is that of a pool for what no quota names."""

    event: str
    currency: str
    presale: Window
    locale: str
    capacity: int


@dataclass(slots=True)
class Stock:
    """What is sold for an event, in the order of pretix; `off_sale` names what must not be sold."""

    places: dict[str, tuple[int, ...]] = field(default_factory=dict)
    kinds: dict[str, ImportedTicketType] = field(default_factory=dict)
    pools: dict[str, ImportedPool] = field(default_factory=dict)
    off_sale: list[str] = field(default_factory=list)

    @property
    def ticket_types(self) -> tuple[ImportedTicketType, ...]:
        """By the positions of items and variations; pretix falls back on their numbers."""
        return tuple(self.kinds[name] for name in sorted(self.kinds, key=self.places.__getitem__))


@dataclass(frozen=True, slots=True)
class _Item:
    """An item on its way to a ticket type: its number, name, price, window and limits, and whether it needs a code."""

    number: int
    title: LocalizedText
    price: Money | None
    window: Window
    most: int | None
    least: int | None
    hidden: bool
    place: tuple[int, int]


def read_items(sale: Sale, documents: Sequence[Document], quotas: Sequence[Quota], notes: Notebook) -> Stock:
    """The ticket types and pools of one event."""
    stock = Stock()
    numbers: set[int] = set()
    for document in documents:
        values = Values(document, notes)
        number = values.identity()
        if number in numbers:
            values.fault(f"the item {number} of this event is in another document too", "id")
        numbers.add(number)
        if reasons := reasons_to_withhold(values):
            values.note(Fate.NOT_MAPPED, f"{', '.join(reasons)}, so there is no ticket type of it")
            stock.off_sale += [_name(sale, number), *_variation_names(sale, values)]
        else:
            account(document, document.body, ITEM_FIELDS, notes)
            _read_item(stock, sale, document, values, quotas, notes)
    for quota in quotas:
        quota.tell(numbers, quota.pool.name in stock.pools)
    return stock


def _read_item(stock: Stock, sale: Sale, document: Document, values: Values, quotas: Sequence[Quota], notes: Notebook) -> None:
    number = values.identity()
    item = _Item(
        number=number,
        title=values.localized("name", sale.locale, LONGEST_NAME),
        price=values.money("default_price", sale.currency, required=True),
        window=_within(sale.presale, _window(values)),
        most=values.number("max_per_order", least=1),
        least=_least(values),
        hidden=needs_code(values),
        place=(values.number("position") or 0, number),
    )
    variations = values.objects("variations")
    if not variations:
        if values.flag("has_variations", otherwise=False):
            values.note(Fate.NOT_MAPPED, "has variations, but its document names none, so there is no ticket type of it")
            return
        drawn = [quota.pool for quota in quotas if number in quota.items]
        _offer(stock, sale, values, item, _name(sale, number), drawn)
    for index, body in enumerate(variations):
        inner = Values(document, notes, body, "variations", index)
        if reasons := reasons_to_withhold(inner):
            inner.note(Fate.NOT_MAPPED, f"{', '.join(reasons)}, so there is no ticket type of it")
            stock.off_sale.append(_variation_name(sale, inner))
        else:
            account(document, body, VARIATION_FIELDS, notes, "variations", index)
            _read_variation(stock, sale, item, inner, quotas)


def _read_variation(stock: Stock, sale: Sale, item: _Item, values: Values, quotas: Sequence[Quota]) -> None:
    number = values.identity()
    value = values.localized("value", sale.locale, LONGEST_NAME)
    title = {locale: f"{_words(item.title, locale)} \N{EN DASH} {_words(value, locale)}" for locale in sorted({*item.title, *value})}
    if any(len(words) > LONGEST_NAME for words in title.values()):
        values.fault(f"is, after the name of its item, longer than {LONGEST_NAME} characters", "value")
    variation = _Item(
        number=number,
        title=title,
        price=values.money("default_price", sale.currency) or item.price,
        window=_within(item.window, _window(values)),
        most=item.most,
        least=item.least,
        hidden=needs_code(values) or item.hidden,
        place=(values.number("position") or 0, number),
    )
    name = _variation_name(sale, values)
    if name in stock.kinds:
        values.fault(f"the variation {number} of this event is in another place too", "id")
    drawn = [quota.pool for quota in quotas if number in quota.variations]
    _offer(stock, sale, values, variation, name, drawn, item.place)


def _offer(
    stock: Stock, sale: Sale, values: Values, item: _Item, name: str, drawn: list[ImportedPool], before: tuple[int, ...] = ()
) -> None:
    """Put a ticket type on the list, with a pool of its own where no quota names it."""
    opens, closes = item.window
    if opens and closes and closes <= opens:
        values.note(Fate.NOT_MAPPED, "is never on sale, because its times lie outside of its event's presale or its item's")
        stock.off_sale.append(name)
        return
    if not drawn:
        drawn = [ImportedPool(name, in_language(item.title, [sale.locale]), sale.capacity)]
        values.note(Fate.ASSUMED, f"no quota names it, so it has a pool of its own with {counted(sale.capacity, 'ticket')}")
    stock.pools |= {pool.name: pool for pool in drawn}
    stock.places[name] = (*before, *item.place)
    price = item.price or Money(0, sale.currency)
    pools = tuple(pool.name for pool in drawn)
    stock.kinds[name] = ImportedTicketType(name, item.title, price, pools, opens, closes, item.most, item.least, item.hidden)


def _least(values: Values) -> int | None:
    """How many are sold together; none and one say nothing in pretix."""
    least, most = values.number("min_per_order", least=0) or 0, values.number("max_per_order", least=1)
    if most is not None and least > most:
        values.fault("is more than max_per_order", "min_per_order")
    return least if least > 1 else None


def _window(values: Values) -> Window:
    opens, closes = values.moment("available_from"), values.moment("available_until")
    if opens and closes and closes <= opens:
        values.fault("is not after available_from", "available_until")
    return opens, closes


def _within(outer: Window, inner: Window) -> Window:
    """The time that lies in both windows."""
    return max(_given(outer[0], inner[0]), default=None), min(_given(outer[1], inner[1]), default=None)


def _given(*moments: datetime | None) -> Iterable[datetime]:
    return [moment for moment in moments if moment]


def _words(text: LocalizedText, locale: str) -> str:
    return in_language(text, [locale, "en"])


def _name(sale: Sale, number: int) -> str:
    return f"{sale.event}/item/{number}"


def _variation_name(sale: Sale, values: Values) -> str:
    return f"{sale.event}/variation/{values.identity()}"


def _variation_names(sale: Sale, values: Values) -> Iterable[str]:
    bodies: list[Mapping[str, object]] = values.objects("variations")
    return [f"{sale.event}/variation/{body.get('id')}" for body in bodies]
