"""Letters as deeds write them."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from adapters.crypto.identifiers import new_id
from adapters.crypto.vault import EnvelopeVault
from domain.letters import Letter, LetterKind

SEALING = EnvelopeVault({"here": b"a key of this installation, long"})
LINK = "https://demo.tickets.example/confirm?token=canary-7c1f&next=%2Fhome"
AT = "2040-06-01T18:05:00+00:00"

SAMPLES: Mapping[LetterKind, Mapping[str, str]] = {
    LetterKind.VERIFY_EMAIL: {"link": LINK, "minutes": "1440"},
    LetterKind.ALREADY_REGISTERED: {"link": "https://demo.tickets.example/sign-in", "reset_link": "https://demo.tickets.example/reset"},
    LetterKind.NOT_REGISTERED: {"link": "https://demo.tickets.example/sign-up"},
    LetterKind.RESET_PASSWORD: {"link": LINK, "minutes": "60"},
    LetterKind.PASSWORD_CHANGED: {"at": AT, "link": LINK},
    LetterKind.TWO_FACTOR_CHANGED: {"change": "DISABLED", "at": AT, "link": LINK},
    LetterKind.NEW_DEVICE: {"device": "Firefox on Linux", "address": "192.0.2.7", "at": AT, "link": LINK},
    LetterKind.INVITATION: {"organization": "Jazz <im> Hafen & Co", "inviter": "Ada", "role": "manager", "link": LINK, "minutes": "10080"},
    LetterKind.ORDER_CONFIRMED: {
        "number": "W3K7PQ2X", "name": "Ada <3", "total": "51.00 EUR", "items": "2 x Standing, The Late Show\n1 x <b>Box</b> & more",
        "tickets": f"7KMP-2QXA-9WDT, Standing\t{LINK}\n9WDT-7KMP-2QXA, <b>Box</b>\thttps://demo.tickets.example/qr.png?secret=canary",
        "link": LINK,
    },
    LetterKind.ORDER_APPROVED: {"number": "W3K7PQ2X", "total": "51.00 EUR", "at": AT, "link": LINK},
    LetterKind.ORDER_CANCELLED: {"number": "W3K7PQ2X", "reason": "The hall is closed", "link": LINK},
    LetterKind.PAYMENT_FAILED: {"number": "W3K7PQ2X", "amount": "51.00 EUR", "link": LINK},
    LetterKind.REFUND_MADE: {"number": "W3K7PQ2X", "amount": "51.00 EUR", "link": LINK},
    LetterKind.LATE_PAYMENT_REFUNDED: {"number": "W3K7PQ2X", "amount": "51.00 EUR", "link": LINK},
}  # fmt: skip


def a_letter(
    kind: LetterKind = LetterKind.INVITATION,
    *,
    to: str = "bob@buyer.example",
    locale: str = "en",
    organization_id: UUID | None = None,
    **facts: str,
) -> Letter:
    """A letter with an id of its own; some facts may differ."""
    return Letter(new_id(), organization_id, to, locale, kind, {**SAMPLES[kind], **facts})


def of(letter: Letter, organization_id: UUID) -> Letter:
    """The same letter of an organization."""
    return replace(letter, organization_id=organization_id)
