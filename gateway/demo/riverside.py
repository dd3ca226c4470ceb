"""Riverside Comedy: clubs in New York, Chicago and Los Angeles, so three time zones; dollars, English with Spanish."""

from domain.events import AttendanceMode, EventStatus
from domain.imports import ImportedVenue
from gateway.demo.programme import Day, Kind, Show, Slot, Troupe

CELLAR = ImportedVenue("The Boiler Room Stairs", "214 Van Dyke Street", "New York", "US", "America/New_York")
LOFT = ImportedVenue("Grain Elevator 4", "1700 South Canal Street", "Chicago", "US", "America/Chicago")
GARAGE = ImportedVenue("Garage Sale", "3310 Glendale Boulevard", "Los Angeles", "US", "America/Los_Angeles")

ENTRY = {"en": "General admission", "es": "Entrada general"}
PAIR = {"en": "Two for a date", "es": "Para dos"}
FRONT = {"en": "Front row, beware", "es": "Primera fila, cuidado"}
LATE = {"en": "Late-night rush", "es": "Última hora"}
CLUB = {"en": "Club presale", "es": "Preventa del club"}


def set_list(entry: str, pair: str, front: str, rush: str) -> tuple[Kind, ...]:
    """General admission, pairs, a short front row, a rush on the last day, and a presale that is over."""
    return (
        Kind(ENTRY, entry, ("Floor",), max_per_order=8),
        Kind(PAIR, pair, ("Floor", "Pairs"), max_per_order=1),
        Kind(FRONT, front, ("Floor", "Front row"), max_per_order=4),
        Kind(LATE, rush, ("Floor",), opens_days_before=0.5),
        Kind(CLUB, entry, ("Floor",), closes_days_before=50),
    )


def room(floor: int, front: int = 6) -> dict[str, int]:
    """The stocks of a club."""
    return {"Floor": floor, "Pairs": 20, "Front row": front}


SHOWS = (
    Show(
        "stairs-open-mic",
        title={"en": "Open Mic on the Stairs", "es": "Micrófono abierto en la escalera"},
        about={"en": "Twelve comics, five minutes each, one fire exit.", "es": "Doce cómicos, cinco minutos cada uno."},
        venue=CELLAR,
        slot=Slot(Day.MONDAY, 4, "20:00", 2),
        pools=room(80),
        kinds=set_list("10.00", "18.00", "15.00", "6.00"),
    ),
    Show(
        "the-understudies",
        title={"en": "The Understudies", "es": "Los suplentes"},
        about={"en": "An improvised musical by people who know every part but their own.", "es": "Un musical improvisado."},
        venue=LOFT,
        slot=Slot(Day.FRIDAY, 9, "21:00", 1.75),
        pools=room(140),
        kinds=set_list("24.00", "42.00", "32.00", "15.00"),
    ),
    Show(
        "bilingual-and-confused",
        title={"en": "Bilingual and Confused", "es": "Bilingües y confundidos"},
        about={
            "en": "Half in English, half in Spanish, nobody gets all of it.",
            "es": "Mitad en inglés, mitad en español, nadie lo entiende todo.",
        },
        venue=GARAGE,
        slot=Slot(Day.SATURDAY, 10, "20:30", 1.5),
        pools=room(95, 4),
        kinds=set_list("18.50", "34.00", "26.00", "12.00"),
    ),
    Show(
        "dad-jokes-live",
        title={"en": "Dad Jokes, Live", "es": "Chistes de papá, en vivo"},
        about={"en": "A tournament. The groan meter decides.", "es": "Un torneo. Decide el medidor de quejidos."},
        venue=CELLAR,
        slot=Slot(Day.SUNDAY, 16, "16:00", 1.5),
        pools=room(80, 3),
        kinds=set_list("12.00", "20.00", "16.00", "8.00"),
    ),
    Show(
        "roast-of-a-toaster",
        title={"en": "Roast of a Toaster", "es": "El asado de una tostadora"},
        about={"en": "It sat in the green room for thirty years and has it coming.", "es": "Treinta años en el camerino."},
        venue=LOFT,
        slot=Slot(Day.THURSDAY, 20, "19:30", 1.5),
        pools=room(140),
        kinds=set_list("20.00", "36.00", "28.00", "12.00"),
    ),
    Show(
        "midnight-puppets",
        title={"en": "Midnight Puppets", "es": "Títeres de medianoche"},
        about={"en": "Not for children, hardly for adults. Also as a stream.", "es": "No apto para niños. También por streaming."},
        venue=GARAGE,
        slot=Slot(Day.SATURDAY, 24, "23:59", 1.25),
        pools={**room(95), "Stream": 2000},
        kinds=(*set_list("22.00", "40.00", "30.00", "14.00"), Kind({"en": "Stream", "es": "Streaming"}, "9.99", ("Stream",))),
        attendance_mode=AttendanceMode.HYBRID,
    ),
    Show(
        "festival-of-short-jokes",
        title={"en": "Festival of Short Jokes", "es": "Festival de chistes cortos"},
        about={"en": "That was the description."},
        venue=LOFT,
        slot=Slot(Day.SATURDAY, 31, "13:00", 9),
        pools=room(140, 10),
        kinds=set_list("45.00", "80.00", "60.00", "25.00"),
    ),
    Show(
        "new-years-rehearsal",
        title={"en": "New Year's Rehearsal", "es": "Ensayo de Año Nuevo"},
        about={"en": "Nobody has agreed to the date yet."},
        venue=CELLAR,
        slot=Slot(Day.THURSDAY, 45, "22:00", 3),
        pools=room(80),
        kinds=set_list("35.00", "60.00", "45.00", "20.00"),
        status=EventStatus.DRAFT,
    ),
)

RIVERSIDE_COMEDY = Troupe(
    slug="riverside",
    name="Riverside Comedy",
    locale="en",
    currency="USD",
    domain="tickets.riverside-comedy.example",
    people=("Dolores Quinn", "Marcus Webb", "Ruth Okafor", "Hector Luna", "Priya Nair", "Sam Kowalski", "June Abbott"),
    shows=SHOWS,
)
