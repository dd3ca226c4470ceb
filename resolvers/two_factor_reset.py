"""Takes somebody's second factor away who has lost it; an operator's deed, who has made sure in another way who she is."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from domain import two_factor as rules
from domain.addresses import Addresses
from domain.emails import sought
from domain.letters import Letter, LetterKind, TwoFactorChange
from domain.refusals import NotFound, Refused
from domain.sessions import Ending
from domain.two_factor import TwoFactorReset
from domain.work import AccountWork


async def reset_two_factor(
    accounts: Callable[[], AbstractAsyncContextManager[AccountWork]], new_id: Callable[[], UUID], addresses: Addresses, email: str
) -> TwoFactorReset:
    """Turn it off, end all of her sessions and write to her; refused with NotFound for nobody's address, and with TwoFactorOff."""
    async with accounts() as work:
        known = await work.accounts.by_email(sought(email))
        if known is None:
            raise Refused(NotFound("person", ("email",)))
        account = await work.accounts.for_change(known.person_id)
        rules.expect_on(await work.two_factors.for_change(account.person_id))
        await work.two_factors.remove(account.person_id)
        ended = await work.sessions.end(account.person_id, Ending.REVOKED, work.now)
        facts = {"change": TwoFactorChange.RESET.value, "at": work.now.isoformat(), "link": addresses.of_account("/auth/sessions")}
        work.post(Letter(new_id(), None, account.email, account.locale, LetterKind.TWO_FACTOR_CHANGED, facts))
    return TwoFactorReset(account.person_id, ended)
