"""How people take part in events, as clients see it."""

from domain.events import AttendanceMode
from schema.enums import show_enum

show_enum(
    AttendanceMode,
    "Whether people come, connect, or both.",
    {"PHYSICAL": "People come.", "VIRTUAL": "People connect.", "HYBRID": "People come or connect."},
)

__all__ = ["AttendanceMode"]
