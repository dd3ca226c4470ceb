"""Seeblick Konzerte: chamber music and recitals around the Swiss lakes; francs, German with French and English."""

from domain.events import EventStatus
from domain.imports import ImportedVenue
from gateway.demo.programme import Day, Kind, Show, Slot, Troupe

BOATHOUSE = ImportedVenue("Bootshaus am Horn", "Bellerivestrasse 144", "Zürich", "CH", "Europe/Zurich")
ORANGERY = ImportedVenue("L'Orangerie du Lac", "Quai des Fleurs 7", "Lausanne", "CH", "Europe/Zurich")
SPA_HALL = ImportedVenue("Kursaal Brienz", "Seestrasse 21", "Brienz", "CH", "Europe/Zurich")

FIRST = {"de": "1. Kategorie", "fr": "1re catégorie", "en": "Category 1"}
SECOND = {"de": "2. Kategorie", "fr": "2e catégorie", "en": "Category 2"}
STUDENT = {"de": "In Ausbildung", "fr": "Étudiants", "en": "Students"}
PATRON = {"de": "Gönner, mit Apéro", "fr": "Mécènes, avec apéritif", "en": "Patrons, with aperitif"}
SUBSCRIBER = {"de": "Abo-Vorverkauf", "fr": "Prélocation abonnés", "en": "Subscribers' presale"}


def recital(first: str, second: str, student: str, patron: str) -> tuple[Kind, ...]:
    """Two categories, students at the last moment from what is left of the second, a handful of patrons, a presale that is over."""
    return (
        Kind(FIRST, first, ("Parkett",)),
        Kind(SECOND, second, ("Balkon",)),
        Kind(STUDENT, student, ("Balkon",), opens_days_before=3, max_per_order=1),
        Kind(PATRON, patron, ("Parkett", "Gönner"), max_per_order=4),
        Kind(SUBSCRIBER, first, ("Parkett",), closes_days_before=60),
    )


def rooms(stalls: int, balcony: int, patrons: int = 8) -> dict[str, int]:
    """The stocks of a recital."""
    return {"Parkett": stalls, "Balkon": balcony, "Gönner": patrons}


