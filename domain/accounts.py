"""Accounts: people who can sign in. Signing up, proving an address, changing a password and what one says of oneself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.addresses import Addresses
from domain.emails import read_email
from domain.letters import LetterKind
from domain.locales import is_locale
from domain.money import is_currency
from domain.names import is_slug
from domain.organizations import Organization
from domain.refusals import ErrorCode, Faults, NotSignedIn, Refusal, Refused, VersionConflict
from domain.secrets import digest
from domain.sessions import Session, Tickets
from domain.texts import check_line

LONGEST_NAME = 200
MOST_PROFILE_ENTRIES = 30
LONGEST_PROFILE_KEY = 40
LONGEST_PROFILE_VALUE = 1_000
SLUG_RULE = "must be small letters and digits with single hyphens between them, at most 80"


@dataclass(frozen=True, slots=True)
class Account:
    """A person who can sign in. `password_hash` is None for those who come by another way; `profile` is what else one says of oneself.

    `password_changed_at` is written by the store. It stays when the same password is hashed anew.
    """

    person_id: UUID
    email: str
    name: str
    email_verified_at: datetime | None = None
    password_hash: str | None = field(default=None, repr=False)
    locale: str = "en"
    profile: Mapping[str, str] = field(default_factory=dict)
    version: int = 1
    password_changed_at: datetime | None = None

    typename: ClassVar[str] = "Person"


class Purpose(StrEnum):
    """What a link that was mailed is good for."""

    SIGN_UP = "SIGN_UP"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 - no secret


LASTS: Mapping[Purpose, timedelta] = {Purpose.SIGN_UP: timedelta(days=1), Purpose.RESET_PASSWORD: timedelta(hours=1)}


@dataclass(frozen=True, slots=True)
class Link:
    """A link that was mailed, by the digest of its secret; `wish` is what was asked for when it was sent."""

    token_hash: bytes = field(repr=False)
    purpose: Purpose
    email: str
    expires_at: datetime
    wish: Mapping[str, object] = field(default_factory=dict, repr=False)
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FoundOrganization:
    """The wish for an organization of one's own."""

    slug: str
    name: str
    default_locale: str = "en"
    default_currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class SignUp:
    """The wish for an account, with an organization where one is named."""

    email: str
    password: str = field(repr=False)
    name: str
    locale: str = "en"
    organization: FoundOrganization | None = None


@dataclass(frozen=True, slots=True)
class SignIn:
    """The wish to be let in."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who was let in; `secret` is the cookie, or the refresh token that `tickets` holds too."""

    account: Account
    session: Session
    secret: str = field(repr=False)
    tickets: Tickets | None = None


@dataclass(frozen=True, slots=True)
class UpdateProfile:
    """The wish to say something else of oneself; what is None stays. An entry of `profile` with an empty text goes."""

    expected_version: int
    name: str | None = None
    locale: str | None = None
    profile: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class CredentialsWrong(Refusal):
    """The address and the password do not belong together, or nobody has proved the address yet; which, is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return (
            "The e-mail address or the password is wrong, or the address was not confirmed yet; look for our mail, or reset the password."
        )


@dataclass(frozen=True, slots=True)
class PasswordWrong(Refusal):
    """Somebody did not give the password that is hers."""

    at: tuple[str, ...] = ("input", "currentPassword")

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "That is not your password."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return self.at


@dataclass(frozen=True, slots=True)
class LinkInvalid(Refusal):
    """The link was used, is too old, or was never sent; which, is not told."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "This link was used already or is too old; ask for a new one."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "token")


@dataclass(frozen=True, slots=True)
class OrganizationSlugTaken(Refusal):
    """Another organization has this name in its addresses."""

    slug: str

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"There is an organization {self.slug} already; choose another name for the addresses."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "organization", "slug")


