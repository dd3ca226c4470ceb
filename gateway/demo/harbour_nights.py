"""Harbour Nights: clubs and halls by the water in Hamburg, Copenhagen and Lisbon; euros, English with German and Danish."""

from domain.events import AttendanceMode, EventStatus
from domain.imports import ImportedVenue
from gateway.demo.programme import Day, Kind, Run, Show, Slot, Troupe

WAREHOUSE = ImportedVenue("Warehouse Nine", "Am Kaiserkai 9", "Hamburg", "DE", "Europe/Berlin")
LIGHTSHIP = ImportedVenue("The Lightship", "Vorsetzen 3", "Hamburg", "DE", "Europe/Berlin")
ROPEWALK = ImportedVenue("Rebslageriet", "Refshalevej 161", "Copenhagen", "DK", "Europe/Copenhagen")
DRY_DOCK = ImportedVenue("Doca Seca", "Rua da Cozinha Velha 12", "Lisbon", "PT", "Europe/Lisbon")

REGULAR = {"en": "Regular", "de": "Normalpreis", "da": "Normalpris"}
REDUCED = {"en": "Reduced", "de": "Ermäßigt", "da": "Nedsat"}
EARLY = {"en": "Early bird", "de": "Frühbucher", "da": "Tidlig fugl"}
DOOR = {"en": "Last minute", "de": "Kurzentschlossen", "da": "Sidste øjeblik"}
TABLE = {"en": "Front table", "de": "Tisch vorn", "da": "Bord forrest"}
FRIENDS = {"en": "Friend of the house", "de": "Freundeskreis", "da": "Husets ven"}


def club(regular: str, reduced: str, early: str, table: str) -> tuple[Kind, ...]:
    """Four kinds that share a hall; the early bird is gone, and front tables are few."""
    return (
        Kind(REGULAR, regular, ("Hall",)),
        Kind(REDUCED, reduced, ("Hall",), max_per_order=2),
        Kind(EARLY, early, ("Hall", "Early birds"), closes_days_before=45),
        Kind(TABLE, table, ("Hall", "Front tables")),
    )


def with_door(*kinds: Kind, price: str) -> tuple[Kind, ...]:
    """The kinds, and one that is sold in the last two days only."""
    return (*kinds, Kind(DOOR, price, ("Hall",), opens_days_before=2))


