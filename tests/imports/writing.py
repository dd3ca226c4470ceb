"""Small documents as the API of pretix answers them, for tests to change one field at a time."""

import json
from pathlib import Path
from typing import Any

import pytest

from adapters.pretix.events import Terms
from adapters.pretix.reader import read_documents
from domain.imports import Documents, DocumentsBroken, Fate
from domain.refusals import Refused

TERMS = Terms("en", 100)


def an_event(**fields: Any) -> dict[str, Any]:
    """A live concert in Berlin."""
    return {
        "name": {"en": "Concert", "de": "Konzert"},
        "slug": "concert",
        "live": True,
        "testmode": False,
        "is_public": True,
        "currency": "EUR",
        "date_from": "2031-05-01T18:00:00Z",
        "date_to": "2031-05-01T21:00:00Z",
        "timezone": "Europe/Berlin",
        "presale_start": None,
        "presale_end": None,
        "has_subevents": False,
    } | fields


def an_item(**fields: Any) -> dict[str, Any]:
    """A ticket for 23 euros."""
    return {
        "id": 1,
        "name": {"en": "Standing", "de": "Stehplatz"},
        "active": True,
        "default_price": "23.00",
        "position": 0,
        "available_from": None,
        "available_until": None,
        "max_per_order": None,
        "has_variations": False,
        "variations": [],
    } | fields


def a_variation(**fields: Any) -> dict[str, Any]:
    """Half price for students."""
    return {"id": 11, "value": {"en": "Student"}, "active": True, "position": 0, "default_price": "11.50", "price": "11.50"} | fields


def a_quota(**fields: Any) -> dict[str, Any]:
    """Two hundred places for item 1."""
    return {"id": 5, "name": "Hall", "size": 200, "items": [1], "variations": [], "subevent": None, "closed": False} | fields


def lay(folder: Path, **files: Any) -> Path:
    """Write documents where their names say, `events__concert` being events/concert.json; text is written as it is."""
    for name, content in files.items():
        file = folder / f"{name.replace('__', '/')}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return folder


def read(folder: Path, terms: Terms = TERMS) -> Documents:
    """What is read there."""
    return read_documents(folder, terms)


def faults_of(folder: Path, terms: Terms = TERMS) -> list[tuple[str, str, str]]:
    """File, JSON path and message of every fault that the folder is refused for."""
    with pytest.raises(Refused) as refused:
        read_documents(folder, terms)
    assert isinstance(refused.value.refusal, DocumentsBroken)
    return [(fault.file, fault.path, fault.message) for fault in refused.value.refusal.faults]


def noted(documents: Documents, *fates: Fate) -> dict[tuple[str, str], str]:
    """The notes of these fates by file and JSON path."""
    return {(each.file, each.path): each.note for each in documents.findings if each.fate in fates}
