"""A reader who follows a link of the documents arrives."""

import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.sources import ROOT

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def test_every_file_that_a_document_links_to_is_there() -> None:
    links = [(document, target) for document in _documents() for target in LINK.findall(document.read_text()) if "://" not in target]

    assert len(links) > 10
    assert [(document.name, target) for document, target in links if not (document.parent / target).exists()] == []


def _documents() -> Iterator[Path]:
    yield from (ROOT / "README.md", ROOT / "CHANGELOG.md")
    yield from (ROOT / "docs").rglob("*.md")
