"""Reads documents: parse, measure, validate, in this order, and never twice for the same text."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    ObjectValueNode,
    OperationDefinitionNode,
    VariableNode,
    parse,
    specified_rules,
    validate,
)
from graphql.type import GraphQLNamedType
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from domain.identity import Role, Viewer
from domain.refusals import ErrorCode, Refusal, Refused
from gateway.graphql.answers import Denied, Stage
from gateway.graphql.costing import TooMuchToCount, cost_of
from gateway.graphql.documents import Document, Documents, hash_text, make_document
from gateway.graphql.limits import measure, too_many_tokens
from gateway.graphql.manifests import Entry, ManifestFault
from gateway.graphql.masking import tell_mistakes, tell_refusal
from gateway.graphql.refusals import IntrospectionOff, TooComplex, TooCostly
from gateway.graphql.request import GraphQLRequest
from gateway.graphql.trusted import TrustedDocuments
from gateway.settings import Limits, TrustMode

DEVELOPERS = frozenset({Role.OWNER, Role.ADMIN})
COMMENTS = 1_000
SELECTIONS = 2
"""How many times the limit of selections is counted, once for each type that a value may be of."""
TYPED_SELECTIONS = "selections once they are spread over all types"


class Halt(Exception):
    """Preparing an operation ends here: with a refusal of ours, or with mistakes that graphql-core found."""

    def __init__(
        self, stage: Stage, refusal: Refusal | None = None, *mistakes: GraphQLError, code: ErrorCode = ErrorCode.BAD_USER_INPUT
    ) -> None:
        super().__init__(refusal.message if refusal else " ".join(each.message for each in mistakes))
        self.stage = stage
        self.refusal = refusal
        self.mistakes = mistakes
        self.code = code

    def deny(self, request_id: str) -> Denied:
        """The denial that tells it."""
        if self.refusal is not None:
            return Denied(request_id, self.stage, (tell_refusal(self.refusal, request_id),))
        return Denied(request_id, self.stage, tell_mistakes(self.mistakes, self.code, request_id))


class Reader:
    """Turns texts into documents for one schema. `introspection` opens the schema to everybody, else only developers see it."""

    def __init__(self, schema: strawberry.Schema, limits: Limits, documents: Documents, *, introspection: bool) -> None:
        self._schema = schema._schema  # noqa: SLF001 - Strawberry has no public name for the schema it builds
        self._schema_hash = hash_text(schema.as_str())
        self._limits = limits
        self._documents = documents
        self._trusted = TrustedDocuments()
        self._introspection = introspection

    @property
    def schema_hash(self) -> str:
        """The SHA-256 of the schema's text in hex."""
        return self._schema_hash

    def shows_schema(self, viewer: Viewer) -> bool:
        """Whether this viewer may see the schema, in suggestions of names, too."""
        return self._introspection or viewer.role in DEVELOPERS or viewer.is_platform_admin

    def read(self, request: GraphQLRequest, viewer: Viewer) -> Document:
        """The document that is named or sent. Raises Halt where it is refused."""
        try:
            trusted = self._trusted.find(request)
        except Refused as refused:
            raise Halt(Stage.LIMITS, refused.refusal) from refused
        if trusted is None:
            return self._read_text(request.query, viewer)
        if trusted.measures.shows_schema and not self.shows_schema(viewer):
            raise Halt(Stage.VALIDATION, IntrospectionOff())
        return trusted

    def _read_text(self, text: str, viewer: Viewer) -> Document:
        allowed = self._limits.tokens_signed_in if viewer.actor else self._limits.tokens_anonymous
        shows = self.shows_schema(viewer)
        document = self._documents.find(self._schema_hash, text)
        is_new = document is None
        if document is None:
            tree = self._parse(text, allowed)
            document = make_document(text, tree, measure(tree, self._limits))
        if document.measures.tokens > allowed:
            raise Halt(Stage.LIMITS, too_many_tokens(allowed, document.measures.tokens))
        if excess := document.measures.find_excess(self._limits):
            raise Halt(Stage.LIMITS, excess)
        if document.measures.shows_schema and not shows:
            raise Halt(Stage.VALIDATION, IntrospectionOff())
        if is_new:
            self._validate(document.tree, hide_suggestions=not shows)
            document = self._count_costs(document)
            self._documents.keep(self._schema_hash, document)
        return document

    def trust(self, mode: TrustMode, entries: Iterable[Entry]) -> list[ManifestFault]:
        """Trust these documents from now on, and no others; what is wrong with those that this schema does not take."""
        named, faults = [], []
        for entry in entries:
            try:
                named.append((entry.id, self.register(entry.text)))
            except Halt as halt:
                faults.append(ManifestFault(entry.file, entry.id, str(halt)))
        self._trusted = TrustedDocuments(mode, named)
        return faults

    def register(self, text: str) -> Document:
        """The document of a text of ours, under the limits of registered documents. Whoever registers keeps it. Raises Halt."""
        tree = self._parse(text, self._limits.tokens_registered)
        document = make_document(text, tree, measure(tree, self._limits))
        if excess := document.measures.find_excess(self._limits):
            raise Halt(Stage.LIMITS, excess)
        self._validate(tree, hide_suggestions=False)
        document = self._count_costs(document)
        for cost in document.costs.values():
            if cost.least > self._limits.cost:
                raise Halt(Stage.LIMITS, TooCostly(cost.least, self._limits.cost, cost.find_dearest(None)))
        return document

    def _parse(self, text: str, allowed: int) -> DocumentNode:
        try:
            return parse(text, max_lexical_tokens=allowed, max_comments=COMMENTS)
        except GraphQLSyntaxError as error:
            if f"more than {allowed} tokens" in error.message:
                raise Halt(Stage.LIMITS, too_many_tokens(allowed)) from error
            raise Halt(Stage.PARSING, None, error, code=ErrorCode.GRAPHQL_PARSE_FAILED) from error

    def _count_costs(self, document: Document) -> Document:
        most = SELECTIONS * self._limits.selections
        try:
            costs = {id(each): cost_of(self._schema, each, document.fragment_definitions, most) for each in document.operations}
        except TooMuchToCount as error:
            raise Halt(Stage.LIMITS, TooComplex("selections", most + 1, most, TYPED_SELECTIONS)) from error
        return replace(document, costs=costs)

    def _validate(self, tree: DocumentNode, *, hide_suggestions: bool) -> None:
        mistakes = validate(self._schema, tree, RULES, self._limits.validation_errors, hide_suggestions=hide_suggestions)
        if mistakes:
            raise Halt(Stage.VALIDATION, None, *mistakes, code=ErrorCode.GRAPHQL_VALIDATION_FAILED)


class OneOfRule(OneOfInputValidationRule):
    """Strawberry's rule, which stumbles over variables nobody defined and over fragments that come before their operation.

    What it cannot see in a fragment is refused when the value is coerced.
    """

    def enter_fragment_definition(self, _node: FragmentDefinitionNode, *_args: Any) -> None:
        """A fragment defines no variables."""
        self.variable_definitions = {}

    def enter_operation_definition(self, node: OperationDefinitionNode, *_args: Any) -> None:  # type: ignore[override]
        """All variables of the operation, before any use of them."""
        self.variable_definitions = {each.variable.name.value: each for each in node.variable_definitions or ()}

    def validate_one_of(self, node: ObjectValueNode, type: GraphQLNamedType) -> None:
        """Leave an undefined variable to the rule that names it."""
        values = [field.value for field in node.fields]
        if len(values) == 1 and isinstance(values[0], VariableNode) and values[0].name.value not in self.variable_definitions:
            return
        super().validate_one_of(node, type)


RULES = (*specified_rules, MaybeNullValidationRule, OneOfRule)