class Accounts(Protocol):
    """The store of people who can sign in; it belongs to no tenant."""

    async def by_email(self, email: str) -> Account | None:
        """The account of this address."""

    async def get(self, person_id: UUID) -> Account | None:
        """The account of this person."""

    async def for_change(self, person_id: UUID) -> Account:
        """The account, locked until the work ends; refused with NotSignedIn when there is none."""

    async def enter(self, account: Account) -> Account:
        """Write a new account. A person known by her address only (a guest) keeps her id; the account as it is now."""

    async def keep(self, account: Account) -> None:
        """Write the account as changed."""

    async def rehash(self, person_id: UUID, before: str | None, after: str) -> None:
        """Keep the same password by another hash, unless it was changed meanwhile."""

    async def standing(self, organization_id: UUID, person_id: UUID) -> int:
        """The version of the person's membership there, 0 for one who is no member."""

    async def is_slug_free(self, slug: str) -> bool:
        """Whether no organization has this name yet."""

    async def found(self, organization: Organization, owner: UUID) -> None:
        """Enter an organization with its owner; refused with OrganizationSlugTaken."""

    async def home_of(self, person_id: UUID) -> UUID | None:
        """The organization the person joined first, None for one who belongs to none."""


class Links(Protocol):
    """The store of links that were mailed."""

    async def find(self, token_hash: bytes, purpose: Purpose) -> Link:
        """The link, not used up by this; refused with LinkInvalid when there is none, or it is used or too old."""

    async def add(self, link: Link) -> None:
        """Write a new link."""

    async def take(self, token_hash: bytes, purpose: Purpose) -> Link:
        """The link, used up from now on; refused with LinkInvalid when there is none, or it is used or too old."""

    async def forget(self, email: str, purpose: Purpose) -> None:
        """Whatever links of the kind this address still has are worth nothing from now on."""


def checked(ask: SignUp) -> SignUp:
    """The wish with its address in the form that is kept; refused with InputInvalid, every fault but the password's named."""
    faults = Faults()
    email = read_email(faults, ask.email, ("input", "email"))
    check_line(faults, ask.name, ("input", "name"), longest=LONGEST_NAME)
    faults.check(is_locale(ask.locale), ("input", "locale"), "is not a locale such as en or de-CH")
    if wished := ask.organization:
        at = ("input", "organization")
        faults.check(is_slug(wished.slug), (*at, "slug"), SLUG_RULE)
        check_line(faults, wished.name, (*at, "name"), longest=LONGEST_NAME)
        faults.check(is_locale(wished.default_locale), (*at, "defaultLocale"), "is not a locale such as en or de-CH")
        faults.check(is_currency(wished.default_currency), (*at, "defaultCurrency"), "is not a currency of ISO 4217 such as EUR")
    faults.refuse()
    return replace(ask, email=email)


def link_for(ask: SignUp, password_hash: str, known: Account | None, token: str, now: datetime) -> Link:
    """The link to mail: to finish signing up, or, to somebody who has an account, to set another password.

    Nothing of the account is written before the address is proved, so nobody can enter a password for another's address beforehand.
    """
    if known:
        return reset_link(ask.email, token, now)
    wish = {
        "name": ask.name,
        "locale": ask.locale,
        "password": password_hash,
        "organization": ask.organization and asdict(ask.organization),
    }
    return Link(digest(token), Purpose.SIGN_UP, ask.email, now + LASTS[Purpose.SIGN_UP], wish)


def reset_link(email: str, token: str, now: datetime) -> Link:
    """A link to set another password by."""
    return Link(digest(token), Purpose.RESET_PASSWORD, email, now + LASTS[Purpose.RESET_PASSWORD])


def password_in(link: Link) -> str:
    """The hash of the password that was typed at signing up."""
    return str(link.wish["password"])


def account_of(link: Link, person_id: UUID, now: datetime) -> Account:
    """The account that was asked for when the link was mailed, its address proved by it."""
    wish = link.wish
    return Account(person_id, link.email, str(wish["name"]), now, password_in(link), str(wish["locale"]))


def expect_entered(account: Account, wished: Account) -> Account:
    """The account that was entered; refused with LinkInvalid where there was one already, whose password is not that of the link."""
    if account.password_hash != wished.password_hash:
        raise Refused(LinkInvalid())
    return account


def organization_of(link: Link, organization_id: UUID, slug: str | None) -> Organization | None:
    """The organization that was asked for, under another `slug` where its own was taken meanwhile; refused with InputInvalid."""
    wished = link.wish.get("organization")
    if not isinstance(wished, Mapping):
        return None
    faults = Faults()
    faults.check(slug is None or is_slug(slug), ("input", "organizationSlug"), SLUG_RULE)
    faults.refuse()
    asked = FoundOrganization(**wished)
    return Organization(organization_id, slug or asked.slug, asked.name, asked.default_locale, asked.default_currency)


