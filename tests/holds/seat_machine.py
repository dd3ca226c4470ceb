"""A machine that lets buyers, orders and the sweeper do things with the seats of an event in any order, and holds them against a model."""

import asyncio
import sys
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from adapters.postgres.holds_writer import BatchedHolds
from domain.holds import (
    Hold,
    HoldAsk,
    HoldNotActive,
    HoldNotExtendable,
    HoldStatus,
    Lasting,
    WhyNotExtended,
    convert,
    extend,
    release,
)
from domain.refusals import Refusal, Refused
from domain.seating.choosing import NoBlock, Party, best_block
from domain.seats import SeatStatus
from resolvers.sweeping import end_expired_holds
from tests.audits import FOR_ORDERS, breaches_of
from tests.conftest import Clock, WorkOf, make_organization
from tests.holds.sales import rush
from tests.holds.seat_model import CAPACITY, HALL, INDEX, LABELS, LIMIT, Kept, Model, by_category, document
from tests.holds.seated import SeatSale, open_seats

BUYERS = ["person:a", "person:b", "person:c"]
# With this cap a hold that is not extended in its first minute gets less time than it would without.
LASTING = Lasting(at_most=timedelta(minutes=16))
# Which hold something is done with, counted from the newest: mostly one that lives, often one that was just dealt with.
WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5, 8])
Answer = TypeVar("Answer")


@dataclass
class Stage:
    """What the machine's steps need of the test: its loop runs in another thread."""

    loop: asyncio.AbstractEventLoop
    app_pool: Any
    work_of: WorkOf
    owner: Any
    clock: Clock
    here: BatchedHolds
    elsewhere: BatchedHolds
    minutes: float = 0.0

    def wait(self, doing: Coroutine[Any, Any, Answer]) -> Answer:
        """The answer, from the test's loop."""
        return asyncio.run_coroutine_threadsafe(doing, self.loop).result(60)


class Differs(AssertionError):
    """Something is otherwise than the model says; `what`."""

    def __init__(self, what: str, found: object, expected: object) -> None:
        super().__init__(f"{what}: {found} instead of {expected}")
        self.what = what


def compare(what: str, found: object, expected: object) -> None:
    """Raise Differs where they are not the same."""
    if found != expected:
        raise Differs(what, found, expected)


