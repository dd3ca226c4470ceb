"""Changing orders: cancel them as a whole or in part, approve or decline them, say who comes, note something."""

from typing import Annotated

import strawberry

from domain import orders as domain
from domain import questions, refusals
from resolvers import order_ending, order_judging
from resolvers import orders as deeds
from schema import ids, order_refusals  # noqa: F401 - shows what may be refused
from schema.answers import AnswerInput, read_changed_answers
from schema.errors import MayRefuse, payload
from schema.orders import Order

VERSION = "The version that was read; refused when there is a newer one."
SECRET = "The secret that a guest's link carries; not needed with the cart, or signed in."  # noqa: S105 - a description
KEY = "The same key with the same input gets the same answer; with another input it is refused."
ANSWERS = "What is answered from now on; questions left out, and all without it, stay answered as they are."
_ORDER_ID = ("input", "orderId")
_ATTENDEES = ("input", "attendees")


@strawberry.input(description="An order to cancel.")
class CancelOrderInput:
    """Read into `domain.orders.CancelOrder`."""

    order_id: strawberry.ID = strawberry.field(description="Which one.")
    reason: str | None = strawberry.field(default=None, description="Why, which the buyer is told; staff have to say.")
    expected_version: int | None = strawberry.field(default=None, description=VERSION)
    secret: str | None = strawberry.field(default=None, description=SECRET)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> domain.CancelOrder:
        """The command meant."""
        named = domain.OrderNamed(ids.expect(self.order_id, "Order", _ORDER_ID), self.secret)
        return domain.CancelOrder(named, self.reason, self.expected_version, self.idempotency_key)


@strawberry.input(description="Admissions of an order to cancel.")
class CancelOrderLinesInput:
    """Read into `domain.orders.CancelOrderLines`."""

    order_id: strawberry.ID = strawberry.field(description="Of which order.")
    line_ids: list[strawberry.ID] = strawberry.field(description="Which admissions, 100 at most, but not all that are left.")
    reason: str | None = strawberry.field(default=None, description="Why; it is noted in the history.")
    expected_version: int = strawberry.field(description=VERSION)
    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def to_domain(self) -> domain.CancelOrderLines:
        """The command meant."""
        order_id = ids.expect(self.order_id, "Order", _ORDER_ID)
        lines = tuple(ids.expect(each, "OrderLine", ("input", "lineIds", str(at))) for at, each in enumerate(self.line_ids))
        return domain.CancelOrderLines(order_id, lines, self.reason, self.expected_version, self.idempotency_key)


@strawberry.input(description="An order to approve.")
class ApproveOrderInput:
    """Read into `domain.orders.JudgeOrder`."""

    order_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description=VERSION)

    def to_domain(self) -> domain.JudgeOrder:
        """The command meant."""
        return domain.JudgeOrder(ids.expect(self.order_id, "Order", _ORDER_ID), self.expected_version)


@strawberry.input(description="An order to decline.")
class DeclineOrderInput:
    """Read into `domain.orders.JudgeOrder`."""

    order_id: strawberry.ID = strawberry.field(description="Which one.")
    expected_version: int = strawberry.field(description=VERSION)
    reason: str = strawberry.field(description="Why, which the buyer is told.")

    def to_domain(self) -> domain.JudgeOrder:
        """The command meant."""
        return domain.JudgeOrder(ids.expect(self.order_id, "Order", _ORDER_ID), self.expected_version, self.reason)


@strawberry.input(description="Who will come in on one admission.")
class OrderAttendeeInput:
    """Read into `domain.orders.AttendeeOf`."""

    line_id: strawberry.ID = strawberry.field(description="The admission.")
    name: str | None = strawberry.field(default=None, description="Her name; what was said is taken away without it.")
    email: str | None = strawberry.field(default=None, description="Her e-mail address; what was said is taken away without it.")
    answers: list[AnswerInput] | None = strawberry.field(default=None, description=ANSWERS)


@strawberry.input(description="Others who will come.")
class UpdateAttendeesInput:
    """Read into `domain.orders.UpdateAttendees`."""

    order_id: strawberry.ID = strawberry.field(description="Of which order.")
    attendees: list[OrderAttendeeInput] = strawberry.field(description="Who comes in on which admissions, 100 at most.")
    answers: list[AnswerInput] | None = strawberry.field(default=None, description=f"Of the order as a whole: {ANSWERS}")
    expected_version: int = strawberry.field(description=VERSION)
    secret: str | None = strawberry.field(default=None, description=SECRET)

    def to_domain(self) -> domain.UpdateAttendees:
        """The command meant."""
        named = domain.OrderNamed(ids.expect(self.order_id, "Order", _ORDER_ID), self.secret)
        attendees = tuple(
            domain.AttendeeOf(
                ids.expect(each.line_id, "OrderLine", (*_ATTENDEES, str(at), "lineId")),
                each.name,
                each.email,
                read_changed_answers(each.answers, (*_ATTENDEES, str(at), "answers")),
            )
            for at, each in enumerate(self.attendees)
        )
        return domain.UpdateAttendees(named, attendees, self.expected_version, read_changed_answers(self.answers, ("input", "answers")))


