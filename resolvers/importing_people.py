"""Brings people from another system in, with their passwords; an operator's deed, which acts for nobody."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from domain.accounts import Account
from domain.people_import import ImportedPerson, PeopleImported
from domain.work import AccountWork


async def import_people(
    accounts: Callable[[], AbstractAsyncContextManager[AccountWork]],
    new_id: Callable[[], UUID],
    people: Sequence[ImportedPerson],
    told: Callable[[ImportedPerson], None],
) -> PeopleImported:
    """An account for everybody who has none yet, all of them or none; who has one keeps it as it is. `told` hears of each."""
    added = 0
    async with accounts() as work:
        for person in people:
            if await work.accounts.by_email(person.email) is None:
                verified_at = work.now if person.email_verified else None
                await work.accounts.enter(Account(new_id(), person.email, person.name, verified_at, person.password_hash, person.locale))
                added += 1
            told(person)
    return PeopleImported(added, len(people) - added)
