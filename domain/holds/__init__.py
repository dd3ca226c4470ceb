"""Holds: tickets set aside for a buyer for a quarter of an hour, all of them or none, and never more than there are.

values         holds as they are
asking         the wish for one, as sent and as it travels to the stock
seat_asking    the wish for seats, named or the best ones
terms          on which terms a ticket type is sold, held against one ask
granting       which asks fit the stock
seats          which seats they get
refusals       why one is not granted
seat_refusals  why seats are not granted
ending         how a hold is given back
lasting        how long it goes on: extended, taken over by an order
store          what their stores must offer
"""

from domain.holds.asking import MOST_LINES, MOST_OF_A_LINE, NEEDS_BUYER, HoldAsk, HoldTickets, ask_of, check_anonymous, check_lines
from domain.holds.ending import ReleaseHold, expire, own, release, shorten
from domain.holds.granting import HOLD_FOR, PoolStock, Replay, Stock, Verdict, draws, grant
from domain.holds.lasting import ExtendHold, HoldNotExtendable, Lasting, WhyNotExtended, convert, extend
from domain.holds.refusals import (
    AccessCodeNeeded,
    AccessCodeNotValid,
    AccessCodeState,
    HoldNotActive,
    LimitScope,
    SalesClosed,
    TicketsSoldOut,
    TicketTypeUnknown,
    TooFewTickets,
    TooManyTickets,
)
from domain.holds.seat_asking import HoldBestAvailable, HoldSeats, ask_for_best, ask_for_seats
from domain.holds.seat_refusals import NoAdjacentSeats, NotForTheseSeats, SeatsNeeded, SeatsNotSold, SeatsTaken, TakenSeat
from domain.holds.seats import NamedSeat, SeatStock
from domain.holds.store import HoldBook, Holds
from domain.holds.terms import CodeStock, Offer
from domain.holds.values import BestAvailable, Hold, HoldLine, HoldStatus, SeatChoice, buyer_of, buyer_with

__all__ = [
    "HOLD_FOR",
    "MOST_LINES",
    "MOST_OF_A_LINE",
    "NEEDS_BUYER",
    "AccessCodeNeeded",
    "AccessCodeNotValid",
    "AccessCodeState",
    "BestAvailable",
    "CodeStock",
    "ExtendHold",
    "Hold",
    "HoldAsk",
    "HoldBestAvailable",
    "HoldBook",
    "HoldLine",
    "HoldNotActive",
    "HoldNotExtendable",
    "HoldSeats",
    "HoldStatus",
    "HoldTickets",
    "Holds",
    "Lasting",
    "LimitScope",
    "NamedSeat",
    "NoAdjacentSeats",
    "NotForTheseSeats",
    "Offer",
    "PoolStock",
    "ReleaseHold",
    "Replay",
    "SalesClosed",
    "SeatChoice",
    "SeatStock",
    "SeatsNeeded",
    "SeatsNotSold",
    "SeatsTaken",
    "Stock",
    "TakenSeat",
    "TicketTypeUnknown",
    "TicketsSoldOut",
    "TooFewTickets",
    "TooManyTickets",
    "Verdict",
    "WhyNotExtended",
    "ask_for_best",
    "ask_for_seats",
    "ask_of",
    "buyer_of",
    "buyer_with",
    "check_anonymous",
    "check_lines",
    "convert",
    "draws",
    "expire",
    "extend",
    "grant",
    "own",
    "release",
    "shorten",
]
