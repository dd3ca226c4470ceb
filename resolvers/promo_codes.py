"""Promo codes: make one, change it, end it, list them; and looking at those that a buyer shows without letting anybody guess."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.access_codes import normalized, shown, tries
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.news import News
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.pricing import (
    CreatePromoCode,
    PromoCode,
    PromoCodeDetails,
    UpdatePromoCode,
)
from domain.pricing import promo_editing as rules
from domain.pricing.promo_codes import expect_all_known, expect_few
from domain.pricing.promo_editing import expect_known
from domain.pricing.refusals import SHOWN_AT
from domain.throttling import refuse_until
from domain.work import Work

from resolvers.context import Context


async def create_promo_code(ctx: Context, ask: CreatePromoCode) -> PromoCode:
    """The new code of the organization; the same key again gets the same one."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    async with ctx.work() as work:
        key = ask.key(ctx.viewer.actor)
        if before := await earlier(work.answers, key):
            return rules.found((await work.prices.promo_codes([before]))[0])
        code = rules.create(ctx.new_id(), ctx.new_token(), ask, ctx.viewer.actor, work.now)
        await _expect_goods(work, ask.details)
        await work.prices.add(code)
        await once(work.answers, key, code.id)
        _tell(work, "created", code)
    return code


async def update_promo_code(ctx: Context, ask: UpdatePromoCode) -> PromoCode:
    """The code with the changes asked for; orders that used it keep what it gave them."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    async with ctx.work() as work:
        code = rules.update(await work.prices.promo_code_for_change(ask.promo_code_id), ask)
        await _expect_goods(work, ask.changes)
        await work.prices.keep(code)
        _tell(work, "updated", code)
    return code


async def deactivate_promo_code(ctx: Context, promo_code_id: UUID) -> PromoCode:
    """The code, which gives nothing from now on."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    async with ctx.work() as work:
        here = await work.prices.promo_code_for_change(promo_code_id)
        code = rules.deactivate(here, work.now)
        if code is not here:
            await work.prices.keep(code)
            _tell(work, "deactivated", code)
    return code


async def promo_codes_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[PromoCode | None]:
    """The codes by id; None for those who may not manage prices."""
    if not ctx.viewer.may(Permission.PRICES_MANAGE):
        return [None for _ in ids]
    async with ctx.reading() as reading:
        return await reading.prices.promo_codes(ids)


async def list_promo_codes(ctx: Context, page: Page) -> Slice[PromoCode]:
    """One page of the organization's codes, the oldest first."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    async with ctx.reading() as reading:
        return await reading.prices.page(page)


async def count_promo_codes(ctx: Context) -> int:
    """How many codes there are, counted up to 10,000."""
    ctx.viewer.require(Permission.PRICES_MANAGE)
    async with ctx.reading() as reading:
        return await reading.prices.count(COUNTED_AT_MOST)


async def expect_promo_codes(ctx: Context, codes: Sequence[str], at: tuple[str, ...] = SHOWN_AT) -> None:
    """Let nobody guess: to be asked of the codes that a buyer shows before a quote is made or an order placed, outside any work.

    Refused with PromoCodeNotValid for a code that there is not, with TooManyPromoCodes, and with TooManyTries after many wrong ones,
    which are counted with wrong access codes.
    """
    if codes:
        expect_few(codes, at)
        counted = tries(ctx.viewer, [])
        refuse_until(await ctx.outside.throttle.take(counted))
        async with ctx.reading() as reading:
            known = await reading.prices.known(shown(codes))
        expect_all_known({each: normalized(each) for each in codes}, known, at)
        await ctx.outside.throttle.give_back(counted)


async def _expect_goods(work: Work, said: PromoCodeDetails) -> None:
    """Refuse with NotFound events or ticket types that the organization does not have; what a code named before may be gone since."""
    event_ids, type_ids = said.event_ids or (), said.ticket_type_ids or ()
    events = await work.events.get_many(event_ids) if event_ids else []
    types = await work.ticket_types.get_many(type_ids) if type_ids else []
    expect_known(event_ids, [each.id for each in events if each], "event", "eventIds")
    expect_known(type_ids, [each.id for each in types if each], "ticket type", "ticketTypeIds")


def _tell(work: Work, what: str, code: PromoCode) -> None:
    """Tell what became of a code, without the code itself."""
    work.announce(News(f"promo_code:{what}", f"promo_code:{code.id}", {"promoCodeId": str(code.id), "version": code.version}))