SHOWS = (
    Show(
        "winterreise-am-see",
        title={"de": "Winterreise am See", "fr": "Voyage d'hiver au bord du lac", "en": "Winter Journey by the Lake"},
        about={
            "de": "Vierundzwanzig Lieder, ein Bariton, ein Flügel von 1878. Ohne Pause.",
            "fr": "Vingt-quatre lieder, un baryton, un piano de 1878. Sans entracte.",
            "en": "Twenty-four songs, one baritone, a piano of 1878. No interval.",
        },
        venue=BOATHOUSE,
        slot=Slot(Day.TUESDAY, 6, "19:30", 1.5),
        pools=rooms(120, 60),
        kinds=recital("75.00", "48.00", "15.00", "180.00"),
    ),
    Show(
        "quatuor-des-quatre-vents",
        title={"de": "Quartett der vier Winde", "fr": "Quatuor des quatre vents", "en": "Quartet of the Four Winds"},
        about={
            "de": "Späte Quartette, jedes in einer anderen Ecke des Saals gespielt.",
            "fr": "Des quatuors tardifs, chacun joué dans un autre coin de la salle.",
        },
        venue=ORANGERY,
        slot=Slot(Day.SUNDAY, 10, "17:00", 2),
        pools=rooms(160, 40, 3),
        kinds=recital("68.00", "42.50", "12.00", "150.00"),
    ),
    Show(
        "alphorn-und-bandoneon",
        title={"de": "Alphorn und Bandoneon", "fr": "Cor des Alpes et bandonéon", "en": "Alphorn and Bandoneon"},
        about={
            "de": "Ein Gespräch zwischen zwei Instrumenten, die sich sonst nie begegnen.",
            "en": "A conversation between two instruments that never meet otherwise.",
        },
        venue=SPA_HALL,
        slot=Slot(Day.SATURDAY, 13, "20:00", 2),
        pools=rooms(240, 110),
        kinds=recital("55.00", "38.00", "10.00", "120.00"),
    ),
    Show(
        "kinderkonzert-der-hecht",
        title={"de": "Der Hecht: Konzert für Kinder", "fr": "Le brochet: concert pour enfants", "en": "The Pike: a concert for children"},
        about={
            "de": "Warum der Hecht nicht singt, erzählt von einer Tuba. Ab vier Jahren.",
            "fr": "Pourquoi le brochet ne chante pas, raconté par un tuba. Dès quatre ans.",
        },
        venue=BOATHOUSE,
        slot=Slot(Day.WEDNESDAY, 14, "14:30", 1),
        pools={"Saal": 140, "Gruppen": 6},
        kinds=(
            Kind({"de": "Kind", "fr": "Enfant", "en": "Child"}, "12.00", ("Saal",)),
            Kind({"de": "Erwachsene", "fr": "Adulte", "en": "Adult"}, "22.00", ("Saal",)),
            Kind({"de": "Familienkarte", "fr": "Billet famille", "en": "Family ticket"}, "55.00", ("Saal", "Gruppen"), max_per_order=1),
        ),
    ),
    Show(
        "orgelnacht",
        title={"de": "Orgelnacht", "fr": "Nuit de l'orgue", "en": "Night of the Organ"},
        about={
            "de": "Fünf Organistinnen von der Dämmerung bis Mitternacht; man kommt und geht.",
            "fr": "Cinq organistes du crépuscule à minuit; on entre et on sort.",
            "en": "Five organists from dusk to midnight; come and go as you like.",
        },
        venue=SPA_HALL,
        slot=Slot(Day.FRIDAY, 20, "18:30", 5.5),
        pools=rooms(300, 150, 12),
        kinds=recital("45.00", "30.00", "10.00", "110.00"),
    ),
    Show(
        "neue-musik-im-bootshaus",
        title={"de": "Neue Musik im Bootshaus", "fr": "Musique nouvelle au hangar à bateaux", "en": "New Music in the Boathouse"},
        about={"de": "Drei Uraufführungen und ein Boot, das mitspielt.", "en": "Three first performances, and a boat that joins in."},
        venue=BOATHOUSE,
        slot=Slot(Day.THURSDAY, 23, "20:00", 1.5),
        pools=rooms(90, 40, 2),
        kinds=recital("40.00", "28.00", "10.00", "90.00"),
    ),
    Show(
        "serenade-unter-reben",
        title={"de": "Serenade unter Reben", "fr": "Sérénade sous les vignes", "en": "Serenade under the Vines"},
        about={
            "de": "Bläserserenaden im Wintergarten, dazu Weine vom Hang gegenüber.",
            "fr": "Sérénades pour vents dans la serre, et les vins du coteau d'en face.",
        },
        venue=ORANGERY,
        slot=Slot(Day.SATURDAY, 28, "18:00", 2.5),
        pools=rooms(180, 60),
        kinds=recital("72.00", "49.00", "15.00", "165.00"),
    ),
    Show(
        "festspiele-vorschau",
        title={"de": "Festspiele: Eröffnung", "fr": "Festival: ouverture", "en": "Festival Opening"},
        about={"de": "Noch in Planung, das Programm folgt im Frühling."},
        venue=SPA_HALL,
        slot=Slot(Day.FRIDAY, 42, "19:00", 3),
        pools=rooms(320, 150, 20),
        kinds=recital("120.00", "80.00", "20.00", "350.00"),
        status=EventStatus.DRAFT,
    ),
)

SEEBLICK = Troupe(
    slug="seeblick",
    name="Seeblick Konzerte",
    locale="de",
    currency="CHF",
    domain="karten.seeblick-konzerte.example",
    people=("Regula Ammann", "Luc Perrin", "Beat Zumstein", "Elena Fontana", "Ursina Caduff", "Yves Rochat", "Nina Gerber"),
    shows=SHOWS,
)
