"""Generated operations over the torture schema give the same on both engines."""

from collections import Counter

import pytest
from graphql import parse
from graphql.execution.values import get_variable_values

from tests.execution.differing import Rival, null_at, split
from tests.execution.generating import Written, even, generate, text, wanted

# Of these fields each makes everything around it null; with many of them in every operation nothing else would be tried.
RARE = dict.fromkeys(
    [
        "failingHard",
        "failsHard",
        "failsLateHard",
        "neverHard",
        "neverLateHard",
        "notAListHard",
        "returnsErrorLate",
        "batchedFailsHard",
        "oddHard",
        "sometimesHard",
        "sometimesLateHard",
        "oneSometimesHard",
        "batchedSometimesHard",
        "sometimesNull",
        "evenHard",
        "largeInt",
        "needs",
        "walkHard",
        "failStepHard",
    ],
    0.7,
)
ALL = {
    "alias", "merge", "skip", "include", "condition by variable", "variable", "variable with default", "variable left out", "fragment",
    "inline fragment", "__typename", "error", "several errors", "null that took its object", "no data",
}  # fmt: skip

# What the reference leaves behind when an error cuts it short; the engine's own leftovers are looked for in test_runs.py.
pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.usefixtures("swept"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    # The same, found while a named tuple was being made, where Python cannot even warn.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object:pytest.PytestUnraisableExceptionWarning"),
]


@pytest.mark.parametrize(("kind", "usually", "share"), [("queries", 400, 0.5), ("mutations", 60, 0.1)])
async def test_both_engines_agree_about_generated(kind: str, usually: int, share: float, rival: Rival) -> None:
    scalars = {"Even": even(), "Anything": text("a", "b")}
    seen: Counter[str] = Counter()

    for case in generate(rival.schema, wanted(usually, share), scalars=scalars, kind=kind, rare=RARE):
        seen.update(["operations", *case.features])
        seen.update(await compare(rival, case))

    assert seen["operations"] >= wanted(usually, share) * 0.9
    if kind == "queries":
        assert {each for each in ALL if seen[each] < seen["operations"] / 100} == set(), seen


async def compare(rival: Rival, case: Written) -> list[str]:
    """Raise where the engines differ; else what the answer was like."""
    tree = parse(case.text)
    operation, _ = split(tree)
    if isinstance(get_variable_values(rival.schema, operation.variable_definitions or (), dict(case.variables)), list):
        return ["variables refused"]
    rival.contexts.clear()
    compared = await rival.compare(tree, case.variables)
    assert compared.difference is None, f"{compared.difference}\n{case}"
    calls = rival.contexts[0].calls
    assert not calls or max(calls.values()) == 1, f"called twice\n{case}"
    data, paths = compared.compiled.data, [tuple(each.path or ()) for each in compared.compiled.errors or ()]
    told = {
        "error": bool(paths),
        "several errors": len(paths) > 1,
        "no data": data is None,
        "null that took its object": any(null_at(data, each) != each for each in paths),
    }
    return [name for name, holds in told.items() if holds]
