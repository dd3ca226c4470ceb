"""The vocabulary of the demo: categories, metadata fields, and what is said of its events; brought in with the events that are new."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from domain.event_categories import CreateEventCategory, EventCategoryDetails
from domain.events import Event, EventDetails, UpdateEvent
from domain.metadata import MetadataEntry
from domain.metadata_fields import CreateMetadataField, MetadataFieldDetails, MetadataKind, MetadataOption
from domain.programme import ProgrammeWish
from domain.texts import LocalizedText
from domain.unsaid import UNSAID
from resolvers.context import Context
from resolvers.event_categories import create_event_category, list_event_categories
from resolvers.events import update_event
from resolvers.metadata import create_metadata_field, list_metadata_fields

EVERYBODY = "everybody"


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of one event; values as clients write them."""

    categories: tuple[str, ...]
    metadata: Mapping[str, str] = field(default_factory=dict)
    join_url: str | None = None


FIELDS = (
    MetadataFieldDetails(
        "minimumAge", {"en": "From age", "de": "Ab Alter", "ja": "対象年齢"}, MetadataKind.NUMBER, None, public=True, filterable=True
    ),
    MetadataFieldDetails(
        "audience",
        {"en": "For whom", "de": "Für wen", "ja": "対象"},
        MetadataKind.ENUM,
        (
            MetadataOption(EVERYBODY, {"en": "Everybody", "de": "Alle", "ja": "どなたでも"}),
            MetadataOption("families", {"en": "Families", "de": "Familien", "ja": "ご家族"}),
            MetadataOption("grown-ups", {"en": "Grown-ups", "de": "Erwachsene", "ja": "大人"}),
        ),
        public=True,
        filterable=True,
    ),
    MetadataFieldDetails(
        "stageManager", {"en": "Stage manager", "de": "Inspizienz", "ja": "舞台監督"}, MetadataKind.STRING, None, public=False
    ),
)

SHELVES: Mapping[str, Sequence[tuple[str, str | None, LocalizedText]]] = {
    "demo": (
        ("music", None, {"en": "Music", "de": "Musik", "da": "Musik"}),
        ("jazz", "music", {"en": "Jazz", "de": "Jazz", "da": "Jazz"}),
        ("choirs", "music", {"en": "Choirs", "de": "Chöre", "da": "Kor"}),
        ("club-nights", "music", {"en": "Club nights", "de": "Clubnächte", "da": "Klubaftener"}),
        ("stage", None, {"en": "Stage and screen", "de": "Bühne und Leinwand", "da": "Scene og lærred"}),
    ),
    "seeblick": (
        ("konzerte", None, {"de": "Konzerte", "en": "Concerts"}),
        ("kammermusik", "konzerte", {"de": "Kammermusik", "en": "Chamber music"}),
        ("orgel", "konzerte", {"de": "Orgel", "en": "Organ"}),
        ("familie", None, {"de": "Für Familien", "en": "For families"}),
    ),
    "kaze": (
        ("dento", None, {"ja": "伝統芸能", "en": "Traditional arts"}),
        ("bunraku", "dento", {"ja": "文楽", "en": "Puppet theatre"}),
        ("atarashii", None, {"ja": "新しい舞台", "en": "New theatre"}),
    ),
    "riverside": (
        ("stand-up", None, {"en": "Stand-up", "es": "Monólogos"}),
        ("open-mics", "stand-up", {"en": "Open mics", "es": "Micrófono abierto"}),
        ("sketches", None, {"en": "Sketches and puppets", "es": "Escenas y títeres"}),
    ),
}
"""By organization: each category's slug, that of the one it is within, and its name."""

SAID: Mapping[str, Said] = {
    "jazz-in-the-harbour": Said(("jazz",), {"audience": EVERYBODY, "stageManager": "Inken Petersen"}),
    "fog-horns-at-dawn": Said(("music",), {"audience": EVERYBODY}),
    "the-salt-choir": Said(("choirs",), {"audience": "families"}),
    "night-ferry-techno": Said(("club-nights",), {"minimumAge": "18", "audience": "grown-ups"}),
    "fado-on-the-dry-dock": Said(("music",), {"minimumAge": "12"}),
    "wind-band-weekender": Said(("music",), {"audience": "families"}),
    "silent-movie-loud-organ": Said(("stage", "music"), {"minimumAge": "6"}, "https://stream.harbour-nights.example/organ"),
    "storm-sessions": Said(("club-nights", "jazz"), {"minimumAge": "16"}),
    "winterreise-am-see": Said(("kammermusik",), {"minimumAge": "10"}),
    "quatuor-des-quatre-vents": Said(("kammermusik",)),
    "kinderkonzert-der-hecht": Said(("familie", "konzerte"), {"minimumAge": "4", "audience": "families"}),
    "orgelnacht": Said(("orgel",), {"stageManager": "Reto Amsler"}),
    "kaze-no-koe": Said(("atarashii",), {"audience": EVERYBODY}),
    "kawaberi-bunraku": Said(("bunraku",), {"minimumAge": "8"}),
    "robots-tea-party": Said(("atarashii",), {"audience": "families"}, "https://live.kaze.example/tea-party"),
    "moon-viewing-noh": Said(("dento",), {"minimumAge": "12"}),
    "stairs-open-mic": Said(("open-mics",), {"minimumAge": "16"}),
    "dad-jokes-live": Said(("stand-up",), {"audience": "families"}),
    "midnight-puppets": Said(("sketches",), {"minimumAge": "18", "audience": "grown-ups"}, "https://watch.riverside.example/puppets"),
    "roast-of-a-toaster": Said(("stand-up",), {"minimumAge": "18"}),
}
"""By the event's slug."""


async def say(ctx: Context, organization: str, added: Sequence[Event]) -> None:
    """Enter the organization's vocabulary where it has none, and say of the added events what there is to say in it."""
    shelves = await _shelves(ctx, organization)
    keys = await _fields(ctx)
    for event in added:
        said = SAID.get(event.slug, Said(()))
        wish = ProgrammeWish(
            tuple(shelves[slug] for slug in said.categories if slug in shelves),
            tuple(MetadataEntry(key, value) for key, value in said.metadata.items() if key in keys),
            said.join_url or UNSAID,
        )
        if event.slug in SAID:
            await update_event(ctx, UpdateEvent(event.id, event.version, EventDetails()), wish)


async def _shelves(ctx: Context, organization: str) -> Mapping[str, UUID]:
    here = {each.slug: each.id for each in await list_event_categories(ctx)}
    if here:
        return here
    for position, (slug, parent, name) in enumerate(SHELVES.get(organization, ())):
        details = EventCategoryDetails(slug, name, here[parent] if parent else None, position)
        here[slug] = (await create_event_category(ctx, CreateEventCategory(details))).id
    return here


async def _fields(ctx: Context) -> set[str]:
    here = {each.key for each in await list_metadata_fields(ctx)}
    if not here:
        for details in FIELDS:
            here.add((await create_metadata_field(ctx, CreateMetadataField(details))).key)
    return here
