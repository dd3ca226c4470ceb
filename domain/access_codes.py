"""Access codes: words that organizers hand out, which open hidden ticket types to those who know them.

A code is kept as it is read aloud, so that the staff can print it again: it lets somebody buy and nothing else, and it is revoked in a
moment. It is told to nobody but those who manage tickets, and it is in no log, no news and no activity.
"""

import base64
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar, Protocol
from unicodedata import normalize
from uuid import UUID

from domain.dates import check_moment
from domain.holds import buyer_of
from domain.idempotency import Key, key_of
from domain.identity import Viewer
from domain.paging import Page, Slice
from domain.refusals import Faults, NotFound, Refusal, Refused
from domain.texts import check_line
from domain.throttling import Allowance
from domain.ticket_types import TicketType

LONGEST_SHOWN = 100
"""Characters of a code that somebody tries; what is longer opens nothing."""
LONGEST_LABEL = 200
LARGEST_USE_LIMIT = 10_000_000
MOST_TYPES = 100
GUESSES_OF_ALL, GUESSES_OF_ONE = (1_000, 60), (20, 600)
"""How many wrong codes in how many seconds: of all who try at an event, and of one buyer. A made code has sixty bits."""

SHORTEST, LONGEST = 6, 40
FORM = f"must be {SHORTEST} to {LONGEST} letters, digits, hyphens or underscores, with a letter or digit at either end"


@dataclass(frozen=True, slots=True)
class AccessCode:
    """A code of one event: which ticket types it opens, from when until when (UTC), and how many live holds may have been placed with it.

    `used` counts those of today; `label` is what the staff note, such as whom it was given to.
    """

    id: UUID
    event_id: UUID
    code: str
    label: str
    ticket_type_ids: tuple[UUID, ...]
    valid_from: datetime | None
    valid_until: datetime | None
    use_limit: int | None
    created_at: datetime
    created_by: UUID | None = None
    used: int = 0
    revoked_at: datetime | None = None

    typename: ClassVar[str] = "AccessCode"


@dataclass(frozen=True, slots=True)
class CreateAccessCode:
    """The wish for a code that opens these ticket types of an event; without `code` one is made that nobody guesses."""

    event_id: UUID
    ticket_type_ids: tuple[UUID, ...]
    code: str | None = None
    label: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    use_limit: int | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        times = [each and each.isoformat() for each in (self.valid_from, self.valid_until)]
        types = [str(each) for each in self.ticket_type_ids]
        facts = [str(self.event_id), types, self.code, self.label, times, self.use_limit]
        return key_of(f"person:{person_id}", "createAccessCode", self.idempotency_key, facts)


@dataclass(frozen=True, slots=True)
class AccessCodeTaken(Refusal):
    """Another code of the event reads the same."""

    access_code_id: UUID

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The event has such an access code already, maybe a revoked one; choose another."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "code")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a code that somebody shows opens at that moment: all its types while it is valid, none before and after."""

    access_code_id: UUID
    code: str
    ticket_type_ids: frozenset[UUID]


class AccessCodes(Protocol):
    """The store of access codes. Reads may return rows that read like an `AccessCode`."""

    async def get_many(self, ids: Sequence[UUID]) -> list[AccessCode | None]:
        """The codes by id, in the order asked."""

    async def page(self, event_id: UUID, page: Page) -> Slice[AccessCode]:
        """One window of an event's codes by id, the oldest first; `page.edge` holds the id."""

    async def count(self, event_id: UUID, at_most: int) -> int:
        """How many the event has, counted up to `at_most`."""

    async def matching(self, event_ids: Sequence[UUID], codes: Sequence[str]) -> Sequence[Shown]:
        """What these codes, normalized, open for these events now; revoked ones are none."""

    async def for_change(self, access_code_id: UUID) -> AccessCode:
        """The code as a value, to be asked after its event is locked; refused with NotFound."""

    async def add(self, code: AccessCode) -> None:
        """Write a new code; refused with AccessCodeTaken."""

    async def keep_revoked(self, code: AccessCode) -> None:
        """Write that a code is revoked."""


