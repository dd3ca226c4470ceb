"""Tells which event a document belongs to: documents of pretix rarely say so, their place and the name of their file do.

In this order: the nearest folder called like an event's slug or file, or holding the event's document; a file name
that begins with the event's file name or slug (`event2-item3.json` with `event2.json`, before an event whose slug is `event2`);
the only event there is; the event that was named for such documents; at last the only event that no item or quota names.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from adapters.pretix.kinds import EVENT, FOLDERS, ITEM, QUOTA
from adapters.pretix.notebook import Document, Notebook
from domain.imports import Fate
from domain.json_paths import WHOLE


@dataclass(frozen=True, slots=True)
class Ties:
    """The documents of each event, by the place of the event's own document in the list of events."""

    events: Sequence[Document]
    belongings: Mapping[int, Sequence[Document]]


def tie(documents: Sequence[Document], otherwise: str | None, notes: Notebook) -> Ties:
    """Every document beside its event; `otherwise` is the slug of the event of those that name none. Faults are noted."""
    events = [each for each in documents if each.kind == EVENT]
    names = _Names(events)
    tied: dict[int, list[Document]] = {number: [] for number in range(len(events))}
    loose = []
    for document in (each for each in documents if each.kind in {ITEM, QUOTA}):
        number = names.event_of(document)
        if number is None:
            loose.append(document)
        else:
            if names.is_doubtful(document):
                why = "its file begins with the name of that event's file, though another event has it as its slug"
                notes.note(document.file, document.place, Fate.ASSUMED, f"belongs to the event {_slug(events[number])}: {why}")
            tied[number].append(document)
    number, why = _home(events, tied, otherwise)
    for document in loose:
        if number is None:
            notes.fault(document.file, document.place, f"does not say which event it belongs to: {why}")
        else:
            if len(events) > 1:
                notes.note(document.file, document.place, Fate.ASSUMED, f"belongs to the event {_slug(events[number])}: {why}")
            tied[number].append(document)
    return Ties(events, tied)


def _home(events: Sequence[Document], tied: Mapping[int, Sequence[Document]], otherwise: str | None) -> tuple[int | None, str]:
    """The event of documents that name none, and how that is known; None and what to do where it cannot be known."""
    if otherwise is not None:
        numbers = [number for number, event in enumerate(events) if _slug(event) == otherwise]
        return (numbers[0], "it was named for documents that name none") if numbers else (None, f"there is no event {otherwise} either")
    if len(events) == 1:
        return 0, "there is no other"
    unnamed = [number for number, documents in tied.items() if not documents]
    if len(unnamed) == 1:
        return unnamed[0], "it is the only one that no document of an item or quota names"
    return None, "lay it in the event's folder (demo/items/…), begin its file's name with the event's (demo-item1.json), or give --event"


class _Names:
    """All that events are called in paths: files before slugs, because a file is named after the file it goes with."""

    def __init__(self, events: Sequence[Document]) -> None:
        files = [PurePosixPath(event.file) for event in events]
        self._slugs = _unique((_slug(event), number) for number, event in enumerate(events))
        self._stems = _unique((file.stem, number) for number, file in enumerate(files) if events[number].place == WHOLE)
        self._folders = _unique((file.parent.as_posix(), number) for number, file in enumerate(files) if _is_own(file.parent))

    def event_of(self, document: Document) -> int | None:
        """The event's place in the list, None where the document names none."""
        file = PurePosixPath(document.file)
        for folder in file.parents:
            number = self._folders.get(folder.as_posix(), self._stems.get(folder.name, self._slugs.get(folder.name)))
            if number is not None and _is_own(folder):
                return number
        number = _by_beginning(file.stem, self._stems)
        return _by_beginning(file.stem, self._slugs) if number is None else number

    def is_doubtful(self, document: Document) -> bool:
        """Whether the file's name begins with the file name of one event and with the slug of another."""
        stem = PurePosixPath(document.file).stem
        numbers = {_by_beginning(stem, self._stems), _by_beginning(stem, self._slugs)}
        return len(numbers - {None}) > 1


def _by_beginning(stem: str, names: Mapping[str, int]) -> int | None:
    fitting = [name for name in names if stem.startswith((f"{name}-", f"{name}_", f"{name}."))]
    return names[max(fitting, key=len)] if fitting else None


def _is_own(folder: PurePosixPath) -> bool:
    """Whether the folder may be one event's: not the top, and not one for all documents of a kind."""
    return folder.name not in {"", *FOLDERS}


def _unique(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The names that one event alone has."""
    found: dict[str, set[int]] = {}
    for name, number in pairs:
        found.setdefault(name, set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if name and len(numbers) == 1}


def _slug(event: Document) -> str:
    slug = event.body.get("slug")
    return slug if isinstance(slug, str) else ""
