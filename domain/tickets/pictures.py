"""Pictures of tickets' QR codes: drawn once, and kept in the object storage under what they show."""

import hashlib
from base64 import urlsafe_b64encode
from enum import StrEnum
from typing import Protocol
from uuid import UUID

PICTURES = "ticket-codes/"
"""Where they lie; nothing there is public."""
LARGEST_PICTURE = 100_000


class PictureKind(StrEnum):
    """How a picture is written; the values are the endings of file names."""

    SVG = "svg"
    PNG = "png"


MEDIA_TYPES = {PictureKind.SVG: "image/svg+xml", PictureKind.PNG: "image/png"}


class QrPictures(Protocol):
    """Draws what a scanner reads."""

    def picture(self, text: str, kind: PictureKind) -> bytes:
        """The text as a file of this kind."""


def picture_key(organization_id: UUID, text: str, kind: PictureKind) -> str:
    """Where the picture of this text lies: named after its hash, since the text itself admits."""
    return f"{PICTURES}{organization_id}/{hashlib.sha256(text.encode()).hexdigest()}.{kind.value}"


def picture_path(ticket_id: UUID, kind: PictureKind, secret: str) -> str:
    """Where whoever has this secret of the order finds the picture, by the ticket's global id."""
    named = urlsafe_b64encode(b"Ticket:" + ticket_id.bytes).rstrip(b"=").decode()
    return f"/api/tickets/{named}/qr.{kind.value}?secret={secret}"
