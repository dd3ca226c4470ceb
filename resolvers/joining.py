"""Joining: accept an invitation, with an account or for a new one; the organizations that one works for, and going over to another."""

from collections.abc import Sequence
from uuid import UUID

from domain import attempts
from domain import joining as rules
from domain.accounts import Account, SignedIn
from domain.identity import Permission
from domain.joining import AcceptInvitation, Belonging, OpenInvitation
from domain.members import AlreadyMember
from domain.passwords import expect_acceptable
from domain.refusals import Refused
from domain.secrets import digest
from domain.sessions import Carrier
from domain.work import AccountWork

from resolvers.context import Context
from resolvers.sessions import change_organization


async def accept_invitation(ctx: Context, ask: AcceptInvitation) -> tuple[Account, Belonging]:
    """The account that joined, and where. Whoever has an account with the address that was invited is signed in to it; others get one."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    await ctx.outside.throttle.take_surely(attempts.to_use_link(ctx.viewer.caller))
    hashed = await _hash(ctx, ask)
    async with ctx.accounts() as work:
        invitation = rules.expect_good(await work.joining.take(digest(ask.token)))
        account = await _who(ctx, work, invitation, ask, hashed)
        if not await work.joining.join(invitation.organization.id, account.person_id, invitation.role):
            raise Refused(AlreadyMember(("input", "token")))
        work.announce(invitation.organization.id, rules.joined_news(invitation, account))
    return account, Belonging(invitation.organization, invitation.role)


async def belongings_of_viewer(ctx: Context) -> Sequence[Belonging]:
    """The organizations that the viewer works for, by name; none for a program."""
    if ctx.viewer.person_id is None:
        return []
    async with ctx.accounts() as work:
        return await work.joining.belongings(ctx.viewer.person)


async def switch_organization(ctx: Context, organization_id: UUID, carrier: Carrier) -> tuple[SignedIn, Belonging]:
    """The viewer's session in another of her organizations, with what she carries there; an admin of the platform may go to any."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    person = ctx.viewer.person
    rules.expect_own_session(ctx.viewer)
    async with ctx.accounts() as work:
        own = await work.joining.belongings(person)
        anywhere = await work.joining.organization(organization_id)
    belonging = rules.choose(own, organization_id, anywhere if ctx.viewer.is_platform_admin else None)
    return await change_organization(ctx, belonging.organization.id, carrier), belonging


async def _hash(ctx: Context, ask: AcceptInvitation) -> str | None:
    """The password of a new account, hashed before the database is asked; None for somebody who is signed in, or gives none."""
    if ctx.viewer.person_id or ask.password is None:
        return None
    expect_acceptable(ask.password, email="", name=ask.name or "", is_common=ctx.outside.passwords.is_common)
    return await ctx.outside.passwords.hash(ask.password)


async def _who(ctx: Context, work: AccountWork, invitation: OpenInvitation, ask: AcceptInvitation, hashed: str | None) -> Account:
    if ctx.viewer.person_id:
        return rules.expect_invited(invitation, await work.accounts.get(ctx.viewer.person))
    account = rules.new_account(invitation, ask, await work.accounts.by_email(invitation.email), hashed, ctx.new_id(), work.now)
    expect_acceptable(ask.password or "", email=account.email, name=account.name, is_common=ctx.outside.passwords.is_common)
    return await work.accounts.enter(account)
