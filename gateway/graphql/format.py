"""Turns answers and denials into the bytes that travel: `data`, `errors`, `extensions`, in this order."""

from collections.abc import Mapping

import orjson

from gateway.graphql.answers import Answer, Denied
from gateway.graphql.masking import tell_fault


def to_json(answer: Answer | Denied) -> bytes:
    """The response as JSON. A value that JSON cannot carry is our fault: it is logged, and the answer says so."""
    try:
        return orjson.dumps(response_of(answer))
    except (TypeError, ValueError, RecursionError) as error:
        told = tell_fault(error, answer.request_id)
        return orjson.dumps({"data": None, "errors": [told]})


def response_of(answer: Answer | Denied) -> Mapping[str, object]:
    """The response as a GraphQL response map; a denial has no `data`, an answer without errors no `errors`."""
    if isinstance(answer, Denied):
        return {"errors": answer.errors}
    response: dict[str, object] = {"data": answer.data}
    if answer.errors:
        response["errors"] = answer.errors
    if answer.extensions:
        response["extensions"] = answer.extensions
    return response
