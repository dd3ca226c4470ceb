"""Durable groups: readers of news that miss none, are told in order of each subject, and are told again until they have done their part."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from domain.names import is_slug
from domain.news import Line, Published
from domain.work import Work

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=10)
MOST_TRIES = 15


@dataclass(frozen=True, slots=True)
class Group:
    """Processes that share the work on news of these types; each of the news is for one of them. The name is a slug.

    A group exists from the first time it joins until it leaves for good, whether anybody of it is there or not.
    """

    name: str
    types: frozenset[str]

    def __post_init__(self) -> None:
        if not is_slug(self.name) or not self.types:
            raise ValueError(f"a group has a slug for a name and some types of news, not {self.name!r}, {sorted(self.types)}")


@dataclass(frozen=True, slots=True)
class Call:
    """Word that a line has news; `mark` is what the bus knows it by. It may be given twice, or when nothing is left to do."""

    mark: str
    line: Line


class Subscription(Protocol):
    """What one consumer of a group hears. A call goes to one of them, and to another one when that one dies with it unanswered."""

    async def hear(self, at_most: int, wait: float) -> Sequence[Call]:
        """Calls that nobody has heard yet, the oldest first; waits so many seconds when there are none."""

    async def take_over(self, at_most: int, silent_for: float) -> Sequence[Call]:
        """Calls that somebody heard so many seconds ago and has not answered since: he is dead, or might as well be."""

    async def answered(self, calls: Sequence[Call]) -> None:
        """They are done with, and not given to anybody again."""


class Subscriptions(Protocol):
    """The way to hear: calls are quick, and may get lost. Whoever must miss nothing asks the `Backlog` now and then."""

    def subscription(self, group: str, consumer: str) -> Subscription:
        """What the group is called for, to be heard under a name that nobody else bears at the same time."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first news of a line, which are due; `tries` are those that failed."""

    news_id: UUID
    type: str
    line: Line
    correlation_id: str | None
    tries: int


@dataclass(frozen=True, slots=True)
class DeadNews:
    """News that a group gave up: after how many tries, when (UTC), and what its last try failed of."""

    group: str
    published: Published
    tries: int
    fault: str
    died_at: datetime


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a group has come: how many news wait, since when the oldest happened (UTC), how many of them failed before, how many died."""

    group: str
    types: tuple[str, ...]
    waiting: int
    oldest: datetime | None
    failing: int
    dead: int


class Backlog(Protocol):
    """What each group has not done yet, across tenants. Each verb is kept at once."""

    async def join(self, group: Group) -> None:
        """From now on news of these types, and no others, are kept for the group until it has done them."""

    async def first(self, group: str, line: Line) -> Waiting | None:
        """The first news of the line, None when there are none or they are not due: what comes after them waits, too."""

    async def due(self, group: str, at_most: int) -> Sequence[Line]:
        """Lines whose first news are due, those that wait longest first."""

    async def put_off(self, group: str, waiting: Waiting, wait: timedelta, fault: str) -> bool:
        """One more try has failed; they are due again after this time. False when somebody else has settled them."""

    async def give_up(self, group: str, waiting: Waiting, fault: str) -> bool:
        """They are dead, and what comes after them goes on. False when somebody else has settled them."""

    async def tallies(self) -> Sequence[Tally]:
        """Every group, by name."""


class DeadNewsStore(Protocol):
    """The news that were given up, across tenants. Each verb is kept at once."""

    async def dead(self, group: str | None) -> Sequence[DeadNews]:
        """Of one group or all; those that died first come first."""

    async def find(self, news_ids: Collection[UUID]) -> Sequence[DeadNews]:
        """Those of them that are dead, in every group that gave them up."""

    async def replay(self, each: DeadNews) -> bool:
        """Let the group try again, with all tries before it; False when they are not dead any more."""

    async def discard(self, each: DeadNews) -> bool:
        """Forget them; False when they are not dead any more."""


Handle = Callable[[Work, Published], Awaitable[None]]
"""Does a group's part about some news, in a work of their tenant: all of it, or nothing when it raises.

Since the same work takes them off the backlog, it happens once. Whatever leaves the database (a mail, a request to another machine)
is written down in it, and done by somebody else.
"""


def wait_after(tries: int, luck: float) -> timedelta | None:
    """How long a line waits after so many failed tries, None for ever; `luck` (0 to 1) keeps apart what failed together.

    Twice as long each time, up to ten minutes, less up to a half: fifteen tries are spread over half an hour to an hour.
    """
    if tries >= MOST_TRIES:
        return None
    longest: timedelta = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
    return longest * (1 - luck / 2)
