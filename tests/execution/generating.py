"""Generated operations: hypothesis-graphql writes them, the mutators add what it leaves out."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from typing import Any

from graphql import DocumentNode, GraphQLSchema, print_ast
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes
from hypothesis_graphql import strategies as operations

from tests.execution.mutating import Case, Mutator

VARIANTS = 5
"""How many operations are made of each that is generated."""

Known = Callable[[str, Random], Any]


@dataclass(frozen=True)
class Written:
    """A generated operation as a client would send it, and which mutators had a part in it."""

    text: str
    variables: Mapping[str, Any]
    features: frozenset[str]

    def __str__(self) -> str:
        return f"{self.text}\n{dict(self.variables)}"


def wanted(usually: int, share: float) -> int:
    """How many operations to try: `usually`, or this share of what `make differential` asks for."""
    return int(float(os.environ.get("TICKETBASE_DIFFERENTIAL", "0")) * share) or usually


def generate(
    schema: GraphQLSchema,
    count: int,
    *,
    scalars: Mapping[str, st.SearchStrategy[Any]],
    kind: str = "queries",
    known: Known | None = None,
    rare: Mapping[str, float] = MappingProxyType({}),
) -> list[Written]:
    """So many operations. The same TICKETBASE_DIFFERENTIAL_SEED gives the same ones."""
    make = {"queries": operations.queries, "mutations": operations.mutations}[kind]
    trees: Any = make(schema, print_ast=lambda tree: tree, custom_scalars=dict(scalars), allow_x00=False)
    made: list[Written] = []

    @seed(int(os.environ.get("TICKETBASE_DIFFERENTIAL_SEED", "1")))
    @settings(
        max_examples=-(-count // VARIANTS), deadline=None, database=None, phases=(Phase.generate,), suppress_health_check=list(HealthCheck)
    )
    @given(trees, st.integers(0, 2**32))
    def collect(tree: DocumentNode, dice: int) -> None:
        cases = _variants(Mutator(schema, Random(dice), known, rare), tree)
        made.extend(Written(print_ast(case.tree), case.variables, frozenset(case.features)) for case in cases)

    collect()
    return made


def _variants(mutator: Mutator, tree: DocumentNode) -> Iterator[Case]:
    """The operation, and others made of it."""
    if tamed := mutator.tame(tree):
        yield tamed
        for _ in range(VARIANTS - 1):
            yield mutator.mutate(tamed)


def even() -> st.SearchStrategy[Any]:
    """Numbers, of which half are even."""
    return st.integers(0, 6).map(nodes.Int)


def text(*choices: str) -> st.SearchStrategy[Any]:
    """One of these as a string."""
    return st.sampled_from(choices).map(nodes.String)
