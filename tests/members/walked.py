"""What goes to each place that takes an id, and how each is asked."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from schema import ids

# By the last name of a place, what goes there.
NAMED = {
    "eventId": "Event", "venueId": "Venue", "categoryIds": "EventCategory", "seriesId": "EventSeries", "ticketTypeId": "TicketType",
    "ticketTypeIds": "TicketType", "poolIds": "Pool", "poolId": "Pool", "accessCodeId": "AccessCode", "productId": "TicketType",
    "seatingPlanVersionId": "SeatingPlanVersion", "holdId": "Hold", "imageId": "Image", "imageIds": "Image", "parentId": "EventCategory",
    "categoryId": "EventCategory", "fieldId": "MetadataField", "sessionId": "Session", "invitationId": "Invitation", "memberId": "Member",
    "organizationId": "Organization", "serviceKeyId": "ServiceKey", "eventIds": "Event", "promoCodeId": "PromoCode",
    "questionId": "Question", "questionIds": "Question",
    "ticketId": "Ticket", "orderId": "Order", "lineIds": "OrderLine", "lineId": "OrderLine", "holdIds": "Hold", "paymentId": "Payment",
}  # fmt: skip
SALES = ("checkOutCart", "createBoxOfficeOrder")
"""What makes an order of the holds of whoever asks."""
A_TICKET = {
    "attendees": [
        {
            "holdId": ids.show("Hold", UUID(int=1)),
            "ticketTypeId": ids.show("TicketType", UUID(int=1)),
            "answers": [{"questionId": ids.show("Question", UUID(int=1)), "value": "no"}],
        }
    ]
}
A_PRICE = {
    "namedPrices": [
        {
            "holdId": ids.show("Hold", UUID(int=1)),
            "ticketTypeId": ids.show("TicketType", UUID(int=1)),
            "price": {"amountMinor": 5, "currency": "EUR"},
        }
    ]
}
# What must be there around an id that a wish lacks.
AROUND: Mapping[str, dict[str, Any]] = {
    "Mutation.assignSeatingPlan(input.categories.ticketTypeIds)": {"categories": [{"category": "Stalls", "ticketTypeIds": []}]},
    "Mutation.createTicketType(input.poolIds)": {"capacity": None},
    "Mutation.createQuestion(input.dependsOn.questionId)": {"dependsOn": {"values": ["true"]}},
    "Mutation.updateQuestion(input.dependsOn.questionId)": {"dependsOn": {"values": ["true"]}},
    "Mutation.checkOutCart(input.lines.ticketTypeId)": {"lines": [{"quantity": 1}]},
    **{f"Mutation.{deed}(input.{place})": A_PRICE for deed in SALES for place in ("namedPrices.holdId", "namedPrices.ticketTypeId")},
    **{
        f"Mutation.{deed}(input.{place})": A_TICKET
        for deed in SALES
        for place in ("attendees.holdId", "attendees.ticketTypeId", "attendees.answers.questionId")
    },
}
# Places that must name things of the event that is named beside them; others are refused as such, those that do not exist, too.
OF_THE_EVENT: Mapping[str, tuple[str, str]] = {
    "Mutation.createTicketType(input.poolIds)": ("PoolUnknown", "CONFLICT"),
    "Mutation.updateTicketType(input.poolIds)": ("PoolUnknown", "CONFLICT"),
    "Mutation.updateOccurrenceTicketTypes(input.poolIds)": ("PoolUnknown", "CONFLICT"),
    "Mutation.reorderTicketTypes(input.ticketTypeIds)": ("TicketTypesChanged", "CONFLICT"),
    "Mutation.reorderImages(input.imageIds)": ("GalleryChanged", "CONFLICT"),
    "Mutation.holdTickets(input.lines.ticketTypeId)": ("TicketTypeUnknown", "NOT_FOUND"),
    "Mutation.holdSeats(input.seats.ticketTypeId)": ("TicketTypeUnknown", "NOT_FOUND"),
    "Mutation.holdBestAvailable(input.lines.ticketTypeId)": ("TicketTypeUnknown", "NOT_FOUND"),
    "Mutation.issueComplimentaryTickets(input.ticketTypeId)": ("TicketTypeUnknown", "NOT_FOUND"),
    "Mutation.assignSeatingPlan(input.categories.ticketTypeIds)": ("InputInvalid", "BAD_USER_INPUT"),
    **{
        f"Mutation.{deed}(input.{place})": ("InputInvalid", "BAD_USER_INPUT")
        for deed in SALES
        for place in (
            "namedPrices.holdId",
            "namedPrices.ticketTypeId",
            "attendees.holdId",
            "attendees.ticketTypeId",
            # Whoever names no ticket of the cart is told that first; questions of one's own tickets are walked in tests/questions.
            "attendees.answers.questionId",
        )
    },
    **{f"Mutation.{deed}(input.answers.questionId)": ("AnswersInvalid", "BAD_USER_INPUT") for deed in SALES},
    "Mutation.reorderQuestions(input.questionIds)": ("QuestionsChanged", "CONFLICT"),
    "Mutation.createQuestion(input.dependsOn.questionId)": ("InputInvalid", "BAD_USER_INPUT"),
    "Mutation.updateQuestion(input.dependsOn.questionId)": ("InputInvalid", "BAD_USER_INPUT"),
}
QUERIES: Mapping[str, tuple[str, str]] = {
    "Query.event(by.id)": ("Event", "query ($v: ID!) { event(by: {id: $v}) { id slug } }"),
    "Query.event(by.slug)": ("slug", "query ($v: String!) { event(by: {slug: $v}) { id slug } }"),
    "Query.events(where.venueId.eq)": ("Venue", "query ($v: ID) { events(where: {venueId: {eq: $v}}) { nodes { id } totalCount } }"),
    "Query.events(where.venueId.in)": ("Venue", "query ($v: ID!) { events(where: {venueId: {in: [$v]}}) { nodes { id } totalCount } }"),
    "Query.events(where.categories.eq)": (
        "EventCategory",
        "query ($v: ID) { events(where: {categories: {eq: $v}}) { nodes { id } totalCount } }",
    ),
    "Query.events(where.categories.in)": (
        "EventCategory",
        "query ($v: ID!) { events(where: {categories: {in: [$v]}}) { nodes { id } totalCount } }",
    ),
    "Query.eventSeries(by.id)": ("EventSeries", "query ($v: ID!) { eventSeries(by: {id: $v}) { id slug } }"),
    "Query.eventSeries(by.slug)": ("slug", "query ($v: String!) { eventSeries(by: {slug: $v}) { id slug } }"),
    "Query.ticketType(id)": ("TicketType", "query ($v: ID!) { ticketType(id: $v) { id } }"),
    "Query.ticketTypes(where.eventId.eq)": (
        "Event",
        "query ($v: ID) { ticketTypes(where: {eventId: {eq: $v}}) { nodes { id } totalCount } }",
    ),
    "Query.ticketTypes(where.eventId.in)": (
        "Event",
        "query ($v: ID!) { ticketTypes(where: {eventId: {in: [$v]}}) { nodes { id } totalCount } }",
    ),
    "Query.accessCodes(eventId)": ("Event", "query ($v: ID!) { accessCodes(eventId: $v) { nodes { id } totalCount } }"),
    "Query.seats(eventId)": ("Event", 'query ($v: ID!) { seats(eventId: $v, labels: ["Stalls A-1"]) { label status } }'),
    "Query.ticket(by.id)": ("Ticket", "query ($v: ID!) { ticket(by: {id: $v}) { id code } }"),
    "Query.tickets(where.eventId.eq)": (
        "Event",
        "query ($v: ID) { tickets(where: {eventId: {eq: $v}}) { nodes { id } totalCount } }",
    ),
    "Query.tickets(where.eventId.in)": (
        "Event",
        "query ($v: ID!) { tickets(where: {eventId: {in: [$v]}}) { nodes { id } totalCount } }",
    ),
    "Query.tickets(where.ticketTypeId.eq)": (
        "TicketType",
        "query ($v: ID) { tickets(where: {ticketTypeId: {eq: $v}}) { nodes { id } totalCount } }",
    ),
    "Query.tickets(where.ticketTypeId.in)": (
        "TicketType",
        "query ($v: ID!) { tickets(where: {ticketTypeId: {in: [$v]}}) { nodes { id } totalCount } }",
    ),
    "Query.tickets(where.orderId.eq)": (
        "Order",
        "query ($v: ID) { tickets(where: {orderId: {eq: $v}}) { nodes { id } totalCount } }",
    ),
    "Query.tickets(where.orderId.in)": (
        "Order",
        "query ($v: ID!) { tickets(where: {orderId: {in: [$v]}}) { nodes { id } totalCount } }",
    ),
    "Query.cart(namedPrices.holdId)": (
        "Hold",
        'query ($v: ID!) { cart(namedPrices: [{holdId: $v, price: {amountMinor: 5, currency: "EUR"}}]) { total { amountMinor } } }',
    ),
    "Query.cart(namedPrices.ticketTypeId)": (
        "TicketType",
        'query ($v: ID!) { cart(namedPrices: [{ticketTypeId: $v, price: {amountMinor: 5, currency: "EUR"}}]) { total { amountMinor } } }',
    ),
    "Query.order(by.id)": ("Order", "query ($v: ID!) { order(by: {id: $v}) { id number } }"),
    "Query.orders(where.eventIds)": ("Event", "query ($v: ID!) { orders(where: {eventIds: [$v]}) { nodes { id } totalCount } }"),
    "Query.refundPolicy(eventId)": ("Event", "query ($v: ID!) { refundPolicy(eventId: $v) { hoursBefore } }"),
    "Query.transactions(where.orderIds)": (
        "Order",
        "query ($v: ID!) { transactions(where: {orderIds: [$v]}) { nodes { id } totalCount } }",
    ),
    "Query.transactionTotals(where.orderIds)": (
        "Order",
        "query ($v: ID!) { transactionTotals(where: {orderIds: [$v]}) { cameIn { amountMinor } } }",
    ),
    "Query.node(id)": ("Event", "query ($v: ID!) { node(id: $v) { __typename id } }"),
    "Query.nodes(ids)": ("Event", "query ($v: ID!) { nodes(ids: [$v]) { __typename id } }"),
    "Query._entities(representations)": ("Event", "query ($v: [_Any!]!) { _entities(representations: $v) { __typename } }"),
    "Subscription.ticketAvailability(eventId)": ("Event", "subscription ($v: ID!) { ticketAvailability(eventId: $v) { sequence } }"),
    "Subscription.orderUpdated(orderId)": ("Order", "subscription ($v: ID!) { orderUpdated(orderId: $v) { sequence } }"),
    "Subscription.seatAvailability(eventId)": (
        "Event",
        "subscription ($v: ID!) { seatAvailability(eventId: $v) { sequence } }",
    ),
}
