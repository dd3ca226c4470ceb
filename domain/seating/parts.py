"""Parts of a document that is read with distrust: every value is checked, and whatever is wrong is noted with its place."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import ClassVar

from domain.json_paths import Step, json_path
from domain.refusals import ErrorCode, Refusal, Refused
from domain.seating.geometry import Point
from domain.texts import is_blank, is_line, misleading

Steps = tuple[Step, ...]

MOST_FAULTS = 10_000
FARTHEST = 1_000_000
LONGEST_KEY = 60
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{1,30}|(rgb|hsl)a?\([0-9., %deg]{1,60}\)")


@dataclass(frozen=True, slots=True)
class PlanFault:
    """One thing that is wrong in a seating plan: where, from the document's root down, and what."""

    steps: Steps
    message: str

    typename: ClassVar[str] = "SeatingPlanFault"

    @property
    def path(self) -> tuple[str, ...]:
        """The place in the input, from the argument's name down."""
        return ("input", "document", *(str(step) for step in self.steps))

    @property
    def json_path(self) -> str:
        """The place in the document: `$.zones[0].rows[2].seats[5].category`."""
        return json_path(*self.steps)


@dataclass(frozen=True, slots=True)
class SeatingPlanInvalid(Refusal):
    """The document is no seating plan that can be used; every fault is named, up to ten thousand of them."""

    faults: tuple[PlanFault, ...]

    code: ClassVar[ErrorCode] = ErrorCode.BAD_USER_INPUT

    @property
    def message(self) -> str:
        """One sentence for a person."""
        first, count = self.faults[0], len(self.faults)
        told = "1 fault" if count == 1 else f"{count} faults" if self.complete else f"{count} faults and more"
        return f"The seating plan has {told}; the first is at {first.json_path}: {first.message}."

    @property
    def path(self) -> tuple[str, ...]:
        """The place of the first fault."""
        return self.faults[0].path

    @property
    def complete(self) -> bool:
        """Whether these are all faults; reading stops at the ten-thousandth."""
        return len(self.faults) < MOST_FAULTS


class Findings:
    """Collects the faults of one document in reading order."""

    def __init__(self) -> None:
        self.faults: list[PlanFault] = []

    def add(self, place: Steps, message: str) -> None:
        """Note a fault; refuses at once when there are too many to be worth reading on."""
        self.faults.append(PlanFault(place, message))
        if len(self.faults) >= MOST_FAULTS:
            self.refuse()

    def refuse(self) -> None:
        """Refuse with SeatingPlanInvalid when anything was found."""
        if self.faults:
            raise Refused(SeatingPlanInvalid(tuple(self.faults)))


