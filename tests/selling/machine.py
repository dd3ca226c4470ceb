"""Lets buyers, staff, banks and the worker do things with orders and their money in any order, and holds them against a model."""

import asyncio
import sys
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from adapters.crypto.identifiers import new_id, new_token
from adapters.postgres.work import writing
from domain.addresses import Addresses
from domain.identity import Role, Viewer
from domain.money import Money
from domain.orders import CancelOrder, CancelOrderLines, OrderNamed
from domain.payments.asking import RecordPayment, RefundOrder, StartPayment
from resolvers import order_ending, ordering, payment_asking, payment_notices, payments, refunding, refunds
from resolvers.order_settling import Desk
from resolvers.till import Till
from tests.audits import breaches_of
from tests.conftest import make_organization
from tests.holds.sales import open_sale
from tests.holds.seat_machine import compare
from tests.selling import looking
from tests.selling.known import Known
from tests.selling.model import CAPACITY, ENDED, PRICE, Back, Bought, Model, Paying
from tests.selling.stage import Stage, newest
from tests.selling.twin import Twin

# Which order, payment, refund or notice something is done with, counted from the newest.
WHICH = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5])
REFUNDING = st.sampled_from(["succeeds", "succeeds", "waits", "fails", "lost"])


class Shop(Known, RuleBasedStateMachine):
    """Everybody who has to do with the orders of one event."""

    @initialize()
    def open(self) -> None:
        """A fresh event in an organization of its own, whose money comes in at a provider of its own."""
        stage = self.stage
        organization = stage.wait(make_organization(stage.house.pools.app))
        sale = stage.wait(open_sale(stage.work_of, organization, CAPACITY, price_minor=PRICE))
        self.tenant, self.type_id = organization.id, sale.ticket_type.id
        self.twin, self.model = Twin(), Model()
        work = partial(writing, stage.house.pools.app, self.tenant, None, new_id, stage.house.outside.vault)
        holds = stage.house.contexts.for_viewer(Viewer(self.tenant)).holds
        self.till = Till(
            work, Desk(self.tenant, new_id, new_token, Addresses("http://127.0.0.1")), self.twin, stage.house.outside.vault, holds
        )
        self.staff = self._context(person_id=new_id(), role=Role.OWNER)
        self.keys: dict[UUID, set[str]] = {}  # under which each payment was begun
        self.references: set[UUID] = set()  # the payments whose name at the provider is known here
        self.seen: set[str] = set()  # the notices that came before

    @rule(quantity=st.integers(1, 3), again=st.booleans())
    def order(self, quantity: int, again: bool) -> None:
        """Somebody orders, perhaps twice with the same key."""
        ctx, wish = self._context(cart=new_token()), self._wish(quantity)
        possible = quantity <= self.model.free
        for _ in range(1 + again):
            done = self._done(lambda: ordering.check_out_cart(ctx, wish))
            compare("the answer to an order", done if isinstance(done, str) else "", "" if possible else "TicketsSoldOut")
            if possible:
                self.model.orders.setdefault(done[0].id, Bought(done[0].id, quantity, total=quantity * PRICE))
        compare("how many orders there are", self.stage.wait(looking.count(self.stage.owner, self.tenant)), len(self.model.orders))

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH, lost=st.sampled_from([False, False, True]), again=st.booleans())
    def begin(self, which: int, lost: bool, again: bool) -> None:
        """A buyer begins to pay; the provider's answer may get lost, and she may ask again under her key."""
        order, key = self._order(which), str(new_id())
        self._begin(order, key, lost)
        if again:
            self._begin(order, key, lost=False)

    def _begin(self, order: Bought, key: str, lost: bool) -> None:
        same = [each for each in order.payments if each.status in {"CREATED", "FAILED"} and not each.manual and each.amount == order.due]
        known = next((each for each in order.payments if key in self.keys.get(each.id, ())), None)
        asked_before = known is not None and known.id in self.references
        self.twin.loses_answers = lost
        done = self._done(lambda: payments.start_payment(self.staff, StartPayment(OrderNamed(order.id), "card", None, key)))
        self.twin.loses_answers = False
        if not (order.due or known):
            compare("the answer to who begins to pay", done, "OrderNotPayable")
            return
        payment = known or (same[-1] if same else self._new_payment(order))
        self.keys.setdefault(payment.id, set()).add(key)
        is_lost = lost and not (asked_before or payment.id in self.references)
        compare(
            "the answer to who begins to pay",
            done if isinstance(done, str) else done.payment.id,
            "PaymentUnsure" if is_lost else payment.id,
        )
        if not is_lost:
            self._learn(order, payment)

    def _new_payment(self, order: Bought) -> Paying:
        before = {each.id for each in order.payments}
        found = [each["id"] for each in self.stage.wait(looking.payments(self.stage.owner, order.id)) if each["id"] not in before]
        compare("how many payments were begun", len(found), 1)
        order.payments.append(Paying(found[0], order.due))
        return order.payments[-1]

    @precondition(lambda self: self.twin.intents)
    @rule(which=WHICH, how=st.sampled_from(["paid", "paid", "declined"]))
    def pay(self, which: int, how: str) -> None:
        """A person shows her card."""
        self.twin.pay(newest(list(self.twin.intents), which), how)

    @precondition(lambda self: self.twin.intents)
    @rule(which=WHICH)
    def tell_again(self, which: int) -> None:
        """The provider tells once more how a payment stands, as another notice."""
        self.twin.tell(newest(list(self.twin.intents), which))

    @precondition(lambda self: self.twin.notices)
    @rule(which=WHICH, copies=st.integers(1, 3), refunding=REFUNDING)
    def deliver(self, which: int, copies: int, refunding: str) -> None:
        """A notice comes: an old one, a new one, the same again, several copies at once."""
        self._go_on_refunding(refunding)
        number = newest(list(range(len(self.twin.notices))), which)
        self._deliver(number, copies)

    def _deliver(self, number: int, copies: int) -> None:
        notice, body = self.twin.notices[number], str(number).encode()

        async def came() -> None:
            await payment_notices.receive(self.till, "twin", body, "twin", datetime.now(UTC))
            await payment_notices.look_at(self.till, "twin", notice.id)

        async def all_came() -> None:
            await asyncio.gather(*(came() for _ in range(copies)))

        heard_before = notice.id in self.seen
        self.seen.add(notice.id)
        self.stage.wait(all_came())
        if heard_before:
            return
        if notice.payment_id:
            order, payment = self._payment(notice.payment_id)
            self._learn(order, payment)
        elif notice.refund_id:
            self._hear_of_refund(notice.refund_id, failed=notice.refund is not None)

    def _hear_of_refund(self, refund_id: UUID, *, failed: bool) -> None:
        order, back = self._back(refund_id)
        if failed or back.known:
            self.model.learn_refund(order, back, "failed" if failed else self.twin.refunds[refund_id])

    @precondition(lambda self: any(order.payments for order in self.model.orders.values()))
    @rule(which=WHICH, at_once=st.booleans(), refunding=REFUNDING)
    def ask_about(self, which: int, at_once: bool, refunding: str) -> None:
        """The worker asks about a payment, perhaps two workers at once."""
        self._go_on_refunding(refunding)
        pairs = [(order, payment) for order in self.model.orders.values() for payment in order.payments if not payment.manual]
        if pairs:
            order, payment = newest(pairs, which)
            self._ask_about(order, payment, 1 + at_once)

    def _ask_about(self, order: Bought, payment: Paying, workers: int = 1) -> None:

        async def ask() -> None:
            await asyncio.gather(*(payment_asking.ask_about(self.till, payment.id) for _ in range(workers)))

        self.stage.wait(ask())
        if payment.status in {"CREATED", "FAILED"}:
            self._learn(order, payment)

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def expire(self, which: int) -> None:
        """An order's time is over, and the worker sees to it: what is merely begun is given up, what is paid is heard of."""
        order = self._order(which)
        self.stage.pass_time(17)
        ended = self.stage.wait(self._expire(order.id))
        waiting = order.status == "PENDING"
        pays = False
        for payment in [each for each in order.payments if each.status in {"CREATED", "FAILED"} and waiting]:
            pays = pays or self.twin.intents.get(payment.id) == "paid"
            self._learn(order, payment)
        compare("whether an order expires", ended, waiting and not pays)
        if ended:
            order.status = "EXPIRED"

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def forget(self, which: int) -> None:
        """The provider answers nobody for a day, so the order's time ends without its word."""
        order = self._order(which)
        self.stage.pass_time(26 * 60)
        self.twin.silent = True
        ended = self.stage.wait(self._expire(order.id))
        self.twin.silent = False
        compare("whether an order expires", ended, order.status == "PENDING")
        if ended:
            order.status = "EXPIRED"

    async def _expire(self, order_id: UUID) -> bool:
        return await order_ending.expire(self.till.work, order_id, new_id, partial(payment_asking.in_flight, self.till))

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH, half=st.booleans(), again=st.booleans())
    def record(self, which: int, half: bool, again: bool) -> None:
        """The staff take cash, all that is due or half of it; perhaps they say so twice with the same key."""
        order = self._order(which)
        amount = max(order.due // 2 if half else order.due, 1)
        ask = RecordPayment(order.id, Money(amount, "EUR"), "cash", str(new_id()))
        possible = order.due > 0
        for turn in range(1 + again):
            done = self._done(lambda: payments.record_payment(self.staff, ask))
            compare("the answer to cash", done if isinstance(done, str) else "", "" if possible else "OrderNotPayable")
            if possible and not turn:
                order.payments.append(Paying(done.id, amount, manual=True))
                self.model.take_in(order, order.payments[-1])

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        """The staff call an order off; its money stays until it is given back."""
        order = self._order(which)
        ask = CancelOrder(OrderNamed(order.id), "it rains", None)
        done = self._done(lambda: order_ending.cancel_order(self.staff, ask))
        ended = order.status in ENDED
        compare("the answer to who calls an order off", done if isinstance(done, str) else "", "OrderStepRefused" if ended else "")
        order.status = order.status if ended else "CANCELLED"

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def cancel_line(self, which: int) -> None:
        """The staff call one admission off."""
        order = self._order(which)
        version, lines = self.stage.wait(looking.lines(self.stage.owner, order.id))
        ask = CancelOrderLines(order.id, (lines[0],), None, version)
        done = self._done(lambda: order_ending.cancel_order_lines(self.staff, ask))
        refused = "OrderStepRefused" if order.status in ENDED else "OrderHasOneEnd" if order.admissions == 1 else ""
        compare("the answer to who calls an admission off", done if isinstance(done, str) else "", refused)
        if not refused:
            order.admissions -= 1
            order.total -= PRICE
            self.model.confirm_covered(order)

    @rule(quantity=st.integers(2, 3))
    def change_her_mind(self, quantity: int) -> None:
        """A buyer pays in part, and then fewer come."""
        before = len(self.model.orders)
        self.order(quantity, again=False)
        if len(self.model.orders) > before:
            self.record(0, half=True, again=False)
            self.cancel_line(0)

    @rule(quantity=st.integers(1, 3), then=st.sampled_from(["heard", "told twice", "asked", "expires", "nothing"]))
    def buy(self, quantity: int, then: str) -> None:
        """A buyer orders and pays at once, and it is heard of in this way or that."""
        if self._began(quantity):
            self.pay(0, "paid")
            self.hear(then)

    def hear(self, how: str) -> None:
        """The newest payment is heard of."""
        if how == "expires":
            self.expire(0)
        elif how == "asked":
            self.ask_about(0, at_once=True, refunding="succeeds")
        elif how != "nothing":
            self.deliver(0, 2, "succeeds")
        if how == "told twice":
            self.tell_again(0)
            self.deliver(0, 2, "succeeds")

    @rule(quantity=st.integers(1, 3), rival=st.booleans(), refunding=REFUNDING)
    def pay_late(self, quantity: int, rival: bool, refunding: str) -> None:
        """A buyer pays when the order's time is over, and perhaps somebody else has the tickets by then."""
        if self._began(quantity):
            payment = self._order(0).payments[-1]
            self.forget(0)
            if rival and 0 < self.model.free <= 3 + quantity:
                self.order(min(self.model.free, 3), again=False)
            self.twin.pay(payment.id, "paid")
            self.deliver(0, 2, refunding)

    @rule(quantity=st.integers(1, 3), refunding=REFUNDING)
    def regret(self, quantity: int, refunding: str) -> None:
        """A buyer wants half of the money back, then all of it, and the bank has its say."""
        self.buy(quantity, "heard")
        if self.model.orders and self._order(0).paid:
            self.refund(0, "half", refunding, again=False)
            self._bind()
            self.refund(0, "all", "succeeds", again=True)

    def _began(self, quantity: int) -> bool:
        """Whether another order was placed, whose buyer began to pay."""
        before = len(self.model.orders)
        self.order(quantity, again=False)
        if len(self.model.orders) > before:
            self.begin(0, lost=False, again=False)
        return len(self.model.orders) > before

    @precondition(lambda self: any(order.paid for order in self.model.orders.values()))
    @rule(which=WHICH, more=st.sampled_from(["all", "half", "too much"]), refunding=REFUNDING, again=st.booleans())
    def refund(self, which: int, more: str, refunding: str, again: bool) -> None:
        """The staff give money back: all that is left, half of it, or more than there is; perhaps twice with the same key."""
        self._go_on_refunding(refunding)
        order = newest([each for each in self.model.orders.values() if each.paid], which)
        left = order.left
        amount = {"all": None, "half": max(left // 2, 1), "too much": left + 1}[more]
        ask = RefundOrder(order.id, (), amount, "as agreed", False, None, str(new_id()))
        possible = left > 0 and more != "too much"
        for turn in range(1 + again):
            done = self._done(lambda: refunds.refund_order(self.staff, ask))
            compare("the answer to a refund", done if isinstance(done, str) else "", "" if possible else "RefundTooLarge")
            if possible and not turn:
                self.model.give_back(order, left if amount is None else amount, order.payments)
            elif possible:
                self._bind()
                self._ask_again([self._back(each.id) for each in done.refunds])

    @precondition(lambda self: self.twin.refunds)
    @rule(which=WHICH, how=st.sampled_from(["succeeded", "failed"]))
    def bank(self, which: int, how: str) -> None:
        """The bank carries a refund out, or sends the money back."""
        self.twin.settle(newest(list(self.twin.refunds), which), how)

    @precondition(lambda self: any(order.refunds for order in self.model.orders.values()))
    @rule(which=WHICH, at_once=st.booleans())
    def ask_about_refund(self, which: int, at_once: bool) -> None:
        """The worker asks about a refund, perhaps two workers at once."""
        order, back = newest([(order, back) for order in self.model.orders.values() for back in order.refunds], which)
        refund_id = back.id
        assert refund_id is not None

        async def ask() -> None:
            await asyncio.gather(*(refunding.carry_out(self.till, refund_id) for _ in range(1 + at_once)))

        self.stage.wait(ask())
        self._ask_again([(order, back)])

    def _ask_again(self, asked: list[tuple[Bought, Back]]) -> None:
        """What the model hears of refunds that are under way, when the provider is asked about them."""
        for order, back in asked:
            if back.status in {"REQUESTED", "PENDING"} and back.id is not None:
                self.model.learn_refund(order, back, self.twin.refunds[back.id])

    @invariant()
    def it_is_as_the_model_says(self) -> None:
        """Orders, payments, refunds and stock."""
        if not hasattr(self, "model"):
            return
        self._bind()
        found, expected = self.stage.wait(looking.books(self.stage.owner, self.tenant)), looking.expected(self.model)
        for name in expected:
            compare(name, found[name], expected[name])

    def teardown(self) -> None:
        """Let all be heard of: then it is as people and banks did it, every invariant holds, and what happens once happened once."""
        if hasattr(self, "model") and sys.exception() is None:
            self._hear_everything()
            self.it_is_as_the_model_says()
            compare("the money", self.stage.wait(looking.money(self.stage.owner, self.tenant)), looking.truth(self.twin, self.model))
            compare("the letters", self.stage.wait(looking.letters(self.stage.owner, self.tenant)), looking.confirmations(self.model))
            compare("the news", self.stage.wait(looking.news(self.stage.owner, self.tenant)), looking.confirmations(self.model))
            compare("the audit", self.stage.wait(breaches_of(self.stage.owner, self.tenant)), [])

    def _hear_everything(self) -> None:
        self._go_on_refunding("succeeds")
        for number in range(len(self.twin.notices)):
            self._deliver(number, 1)
            self._bind()
        for order in self.model.orders.values():
            for payment in [each for each in order.payments if not each.manual]:
                self._ask_about(order, payment)
                self._bind()
            for back in order.refunds:
                assert back.id is not None
                self.stage.wait(refunding.carry_out(self.till, back.id))
                self._ask_again([(order, back)])


async def play(stage: Stage, terms: settings) -> None:
    """Let it run. Raises Differs, or whatever else goes wrong."""

    def machine() -> Shop:
        made = Shop()
        made.stage = stage
        return made

    await asyncio.to_thread(run_state_machine_as_test, machine, settings=terms)  # type: ignore[arg-type]
