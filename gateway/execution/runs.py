"""One execution of a plan: whatever needs no waiting is done at once, level after level; the rest goes on field by field as it comes."""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

from graphql import GraphQLObjectType

from gateway.execution.information import FieldFacts, Information, RunFacts
from gateway.execution.lanes import Lanes
from gateway.execution.leaves import are_plain, is_awaitable
from gateway.execution.places import Damage, Place
from gateway.execution.plans import ObjectPlan, Site
from gateway.execution.resolutions import Batched, Called
from gateway.execution.shapes import Completion, Rows
from gateway.execution.steps import collect, fill_constant

BREATH = 2_000
"""How many values are completed before other operations get their turn."""

Later = Coroutine[Any, Any, None]


class Run:
    """Executes selections in one context."""

    def __init__(self, facts: RunFacts, damage: Damage, informing: type[Information]) -> None:
        self._facts = facts
        self._damage = damage
        self._informing = informing
        self._lanes = Lanes(facts.context)
        self._running: dict[asyncio.Task[None], _Hope] = {}
        damage.when_null(self._give_up)

    async def fill(self, queue: list[Rows]) -> None:
        """Resolve and complete whatever is selected of these objects, and of all that is found thereby."""
        waiting: list[tuple[Later, Rows]] = []
        done = 0
        try:
            for each in queue:  # grows as objects are found
                rows = self._living(each)
                if not rows.sources:
                    continue
                waiting.extend((later, rows) for later in self._start_all(rows, queue))
                done += len(rows.sources) * len(rows.plan.sites)
                if done > BREATH:
                    done = 0
                    await asyncio.sleep(0)
        except BaseException:
            started = {asyncio.create_task(later): _Hope(()) for later, _ in waiting}
            self._running.update(started)
            await _stop(list(started))
            raise
        await self._finish_all(waiting)

    def _living(self, rows: Rows) -> Rows:
        """The objects that are still in the response."""
        if self._damage.is_none:
            return rows
        living = Rows(rows.plan)
        for source, out, place in zip(rows.sources, rows.outs, rows.places, strict=True):
            if self._damage.is_alive(place):
                living.sources.append(source)
                living.outs.append(out)
                living.places.append(place)
        return living

    def _start_all(self, rows: Rows, queue: list[Rows]) -> Iterable[Later]:
        """Resolve every field of these rows; what has to be waited for is given back."""
        for site, values in rows.plan.leaves.fill(self._facts.context, rows):
            if later := self._settle(site, values, rows, queue):
                yield later
        for site in rows.plan.others:
            if later := self._start(site, rows, queue):
                yield later

    def _start(self, site: Site, rows: Rows, queue: list[Rows]) -> Later | None:
        """Resolve a field of all rows; what has to be waited for is given back."""
        if site.read is not None:
            values = site.read(self._facts.context, rows.sources)
        elif site.constant is not None:
            fill_constant(site.key, site.constant, rows)
            return None
        elif isinstance(site.resolution, Batched):
            return self._load(site, site.resolution, rows)
        else:
            values = self._call(site, site.resolution, rows)  # type: ignore[arg-type]  # nothing else is left
        return self._settle(site, values, rows, queue)

    def _call(self, site: Site, resolution: Called, rows: Rows) -> list[Any]:
        call, inform, facts, told = resolution.call, self._informing, self._facts, site.facts
        arguments: dict[str, Any] = {}
        shared = False
        values: list[Any] = []
        for source, place in zip(rows.sources, rows.places, strict=True):
            information = inform(facts, told, place)
            try:
                if not shared:
                    arguments, shared = site.arguments.coerce(facts.variable_values, information)
                values.append(call(source, information, arguments))
            except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
                values.append(error)
        return values

    def _settle(self, site: Site, values: list[Any], rows: Rows, queue: list[Rows]) -> Later | None:
        kinds = set(map(type, values))
        if site.leaf and (converted := site.leaf.convert(values, kinds)) is not None:
            key = site.key
            for out, value in zip(rows.outs, converted, strict=True):
                out[key] = value
            return None
        if not are_plain(kinds) and any(map(is_awaitable, values)):
            return self._await(site, values, rows)
        completion = self._completion(site)
        site.shape.settle_column(completion, values, rows)
        if completion.pending:
            return self._finish(completion, rows)
        queue.extend(completion.rows.values())
        return None

    def _completion(self, site: Site) -> Completion:
        return Completion(site.facts, self._damage, site.selection.plan_of if site.selection else _no_plan, self._inform)

    def _inform(self, facts: FieldFacts, parent_place: Place | None) -> Information:
        return self._informing(self._facts, facts, parent_place)

    def _is_lost(self, rows: Rows) -> bool:
        """Whether nothing in the response needs these rows any more."""
        return not (self._damage.is_none or any(map(self._damage.is_alive, rows.places)))

    async def _await(self, site: Site, values: list[Any], rows: Rows) -> None:
        if self._is_lost(rows):
            discard(values)
            return
        await settle_awaitables(values)
        await self._complete(site, values, rows)

    async def _load(self, site: Site, resolution: Batched, rows: Rows) -> None:
        """The values of all rows by one call, which other fields may share."""
        if self._is_lost(rows):
            return
        batch = resolution.batch
        try:
            information = self._inform(site.facts, rows.places[0])
            arguments, _ = site.arguments.coerce(self._facts.variable_values, information)
        except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
            values: list[Any] = [error for _ in rows.sources]
        else:
            keys = collect(batch.key, rows.sources)
            # Without tasks beside it nothing can come to share the call, or make what waits for it null.
            values = await self._lanes.fetch(batch.function, arguments, keys, alone=not self._running)
        await self._complete(site, values, rows)

    async def _complete(self, site: Site, values: list[Any], rows: Rows) -> None:
        """Complete values that are there, and go on with the objects among them."""
        if site.leaf and (converted := site.leaf.convert(values, set(map(type, values)))) is not None:
            key = site.key
            for out, value in zip(rows.outs, converted, strict=True):
                out[key] = value
            return
        completion = self._completion(site)
        site.shape.settle_column(completion, values, rows)
        await self._finish(completion, rows)

    async def _finish(self, completion: Completion, rows: Rows) -> None:
        if completion.pending and self._is_lost(rows):
            discard(each for each, _ in completion.pending)
            return
        while completion.pending:
            pending, completion.pending = completion.pending, []
            values: list[Any] = [each for each, _ in pending]
            await settle_awaitables(values)
            for value, (_, resume) in zip(values, pending, strict=True):
                resume(value)
        await self.fill(list(completion.rows.values()))

    async def _finish_all(self, waiting: Sequence[tuple[Later, Rows]]) -> None:
        """Run them side by side. None of them outlives this call, nor does one that nothing in the response needs any more."""
        if len(waiting) < 2:
            for later, _ in waiting:
                await later
            return
        tasks = {asyncio.create_task(later): _Hope(rows.places) for later, rows in waiting}
        self._running.update(tasks)
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            await _stop([each for each in tasks if not each.done()])
            given_up = [each for each in tasks if self._running.pop(each).is_given_up]
        for task in tasks:
            if task not in given_up:
                task.result()

    def _give_up(self) -> None:
        """Something became null: stop what works for that alone."""
        for task, hope in self._running.items():
            if not hope.is_given_up and not hope.is_left(self._damage):
                hope.is_given_up = True
                asyncio.get_running_loop().call_soon(task.cancel)


