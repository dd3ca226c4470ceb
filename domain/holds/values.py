"""Holds as they are: who has set aside what, and until when."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from domain.identity import Viewer


class HoldStatus(StrEnum):
    """What became of a hold."""

    ACTIVE = "ACTIVE"
    CONVERTED = "CONVERTED"
    RELEASED = "RELEASED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


@dataclass(frozen=True, slots=True)
class HoldLine:
    """So many tickets of one type, taken from each of the pools named; where the type sells seats, these are the seats."""

    ticket_type_id: UUID
    quantity: int
    pool_ids: tuple[UUID, ...] = ()
    seat_ids: tuple[UUID, ...] = ()

    typename: ClassVar[str] = "HoldLine"


@dataclass(frozen=True, slots=True)
class SeatChoice:
    """A seat that a buyer names; the ticket type may be left out where only one sells it."""

    label: str
    ticket_type_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class BestAvailable:
    """Which seats will do for a party: of one price category, of these sections (both by index), so many of them accessible.

    With `allow_apart` a party that fits nowhere together is given the fewest blocks near each other.
    """

    category: int | None = None
    sections: frozenset[int] | None = None
    accessible: int = 0
    allow_apart: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """Tickets of one event set aside for `buyer` until `expires_at` (UTC).

    It may be extended once. A CONVERTED one lasts until it is revoked, whatever `expires_at` says; its stock is held until `sold_at`.
    """

    id: UUID
    event_id: UUID
    buyer: str
    status: HoldStatus
    lines: tuple[HoldLine, ...]
    created_at: datetime
    expires_at: datetime
    extended_at: datetime | None = None
    sold_at: datetime | None = None

    typename: ClassVar[str] = "Hold"


def buyer_of(viewer: Viewer) -> str | None:
    """Who buys: the person, else the cart (by the SHA-256 of its token, since the token is a secret), else nobody yet."""
    if viewer.person_id:
        return f"person:{viewer.person_id}"
    return buyer_with(viewer.cart) if viewer.cart else None


def buyer_with(cart: str) -> str:
    """The anonymous buyer who shows this cart token."""
    return f"cart:{hashlib.sha256(cart.encode()).hexdigest()}"
