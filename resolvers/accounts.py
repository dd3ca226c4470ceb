"""Accounts: sign up, prove an address, set another password, say something else of oneself."""

from collections.abc import Mapping

from domain import accounts as rules
from domain import attempts
from domain.accounts import Account, Purpose, SignUp, UpdateProfile
from domain.emails import read_email
from domain.identity import Permission
from domain.letters import Letter, LetterKind
from domain.passwords import Verdict, expect_acceptable
from domain.refusals import Faults, Refused
from domain.secrets import digest
from domain.sessions import Ending
from domain.work import AccountWork

from resolvers.context import Context


async def sign_up(ctx: Context, ask: SignUp) -> str:
    """Mail a link that finishes signing up, or, where there is an account already, one that sets another password; where it went.

    The answer, and the statements that are run for it, are the same in both cases.
    """
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    wish = rules.checked(ask)
    _expect_acceptable(ctx, wish.password, email=wish.email, name=wish.name)
    await ctx.outside.throttle.take_surely(attempts.to_be_mailed(wish.email, ctx.viewer.caller))
    hashed, token = await ctx.outside.passwords.hash(wish.password), ctx.new_token()
    async with ctx.accounts() as work:
        await rules.expect_free_slug(work.accounts, wish)
        link = rules.link_for(wish, hashed, await work.accounts.by_email(wish.email), token, work.now)
        await work.links.add(link)
        _write(ctx, work, link.email, wish.locale, *rules.letter_to_sign_up(link, token, ctx.outside.addresses))
    return wish.email


async def verify_email(ctx: Context, token: str, password: str, slug: str | None) -> Account:
    """The account that signing up was about, with the organization wished for, which may get another `slug` than was wished then.

    The password is asked for once more: who reads the mail has not always signed up, and must not finish it for somebody who has.
    """
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    await ctx.outside.throttle.take_surely((*attempts.to_use_link(ctx.viewer.caller), *attempts.to_finish_signing_up(token)))
    async with ctx.accounts() as work:
        asked = await work.links.find(digest(token), Purpose.SIGN_UP)
    if not (await ctx.outside.passwords.verify(password, rules.password_in(asked))).is_right:
        raise Refused(rules.PasswordWrong(("input", "password")))
    async with ctx.accounts() as work:
        link = await work.links.take(digest(token), Purpose.SIGN_UP)
        wished = rules.account_of(link, ctx.new_id(), work.now)
        account = rules.expect_entered(await work.accounts.enter(wished), wished)
        if organization := rules.organization_of(link, ctx.new_id(), slug):
            await work.accounts.found(organization, account.person_id)
    return account


async def request_password_reset(ctx: Context, email: str) -> str:
    """Mail a link that sets another password, or, where there is no account, one that leads to signing up; where it went."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    faults = Faults()
    address = read_email(faults, email, ("input", "email"))
    faults.refuse()
    await ctx.outside.throttle.take_surely(attempts.to_be_mailed(address, ctx.viewer.caller))
    token = ctx.new_token()
    async with ctx.accounts() as work:
        account = await work.accounts.by_email(address)
        link = rules.reset_link(address, token, work.now)
        await work.links.add(link)
        locale = account.locale if account else ctx.viewer.locales[0]
        _write(ctx, work, address, locale, *rules.letter_to_reset(link, account, token, ctx.outside.addresses))
    return address


async def reset_password(ctx: Context, token: str, password: str) -> Account:
    """The account with the password; whoever was signed in to it is not any more."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    await ctx.outside.throttle.take_surely(attempts.to_use_link(ctx.viewer.caller))
    _expect_acceptable(ctx, password)
    hashed = await ctx.outside.passwords.hash(password)
    async with ctx.accounts() as work:
        link = await work.links.take(digest(token), Purpose.RESET_PASSWORD)
        known = rules.with_link(await work.accounts.by_email(link.email))
        _expect_acceptable(ctx, password, email=known.email, name=known.name)
        changed = await _set_password(ctx, work, await work.accounts.for_change(known.person_id), hashed)
        await work.links.forget(link.email, Purpose.RESET_PASSWORD)
        await work.sessions.end(known.person_id, Ending.PASSWORD_CHANGED, work.now)
    return changed


async def change_password(ctx: Context, current: str, wished: str) -> Account:
    """The viewer's account with another password; she stays signed in here, and nowhere else."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    account = await prove_password(ctx, current)
    _expect_acceptable(ctx, wished, email=account.email, name=account.name)
    hashed = await ctx.outside.passwords.hash(wished)
    async with ctx.accounts() as work:
        same = rules.expect_same_password(account, await work.accounts.for_change(account.person_id))
        changed = await _set_password(ctx, work, same, hashed)
        await work.sessions.end(account.person_id, Ending.PASSWORD_CHANGED, work.now, but=ctx.viewer.session_id)
    return changed


async def update_profile(ctx: Context, ask: UpdateProfile) -> Account:
    """The viewer's account with the changes."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    person = ctx.viewer.person
    async with ctx.accounts() as work:
        changed = rules.change_profile(await work.accounts.for_change(person), ask)
        await work.accounts.keep(changed)
    return changed


async def prove_password(ctx: Context, password: str) -> Account:
    """The viewer's account; refused with PasswordWrong unless that is her password."""
    person = ctx.viewer.person
    allowances = attempts.to_prove_oneself(str(person))
    await ctx.outside.throttle.take_surely(allowances)
    async with ctx.accounts() as work:
        account = await work.accounts.for_change(person)
    if await ctx.outside.passwords.verify(password, account.password_hash) is Verdict.WRONG:
        raise Refused(rules.PasswordWrong())
    await ctx.outside.throttle.give_back(allowances)
    return account


async def account_of_viewer(ctx: Context) -> Account | None:
    """The viewer's account; None for those who are known elsewhere only."""
    async with ctx.accounts() as work:
        return await work.accounts.get(ctx.viewer.person)


async def _set_password(ctx: Context, work: AccountWork, account: Account, hashed: str) -> Account:
    """Give the account, which is locked, this password."""
    changed = rules.with_password(account, hashed, work.now)
    await work.accounts.keep(changed)
    await work.challenges.end_all(account.person_id)
    facts = {"at": work.now.isoformat(), "link": ctx.outside.addresses.of_account("/auth/sessions")}
    _write(ctx, work, changed.email, changed.locale, LetterKind.PASSWORD_CHANGED, facts)
    return changed


def _write(ctx: Context, work: AccountWork, to: str, locale: str, kind: LetterKind, facts: Mapping[str, str]) -> None:
    work.post(Letter(ctx.new_id(), None, to, locale, kind, facts))


def _expect_acceptable(ctx: Context, password: str, *, email: str = "", name: str = "") -> None:
    expect_acceptable(password, email=email, name=name, is_common=ctx.outside.passwords.is_common)
