"""Over the real schema and a real programme both engines give the same: for what is written in the repository and for what is generated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

import pytest
import pytest_asyncio
from graphql import FragmentDefinitionNode, GraphQLSchema, Node, OperationDefinitionNode, OperationType, StringValueNode, parse
from graphql.execution.values import VariableValues
from hypothesis import strategies as st

from domain.identity import Role, Viewer
from domain.throttling import Allowance, Throttle
from gateway.execution import Engine, Plan, Reason, Uncompiled, survey_document
from gateway.graphql.answers import Answer, Denied
from gateway.graphql.executor import CoreExecutor
from gateway.graphql.fields import StrawberryFields
from gateway.graphql.format import to_json
from gateway.graphql.pipeline import Pipeline
from gateway.graphql.prepared import Prepared
from gateway.graphql.request import GraphQLRequest
from gateway.settings import EngineName, Limits
from resolvers.context import Context
from schema.root import build_schema
from tests.api.box_office import create_event, create_ticket_type, hold, put_on_sale
from tests.api.conftest import Tenant
from tests.execution.differing import Seen, find_difference
from tests.execution.generating import generate, text, wanted
from tests.execution.values import value_variables
from tests.execution.written import root_operations, written_operations

pytestmark = [
    pytest.mark.asyncio,
    pytest.mark.usefixtures("swept"),
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    # The same, found while a named tuple was being made, where Python cannot even warn.
    pytest.mark.filterwarnings("ignore:Exception ignored in. <coroutine object:pytest.PytestUnraisableExceptionWarning"),
]

SCHEMA = build_schema()
CORE: GraphQLSchema = SCHEMA._schema
WRITTEN = written_operations(CORE)
FEATURES = (
    "alias",
    "merge",
    "skip",
    "include",
    "condition by variable",
    "variable",
    "variable with default",
    "fragment",
    "inline fragment",
)
WIDE = Limits(
    deadline_seconds=300,
    cost=10**12,
    depth=30,
    aliases=500,
    tokens_signed_in=20_000,
    tokens_anonymous=20_000,
    root_fields=100,
    repeated_keys=100,
    directives=20,
)
# A resume token holds the time at which it was made.
RARE = {"resumeToken": 1.0, "_entities": 0.7}
CREATE_VENUE = "mutation ($input: CreateVenueInput!) { createVenue(input: $input) { venue { id } } }"
SCALARS: Mapping[str, st.SearchStrategy[Any]] = {
    "DateTime": text("2027-05-01T18:00:00Z", "2031-05-01T20:00:00+02:00"),
    "Decimal": text("12.50", "0"),
    "BigInt": text("5", "900000000000"),
    "JSON": text("any"),
    "CurrencyCode": text("EUR", "CHF"),
    "_Any": st.nothing(),
}


class Outspoken(CoreExecutor):
    """graphql-core without the propagation of nulls, so that every field tells its own error."""

    def _begin(self, prepared: Prepared, context: Any, event: object = None) -> Any:
        execution = super()._begin(prepared, context, event)
        execution.error_propagation = False
        return execution


class Untiring(Throttle):
    """Lets everybody try as often as he likes, so that no engine is refused what the other was just allowed."""

    async def take(self, allowances: Sequence[Allowance]) -> datetime | None:
        return None

    async def take_surely(self, allowances: Sequence[Allowance]) -> None:
        """Nothing is counted."""

    async def give_back(self, allowances: Sequence[Allowance]) -> None:
        """Nothing was counted."""


def untiring(context: Context) -> Context:
    return replace(context, outside=replace(context.outside, throttle=Untiring()))


class Programme:
    """A tenant with something of everything, and the engines that show it."""

    def __init__(self, tenant: Tenant, ids: dict[str, list[str]]) -> None:
        contexts = tenant.house.contexts
        self.ids = ids
        self._contexts = {
            role: untiring(
                contexts.for_viewer(
                    Viewer(tenant.organization.id, person_id=tenant.people[role] if role else None, role=role, locales=("de", "en"))
                )
            )
            for role in (Role.OWNER, None)
        }
        self._nowhere = untiring(contexts.for_viewer(Viewer(organization_id=None)))
        self._engines = {name: Pipeline(SCHEMA, WIDE, contexts.fresh, introspection=True, engine=name) for name in EngineName}
        self._outspoken = Pipeline(SCHEMA, WIDE, contexts.fresh, introspection=True, executor=Outspoken(SCHEMA, contexts.fresh))

    async def compare(self, query: str, variables: Mapping[str, Any], role: Role | None) -> Counter[str]:
        """Raise where the engines differ; else what the answer was like."""
        context = self._nowhere if "mutation" in query else self._contexts[role]
        request = GraphQLRequest(query, None, variables)
        core = await self._run(self._engines[EngineName.CORE], request, context)
        compiled = await self._run(self._engines[EngineName.COMPILED], request, context)
        if isinstance(core, Denied) or isinstance(compiled, Denied):
            assert core == compiled, (query, core, compiled)
            return Counter(["denied"])
        every = await self._run(self._outspoken, request, context)
        assert isinstance(every, Answer)
        assert to_json(Answer("r", core.data)) == to_json(Answer("r", compiled.data)), query
        assert find_difference(compiled.data, *(_seen(each) for each in (core, compiled, every))) is None, query
        return Counter(["answered", *("error" for _ in compiled.errors[:1]), *("data" for _ in (1,) if compiled.data)])

    async def _run(self, pipeline: Pipeline, request: GraphQLRequest, context: Context) -> Answer | Denied:
        prepared = pipeline.prepare(request, context.viewer, "r")
        return prepared if isinstance(prepared, Denied) else await pipeline.execute(prepared, context)


def _seen(answer: Answer) -> Counter[Seen]:
    seen: Counter[Seen] = Counter()
    for each in answer.errors:
        told: Any = each
        locations = tuple((place["line"], place["column"]) for place in told.get("locations", ()))
        seen[(tuple(told.get("path", ())), told["message"], locations, str(told["extensions"]))] += 1
    return seen


@pytest_asyncio.fixture
async def programme(tenant: Tenant) -> Programme:
    """Events on sale, in preparation and held, at venues and without."""
    owner = tenant.owner
    made = await owner.ask(CREATE_VENUE, input={"name": "Hall", "city": "Bern", "country": "CH", "timeZone": "Europe/Zurich"})
    venue = made["createVenue"]["venue"]["id"]
    on_sale, type_id = await put_on_sale(owner, slug="on-sale", venueId=venue)
    held = await hold(tenant.anonymous, on_sale, type_id, 2)
    draft = await create_event(owner, slug="draft")
    ids = {
        "ID": [venue, on_sale, type_id, draft, await create_ticket_type(owner, on_sale, 3), str(held["hold"]["id"]), "nonsense"],
        "slug": ["on-sale", "draft", "nowhere"],
    }
    return Programme(tenant, ids)


async def test_every_operation_written_here_has_a_plan() -> None:
    """None of them is left to graphql-core but those that ask for the schema; nor is anything else that can be asked for at a root."""
    engine = Engine(CORE, StrawberryFields(SCHEMA).describe)
    roots = root_operations(CORE)
    left = {(query, plan.reason) for query in (*WRITTEN, *roots) for plan in _plans(engine, query) if isinstance(plan, Uncompiled)}
    asking = {(query, Reason.INTROSPECTION) for query in WRITTEN if "__schema" in query or "__type(" in query}

    assert left == asking
    assert len(WRITTEN) > 400
    assert len(roots) > 130


def _plans(engine: Engine, query: str) -> list[Plan | Uncompiled]:
    """What each operation of the document is compiled into, with everything in it that hangs on a variable."""
    tree = parse(query)
    fragments = {each.name.value: each for each in tree.definitions if isinstance(each, FragmentDefinitionNode)}
    operations = [each for each in tree.definitions if isinstance(each, OperationDefinitionNode)]
    conditions = [VariableValues({}, {each.variable.name.value: True for each in one.variable_definitions or ()}) for one in operations]
    return [
        engine.compile(survey_document(operation, fragments), operation, fragments, values)
        for operation, values in zip(operations, conditions, strict=True)
    ]


async def test_both_engines_agree_about_what_is_written_here(programme: Programme) -> None:
    """Queries as the owner and as nobody; mutations of no organization, where nothing can be changed: else it would be changed twice."""
    seen: Counter[str] = Counter()
    for number, query in enumerate(WRITTEN):
        [operation, *others] = [each for each in parse(query).definitions if isinstance(each, OperationDefinitionNode)]
        if others or operation.operation is OperationType.SUBSCRIPTION:
            continue
        roles = (None,) if operation.operation is OperationType.MUTATION else (Role.OWNER, None)
        for role in roles:
            for attempt in range(3):
                variables = value_variables(CORE, operation, programme.ids, Random(number * 3 + attempt))
                seen.update(await programme.compare(query, variables, role))

    assert seen["answered"] > 2 * len(WRITTEN), seen
    assert seen["data"] > len(WRITTEN), seen
    assert seen["error"] > 10, seen


async def test_both_engines_agree_about_what_is_generated(programme: Programme) -> None:
    def known(place: str, dice: Random) -> Node | None:
        for name in ("ID", "slug"):
            if name in place:
                return StringValueNode(value=dice.choice(programme.ids[name]))
        return None

    seen: Counter[str] = Counter()
    cases = generate(CORE, wanted(150, 0.4), scalars=SCALARS, known=known, rare=RARE)
    for number, case in enumerate(cases):
        seen.update(case.features)
        seen.update(await programme.compare(case.text, case.variables, (Role.OWNER, None)[number % 4 == 3]))

    assert seen["answered"] >= wanted(150, 0.4) / 2, seen
    assert seen["data"] >= wanted(150, 0.4) / 5, seen
    assert {each for each in FEATURES if not seen[each]} == set(), seen
