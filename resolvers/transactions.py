"""The ledger, as the staff read it."""

from collections.abc import Sequence

from domain.identity import Permission
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.payments import LedgerEntry, LedgerFilter, LedgerTotal

from resolvers.context import Context


async def page(ctx: Context, where: LedgerFilter, window: Page) -> Slice[LedgerEntry]:
    """One window of all movements of money, the newest first."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        return await reading.payments.ledger_page(where, window)


async def count(ctx: Context, where: LedgerFilter) -> int:
    """How many match, counted up to 10,000."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        return await reading.payments.ledger_count(where, COUNTED_AT_MOST)


async def totals(ctx: Context, where: LedgerFilter) -> Sequence[LedgerTotal]:
    """What matches, summed up by currency."""
    ctx.viewer.require(Permission.ORDERS_READ)
    async with ctx.reading() as reading:
        return await reading.payments.ledger_totals(where)
