"""`ticketbase documents` looks through manifests of trusted documents and brings them to their folder, all or none."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.documents import documents

EVENTS = "{ events { nodes { id } } }"


def run(*words: object) -> Result:
    return CliRunner().invoke(documents, [str(each) for each in words])


def manifest(folder: Path, name: str, **texts: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_text(json.dumps(texts))
    return file


def test_documents_that_the_schema_takes_are_fine(tmp_path: Path) -> None:
    manifest(tmp_path, "app.json", one=EVENTS)

    result = run("check", tmp_path)

    assert (result.exit_code, result.stdout) == (0, "1 document, 0 faults.\n")


def test_what_the_schema_does_not_take_is_told_with_file_and_id(tmp_path: Path) -> None:
    manifest(tmp_path, "app.json", one=EVENTS, two="{ gone }")

    told, as_json = run("check", tmp_path), run("check", tmp_path, "--json")

    assert told.exit_code == as_json.exit_code == 1
    assert told.stderr.startswith("app.json, two: Cannot query field 'gone' on type 'Query'.")
    assert [each["entry"] for each in json.loads(as_json.stdout)["faults"]] == ["two"]


def test_manifests_are_added_and_may_be_replaced(tmp_path: Path) -> None:
    first = manifest(tmp_path / "new", "app.json", one=EVENTS)
    folder = tmp_path / "trusted"
    folder.mkdir()

    results = [run("add", first, "--to", folder), run("add", manifest(tmp_path / "newer", "app.json", two=EVENTS), "--to", folder)]

    assert [each.exit_code for each in results] == [0, 0]
    assert [each.name for each in folder.iterdir()] == ["app.json"]
    assert json.loads((folder / "app.json").read_text()) == {"two": EVENTS}


@pytest.mark.parametrize("text", ["{ gone }", "{ viewer { id } }"])
def test_nothing_is_added_when_a_document_is_refused_or_its_id_means_something_else(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "trusted"
    manifest(folder, "old.json", one=EVENTS)
    good, bad = manifest(tmp_path / "new", "good.json", other=EVENTS), manifest(tmp_path / "new", "bad.json", one=text)

    result = run("add", good, bad, "--to", folder)

    assert result.exit_code == 1
    assert "bad.json, one: " in result.stderr
    assert [each.name for each in folder.iterdir()] == ["old.json"]
