"""Asking for a hold: the wish as the buyer sent it, and as it travels to the stock."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.holds.values import BestAvailable, HoldLine, SeatChoice
from domain.idempotency import Key, key_of
from domain.refusals import Faults

MOST_CODES = 10
MOST_LINES = 20
NEEDS_BUYER = "needs a buyer: sign in, or send a cart with it (X-Cart: 32 random bytes of your own as 43 characters of base64url)"
MOST_OF_A_LINE = 1_000


@dataclass(frozen=True, slots=True)
class HoldTickets:
    """The wish to hold tickets of one event, as the buyer sent it."""

    event_id: UUID
    lines: tuple[HoldLine, ...]
    idempotency_key: str | None = None
    access_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HoldAsk:
    """A valid wish on its way to the stock: by whom, under which tenant, with the id the hold shall have.

    It asks for tickets by `lines`; or for `seats` by name, whose lines the stock will tell; or, with `best`, for lines of seats together.
    `access_codes` are those of the event that the buyer showed; the `staff` need none. What is `given_away` is bound by stock alone, not by
    times of sale nor by how many one buyer may have.
    """

    hold_id: UUID
    organization_id: UUID
    event_id: UUID
    buyer: str
    lines: tuple[HoldLine, ...]
    key: Key | None = None
    correlation_id: str | None = None
    seats: tuple[SeatChoice, ...] = ()
    best: BestAvailable | None = None
    access_codes: tuple[UUID, ...] = ()
    staff: bool = False
    given_away: bool = False

    @property
    def tickets(self) -> int:
        """How many tickets it asks for in all."""
        return len(self.seats) or sum(line.quantity for line in self.lines)

    @property
    def weight(self) -> int:
        """How much work it is to decide, in asks for tickets."""
        return 8 if self.best is not None and (self.best.allow_apart or self.best.accessible) else 1


def check_lines(ask: HoldTickets) -> None:
    """Refuse with InputInvalid what no stock could grant: no lines, too many, the same type twice, a quantity out of range."""
    faults = Faults()
    faults.check(0 < len(ask.lines) <= MOST_LINES, ("input", "lines"), f"must be 1 to {MOST_LINES} lines")
    twice = [type_id for type_id, times in Counter(line.ticket_type_id for line in ask.lines).items() if times > 1]
    faults.check(not twice, ("input", "lines"), "name each ticket type once")
    for at, line in enumerate(ask.lines):
        place = ("input", "lines", str(at), "quantity")
        faults.check(0 < line.quantity <= MOST_OF_A_LINE, place, f"must be between 1 and {MOST_OF_A_LINE}")
    check_codes(faults, ask.access_codes)
    faults.refuse()


def check_codes(faults: Faults, codes: Sequence[str]) -> None:
    """Note more access codes at once than anybody has."""
    faults.check(len(codes) <= MOST_CODES, ("input", "accessCodes"), f"names {len(codes)} codes, {MOST_CODES} are allowed at once")


def with_codes(facts: Mapping[str, object], codes: Sequence[str]) -> Mapping[str, object]:
    """What tells a wish from another under the same key, with the codes that it shows."""
    return {**facts, "codes": sorted(codes)} if codes else facts


def check_anonymous(idempotency_key: str | None) -> None:
    """Refuse with InputInvalid a key of a buyer who cannot be told again: without a cart the same key would be somebody else's."""
    faults = Faults()
    faults.check(idempotency_key is None, ("input", "idempotencyKey"), NEEDS_BUYER)
    faults.refuse()


def ask_of(ask: HoldTickets, organization_id: UUID, buyer: str, hold_id: UUID) -> HoldAsk:
    """The ask as it travels to the stock; refused with InputInvalid where the wish or its key is malformed."""
    check_lines(ask)
    lines = tuple(sorted(ask.lines, key=lambda line: line.ticket_type_id))
    facts = {"event": str(ask.event_id), "lines": [[str(line.ticket_type_id), line.quantity] for line in lines]}
    key = key_of(buyer, "holdTickets", ask.idempotency_key, with_codes(facts, ask.access_codes))
    return HoldAsk(hold_id, organization_id, ask.event_id, buyer, lines, key)
