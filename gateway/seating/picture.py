"""A seating plan as SVG, coloured by what each seat is now; it can be told without colours, too, and read aloud.

Seats that look alike are one path of dots, so 20,000 of them take some hundred kilobytes. Free seats have the colour of their price
category, held ones are rings, booked ones small and grey, blocked ones smaller still; accessible seats are square. Everything is said by
attributes: the policy that pictures are sent with allows no style.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from domain.counts import counted
from domain.seating.geometry import Area, Geometry, NumberedSeat, Point, Row, SeatFlags, Section, Shape
from domain.seats import STATUSES, SeatStatus

PALETTE = ("#2563eb", "#0d9488", "#ca8a04", "#7c3aed", "#db2777", "#65a30d", "#dc2626", "#0891b2")
HELD, BOOKED, BLOCKED, PAPER, INK = "#f59e0b", "#94a3b8", "#cbd5e1", "#ffffff", "#0f172a"
SIZES = {SeatStatus.FREE: 0.9, SeatStatus.HELD: 0.9, SeatStatus.BOOKED: 0.55, SeatStatus.BLOCKED: 0.3}
RING = 0.45
ROWS_NAMED_UP_TO = 5_000
_UNFIT = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot say, however it is escaped."""


@dataclass(frozen=True, slots=True)
class _Look:
    """How a dot looks: its colour, its radius, whether it is square."""

    color: str
    radius: float
    square: bool


def draw_picture(geometry: Geometry, statuses: Sequence[int], title: str) -> str:
    """The whole picture; `statuses` has the index in `STATUSES` of each seat, by number."""
    counts: Counter[SeatStatus] = Counter(STATUSES[status] for status in statuses)
    text = max(14.0, geometry.width / 70)
    legend = list(_legend(geometry, counts, text))
    height = geometry.height + text * 2 * (len(legend) + 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {geometry.width} {_short(height)}" role="img" ',
        'aria-labelledby="title desc" font-family="sans-serif">',
        f'<title id="title">{_said(title)}</title><desc id="desc">{_said(_describe(geometry, counts))}</desc>',
        f'<rect width="100%" height="100%" fill="{PAPER}"/>',
    ]
    parts += (_area(area) for section in geometry.sections for area in section.areas)
    parts += _dots(geometry, statuses)
    parts += _names(geometry, text)
    for at, line in enumerate(legend, 1):
        parts.append(f'<g transform="translate({_short(text)} {_short(geometry.height + text * 2 * at)})">{line}</g>')
    return "".join([*parts, "</svg>"])


def _describe(geometry: Geometry, counts: Counter[SeatStatus]) -> str:
    seats = ", ".join(f"{counts[status]:,} {status.value.lower()}" for status in STATUSES)
    standing = sum(each.capacity for section in geometry.sections for each in section.standing)
    people = f" Room for {standing:,} to stand." if standing else ""
    return f"{counted(geometry.seat_count, 'seat')} in {counted(len(geometry.sections), 'section')}: {seats}.{people}"


def _dots(geometry: Geometry, statuses: Sequence[int]) -> Iterator[str]:
    looks: defaultdict[_Look, list[str]] = defaultdict(list)
    rings: defaultdict[_Look, list[str]] = defaultdict(list)
    for each in geometry.seats():
        status = STATUSES[statuses[each.seat_no]]
        place = f"M{_short(each.seat.at.x)} {_short(each.seat.at.y)}h0"
        square = SeatFlags.ACCESSIBLE in each.seat.flags
        looks[_Look(_color(geometry, each, status), each.seat.radius * SIZES[status], square)].append(place)
        if status is SeatStatus.HELD:
            rings[_Look(PAPER, each.seat.radius * RING, square)].append(place)
    for look, places in (*looks.items(), *rings.items()):
        cap = "square" if look.square else "round"
        width = _short(2 * look.radius)
        yield f'<path fill="none" stroke={quoteattr(look.color)} stroke-width="{width}" stroke-linecap="{cap}" d="{"".join(places)}"/>'


def _color(geometry: Geometry, each: NumberedSeat, status: SeatStatus) -> str:
    if status is SeatStatus.FREE:
        return _color_of(geometry, each.seat.category)
    return {SeatStatus.HELD: HELD, SeatStatus.BOOKED: BOOKED}.get(status, BLOCKED)


def _color_of(geometry: Geometry, category: int) -> str:
    return geometry.categories[category].color or PALETTE[category % len(PALETTE)]


