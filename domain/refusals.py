"""How the box office says no: a refusal is a value with facts, carried by one exception.

    Refused                     the one exception that carries a refusal out of a deed
    Refusal                     what every refusal is: a code, a sentence, the place in the input
    ├── NotSignedIn             nobody is signed in and the deed needs somebody
    ├── NotAllowed              the viewer lacks a permission
    ├── NotAPerson              a service key asks for what only people have
    ├── NotFound                missing, foreign and forbidden things answer alike
    ├── InputInvalid            the input breaks a rule; `faults` names each place
    ├── VersionConflict         the thing was changed meanwhile
    ├── IdempotencyKeyReused    the same key came with another input
    └── TooBusy                 more is asked at once than can be served

Words keep their own refusals in their own modules (`domain.holds`, `domain.events`, …).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar
from uuid import UUID


class ErrorCode(StrEnum):
    """The closed set of codes a client meets, in `errors[].extensions.code` or in a payload's `errors[].code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    CONFLICT = "CONFLICT"
    RATE_LIMITED = "RATE_LIMITED"
    OPERATION_TOO_COMPLEX = "OPERATION_TOO_COMPLEX"
    PERSISTED_DOCUMENT_NOT_FOUND = "PERSISTED_DOCUMENT_NOT_FOUND"
    PERSISTED_DOCUMENT_REQUIRED = "PERSISTED_DOCUMENT_REQUIRED"
    TIMEOUT = "TIMEOUT"
    UNAVAILABLE = "UNAVAILABLE"
    GRAPHQL_PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
    GRAPHQL_VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
    INTERNAL_SERVER_ERROR = "INTERNAL_SERVER_ERROR"


class Refusal:
    """A no with facts. `path` names the place in the input (`("input", "lines", "0", "quantity")`), empty when the whole is meant."""

    __slots__ = ()

    code: ClassVar[ErrorCode] = ErrorCode.CONFLICT
    typename: ClassVar[str] = "Refusal"

    def __init_subclass__(cls) -> None:
        cls.typename = cls.__name__

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step where there is one."""
        return "The request was refused."

    @property
    def path(self) -> tuple[str, ...]:
        """The place in the input that is to blame, from the argument's name down."""
        return ()


class Refused(Exception):
    """Carries one refusal out of a deed. Everything else that is raised is a bug."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


@dataclass(frozen=True, slots=True)
class NotSignedIn(Refusal):
    """Nobody is signed in and the deed needs somebody."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAUTHENTICATED

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Sign in first: send a valid access token."


@dataclass(frozen=True, slots=True)
class NotAllowed(Refusal):
    """The viewer is known but lacks the permission named."""

    permission: str

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"This needs the permission {self.permission}; ask an owner of the organization for it."


@dataclass(frozen=True, slots=True)
class NotAPerson(Refusal):
    """A service key asks for what only people have, such as an account."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "This is for people, and a service key is none; sign in as somebody."


@dataclass(frozen=True, slots=True)
class NoTenant(Refusal):
    """No organization could be told from the host, the headers or the token."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "No organization is named: use its host name or send the header X-Organization."


@dataclass(frozen=True, slots=True)
class NotFound(Refusal):
    """There is no such thing for this viewer; whether it exists for another is not told."""

    word: str
    at: tuple[str, ...] = ()

    code: ClassVar[ErrorCode] = ErrorCode.NOT_FOUND

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"There is no such {self.word}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that named the missing thing."""
        return self.at


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule broken by an input: where (`("input", "title", "en")`) and what."""

    path: tuple[str, ...]
    message: str


@dataclass(frozen=True, slots=True)
class InputInvalid(Refusal):
    """The input breaks rules that its types cannot express; every fault is named."""

    faults: tuple[Fault, ...]

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "; ".join(f"{'.'.join(fault.path)}: {fault.message}" for fault in self.faults)

    @property
    def path(self) -> tuple[str, ...]:
        """The place of the first fault."""
        return self.faults[0].path if self.faults else ()


@dataclass(frozen=True, slots=True)
class VersionConflict(Refusal):
    """The thing was changed since the caller read it."""

    current_version: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"It was changed meanwhile; read it again, the current version is {self.current_version}."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is out of date."""
        return ("input", "expectedVersion")


@dataclass(frozen=True, slots=True)
class IdempotencyKeyReused(Refusal):
    """The same idempotency key came with another input."""

    first_result: UUID

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "This idempotency key was used with another input; make a new key for a new request."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "idempotencyKey")


@dataclass(frozen=True, slots=True)
class TooBusy(Refusal):
    """More is asked at once than can be served in time; nothing was done."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "Too many people are asking at this moment; try again in a few seconds."


class Faults:
    """Collects every fault of an input before refusing it, so that a client mends all of them at once."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    @property
    def found(self) -> tuple[Fault, ...]:
        """What was noted so far."""
        return tuple(self._found)

    def add(self, path: tuple[str, ...], message: str) -> None:
        """Note one fault at `path`."""
        self._found.append(Fault(path, message))

    def check(self, holds: bool, path: tuple[str, ...], message: str) -> None:  # noqa: FBT001 - the condition is the subject
        """Note a fault at `path` unless the rule holds."""
        if not holds:
            self.add(path, message)

    def refuse(self) -> None:
        """Raise `Refused(InputInvalid)` when anything was found."""
        if self._found:
            raise Refused(InputInvalid(tuple(self._found)))
