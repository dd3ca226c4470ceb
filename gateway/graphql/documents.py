"""Keeps the documents that were read and found valid, so that the next request with the same text costs no reading."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode
from graphql.execution.collect_fields import FragmentDetails

from gateway.execution import Plans
from gateway.graphql.costs import Cost
from gateway.graphql.limits import Measures

TOKEN_BYTES = 2_500
"""What one token of a kept document costs in memory, rounded up: 1,000 bytes of tree and locations, 750 for each plan."""


@dataclass(frozen=True, slots=True)
class Document:
    """A valid document: its SHA-256 in hex, its tree, its operations, and how much they ask for; its plans come as it is run."""

    key: str
    tree: DocumentNode
    operations: tuple[OperationDefinitionNode, ...]
    fragments: dict[str, FragmentDetails]
    fragment_definitions: dict[str, FragmentDefinitionNode]
    measures: Measures
    weight: int
    costs: Mapping[int, Cost] = field(default_factory=dict, compare=False)
    """What each operation may cost, by the id of its node."""
    plans: Plans = field(default_factory=Plans, compare=False)


def make_document(text: str, tree: DocumentNode, measures: Measures) -> Document:
    """The document of this text and tree."""
    definitions = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    fragments = {name: FragmentDetails(each, None) for name, each in definitions.items()}
    operations = tuple(each for each in tree.definitions if isinstance(each, OperationDefinitionNode))
    weight = len(text) + TOKEN_BYTES * tree.token_count
    return Document(hash_text(text), tree, operations, fragments, definitions, measures, weight)


def hash_text(text: str) -> str:
    """The SHA-256 of a document's text in hex."""
    return sha256(text.encode()).hexdigest()


class Documents:
    """A bounded store, least recently used out first. Only valid documents enter: nobody can fill it with nonsense.

    `capacity` is in bytes of memory, estimated; keys hold the schema's hash, so several schemas may share one store.
    """

    def __init__(self, capacity: int = 64 * 1024 * 1024) -> None:
        self._capacity = capacity
        self._weight = 0
        self._kept: OrderedDict[tuple[str, str], Document] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def weight(self) -> int:
        """The estimated bytes of what is kept."""
        return self._weight

    def find(self, schema: str, text: str) -> Document | None:
        """The document of this text, if it was kept for the schema of this hash."""
        key = (schema, hash_text(text))
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, schema: str, document: Document) -> None:
        """Keep a valid document, and drop the longest unused until all fit."""
        key = (schema, document.key)
        if (old := self._kept.pop(key, None)) is not None:
            self._weight -= old.weight
        self._kept[key] = document
        self._weight += document.weight
        while self._weight > self._capacity and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            self._weight -= dropped.weight
