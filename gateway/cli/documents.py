"""The command `ticketbase documents`: looks through manifests of trusted documents, and brings them where the gateway reads them."""

import sys
from pathlib import Path

import click
import orjson

from domain.counts import counted
from gateway.graphql.documents import Documents
from gateway.graphql.manifests import Entry, ManifestFault, Manifests, read_files, read_folder
from gateway.graphql.reading import Reader
from gateway.settings import Limits, TrustMode
from schema.root import build_schema

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def documents() -> None:
    """Trusted documents: operations that clients send by name."""


@documents.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def check(folder: Path, as_json: bool) -> None:
    """Say which documents of FOLDER this schema takes; exit 1 when it refuses one. TICKETBASE_TRUSTED_DOCUMENTS names that folder."""
    manifests = read_folder(folder)
    _tell(manifests, _faults(manifests), as_json)


@documents.command()
@click.argument("manifests", type=FILE, nargs=-1, required=True)
@click.option("--to", "folder", type=FOLDER, required=True, help="The folder that TICKETBASE_TRUSTED_DOCUMENTS names.")
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON for programs.")
def add(manifests: tuple[Path, ...], folder: Path, as_json: bool) -> None:
    """Copy MANIFESTS of Apollo or Relay into a folder; nothing is copied when a document of theirs is refused, or differs there."""
    given = read_files(list(manifests))
    faults = _faults(given) or _contradictions(given, read_folder(folder))
    if not faults:
        for each in manifests:
            _write(folder / each.name, each.read_bytes())
    _tell(given, faults, as_json)


def _faults(manifests: Manifests) -> list[ManifestFault]:
    reader = Reader(build_schema(), Limits(), Documents(), introspection=True)
    return [*manifests.faults, *reader.trust(TrustMode.PREFER, manifests.entries)]


def _contradictions(given: Manifests, there: Manifests) -> list[ManifestFault]:
    """An id means one text for ever: clients that use it are out in the world. A file that is replaced has no say."""
    replaced = {each.file for each in given.entries}
    texts = {each.id: each for each in there.entries if each.file not in replaced}
    return [_differs(each, texts[each.id]) for each in given.entries if each.id in texts and texts[each.id].text != each.text]


def _differs(entry: Entry, other: Entry) -> ManifestFault:
    return ManifestFault(entry.file, entry.id, f"the same id stands for another text in {other.file}")


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a gateway may be reading."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_bytes(content)
    aside.replace(path)


def _tell(manifests: Manifests, faults: list[ManifestFault], as_json: bool) -> None:
    if as_json:
        told = {"documents": [{"id": each.id, "file": each.file} for each in manifests.entries], "faults": list(faults)}
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        for fault in faults:
            click.echo(str(fault), err=True)
        click.echo(f"{counted(len(manifests.entries), 'document')}, {counted(len(faults), 'fault')}.")
    if faults:
        sys.exit(1)
