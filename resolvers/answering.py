"""Answering a challenge: the second step of a sign-in, which opens the session."""

from collections.abc import Sequence

from domain import challenges as rules
from domain import two_factor
from domain.accounts import Account, SignedIn
from domain.challenges import Answering, Challenge
from domain.identity import Permission
from domain.letters import TwoFactorChange
from domain.secrets import digest
from domain.sessions import Carrier, Method
from domain.two_factor import GivenCode
from domain.work import AccountWork

from resolvers.context import Context
from resolvers.sessions import begin_in
from resolvers.two_factor import counted, tell, use_up


async def answer_challenge(ctx: Context, token: str, typed: str, carriers: Sequence[Carrier]) -> SignedIn:
    """The new session of whoever gave her password before and gives a right code now; `carriers` are what may be handed out here."""
    ctx.viewer.require_anywhere(Permission.ACCOUNTS_USE)
    answering, given = Answering(digest(token), ctx.viewer.organization_id, carriers), two_factor.read_code(typed)
    async with ctx.accounts() as work:
        challenge = rules.expect_open(await work.challenges.find(answering))
    async with counted(ctx, challenge.person_id, given):
        async with ctx.accounts() as work:
            account = await work.accounts.for_change(challenge.person_id)
            method = await _try(ctx, work, answering, challenge, given)
            # A wrong code ends the work well, since the try that it was has to be kept.
            signed_in = await _sign_in(ctx, work, account, challenge, method) if method else None
        return two_factor.expect_right(signed_in)


async def _try(ctx: Context, work: AccountWork, answering: Answering, challenge: Challenge, given: GivenCode) -> Method | None:
    """The method whose code was right. Where the second factor was turned off meanwhile, the challenge went with it."""
    factor = await work.two_factors.for_change(challenge.person_id)
    rules.expect_open(await work.challenges.take_try(answering))
    return await use_up(ctx, work, two_factor.expect_on(factor), given)


async def _sign_in(ctx: Context, work: AccountWork, account: Account, challenge: Challenge, method: Method) -> SignedIn:
    await work.challenges.end(challenge.token_hash)
    if method is Method.RECOVERY_CODE:
        tell(ctx, work, account, TwoFactorChange.RECOVERY_CODE_USED)
    return await begin_in(ctx, work, account, (Method.PASSWORD, method), challenge.carrier)
