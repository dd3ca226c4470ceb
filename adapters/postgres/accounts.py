"""The stores of people who can sign in and of the links mailed to them; the system's role alone sees them."""

from typing import Any
from uuid import UUID

from adapters.postgres.rows import Row, facts_of
from adapters.postgres.transaction import Connection
from domain.accounts import Account, Link, LinkInvalid, OrganizationSlugTaken, Purpose
from domain.identity import Role
from domain.organizations import Organization
from domain.refusals import NotSignedIn, Refused

ACCOUNT = """
SELECT p.id AS person_id, p.email, p.name, a.email_verified_at, a.password_hash, a.locale, a.profile, a.version, a.password_changed_at
FROM people p JOIN accounts a ON a.person_id = p.id
"""
BY_EMAIL = f"{ACCOUNT} WHERE p.email = $1"
GET = f"{ACCOUNT} WHERE p.id = $1"
FOR_CHANGE = f"{GET} FOR NO KEY UPDATE OF p, a"
ENTER_PERSON = """
INSERT INTO people (id, email, name) VALUES ($1, $2, $3) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING id
"""
ENTER_ACCOUNT = """
INSERT INTO accounts (person_id, email_verified_at, password_hash, password_changed_at, locale) VALUES ($1, $2, $3, $2, $4)
ON CONFLICT (person_id) DO NOTHING
"""
KEEP = """
WITH person AS (UPDATE people SET name = $3 WHERE id = $1)
UPDATE accounts SET email_verified_at = $2, locale = $4, profile = $5, version = $6, password_hash = $7,
    password_changed_at = CASE WHEN password_hash IS DISTINCT FROM $7 THEN app_now() ELSE password_changed_at END
WHERE person_id = $1
"""
REHASH = "UPDATE accounts SET password_hash = $3 WHERE person_id = $1 AND password_hash = $2"
STANDING = "SELECT version FROM memberships WHERE organization_id = $1 AND person_id = $2"
IS_SLUG_FREE = "SELECT NOT EXISTS (SELECT FROM organizations WHERE slug = $1)"
FOUND = """
INSERT INTO organizations (id, slug, name, default_locale, default_currency) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (slug) DO NOTHING RETURNING id
"""
JOIN = "INSERT INTO memberships (organization_id, person_id, role) VALUES ($1, $2, $3)"
HOME = "SELECT organization_id FROM memberships WHERE person_id = $1 ORDER BY organization_id LIMIT 1"
ADD_LINK = "INSERT INTO one_time_links (token_hash, purpose, email, wish, expires_at) VALUES ($1, $2, $3, $4, $5)"
FIND_LINK = """
SELECT token_hash, purpose, email, expires_at, wish, used_at FROM one_time_links
WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > app_now()
"""
TAKE_LINK = """
UPDATE one_time_links SET used_at = app_now()
WHERE token_hash = $1 AND purpose = $2 AND used_at IS NULL AND expires_at > app_now()
RETURNING token_hash, purpose, email, expires_at, wish, used_at
"""
FORGET_LINKS = "DELETE FROM one_time_links WHERE email = $1 AND purpose = $2 AND used_at IS NULL"


class AccountRow(Row, reads=Account):
    """Reads like an Account."""

    __slots__ = ()


class AccountStore:
    """Implements `Accounts`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def by_email(self, email: str) -> Account | None:
        """By the address in the form that is kept."""
        return _account(await self._connection.fetchrow(BY_EMAIL, email, record_class=AccountRow))

    async def get(self, person_id: UUID) -> Account | None:
        """By id."""
        return _account(await self._connection.fetchrow(GET, person_id, record_class=AccountRow))

    async def for_change(self, person_id: UUID) -> Account:
        """The account; it does not change elsewhere until the work ends."""
        found = _account(await self._connection.fetchrow(FOR_CHANGE, person_id, record_class=AccountRow))
        if found is None:
            raise Refused(NotSignedIn())
        return found

    async def enter(self, account: Account) -> Account:
        """Write a new one; where there is one already it stays as it is."""
        person_id = await self._connection.fetchval(ENTER_PERSON, account.person_id, account.email, account.name)
        await self._connection.execute(ENTER_ACCOUNT, person_id, account.email_verified_at, account.password_hash, account.locale)
        return await self.for_change(person_id)

    async def keep(self, account: Account) -> None:
        """Write it as changed."""
        said = (account.name, account.locale, account.profile, account.version)
        await self._connection.execute(KEEP, account.person_id, account.email_verified_at, *said, account.password_hash)

    async def rehash(self, person_id: UUID, before: str | None, after: str) -> None:
        """The same password, kept otherwise."""
        await self._connection.execute(REHASH, person_id, before, after)

    async def standing(self, organization_id: UUID, person_id: UUID) -> int:
        """The membership's version."""
        return await self._connection.fetchval(STANDING, organization_id, person_id) or 0

    async def is_slug_free(self, slug: str) -> bool:
        """Whether nobody has it."""
        free: bool = await self._connection.fetchval(IS_SLUG_FREE, slug)
        return free

    async def found(self, organization: Organization, owner: UUID) -> None:
        """Enter the organization and its first member."""
        terms = (organization.slug, organization.name, organization.default_locale, organization.default_currency)
        if await self._connection.fetchval(FOUND, organization.id, *terms) is None:
            raise Refused(OrganizationSlugTaken(organization.slug))
        await self._connection.execute(JOIN, organization.id, owner, Role.OWNER.value)

    async def home_of(self, person_id: UUID) -> UUID | None:
        """The organization she joined first."""
        home: UUID | None = await self._connection.fetchval(HOME, person_id)
        return home


class LinkStore:
    """Implements `Links`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, link: Link) -> None:
        """Write it."""
        await self._connection.execute(ADD_LINK, link.token_hash, link.purpose.value, link.email, link.wish, link.expires_at)

    async def find(self, token_hash: bytes, purpose: Purpose) -> Link:
        """It stays as it is."""
        return _link(await self._connection.fetchrow(FIND_LINK, token_hash, purpose.value))

    async def take(self, token_hash: bytes, purpose: Purpose) -> Link:
        """One statement looks and uses it up, so that of two who come with it one gets it."""
        return _link(await self._connection.fetchrow(TAKE_LINK, token_hash, purpose.value))

    async def forget(self, email: str, purpose: Purpose) -> None:
        """Take those away that were not used."""
        await self._connection.execute(FORGET_LINKS, email, purpose.value)


def _account(row: AccountRow | None) -> Account | None:
    return Account(**facts_of(row, Account)) if row else None


def _link(row: Any) -> Link:
    if row is None:
        raise Refused(LinkInvalid())
    return Link(row["token_hash"], Purpose(row["purpose"]), row["email"], row["expires_at"], row["wish"], row["used_at"])
