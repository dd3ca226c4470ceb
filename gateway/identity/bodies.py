"""Reads what is posted to a route of identity, and shows who is signed in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import orjson

from domain.accounts import Account, FoundOrganization, SignedIn, SignIn, SignUp
from domain.refusals import Fault, InputInvalid, Refused
from domain.sessions import Carrier
from domain.synced_people import SyncPerson
from gateway.rest.problems import MALFORMED, stop
from schema import ids
from schema.scalars import show_time


class Body:
    """A JSON object whose texts are taken out one by one; what is missing or no text is refused, every fault named."""

    def __init__(self, fields: Mapping[str, Any], path: tuple[str, ...] = ("input",), faults: list[Fault] | None = None) -> None:
        self._fields = fields
        self._path = path
        self._faults: list[Fault] = [] if faults is None else faults

    def text(self, name: str, default: str | None = None) -> str:
        """The text of this name; must be there where there is no default."""
        value = self._fields.get(name, default)
        if isinstance(value, str):
            return value
        self._faults.append(Fault((*self._path, name), "is missing" if value is None else "must be text"))
        return ""

    def optional_text(self, name: str) -> str | None:
        """The text of this name; null is as good as nothing."""
        return None if self._fields.get(name) is None else self.text(name)

    def expect(self, name: str, accept: Callable[[object], bool], wrong: str) -> None:
        """Note the fault `wrong` unless what is there is accepted."""
        if not accept(self._fields.get(name)):
            self._faults.append(Fault((*self._path, name), wrong))

    def optional(self, name: str) -> "Body | None":
        """The object of this name, if there is one."""
        value = self._fields.get(name)
        if value is not None and not isinstance(value, Mapping):
            self._faults.append(Fault((*self._path, name), "must be an object"))
        return Body(value, (*self._path, name), self._faults) if isinstance(value, Mapping) else None

    def check(self) -> None:
        """Refuse with InputInvalid what was found wrong, in the objects within it too."""
        if self._faults:
            raise Refused(InputInvalid(tuple(self._faults)))


def read_body(body: bytes) -> Body:
    """The object in a body; raises Stopped for anything else. No body is an empty object."""
    try:
        read = orjson.loads(body) if body.strip() else {}
    except orjson.JSONDecodeError as broken:
        raise stop(MALFORMED, f"The body is not JSON: {broken}.") from broken
    if not isinstance(read, dict):
        raise stop(MALFORMED, "The body must be a JSON object.")
    return Body(read)


def read_sign_in(body: Body) -> tuple[SignIn, Carrier]:
    """Who wants in, and whether she carries a cookie (what browsers do) or tokens; refused with InputInvalid."""
    return SignIn(body.text("email"), body.text("password")), read_carrier(body)


def read_carrier(body: Body) -> Carrier:
    """What whoever asks will carry, when all else of the body was taken out; refused with InputInvalid."""
    carrier = body.text("carrier", Carrier.COOKIE.value.lower()).upper()
    body.check()
    if carrier not in set(Carrier):
        raise Refused(InputInvalid((Fault(("input", "carrier"), "must be cookie or tokens"),)))
    return Carrier(carrier)


def read_sign_up(body: Body) -> SignUp:
    """Who wants an account; refused with InputInvalid."""
    wished = body.optional("organization")
    organization = _read_organization(wished) if wished else None
    ask = SignUp(body.text("email"), body.text("password"), body.text("name"), body.text("locale", "en"), organization)
    body.check()
    return ask


def read_owed_code(body: Body) -> tuple[str, str] | None:
    """The challenge and the code of whoever gave her password before; None for those who begin. Refused with InputInvalid."""
    challenge = body.optional_text("challenge")
    code = body.text("code") if challenge else ""
    body.check()
    return (challenge, code) if challenge else None


def read_synced_person(body: Body) -> SyncPerson:
    """Somebody as a front end knows her; refused with InputInvalid, also where it has not verified her address."""
    body.expect("emailVerified", _is_proof, "must be true, or the moment when the front end verified the address")
    texts = {name: body.optional_text(name) for name in ("name", "image", "locale")}
    ask = SyncPerson(body.text("email"), texts["name"] or None, texts["image"], texts["locale"])
    body.check()
    return ask


def _is_proof(value: object) -> bool:
    try:
        return value is True or (isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None)
    except ValueError:
        return False


def _read_organization(wished: Body) -> FoundOrganization:
    terms = wished.text("defaultLocale", "en"), wished.text("defaultCurrency", "EUR")
    return FoundOrganization(wished.text("slug"), wished.text("name"), *terms)


def show_account(account: Account) -> Mapping[str, object]:
    """A person as she sees herself."""
    return {"id": ids.show("Person", account.person_id), "email": account.email, "name": account.name, "locale": account.locale}


def show_signed_in(signed_in: SignedIn) -> Mapping[str, object]:
    """Who signed in, until when, and what she carries; a cookie is not repeated in the body."""
    tickets = signed_in.tickets
    carried = {"accessToken": tickets.access, "refreshToken": tickets.refresh, "expiresAt": tickets.expires_at} if tickets else {}
    session = {"id": ids.show("Session", signed_in.session.id), "endsAt": show_time(signed_in.session.ends_at)}
    return {"user": show_account(signed_in.account), "session": session, **carried}
