"""How the front door says no to an operation: malformed, too complex, not allowed here, out of time, the database away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from domain.counts import verb
from domain.refusals import ErrorCode, Refusal
from gateway.graphql.costs import Dearest


@dataclass(frozen=True, slots=True)
class RequestMalformed(Refusal):
    """What was sent is no GraphQL request; `fault` says what is wrong with it and what to send instead."""

    fault: str

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return self.fault


@dataclass(frozen=True, slots=True)
class TooComplex(Refusal):
    """The operation asks for more than one request may; `used` is at least so much when counting stopped early.

    `place` is where in the variables, from the variable's name down, when they are to blame.
    """

    limit: str
    used: int
    allowed: int
    what: str
    place: tuple[str, ...] = ()

    code: ClassVar[ErrorCode] = ErrorCode.OPERATION_TOO_COMPLEX

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        most = f"at most {self.allowed} {verb(self.allowed)} allowed"
        return f"The operation has {self.used} {self.what}, {most}; ask for less, or in several requests."

    @property
    def path(self) -> tuple[str, ...]:
        """The place in the variables that is to blame."""
        return self.place

    @property
    def facts(self) -> Mapping[str, object]:
        """What a program needs to know: which limit, how much was used, how much is allowed."""
        first, *others = self.limit.split("_")
        return {"limit": first + "".join(word.title() for word in others), "used": self.used, "allowed": self.allowed}


@dataclass(frozen=True, slots=True)
class TooCostly(Refusal):
    """The answer may hold more than one request may ask for; `dearest` is the field that adds the most."""

    cost: int
    allowed: int
    dearest: Dearest | None

    code: ClassVar[ErrorCode] = ErrorCode.OPERATION_TOO_COMPLEX

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        most = f" Most of it is {'.'.join(self.dearest.path)}, which may be {self.dearest.cost}:" if self.dearest else ""
        return f"The operation may cost {self.cost}, at most {self.allowed} is allowed.{most} ask for fewer, or in several requests."

    @property
    def facts(self) -> Mapping[str, object]:
        """What a program needs to know: the cost, how much is allowed, which field adds the most."""
        return {"limit": "cost", **tell_cost(self.cost, self.allowed, self.dearest)}


def tell_cost(cost: int, allowed: int, dearest: Dearest | None) -> Mapping[str, object]:
    """A cost as clients are told it, in refusals and, when they ask for it, in `extensions.cost`."""
    blamed = {"path": dearest.path, "cost": dearest.cost} if dearest else None
    return {"used": cost, "allowed": allowed, "dearest": blamed}


@dataclass(frozen=True, slots=True)
class NotAllowedHere(Refusal):
    """This kind of operation does not travel by this transport; `kind` is query, mutation or subscription."""

    kind: str
    allowed: tuple[str, ...]

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        instead = {
            "query": "send it by POST.",
            "mutation": "send it by POST.",
            "subscription": "open it over a WebSocket, or accept text/event-stream or multipart/mixed.",
        }[self.kind]
        return f"A {self.kind} is not accepted here, only a {' or '.join(self.allowed)}; {instead}"


@dataclass(frozen=True, slots=True)
class IntrospectionOff(Refusal):
    """The schema is shown to developers only."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Introspection is for developers here: sign in as an owner or admin, or read the published schema.graphql."


@dataclass(frozen=True, slots=True)
class DocumentUnknown(Refusal):
    """No trusted document has this name; `off` where no document is trusted at all."""

    document_id: str
    off: bool = False

    code: ClassVar[ErrorCode] = ErrorCode.PERSISTED_DOCUMENT_NOT_FOUND

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        why = "Trusted documents are off here" if self.off else f"No trusted document is named {self.document_id}"
        return f"{why}; send the operation's text as `query`."


@dataclass(frozen=True, slots=True)
class DocumentRequired(Refusal):
    """Only trusted documents run here, and this text is none of them."""

    code: ClassVar[ErrorCode] = ErrorCode.PERSISTED_DOCUMENT_REQUIRED

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "Only trusted documents are run here: register the operation in a manifest, and send its `documentId`."


@dataclass(frozen=True, slots=True)
class DocumentDiffers(Refusal):
    """The text sent along with a hash has another hash."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "`query` has another SHA-256 than the one sent with it; send the hash of exactly this text, or the text alone."


@dataclass(frozen=True, slots=True)
class OutOfTime(Refusal):
    """The operation took longer than one may; what it had begun was stopped."""

    seconds: float
    changes: bool

    code: ClassVar[ErrorCode] = ErrorCode.TIMEOUT

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        again = "repeat it with the same idempotency keys" if self.changes else "ask for less, or try again"
        return f"The operation was stopped after {self.seconds:g} seconds; {again}."


@dataclass(frozen=True, slots=True)
class DatabaseAway(Refusal):
    """PostgreSQL does not answer at the moment; whether a change was kept is not known."""

    code: ClassVar[ErrorCode] = ErrorCode.UNAVAILABLE

    @property
    def message(self) -> str:
        """One sentence for a person, with the next step."""
        return "The database is away for a moment; try again in a few seconds, a change with the same idempotency key."
