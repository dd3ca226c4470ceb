"""Reads what is drawn in a seating plan besides seats: stages, bars, tables, floors to stand on, and the words on them."""

from domain.seating.geometry import Area, Caption, Point, Shape
from domain.seating.parts import FARTHEST, Part

LONGEST_CAPTION = 500
MOST_POINTS = 1_000
LARGEST_TURN = 3_600
LARGEST_TEXT = 10_000
USUAL_TEXT = 16.0

AREA = frozenset(
    {"color", "border_color", "rotation", "position", "uuid", "shape", "polygon", "rectangle", "ellipse", "circle", "text"}
)  # fmt: skip
_SHAPES = tuple(shape.value for shape in Shape)
_POINT = frozenset({"x", "y"})
_RADIUS = frozenset({"radius"})


def read_area(part: Part, origin: Point) -> Area:
    """The drawing, at its absolute position; faults are noted in the part."""
    shape = part.one_of("shape", _SHAPES, required=True)
    at = origin + part.point("position", required=False)
    measures = {
        "polygon": _polygon(part),
        "rectangle": _rectangle(part),
        "ellipse": _ellipse(part),
        "circle": _circle(part),
    }
    if shape in measures and not part.has(shape):
        part.fault(f"is missing, though the shape is {shape}", shape)
    return Area(
        shape=Shape(shape or Shape.TEXT),
        at=at,
        measures=measures.get(shape or "", ()),
        rotation=part.number("rotation", -LARGEST_TURN, LARGEST_TURN, 0.0),
        color=part.color("color"),
        border_color=part.color("border_color"),
        caption=_caption(part, at),
    )


def _polygon(part: Part) -> tuple[float, ...]:
    """The points, relative to the area's position."""
    if not (polygon := part.optional("polygon", frozenset({"points"}))):
        return ()
    points = [each.xy() for each in polygon.parts("points", _POINT, most=MOST_POINTS)]
    return tuple(number for point in points for number in (point.x, point.y))


def _rectangle(part: Part) -> tuple[float, ...]:
    if not (rectangle := part.optional("rectangle", frozenset({"width", "height"}))):
        return ()
    return rectangle.number("width", 0, FARTHEST), rectangle.number("height", 0, FARTHEST)


def _ellipse(part: Part) -> tuple[float, ...]:
    if not (ellipse := part.optional("ellipse", _RADIUS)) or not (radius := ellipse.part("radius", _POINT)):
        return ()
    return radius.number("x", 0, FARTHEST), radius.number("y", 0, FARTHEST)


def _circle(part: Part) -> tuple[float, ...]:
    circle = part.optional("circle", _RADIUS)
    return (circle.number("radius", 0, FARTHEST),) if circle else ()


def _caption(part: Part, at: Point) -> Caption | None:
    if not (text := part.optional("text", frozenset({"text", "color", "size", "position"}))):
        return None
    words = text.text("text", LONGEST_CAPTION, blank=True).strip()
    place = at + text.point("position", required=True)
    size, color = text.number("size", 0, LARGEST_TEXT, USUAL_TEXT), text.color("color")
    return Caption(words, place, size, color) if words else None