class _Hope:
    """The places that a task works for, and the first of them that may still be in the response."""

    __slots__ = ("_at", "_places", "is_given_up")

    def __init__(self, places: Sequence[Place | None]) -> None:
        self._places = places
        self._at = 0
        self.is_given_up = False

    def is_left(self, damage: Damage) -> bool:
        """Whether any place is alive. None ever comes back to life, so each is looked at until it is dead."""
        while self._at < len(self._places) and not damage.is_alive(self._places[self._at]):
            self._at += 1
        return self._at < len(self._places)


async def _stop(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel tasks and wait for their ends. One that never began could not close what it was handed, so each begins."""
    if not tasks:
        return
    await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def discard(values: Iterable[Any]) -> None:
    """End what nobody will await."""
    for each in values:
        if isinstance(each, Coroutine):
            each.close()
        elif isinstance(each, asyncio.Future):
            each.cancel()


async def settle_awaitables(values: list[Any]) -> None:
    """Put in place of everything that can be awaited what comes of it, its error where it fails."""
    at = [index for index, value in enumerate(values) if is_awaitable(value)]
    if len(at) == 1:
        try:
            values[at[0]] = await values[at[0]]
        except Exception as error:  # noqa: BLE001 - an error of the field, whatever it is
            values[at[0]] = error
        return
    for index, result in zip(at, await asyncio.gather(*(values[each] for each in at), return_exceptions=True), strict=True):
        if isinstance(result, BaseException) and not isinstance(result, Exception):
            raise result
        values[index] = result


def _no_plan(_kind: GraphQLObjectType) -> ObjectPlan:
    raise TypeError("A leaf has no selection.")  # pragma: no cover - validation and shapes agree on what a leaf is
