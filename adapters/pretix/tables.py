"""Says of every field that pretix documents are known to have what becomes of it here, and why when nothing does.

Whatever a field's row says, a value that says nothing (null, an empty list, what pretix sets by itself) is noted as empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.pretix.notebook import Document, Notebook
from domain.imports import Fate

NOTHING: tuple[object, ...] = (None, False, "", "0.00")


@dataclass(frozen=True, slots=True)
class Mapped:
    """Becomes what `to` names; `otherwise` is what is assumed without it."""

    to: str
    otherwise: str | None = None

    def fate(self, value: object) -> tuple[Fate, str]:
        """What becomes of this value, and the note on it."""
        if value is None and self.otherwise:
            return Fate.ASSUMED, self.otherwise
        if says_nothing(value, (None,)):
            return Fate.EMPTY, f"says nothing; would be {self.to}"
        return Fate.MAPPED, self.to


@dataclass(frozen=True, slots=True)
class Ignored:
    """Means nothing here, because `why`."""

    why: str

    def fate(self, _value: object) -> tuple[Fate, str]:
        """What becomes of this value, and the note on it."""
        return Fate.IGNORED, self.why


@dataclass(frozen=True, slots=True)
class Missing:
    """Says something that TicketBase cannot hold, because `why`, unless its value is one of `neutral`."""

    why: str
    neutral: tuple[object, ...] = NOTHING

    def fate(self, value: object) -> tuple[Fate, str]:
        """What becomes of this value, and the note on it."""
        if says_nothing(value, self.neutral):
            return Fate.EMPTY, f"says nothing; otherwise: {self.why}"
        return Fate.NOT_MAPPED, self.why


Row = Mapped | Ignored | Missing

CHANNELS = Mapped("whether it is sold on the web at all")
STOREFRONT = Ignored("how a shop shows it is up to the storefront")
NO_TEXT = Missing("ticket types have no description yet")
NO_METADATA = Missing("there are no custom fields yet")
NO_ATTENTION = Missing("check-in does not exist yet")
NO_MEMBERSHIPS = Missing("memberships of buyers do not exist yet")
NO_VALIDITY = Missing("a ticket admits to its event only, not for a time of its own", (*NOTHING, 0))
NO_MEDIA = Missing("reusable media do not exist yet")
NO_WITHHELD = Missing("TicketBase would sell it to everybody")

EVENT_FIELDS: Mapping[str, Row] = {
    "name": Mapped("title"),
    "slug": Mapped("slug"),
    "live": Mapped("status"),
    "testmode": Mapped("status"),
    "is_public": Mapped("status"),
    "currency": Mapped("the currency of its ticket types"),
    "timezone": Mapped("timeZone"),
    "date_from": Mapped("startsAt"),
    "date_to": Mapped("endsAt", "ends with the day on which it starts, at midnight in its time zone"),
    "presale_start": Mapped("salesStartAt of its ticket types"),
    "presale_end": Mapped("salesEndAt of its ticket types"),
    "sales_channels": CHANNELS,
    "all_sales_channels": CHANNELS,
    "limit_sales_channels": CHANNELS,
    "date_admission": Missing("events have no time of admission yet"),
    "location": Missing("a venue needs its street, city and country apart, which this text does not tell"),
    "geo_lat": Missing("venues have no coordinates yet"),
    "geo_lon": Missing("venues have no coordinates yet"),
    "has_subevents": Missing("series of dates do not exist yet; the event stays a draft"),
    "seating_plan": Missing("seats are not imported yet; the event stays a draft"),
    "seat_category_mapping": Missing("seats are not imported yet"),
    "meta_data": NO_METADATA,
    "item_meta_properties": NO_METADATA,
    "plugins": Ignored("plugins of pretix do not run here"),
    "valid_keys": Ignored("TicketBase signs tickets with keys of its own"),
    "public_url": Ignored("is the address of the shop at pretix"),
    "best_availability_state": Ignored("TicketBase counts for itself"),
}

ITEM_FIELDS: Mapping[str, Row] = {
    "id": Mapped("what it is found again by"),
    "name": Mapped("name"),
    "active": Mapped("whether there is a ticket type"),
    "default_price": Mapped("price"),
    "position": Mapped("position"),
    "available_from": Mapped("salesStartAt"),
    "available_until": Mapped("salesEndAt"),
    "max_per_order": Mapped("maxPerOrder"),
    "has_variations": Mapped("whether its variations are the ticket types"),
    "variations": Mapped("ticket types of their own"),
    "sales_channels": CHANNELS,
    "all_sales_channels": CHANNELS,
    "limit_sales_channels": CHANNELS,
    "require_voucher": Mapped("hidden, until it gets an access code"),
    "hide_without_voucher": Mapped("hidden, until it gets an access code"),
    "require_bundling": NO_WITHHELD,
    "require_approval": NO_WITHHELD,
    "require_membership": NO_WITHHELD,
    "internal_name": Missing("ticket types have one name only"),
    "category": Missing("there are no categories of ticket types; whether it is sold as an add-on only is not known here"),
    "description": NO_TEXT,
    "picture": Missing("ticket types have no pictures yet"),
    "admission": Missing("every ticket type admits to its event", (True, None)),
    "personalized": Missing("attendees are not asked for their names yet"),
    "free_price": Missing("buyers cannot pay more yet; its price is the least that pretix asks"),
    "free_price_suggestion": Missing("buyers cannot pay more yet"),
    "original_price": Missing("there is no former price to compare with"),
    "tax_rate": Missing("there are no taxes yet; the price is taken as it is"),
    "tax_rule": Missing("there are no taxes yet; the price is taken as it is"),
    "min_per_order": Mapped("minPerOrder"),
    "allow_cancel": Missing("buyers cannot be kept from cancelling yet", (True, None)),
    "checkin_attention": NO_ATTENTION,
    "checkin_text": NO_ATTENTION,
    "addons": Missing("add-ons do not exist yet; it is sold without"),
    "bundles": Missing("bundles do not exist yet; it is sold without what belongs to it"),
    "program_times": Missing("ticket types have no times of their own"),
    "generate_tickets": Missing("every ticket type makes tickets", (True, None)),
    "show_quota_left": STOREFRONT,
    "available_from_mode": STOREFRONT,
    "available_until_mode": STOREFRONT,
    "hidden_if_available": Missing("a ticket type cannot depend on another's stock yet"),
    "hidden_if_item_available": Missing("a ticket type cannot depend on another's stock yet"),
    "hidden_if_item_available_mode": STOREFRONT,
    "allow_waitinglist": Missing("there are no waiting lists yet", (True, False, None)),
    "issue_giftcard": Missing("gift cards do not exist"),
    "meta_data": NO_METADATA,
    "require_membership_types": NO_MEMBERSHIPS,
    "require_membership_hidden": NO_MEMBERSHIPS,
    "grant_membership_type": NO_MEMBERSHIPS,
    "grant_membership_duration_like_event": Ignored("matters with grant_membership_type only"),
    "grant_membership_duration_days": Ignored("matters with grant_membership_type only"),
    "grant_membership_duration_months": Ignored("matters with grant_membership_type only"),
    "validity_mode": NO_VALIDITY,
    "validity_fixed_from": NO_VALIDITY,
    "validity_fixed_until": NO_VALIDITY,
    "validity_dynamic_duration_minutes": NO_VALIDITY,
    "validity_dynamic_duration_hours": NO_VALIDITY,
    "validity_dynamic_duration_days": NO_VALIDITY,
    "validity_dynamic_duration_months": NO_VALIDITY,
    "validity_dynamic_start_choice": NO_VALIDITY,
    "validity_dynamic_start_choice_day_limit": NO_VALIDITY,
    "media_policy": NO_MEDIA,
    "media_type": NO_MEDIA,
}

VARIATION_FIELDS: Mapping[str, Row] = {
    "value": Mapped("name, after that of its item"),
    "price": Ignored("is its default_price, or that of its item"),
    **{
        name: ITEM_FIELDS[name]
        for name in (
            "id", "active", "default_price", "position", "available_from", "available_until", "sales_channels", "all_sales_channels",
            "limit_sales_channels", "require_approval", "require_membership", "hide_without_voucher", "description", "original_price",
            "free_price_suggestion", "require_membership_types", "require_membership_hidden", "checkin_attention", "checkin_text",
            "available_from_mode", "available_until_mode", "meta_data",
        )
    },
}  # fmt: skip

QUOTA_FIELDS: Mapping[str, Row] = {
    "id": Mapped("what it is found again by"),
    "name": Mapped("name of the pool"),
    "size": Mapped("capacity", "is unlimited, so its pool is as large as a pool can be"),
    "available_number": Mapped("capacity, because what pretix sold is not imported"),
    "items": Mapped("the ticket types that draw on the pool"),
    "variations": Mapped("the ticket types that draw on the pool"),
    "closed": Mapped("capacity: none while it is closed"),
    "subevent": Missing("series of dates do not exist yet; the quota is left out"),
    "close_when_sold_out": Missing("a pool does not close by itself; tickets given back are sold again"),
    "release_after_exit": Missing("check-in does not exist yet"),
    "available": Ignored("TicketBase counts for itself"),
    "ignore_for_event_availability": STOREFRONT,
}


def account(document: Document, body: Mapping[str, object], rows: Mapping[str, Row], notes: Notebook, *within: str | int) -> None:
    """Note what becomes of each field of an object, which is the document's own or lies `within` it."""
    for name, value in body.items():
        row = rows.get(name)
        fate, note = row.fate(value) if row else (Fate.UNKNOWN, "is no field that is known here")
        notes.note(document.file, document.at(*within, name), fate, note)


def says_nothing(value: object, neutral: tuple[object, ...]) -> bool:
    """Whether the value is one of the neutral ones (True is not 1), or a list or map of nothing else."""
    if isinstance(value, dict):
        return all(says_nothing(each, neutral) for each in value.values())
    if isinstance(value, list):
        return not value
    return any(value == each and type(value) is type(each) for each in neutral)