@strawberry.input(description="Notes of the staff on an order.")
class AnnotateOrderInput:
    """Read into `domain.orders.AnnotateOrder`."""

    order_id: strawberry.ID = strawberry.field(description="On which order.")
    notes: str = strawberry.field(description="All that is noted from now on, 4,000 characters at most; empty for nothing.")
    expected_version: int = strawberry.field(description=VERSION)

    def to_domain(self) -> domain.AnnotateOrder:
        """The command meant."""
        return domain.AnnotateOrder(ids.expect(self.order_id, "Order", _ORDER_ID), self.notes, self.expected_version)


COMMON = (refusals.NotFound, refusals.InputInvalid, refusals.VersionConflict)


@payload(*COMMON, refusals.IdempotencyKeyReused, domain.OrderStepRefused, description="The answer to `cancelOrder`.")
class CancelOrderPayload:
    """The order, or why it was not cancelled."""

    order: Order | None = strawberry.field(default=None, description="The order as it is now.")


@payload(
    *COMMON,
    refusals.IdempotencyKeyReused,
    domain.OrderStepRefused,
    domain.OrderLinesFixed,
    domain.OrderHasOneEnd,
    description="The answer to `cancelOrderLines`.",
)
class CancelOrderLinesPayload:
    """The order, or why nothing of it was cancelled."""

    order: Order | None = strawberry.field(default=None, description="The order as it is now.")


@payload(*COMMON, domain.OrderStepRefused, description="The answer to `approveOrder`.")
class ApproveOrderPayload:
    """The order, or why it was not approved."""

    order: Order | None = strawberry.field(default=None, description="The order as it is now.")


@payload(*COMMON, domain.OrderStepRefused, description="The answer to `declineOrder`.")
class DeclineOrderPayload:
    """The order, or why it was not declined."""

    order: Order | None = strawberry.field(default=None, description="The order as it is now.")


@payload(
    *COMMON,
    domain.OrderStepRefused,
    domain.OrderLinesFixed,
    questions.AnswersInvalid,
    description="The answer to `updateAttendees`.",
)
class UpdateAttendeesPayload:
    """The order, or why the same come as before."""

    order: Order | None = strawberry.field(default=None, description="The order as it is now.")


@payload(*COMMON, description="The answer to `annotateOrder`.")
class AnnotateOrderPayload:
    """The order, or why nothing was noted."""

    order: Order | None = strawberry.field(default=None, description="The order as it is now.")


@strawberry.type
class OrderMutations:
    """Mutations of orders, merged into the root."""

    @strawberry.mutation(
        extensions=[MayRefuse(CancelOrderPayload)],
        description="Call an order off; its tickets are free again, what was paid is refunded by other means. Open to its buyer as long as "
        "nothing was paid, and to staff with orders:manage.",
    )
    async def cancel_order(
        self, info: strawberry.Info, input: Annotated[CancelOrderInput, strawberry.argument(description="Which one.")]
    ) -> CancelOrderPayload:
        """See `resolvers.order_ending.cancel_order`."""
        return CancelOrderPayload(order=await order_ending.cancel_order(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(CancelOrderLinesPayload)],
        description="Cancel some admissions of an order, whose places are free again. Needs orders:manage.",
    )
    async def cancel_order_lines(
        self, info: strawberry.Info, input: Annotated[CancelOrderLinesInput, strawberry.argument(description="Which ones.")]
    ) -> CancelOrderLinesPayload:
        """See `resolvers.order_ending.cancel_order_lines`."""
        return CancelOrderLinesPayload(order=await order_ending.cancel_order_lines(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(ApproveOrderPayload)],
        description="Let an order be paid, or confirm one that costs nothing. Needs orders:manage.",
    )
    async def approve_order(
        self, info: strawberry.Info, input: Annotated[ApproveOrderInput, strawberry.argument(description="Which one.")]
    ) -> ApproveOrderPayload:
        """See `resolvers.order_judging.approve_order`."""
        return ApproveOrderPayload(order=await order_judging.approve_order(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(DeclineOrderPayload)], description="Turn an order down that waits for approval. Needs orders:manage."
    )
    async def decline_order(
        self, info: strawberry.Info, input: Annotated[DeclineOrderInput, strawberry.argument(description="Which one.")]
    ) -> DeclineOrderPayload:
        """See `resolvers.order_judging.decline_order`."""
        return DeclineOrderPayload(order=await order_judging.decline_order(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(
        extensions=[MayRefuse(UpdateAttendeesPayload)],
        description="Say who will come, and answer questions. Open to its buyer until the event begins, and to staff with orders:manage.",
    )
    async def update_attendees(
        self, info: strawberry.Info, input: Annotated[UpdateAttendeesInput, strawberry.argument(description="Who will come.")]
    ) -> UpdateAttendeesPayload:
        """See `resolvers.orders.update_attendees`."""
        return UpdateAttendeesPayload(order=await deeds.update_attendees(info.context, input.to_domain()))  # type: ignore[arg-type]

    @strawberry.mutation(extensions=[MayRefuse(AnnotateOrderPayload)], description="Note something for the staff. Needs orders:manage.")
    async def annotate_order(
        self, info: strawberry.Info, input: Annotated[AnnotateOrderInput, strawberry.argument(description="The notes.")]
    ) -> AnnotateOrderPayload:
        """See `resolvers.orders.annotate_order`."""
        return AnnotateOrderPayload(order=await deeds.annotate_order(info.context, input.to_domain()))  # type: ignore[arg-type]