def _names(geometry: Geometry, text: float) -> Iterator[str]:
    """Sections in their middle, and rows at their ends where there are not too many."""
    for section in geometry.sections:
        if section.rows:
            middle = _middle(section)
            yield _text(section.name, middle.x, middle.y, text * 1.2, anchor="middle", halo=True)
        if geometry.seat_count <= ROWS_NAMED_UP_TO:
            for row in section.rows:
                yield from _row_names(row)


def _row_names(row: Row) -> Iterator[str]:
    first, last = row.seats[0], row.seats[-1]
    size = first.radius * 1.2
    for end, other, where in ((first, last, "start"), (last, first, "end")):
        if row.name and row.numbered in {where, "both"}:
            side = -1 if end.at.x < other.at.x or (end is first and first is last) else 1
            yield _text(row.name, end.at.x + side * 2.4 * end.radius, end.at.y, size, anchor="middle")


def _middle(section: Section) -> Point:
    """The seat in the middle of the middle row: in a curved section the middle of all seats may be outside."""
    seats = section.rows[len(section.rows) // 2].seats
    return seats[len(seats) // 2].at


def _area(area: Area) -> str:
    look = f"fill={quoteattr(area.color or 'none')} stroke={quoteattr(area.border_color or 'none')}"
    turned = f' transform="rotate({_short(area.rotation)} {_short(area.at.x)} {_short(area.at.y)})"' if area.rotation else ""
    x, y, measures = area.at.x, area.at.y, area.measures
    drawn = ""
    if area.shape is Shape.POLYGON:
        points = " ".join(f"{_short(x + dx)},{_short(y + dy)}" for dx, dy in zip(measures[::2], measures[1::2], strict=True))
        drawn = f'<polygon points="{points}" {look}{turned}/>'
    elif area.shape is Shape.RECTANGLE:
        drawn = f'<rect x="{_short(x)}" y="{_short(y)}" width="{_short(measures[0])}" height="{_short(measures[1])}" {look}{turned}/>'
    elif area.shape in {Shape.ELLIPSE, Shape.CIRCLE}:
        drawn = f'<ellipse cx="{_short(x)}" cy="{_short(y)}" rx="{_short(measures[0])}" ry="{_short(measures[-1])}" {look}{turned}/>'
    caption = area.caption
    return drawn + (_text(caption.text, caption.at.x, caption.at.y, caption.size, "middle", color=caption.color or INK) if caption else "")


def _legend(geometry: Geometry, counts: Counter[SeatStatus], text: float) -> Iterator[str]:
    """Lines of the legend: what the colours of free seats mean, a few to a line, and what other seats look like."""
    used = sorted({each.seat.category for each in geometry.seats()})
    for at in range(0, len(used), 4):
        yield "".join(
            _swatch(place * 16 * text, text, _color_of(geometry, category), 0.9, geometry.categories[category].name)
            for place, category in enumerate(used[at : at + 4])
        )
    others = ((SeatStatus.HELD, HELD, "in other carts"), (SeatStatus.BOOKED, BOOKED, "sold"), (SeatStatus.BLOCKED, BLOCKED, "not for sale"))
    yield "".join(
        _swatch(place * 16 * text, text, color, SIZES[status], f"{words}: {counts[status]:,}", ring=status is SeatStatus.HELD)
        for place, (status, color, words) in enumerate(others)
    )


def _swatch(x: float, text: float, color: str, size: float, words: str, *, ring: bool = False) -> str:
    radius = text / 2
    dots = [(color, size), *([(PAPER, RING)] if ring else [])]
    circles = "".join(f'<circle cx="{_short(x)}" cy="0" r="{_short(radius * each)}" fill={quoteattr(fill)}/>' for fill, each in dots)
    return circles + _text(words, x + text, 0, text)


def _text(words: str, x: float, y: float, size: float, anchor: str = "start", *, color: str = INK, halo: bool = False) -> str:
    around = f' stroke="{PAPER}" stroke-width="{_short(size / 4)}" paint-order="stroke"' if halo else ""
    return (
        f'<text x="{_short(x)}" y="{_short(y)}" font-size="{_short(size)}" text-anchor="{anchor}" dominant-baseline="central"'
        f" fill={quoteattr(color)}{around}>{_said(words)}</text>"
    )


def _said(words: str) -> str:
    return escape(_UNFIT.sub("", words))


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
