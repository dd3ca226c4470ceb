"""For any operation: where everything is there the answer holds as many objects as it costs; what is added never makes it cheaper."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from graphql import SelectionSetNode, Visitor, parse, visit

from schema.root import build_schema
from tests.api.test_both_engines import FEATURES, SCALARS
from tests.costs.full import answer, coerce, costs_of, make_full, objects_in, price
from tests.execution.differing import Rival
from tests.execution.generating import even, generate, text, wanted
from tests.execution.torture import World, make_schema

FULL, TORTURE = make_full(), make_schema()
ABSTRACT = ("stage", "thing", "under")


@pytest.mark.parametrize("kind", ["queries", "mutations"])
def test_the_answer_holds_as_many_objects_as_the_operation_costs_and_never_more(kind: str) -> None:
    seen: Counter[str] = Counter()
    base = 10 if kind == "mutations" else 0
    for case in generate(FULL, wanted(200, 0.1), scalars={}, kind=kind):
        tree = parse(case.text)
        data = answer(FULL, tree, case.variables)
        cost = price(FULL, tree, case.variables) - base * len([each for each in data.values() if each != "Mutation"])
        seen.update(case.features)
        if any(each in case.text for each in ABSTRACT):
            assert objects_in(data) <= cost, case
            seen.update(["of several types"])
        else:
            assert objects_in(data) == cost, case
            seen.update(["exact"])

    assert seen["exact"] > 40, seen
    if kind == "queries":
        assert {each for each in (*FEATURES, "of several types") if not seen[each]} == set(), seen


@pytest.mark.asyncio
@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
async def test_an_operation_that_fails_everywhere_holds_no_more_than_it_costs() -> None:
    rival, seen = Rival(TORTURE, World), 0
    for case in generate(TORTURE, wanted(150, 0.1), scalars={"Even": even(), "Anything": text("a")}, rare={"needs": 1.0, "walkHard": 1.0}):
        tree = parse(case.text)
        result = await rival.run_compiled(tree, case.variables)
        seen += result.data is not None

        assert objects_in(result.data or {}) <= price(TORTURE, tree, case.variables), case
    assert seen > 20


@pytest.mark.parametrize("schema", [FULL, TORTURE, build_schema()._schema], ids=["full", "torture", "published"])
def test_a_selection_more_never_costs_less(schema: Any) -> None:
    scalars = {**SCALARS, "Even": even(), "Anything": text("a")} if schema is not FULL else {}
    for number, case in enumerate(generate(schema, wanted(100, 0.05), scalars=scalars)):
        tree, dice = parse(case.text), Random(number)
        [cost], values = costs_of(schema, tree), coerce(schema, tree, case.variables) or {}
        for _ in range(3):
            [less] = costs_of(schema, visit(tree, Without(dice)))

            assert less.of(values) <= cost.of(values), case
            assert less.least <= cost.least <= cost.of(values), case


class Without(Visitor):
    """Takes selections out of a document here and there, and leaves one at least in each place."""

    def __init__(self, dice: Random) -> None:
        super().__init__()
        self._dice = dice

    def leave_selection_set(self, node: SelectionSetNode, *_: Any) -> Any:
        """Fewer of them."""
        kept = tuple(each for each in node.selections if self._dice.random() < 0.8) or node.selections[:1]
        return SelectionSetNode(selections=kept)
