"""Finding events by what their tickets cost and whether any can be had, and by the city and country of their venue."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Subquery,
    Text,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.postgres import tables

events, types, venues = tables.events.c, tables.ticket_types.c, tables.venues.c
pools, drawn = tables.pools.c, tables.ticket_type_pools.c

OPEN = ~types.hidden
"""Hidden ticket types are found by nobody: what they cost, and that they can be had, would tell of them."""
OF_EVENT = and_(types.organization_id == events.organization_id, types.event_id == events.id, OPEN)
"""The ticket types of an event that anybody may see; whatever hides a type belongs here."""


def costs(currency: Any, least: Any, most: Any) -> ColumnElement[bool]:
    """Whether the cheapest ticket type in the currency, the organization's own without one, costs so much."""
    priced = select(types.event_id).where(types.currency == _own_unless(currency), OPEN)
    return and_(events.id.in_(priced.where(types.price_minor <= most)), events.id.not_in(priced.where(types.price_minor < least)))


def is_free(wanted: Any) -> ColumnElement[bool]:
    """Whether its cheapest ticket type costs nothing; unknown, and so neither, without ticket types."""
    cheapest = select(func.min(types.price_minor)).where(OF_EVENT).scalar_subquery()
    free: ColumnElement[bool] = (cheapest == literal_column("0")) == wanted
    return free


def is_available(wanted: Any) -> ColumnElement[bool]:
    """Whether tickets of one type at least are on sale now and in stock: `domain.ticket_types.sales_status` in SQL."""
    now = func.app_now()
    stock = and_(drawn.organization_id == types.organization_id, drawn.ticket_type_id == types.id)
    pool = and_(pools.organization_id == drawn.organization_id, pools.id == drawn.pool_id)
    empty = exists().where(stock, pool, pools.held + pools.sold >= pools.capacity)
    opened = or_(types.sales_start_at.is_(None), types.sales_start_at <= now)
    still_open = or_(types.sales_end_at.is_(None), types.sales_end_at > now)
    on_sale = exists().where(OF_EVENT, ~types.paused, opened, still_open, exists().where(stock), ~empty)
    available: ColumnElement[bool] = and_(events.status == literal_column("'PUBLISHED'"), events.ends_at > now, on_sale) == wanted
    return available


def in_cities(names: Any) -> ColumnElement[bool]:
    """Whether it takes place in one of these cities, letter case and accents aside."""
    keys = func.array(select(func.search_key(func.unnest(names))).scalar_subquery(), type_=ARRAY(Text))
    return exists().where(_venue(), venues.city_key == any_(keys))


def in_countries(codes: Any) -> ColumnElement[bool]:
    """Whether it takes place in one of these countries."""
    return exists().where(_venue(), venues.country == any_(codes))


def cheapest() -> Subquery:
    """What each event's cheapest ticket type costs in the currency named `currency`, else in the organization's own."""
    lowest = func.min(types.price_minor).label("price_minor")
    return (
        select(types.event_id, lowest)
        .where(types.currency == _own_unless(bindparam("currency", type_=Text)), OPEN)
        .group_by(types.event_id)
        .subquery()
    )


CONDITIONS: dict[str, tuple[Any, Any]] = {
    "cities": (in_cities, ARRAY(Text)),
    "countries": (in_countries, ARRAY(Text)),
    "price": (costs, (Text, BigInteger, BigInteger)),
    "free": (is_free, Boolean),
    "available": (is_available, Boolean),
}


def _own_unless(currency: Any) -> ColumnElement[str]:
    return func.coalesce(currency, select(tables.organizations.c.default_currency).scalar_subquery(), type_=Text)


def _venue() -> ColumnElement[bool]:
    return and_(venues.organization_id == events.organization_id, venues.id == events.venue_id)
