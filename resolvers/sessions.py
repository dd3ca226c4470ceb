"""Sessions: sign in, go on with a refresh token, sign out, see and end those on other devices."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from domain import accounts as account_rules
from domain import attempts
from domain import sessions as rules
from domain.accounts import Account, CredentialsWrong, SignedIn, SignIn
from domain.devices import UNKNOWN_ADDRESS, mark_of
from domain.emails import sought
from domain.identity import Permission, Viewer
from domain.letters import Letter, LetterKind
from domain.passwords import Verdict
from domain.refusals import NoTenant, Refused
from domain.secrets import digest
from domain.sessions import Carrier, Ending, Method, Presented, Session, SessionEnded, Tickets
from domain.tokens import Claims
from domain.work import AccountWork

from resolvers.challenges import challenge_second_factor
from resolvers.context import Context


async def sign_in(ctx: Context, ask: SignIn, carrier: Carrier) -> SignedIn:
    """The new session of whoever knows the password, with what its bearer carries: a cookie, or two tokens.

    Refused with SecondFactorRequired where a code is owed besides.
    """
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    account = await _authenticate(ctx, ask)
    await challenge_second_factor(ctx, account, carrier)
    return await begin_session(ctx, account, (Method.PASSWORD,), carrier)


async def begin_session(ctx: Context, account: Account, methods: Sequence[Method], carrier: Carrier) -> SignedIn:
    """A session for somebody who has proved who she is, in the organization of the request, else in the one she joined first.

    Refused with CredentialsWrong where another password was set since she gave hers: that ended all sessions, and this would be one more.
    """
    async with ctx.accounts() as work:
        now = account_rules.expect_still_right(account, await work.accounts.for_change(account.person_id))
        return await begin_in(ctx, work, now, methods, carrier)


async def begin_in(ctx: Context, work: AccountWork, account: Account, methods: Sequence[Method], carrier: Carrier) -> SignedIn:
    """The same, within a work that has more to keep."""
    secret = ctx.new_token()
    home = ctx.viewer.organization_id or await work.accounts.home_of(account.person_id)
    if home is None:
        raise Refused(NoTenant())
    session = rules.open_session(ctx.new_id(), (account.person_id, home), ctx.viewer.caller, methods, work.now, ctx.outside.session_terms)
    await work.sessions.add(session, carrier, digest(secret))
    standing = await work.accounts.standing(session.organization_id, account.person_id)
    if await work.sessions.is_new_device(account.person_id, mark_of(session.device, session.address)):
        work.post(_letter_of_new_device(ctx, account, session))
    return SignedIn(account, session, secret, _tickets(ctx, session, standing, secret, work.now) if carrier is Carrier.TOKENS else None)


async def change_organization(ctx: Context, organization_id: UUID, carrier: Carrier) -> SignedIn:
    """A session like that of this request in another organization, which ends no later. A browser's own ends, its cookie is replaced.

    The account is locked first: whoever ends all of somebody's sessions meanwhile ends this one, too, or it does not begin.
    """
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    person, own, secret = ctx.viewer.person, _own(ctx.viewer), ctx.new_token()
    async with ctx.accounts() as work:
        account = await work.accounts.for_change(person)
        before = await work.sessions.for_change(own)
        rules.expect_carried(await work.sessions.carrier_of(own), carrier)
        session = rules.continue_in(before, ctx.new_id(), organization_id, ctx.viewer.caller, work.now)
        await work.sessions.add(session, carrier, digest(secret))
        if carrier is Carrier.COOKIE:
            await work.sessions.end(person, Ending.SIGNED_OUT, work.now, only=own)
        standing = await work.accounts.standing(organization_id, person)
    return SignedIn(account, session, secret, _tickets(ctx, session, standing, secret, work.now) if carrier is Carrier.TOKENS else None)


async def refresh(ctx: Context, token: str) -> SignedIn:
    """The next pair of tokens. Who shows one that was used before ends the session, for nobody can tell which of the two is the thief."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    await ctx.outside.throttle.take_surely(attempts.to_refresh(ctx.viewer.caller))
    successors = ctx.outside.tokens.successors(token)
    async with ctx.accounts() as work:
        presented = await work.sessions.presented(digest(token), [digest(each) for each in successors])
        successor = await _succeed(work, presented, token, successors)
        signed_in = await _go_on(ctx, work, presented.session, successor) if presented and successor else None
    if signed_in is None:
        raise Refused(SessionEnded())
    return signed_in