def with_password(account: Account, password_hash: str, now: datetime) -> Account:
    """The account with another password. Who could read the mail has proved the address."""
    verified = account.email_verified_at or now
    return replace(account, password_hash=password_hash, email_verified_at=verified, version=account.version + 1)


def letter_to_sign_up(link: Link, token: str, addresses: Addresses) -> tuple[LetterKind, Mapping[str, str]]:
    """What is written to who asked for an account: how to finish, or that there is one already, and how to get in."""
    if link.purpose is Purpose.RESET_PASSWORD:
        into = {"link": addresses.of_account("/auth/sign-in"), "reset_link": addresses.of_account(f"/auth/reset-password?token={token}")}
        return LetterKind.ALREADY_REGISTERED, into
    return LetterKind.VERIFY_EMAIL, {"link": addresses.of_account(f"/auth/verify-email?token={token}"), "minutes": _minutes(link)}


def letter_to_reset(link: Link, known: Account | None, token: str, addresses: Addresses) -> tuple[LetterKind, Mapping[str, str]]:
    """What is written to who wants another password: how, or that there is no account, and how to get one."""
    if known is None:
        return LetterKind.NOT_REGISTERED, {"link": addresses.of_account("/auth/sign-up")}
    return LetterKind.RESET_PASSWORD, {"link": addresses.of_account(f"/auth/reset-password?token={token}"), "minutes": _minutes(link)}


def _minutes(link: Link) -> str:
    return str(int(LASTS[link.purpose].total_seconds()) // 60)


def expect_account(account: Account | None) -> Account:
    """The account; refused with NotSignedIn where there is none any more."""
    if account is None:
        raise Refused(NotSignedIn())
    return account


def has_same_password(proved: Account, now: Account) -> bool:
    """Whether the password that somebody gave for the account `proved` is still that of the account, which is locked `now`."""
    return proved.password_changed_at == now.password_changed_at


def expect_same_password(proved: Account, now: Account) -> Account:
    """The account as it is now; refused with PasswordWrong where another password was set since somebody gave hers."""
    if not has_same_password(proved, now):
        raise Refused(PasswordWrong())
    return now


def expect_still_right(proved: Account, now: Account) -> Account:
    """The account as it is now; refused with CredentialsWrong where another password was set since somebody signed in with hers."""
    if not has_same_password(proved, now):
        raise Refused(CredentialsWrong())
    return now


def with_link(known: Account | None) -> Account:
    """The account that a link sets another password for; refused with LinkInvalid where there is none."""
    if known is None:
        raise Refused(LinkInvalid())
    return known


async def expect_free_slug(accounts: Accounts, ask: SignUp) -> None:
    """Refuse with OrganizationSlugTaken where the organization wished for cannot have its name."""
    if ask.organization and not await accounts.is_slug_free(ask.organization.slug):
        raise Refused(OrganizationSlugTaken(ask.organization.slug))


def change_profile(account: Account, ask: UpdateProfile) -> Account:
    """The account with the changes; refused with VersionConflict, or InputInvalid where they break a rule."""
    if account.version != ask.expected_version:
        raise Refused(VersionConflict(account.version))
    name, locale = ask.name or account.name, ask.locale or account.locale
    profile = {key: text for key, text in {**account.profile, **(ask.profile or {})}.items() if text}
    faults = Faults()
    check_line(faults, name, ("input", "name"), longest=LONGEST_NAME)
    faults.check(is_locale(locale), ("input", "locale"), "is not a locale such as en or de-CH")
    _check_profile(faults, profile)
    faults.refuse()
    return replace(account, name=name, locale=locale, profile=profile, version=account.version + 1)


def _check_profile(faults: Faults, profile: Mapping[str, str]) -> None:
    at = ("input", "profile")
    faults.check(len(profile) <= MOST_PROFILE_ENTRIES, at, f"has {len(profile)} entries, {MOST_PROFILE_ENTRIES} are allowed")
    for key, text in profile.items():
        check_line(faults, key, (*at, "key"), longest=LONGEST_PROFILE_KEY)
        check_line(faults, text, (*at, key), longest=LONGEST_PROFILE_VALUE)
