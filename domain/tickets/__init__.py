"""Tickets: admissions that somebody holds, and the codes that prove it at the door, also where there is no network.

values        tickets as they are, and the keys of their codes
codec         what a code says, byte by byte (base45 is how cameras get it)
short_codes   the short code that people read aloud
keys          names of keys, and their published half
giving        what the staff give away
issuing       which tickets the lines of an order become
pictures      pictures of codes, and where they lie
rules         what may be done to a ticket, and which codes are revoked
store         what the stores must offer
telling       what letters tell of tickets
"""

from domain.tickets.codec import CodeFacts, CodeFlag, CodeUnreadable, SignedCode, TicketSigner, show_bytes
from domain.tickets.giving import GONE, Coming, GiveTickets, check_gift, hold_of, order_of
from domain.tickets.issuing import CODES_TRIED, Terms, holder_of, new_tickets
from domain.tickets.keys import key_set, place_of
from domain.tickets.rules import (
    TicketNotChangeable,
    block,
    check_filter,
    code_from,
    expect_voidable,
    found,
    last_moment,
    qr_text,
    reason_of,
    reissue,
    revoked_of,
    ticket_news,
    told_in_history,
    unblock,
)
from domain.tickets.short_codes import read_short_code, short_code, show_short_code
from domain.tickets.store import TicketKeys, Tickets
from domain.tickets.telling import told_in_letter
from domain.tickets.values import (
    LIVE,
    ChangeTicket,
    QrText,
    Revocations,
    Revoked,
    RotateTicketKey,
    Ticket,
    TicketFilter,
    TicketKey,
    TicketStatus,
    facts_of_code,
)

__all__ = [
    "CODES_TRIED",
    "GONE",
    "LIVE",
    "ChangeTicket",
    "CodeFacts",
    "CodeFlag",
    "CodeUnreadable",
    "Coming",
    "GiveTickets",
    "QrText",
    "Revocations",
    "Revoked",
    "RotateTicketKey",
    "SignedCode",
    "Terms",
    "Ticket",
    "TicketFilter",
    "TicketKey",
    "TicketKeys",
    "TicketNotChangeable",
    "TicketSigner",
    "TicketStatus",
    "Tickets",
    "block",
    "check_filter",
    "check_gift",
    "code_from",
    "expect_voidable",
    "facts_of_code",
    "found",
    "hold_of",
    "holder_of",
    "key_set",
    "last_moment",
    "new_tickets",
    "order_of",
    "place_of",
    "qr_text",
    "read_short_code",
    "reason_of",
    "reissue",
    "revoked_of",
    "short_code",
    "show_bytes",
    "show_short_code",
    "ticket_news",
    "told_in_history",
    "told_in_letter",
    "unblock",
]
