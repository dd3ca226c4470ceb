"""Members: invite, change a role, remove, leave, hand over ownership; and the lists of them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import attempts
from domain import members as rules
from domain.idempotency import earlier, once
from domain.identity import Permission
from domain.letters import Letter, LetterKind
from domain.members import ChangeMemberRole, Invitation, InviteMember, Member, PlatformAdminAct, RemoveMember
from domain.organizations import found
from domain.paging import COUNTED_AT_MOST, Page, Slice
from domain.secrets import digest
from domain.work import Work

from resolvers.accounts import prove_password
from resolvers.context import Context
from resolvers.organizations import expect_current


async def invite_member(ctx: Context, ask: InviteMember) -> Invitation:
    """The invitation, whose link is mailed; an earlier one to the same address is worth nothing from now on."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    wish = rules.checked(ask)
    key, token = wish.key(ctx.viewer.actor), ctx.new_token()
    await ctx.outside.throttle.take_surely(attempts.to_invite(ctx.viewer.tenant, wish.email))
    async with ctx.work() as work:
        if before := await earlier(work.answers, key):
            return rules.found_invitation((await work.invitations.get_many([before]))[0])
        now = await work.members.for_change([ctx.viewer.person])
        is_member = await work.members.is_member(wish.email)
        invitation = rules.invite(ctx.new_id(), wish, rules.powers(ctx.viewer, now), ctx.viewer.person, work.now, is_member=is_member)
        await _expect_replaceable(ctx, work, now, wish.email)
        kept = await work.invitations.put(invitation, digest(token))
        await once(work.answers, key, kept.id)
        await _write(ctx, work, kept, now, token)
        work.announce(rules.invitation_news("member:invited", kept, ctx.viewer.person))
    return kept


async def revoke_invitation(ctx: Context, invitation_id: UUID) -> Invitation:
    """The invitation, whose link is worth nothing from now on."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.work() as work:
        now = await work.members.for_change([ctx.viewer.person])
        invitation = await work.invitations.for_change(invitation_id)
        revoked = rules.revoke(invitation, rules.powers(ctx.viewer, now), work.now)
        await work.invitations.revoke(revoked.id, work.now)
        work.announce(rules.invitation_news("member:invitation_revoked", revoked, ctx.viewer.person))
    return revoked


async def change_member_role(ctx: Context, ask: ChangeMemberRole) -> Member:
    """The member with the role."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.work() as work:
        now = await work.members.for_change([ask.member_id, ctx.viewer.person])
        changed = rules.change_role(now, ctx.viewer, ask)
        await _keep(ctx, work, changed)
    return changed


async def remove_member(ctx: Context, ask: RemoveMember) -> Member:
    """Whoever works for the organization no more."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.work() as work:
        now = await work.members.for_change([ask.member_id, ctx.viewer.person])
        removed = rules.expect_removable(now, ctx.viewer, ask)
        await work.members.remove(removed.id)
        work.announce(rules.member_news("member:removed", removed, ctx.viewer.person))
    return removed


async def leave_organization(ctx: Context, organization_id: UUID) -> Member:
    """The viewer, who works for the organization of the request no more; refused with NotFound where another one is meant."""
    ctx.viewer.require(Permission.ACCOUNTS_USE)
    person = ctx.viewer.person
    expect_current(ctx, organization_id, ("input", "organizationId"))
    async with ctx.work() as work:
        left = rules.leave(await work.members.for_change([person]), person)
        await work.members.remove(left.id)
        work.announce(rules.member_news("member:left", left, person))
    return left


async def transfer_ownership(ctx: Context, member_id: UUID, password: str) -> tuple[Member, Member]:
    """The viewer, an admin from now on, and the member who is an owner instead; the viewer gives her password once more."""
    ctx.viewer.require(Permission.ORGANIZATION_OWN)
    person = ctx.viewer.person
    await prove_password(ctx, password)
    async with ctx.work() as work:
        now = await work.members.for_change([member_id, person])
        before, heir = rules.transfer(now, person, member_id)
        for each in (heir, before):
            await _keep(ctx, work, each)
    return before, heir


async def members_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Member | None]:
    """The members by person; None for those who may not see members."""
    if not ctx.viewer.may(Permission.MEMBERS_READ):
        return [None for _ in ids]
    async with ctx.reading() as reading:
        return await reading.members.get_many(ids)


async def invitations_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Invitation | None]:
    """The invitations by id; None for those who may not invite."""
    if not ctx.viewer.may(Permission.MEMBERS_MANAGE):
        return [None for _ in ids]
    async with ctx.reading() as reading:
        return await reading.invitations.get_many(ids)


async def list_members(ctx: Context, page: Page) -> Slice[Member]:
    """One page of the members."""
    ctx.viewer.require(Permission.MEMBERS_READ)
    async with ctx.reading() as reading:
        return await reading.members.page(page)


async def count_members(ctx: Context) -> int:
    """How many there are, counted up to 10,000."""
    ctx.viewer.require(Permission.MEMBERS_READ)
    async with ctx.reading() as reading:
        return await reading.members.count(COUNTED_AT_MOST)


async def list_invitations(ctx: Context, page: Page) -> Slice[Invitation]:
    """One page of the invitations that can be accepted now."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.invitations.page(page)


async def count_invitations(ctx: Context) -> int:
    """How many there are, counted up to 10,000."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.invitations.count(COUNTED_AT_MOST)


async def list_platform_admin_acts(ctx: Context, page: Page) -> Slice[PlatformAdminAct]:
    """One page of what admins of the platform did here, the newest first."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.platform_admin_acts.page(page)


async def count_platform_admin_acts(ctx: Context) -> int:
    """How many there are, counted up to 10,000."""
    ctx.viewer.require(Permission.MEMBERS_MANAGE)
    async with ctx.reading() as reading:
        return await reading.platform_admin_acts.count(COUNTED_AT_MOST)


async def _expect_replaceable(ctx: Context, work: Work, now: Sequence[Member], email: str) -> None:
    """Nobody takes the place of an invitation that she could not have written."""
    if before := await work.invitations.to(email):
        rules.expect_not_higher(rules.powers(ctx.viewer, now), before.role, ("input", "email"))


async def _write(ctx: Context, work: Work, invitation: Invitation, now: Sequence[Member], token: str) -> None:
    organization = found((await work.organizations.get_many([ctx.viewer.tenant]))[0])
    inviter = rules.name_of(now, ctx.viewer.person)
    facts = rules.letter_to_invite(invitation, organization, inviter, token, ctx.outside.addresses)
    work.post(Letter(ctx.new_id(), organization.id, invitation.email, organization.default_locale, LetterKind.INVITATION, facts))


async def _keep(ctx: Context, work: Work, changed: Member) -> None:
    await work.members.keep(changed)
    work.announce(rules.member_news("member:role_changed", changed, ctx.viewer.person))
