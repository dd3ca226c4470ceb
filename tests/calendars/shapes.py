"""What search engines demand of an event's structured data, as Google's reference of the Event type and schema.org say it."""

import re
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

STATUSES = ["EventScheduled", "EventPostponed", "EventRescheduled", "EventCancelled", "EventMovedOnline"]
MODES = ["OfflineEventAttendanceMode", "OnlineEventAttendanceMode", "MixedEventAttendanceMode"]
AVAILABLE = ["InStock", "SoldOut", "PreOrder", "OutOfStock"]

MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$"}
ADDRESS = {"type": "string", "pattern": "^https?://"}
WORDS = {"type": "string", "minLength": 1}


def _one_of(words: list[str]) -> dict[str, Any]:
    return {"enum": [f"https://schema.org/{word}" for word in words]}


def _thing(kind: str, required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"@type": {"const": kind}, **properties},
        "required": ["@type", *required],
        "additionalProperties": False,
    }


DEGREES = {"latitude": {"type": "number", "minimum": -90, "maximum": 90}, "longitude": {"type": "number", "minimum": -180, "maximum": 180}}
POSTAL = _thing(
    "PostalAddress",
    ["addressLocality", "addressCountry"],
    streetAddress=WORDS,
    addressLocality=WORDS,
    addressCountry={"type": "string", "pattern": "^[A-Z]{2}$"},
)
PLACE = _thing("Place", ["name", "address"], name=WORDS, address=POSTAL, geo=_thing("GeoCoordinates", [*DEGREES], **DEGREES))
VIRTUAL = _thing("VirtualLocation", ["url"], url=ADDRESS)
OFFER = _thing(
    "Offer",
    ["url", "price", "priceCurrency", "availability", "validFrom"],
    name=WORDS,
    url=ADDRESS,
    price={"type": "string", "pattern": r"^\d+(\.\d+)?$"},
    priceCurrency={"type": "string", "pattern": "^[A-Z]{3}$"},
    availability=_one_of(AVAILABLE),
    validFrom=MOMENT,
    validThrough=MOMENT,
)
EVENT = _thing(
    "Event",
    ["@context", "@id", "url", "name", "startDate", "location", "eventStatus", "eventAttendanceMode", "organizer"],
    **{
        "@context": {"const": "https://schema.org"},
        "@id": ADDRESS,
        "url": ADDRESS,
        "name": WORDS,
        "description": WORDS,
        "startDate": MOMENT,
        "endDate": MOMENT,
        "previousStartDate": MOMENT,
        "eventStatus": _one_of(STATUSES),
        "eventAttendanceMode": _one_of(MODES),
        "location": {"oneOf": [PLACE, VIRTUAL, {"type": "array", "prefixItems": [PLACE, VIRTUAL], "minItems": 2, "items": False}]},
        "image": {"type": "array", "items": ADDRESS, "minItems": 1, "uniqueItems": True},
        "organizer": _thing("Organization", ["name", "url"], name=WORDS, url=ADDRESS),
        "offers": {"type": "array", "items": OFFER, "minItems": 1},
    },
)
# Google: who gives a previous date gives this status and no other.
EVENT["dependentSchemas"] = {"previousStartDate": {"properties": {"eventStatus": _one_of(["EventRescheduled"])}}}


def expect_shape(document: dict[str, Any]) -> None:
    """The test fails with everything that a search engine would find wrong."""
    Draft202012Validator.check_schema(EVENT)
    assert [f"{error.json_path}: {error.message}" for error in Draft202012Validator(EVENT).iter_errors(document)] == []
    places = document["location"] if isinstance(document["location"], list) else [document["location"]]
    kinds = {place["@type"] for place in places}
    mode = re.sub(r".*/(\w+)EventAttendanceMode", r"\1", document["eventAttendanceMode"])
    assert kinds == {"Offline": {"Place"}, "Online": {"VirtualLocation"}, "Mixed": {"Place", "VirtualLocation"}}[mode]
