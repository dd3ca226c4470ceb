"""Ticket types: what can be bought for an event, at which price, on which terms, drawing on which pools.

values     ticket types and pools as they are, and whether they can be had now
terms      what may be said of a ticket type, and the rules that it keeps
creating   entering one
editing    changing, ordering and deleting them
pools      stocks made by hand, for several types to share
store      what their store must offer
"""

from domain.ticket_types.creating import CreateTicketType, create, next_position
from domain.ticket_types.editing import (
    DeleteTicketType,
    PoolCountsSeats,
    ReorderTicketTypes,
    TicketTypeHasTickets,
    TicketTypeNeeded,
    TicketTypesChanged,
    UpdateTicketType,
    chosen,
    delete,
    expect_editable,
    given,
    left_alone,
    reorder,
    update,
)
from domain.ticket_types.pools import (
    CreatePool,
    PoolInUse,
    PoolTooSmall,
    UpdatePool,
    chosen_pool,
    create_pool,
    delete_pool,
    update_pool,
)
from domain.ticket_types.store import TicketTypeFilter, TicketTypes
from domain.ticket_types.terms import LARGEST_LIMIT, LARGEST_POOL, LONGEST_NAME, PoolUnknown, TicketTypeDetails, check
from domain.ticket_types.values import Pool, SalesStatus, SaleTerms, TicketType, found, open_to, price_of, sales_status

__all__ = [
    "LARGEST_LIMIT",
    "LARGEST_POOL",
    "LONGEST_NAME",
    "CreatePool",
    "CreateTicketType",
    "DeleteTicketType",
    "Pool",
    "PoolCountsSeats",
    "PoolInUse",
    "PoolTooSmall",
    "PoolUnknown",
    "ReorderTicketTypes",
    "SaleTerms",
    "SalesStatus",
    "TicketType",
    "TicketTypeDetails",
    "TicketTypeFilter",
    "TicketTypeHasTickets",
    "TicketTypeNeeded",
    "TicketTypes",
    "TicketTypesChanged",
    "UpdatePool",
    "UpdateTicketType",
    "check",
    "chosen",
    "chosen_pool",
    "create",
    "create_pool",
    "delete",
    "delete_pool",
    "expect_editable",
    "found",
    "given",
    "left_alone",
    "next_position",
    "open_to",
    "price_of",
    "reorder",
    "sales_status",
    "update",
    "update_pool",
]
