"""Every type of news that TicketBase announces; the schema of each version of its payload lies in schema/news/."""

from collections.abc import Iterable


def _of(word: str, deeds: str) -> Iterable[str]:
    return (f"{word}:{deed}" for deed in deeds.split())


IN_PLANNING = frozenset({
    *_of("event", "created updated deleted published unpublished postponed rescheduled cancelled completed archived"),
    *_of("series", "created updated"),
    *_of("ticket_type", "created updated deleted"),
    *_of("product", "created updated deleted"),
    *_of("image", "added updated removed"),
})  # fmt: skip
"""What the staff does to what is offered; few a day, compared with what buyers do."""

AT_THE_BOX_OFFICE = frozenset({
    *_of("hold", "placed released sold"),
    *_of("stock", "moved"),
    *_of("seats", "assigned unassigned blocked unblocked"),
})  # fmt: skip
"""Movements of stock: thousands a second when a sale opens."""

AMONG_MEMBERS = frozenset({
    *_of("member", "invited invitation_revoked joined removed left role_changed"),
    *_of("service_key", "created revoked"),
})  # fmt: skip
"""Who may do what in an organization."""

IN_SELLING = frozenset({
    *_of("order", "created updated confirmed expired cancelled"),
    *_of("expiration", "complete"),
    *_of("payment", "confirmed failed disputed"),
    *_of("refund", "succeeded"),
    *_of("ticket", "issued voided blocked unblocked reissued"),
    *_of("ticket_key", "rotated"),
    *_of("pricing", "updated"),
    *_of("promo_code", "created updated deactivated"),
})  # fmt: skip
"""What becomes of orders, money and tickets, and what is asked for them."""

NEWS_TYPES = IN_PLANNING | AT_THE_BOX_OFFICE | AMONG_MEMBERS | IN_SELLING
