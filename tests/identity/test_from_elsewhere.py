"""People from another system sign in with the password that they have, and it is hashed anew."""

import bcrypt
import pytest

from adapters.crypto.identifiers import new_id
from adapters.postgres.account_work import accounting
from domain.people_import import ImportedPerson, PeopleImported
from resolvers.importing_people import import_people
from tests.api.conftest import Tenant
from tests.identity.conftest import Person

pytestmark = pytest.mark.asyncio

PASSWORD = "what they called it there"


async def bring(tenant: Tenant, *people: ImportedPerson) -> PeopleImported:
    house = tenant.house
    return await import_people(lambda: accounting(house.pools.system, house.outside.vault, new_id), new_id, people, lambda _: None)


async def hash_of(tenant: Tenant, email: str) -> str:
    found: str = await tenant.house.pools.system.fetchval(
        "SELECT password_hash FROM accounts a JOIN people p ON p.id = a.person_id WHERE p.email = $1", email
    )
    return found


async def test_an_old_hash_lets_in_and_is_replaced(tenant: Tenant) -> None:
    email = f"ada-{new_id()}@example.org"
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    assert await bring(tenant, ImportedPerson(email, "Ada", old)) == PeopleImported(1, 0)

    wrong = await Person(tenant, email).sign_in("something else")
    kept = await hash_of(tenant, email)
    right = await Person(tenant, email).sign_in(PASSWORD)

    assert (wrong["errors"][0]["__typename"], kept) == ("CredentialsWrong", old)
    assert right["errors"] == []
    assert (await hash_of(tenant, email)).startswith("$argon2id$")
    assert (await Person(tenant, email).sign_in(PASSWORD))["errors"] == []


async def test_an_address_that_was_not_proved_there_is_not_here_either(tenant: Tenant) -> None:
    email = f"bob-{new_id()}@example.org"
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    await bring(tenant, ImportedPerson(email, "Bob", old, email_verified=False))

    assert (await Person(tenant, email).sign_in(PASSWORD))["errors"][0]["__typename"] == "CredentialsWrong"


async def test_who_has_an_account_keeps_it(ada: Person) -> None:
    before = await hash_of(ada.tenant, ada.email)

    done = await bring(ada.tenant, ImportedPerson(ada.email, "Somebody else", None))

    assert done == PeopleImported(0, 1)
    assert await hash_of(ada.tenant, ada.email) == before
