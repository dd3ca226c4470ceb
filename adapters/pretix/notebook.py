"""Notes down what was found in documents and everything that is wrong in them, each with its file and its place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from domain.imports import DocumentFault, DocumentsBroken, Fate, Finding
from domain.json_paths import json_path
from domain.refusals import Refused


@dataclass(frozen=True, slots=True)
class Document:
    """One object of the API: its file, relative to the folder, its place there (`$`, or `$.results[2]`) and its fields."""

    file: str
    place: str
    kind: str
    body: Mapping[str, object]

    def at(self, *steps: str | int) -> str:
        """The JSON path of something in it, as RFC 9535 writes paths."""
        return below(self.place, *steps)


def below(place: str, *steps: str | int) -> str:
    """The JSON path that leads from a place on."""
    return json_path(*steps, start=place)


@dataclass(slots=True)
class Notebook:
    """Everything that was found, in reading order."""

    findings: list[Finding] = field(default_factory=list)
    faults: list[DocumentFault] = field(default_factory=list)

    def note(self, file: str, place: str, fate: Fate, note: str) -> None:
        """Note what became of a part of a document."""
        self.findings.append(Finding(file, place, fate, note))

    def fault(self, file: str, place: str, message: str) -> None:
        """Note what is wrong, once however often it is met."""
        if (fault := DocumentFault(file, place, message)) not in self.faults:
            self.faults.append(fault)

    def refuse(self, faults: Iterable[DocumentFault] = ()) -> None:
        """Raise `Refused(DocumentsBroken)` when anything was wrong."""
        if found := (*self.faults, *faults):
            raise Refused(DocumentsBroken(found))
