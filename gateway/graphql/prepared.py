"""An operation that may run: read, measured, valid, chosen, its variables coerced."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql import OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from gateway.graphql.documents import Document
from gateway.settings import EngineName


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an executor needs. `variables` are as sent, `variable_values` coerced by graphql-core; `extensions` as sent.

    `told` is what a developer asked to be told of the operation itself, in the answer's extensions.
    """

    request_id: str
    document: Document
    operation: OperationDefinitionNode
    variables: Mapping[str, object]
    variable_values: VariableValues
    extensions: Mapping[str, object]
    engine: EngineName = EngineName.COMPILED
    told: Mapping[str, object] = field(default_factory=dict)

    @property
    def kind(self) -> OperationType:
        """Query, mutation or subscription."""
        return self.operation.operation

    @property
    def name(self) -> str | None:
        """The operation's name, if it has one."""
        return self.operation.name.value if self.operation.name else None
