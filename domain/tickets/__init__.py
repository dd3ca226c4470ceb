"""Tickets: admissions that somebody holds, and the codes that prove it at the door, also where there is no network.

values        tickets as they are, and the keys of their codes
codec         what a code says, byte by byte (base45 is how cameras get it)
short_codes   the short code that people read aloud
keys          names of keys, and their published half
rules         what may be done to a ticket, and which codes are revoked
store         what the stores must offer
"""

from domain.tickets.codec import CodeFacts, CodeFlag, CodeUnreadable, SignedCode, TicketSigner
from domain.tickets.keys import key_set, place_of, show_bytes
from domain.tickets.rules import (
    TicketNotChangeable,
    block,
    code_from,
    expect_voidable,
    facts_of_code,
    found,
    last_moment,
    reissue,
    revoked_of,
    ticket_news,
    unblock,
)
from domain.tickets.short_codes import read_short_code, short_code, show_short_code
from domain.tickets.store import TicketKeys, Tickets
from domain.tickets.values import (
    LIVE,
    ChangeTicket,
    QrText,
    Revocations,
    Revoked,
    Ticket,
    TicketFilter,
    TicketKey,
    TicketStatus,
)

__all__ = [
    "LIVE",
    "ChangeTicket",
    "CodeFacts",
    "CodeFlag",
    "CodeUnreadable",
    "QrText",
    "Revocations",
    "Revoked",
    "SignedCode",
    "Ticket",
    "TicketFilter",
    "TicketKey",
    "TicketKeys",
    "TicketNotChangeable",
    "TicketSigner",
    "TicketStatus",
    "Tickets",
    "block",
    "code_from",
    "expect_voidable",
    "facts_of_code",
    "found",
    "key_set",
    "last_moment",
    "place_of",
    "read_short_code",
    "reissue",
    "revoked_of",
    "short_code",
    "show_bytes",
    "show_short_code",
    "ticket_news",
    "unblock",
]
