"""Holds: tickets set aside for a buyer for a quarter of an hour, all of them or none, and never more than there are."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol
from uuid import UUID

from domain.idempotency import Answer, Key, key_of
from domain.identity import Viewer
from domain.refusals import ErrorCode, Faults, IdempotencyKeyReused, NotFound, Refusal, Refused
from domain.ticket_types import SalesStatus, SaleTerms, sales_status

HOLD_FOR = timedelta(minutes=15)
MOST_LINES = 20
NEEDS_BUYER = "needs a buyer: sign in, or send a cart with it (X-Cart: 32 random bytes of your own as 43 characters of base64url)"
MOST_OF_A_LINE = 1_000


class HoldStatus(StrEnum):
    """What became of a hold."""

    ACTIVE = "ACTIVE"
    CONVERTED = "CONVERTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class HoldLine:
    """So many tickets of one type, taken from each of the pools named."""

    ticket_type_id: UUID
    quantity: int
    pool_ids: tuple[UUID, ...] = ()

    typename: ClassVar[str] = "HoldLine"


@dataclass(frozen=True, slots=True)
class Hold:
    """Tickets of one event set aside for `buyer` until `expires_at` (UTC)."""

    id: UUID
    event_id: UUID
    buyer: str
    status: HoldStatus
    lines: tuple[HoldLine, ...]
    created_at: datetime
    expires_at: datetime

    typename: ClassVar[str] = "Hold"


def buyer_of(viewer: Viewer) -> str | None:
    """Who buys: the person, else the cart (by the SHA-256 of its token, since the token is a secret), else nobody yet."""
    if viewer.person_id:
        return f"person:{viewer.person_id}"
    return buyer_with(viewer.cart) if viewer.cart else None


def buyer_with(cart: str) -> str:
    """The anonymous buyer who shows this cart token."""
    return f"cart:{hashlib.sha256(cart.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class HoldTickets:
    """The wish to hold tickets of one event, as the buyer sent it."""

    event_id: UUID
    lines: tuple[HoldLine, ...]
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True)
class HoldAsk:
    """A valid wish on its way to the stock: by whom, under which tenant, with the id the hold shall have."""

    hold_id: UUID
    organization_id: UUID
    event_id: UUID
    buyer: str
    lines: tuple[HoldLine, ...]
    key: Key | None = None
    correlation_id: str | None = None

    @property
    def tickets(self) -> int:
        """How many tickets it asks for in all."""
        return sum(line.quantity for line in self.lines)


@dataclass(frozen=True, slots=True)
class ReleaseHold:
    """The wish to give a hold back."""

    hold_id: UUID
    idempotency_key: str | None = None

    def key(self, buyer: str | None) -> Key | None:
        """The key of this wish, None without one."""
        return key_of(buyer or "", "releaseHold", self.idempotency_key, {"hold": str(self.hold_id)})


@dataclass(frozen=True, slots=True)
class TicketsSoldOut(Refusal):
    """There are fewer tickets of a type than asked for; `held_elsewhere` may come back."""

    ticket_type_id: UUID
    available: int
    held_elsewhere: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.available:
            return f"Only {self.available} tickets of this type are left."
        return "All remaining tickets are in other carts; try again in a few minutes." if self.held_elsewhere else "Sold out."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class SalesClosed(Refusal):
    """Tickets of a type are not on sale at this time."""

    ticket_type_id: UUID
    sales_status: SalesStatus
    opens_at: datetime | None

    @property
    def message(self) -> str:
        """One sentence for a person."""
        if self.sales_status is SalesStatus.NOT_YET_ON_SALE:
            return f"Not on sale until {self.opens_at.isoformat()}." if self.opens_at else "Not on sale yet."
        return "Sales are paused." if self.sales_status is SalesStatus.PAUSED else "Sales have ended."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class TooManyTickets(Refusal):
    """The buyer would hold more than one buyer may have."""

    limit: int
    already_held: int

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"One buyer may have {self.limit} tickets here; {self.already_held} are already held."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class TicketTypeUnknown(Refusal):
    """A ticket type named is not one of the event's."""

    ticket_type_id: UUID

    code: ClassVar[ErrorCode] = ErrorCode.NOT_FOUND

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "The event has no such ticket type."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "lines")


@dataclass(frozen=True, slots=True)
class HoldNotActive(Refusal):
    """The hold is no longer there to be given back: it was converted, expired or revoked."""

    status: HoldStatus

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"The hold is {self.status.value.lower()} and cannot be released."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "holdId")


@dataclass(slots=True)
class PoolStock:
    """What a pool has while a batch is decided; `held` counts the grants of the batch too."""

    capacity: int
    held: int
    sold: int

    @property
    def free(self) -> int:
        """How many can still be taken."""
        return self.capacity - self.held - self.sold


@dataclass(frozen=True, slots=True)
class Offer:
    """A ticket type as the batch finds it: its pools, its sale terms, its limit per order."""

    ticket_type_id: UUID
    pool_ids: tuple[UUID, ...]
    terms: SaleTerms
    max_per_order: int | None


@dataclass(frozen=True, slots=True)
class Stock:
    """All that decides a batch of asks for one event, read under its lock at `now`.

    `bought` counts each buyer's live tickets of the event; `answers` holds the idempotency keys already used, by (scope, key).
    Granting changes `pools`, `bought` and `granted_keys`.
    """

    now: datetime
    buyer_limit: int
    pools: Mapping[UUID, PoolStock]
    offers: Mapping[UUID, Offer]
    bought: Counter[str]
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    granted_keys: dict[tuple[str, str], Answer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replay:
    """The ask came before under the same key; the hold with this id is its answer."""

    hold_id: UUID


Verdict = Hold | Refusal | Replay


def grant(stock: Stock, asks: Sequence[HoldAsk], hold_for: timedelta = HOLD_FOR) -> list[Verdict]:
    """Decide each ask in the order of arrival: those that fit are granted, a refused one consumes nothing (greedy, not a running sum)."""
    return [_decide(stock, ask, hold_for) for ask in asks]


def own(hold: Hold | None, buyer: str | None) -> Hold:
    """The hold when it is this buyer's; refused with NotFound, the same for foreign and missing ones."""
    if hold is None or hold.buyer != buyer:
        raise Refused(NotFound("hold", ("input", "holdId")))
    return hold


def release(hold: Hold) -> Hold:
    """The hold given back by its buyer; again is the same; refused with HoldNotActive when it ended otherwise."""
    if hold.status not in (HoldStatus.ACTIVE, HoldStatus.RELEASED):
        raise Refused(HoldNotActive(hold.status))
    return replace(hold, status=HoldStatus.RELEASED)


def expire(hold: Hold) -> Hold:
    """The hold as it ends when its time is over."""
    return replace(hold, status=HoldStatus.EXPIRED)


def check_lines(ask: HoldTickets) -> None:
    """Refuse with InputInvalid what no stock could grant: no lines, too many, the same type twice, a quantity out of range."""
    faults = Faults()
    faults.check(0 < len(ask.lines) <= MOST_LINES, ("input", "lines"), f"must be 1 to {MOST_LINES} lines")
    twice = [type_id for type_id, times in Counter(line.ticket_type_id for line in ask.lines).items() if times > 1]
    faults.check(not twice, ("input", "lines"), "name each ticket type once")
    for at, line in enumerate(ask.lines):
        place = ("input", "lines", str(at), "quantity")
        faults.check(0 < line.quantity <= MOST_OF_A_LINE, place, f"must be between 1 and {MOST_OF_A_LINE}")
    faults.refuse()


def check_anonymous(ask: HoldTickets) -> None:
    """Refuse with InputInvalid a key of a buyer who cannot be told again: without a cart the same key would be somebody else's."""
    faults = Faults()
    faults.check(ask.idempotency_key is None, ("input", "idempotencyKey"), NEEDS_BUYER)
    faults.refuse()


def ask_of(ask: HoldTickets, organization_id: UUID, buyer: str, hold_id: UUID) -> HoldAsk:
    """The ask as it travels to the stock; refused with InputInvalid where the wish or its key is malformed."""
    check_lines(ask)
    lines = tuple(sorted(ask.lines, key=lambda line: line.ticket_type_id))
    facts = {"event": str(ask.event_id), "lines": [[str(line.ticket_type_id), line.quantity] for line in lines]}
    return HoldAsk(hold_id, organization_id, ask.event_id, buyer, lines, key_of(buyer, "holdTickets", ask.idempotency_key, facts))


class Holds(Protocol):
    """Places holds; asks for one event that arrive while a batch commits become the next batch."""

    async def place(self, ask: HoldAsk) -> Hold:
        """Or refused: TicketsSoldOut, SalesClosed, TooManyTickets, TicketTypeUnknown, IdempotencyKeyReused, NotFound, TooBusy."""


class HoldBook(Protocol):
    """The store of holds inside a unit of work."""

    async def get_many(self, ids: Sequence[UUID]) -> list[Hold | None]:
        """The holds by id, in the order asked."""

    async def of_buyer(self, buyer: str, at_most: int) -> Sequence[Hold]:
        """The buyer's active holds, newest first."""

    async def for_change(self, hold_id: UUID) -> Hold | None:
        """The hold, after locking its event's inventory and then the hold itself, as every change of stock does."""

    async def give_back(self, holds: Sequence[Hold]) -> int:
        """End the active ones of these holds of ONE event with the status they now carry and return their stock; how many were ended.

        Announces `hold:released` for each. A hold that is no longer active is left alone, so stock is given back exactly once.
        """

    async def expired(self, event_id: UUID, at_most: int) -> Sequence[Hold]:
        """Active holds of the event whose time is over, locked in the common order."""


def _decide(stock: Stock, ask: HoldAsk, hold_for: timedelta) -> Verdict:
    if (earlier := _earlier(stock, ask)) is not None:
        return earlier
    if (refusal := _refusal(stock, ask)) is not None:
        return refusal
    lines = tuple(replace(line, pool_ids=stock.offers[line.ticket_type_id].pool_ids) for line in ask.lines)
    for pool_id, quantity in draws(lines).items():
        stock.pools[pool_id].held += quantity
    stock.bought[ask.buyer] += ask.tickets
    if ask.key:
        stock.granted_keys[ask.key.scope, ask.key.key] = Answer(ask.key.fingerprint, ask.hold_id)
    return Hold(ask.hold_id, ask.event_id, ask.buyer, HoldStatus.ACTIVE, lines, stock.now, stock.now + hold_for)


def draws(lines: Sequence[HoldLine]) -> Counter[UUID]:
    """How many tickets the lines take from each pool."""
    taken: Counter[UUID] = Counter()
    for line in lines:
        for pool_id in line.pool_ids:
            taken[pool_id] += line.quantity
    return taken


def _earlier(stock: Stock, ask: HoldAsk) -> Verdict | None:
    if ask.key is None:
        return None
    place = (ask.key.scope, ask.key.key)
    answer = stock.answers.get(place) or stock.granted_keys.get(place)
    if answer is None:
        return None
    return Replay(answer.result_id) if answer.fingerprint == ask.key.fingerprint else IdempotencyKeyReused(answer.result_id)


def _refusal(stock: Stock, ask: HoldAsk) -> Refusal | None:
    for line in ask.lines:
        offer = stock.offers.get(line.ticket_type_id)
        if offer is None:
            return TicketTypeUnknown(line.ticket_type_id)
        if offer.max_per_order is not None and line.quantity > offer.max_per_order:
            return TooManyTickets(offer.max_per_order, 0)
        status = sales_status(offer.terms, stock.now, available=1, held=0)
        if status is not SalesStatus.ON_SALE:
            return SalesClosed(line.ticket_type_id, status, offer.terms.sales_start_at)
    if stock.bought[ask.buyer] + ask.tickets > stock.buyer_limit:
        return TooManyTickets(stock.buyer_limit, stock.bought[ask.buyer])
    return _shortage(stock, ask)


def _shortage(stock: Stock, ask: HoldAsk) -> Refusal | None:
    wanted: Counter[UUID] = Counter()
    for line in ask.lines:
        for pool_id in stock.offers[line.ticket_type_id].pool_ids:
            pool = stock.pools[pool_id]
            if wanted[pool_id] + line.quantity > pool.free:
                return TicketsSoldOut(line.ticket_type_id, max(pool.free - wanted[pool_id], 0), pool.held)
            wanted[pool_id] += line.quantity
    return None
