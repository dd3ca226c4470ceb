"""Synced people: a front end looks somebody up by her address, and keeps what it knows of her in step."""

from domain import synced_people as rules
from domain.accounts import Account
from domain.identity import Permission
from domain.synced_people import SyncPerson

from resolvers.context import Context


async def person_by_email(ctx: Context, email: str) -> Account | None:
    """Who can sign in with this address."""
    ctx.viewer.require_anywhere(Permission.PEOPLE_SYNC)
    address = rules.checked(SyncPerson(email)).email
    async with ctx.accounts() as work:
        return await work.accounts.by_email(address)


async def sync_person(ctx: Context, ask: SyncPerson) -> tuple[Account, bool]:
    """The account of this address as the front end knows it, and whether it is new. The front end has verified the address."""
    ctx.viewer.require_anywhere(Permission.PEOPLE_SYNC)
    told = rules.checked(ask)
    async with ctx.accounts() as work:
        known = await work.accounts.by_email(told.email)
        before = known or await work.accounts.enter(rules.entered(told, ctx.new_id(), work.now))
        account = await work.accounts.for_change(before.person_id)
        changed = rules.synced(account, told, work.now)
        if changed != account:
            await work.accounts.keep(changed)
    return changed, known is None
