"""Tickets as they are: who may come in to which event, with which code, and the keys that sign those codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.idempotency import Key, key_of
from domain.tickets.codec import CodeFacts, CodeFlag, read_key_id


class TicketStatus(StrEnum):
    """Whether a ticket admits; that it was shown at the door is in the log of check-ins, not here."""

    RESERVED = "RESERVED"
    VALID = "VALID"
    BLOCKED = "BLOCKED"
    VOIDED = "VOIDED"


LIVE = frozenset({TicketStatus.VALID, TicketStatus.BLOCKED})
"""What a line of a confirmed order has one ticket of."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One admission to an event. `holder` is whose it is, written as `Hold.buyer`; `code` is what people read aloud.

    `revision` counts the codes it has had, `version` every change; from `valid_from` until `valid_until` (UTC, None without bound) its
    code is good.
    """

    id: UUID
    order_line_id: UUID | None
    event_id: UUID
    ticket_type_id: UUID
    seat_id: UUID | None
    holder: str
    code: str = field(repr=False)
    status: TicketStatus
    revision: int
    complimentary: bool
    key_id: str
    valid_from: datetime | None
    valid_until: datetime | None
    issued_at: datetime
    version: int

    typename: ClassVar[str] = "Ticket"

    @property
    def code_facts(self) -> CodeFacts:
        """What its code says now."""
        return facts_of_code(self)


def facts_of_code(ticket: Ticket) -> CodeFacts:
    """What the ticket's code says now."""
    flags = CodeFlag.COMPLIMENTARY if ticket.complimentary else CodeFlag.NONE
    return CodeFacts(read_key_id(ticket.key_id), ticket.id, ticket.valid_from, ticket.valid_until, ticket.revision, flags)


@dataclass(frozen=True, slots=True)
class TicketKey:
    """A key that signs the codes of one event's tickets, by its id as base64url; after `retired_at` it signs no new ones."""

    id: str
    event_id: UUID
    public: bytes
    sealed: bytes = field(repr=False)
    created_at: datetime
    retired_at: datetime | None = None

    typename: ClassVar[str] = "TicketKey"


@dataclass(frozen=True, slots=True)
class Revoked:
    """Codes of a ticket that admit nobody: those of a revision below this one."""

    ticket_id: UUID
    below: int


@dataclass(frozen=True, slots=True)
class Revocations:
    """All revoked codes of an event. `version` rises with every change of one of its tickets."""

    event_id: UUID
    version: int
    revoked: Sequence[Revoked]


@dataclass(frozen=True, slots=True)
class QrText:
    """What a ticket's QR code says: the text for cameras, and the same for links."""

    text: str = field(repr=False)
    link: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TicketFilter:
    """Which tickets: every condition given must hold.

    `search` is the beginning of words of a name or an address, of who bought the ticket's order or who comes.
    """

    event_ids: Sequence[UUID] | None = None
    ticket_type_ids: Sequence[UUID] | None = None
    order_ids: Sequence[UUID] | None = None
    statuses: Sequence[TicketStatus] | None = None
    codes: Sequence[str] | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class RotateTicketKey:
    """The codes of tickets issued from now on are to be signed by another key."""

    event_id: UUID
    idempotency_key: str | None = None

    def key(self, actor: UUID | None) -> Key | None:
        """The caller's key for this deed."""
        return key_of(f"staff:{actor}", "rotateTicketKey", self.idempotency_key, [str(self.event_id)])


@dataclass(frozen=True, slots=True)
class ChangeTicket:
    """What a member of the staff does to one ticket; a reason is for the order's history."""

    ticket_id: UUID
    expected_version: int
    reason: str = ""
    idempotency_key: str | None = None

    def key(self, deed: str, actor: UUID | None) -> Key | None:
        """The caller's key for this deed."""
        facts = [str(self.ticket_id), self.expected_version, self.reason]
        return key_of(f"staff:{actor}", deed, self.idempotency_key, facts)