class BoxOffice(RuleBasedStateMachine):
    """Buyers, orders and the sweeper at one event."""

    stage: Stage

    @initialize()
    def open(self) -> None:
        """A fresh event in an organization of its own."""
        organization = self.stage.wait(make_organization(self.stage.app_pool, buyer_limit=LIMIT))
        self.sale: SeatSale = self.stage.wait(open_seats(self.stage.work_of, organization, document()))
        self.names = {each.id: name for name, each in self.sale.types.items()}
        self.model = Model(self.stage.wait(self._now()))
        self.turn = 0

    @rule(buyer=st.sampled_from(BUYERS), quantity=st.integers(1, 4))
    def hold_tickets(self, buyer: str, quantity: int) -> None:
        """Standing room."""
        answer = self._place(self.sale.tickets("Floor", quantity, buyer))
        self._expect(answer, self.model.refusal(buyer, {"Floor": quantity}, []), {"Floor": quantity}, [])

    @rule(buyer=st.sampled_from(BUYERS), labels=st.lists(st.sampled_from(LABELS), min_size=1, max_size=4, unique=True))
    def hold_seats(self, buyer: str, labels: list[str]) -> None:
        """Seats by name."""
        answer = self._place(self.sale.seats(*labels, buyer=buyer))
        quantities = by_category(labels)
        self._expect(answer, self.model.refusal(buyer, quantities, labels), quantities, labels)

    @rule(
        buyer=st.sampled_from(BUYERS),
        name=st.sampled_from(["Stalls", "Stalls", "Balcony"]),
        quantity=st.integers(1, 4),
        accessible=st.sampled_from([0, 0, 0, 1]),
        apart=st.booleans(),
    )
    def hold_best(self, buyer: str, name: str, quantity: int, accessible: int, apart: bool) -> None:
        """The best seats."""
        answer = self._place(self.sale.best(name, quantity, buyer, accessible=accessible, allow_apart=apart))
        refusal, own = self.model.refusal(buyer, {name: quantity}, []), frozenset({INDEX[name]})
        free = bytes(self.model.holder_of(label) is None for label in LABELS)
        chosen = best_block(HALL, free, Party(quantity, own, own, None, accessible, apart))
        refusal = refusal or ("NoAdjacentSeats" if isinstance(chosen, NoBlock) else None)
        labels = [] if isinstance(chosen, NoBlock) else [LABELS[seat_no] for seat_no in chosen]
        self._expect(answer, refusal, {name: quantity}, labels)

    @rule(labels=st.lists(st.sampled_from(LABELS), min_size=1, max_size=2, unique=True), crowd=st.integers(2, 5))
    def rush_for_seats(self, labels: list[str], crowd: int) -> None:
        """Several strangers at once, on two processes: one of them at most."""
        self._catch_up()
        self.model.take_over()
        asks = [self.sale.seats(*labels, buyer=f"person:crowd-{self.turn}-{at}") for at in range(crowd)]
        writers = (self.stage.here, self.stage.elsewhere)
        answers = self.stage.wait(rush(*((writers[at % 2], ask) for at, ask in enumerate(asks))))
        granted = [answer for answer in answers if isinstance(answer, Hold)]
        quantities = by_category(labels)
        possible = self.model.refusal("person:nobody", quantities, labels) is None
        compare("how many of a crowd got the seats", len(granted), int(possible))
        for hold in granted:
            self._keep(hold, quantities, labels)

    @precondition(lambda self: self.model.holds)
    @rule(which=WHICH, again=st.booleans())
    def release(self, which: int, again: bool) -> None:
        """A buyer gives a hold back, perhaps again."""
        for _ in range(1 + again):
            self._release(self._pick(which))

    def _release(self, kept: Kept) -> None:

        async def deed() -> None:
            async with self.sale.work_of(self.sale.organization) as work:
                found = await work.holds.for_change(kept.hold.id)
                assert found is not None
                await work.holds.give_back([release(found)])

        refused = self._done(deed())
        if kept.hold.status is HoldStatus.ACTIVE:
            self.model.end(kept, HoldStatus.RELEASED)
        released = kept.hold.status is HoldStatus.RELEASED
        compare("the answer to a release", refused, None if released else HoldNotActive(kept.hold.status))

    @precondition(lambda self: self.model.holds)
    @rule(which=WHICH)
    def extend(self, which: int) -> None:
        """A buyer wants more time."""
        kept = self._pick(which)

        async def deed() -> Hold:
            async with self.sale.work_of(self.sale.organization) as work:
                found = await work.holds.for_change(kept.hold.id)
                assert found is not None
                later = extend(found, work.now, LASTING)
                await work.holds.extend(later)
                return later

        reason = self._why_not_extended(kept)
        done = self._done(deed())
        compare("why a hold is not extended", done if isinstance(done, Refusal) else None, HoldNotExtendable(reason) if reason else None)
        if isinstance(done, Hold) and done.extended_at:
            until = min(done.extended_at + timedelta(minutes=15), done.created_at + timedelta(minutes=16))
            compare("how long an extended hold lasts", done.expires_at, until)
            kept.hold = done

    @precondition(lambda self: self.model.holds)
    @rule(which=WHICH)
    def convert(self, which: int) -> None:
        """An order takes a hold over."""
        kept = self._pick(which)

        async def deed() -> None:
            async with self.sale.work_of(self.sale.organization) as work:
                found = await work.holds.for_change(kept.hold.id)
                assert found is not None
                assert await work.holds.convert([convert(found, work.now)]) == 1

        live = kept.hold.status is HoldStatus.ACTIVE and kept not in self.model.overdue()
        compare("whether an order takes a hold over", self._done(deed()) is None, live)
        if live:
            kept.hold = replace(kept.hold, status=HoldStatus.CONVERTED)

    @precondition(lambda self: self.model.holds)
    @rule(which=WHICH, again=st.booleans())
    def sell(self, which: int, again: bool) -> None:
        """An order is paid, perhaps again."""
        for _ in range(1 + again):
            self._sell(self._pick(which))

    def _sell(self, kept: Kept) -> None:

        async def deed() -> int:
            async with self.sale.work_of(self.sale.organization) as work:
                return await work.holds.sell([kept.hold])

        sells = kept.hold.status is HoldStatus.CONVERTED and not kept.sold
        compare("how many holds are sold", self.stage.wait(deed()), int(sells))
        kept.sold = kept.sold or sells

    @rule(buyer=st.sampled_from(BUYERS), label=st.sampled_from(LABELS), comes_back=st.booleans())
    def buy(self, buyer: str, label: str, comes_back: bool) -> None:
        """A seat is held and paid at once, and wanted by others from then on; or the organizer takes it back."""
        before = len(self.model.holds)
        self.hold_seats(buyer, [label])
        if len(self.model.holds) > before:
            self.convert(0)
            self._sell(self._pick(0))
            if comes_back:
                self.revoke(0, twice=False)

    @rule(buyer=st.sampled_from(BUYERS), label=st.sampled_from(LABELS), again=st.booleans())
    def hesitate(self, buyer: str, label: str, again: bool) -> None:
        """A buyer with a seat wants more time after a while, perhaps again."""
        before = len(self.model.holds)
        self.hold_seats(buyer, [label])
        if len(self.model.holds) > before:
            self.time_passes(4)
            self.extend(0)
            if again:
                self.extend(0)

    @precondition(lambda self: self.model.holds)
    @rule(which=WHICH, twice=st.booleans())
    def revoke(self, which: int, twice: bool) -> None:
        """The organizer takes a hold back, perhaps one that was sold."""
        kept = self._pick(which)

        async def deed() -> int:
            async with self.sale.work_of(self.sale.organization) as work:
                revoked = [replace(kept.hold, status=HoldStatus.REVOKED)]
                return await work.holds.give_back(revoked) + (await work.holds.give_back(revoked) if twice else 0)

        compare("how many holds are revoked", self.stage.wait(deed()), int(kept.lives))
        if kept.lives:
            self.model.end(kept, HoldStatus.REVOKED)

    @rule()
    def sweep(self) -> None:
        """The worker ends what is overdue."""
        self._catch_up()
        ended = self.stage.wait(end_expired_holds(lambda: self.sale.work_of(self.sale.organization), self.sale.event_id))
        compare("how many holds are over", ended, len(self.model.overdue()))
        self.model.take_over()

    @rule(minutes=st.sampled_from([1, 4, 9, 15, 31]))
    def time_passes(self, minutes: int) -> None:
        """Nobody does anything for so long."""
        self.stage.minutes += minutes
        self.stage.wait(self.stage.clock.advance(minutes=self.stage.minutes))

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        """Seats and counters, and everything that the audit knows."""
        if not hasattr(self, "model"):
            return
        self._catch_up()
        states, pools, breaches = self.stage.wait(self._look())
        compare("the seats", states, [self.model.state_of(label) for label in LABELS])
        compare("the counters", pools, {name: self.model.counted(name) for name in CAPACITY})
        compare("the audit", breaches, [])

    def teardown(self) -> None:
        """Each hold that ended was told of once. Where something went wrong before, that is what is to be told."""
        if hasattr(self, "model") and sys.exception() is None:
            told = "SELECT payload->>'holdId' AS id FROM outbox WHERE organization_id = $1 AND type = 'hold:released'"
            rows = self.stage.wait(self.stage.owner.fetch(told, self.sale.organization.id))
            compare("the news of ended holds", sorted(row["id"] for row in rows), sorted(map(str, self.model.ended)))

    def _pick(self, which: int) -> Kept:
        self._catch_up()
        return list(self.model.holds.values())[-1 - which % len(self.model.holds)]

    def _why_not_extended(self, kept: Kept) -> WhyNotExtended | None:
        if kept.hold.status is not HoldStatus.ACTIVE:
            return WhyNotExtended.ENDED
        if kept in self.model.overdue():
            return WhyNotExtended.OVERDUE
        return WhyNotExtended.EXTENDED_BEFORE if kept.hold.extended_at else None

    def _catch_up(self) -> None:
        self.model.now = self.stage.wait(self._now())

    async def _now(self) -> datetime:
        now: datetime = await self.stage.owner.fetchval("SELECT app_now()")
        return now

    def _place(self, ask: HoldAsk) -> Hold | Refusal:
        self._catch_up()
        self.model.take_over()
        self.turn += 1
        writer = self.stage.here if self.turn % 2 else self.stage.elsewhere
        return self.stage.wait(rush((writer, ask)))[0]

    def _expect(self, answer: Hold | Refusal, refusal: str | None, quantities: dict[str, int], labels: list[str]) -> None:
        compare("the answer to an ask", None if isinstance(answer, Hold) else type(answer).__name__, refusal)
        if isinstance(answer, Hold):
            self._keep(answer, quantities, labels)

    def _keep(self, hold: Hold, quantities: dict[str, int], labels: list[str]) -> None:
        self.model.take_over()
        compare("what is held", {self.names[line.ticket_type_id]: line.quantity for line in hold.lines}, quantities)
        compare("how many seats are held", sum(len(line.seat_ids) for line in hold.lines), len(labels))
        self.model.holds[hold.id] = Kept(hold, quantities, labels)

    def _done(self, deed: Coroutine[Any, Any, Answer]) -> Answer | Refusal:
        try:
            return self.stage.wait(deed)
        except Refused as no:
            return no.refusal

    async def _look(self) -> tuple[list[SeatStatus | None], dict[str, tuple[int, int]], list[object]]:
        async with self.sale.work_of(self.sale.organization) as work:
            states = [state.status if state else None for state in await work.seats.labelled(self.sale.event_id, LABELS)]
            [pools] = await work.ticket_types.pools_of_events([self.sale.event_id])
            breaches = await breaches_of(work.events._connection, self.sale.organization.id, but=FOR_ORDERS)
        return states, {pool.name: (pool.held, pool.sold) for pool in pools}, list(breaches)


async def play(stage: Stage, terms: settings) -> None:
    """Let it run. Raises Differs, or whatever else goes wrong."""

    def machine() -> BoxOffice:
        made = BoxOffice()
        made.stage = stage
        return made

    await asyncio.to_thread(run_state_machine_as_test, machine, settings=terms)  # type: ignore[arg-type]
