"""Products: ticket types as a simple shop sees them, a title and a price, changed by whoever entered them alone."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from unicodedata import normalize
from uuid import UUID

from domain.dates import check_moment
from domain.events import EventDetails
from domain.idempotency import Key, key_of
from domain.identity import Permission, Viewer
from domain.money import Money
from domain.names import LONGEST_SLUG
from domain.refusals import ErrorCode, Fault, Faults, InputInvalid, Refusal, Refused
from domain.ticket_types import CreateTicketType, TicketType, TicketTypeDetails, UpdateTicketType

OFFERED_FOR, LASTS = timedelta(days=365), timedelta(days=1)
"""Of a product without an event: how long it is on sale, and how long the event lasts that is made for it."""


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """The wish to offer something by its title and price: a new type of an event, or without one an event of its own, published at once."""

    title: str
    price: Money
    event_id: UUID | None = None
    capacity: int = 1
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    time_zone: str | None = None
    idempotency_key: str | None = None

    def key(self, person_id: UUID | None) -> Key | None:
        """The key of this wish, None without one."""
        times = [each and each.isoformat() for each in (self.starts_at, self.ends_at)]
        facts = [self.title, self.price.amount_minor, self.price.currency, str(self.event_id), self.capacity, times, self.time_zone]
        return key_of(f"person:{person_id}", "createProduct", self.idempotency_key, facts)

    def event(self, new_id: UUID, locale: str, now: datetime) -> EventDetails:
        """What the event is that is made for it: a name in links that nobody else has, and times where none are said.

        Refused with InputInvalid where no day can be counted from the time it begins.
        """
        starts_at = self.starts_at or now + OFFERED_FOR
        faults = Faults()
        check_moment(faults, starts_at, ("input", "startsAt"))
        faults.refuse()
        return EventDetails(
            slug=_slug(self.title, new_id.hex[-12:]),
            title={locale: self.title},
            starts_at=starts_at,
            ends_at=self.ends_at or starts_at + LASTS,
            time_zone=self.time_zone or "UTC",
        )

    def ticket_type(self, event_id: UUID, locale: str) -> CreateTicketType:
        """What is sold."""
        return CreateTicketType(event_id, {locale: self.title}, self.price, self.capacity)


@dataclass(frozen=True, slots=True)
class UpdateProduct:
    """The wish to change a product as it was at `expected_version`; None means: leave it."""

    product_id: UUID
    expected_version: int
    title: str | None = None
    price: Money | None = None

    def change(self, here: TicketType, locale: str) -> UpdateTicketType:
        """The change of the ticket type: the title in this language, all others as they are."""
        name = None if self.title is None else {**here.name, locale: self.title}
        return UpdateTicketType(self.product_id, self.expected_version, TicketTypeDetails(name=name, price=self.price))


@dataclass(frozen=True, slots=True)
class NotYourProduct(Refusal):
    """Somebody else entered the product."""

    code: ClassVar[ErrorCode] = ErrorCode.FORBIDDEN

    @property
    def message(self) -> str:
        """One sentence for a person."""
        return "A product is changed by whoever entered it, or by an owner of the organization."

    @property
    def path(self) -> tuple[str, ...]:
        """The argument that is to blame."""
        return ("input", "productId")


def expect_own(here: TicketType, viewer: Viewer) -> TicketType:
    """The product when this viewer may change it; refused with NotYourProduct."""
    if not viewer.may(Permission.ORGANIZATION_OWN) and (here.created_by is None or here.created_by != viewer.actor):
        raise Refused(NotYourProduct())
    return here


def expect_event_unsaid(ask: CreateProduct) -> None:
    """Refuse with InputInvalid what is said of an event to be made where there is one already."""
    faults = Faults()
    for name, said in (("startsAt", ask.starts_at), ("endsAt", ask.ends_at), ("timeZone", ask.time_zone)):
        faults.check(said is None, ("input", name), "is for an event that is made; the product gets that of eventId")
    faults.refuse()


@contextmanager
def titled() -> Iterator[None]:
    """Within it whatever is wrong with the names of an event or a ticket type is wrong with the product's title, of which they are made."""
    try:
        yield
    except Refused as refused:
        if not isinstance(refused.refusal, InputInvalid):
            raise
        faults = dict.fromkeys(_of_title(each) for each in refused.refusal.faults)
        raise Refused(InputInvalid(tuple(faults))) from refused


def _of_title(fault: Fault) -> Fault:
    return replace(fault, path=("input", "title")) if fault.path[1:2] in {("name",), ("title",)} else fault


def _slug(title: str, ending: str) -> str:
    """The title's letters and digits as they stand in links, made unique by the ending."""
    plain = normalize("NFKD", title.lower()).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", "-", plain)[: LONGEST_SLUG - len(ending) - 1].strip("-")
    return f"{words}-{ending}" if words else ending
