"""People whom a front end keeps in step with its own: entered or changed by their proven address."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from domain.accounts import LONGEST_NAME, LONGEST_PROFILE_VALUE, Account
from domain.emails import read_email
from domain.locales import is_locale
from domain.refusals import Faults
from domain.texts import check_line

IMAGE = "image"
"""The entry of the profile that holds the address of a picture."""


@dataclass(frozen=True, slots=True)
class SyncPerson:
    """What a front end knows of somebody; what is None stays as it is, and an empty `image` takes the picture away."""

    email: str
    name: str | None = None
    image: str | None = None
    locale: str | None = None


def checked(ask: SyncPerson) -> SyncPerson:
    """The same with the address in the form that is kept; refused with InputInvalid, every fault named."""
    faults = Faults()
    email = read_email(faults, ask.email, ("input", "email"))
    if ask.name is not None:
        check_line(faults, ask.name, ("input", "name"), longest=LONGEST_NAME)
    if ask.image:
        fits = _is_web_address(ask.image) and len(ask.image) <= LONGEST_PROFILE_VALUE
        faults.check(fits, ("input", IMAGE), f"must be a web address of at most {LONGEST_PROFILE_VALUE} characters")
    faults.check(ask.locale is None or is_locale(ask.locale), ("input", "locale"), "is not a locale such as en or de-CH")
    faults.refuse()
    return replace(ask, email=email)


def entered(ask: SyncPerson, person_id: UUID, now: datetime) -> Account:
    """A new account, without a password; who has no name is called by her address. Its picture follows (`synced`)."""
    return Account(person_id, ask.email, ask.name or ask.email.partition("@")[0], now, locale=ask.locale or "en")


def synced(account: Account, ask: SyncPerson, now: datetime) -> Account:
    """The account as the front end knows it, a version later where that differs."""
    profile = dict(account.profile) if ask.image is None else {**account.profile, IMAGE: ask.image}
    changed = replace(
        account,
        name=ask.name or account.name,
        locale=ask.locale or account.locale,
        profile={key: text for key, text in profile.items() if text},
        email_verified_at=account.email_verified_at or now,
    )
    return account if changed == account else replace(changed, version=account.version + 1)


def _is_web_address(text: str) -> bool:
    try:
        read = urlsplit(text)
    except ValueError:
        return False
    return read.scheme in ("http", "https") and bool(read.hostname) and text.isascii() and text.isprintable() and " " not in text
