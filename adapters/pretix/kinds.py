"""Tells what a document is: by its shape, else by the folder or file it lies in."""

from collections.abc import Mapping
from pathlib import PurePosixPath

EVENT, ITEM, QUOTA = "event", "item", "quota"

NOT_IMPORTED = {
    "category": "TicketBase has no categories of ticket types",
    "check-in list": "TicketBase has no check-in lists yet",
    "customer": "customers are not imported yet",
    "discount": "TicketBase has no discounts yet",
    "gift card": "TicketBase has no gift cards",
    "invoice": "invoices are not imported yet",
    "order": "orders are not imported yet; what pretix sold is not counted here",
    "question": "TicketBase has no questions to attendees yet",
    "seat": "seats are not imported yet",
    "seating plan": "seating plans are not imported yet",
    "subevent": "TicketBase has no series of dates yet",
    "tax rule": "TicketBase has no tax rules yet",
    "variation": "variations are read from their item's own document",
    "voucher": "TicketBase has no vouchers yet",
    "waiting-list entry": "TicketBase has no waiting lists yet",
}
"""Kinds that are known and not imported, and why."""

FOLDERS = {
    "events": EVENT,
    "items": ITEM,
    "quotas": QUOTA,
    "categories": "category",
    "checkinlists": "check-in list",
    "customers": "customer",
    "discounts": "discount",
    "giftcards": "gift card",
    "invoices": "invoice",
    "orders": "order",
    "questions": "question",
    "seats": "seat",
    "seatingplans": "seating plan",
    "subevents": "subevent",
    "taxrules": "tax rule",
    "variations": "variation",
    "vouchers": "voucher",
    "waitinglistentries": "waiting-list entry",
}
"""The API's word for a list of each kind, which is what its folder or file is called."""

SHAPES: tuple[tuple[str, frozenset[str]], ...] = (
    ("order", frozenset({"code", "positions"})),
    ("check-in list", frozenset({"all_products", "limit_products"})),
    ("question", frozenset({"question", "identifier"})),
    ("subevent", frozenset({"event", "date_from"})),
    (EVENT, frozenset({"slug", "date_from"})),
    (QUOTA, frozenset({"size", "items"})),
    ("variation", frozenset({"value", "default_price"})),
    (ITEM, frozenset({"default_price", "name"})),
)
"""Fields that only documents of this kind have, together; the first that fits counts."""


def shape_of(body: Mapping[str, object]) -> str | None:
    """The kind that the fields show, None when they show none."""
    return next((kind for kind, names in SHAPES if names <= body.keys()), None)


def kind_by_place(file: PurePosixPath) -> str | None:
    """The kind that the file's own name (`items.json`) or its folder (`items/1.json`) says, None when neither says one."""
    return FOLDERS.get(file.stem) or FOLDERS.get(file.parent.name)
