"""Signing keys: the one that signs access tokens now, the one that will, the one that did; and when each may take the next place."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

CACHED = timedelta(seconds=300)
"""How long whoever verifies tokens may keep the key set that we publish."""
NOTICED = timedelta(seconds=60)
"""The longest that a process of ours takes to notice a rotation."""
LONGEST_TOKEN = timedelta(minutes=15)


class Place(StrEnum):
    """What a key is for: it is published as the next, then signs, then is accepted for as long as its last tokens may live."""

    CURRENT = "CURRENT"
    NEXT = "NEXT"
    PREVIOUS = "PREVIOUS"


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, by the name that tokens carry as `kid`; `placed_at` is when it took its place. Times are UTC."""

    id: str
    place: Place
    secret: bytes = field(repr=False)
    created_at: datetime
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation comes to; `forgotten` is the key whose tokens are refused from now on, if there was one."""

    keys: Sequence[SigningKey]
    forgotten: SigningKey | None


class RotatedTooSoon(Exception):
    """Somebody could still meet a token whose key he does not know; `until` when (UTC)."""

    def __init__(self, until: datetime) -> None:
        super().__init__(f"keys may be rotated again at {until:%Y-%m-%d %H:%M:%S} UTC")
        self.until = until


class Turn(Protocol):
    """The keys in the hands of one who changes them; nobody else does so meanwhile."""

    @property
    def now(self) -> datetime: ...
    @property
    def keys(self) -> Sequence[SigningKey]: ...
    async def keep(self, keys: Sequence[SigningKey]) -> None:
        """Put these in the place of those."""


class SigningKeys(Protocol):
    """Where the keys of the installation lie, sealed."""

    async def all(self) -> Sequence[SigningKey]:
        """Those there are, in the order of `Place`; none before the first process has started."""

    def turn(self) -> AbstractAsyncContextManager[Turn]:
        """Change them; kept when the block ends well."""


def first_keys(current: tuple[str, bytes], following: tuple[str, bytes], now: datetime) -> Sequence[SigningKey]:
    """The ring of an installation that had none; each key is a name and a secret."""
    places = ((Place.CURRENT, current), (Place.NEXT, following))
    return [SigningKey(name, place, secret, now, now) for place, (name, secret) in places]


def of(keys: Sequence[SigningKey], place: Place) -> SigningKey | None:
    """The key in this place."""
    return next((each for each in keys if each.place is place), None)


def is_older_than(keys: Sequence[SigningKey], age: timedelta, now: datetime) -> bool:
    """Whether the current key has signed for longer than this."""
    return any(each.place is Place.CURRENT and now - each.placed_at >= age for each in keys)


def free_at(keys: Sequence[SigningKey]) -> datetime:
    """When a rotation disturbs nobody: everybody has seen the next key, and what the previous one signed has expired."""
    seen = max(each.placed_at for each in keys if each.place is not Place.PREVIOUS) + CACHED + NOTICED
    expired = [each.placed_at + LONGEST_TOKEN + NOTICED for each in keys if each.place is Place.PREVIOUS]
    return max([seen, *expired])


def rotate(keys: Sequence[SigningKey], following: tuple[str, bytes], now: datetime, *, at_once: bool = False) -> Rotation:
    """The next key signs, the current one is accepted, the previous one forgotten, and there is a new next one.

    Raises RotatedTooSoon unless it is wanted `at_once`, whoever is disturbed.
    """
    if not at_once and now < (free := free_at(keys)):
        raise RotatedTooSoon(free)
    after = {Place.NEXT: Place.CURRENT, Place.CURRENT: Place.PREVIOUS}
    moved = [replace(each, place=after[each.place], placed_at=now) for each in keys if each.place in after]
    new = SigningKey(following[0], Place.NEXT, following[1], now, now)
    return Rotation(in_order([*moved, new]), of(keys, Place.PREVIOUS))


def in_order(keys: Sequence[SigningKey]) -> Sequence[SigningKey]:
    """The current key first, then the next, then the previous one."""
    return sorted(keys, key=lambda each: list(Place).index(each.place))
