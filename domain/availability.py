"""Availability: how many tickets of each type can be had, as a snapshot, as what moved since, and where to resume."""

import base64
import binascii
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Protocol
from uuid import UUID

from domain.refusals import ErrorCode, Refusal, Refused
from domain.ticket_types import SalesStatus

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Mark:
    """A point in an event's history of stock movements: the sequence, and the time (sale windows open without a movement)."""

    sequence: int
    at: datetime

    def token(self, event_id: UUID) -> str:
        """The opaque resume token: event, sequence and time in microseconds, base64url."""
        micros = (self.at - _EPOCH) // timedelta(microseconds=1)  # a float of seconds would lose the last digit
        raw = event_id.bytes + self.sequence.to_bytes(8, "big") + micros.to_bytes(8, "big")
        return base64.urlsafe_b64encode(raw).decode()


@dataclass(frozen=True, slots=True)
class ResumeTokenInvalid(Refusal):
    """The resume token is not one of this event's."""

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "resumeFrom is not a resume token of this event; leave it out to get a snapshot."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("resumeFrom",)


def read_mark(token: str, event_id: UUID) -> Mark:
    """The point a resume token names; refused with ResumeTokenInvalid."""
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
        if len(raw) != 32 or raw[:16] != event_id.bytes:
            raise Refused(ResumeTokenInvalid())
        at = _EPOCH + timedelta(microseconds=int.from_bytes(raw[24:], "big"))
    except (binascii.Error, ValueError, OverflowError) as broken:
        raise Refused(ResumeTokenInvalid()) from broken
    return Mark(int.from_bytes(raw[16:24], "big"), at)


@dataclass(frozen=True, slots=True)
class TypeAvailability:
    """How many tickets of one type can be had; `moved_at` is its last movement's sequence, `turns` the times its sale opens and closes.

    The public sees a `hidden` one only with an access code.
    """

    ticket_type_id: UUID
    available: int
    sales_status: SalesStatus
    moved_at: int
    turns: tuple[datetime, ...] = ()
    hidden: bool = False

    typename: ClassVar[str] = "TicketTypeAvailability"


@dataclass(frozen=True, slots=True)
class Availability:
    """An event's ticket types at one point; `whole` tells a snapshot from what moved since an earlier point.

    `reshaped_at` is the sequence of the last movement that took a type out of somebody's sight: it was deleted, or hidden.
    `public` says whether the public may see the event.
    """

    event_id: UUID
    mark: Mark
    ticket_types: Sequence[TypeAvailability]
    whole: bool = True
    reshaped_at: int = 0
    public: bool = True

    typename: ClassVar[str] = "TicketAvailability"

    @property
    def snapshot(self) -> bool:
        """Whether these are all ticket types."""
        return self.whole

    @property
    def sequence(self) -> int:
        """The event's movement number; only rises."""
        return self.mark.sequence

    @property
    def resume_token(self) -> str:
        """Where a client that has seen this may resume."""
        return self.mark.token(self.event_id)

    @property
    def turns_next(self) -> datetime | None:
        """When the next sale opens or closes after this point, None when none will."""
        return min((turn for each in self.ticket_types for turn in each.turns if turn > self.mark.at), default=None)

    def replaces(self, known: "Availability") -> bool:
        """Whether stock moved, or a sale opened or closed, between the two. A read that was overtaken by a newer one is no news."""
        if self.sequence != known.sequence:
            return self.sequence > known.sequence
        return any(known.mark.at < turn <= self.mark.at for each in self.ticket_types for turn in each.turns)

    def since(self, mark: Mark) -> "Availability":
        """What moved since `mark`; the whole again when the mark is not in this history's past, or a type has gone since."""
        if mark.sequence > self.mark.sequence or mark.sequence < self.reshaped_at:
            return self
        moved = [each for each in self.ticket_types if _moved(each, mark, self.mark.at)]
        return replace(self, ticket_types=moved, whole=False)

    def open_to(self, unlocked: Collection[UUID]) -> "Availability":
        """The same without the hidden types, but for those that access codes unlock."""
        return replace(self, ticket_types=[each for each in self.ticket_types if not each.hidden or each.ticket_type_id in unlocked])


class Availabilities(Protocol):
    """Reads availability, many events at once, by the statement that also feeds `Event.availability`."""

    async def snapshots(self, event_ids: Sequence[UUID]) -> list[Availability | None]:
        """A snapshot of each event, in the order asked, None where there is none."""


def _moved(each: TypeAvailability, mark: Mark, now: datetime) -> bool:
    return each.moved_at > mark.sequence or any(mark.at < turn <= now for turn in each.turns)
