"""Decides which words of an error may leave the house: refusals and the client's own mistakes do, everything else is a fault of ours.

A fault is logged once, with its traceback and the request's id; the client gets the id. Nothing else of it is told, in no transport.
"""

from collections.abc import Iterable, Mapping

import structlog
from graphql import GraphQLError
from strawberry.exceptions import StrawberryInputCoercionError

from adapters.postgres.transaction import is_away
from domain.passwords import PasswordsBusy
from domain.refusals import ErrorCode, InputInvalid, Refusal, Refused
from domain.throttling import TooManyAttempts, TooManyTries
from gateway.graphql.answers import Denied, Stage, Told
from gateway.graphql.refusals import DatabaseAway, TooComplex, TooCostly
from gateway.graphql.unechoed import without_values
from schema.scalars import show_time

log = structlog.get_logger(__name__)

FAULT = "Something went wrong on our side; try again, and tell us the request id if it stays."
# Where an argument's value was written. Errors of ours point at fields, or at nothing.
INPUT_KINDS = ("argument", "object_field", "variable", "_value")


def tell_refusal(refusal: Refusal, request_id: str) -> Told:
    """A refusal as a client sees it: its sentence, its code, the place in the input."""
    return {"message": refusal.message, "extensions": _extend(refusal, request_id)}


def tell_mistakes(errors: Iterable[GraphQLError], code: ErrorCode, request_id: str) -> tuple[Told, ...]:
    """What graphql-core found wrong in what the client wrote, before anything ran."""
    return tuple(_place(error, without_values(error.message), {"code": code.value, "requestId": request_id}) for error in errors)


def tell_fault(fault: BaseException, request_id: str) -> Told:
    """A fault outside of any field: logged with its traceback, told without a word of it."""
    log.error("operation_failed", correlation_id=request_id, exc_info=fault)
    return {"message": FAULT, "extensions": {"code": ErrorCode.INTERNAL_SERVER_ERROR.value, "requestId": request_id}}


def tell_errors(errors: Iterable[GraphQLError], request_id: str) -> tuple[Told, ...]:
    """The errors of an operation that ran. A fault that hit many fields is logged once."""
    logged: set[int] = set()
    return tuple(_tell_error(error, request_id, logged) for error in errors)


def deny(stage: Stage, refusal: Refusal, request_id: str) -> Denied:
    """The denial that tells a refusal."""
    return Denied(request_id, stage, (tell_refusal(refusal, request_id),))


def deny_raised(error: Exception, request_id: str) -> Denied:
    """The denial that tells what was raised outside of a field: a refusal in its words, a fault in none."""
    if isinstance(error, GraphQLError):
        return Denied(request_id, Stage.SOURCE, tell_errors((error,), request_id))
    if isinstance(error, Refused):
        return deny(Stage.SOURCE, error.refusal, request_id)
    if is_away(error):
        _note_away(error, request_id)
        return deny(Stage.ACCESS, DatabaseAway(), request_id)
    return Denied(request_id, Stage.FAULT, (tell_fault(error, request_id),))


def _tell_error(error: GraphQLError, request_id: str, logged: set[int]) -> Told:
    cause = find_cause(error)
    if isinstance(cause, Refused):
        return _place(error, cause.refusal.message, _extend(cause.refusal, request_id))
    if _is_mistake(cause):
        return _place(error, without_values(error.message), {"code": ErrorCode.BAD_USER_INPUT.value, "requestId": request_id})
    if is_away(cause):
        if not logged:
            _note_away(cause, request_id)
        logged.add(id(cause))
        return _place(error, DatabaseAway().message, _extend(DatabaseAway(), request_id))
    if id(cause) not in logged:
        logged.add(id(cause))
        log.error("field_failed", correlation_id=request_id, field=_dotted(error), exc_info=cause)
    return _place(error, FAULT, {"code": ErrorCode.INTERNAL_SERVER_ERROR.value, "requestId": request_id})


def find_cause(error: GraphQLError) -> Exception:
    """What was raised first, under the layers in which graphql-core locates it."""
    cause: Exception = error
    while isinstance(cause, GraphQLError) and isinstance(cause.original_error, Exception):
        cause = cause.original_error
    return cause


def _note_away(fault: Exception, request_id: str) -> None:
    """One line for each request, without the traceback, which would be the same for all of them."""
    log.warning("database_away", correlation_id=request_id, fault=type(fault).__name__)


def _is_mistake(cause: Exception) -> bool:
    """Whether graphql-core refused the value of an argument while executing: a null in a variable, two keys in a one-of input."""
    if isinstance(cause, StrawberryInputCoercionError):
        return True
    if type(cause) is not GraphQLError or not cause.nodes:
        return False
    return all(node.kind.endswith(INPUT_KINDS) for node in cause.nodes)


def _extend(refusal: Refusal, request_id: str) -> dict[str, object]:
    extensions: dict[str, object] = {"code": refusal.code.value, "requestId": request_id}
    if refusal.path:
        extensions["inputPath"] = refusal.path
    if isinstance(refusal, InputInvalid):
        extensions["faults"] = [{"path": each.path, "message": each.message} for each in refusal.faults]
    extensions.update(_facts(refusal))
    return extensions


def _facts(refusal: Refusal) -> Mapping[str, object]:
    """What a program needs to know of a refusal that a payload does not list."""
    if isinstance(refusal, TooComplex | TooCostly):
        return refusal.facts
    if isinstance(refusal, TooManyAttempts | TooManyTries):
        return {"retryAt": show_time(refusal.retry_at)}
    return {"retryAfterSeconds": refusal.retry_after_seconds} if isinstance(refusal, PasswordsBusy) else {}


def _place(error: GraphQLError, message: str, extensions: dict[str, object]) -> Told:
    told: dict[str, object] = {"message": message}
    if error.locations:
        told["locations"] = [location.formatted for location in error.locations]
    if error.path is not None:
        told["path"] = error.path
    told["extensions"] = extensions
    return told


def _dotted(error: GraphQLError) -> str:
    return ".".join(str(step) for step in error.path or ())
