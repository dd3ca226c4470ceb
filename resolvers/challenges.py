"""Challenges: those who have a second factor get one for their password, and no session yet."""

from domain import accounts as account_rules
from domain import challenges as rules
from domain.accounts import Account
from domain.challenges import SecondFactorRequired
from domain.refusals import Refused
from domain.secrets import digest
from domain.sessions import Carrier

from resolvers.context import Context


async def challenge_second_factor(ctx: Context, account: Account, carrier: Carrier) -> None:
    """Refuse with SecondFactorRequired whoever has a second factor on; call it when everything else was proved."""
    token = ctx.new_token()
    async with ctx.accounts() as work:
        account_rules.expect_still_right(account, await work.accounts.for_change(account.person_id))
        challenge = rules.open_challenge(digest(token), account.person_id, ctx.viewer.organization_id, carrier, work.now)
        is_needed = await work.challenges.add(challenge)
    if is_needed:
        raise Refused(SecondFactorRequired(token, challenge.expires_at))