class Part:
    """One object of the document and its place. What cannot be read is noted, and something harmless is answered in its stead."""

    __slots__ = ("_body", "_findings", "place")

    def __init__(self, body: object, place: Steps, findings: Findings, known: frozenset[str]) -> None:
        self.place = place
        self._findings = findings
        self._body: Mapping[str, object] = {}
        if not isinstance(body, dict):
            self.fault("is not an object")
            return
        self._body = body
        if not body.keys() <= known:
            for name in body:
                if name not in known:
                    findings.add((*place, str(name)[:LONGEST_KEY]), f"is not known here; known are {', '.join(sorted(known))}")

    def fault(self, message: str, *steps: Step) -> None:
        """Note what is wrong with the part, or with something in it."""
        self._findings.add((*self.place, *steps), message)

    def has(self, name: str) -> bool:
        """Whether there is such a value, and it is not null."""
        return self._body.get(name) is not None

    def as_sent(self, name: str) -> str | None:
        """The text that is there, however wrong; None where there is none."""
        value = self._body.get(name)
        return value if isinstance(value, str) else None

    def text(self, name: str, longest: int, *, required: bool = True, blank: bool = False, shown: bool = True) -> str:
        """A text of one line; empty where it is absent or wrong. `blank` says that it may be empty, `shown` that people read it."""
        value = self._body.get(name)
        if value is None and not required:
            return ""
        if not isinstance(value, str):
            self.fault("is missing" if name not in self._body else "is not a text", name)
        elif len(value) > longest:
            self.fault(f"is {len(value)} characters long, {longest} are allowed", name)
        elif is_blank(value) and not blank:
            self.fault("is blank", name)
        elif not is_line(value):
            self.fault("must be one line without control characters", name)
        else:
            for fault in misleading(value) if shown else ():
                self.fault(fault, name)
            return value
        return ""

    def number(self, name: str, least: float, most: float, otherwise: float | None = None) -> float:
        """A finite number within bounds, to a thousandth; `otherwise` where it is absent, which is a fault without it."""
        value = self._body.get(name)
        if value is None and otherwise is not None:
            return otherwise
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.fault("is missing" if name not in self._body else "is not a number", name)
        elif isinstance(value, float) and not isfinite(value):
            self.fault("is not a finite number", name)
        elif not least <= value <= most:
            self.fault(f"must be from {least:,} to {most:,}", name)
        else:
            return round(value, 3)
        return otherwise or 0

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number within bounds; the least where it is wrong."""
        value = self._body.get(name)
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault("is missing" if name not in self._body else "is not a whole number", name)
        elif not least <= value <= most:
            self.fault(f"must be from {least:,} to {most:,}", name)
        else:
            return value
        return least

    def point(self, name: str, *, required: bool) -> Point:
        """A position; the origin where it is absent and may be, or wrong."""
        if not required and not self.has(name):
            return Point(0, 0)
        position = self.part(name, _POSITION)
        return position.xy() if position else Point(0, 0)

    def xy(self) -> Point:
        """The position that this part is."""
        return Point(self.number("x", -FARTHEST, FARTHEST), self.number("y", -FARTHEST, FARTHEST))

    def one_of(self, name: str, choices: Collection[str], *, required: bool) -> str | None:
        """One of these texts, None where it is absent or wrong."""
        value = self._body.get(name)
        if isinstance(value, str) and value in choices:
            return value
        if required or value is not None:
            self.fault("is missing" if name not in self._body else f"must be one of {', '.join(filter(None, choices))}", name)
        return None

    def color(self, name: str) -> str | None:
        """A CSS colour, None where it is absent or empty."""
        value = self.text(name, 100, required=False, blank=True).strip()
        if value and not _COLOR.fullmatch(value):
            self.fault("is not a colour such as #1d4ed8", name)
            return None
        return value or None

    def part(self, name: str, known: frozenset[str]) -> "Part | None":
        """An object in this one; None, and a fault, where there is none."""
        if name not in self._body:
            self.fault("is missing", name)
            return None
        value = self._body[name]
        found = Part(value, (*self.place, name), self._findings, known)
        return found if isinstance(value, dict) else None

    def optional(self, name: str, known: frozenset[str]) -> "Part | None":
        """An object in this one; None where there is none, or null."""
        return self.part(name, known) if self.has(name) else None

    def length(self, name: str) -> int:
        """How many entries a list has, none where there is none; what is wrong with it is noted when it is read."""
        value = self._body.get(name)
        return len(value) if isinstance(value, list) else 0

    def items(self, name: str, *, required: bool = True) -> list[object]:
        """A list as it is; empty where it is absent or wrong."""
        value = self._body.get(name)
        if isinstance(value, list):
            return value
        if required or name in self._body:
            self.fault("is missing" if name not in self._body else "is not a list", name)
        return []

    def parts(self, name: str, known: frozenset[str], *, required: bool = True, most: int | None = None) -> Iterator["Part"]:
        """The objects in a list; none of them where it has more than `most`, which is a fault."""
        items = self.items(name, required=required)
        if most is not None and len(items) > most:
            self.fault(f"has {len(items):,} entries, {most:,} are allowed", name)
            return
        for at, item in enumerate(items):
            part = Part(item, (*self.place, name, at), self._findings, known)
            if isinstance(item, dict):
                yield part


_POSITION = frozenset({"x", "y"})
