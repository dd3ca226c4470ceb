"""Service keys: what a program shows instead of a person; each may do what was chosen when it was made, within one organization."""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol
from uuid import UUID

from domain.dates import check_moment
from domain.idempotency import Key, key_of
from domain.identity import GRANTABLE, Permission
from domain.news import News
from domain.paging import Page, Slice
from domain.refusals import ErrorCode, Faults, NotFound, Refusal, Refused
from domain.texts import check_line

PREFIX = "tbs_"
LONGEST_NAME = 200
MOST_PERMISSIONS = 100

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_CHECKSUM_LENGTH, _HINT_LENGTH = 6, 8
_FORM = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}[0-9A-Za-z]{{{_CHECKSUM_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key of one organization; of its secret only the digest is kept, and `hint`, how it begins. `last_used_at` is true to a minute."""

    id: UUID
    name: str
    hint: str
    permissions: Sequence[str]
    created_by: UUID
    created_at: datetime
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    creator_name: str | None = None

    typename: ClassVar[str] = "ServiceKey"


@dataclass(frozen=True, slots=True)
class KeyShown:
    """A key whose secret was shown and that is good at this moment. `expires_at` in seconds since 1970."""

    id: UUID
    organization_id: UUID
    permissions: frozenset[Permission]
    expires_at: int | None


@dataclass(frozen=True, slots=True)
class CreateServiceKey:
    """The wish for a key."""

    name: str
    permissions: tuple[str, ...]
    expires_at: datetime | None = None
    idempotency_key: str | None = None

    def key(self, actor: UUID | None) -> Key | None:
        """The key of idempotency of this wish, None without one."""
        facts = [self.name, sorted(set(self.permissions)), self.expires_at and self.expires_at.isoformat()]
        return key_of(f"person:{actor}", "createServiceKey", self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class PermissionTooHigh(Refusal):
    """The key is to do what whoever makes it may not do herself."""

    permission: str

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"You do not have the permission {self.permission} yourself, so no key of yours can have it."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "permissions")


class ServiceKeys(Protocol):
    """The store of an organization's keys. Reads may return rows that read like a `ServiceKey`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[ServiceKey | None]:
        """The keys by id, in the order asked."""

    async def page(self, page: Page) -> Slice[ServiceKey]:
        """One window, the newest first; `page.edge` holds the id."""

    async def count(self, at_most: int) -> int:
        """How many there are, counted up to `at_most`."""

    async def add(self, key: ServiceKey, secret: bytes) -> None:
        """Write a new key with the digest of its secret."""

    async def revoke(self, key_id: UUID, now: datetime) -> bool:
        """It is worth nothing from now on; False when it was so before. Refused with NotFound."""


def write_secret(token: str) -> str:
    """The secret that is shown, of 256 random bits as 43 characters: `tbs_`, those, and a checksum, by which scanners know it for one."""
    body = PREFIX + token
    return body + _checksum(body)


def is_secret(text: str) -> bool:
    """Whether this can be a secret of a key; whatever cannot is not looked up."""
    return _FORM.fullmatch(text) is not None and text.endswith(_checksum(text[:-_CHECKSUM_LENGTH]))


def create(key_id: UUID, secret: str, ask: CreateServiceKey, allowed: frozenset[Permission], by: UUID, now: datetime) -> ServiceKey:
    """The new key; refused with InputInvalid, or with PermissionTooHigh for what its maker may not do herself."""
    faults = Faults()
    check_line(faults, ask.name, ("input", "name"), longest=LONGEST_NAME)
    faults.check(0 < len(ask.permissions) <= MOST_PERMISSIONS, ("input", "permissions"), f"must be 1 to {MOST_PERMISSIONS} permissions")
    grantable = {each.value for each in GRANTABLE}
    for at, each in enumerate(ask.permissions[:MOST_PERMISSIONS]):
        faults.check(each in grantable, ("input", "permissions", str(at)), "is no permission that a key can have")
    check_moment(faults, ask.expires_at, ("input", "expiresAt"))
    faults.check(ask.expires_at is None or ask.expires_at > now, ("input", "expiresAt"), "must lie ahead")
    faults.refuse()
    for each in sorted(set(ask.permissions)):
        if Permission(each) not in allowed:
            raise Refused(PermissionTooHigh(each))
    return ServiceKey(key_id, ask.name, secret[:_HINT_LENGTH], tuple(sorted(set(ask.permissions))), by, now, ask.expires_at)


def found(key: ServiceKey | None) -> ServiceKey:
    """The key, or the refusal NotFound."""
    if key is None:
        raise Refused(NotFound("service key", ("input", "serviceKeyId")))
    return key


def known(permissions: Iterable[str]) -> frozenset[Permission]:
    """What a key may do today; what a later version may have known is nothing here."""
    today = {each.value for each in GRANTABLE}
    return frozenset(Permission(each) for each in permissions if each in today)


def key_news(kind: str, key_id: UUID, actor: UUID | None) -> News:
    """News of this kind (`service_key:created`); its name and its secret are told to nobody."""
    return News(kind, f"service_key:{key_id}", {"serviceKeyId": str(key_id), "actorId": str(actor) if actor else None})


def _checksum(body: str) -> str:
    """CRC-32 as six digits of base 62."""
    left, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        left, digit = divmod(left, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits
