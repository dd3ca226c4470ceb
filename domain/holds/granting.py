"""Granting holds: which of the asks for one event fit its stock, decided in the order of arrival."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from domain.holds.asking import HoldAsk
from domain.holds.lasting import Lasting
from domain.holds.refusals import LinesRefused, TicketsSoldOut, TooManyTickets
from domain.holds.seats import SeatStock, claim, unseated, with_lines
from domain.holds.terms import CodeStock, Offer, check_terms, hidden_from, spend
from domain.holds.values import Hold, HoldLine, HoldStatus
from domain.idempotency import Answer
from domain.refusals import IdempotencyKeyReused, Refusal

HOLD_FOR = Lasting().hold_for


@dataclass(slots=True)
class PoolStock:
    """What a pool has while a batch is decided; `held` counts the grants of the batch too.

    `may_return_at` is when the first of what was held before ends by itself; it is known where the pool may be short for this batch.
    """

    capacity: int
    held: int
    sold: int
    may_return_at: datetime | None = None

    @property
    def free(self) -> int:
        """How many can still be taken."""
        return self.capacity - self.held - self.sold


@dataclass(frozen=True, slots=True)
class Stock:
    """All that decides a batch of asks for one event, read under its lock at `now`.

    `bought` counts each buyer's live tickets of the event, `bought_of` those of each type; `answers` holds the idempotency keys already
    used, by (scope, key); `codes` the access codes shown. Granting changes `pools`, `bought`, `bought_of`, `granted_keys`, `codes` and
    `seats`.
    """

    now: datetime
    buyer_limit: int
    pools: Mapping[UUID, PoolStock]
    offers: Mapping[UUID, Offer]
    bought: Counter[str]
    answers: Mapping[tuple[str, str], Answer] = field(default_factory=dict)
    granted_keys: dict[tuple[str, str], Answer] = field(default_factory=dict)
    seats: SeatStock = field(default_factory=SeatStock)
    bought_of: Counter[tuple[str, UUID]] = field(default_factory=Counter)
    codes: Mapping[UUID, CodeStock] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Replay:
    """The ask came before under the same key; the hold with this id is its answer."""

    hold_id: UUID


Verdict = Hold | Refusal | Replay


def grant(stock: Stock, asks: Sequence[HoldAsk], hold_for: timedelta = HOLD_FOR) -> list[Verdict]:
    """Decide each ask in the order of arrival: those that fit are granted, a refused one consumes nothing (greedy, not a running sum)."""
    return [_decide(stock, ask, hold_for) for ask in asks]


def _decide(stock: Stock, ask: HoldAsk, hold_for: timedelta) -> Verdict:
    if (earlier := _earlier(stock, ask)) is not None:
        return earlier
    named = with_lines(_seats_seen(stock, ask), ask)
    if isinstance(named, Refusal):
        return named
    until = stock.now + hold_for
    if (refusal := _refusal(stock, named, until)) is not None:
        return replace(refusal, lines_in="seats") if ask.seats and isinstance(refusal, LinesRefused) else refusal
    drawn = tuple(replace(line, pool_ids=stock.offers[line.ticket_type_id].pool_ids) for line in named.lines)
    lines = claim(stock.seats, named, drawn)
    if isinstance(lines, Refusal):
        return lines
    for pool_id, quantity in draws(lines).items():
        stock.pools[pool_id].held += quantity
    stock.bought[ask.buyer] += ask.tickets
    stock.bought_of.update({(ask.buyer, line.ticket_type_id): line.quantity for line in lines})
    spend(stock.codes, named, stock.offers, stock.now)
    if ask.key:
        stock.granted_keys[ask.key.scope, ask.key.key] = Answer(ask.key.fingerprint, ask.hold_id)
    return Hold(ask.hold_id, ask.event_id, ask.buyer, HoldStatus.ACTIVE, lines, stock.now, until)


def draws(lines: Sequence[HoldLine]) -> Counter[UUID]:
    """How many tickets the lines take from each pool."""
    taken: Counter[UUID] = Counter()
    for line in lines:
        for pool_id in line.pool_ids:
            taken[pool_id] += line.quantity
    return taken


def _seats_seen(stock: Stock, ask: HoldAsk) -> SeatStock:
    """The seats as this ask may know them: sold by no type that is hidden from it."""
    hidden = hidden_from(ask, stock.offers.values(), stock.codes) if ask.seats else frozenset()
    return (
        replace(stock.seats, draws={each: pools for each, pools in stock.seats.draws.items() if each not in hidden})
        if hidden
        else stock.seats
    )


def _earlier(stock: Stock, ask: HoldAsk) -> Verdict | None:
    if ask.key is None:
        return None
    place = (ask.key.scope, ask.key.key)
    answer = stock.answers.get(place) or stock.granted_keys.get(place)
    if answer is None:
        return None
    return Replay(answer.result_id) if answer.fingerprint == ask.key.fingerprint else IdempotencyKeyReused(answer.result_id)


def _refusal(stock: Stock, ask: HoldAsk, until: datetime) -> Refusal | None:
    for line in ask.lines:
        has = stock.bought_of[ask.buyer, line.ticket_type_id]
        if (refusal := check_terms(line, ask, stock.offers.get(line.ticket_type_id), has, stock.codes, stock.now)) is not None:
            return refusal
    if not ask.given_away and stock.bought[ask.buyer] + ask.tickets > stock.buyer_limit:
        return TooManyTickets(stock.buyer_limit, stock.bought[ask.buyer])
    return unseated(stock.seats, ask, until) or _shortage(stock, ask)


def _shortage(stock: Stock, ask: HoldAsk) -> Refusal | None:
    wanted: Counter[UUID] = Counter()
    for line in ask.lines:
        for pool_id in stock.offers[line.ticket_type_id].pool_ids:
            pool = stock.pools[pool_id]
            if wanted[pool_id] + line.quantity > pool.free:
                return TicketsSoldOut(line.ticket_type_id, max(pool.free - wanted[pool_id], 0), pool.held, pool.may_return_at)
            wanted[pool_id] += line.quantity
    return None
