"""Letters: what TicketBase writes to people by mail, the queue in which they wait, and what a mail server may answer."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from domain.identity import Role

MOST_TRIES = 20
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=5), timedelta(hours=1)
LONGEST_ADDRESS, LONGEST_LINK = 254, 2_000

_LABEL = r"[^\W_](?:[\w-]*[^\W_])?"
_ADDRESS = re.compile(rf"[^\s\x00-\x20\x7f@<>()\[\]\\,;:\"]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")
_LINK = re.compile(r"https?://[\w.:\[\]-]+([/?#][!#-;=?-~]*)?", re.ASCII)


class LetterKind(StrEnum):
    """Why somebody is written to."""

    VERIFY_EMAIL = "VERIFY_EMAIL"
    ALREADY_REGISTERED = "ALREADY_REGISTERED"
    NOT_REGISTERED = "NOT_REGISTERED"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 - a kind of letter
    PASSWORD_CHANGED = "PASSWORD_CHANGED"  # noqa: S105 - a kind of letter
    TWO_FACTOR_CHANGED = "TWO_FACTOR_CHANGED"
    NEW_DEVICE = "NEW_DEVICE"
    INVITATION = "INVITATION"
    ORDER_CONFIRMED = "ORDER_CONFIRMED"
    ORDER_APPROVED = "ORDER_APPROVED"
    ORDER_CANCELLED = "ORDER_CANCELLED"
    PAYMENT_FAILED = "PAYMENT_FAILED"
    REFUND_MADE = "REFUND_MADE"
    LATE_PAYMENT_REFUNDED = "LATE_PAYMENT_REFUNDED"


class TwoFactorChange(StrEnum):
    """What became of somebody's second factor."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    RECOVERY_CODES_RENEWED = "RECOVERY_CODES_RENEWED"
    RECOVERY_CODE_USED = "RECOVERY_CODE_USED"
    RESET = "RESET"


FACTS: Mapping[LetterKind, frozenset[str]] = {
    LetterKind.VERIFY_EMAIL: frozenset({"link", "minutes"}),
    LetterKind.ALREADY_REGISTERED: frozenset({"link", "reset_link"}),
    LetterKind.NOT_REGISTERED: frozenset({"link"}),
    LetterKind.RESET_PASSWORD: frozenset({"link", "minutes"}),
    LetterKind.PASSWORD_CHANGED: frozenset({"at", "link"}),
    LetterKind.TWO_FACTOR_CHANGED: frozenset({"change", "at", "link"}),
    LetterKind.NEW_DEVICE: frozenset({"device", "address", "at", "link"}),
    LetterKind.INVITATION: frozenset({"organization", "inviter", "role", "link", "minutes"}),
    LetterKind.ORDER_CONFIRMED: frozenset({"number", "name", "total", "items", "tickets", "link"}),
    LetterKind.ORDER_APPROVED: frozenset({"number", "total", "at", "link"}),
    LetterKind.ORDER_CANCELLED: frozenset({"number", "reason", "link"}),
    LetterKind.PAYMENT_FAILED: frozenset({"number", "amount", "link"}),
    LetterKind.REFUND_MADE: frozenset({"number", "amount", "link"}),
    LetterKind.LATE_PAYMENT_REFUNDED: frozenset({"number", "amount", "link"}),
}
"""What each kind must tell: links are addresses of ours, `minutes` how long the link is good for, `at` a time in RFC 3339,
`items` a list with one thing in each line, `tickets` one too, each thing with a tab and its link behind it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one person. It may hold secrets, such as links that work once: neither recipient nor facts show in its repr.

    `organization_id` is None for letters of the platform itself. Raises ValueError for what could never be sent.
    """

    id: UUID
    organization_id: UUID | None
    to: str = field(repr=False)
    locale: str
    kind: LetterKind
    facts: Mapping[str, str] = field(repr=False)

    def __post_init__(self) -> None:
        """The sentences repeat nothing of the letter, because they end up in logs."""
        if len(self.to) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(self.to):
            raise ValueError(f"a letter {self.kind} names no e-mail address as its recipient")
        if (named := frozenset(self.facts)) != (needed := FACTS[self.kind]):
            raise ValueError(f"a letter {self.kind} needs the facts {sorted(needed)} and has {sorted(named)}")
        for name, value in self.facts.items():
            if not _is_formed(name, value):
                raise ValueError(f"a letter {self.kind} has an unusable {name}")


