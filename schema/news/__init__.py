"""The JSON Schemas of all news, one file for each type and version of its payload, and one for the envelope."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

ENVELOPE = "envelope"
_FILE = re.compile(r"(?P<type>[a-z_]+(?:\.[a-z_]+)?)\.v(?P<version>[1-9]\d*)\.json")


@dataclass(frozen=True, slots=True)
class NewsSchema:
    """The schema of one version of a payload, or of the envelope: `text` is what is published, `document` the same read."""

    type: str
    version: int
    text: bytes
    document: Mapping[str, object]


@cache
def news_schemas() -> Mapping[tuple[str, int], NewsSchema]:
    """All of them by type and version, in order; read once."""
    found = {}
    for file in files(__name__).iterdir():
        if named := _FILE.fullmatch(file.name):
            text = file.read_bytes()
            schema = NewsSchema(named["type"].replace(".", ":"), int(named["version"]), text, json.loads(text))
            found[schema.type, schema.version] = schema
    return dict(sorted(found.items()))
