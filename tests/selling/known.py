"""What the machine that sells knows of its shop: who acts, which order is meant, and what the model has heard."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from uuid import UUID

from adapters.crypto.identifiers import new_id
from domain.holds import HoldLine
from domain.identity import Viewer
from domain.money import Money
from domain.orders import CheckOutCart
from domain.orders.asking import Terms
from domain.refusals import Refused
from resolvers.context import Context
from tests.holds.seat_machine import compare
from tests.selling import looking
from tests.selling.model import PRICE, Back, Bought, Model, Paying
from tests.selling.stage import Stage, newest
from tests.selling.twin import Twin


class Known:
    """The machine's hands."""

    stage: Stage
    twin: Twin
    model: Model
    tenant: UUID
    type_id: UUID
    references: set[UUID]

    def _learn(self, order: Bought, payment: Paying) -> None:
        """The model hears how a payment stands; where nobody needs it, it may have been given up by that."""
        self.references.add(payment.id)
        self.model.learn(order, payment, self.twin.intents[payment.id])
        self._bind()

    def _bind(self) -> None:
        """Let the model know the ids of refunds that were made."""
        for order in self.model.orders.values():
            if any(back.id is None for back in order.refunds):
                rows = self.stage.wait(looking.refunds(self.stage.owner, order.id))
                taken = {back.id for back in order.refunds}
                for back in [each for each in order.refunds if each.id is None]:
                    facts = (back.payment.id, back.amount)
                    back.id = next(
                        (row["id"] for row in rows if row["id"] not in taken and (row["payment_id"], row["amount_minor"]) == facts), None
                    )
                    compare("whether a refund was made", back.id is not None, True)
                    taken.add(back.id)

    def _go_on_refunding(self, how: str) -> None:
        self.twin.refunding = self.model.refunding = how

    def _order(self, which: int) -> Bought:
        found: Bought = newest(list(self.model.orders.values()), which)
        return found

    def _payment(self, payment_id: UUID) -> tuple[Bought, Paying]:
        [found] = [(order, each) for order in self.model.orders.values() for each in order.payments if each.id == payment_id]
        return found

    def _back(self, refund_id: UUID) -> tuple[Bought, Back]:
        found = [(order, each) for order in self.model.orders.values() for each in order.refunds if each.id == refund_id]
        compare("how many refunds have this id", len(found), 1)
        return found[0]

    def _context(self, **facts: Any) -> Context:
        ctx = self.stage.house.contexts.for_viewer(Viewer(self.tenant, **facts))
        return replace(ctx, outside=replace(ctx.outside, payments=self.twin))

    def _wish(self, quantity: int) -> CheckOutCart:
        lines = (HoldLine(self.type_id, quantity),)
        total = Money(quantity * PRICE, "EUR")
        return CheckOutCart(None, "ada@example.org", "Ada", None, Terms(), total, idempotency_key=str(new_id()), lines=lines)

    def _done(self, deed: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """What it answers; the name of its refusal where it is refused."""
        try:
            return self.stage.wait(deed())
        except Refused as no:
            return type(no.refusal).__name__
