"""Finds the JSON files of a folder and takes the documents out of them: single objects, lists, and the API's pages of results."""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path, PurePosixPath

from adapters.pretix.kinds import EVENT, FOLDERS, ITEM, NOT_IMPORTED, QUOTA, kind_by_place, shape_of
from adapters.pretix.notebook import Document, Notebook, below
from domain.imports import Fate
from domain.json_paths import WHOLE

PAGE_FIELDS = {"count", "next", "previous"}


def documents_in(folder: Path, notes: Notebook) -> list[Document]:
    """Every document of a kind that the API knows, by the names of their files; faults and all else are noted."""
    found: list[Document] = []
    for file in sorted(each for each in folder.rglob("*") if each.is_file() and not _hidden(each.relative_to(folder))):
        name = file.relative_to(folder).as_posix()
        if file.suffix.lower() == ".json":
            found.extend(_documents_of(file, name, notes))
        else:
            notes.note(name, WHOLE, Fate.IGNORED, "is not a JSON document")
    return found


def _hidden(file: Path) -> bool:
    return any(part.startswith(".") for part in file.parts)


def _documents_of(file: Path, name: str, notes: Notebook) -> Iterator[Document]:
    try:
        content = _parse(file.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        notes.fault(name, WHOLE, f"cannot be read as JSON: {_reason(error)}")
        return
    if isinstance(content, dict) and isinstance(content.get("results"), list):
        _note_page(name, content, notes)
        yield from _each(name, below(WHOLE, "results"), content["results"], notes)
    elif isinstance(content, list):
        yield from _each(name, WHOLE, content, notes)
    else:
        yield from _one(name, WHOLE, content, notes)


def _each(name: str, place: str, entries: Iterable[object], notes: Notebook) -> Iterator[Document]:
    if kind_by_place(PurePosixPath(name)) is None and not all(isinstance(entry, dict) for entry in entries):
        notes.note(name, place, Fate.UNKNOWN, "is no list of documents of the pretix API")
        return
    for index, entry in enumerate(entries):
        yield from _one(name, below(place, index), entry, notes)


def _one(name: str, place: str, entry: object, notes: Notebook) -> Iterator[Document]:
    by_place = kind_by_place(PurePosixPath(name))
    if not isinstance(entry, dict):
        if by_place:
            notes.fault(name, place, f"is not the object that a document of the kind {by_place} is")
        else:
            notes.note(name, place, Fate.UNKNOWN, "is no document of the pretix API")
        return
    by_shape = shape_of(entry)
    kind = by_shape or by_place
    if by_shape and by_place and by_shape != by_place:
        notes.fault(name, place, f"has the fields of the kind {by_shape}, but lies where documents of the kind {by_place} do")
    elif kind is None:
        notes.note(name, place, Fate.UNKNOWN, f"is of no kind that is known here; folders may be called {', '.join(sorted(FOLDERS))}")
    else:
        if kind not in {EVENT, ITEM, QUOTA}:
            notes.note(name, place, Fate.NOT_MAPPED, NOT_IMPORTED[kind])
        yield Document(name, place, kind, entry)


def _note_page(name: str, page: dict[str, object], notes: Notebook) -> None:
    for field, value in page.items():
        place = below(WHOLE, field)
        if field == "next" and value is not None:
            notes.note(name, place, Fate.NOT_MAPPED, "says that a further page follows; lay it here as well, unless it is here already")
        elif field in PAGE_FIELDS:
            notes.note(name, place, Fate.IGNORED, "is how pretix pages its answers")
        elif field != "results":
            notes.note(name, place, Fate.UNKNOWN, "is no field of a page of the pretix API that is known here")


def _parse(raw: bytes) -> object:
    """The JSON value, its fractions as exact decimals. Raises ValueError for what JSON allows and nobody can mean."""
    text = raw.decode("utf-8-sig")
    value: object = json.loads(text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_object)
    if "\\u" in text:
        json.dumps(value, ensure_ascii=False, default=str).encode()  # half of a surrogate pair is no text
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the field {next(name for name in names if names.count(name) > 1)!r} is given twice in one object")
    return found


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a JSON number")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    if isinstance(error, UnicodeEncodeError):
        return "a text contains half of a surrogate pair"
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
