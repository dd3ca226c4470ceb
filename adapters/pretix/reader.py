"""Reads a folder of pretix documents: all of it, or a refusal that names everything that is wrong."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from adapters.pretix.events import Terms, read_event
from adapters.pretix.files import documents_in
from adapters.pretix.kinds import EVENT
from adapters.pretix.notebook import Notebook
from adapters.pretix.ties import tie
from domain.imports import DocumentFault, Documents, ImportedEvent
from domain.json_paths import WHOLE


def read_documents(folder: Path, terms: Terms) -> Documents:
    """The events below the folder, and what became of every field; refused with DocumentsBroken."""
    notes = Notebook()
    if not folder.is_dir():
        notes.fault(str(folder), WHOLE, "is no directory; name one that holds JSON documents of the pretix API")
        notes.refuse()
    found = documents_in(folder, notes)
    if not notes.faults and not any(each.kind == EVENT for each in found):
        notes.fault(str(folder), WHOLE, "holds no event; fetch …/organizers/ORGANIZER/events/ and lay its answer in events/")
    ties = tie(found, terms.otherwise, notes)
    events = [read_event(event, ties.belongings[number], terms, notes) for number, event in enumerate(ties.events)]
    places = [event.place for event in ties.events]
    notes.refuse(_doubles(events, places))
    return Documents(tuple(events), tuple(notes.findings))


def _doubles(events: Sequence[ImportedEvent], places: Sequence[str]) -> Iterator[DocumentFault]:
    """A fault for each event whose slug an earlier one has."""
    first: dict[str, ImportedEvent] = {}
    for event, place in zip(events, places, strict=True):
        before = first.setdefault(event.slug, event)
        if before is not event and event.slug:
            yield DocumentFault(event.file, f"{place}.slug", f"the event {event.slug} is in {before.file} too")
