"""Two-factor sign-in: enrol an authenticator, confirm it, turn it off, get new recovery codes; and the one place that uses up codes."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID

from domain import attempts
from domain import two_factor as rules
from domain.accounts import Account, expect_same_password
from domain.identity import Permission
from domain.letters import Letter, LetterKind, TwoFactorChange
from domain.sessions import Method
from domain.two_factor import Enrollment, GivenCode, TwoFactor, TwoFactorState
from domain.work import AccountWork

from resolvers.accounts import prove_password
from resolvers.context import Context


async def enroll(ctx: Context, password: str) -> Enrollment:
    """A secret for the viewer's authenticator; it is asked for once its first code has come."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    account = await prove_password(ctx, password)
    person, secret = account.person_id, ctx.outside.one_time_passwords.new_secret()
    sealed = ctx.outside.vault.seal(secret.encode(), bound_to=rules.place_of_secret(person))
    async with ctx.accounts() as work:
        expect_same_password(account, await work.accounts.for_change(person))
        rules.expect_not_on(await work.two_factors.for_change(person))
        await work.two_factors.enroll(TwoFactor(person, sealed))
    uri = ctx.outside.one_time_passwords.uri(secret, account.email)
    return Enrollment(secret, uri, ctx.outside.qr_codes.draw(uri))


async def confirm(ctx: Context, typed: str) -> Sequence[str]:
    """Turn it on by the first code of the authenticator; the recovery codes, which are never told again."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    given, person = rules.read_code(typed), ctx.viewer.person
    async with counted(ctx, person, given), ctx.accounts() as work:
        account = await work.accounts.for_change(person)
        factor = rules.expect_waiting(await work.two_factors.for_change(person))
        rules.expect_right(await use_up(ctx, work, factor, given))
        await work.two_factors.enable(person, work.now)
        codes = await _renew_codes(ctx, work, factor)
        tell(ctx, work, account, TwoFactorChange.ENABLED)
    return codes


async def disable(ctx: Context, password: str, typed: str) -> Account:
    """Turn it off, by the password and a code of either kind; challenges that wait for one end."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    given, proved = rules.read_code(typed), await prove_password(ctx, password)
    person = proved.person_id
    async with counted(ctx, person, given), ctx.accounts() as work:
        account = expect_same_password(proved, await work.accounts.for_change(person))
        factor = rules.expect_on(await work.two_factors.for_change(person))
        rules.expect_right(await use_up(ctx, work, factor, given))
        await work.two_factors.remove(person)
        tell(ctx, work, account, TwoFactorChange.DISABLED)
    return account


async def regenerate_recovery_codes(ctx: Context, password: str, typed: str) -> Sequence[str]:
    """Other recovery codes than those before, by the password and a code of either kind."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    given, proved = rules.read_code(typed), await prove_password(ctx, password)
    person = proved.person_id
    async with counted(ctx, person, given), ctx.accounts() as work:
        account = expect_same_password(proved, await work.accounts.for_change(person))
        factor = rules.expect_on(await work.two_factors.for_change(person))
        rules.expect_right(await use_up(ctx, work, factor, given))
        codes = await _renew_codes(ctx, work, factor)
        tell(ctx, work, account, TwoFactorChange.RECOVERY_CODES_RENEWED)
    return codes


async def state_of(ctx: Context, person_id: UUID) -> TwoFactorState | None:
    """The viewer's second factor; None where none is on, and for anybody else's."""
    if ctx.viewer.person_id != person_id:
        return None
    async with ctx.accounts() as work:
        return await work.two_factors.state(person_id)


@asynccontextmanager
async def counted(ctx: Context, person_id: UUID, given: GivenCode) -> AsyncIterator[None]:
    """Count a code that is tried, before anything is looked up; one that was right is none of the guesses."""
    allowances = attempts.to_give_code(str(person_id), given.method, ctx.viewer.caller)
    await ctx.outside.throttle.take_surely(allowances)
    yield
    await ctx.outside.throttle.give_back(allowances)


async def use_up(ctx: Context, work: AccountWork, factor: TwoFactor, given: GivenCode) -> Method | None:
    """The method whose code was right, and is good no more; None for a wrong one. The work holds the lock of the second factor."""
    secret = ctx.outside.vault.open(factor.secret_sealed, bound_to=rules.place_of_secret(factor.person_id)).decode()
    if given.method is Method.RECOVERY_CODE:
        used = await work.two_factors.use_code(factor.person_id, rules.recovery_hash(secret, given.text))
    else:
        steps = ctx.outside.one_time_passwords.steps_of(secret, given.text, work.now)
        used = bool(steps) and await work.two_factors.accept(factor.person_id, max(steps))
    return given.method if used else None


def tell(ctx: Context, work: AccountWork, account: Account, change: TwoFactorChange) -> None:
    """Write to her what became of her second factor."""
    facts = {"change": change.value, "at": work.now.isoformat(), "link": ctx.outside.addresses.of_account("/auth/sessions")}
    work.post(Letter(ctx.new_id(), None, account.email, account.locale, LetterKind.TWO_FACTOR_CHANGED, facts))


async def _renew_codes(ctx: Context, work: AccountWork, factor: TwoFactor) -> Sequence[str]:
    secret = ctx.outside.vault.open(factor.secret_sealed, bound_to=rules.place_of_secret(factor.person_id)).decode()
    codes = [rules.recovery_code(ctx.new_token()) for _ in range(rules.RECOVERY_CODES)]
    await work.two_factors.renew_codes(factor.person_id, [rules.recovery_hash(secret, rules.read_code(each).text) for each in codes])
    return codes
