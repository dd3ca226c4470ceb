"""People who come from another system, with the hashes of the passwords that they had there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from domain.accounts import LONGEST_NAME
from domain.emails import read_email
from domain.locales import is_locale
from domain.refusals import ErrorCode, Fault, Faults, Refusal, Refused
from domain.texts import check_line

MOST_TOLD = 50
"""Faults that the message names; the refusal holds all of them."""


@dataclass(frozen=True, slots=True)
class ImportedPerson:
    """Somebody as another system knew her. Without a `password_hash` she sets a password by a link."""

    email: str
    name: str
    password_hash: str | None = field(default=None, repr=False)
    email_verified: bool = True
    locale: str = "en"


@dataclass(frozen=True, slots=True)
class PeopleImported:
    """How many have an account now who had none, and how many had one, which stays as it is."""

    added: int
    kept: int


@dataclass(frozen=True, slots=True)
class PeopleBroken(Refusal):
    """Some of the people cannot be taken, so nobody was; `faults` names each place, from the number of the line down."""

    faults: tuple[Fault, ...]

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """A sentence for each fault, and how many more there are."""
        told = [f"line {'.'.join(each.path)}: {each.message}" for each in self.faults[:MOST_TOLD]]
        more = len(self.faults) - len(told)
        return "\n".join([*told, *([f"and {more} more"] if more else []), "Nobody was imported."])


def read_people(records: Sequence[object], can_verify: Callable[[str], bool]) -> list[ImportedPerson]:
    """The people in records with `email`, `name` and maybe `passwordHash`, `emailVerified`, `locale`; refused with PeopleBroken."""
    found: list[Fault] = []
    people = [_read(record, str(line), can_verify, found) for line, record in enumerate(records, start=1)]
    lines: dict[str, int] = {}
    for line, person in enumerate(people, start=1):
        if (first := lines.setdefault(person.email, line)) != line:
            found.append(Fault((str(line), "email"), f"is that of line {first} too"))
    if found:
        raise Refused(PeopleBroken(tuple(found)))
    return people


def _read(record: object, line: str, can_verify: Callable[[str], bool], found: list[Fault]) -> ImportedPerson:
    if not isinstance(record, Mapping):
        found.append(Fault((line,), "is no JSON object"))
        return ImportedPerson(f"line {line}", "")
    faults = Faults()
    kinds = {"email": str, "name": str, "passwordHash": str, "emailVerified": bool, "locale": str}
    for name, value in record.items():
        known = kinds.get(name)
        faults.check(known is not None, (line, str(name)), f"is not known; {', '.join(kinds)} are")
        faults.check(known is None or value is None or isinstance(value, known), (line, str(name)), "has the wrong type")
    person = _person(record, line, faults)
    hashed = person.password_hash
    is_taken = hashed is None or can_verify(hashed)
    faults.check(is_taken, (line, "passwordHash"), "is none that can be verified: argon2, bcrypt, or scrypt as Node makes it")
    found += faults.found
    return person


def _person(record: Mapping[object, object], line: str, faults: Faults) -> ImportedPerson:
    email, name, locale = (str(record.get(each) or "") for each in ("email", "name", "locale"))
    hashed, verified = record.get("passwordHash"), record.get("emailVerified")
    check_line(faults, name, (line, "name"), longest=LONGEST_NAME)
    faults.check(not locale or is_locale(locale), (line, "locale"), "is not a locale such as en or de-CH")
    address = read_email(faults, email, (line, "email"))
    return ImportedPerson(address, name, hashed if isinstance(hashed, str) else None, verified is not False, locale or "en")
