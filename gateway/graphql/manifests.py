"""Manifests of trusted documents: the files that Apollo's and Relay's tools write, and plain GraphQL files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from gateway.graphql.documents import hash_text

APOLLO = "apollo-persisted-query-manifest"
LONGEST_ID = 256
LARGEST_FILE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Entry:
    """One document of a manifest, not read yet: the file it stands in, its id there, its text."""

    file: str
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class ManifestFault:
    """What is wrong with a file, or with one entry of it."""

    file: str
    entry: str | None
    what: str

    def __str__(self) -> str:
        return f"{self.file}{f', {self.entry}' if self.entry else ''}: {self.what}"


@dataclass(frozen=True, slots=True)
class Manifests:
    """All that a folder holds, and all that is wrong with it."""

    entries: tuple[Entry, ...]
    faults: tuple[ManifestFault, ...]


def read_folder(folder: Path) -> Manifests:
    """Every `*.json` manifest and `*.graphql` document of a folder, by file name. Files of other kinds are left alone."""
    if not folder.is_dir():
        return Manifests((), (ManifestFault(str(folder), None, "is no folder"),))
    files = [each for each in sorted(folder.iterdir()) if each.suffix in (".json", ".graphql") and each.is_file()]
    return read_files(files)


def read_files(files: list[Path]) -> Manifests:
    """The documents of these files; of two with the same id and other texts the first counts, and the other is a fault."""
    known: dict[str, Entry] = {}
    faults: list[ManifestFault] = []
    for file in files:
        for found in _read_file(file):
            if isinstance(found, ManifestFault):
                faults.append(found)
            elif known.setdefault(found.id, found).text != found.text:
                faults.append(ManifestFault(file.name, found.id, f"the same id stands for another text in {known[found.id].file}"))
    return Manifests(tuple(known.values()), tuple(faults))


def _read_file(file: Path) -> Iterator[Entry | ManifestFault]:
    if file.stat().st_size > LARGEST_FILE:
        yield ManifestFault(file.name, None, f"has more than {LARGEST_FILE} bytes")
        return
    try:
        content = file.read_text(encoding="utf-8")
        manifest = orjson.loads(content) if file.suffix == ".json" else {hash_text(content): content}
    except (UnicodeDecodeError, orjson.JSONDecodeError) as error:
        yield ManifestFault(file.name, None, f"cannot be read: {error}")
        return
    if not isinstance(manifest, dict):
        yield ManifestFault(file.name, None, "must be a JSON object: Apollo's manifest, or Relay's map of ids to texts")
    elif "format" in manifest or "operations" in manifest:
        yield from _read_apollo(file.name, manifest)
    else:
        for name, text in manifest.items():
            yield _entry(file.name, name, name, text)


def _read_apollo(file: str, manifest: Mapping[str, object]) -> Iterator[Entry | ManifestFault]:
    operations = manifest.get("operations")
    if manifest.get("format") != APOLLO or manifest.get("version") != 1 or not isinstance(operations, list):
        yield ManifestFault(file, None, f'must have "format": "{APOLLO}", "version": 1 and a list of "operations"')
        return
    for at, operation in enumerate(operations):
        given = operation if isinstance(operation, dict) else {}
        yield _entry(file, f"operations[{at}]", given.get("id"), given.get("body"))


def _entry(file: str, place: str, id: object, text: object) -> Entry | ManifestFault:
    if not isinstance(id, str) or not 0 < len(id) <= LONGEST_ID:
        return ManifestFault(file, place, f"its id must be a text of 1 to {LONGEST_ID} characters")
    if not isinstance(text, str) or not text.strip():
        return ManifestFault(file, place, "its text is missing")
    return Entry(file, id, text)
