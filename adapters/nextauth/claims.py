"""Reads what an opened session says, claim by claim, and writes it down for the front end's library."""

import json
import re
from collections.abc import Mapping

from domain.foreign_sessions import TOLERANCE, ForeignSession, ForeignSessionInvalid
from domain.refusals import Refused

LAST_SECOND = 253_402_300_799
"""The end of the year 9999, after which dates cannot be told."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_MOST_PERMISSIONS = 1_000
_WRONG_TYPE = "a claim has the wrong type"


def read_claims(content: bytes, now: float) -> ForeignSession:
    """The session in the claims, if it names somebody and runs now (seconds since 1970); refused with ForeignSessionInvalid."""
    claims = _parse(content)
    expires_at = _moment(claims, "exp")
    if expires_at is None:
        raise Refused(ForeignSessionInvalid("it does not say when it ends"))
    subject = _text(claims, "sub")
    if subject is None:
        raise Refused(ForeignSessionInvalid("it names nobody"))
    _check_time(claims, expires_at, now)
    return ForeignSession(
        subject=subject,
        expires_at=expires_at,
        email=_text(claims, "email"),
        email_verified=_verified(claims),
        name=_text(claims, "name"),
        picture=_text(claims, "picture"),
        tenant_id=_text(claims, "tenantId"),
        role=_text(claims, "role"),
        permissions=_permissions(claims),
        session_id=_text(claims, "sessionId"),
        issued_at=_moment(claims, "iat"),
    )


def write_claims(session: ForeignSession, now: float, token_id: str) -> bytes:
    """The session as claims, without those that say nothing."""
    said = {
        "sub": session.subject,
        "name": session.name,
        "email": session.email,
        "picture": session.picture,
        "email_verified": session.email_verified,
        "tenantId": session.tenant_id,
        "role": session.role,
        "permissions": None if session.permissions is None else sorted(session.permissions),
        "sessionId": session.session_id,
        "iat": int(now),
        "exp": session.expires_at,
        "jti": token_id,
    }
    return json.dumps({name: value for name, value in said.items() if value is not None}).encode()


def _parse(content: bytes) -> Mapping[str, object]:
    try:
        claims = json.loads(content.decode())
    except (ValueError, RecursionError):
        raise Refused(ForeignSessionInvalid("it is malformed")) from None
    if not isinstance(claims, dict):
        raise Refused(ForeignSessionInvalid("it is malformed"))
    return claims


def _check_time(claims: Mapping[str, object], expires_at: int, now: float) -> None:
    starts_at = _moment(claims, "nbf")
    if expires_at <= now - TOLERANCE:
        raise Refused(ForeignSessionInvalid("it has expired"))
    if starts_at is not None and starts_at > now + TOLERANCE:
        raise Refused(ForeignSessionInvalid("it is not valid yet"))


def _moment(claims: Mapping[str, object], name: str) -> int | None:
    """Seconds since 1970, as a number: the libraries never write one as text, and who did would be believed for ever elsewhere."""
    value = claims.get(name)
    if value is None and name not in claims:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST_SECOND:
        raise Refused(ForeignSessionInvalid(_WRONG_TYPE))
    return int(value)


def _text(claims: Mapping[str, object], name: str) -> str | None:
    """A text that can be stored; None where it is absent, null or empty."""
    value = claims.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or _CONTROL.search(value):
        raise Refused(ForeignSessionInvalid(_WRONG_TYPE))
    return value or None


def _verified(claims: Mapping[str, object]) -> bool | None:
    """Whether the address is verified: OpenID Connect's `email_verified`, and `emailVerified`, the moment a user's row in Auth.js has."""
    said = [_is_verified(claims[name]) for name in ("email_verified", "emailVerified") if name in claims]
    return all(said) if said else None


def _is_verified(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return value is True
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        return True
    raise Refused(ForeignSessionInvalid(_WRONG_TYPE))


def _permissions(claims: Mapping[str, object]) -> frozenset[str] | None:
    value = claims.get("permissions")
    if value is None:
        return None
    if not isinstance(value, list) or len(value) > _MOST_PERMISSIONS or not all(isinstance(each, str) for each in value):
        raise Refused(ForeignSessionInvalid(_WRONG_TYPE))
    return frozenset(value)
