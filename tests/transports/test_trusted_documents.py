"""Trusted documents run by their name on every transport, and where they are required nothing else runs."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.graphql.documents import hash_text
from gateway.graphql.manifests import APOLLO, Entry, ManifestFault, read_files, read_folder
from gateway.settings import Limits, TrustMode
from tests.transports.sockets import socket
from tests.transports.test_sse import streaming
from tests.transports.toy import Toy
from tests.transports.watching import VARIABLES, WATCH, opened

pytestmark = pytest.mark.asyncio(loop_scope="session")

HELLO, LONG = "query Hello($n: String) { hello(name: $n) }", "{ " + "hello " * 2 + "}"
NAMED = f"sha256:{hash_text(HELLO)}"
ENTRIES = (Entry("relay.json", "f00d", HELLO), Entry("relay.json", "watch", WATCH))


def trusting(mode: TrustMode, *entries: Entry) -> Toy:
    toy = Toy()
    assert toy.pipeline.trust(mode, entries or ENTRIES[:1]) == []
    return toy


async def ask(toy: Toy, method: str = "POST", **sent: Any) -> Any:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(toy.over_http()), base_url="http://toy") as client:
        parameters = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent.items()}
        how: dict[str, Any] = {"params": parameters} if method == "GET" else {"json": sent}
        return (await client.request(method, "/graphql", **how)).json()


def persisted(text: str) -> dict[str, object]:
    return {"persistedQuery": {"version": 1, "sha256Hash": hash_text(text)}}


NAMES = [
    {"documentId": NAMED},
    {"documentId": f"sha256:{hash_text(HELLO).upper()}"},
    {"documentId": "f00d"},
    {"extensions": persisted(HELLO)},
]


@pytest.mark.parametrize("mode", [TrustMode.PREFER, TrustMode.REQUIRED])
@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("sent", NAMES)
async def test_a_trusted_document_runs_by_its_hash_or_by_the_id_of_its_manifest(mode: TrustMode, method: str, sent: dict[str, Any]) -> None:
    answer = await ask(trusting(mode), method, variables={"n": "Ann"}, **sent)

    assert answer == {"data": {"hello": "Hello, Ann"}}


async def test_a_manifests_hash_of_another_layout_of_the_text_is_its_id() -> None:
    printed = hash_text("as the tool printed it")

    answer = await ask(
        trusting(TrustMode.PREFER, Entry("a", printed, HELLO)), extensions={"persistedQuery": {"version": 1, "sha256Hash": printed}}
    )

    assert answer == {"data": {"hello": "Hello, you"}}


@pytest.mark.parametrize(
    ("mode", "sent", "code", "message"),
    [
        (TrustMode.OFF, {"documentId": NAMED}, "PERSISTED_DOCUMENT_NOT_FOUND", "Trusted documents are off here; "),
        (TrustMode.PREFER, {"documentId": "beef"}, "PERSISTED_DOCUMENT_NOT_FOUND", "No trusted document is named beef; "),
        (TrustMode.REQUIRED, {"extensions": persisted("{ x }")}, "PERSISTED_DOCUMENT_NOT_FOUND", "No trusted document is named sha256:"),
        (TrustMode.REQUIRED, {"query": "{ hello }"}, "PERSISTED_DOCUMENT_REQUIRED", "Only trusted documents are run here: "),
        (TrustMode.PREFER, {"query": "{ hello }", "documentId": NAMED}, "BAD_USER_INPUT", "`query` has another SHA-256 than "),
        (TrustMode.REQUIRED, {"query": LONG, "extensions": persisted(LONG)}, "PERSISTED_DOCUMENT_REQUIRED", "Only trusted documents "),
    ],
)
async def test_what_is_not_trusted_is_refused(mode: TrustMode, sent: dict[str, Any], code: str, message: str) -> None:
    toy = trusting(mode)

    answer = await ask(toy, **sent)

    assert [each["extensions"]["code"] for each in answer["errors"]] == [code]
    assert answer["errors"][0]["message"].startswith(message)
    assert "data" not in answer
    assert toy.diary.opened == 0


@pytest.mark.parametrize("mode", TrustMode)
async def test_a_text_and_its_hash_run_as_the_text_would(mode: TrustMode) -> None:
    answer = await ask(trusting(mode), query=HELLO, extensions=persisted(HELLO))

    assert answer == {"data": {"hello": "Hello, you"}}


async def test_nobody_makes_a_document_trusted_by_sending_it_with_its_hash() -> None:
    toy = trusting(TrustMode.PREFER)

    await ask(toy, query=LONG, extensions=persisted(LONG))
    answer = await ask(toy, extensions=persisted(LONG))

    assert answer["errors"][0]["extensions"]["code"] == "PERSISTED_DOCUMENT_NOT_FOUND"


async def test_a_trusted_document_may_be_longer_than_what_strangers_send() -> None:
    toy = Toy(limits=Limits(tokens_anonymous=5))
    toy.pipeline.trust(TrustMode.PREFER, ENTRIES[:1])

    untrusted, trusted = await ask(toy, query=HELLO), await ask(toy, documentId="f00d")

    assert untrusted["errors"][0]["extensions"]["code"] == "OPERATION_TOO_COMPLEX"
    assert trusted == {"data": {"hello": "Hello, you"}}


async def test_a_websocket_runs_trusted_documents_alone_where_they_are_required() -> None:
    async with opened() as (gateway, address), socket(address) as client:
        assert gateway.toy.pipeline.trust(TrustMode.REQUIRED, ENTRIES[1:]) == []
        await client.greet()

        await client.say({"id": "1", "type": "subscribe", "payload": {"documentId": "watch", "variables": VARIABLES}})
        frame = await client.frame()
        await client.subscribe("2", "{ hello }")
        refused = await client.hear()

    assert frame["sequence"] == 1
    assert [each["extensions"]["code"] for each in refused["payload"]] == ["PERSISTED_DOCUMENT_REQUIRED"]


async def test_server_sent_events_carry_trusted_documents() -> None:
    async with opened() as (gateway, address):
        assert gateway.toy.pipeline.trust(TrustMode.REQUIRED, ENTRIES[1:]) == []

        async with streaming(address, "", documentId="watch", variables=VARIABLES) as events:
            frame = await events.frame()

    assert frame["sequence"] == 1


MALFORMED = [
    {"documentId": 7},
    {"documentId": "sha256:beef"},
    {"documentId": "with space"},
    {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "a" * 64}}},
    {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "short"}}},
    {"extensions": {"persistedQuery": []}},
]


@pytest.mark.parametrize("sent", MALFORMED)
async def test_a_malformed_name_is_refused(sent: dict[str, Any]) -> None:
    answer = await ask(trusting(TrustMode.PREFER), **sent)

    assert [each["extensions"]["code"] for each in answer["errors"]] == ["BAD_USER_INPUT"]


async def test_a_document_that_the_schema_does_not_take_is_named_and_the_others_are_trusted() -> None:
    toy = Toy()

    faults = toy.pipeline.trust(TrustMode.PREFER, [Entry("old.json", "1", "{ gone }"), Entry("old.json", "2", "{"), ENTRIES[0]])

    assert [(each.file, each.entry) for each in faults] == [("old.json", "1"), ("old.json", "2")]
    assert "Cannot query field 'gone' on type 'Query'" in faults[0].what
    assert await ask(toy, documentId="f00d") == {"data": {"hello": "Hello, you"}}


def write(folder: Path, name: str, content: object) -> None:
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))


async def test_a_folder_holds_manifests_of_apollo_and_relay_and_plain_documents(tmp_path: Path) -> None:
    operations = [{"id": hash_text(HELLO), "name": "Hello", "type": "query", "body": HELLO}]
    write(tmp_path, "apollo.json", {"format": APOLLO, "version": 1, "operations": operations})
    write(tmp_path, "plain.graphql", LONG)
    write(tmp_path, "relay.json", {"0f343b0931126a20f133d67c2b018a3b": "{ hello }"})
    write(tmp_path, "README.md", "not a manifest")

    found = read_folder(tmp_path)

    assert found.faults == ()
    assert found.entries == (
        Entry("apollo.json", hash_text(HELLO), HELLO),
        Entry("plain.graphql", hash_text(LONG), LONG),
        Entry("relay.json", "0f343b0931126a20f133d67c2b018a3b", "{ hello }"),
    )


@pytest.mark.parametrize(
    ("content", "entry", "what"),
    [
        ("{", None, "cannot be read: "),
        ([], None, "must be a JSON object: "),
        ({"format": "other", "operations": []}, None, 'must have "format": "apollo-'),
        ({"format": APOLLO, "version": 2, "operations": []}, None, 'must have "format": "apollo-'),
        ({"format": APOLLO, "version": 1, "operations": [{"id": "x"}]}, "operations[0]", "its text is missing"),
        ({"format": APOLLO, "version": 1, "operations": [7]}, "operations[0]", "its id must be a text "),
        ({"a": 1}, "a", "its text is missing"),
        ({"": "{ hello }"}, "", "its id must be a text "),
        ({"same": "{ hello }"}, "same", "the same id stands for another text in before.json"),
    ],
)
async def test_every_fault_of_a_manifest_is_named(tmp_path: Path, content: object, entry: str | None, what: str) -> None:
    write(tmp_path, "before.json", {"same": HELLO})
    write(tmp_path, "faulty.json", content)

    found = read_files([tmp_path / "before.json", tmp_path / "faulty.json"])

    assert [(each.file, each.entry) for each in found.faults] == [("faulty.json", entry)]
    assert found.faults[0].what.startswith(what)
    assert [each.text for each in found.entries] == [HELLO]


async def test_a_folder_that_is_missing_is_a_fault(tmp_path: Path) -> None:
    assert read_folder(tmp_path / "gone").faults == (ManifestFault(str(tmp_path / "gone"), None, "is no folder"),)