SHOWS = (
    Show(
        "jazz-in-the-harbour",
        title={"en": "Jazz in the Harbour", "de": "Jazz im Hafen", "da": "Jazz i havnen"},
        about={
            "en": "The Tidewater Quintet plays between two tides: an hour of ballads, an hour of everything else.",
            "de": "Das Tidewater Quintet spielt zwischen zwei Tiden: eine Stunde Balladen, eine Stunde alles andere.",
            "da": "Tidewater Quintet spiller mellem to tidevand: en time ballader, en time alt det andet.",
        },
        venue=WAREHOUSE,
        slot=Slot(Day.FRIDAY, 11, "20:00"),
        pools={"Hall": 420, "Early birds": 60, "Front tables": 24},
        kinds=with_door(*club("32.00", "22.00", "26.00", "58.00"), price="36.00"),
    ),
    Show(
        "fog-horns-at-dawn",
        title={"en": "Fog Horns at Dawn", "de": "Nebelhörner im Morgengrauen", "da": "Tågehorn ved daggry"},
        about={
            "en": "Brass from six ships, heard from the deck of a seventh. Coffee is included, sleep is not.",
            "de": "Blech von sechs Schiffen, gehört vom Deck eines siebten. Kaffee inbegriffen, Schlaf nicht.",
        },
        venue=LIGHTSHIP,
        slot=Slot(Day.SUNDAY, 5, "06:30", 2),
        pools={"Hall": 90, "Early birds": 10, "Front tables": 4},
        kinds=club("18.00", "12.00", "14.00", "25.00"),
    ),
    Show(
        "the-salt-choir",
        title={"en": "The Salt Choir", "de": "Der Salzchor", "da": "Saltkoret"},
        about={
            "en": "Sixty voices and one drum sing what rowers sang.",
            "de": "Sechzig Stimmen und eine Trommel singen, was Ruderer sangen.",
            "da": "Tres stemmer og en tromme synger det, roerne sang.",
        },
        venue=ROPEWALK,
        slot=Slot(Day.SATURDAY, 8, "19:30", 2.5),
        pools={"Hall": 650, "Early birds": 80, "Front tables": 40},
        kinds=with_door(*club("28.00", "19.00", "23.00", "45.00"), price="30.00"),
    ),
    Show(
        "night-ferry-techno",
        title={"en": "Night Ferry", "de": "Nachtfähre", "da": "Natfærge"},
        about={
            "en": "Four rooms, one engine. From the first bus at night to the first bus in the morning.",
            "de": "Vier Räume, eine Maschine. Vom ersten Nachtbus bis zum ersten Bus am Morgen.",
        },
        venue=WAREHOUSE,
        slot=Slot(Day.SATURDAY, 15, "23:30", 7),
        pools={"Hall": 1200, "Early birds": 200, "Friends": 5},
        kinds=(
            Kind(REGULAR, "24.00", ("Hall",), max_per_order=6),
            Kind(EARLY, "16.00", ("Hall", "Early birds"), closes_days_before=45),
            Kind(FRIENDS, "10.00", ("Hall", "Friends"), max_per_order=2),
            Kind(DOOR, "28.00", ("Hall",), opens_days_before=1),
        ),
    ),
    Show(
        "fado-on-the-dry-dock",
        title={"en": "Fado on the Dry Dock", "de": "Fado im Trockendock"},
        about={
            "en": "Three singers, two guitars, no microphone. Wear something warm.",
            "de": "Drei Stimmen, zwei Gitarren, kein Mikrofon. Ziehen Sie sich warm an.",
        },
        venue=DRY_DOCK,
        slot=Slot(Day.THURSDAY, 18, "21:00", 2),
        pools={"Hall": 180, "Early birds": 20, "Front tables": 6},
        kinds=club("26.00", "18.00", "21.00", "48.00"),
    ),
    Show(
        "lanterns-and-ladders",
        title={"en": "Lanterns and Ladders", "de": "Laternen und Leitern", "da": "Lygter og stiger"},
        about={
            "en": "A circus without animals and, for one number, without light. For everybody over six.",
            "de": "Ein Zirkus ohne Tiere und, eine Nummer lang, ohne Licht. Für alle ab sechs.",
            "da": "Et cirkus uden dyr og, i et enkelt nummer, uden lys. For alle over seks.",
        },
        venue=ROPEWALK,
        slot=Slot(Day.SUNDAY, 19, "15:00", 2),
        pools={"Hall": 480, "Early birds": 60, "Front tables": 30},
        kinds=club("22.00", "11.00", "18.00", "34.00"),
    ),
    Show(
        "wind-band-weekender",
        title={"en": "Wind Band Weekender", "de": "Bläserwochenende", "da": "Blæserweekend"},
        about={
            "en": "Two days, eleven bands, and a workshop for those who bring an instrument.",
            "de": "Zwei Tage, elf Kapellen und ein Workshop für alle, die ein Instrument mitbringen.",
        },
        venue=WAREHOUSE,
        slot=Slot(Day.SATURDAY, 25, "11:00", 34),
        pools={"Hall": 800, "Early birds": 100, "Front tables": 20},
        kinds=with_door(*club("59.00", "39.00", "49.00", "79.00"), price="65.00"),
    ),
    Show(
        "silent-movie-loud-organ",
        title={"en": "Silent Movie, Loud Organ", "de": "Stummfilm, laute Orgel"},
        about={
            "en": "A restored comedy of 1926 with a cinema organ; also as a stream.",
            "de": "Eine restaurierte Komödie von 1926 mit Kinoorgel; auch als Stream.",
        },
        venue=LIGHTSHIP,
        slot=Slot(Day.WEDNESDAY, 9, "20:15", 2),
        pools={"Hall": 70, "Stream": 5000, "Front tables": 2},
        kinds=(
            Kind(REGULAR, "15.00", ("Hall",)),
            Kind(REDUCED, "9.50", ("Hall",), max_per_order=2),
            Kind(TABLE, "24.00", ("Hall", "Front tables")),
            Kind({"en": "Stream", "de": "Stream"}, "7.00", ("Stream",)),
        ),
        attendance_mode=AttendanceMode.HYBRID,
    ),
    Show(
        "accordion-summit",
        title={"en": "Accordion Summit", "de": "Akkordeongipfel", "da": "Harmonikatopmøde"},
        about={
            "en": "Nine players from nine ports settle whose accordion breathes deepest.",
            "de": "Neun Spielerinnen aus neun Häfen klären, wessen Akkordeon am tiefsten atmet.",
        },
        venue=ROPEWALK,
        slot=Slot(Day.TUESDAY, 22, "19:30", 2.5),
        pools={"Hall": 320, "Early birds": 40, "Front tables": 3},
        kinds=club("21.00", "14.50", "17.00", "39.00"),
    ),
    Show(
        "letters-from-the-pier",
        title={"en": "Letters from the Pier", "de": "Briefe vom Pier"},
        about={
            "en": "Love letters found in a customs office, read by three actors and one customs officer.",
            "de": "Liebesbriefe aus einem Zollamt, gelesen von drei Schauspielern und einer Zöllnerin.",
        },
        venue=DRY_DOCK,
        slot=Slot(Day.MONDAY, 13, "19:00", 1.5),
        pools={"Hall": 150, "Early birds": 20, "Front tables": 10},
        kinds=with_door(*club("16.00", "10.00", "13.00", "28.00"), price="18.00"),
    ),
    Show(
        "storm-sessions",
        title={"en": "Storm Sessions", "de": "Sturmsessions", "da": "Stormsessioner"},
        about={"en": "Called off: the stage is needed by the storm itself.", "de": "Abgesagt: Der Sturm braucht die Bühne selbst."},
        venue=LIGHTSHIP,
        slot=Slot(Day.FRIDAY, 12, "19:00", 3),
        pools={"Hall": 90, "Early birds": 15, "Front tables": 4},
        kinds=club("20.00", "14.00", "16.00", "30.00"),
        status=EventStatus.CANCELLED,
    ),
    Show(
        "shipyard-proms",
        title={"en": "Shipyard Proms", "de": "Werftkonzerte", "da": "Værftsproms"},
        about={"en": "Still being planned: an orchestra, a crane, and fireworks if the harbour master agrees."},
        venue=WAREHOUSE,
        slot=Slot(Day.SATURDAY, 40, "19:00", 3.5),
        pools={"Hall": 1500, "Early birds": 300, "Front tables": 60},
        kinds=club("45.00", "30.00", "38.00", "95.00"),
        status=EventStatus.DRAFT,
    ),
)

HARBOUR_NIGHTS = Troupe(
    slug="demo",
    name="Harbour Nights",
    locale="en",
    currency="EUR",
    domain="tickets.harbour-nights.example",
    people=("Ada Brandt", "Jonas Friis", "Marta Oliveira", "Sven Petersen", "Lena Hoff", "Tiago Reis", "Pia Kjær"),
    shows=SHOWS,
    runs=(Run("fog-horns-at-dawn", "fog-horns-every-sunday", 8),),
)