def normalized(code: str) -> str:
    """A code as it is compared: without the blanks around it, in capitals, one form of each letter. Empty when it is too long for one."""
    return normalize("NFKC", code).strip().upper() if len(code) <= LONGEST_SHOWN else ""


def shown(codes: Collection[str]) -> list[str]:
    """What is worth looking up of the codes that somebody shows, each once."""
    return sorted({word for code in codes if (word := normalized(code)) and "\0" not in word})


def create(
    access_code_id: UUID, secret: str, ask: CreateAccessCode, types: Sequence[TicketType], by: UUID | None, now: datetime
) -> AccessCode:
    """The new code, made of `secret` (256 random bits) where none is chosen; refused with InputInvalid, or NotFound for foreign types."""
    code = AccessCode(
        id=access_code_id,
        event_id=ask.event_id,
        code=random_code(secret) if ask.code is None else normalized(ask.code),
        label=ask.label,
        ticket_type_ids=tuple(sorted(set(ask.ticket_type_ids))),
        valid_from=ask.valid_from,
        valid_until=ask.valid_until,
        use_limit=ask.use_limit,
        created_at=now,
        created_by=by,
    )
    _check(code)
    if set(code.ticket_type_ids) - {each.id for each in types}:
        raise Refused(NotFound("ticket type", ("input", "ticketTypeIds")))
    return code


def revoke(code: AccessCode, now: datetime) -> AccessCode:
    """The code that opens nothing any more; again is the same."""
    return code if code.revoked_at else replace(code, revoked_at=now)


def found(code: AccessCode | None) -> AccessCode:
    """The code, or the refusal NotFound."""
    if code is None:
        raise Refused(NotFound("access code", ("input", "accessCodeId")))
    return code


def unlocked(shown_codes: Collection[Shown]) -> frozenset[UUID]:
    """All ticket types that the codes shown open."""
    return frozenset(type_id for each in shown_codes for type_id in each.ticket_type_ids)


def tries(viewer: Viewer, event_ids: Sequence[UUID]) -> list[Allowance]:
    """What a try counts in: the event's guesses, whoever makes them, and those of a buyer who can be told again."""
    event = str(event_ids[0]) if len(event_ids) == 1 else "many"
    allowances = [Allowance(f"codes:{viewer.tenant}:{event}", *GUESSES_OF_ALL)]
    if buyer := buyer_of(viewer):
        allowances.append(Allowance(f"codes:{viewer.tenant}:{buyer}", *GUESSES_OF_ONE))
    return allowances


def all_known(words: Collection[str], codes: Collection[str], matching: Collection[Shown]) -> bool:
    """Whether nothing that was shown was a guess: each of the codes reads like one that there is."""
    return len({normalized(code) for code in codes}) == len(words) == len({each.code for each in matching})


def random_code(secret: str) -> str:
    """Twelve letters and digits that are told apart when they are read aloud: sixty bits of the secret."""
    letters = base64.b32encode(hashlib.sha256(secret.encode()).digest())[:12].decode()
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _check(code: AccessCode) -> None:
    faults = Faults()
    faults.check(well_formed(code.code), ("input", "code"), FORM)
    check_line(faults, code.label, ("input", "label"), longest=LONGEST_LABEL, required=False)
    faults.check(0 < len(code.ticket_type_ids) <= MOST_TYPES, ("input", "ticketTypeIds"), f"must be 1 to {MOST_TYPES} ticket types")
    check_moment(faults, code.valid_from, ("input", "validFrom"))
    check_moment(faults, code.valid_until, ("input", "validUntil"))
    lasts = code.valid_from is None or code.valid_until is None or code.valid_until > code.valid_from
    faults.check(lasts, ("input", "validUntil"), "must be after validFrom")
    within = code.use_limit is None or 0 < code.use_limit <= LARGEST_USE_LIMIT
    faults.check(within, ("input", "useLimit"), f"must be between 1 and {LARGEST_USE_LIMIT}")
    faults.refuse()


def well_formed(code: str) -> bool:
    """Whether a code, normalized, is one that can be read aloud."""
    words = code.replace("-", "").replace("_", "")
    return SHORTEST <= len(code) <= LONGEST and words.isalnum() and code[0].isalnum() and code[-1].isalnum()
