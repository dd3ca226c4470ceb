"""Prices: how the organization prices, the rules of its ticket types, and what a ticket costs now."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from domain.copying import Copy
from domain.events import Event
from domain.identity import Permission
from domain.money import Money, money_of
from domain.news import News
from domain.pricing import (
    BASE_PRICE,
    BookedType,
    PriceBook,
    PriceRules,
    PricingSettings,
    SetFees,
    SetPriceRules,
    SetPricing,
    SetTaxRules,
    next_price,
    price_range,
)
from domain.pricing.rules_editing import copied, set_rules
from domain.pricing.settings_editing import set_fees, set_pricing, set_tax_rules
from domain.ticket_types import TicketType
from domain.work import Work

from resolvers.context import Context
from resolvers.ticket_types import locked, note_ticket_type


async def set_price_rules(ctx: Context, ask: SetPriceRules) -> TicketType:
    """The type, whose tickets are priced by these rules from now on."""
    ctx.viewer.require(Permission.TICKETS_MANAGE)
    async with ctx.work() as work:
        event, here, _ = await locked(work, ask.ticket_type_id)
        changed = set_rules(here, ask)
        await work.ticket_types.keep(changed)
        await work.prices.keep_rules(changed.id, ask.rules)
        await note_ticket_type(ctx, work, "updated", event, here, changed)
    return changed


async def copy_price_rules(work: Work, source: Event, types: Sequence[TicketType], copy: Copy) -> None:
    """Price what a copy of an event sells as its source does, its tiers at times that lie to it as they do there."""
    rules = await work.prices.rules([each.id for each in types])
    for new, each in zip(copy.ticket_types, rules, strict=True):
        if each is not None:
            await work.prices.keep_rules(new.id, copied(each, source, copy.event))


async def change_pricing(ctx: Context, ask: SetPricing) -> PricingSettings:
    """How the organization prices from now on."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    return await _change(ctx, lambda here: set_pricing(here, ask))


async def change_tax_rules(ctx: Context, ask: SetTaxRules) -> PricingSettings:
    """The settings with the tax rules asked for."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    return await _change(ctx, lambda here: set_tax_rules(here, ask))


async def change_fees(ctx: Context, ask: SetFees) -> PricingSettings:
    """The settings with the fees asked for."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    return await _change(ctx, lambda here: set_fees(here, ask))


async def own_pricing(ctx: Context) -> PricingSettings:
    """How the organization of the request prices."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    async with ctx.reading() as reading:
        return await reading.prices.settings()


async def prices_include_tax(ctx: Context, organization_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[bool | None]:
    """Whether the prices shown include tax; told of the organization of the request alone."""
    async with ctx.reading() as reading:
        settings = await reading.prices.settings()
    return [settings.prices_include_tax if each == ctx.viewer.organization_id else None for each in organization_ids]


async def price_rules_of_types(ctx: Context, type_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[PriceRules | None]:
    """The rules of the types, which whoever sees the type may read only as one who manages tickets; None for others."""
    if not ctx.viewer.may(Permission.TICKETS_MANAGE):
        return [None for _ in type_ids]
    async with ctx.reading() as reading:
        return [each or BASE_PRICE for each in await reading.prices.rules(type_ids)]


async def current_prices(ctx: Context, type_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Money | None]:
    """What the next ticket of each type costs now; the types were allowed by whoever loaded them."""
    book = await _book(ctx, type_ids)
    return [money_of(next_price(each, book.read_at), each.currency) if each else None for each in map(book.types.get, type_ids)]


async def price_ranges(ctx: Context, type_ids: Sequence[UUID], _args: Mapping[str, object]) -> list[tuple[Money, Money] | None]:
    """The least and the most that a ticket of each type can cost."""
    book = await _book(ctx, type_ids)
    return [_range(each) if each else None for each in map(book.types.get, type_ids)]


async def _book(ctx: Context, type_ids: Sequence[UUID]) -> PriceBook:
    async with ctx.reading() as reading:
        return await reading.prices.book_of_types(type_ids)


def _range(here: BookedType) -> tuple[Money, Money]:
    least, most = price_range(here)
    return money_of(least, here.currency), money_of(most, here.currency)


async def _change(ctx: Context, change: Callable[[PricingSettings], PricingSettings]) -> PricingSettings:
    """The settings after the change, written down, and told to who watches the organization."""
    async with ctx.work() as work:
        changed = change(await work.prices.settings(for_change=True))
        await work.prices.keep_settings(changed)
        work.announce(News("pricing:updated", f"organization:{ctx.viewer.tenant}", {"version": changed.version}))
    return changed
