"""Holds: tickets set aside for a buyer for a quarter of an hour, all of them or none, and never more than there are.

values     holds as they are
asking     the wish for one, as sent and as it travels to the stock
granting   which asks fit the stock
refusals   why one is not granted
ending     how a hold is given back
store      what their stores must offer
"""

from domain.holds.asking import MOST_LINES, MOST_OF_A_LINE, NEEDS_BUYER, HoldAsk, HoldTickets, ask_of, check_anonymous, check_lines
from domain.holds.ending import ReleaseHold, expire, own, release
from domain.holds.granting import HOLD_FOR, Offer, PoolStock, Replay, Stock, Verdict, draws, grant
from domain.holds.refusals import HoldNotActive, SalesClosed, TicketsSoldOut, TicketTypeUnknown, TooManyTickets
from domain.holds.store import HoldBook, Holds
from domain.holds.values import Hold, HoldLine, HoldStatus, buyer_of, buyer_with

__all__ = [
    "HOLD_FOR",
    "MOST_LINES",
    "MOST_OF_A_LINE",
    "NEEDS_BUYER",
    "Hold",
    "HoldAsk",
    "HoldBook",
    "HoldLine",
    "HoldNotActive",
    "HoldStatus",
    "HoldTickets",
    "Holds",
    "Offer",
    "PoolStock",
    "ReleaseHold",
    "Replay",
    "SalesClosed",
    "Stock",
    "TicketTypeUnknown",
    "TicketsSoldOut",
    "TooManyTickets",
    "Verdict",
    "ask_of",
    "buyer_of",
    "buyer_with",
    "check_anonymous",
    "check_lines",
    "draws",
    "expire",
    "grant",
    "own",
    "release",
]
