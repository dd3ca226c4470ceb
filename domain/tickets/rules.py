"""What may be done to tickets: issuing, blocking, voiding, giving them another code; and which of their codes are revoked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, TypeVar
from uuid import UUID

from domain.news import Fact, News
from domain.refusals import Faults, NotFound, Refusal, Refused, VersionConflict
from domain.tickets.codec import HIGHEST_REVISION, CodeFacts, TicketSigner, for_cameras, for_links, message_of, pack
from domain.tickets.short_codes import short_code
from domain.tickets.values import QrText, Revoked, Ticket, TicketFilter, TicketStatus

AFTER_THE_END = timedelta(hours=24)
"""How long a code is good after its event ended: doors close late, and clocks of scanners differ."""
LAST_BOUND = datetime(2106, 1, 1, tzinfo=UTC)
"""What lies beyond cannot be said by a code, which then has no end."""

LONGEST_SEARCH, LONGEST_REASON = 200, 500
REASON_IS = f"must be one line of {LONGEST_REASON} characters at most"

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class TicketNotChangeable(Refusal):
    """The ticket's status does not allow what is asked."""

    status: TicketStatus

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return f"That cannot be done to a ticket that is {self.status.value}."

    path_: ClassVar[tuple[str, ...]] = ("input", "ticketId")

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that names the ticket."""
        return self.path_


def found(ticket: Thing | None) -> Thing:
    """The ticket, or refused as one that there is not."""
    if ticket is None:
        raise Refused(NotFound("ticket", TicketNotChangeable.path_))
    return ticket


def reason_of(reason: str | None) -> str:
    """The reason that somebody gives, without blanks around it; refused with InputInvalid when it is too long or no line."""
    said = (reason or "").strip()
    faults = Faults()
    faults.check(len(said) <= LONGEST_REASON and (not said or said.isprintable()), ("input", "reason"), REASON_IS)
    faults.refuse()
    return said


def last_moment(ends_at: datetime) -> datetime | None:
    """Until when codes for an event that ends then are good."""
    until = ends_at + AFTER_THE_END if ends_at < LAST_BOUND else None
    return until.replace(microsecond=0) if until else None


def code_from(new_id: Callable[[], UUID]) -> str:
    """A new short code, of the random bits of an id that is used for nothing else."""
    return short_code(new_id().int & (2**62 - 1))


def block(ticket: Ticket, expected: int) -> Ticket:
    """The ticket, which admits nobody for the time being; refused with VersionConflict or TicketNotChangeable."""
    return _moved(ticket, expected, TicketStatus.VALID, TicketStatus.BLOCKED)


def unblock(ticket: Ticket, expected: int) -> Ticket:
    """The ticket, which admits again; refused with VersionConflict or TicketNotChangeable."""
    return _moved(ticket, expected, TicketStatus.BLOCKED, TicketStatus.VALID)


def expect_voidable(ticket: Ticket, expected: int) -> None:
    """Refuse with VersionConflict, or with TicketNotChangeable for one that is voided already."""
    _expect(ticket, expected)
    if ticket.status is TicketStatus.VOIDED:
        raise Refused(TicketNotChangeable(ticket.status))


def reissue(ticket: Ticket, expected: int, code: str, key_id: str) -> Ticket:
    """The ticket with another code, signed by this key from now on; the codes before are revoked by the revision."""
    expect_voidable(ticket, expected)
    if ticket.revision == HIGHEST_REVISION:
        raise Refused(TicketNotChangeable(ticket.status))
    return replace(ticket, code=code, key_id=key_id, revision=ticket.revision + 1, version=ticket.version + 1)


def revoked_of(ticket: Ticket) -> Revoked | None:
    """Which of its codes admit nobody: those before the last, or all while the ticket itself admits nobody; None for none."""
    below = ticket.revision if ticket.status is TicketStatus.VALID else HIGHEST_REVISION + 1
    return Revoked(ticket.id, below) if below > 1 else None


def qr_text(signer: TicketSigner, secret: bytes, facts: CodeFacts) -> QrText:
    """What the QR code says that is signed with this key."""
    packed = pack(facts)
    code = packed + signer.sign(secret, message_of(packed))
    return QrText(for_cameras(code), for_links(code))


def check_filter(where: TicketFilter) -> None:
    """Refuse with InputInvalid a search that is blank or too long."""
    faults = Faults()
    if where.search is not None:
        faults.check(0 < len(where.search.strip()) <= LONGEST_SEARCH, ("where", "search"), f"must be 1 to {LONGEST_SEARCH} characters")
    faults.refuse()


def told_in_history(ticket: Ticket, reason: str) -> dict[str, Fact]:
    """What the history of the order tells of a change, without the codes."""
    facts: dict[str, Fact] = {"ticketId": str(ticket.id), "status": ticket.status.value, "revision": ticket.revision}
    return facts | {"reason": reason} if reason else facts


def ticket_news(kind: str, ticket: Ticket) -> News:
    """News of this kind about a ticket; never its codes."""
    facts: dict[str, Fact] = {
        "ticketId": str(ticket.id), "eventId": str(ticket.event_id), "ticketTypeId": str(ticket.ticket_type_id),
        "orderLineId": str(ticket.order_line_id) if ticket.order_line_id else None,
        "status": ticket.status.value, "revision": ticket.revision, "version": ticket.version,
    }  # fmt: skip
    return News(kind, f"ticket:{ticket.id}", facts)


def _moved(ticket: Ticket, expected: int, before: TicketStatus, after: TicketStatus) -> Ticket:
    _expect(ticket, expected)
    if ticket.status is not before:
        raise Refused(TicketNotChangeable(ticket.status))
    return replace(ticket, status=after, version=ticket.version + 1)


def _expect(ticket: Ticket, expected: int) -> None:
    if ticket.version != expected:
        raise Refused(VersionConflict(ticket.version))