def _is_formed(name: str, value: str) -> bool:
    if name.endswith("link"):
        return len(value) <= LONGEST_LINK and _LINK.fullmatch(value) is not None
    form = _FORMS.get(name)
    return form is None or form(value)


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).utcoffset() is not None
    except ValueError:
        return False


def _are_linked(value: str) -> bool:
    """Whether each line is something with a link."""
    parted = [line.partition("\t") for line in value.splitlines()]
    return bool(parted) and all(label and _is_formed("link", link) for label, _, link in parted)


_FORMS: Mapping[str, Callable[[str], bool]] = {
    "minutes": lambda value: re.fullmatch(r"[1-9]\d{0,6}", value, re.ASCII) is not None,
    "at": _is_time,
    "tickets": _are_linked,
    "change": frozenset(TwoFactorChange).__contains__,
    "role": frozenset(Role).__contains__,
}


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter as it goes out: both parts say the same. `sender` is a name, the address is the installation's; `posted_at` in UTC."""

    id: UUID
    posted_at: datetime
    sender: str
    to: str = field(repr=False)
    language: str
    subject: str
    text: str = field(repr=False)
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class WaitingLetter:
    """A letter in the hands of one worker until `lease`, UTC; `letter` is None when it cannot be opened or read (by this version).

    `sender` is the organization's name, None for the platform's own letters; `tries` are those that failed.
    """

    id: UUID
    organization_id: UUID | None
    kind: str
    sender: str | None
    posted_at: datetime
    tries: int
    lease: datetime
    letter: Letter | None


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A letter that was given up: after how many tries, when (UTC) and for what reason; to whom it was is sealed."""

    id: UUID
    organization_id: UUID | None
    kind: str
    tries: int
    fault: str
    posted_at: datetime
    died_at: datetime


@dataclass(frozen=True, slots=True)
class Bounce:
    """Why a mail was not taken; `final` when another try would end the same way."""

    fault: str
    final: bool


UNREADABLE = Bounce("it cannot be opened and read here", final=False)


class MailUnavailable(Exception):
    """The mail server does not answer, or does not let us in: no letter's fault."""


class Sealing(Protocol):
    """Makes texts unreadable for whoever sees the database, and readable again."""

    def seal(self, plain: bytes, *, bound_to: str) -> bytes: ...
    def open(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Raises when it was changed, sealed by another key or bound to something else."""


class LetterQueue(Protocol):
    """Where letters wait that were written in the same transaction as what they tell of. Each verb is kept at once."""

    async def claim(self, at_most: int) -> Sequence[WaitingLetter]:
        """Those that are due, the oldest first; nobody else is given them before their lease ends."""

    async def sent(self, waiting: WaitingLetter) -> None:
        """It is taken: nothing of it stays."""

    async def put_off(self, waiting: WaitingLetter, wait: timedelta) -> None:
        """One more try has failed; it is due again after this time."""

    async def give_up(self, waiting: WaitingLetter, fault: str) -> None:
        """It is kept, and sent only when somebody asks for it."""

    async def give_back(self, waiting: Sequence[WaitingLetter]) -> None:
        """They were not tried, and are due."""


Deliver = Callable[[Mail], Awaitable[Bounce | None]]
"""Sends one mail; None when the server has taken it. Raises MailUnavailable when there is no server to give it to."""


class PostOffice(Protocol):
    """The way out."""

    def open(self) -> AbstractAsyncContextManager[Deliver]:
        """One connection for all mails of the block."""


def wait_after(tries: int, luck: float) -> timedelta | None:
    """How long to wait after so many failed tries, None for ever; `luck` (0 to 1) keeps letters that failed together apart.

    Twice as long each time, up to an hour, less up to a half: twenty tries are spread over five to ten hours.
    """
    if tries >= MOST_TRIES:
        return None
    longest: timedelta = min(FIRST_WAIT * 2 ** (tries - 1), LONGEST_WAIT)
    return longest * (1 - luck / 2)