async def sign_out(ctx: Context, *, everywhere: bool) -> int:
    """End the session of this request, or all of the viewer's; how many were ended."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    own = _own(ctx.viewer)
    async with ctx.accounts() as work:
        return await work.sessions.end(ctx.viewer.person, Ending.SIGNED_OUT, work.now, only=None if everywhere else own)


async def revoke_session(ctx: Context, session_id: UUID) -> int:
    """End one of the viewer's sessions; how many were ended."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    async with ctx.accounts() as work:
        ended = await work.sessions.end(ctx.viewer.person, Ending.REVOKED, work.now, only=session_id)
    return rules.expect_any(ended)


async def revoke_sessions(ctx: Context, *, keep_own: bool) -> int:
    """End all of the viewer's sessions, or all but that of this request; how many were ended."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    but = _own(ctx.viewer) if keep_own else None
    async with ctx.accounts() as work:
        return await work.sessions.end(ctx.viewer.person, Ending.REVOKED, work.now, but=but)


async def sessions_of_viewer(ctx: Context) -> Sequence[Session]:
    """The viewer's live sessions, the one last used first."""
    async with ctx.accounts() as work:
        return await work.sessions.of_person(ctx.viewer.person)


async def sessions_by_id(ctx: Context, ids: Sequence[UUID], _args: Mapping[str, object]) -> list[Session | None]:
    """The sessions by id; None for those that have ended or are not the viewer's."""
    own = {each.id: each for each in await sessions_of_viewer(ctx)} if ctx.viewer.person_id else {}
    return [own.get(each) for each in ids]


async def _authenticate(ctx: Context, ask: SignIn) -> Account:
    """Whose address and password these are. An address that nobody has takes as long as one that somebody has."""
    email = sought(ask.email)
    allowances = attempts.to_sign_in(email, ctx.viewer.caller)
    await ctx.outside.throttle.take_surely(allowances)
    async with ctx.accounts() as work:
        account = await work.accounts.by_email(email)
    verdict = await ctx.outside.passwords.verify(ask.password, account.password_hash if account else None)
    known = _proved(account, verdict)
    if verdict is Verdict.RIGHT_BUT_OLD:
        await _rehash(ctx, known, ask.password)
    await ctx.outside.throttle.give_back(allowances)
    return known


def _proved(account: Account | None, verdict: Verdict) -> Account:
    if account is None or verdict is Verdict.WRONG or account.email_verified_at is None:
        raise Refused(CredentialsWrong())
    return account


async def _rehash(ctx: Context, account: Account, password: str) -> None:
    """Keep the password as it is kept today, unless it was changed meanwhile."""
    hashed = await ctx.outside.passwords.hash(password)
    async with ctx.accounts() as work:
        await work.accounts.rehash(account.person_id, account.password_hash, hashed)


async def _go_on(ctx: Context, work: AccountWork, session: Session, refresh: str) -> SignedIn:
    # Read without a lock: who changes a password locks the account first and the sessions then, here it would be the other way round.
    account = account_rules.expect_account(await work.accounts.get(session.person_id))
    standing = await work.accounts.standing(session.organization_id, session.person_id)
    return SignedIn(account, session, refresh, _tickets(ctx, session, standing, refresh, work.now))


async def _succeed(work: AccountWork, presented: Presented | None, token: str, successors: Sequence[str]) -> str | None:
    """The token that follows the one shown; None, and the session ended where that is due, when none does."""
    verdict = rules.judge(presented, work.now)
    if presented is None or verdict is rules.Verdict.ENDED:
        return None
    session = presented.session
    if verdict is rules.Verdict.ROTATE:
        await work.sessions.rotate(digest(token), digest(successors[0]), session.id, work.now)
        return successors[0]
    if verdict is rules.Verdict.REPEAT:
        return next(each for each in successors if digest(each) == presented.unused_successor)
    await work.sessions.end(session.person_id, Ending.TOKEN_REUSED, work.now, only=session.id)
    return None


def _letter_of_new_device(ctx: Context, account: Account, session: Session) -> Letter:
    facts = {
        "device": session.device,
        "address": session.address or UNKNOWN_ADDRESS,
        "at": session.created_at.isoformat(),
        "link": ctx.outside.addresses.of_account("/auth/sessions"),
    }
    return Letter(ctx.new_id(), None, account.email, account.locale, LetterKind.NEW_DEVICE, facts)


def _tickets(ctx: Context, session: Session, standing: int, refresh: str, now: datetime) -> Tickets:
    expires_at = int(min(now + ctx.outside.session_terms.access, session.expires_at).timestamp())
    claims = Claims(session.person_id, session.organization_id, standing, expires_at, session.id)
    return Tickets(ctx.outside.tokens.issue(claims), refresh, expires_at)


def _own(viewer: Viewer) -> UUID:
    """The session of this request; refused with NotSignedIn, and with SessionEnded for those who came without one."""
    viewer.person  # noqa: B018 - read for its refusal
    if viewer.session_id is None:
        raise Refused(SessionEnded())
    return viewer.session_id
