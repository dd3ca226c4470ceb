"""Refusals as data: every mutation's payload lists what it may refuse, each a type with its facts."""

from collections.abc import Awaitable, Callable
from functools import reduce
from operator import or_
from typing import Annotated, Any, TypeVar, dataclass_transform

import strawberry
from strawberry.extensions import FieldExtension

from domain import refusals
from domain.refusals import ErrorCode, Refusal, Refused
from schema.enums import show_enum

show_enum(
    ErrorCode,
    "The closed set of codes that tell a program what went wrong.",
    {
        "UNAUTHENTICATED": "Nobody is signed in.",
        "FORBIDDEN": "The viewer lacks a permission.",
        "NOT_FOUND": "There is no such thing for this viewer.",
        "BAD_USER_INPUT": "The input breaks a rule.",
        "CONFLICT": "The state of things does not allow it now.",
        "RATE_LIMITED": "Too many requests; wait and try again.",
        "OPERATION_TOO_COMPLEX": "The operation passes a limit.",
        "PERSISTED_DOCUMENT_NOT_FOUND": "The document id is not known.",
        "PERSISTED_DOCUMENT_REQUIRED": "Only registered documents are accepted.",
        "TIMEOUT": "It took longer than allowed.",
        "UNAVAILABLE": "A part of the platform is not there at the moment.",
        "GRAPHQL_PARSE_FAILED": "The document is not GraphQL.",
        "GRAPHQL_VALIDATION_FAILED": "The document does not fit the schema.",
        "INTERNAL_SERVER_ERROR": "A fault on our side; quote the request id.",
    },
)


@strawberry.interface(description="What every refusal tells.")
class UserError:
    """The interface of all refusals."""

    message: str = strawberry.field(description="One sentence for a person.")
    code: ErrorCode = strawberry.field(description="The code for a program.")
    path: list[str] | None = strawberry.field(description="The place in the input that is to blame, from the argument's name down.")


SHOWN: dict[type[Refusal], type] = {}
"""Which GraphQL type shows which refusal."""

Cls = TypeVar("Cls", bound=type)


def shows(refusal: type[Refusal], description: str) -> Callable[[Cls], Cls]:
    """Declare the class as the GraphQL type, of the same name, that shows this refusal."""

    def declare(cls: Cls) -> Cls:
        shown: Cls = strawberry.type(cls, name=refusal.__name__, description=description)
        SHOWN[refusal] = shown
        return shown

    return declare


@dataclass_transform(field_specifiers=(strawberry.field,))
def payload(*may_refuse: type[Refusal], description: str) -> Callable[[Cls], Cls]:
    """Declare a mutation's payload: its nullable results, and `errors`, a union of exactly these refusals."""

    def declare(cls: Cls) -> Cls:
        name = cls.__name__.removesuffix("Payload") + "Error"
        described = strawberry.union(name, description=f"Why {cls.__name__} has no result.")
        union: Any = Annotated[reduce(or_, (SHOWN[each] for each in may_refuse)), described]
        cls.__annotations__["errors"] = list[union]
        cls.errors = strawberry.field(default_factory=list, description="Why it was refused; empty when it was done.")  # type: ignore[attr-defined]
        cls.may_refuse = frozenset(may_refuse)  # type: ignore[attr-defined]
        return strawberry.type(cls, description=description)

    return declare


class MayRefuse(FieldExtension):
    """Turns the refusals a payload lists into its `errors`; any other refusal stays a top-level error with its code."""

    def __init__(self, payload_type: Any) -> None:
        self._payload = payload_type

    async def resolve_async(self, next_: Callable[..., Awaitable[Any]], source: Any, info: strawberry.Info, **kwargs: Any) -> Any:
        """Run the deed and answer with its payload or the refusal in its place."""
        try:
            return await next_(source, info, **kwargs)
        except Refused as no:
            if type(no.refusal) not in self._payload.may_refuse:
                raise
            return self._payload(errors=[no.refusal])


@shows(refusals.NotFound, "There is no such thing for this viewer.")
class NotFound(UserError):
    """See `domain.refusals.NotFound`."""


@shows(refusals.VersionConflict, "It was changed since the caller read it.")
class VersionConflict(UserError):
    """See `domain.refusals.VersionConflict`."""

    current_version: int = strawberry.field(description="The version to read and to expect now.")


@shows(refusals.IdempotencyKeyReused, "The idempotency key came before with another input.")
class IdempotencyKeyReused(UserError):
    """See `domain.refusals.IdempotencyKeyReused`."""


@strawberry.type(description="One rule that the input breaks.")
class Fault:
    """See `domain.refusals.Fault`."""

    path: list[str] = strawberry.field(description="The place, from the argument's name down.")
    message: str = strawberry.field(description="What is wrong there.")


@shows(refusals.InputInvalid, "The input breaks rules that its types cannot express.")
class InputInvalid(UserError):
    """See `domain.refusals.InputInvalid`."""

    faults: list[Fault] = strawberry.field(description="Every rule broken, so that all can be mended at once.")
