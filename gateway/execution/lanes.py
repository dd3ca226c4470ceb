"""Calls of batch functions: fields that need the same function with the same arguments in the same moment share one call."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, TypeAlias

from gateway.execution.leaves import are_plain

Function: TypeAlias = Callable[[Any, Sequence[Any], Mapping[str, object]], Awaitable[Sequence[object]]]


class _Flight:
    """One call: the keys that are in it, who waits for it, and the error if the whole of it failed."""

    __slots__ = ("error", "keys", "landings", "task", "waiting")

    def __init__(self) -> None:
        self.keys: dict[Any, None] = {}
        self.waiting = 0
        self.error: Exception | None = None
        self.landings: list[asyncio.Future[None]] = []
        self.task: asyncio.Task[None]

    def landing(self) -> asyncio.Future[None]:
        """Done when the call is over. Each who waits has one of his own, so that he may leave without taking the call with him."""
        landing = asyncio.get_running_loop().create_future()
        if self.task.done():
            landing.set_result(None)
        else:
            self.landings.append(landing)
        return landing

    def land(self) -> None:
        """Tell all who wait."""
        for each in self.landings:
            if not each.done():
                each.set_result(None)


class _Lane:
    """The calls of one function with one set of arguments: what they gave, what is on its way, and which is still boarding."""

    __slots__ = ("arguments", "boarding", "coming", "function", "known")

    def __init__(self, function: Function, arguments: Mapping[str, object]) -> None:
        self.function = function
        self.arguments = arguments
        self.known: dict[Any, object] = {}
        self.coming: dict[Any, _Flight] = {}
        self.boarding: _Flight | None = None


class Lanes:
    """The batch calls of one context. A key is asked for once, unless the call failed as a whole."""

    def __init__(self, context: Any) -> None:
        self._context = context
        self._lanes: dict[Hashable, _Lane] = {}

    async def fetch(self, function: Function, arguments: Mapping[str, object], keys: Sequence[Any], *, alone: bool = False) -> list[object]:
        """The value of each key, an exception where it has none; None for None. Cancelled with the last one who waits, the call is, too.

        With `alone` nobody else asks for anything meanwhile, so that the call needs no task of its own.
        """
        lane = self._lane(function, arguments)
        found: dict[int, object] = {}
        try:
            wanted: dict[Any, None] = dict.fromkeys(keys)
            is_plain = are_plain(set(map(type, wanted))) and None not in wanted
        except TypeError:
            is_plain = False
        if not is_plain:
            wanted = dict.fromkeys(each for at, each in enumerate(keys) if not _is_settled(at, each, found))
        elif alone and wanted and not (lane.known or lane.coming):
            return await self._fetch_alone(lane, wanted, keys)
        flights = self._board(lane, wanted)
        try:
            for flight in flights:
                await flight.landing()
        finally:
            await self._leave(lane, flights)
        failed = {key: flight.error for flight in flights if flight.error for key in flight.keys}
        known = lane.known
        if is_plain and not failed:
            return [known[each] for each in keys]
        return [
            found[at] if at in found else failed[each] if each in failed else known[each]
            for at, each in enumerate(keys)
        ]  # fmt: skip

    async def _fetch_alone(self, lane: _Lane, wanted: dict[Any, None], keys: Sequence[Any]) -> list[object]:
        asked = list(wanted)
        try:
            values = list(await lane.function(self._context, asked, lane.arguments))
            _check(lane.function, len(values), len(asked))
        except Exception as error:  # noqa: BLE001 - the error of every key, whatever it is
            return [error for _ in keys]
        known = lane.known = dict(zip(asked, values, strict=True))
        return values if len(values) == len(keys) else [known[each] for each in keys]

    def _lane(self, function: Function, arguments: Mapping[str, object]) -> _Lane:
        try:
            mark: Hashable = (function, tuple(sorted(arguments.items())))
            lane = self._lanes.get(mark)
        except TypeError:  # arguments that cannot be compared with others have a lane for themselves
            return _Lane(function, arguments)
        if lane is None:
            lane = self._lanes[mark] = _Lane(function, arguments)
        return lane

    def _board(self, lane: _Lane, keys: dict[Any, None]) -> list[_Flight]:
        if keys and not (lane.known or lane.coming or lane.boarding):
            only = lane.boarding = _Flight()
            only.task = asyncio.create_task(self._fly(lane, only))
            only.keys, only.waiting, lane.coming = keys, 1, dict.fromkeys(keys, only)
            return [only]
        flights: dict[_Flight, None] = {}
        for key in keys:
            if key in lane.known:
                continue
            flight = lane.coming.get(key)
            if flight is None:
                if lane.boarding is None:
                    lane.boarding = _Flight()
                    lane.boarding.task = asyncio.create_task(self._fly(lane, lane.boarding))
                flight = lane.coming[key] = lane.boarding
                flight.keys[key] = None
            flights[flight] = None
        for flight in flights:
            flight.waiting += 1
        return list(flights)

    async def _leave(self, lane: _Lane, flights: Sequence[_Flight]) -> None:
        """Wait for them no longer. A call that nobody waits for ends here."""
        for flight in flights:
            flight.waiting -= 1
        lost = [each for each in flights if not each.waiting and not each.task.done()]
        for flight in lost:
            flight.task.cancel()
            _forget(lane, flight)
        if lost:
            await asyncio.gather(*(each.task for each in lost), return_exceptions=True)

    async def _fly(self, lane: _Lane, flight: _Flight) -> None:
        """Runs in the next turn of the loop, when all who are ready have boarded."""
        lane.boarding = None
        keys = list(flight.keys)
        try:
            values = list(await lane.function(self._context, keys, lane.arguments))
            _check(lane.function, len(values), len(keys))
            lane.known.update(zip(keys, values, strict=True))
        except Exception as error:  # noqa: BLE001 - the error of every key, whatever it is
            flight.error = error
        except asyncio.CancelledError:
            for each in flight.landings:
                each.cancel()
            raise
        finally:
            _forget(lane, flight)
            flight.land()


def _check(function: Function, values: int, keys: int) -> None:
    if values != keys:
        raise TypeError(f"The batch function {getattr(function, '__name__', function)} gave {values} values for {keys} keys.")


def _forget(lane: _Lane, flight: _Flight) -> None:
    if lane.boarding is flight:
        lane.boarding = None
    if len(lane.coming) == len(flight.keys) and all(each is flight for each in lane.coming.values()):
        lane.coming.clear()
    for key in flight.keys if lane.coming else ():
        if lane.coming.get(key) is flight:
            del lane.coming[key]


def _is_settled(at: int, key: object, found: dict[int, object]) -> bool:
    """Whether there is nothing to ask for: no key, an error in its place, or one that cannot be looked up."""
    if key is None:
        found[at] = None
    elif isinstance(key, Exception):
        found[at] = key
    else:
        try:
            hash(key)
        except TypeError as error:
            found[at] = error
    return at in found
