"""Reads what a client sent as one GraphQL request, and says exactly what is wrong when it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson

from domain.refusals import Refused
from gateway.graphql.refusals import RequestMalformed

DIGEST = re.compile(r"[0-9a-fA-F]{64}")
DOCUMENT_ID = re.compile(r"sha256:[0-9a-fA-F]{64}|(?!sha256:)[\w.:/+=-]{1,256}")
KINDS = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number", type(None): "null"}


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One request as GraphQL over HTTP and the WebSocket protocol describe it; further keys are ignored, as they say.

    `document_id` names a trusted document: `sha256:` and 64 hexadecimal digits, or the id that a manifest gives it. `query` is empty
    where the name stands alone.
    """

    query: str
    operation_name: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)
    extensions: Mapping[str, object] = field(default_factory=dict)
    document_id: str | None = None


def read_body(body: bytes) -> GraphQLRequest:
    """The request in a JSON body. Refused with RequestMalformed."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(RequestMalformed(f"The body is not JSON: {error}.")) from error
    return read_request(sent)


def read_request(sent: object) -> GraphQLRequest:
    """The request in a decoded JSON value. Refused with RequestMalformed."""
    if isinstance(sent, list):
        raise Refused(RequestMalformed("Batches are not accepted: send each operation in a request of its own."))
    if not isinstance(sent, dict):
        raise Refused(RequestMalformed(f"The request must be an object with a `query`, found {_kind(sent)}."))
    extensions = _read_object(sent, "extensions")
    query, document_id = sent.get("query"), _read_document_id(sent, extensions)
    if not isinstance(query, str) and (query is not None or document_id is None):
        found = "it is missing" if query is None else f"found {_kind(query)}"
        raise Refused(RequestMalformed(f"`query` must be a string with a GraphQL document, {found}."))
    name = sent.get("operationName")
    if name is not None and not isinstance(name, str):
        raise Refused(RequestMalformed(f"`operationName` must be a string or absent, found {_kind(name)}."))
    return GraphQLRequest(query or "", name, _read_object(sent, "variables"), extensions, document_id)


def read_parameters(parameters: Mapping[str, str]) -> GraphQLRequest:
    """The request in a query string, where `variables` and `extensions` are JSON texts. Refused with RequestMalformed."""
    sent: dict[str, object] = {name: parameters[name] for name in ("query", "operationName", "documentId") if name in parameters}
    if not sent.get("operationName"):
        sent.pop("operationName", None)
    for name in ("variables", "extensions"):
        if text := parameters.get(name):
            try:
                sent[name] = orjson.loads(text)
            except orjson.JSONDecodeError as error:
                raise Refused(RequestMalformed(f"The parameter `{name}` is not JSON: {error}.")) from error
    return read_request(sent)


def _read_document_id(sent: Mapping[str, object], extensions: Mapping[str, object]) -> str | None:
    """The name of a trusted document: `documentId`, or `extensions.persistedQuery` as Apollo's clients send it."""
    named = sent.get("documentId")
    if named is not None:
        if not isinstance(named, str) or not DOCUMENT_ID.fullmatch(named):
            raise Refused(RequestMalformed('`documentId` must be "sha256:" and 64 hexadecimal digits, or an id of a manifest.'))
        return named
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    digest = persisted.get("sha256Hash") if isinstance(persisted, dict) and persisted.get("version") == 1 else None
    if not isinstance(digest, str) or not DIGEST.fullmatch(digest):
        wanted = '{"version": 1, "sha256Hash": "64 hexadecimal digits"}'
        raise Refused(RequestMalformed(f"`extensions.persistedQuery` must be {wanted}."))
    return f"sha256:{digest.lower()}"


def _read_object(sent: Mapping[str, object], name: str) -> Mapping[str, object]:
    value = sent.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(RequestMalformed(f"`{name}` must be an object or absent, found {_kind(value)}."))
    return value


def _kind(value: object) -> str:
    return KINDS.get(type(value), type(value).__name__)
