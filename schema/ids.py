"""Ids: what clients see of an id, the type's name and the UUID behind one opaque text."""

import base64
import binascii
from collections.abc import Sequence
from uuid import UUID

import strawberry

from domain.refusals import NotFound, Refused

ID = strawberry.ID


def show(typename: str, id: UUID) -> ID:
    """The global id of a thing: base64url of `Type:` and the 16 bytes of its UUID, without padding."""
    return ID(base64.urlsafe_b64encode(typename.encode() + b":" + id.bytes).rstrip(b"=").decode())


def show_all(typename: str, ids: Sequence[UUID]) -> list[ID]:
    """The global ids of many things of one type, all encoded at once: each is filled up to whole groups of three bytes, and cut again."""
    head = typename.encode() + b":"
    whole = len(head) + 16
    fill = bytes(-whole % 3)
    shown, step = -(-whole * 4 // 3), (whole + len(fill)) * 4 // 3
    text = base64.urlsafe_b64encode(b"".join([head + each.bytes + fill for each in ids])).decode()
    return [ID(text[at : at + shown]) for at in range(0, len(text), step)]


def read(global_id: str) -> tuple[str, UUID] | None:
    """The type's name and the UUID of a global id; None for anything that is not one."""
    try:
        raw = base64.b64decode(global_id + "=" * (-len(global_id) % 4), altchars=b"-_", validate=True)
        name, colon, rest = raw[:-16], raw[-17:-16], raw[-16:]
        return (name[:-1].decode("ascii"), UUID(bytes=rest)) if colon == b":" else None
    except (binascii.Error, ValueError):
        return None


def expect(global_id: str, typename: str, path: tuple[str, ...]) -> UUID:
    """The UUID of a global id of this type; anything else is refused as a thing that does not exist."""
    match read(global_id):
        case (name, id) if name == typename:
            return id
    raise Refused(NotFound(_WORDS.get(typename, typename.lower()), path))


_WORDS = {
    "TicketType": "ticket type",
    "AccessCode": "access code",
    "EventSeries": "series",
    "SeatingPlan": "seating plan",
    "SeatingPlanVersion": "version of a seating plan",
    "EventCategory": "event category",
    "MetadataField": "metadata field",
    "ServiceKey": "service key",
    "OrderLine": "order line",
    "PromoCode": "promo code",
}
