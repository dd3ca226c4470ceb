"""Codes of issued tickets, verified by a script of another library from the published keys alone."""

import asyncio
import json
import shutil
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.crypto.ticket_signing import Ed25519Signer, key_id_of, new_ticket_key
from domain.tickets.codec import CODE_BYTES, CodeFacts, for_cameras, for_links, message_of, pack, read_code, read_text
from tests.api.conftest import Tenant
from tests.node import NODE
from tests.tickets.counter import Show, changed, given, put_on, uuid_of

pytestmark = pytest.mark.asyncio

SCRIPT = Path(__file__).parents[2] / "examples" / "verify-ticket.mjs"
ROTATE = """
mutation ($input: RotateTicketKeyInput!) {
  rotateTicketKey(input: $input) { ticketKeys { keyId publicKey retiredAt } errors { __typename ... on UserError { path } } }
}
"""
KEYS = "query ($id: ID!) { event(by: {id: $id}) { ticketKeys { keyId publicKey createdAt retiredAt } } }"
WHILE_ON = "2031-05-01T19:00:00Z"


async def published(tenant: Tenant, show: Show, what: str, **headers: str) -> Any:
    """What `ticket-keys` or `revoked-tickets` answers."""
    client = tenant.owner if what == "revoked-tickets" else tenant.anonymous
    answer = await tenant.http.get(f"/api/events/{show.event_id}/{what}", headers=client.headers | headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def verify(folder: Path, keys: Any, codes: Sequence[str], revoked: Any = None, at: str = WHILE_ON) -> list[dict[str, Any]]:
    """What the script says of each code."""
    (folder / "keys.json").write_text(json.dumps(keys))
    (folder / "revoked.json").write_text(json.dumps(revoked or {"revoked": []}))
    process = await asyncio.create_subprocess_exec(
        NODE, SCRIPT, "keys.json", "--at", at, "--revoked", "revoked.json",
        cwd=folder, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(process.communicate("\n".join([*codes, ""]).encode()), 60)
    assert process.returncode == 0
    return [json.loads(line) for line in said.decode().splitlines()]


async def outcomes(*asked: Any, **more: Any) -> list[str]:
    """The verdicts alone."""
    return [each["outcome"] for each in await verify(*asked, **more)]


def resigned(secret: bytes, key_id: bytes, code: bytes, **changes: Any) -> str:
    """The code with other facts, signed by this key."""
    facts = read_code(code).facts
    told = {"valid_from": facts.valid_from, "valid_until": facts.valid_until, "revision": facts.revision, "flags": facts.flags} | changes
    packed = pack(CodeFacts(key_id, facts.ticket_id, **told))
    return for_cameras(packed + Ed25519Signer().sign(secret, message_of(packed)))


async def test_an_issued_code_is_genuine_in_both_spellings(tenant: Tenant, tmp_path: Path) -> None:
    show = await put_on(tenant)
    [ticket] = await given(tenant.owner, show)

    said = await verify(tmp_path, await published(tenant, show, "ticket-keys"), [ticket["qrCode"]["text"], ticket["qrCode"]["link"]])

    genuine = {"outcome": "GENUINE", "ticket": uuid_of(ticket["id"]).hex, "revision": 1, "complimentary": True}
    assert said == [genuine, genuine]


async def test_no_turned_bit_and_no_cut_passes(tenant: Tenant, tmp_path: Path) -> None:
    show = await put_on(tenant)
    [ticket] = await given(tenant.owner, show)
    code = read_text(ticket["qrCode"]["text"])
    turned = [_turned(code, bit) for bit in range(CODE_BYTES * 8)]
    cut = [code[:length] for length in range(CODE_BYTES)]

    keys = await published(tenant, show, "ticket-keys")
    said = await outcomes(
        tmp_path, keys, [*map(for_cameras, turned), *map(for_links, turned), *map(for_cameras, cut), *map(for_links, cut)]
    )

    assert len(said) == 2 * 900
    assert set(said) == {"FORGED", "UNKNOWN_KEY", "UNREADABLE"}
    assert said[:800] == said[800:1600]
    assert set(said[1600:]) == {"UNREADABLE"}


async def test_a_code_of_another_key_or_another_event_is_refused(tenant: Tenant, tmp_path: Path) -> None:
    gala, ball = await put_on(tenant), await put_on(tenant, slug="ball")
    [ticket], [foreign] = await given(tenant.owner, gala), await given(tenant.owner, ball)
    public, secret = new_ticket_key()
    code = read_text(ticket["qrCode"]["text"])
    forged = [
        resigned(secret, key_id_of(public), code),
        resigned(secret, read_code(code).facts.key_id, code),
        foreign["qrCode"]["text"],
    ]

    said = await outcomes(tmp_path, await published(tenant, gala, "ticket-keys"), forged)

    assert said == ["UNKNOWN_KEY", "FORGED", "UNKNOWN_KEY"]


async def test_a_code_is_good_from_its_issue_until_a_day_after_the_end(tenant: Tenant, tmp_path: Path) -> None:
    show = await put_on(tenant)
    [ticket] = await given(tenant.owner, show)
    keys, text = await published(tenant, show, "ticket-keys"), ticket["qrCode"]["text"]

    said = {
        at: await outcomes(tmp_path, keys, [text], at=at) for at in ("2020-01-01T00:00:00Z", "2031-05-02T20:59:59Z", "2031-05-02T21:00:00Z")
    }

    assert said == {
        "2020-01-01T00:00:00Z": ["NOT_YET_VALID"], "2031-05-02T20:59:59Z": ["GENUINE"], "2031-05-02T21:00:00Z": ["EXPIRED"],
    }  # fmt: skip
    assert ticket["validUntil"] == "2031-05-02T21:00:00Z"


async def test_codes_follow_an_event_that_moves(tenant: Tenant, tmp_path: Path) -> None:
    show = await put_on(tenant)
    [ticket] = await given(tenant.owner, show)
    moved = """mutation ($i: RescheduleEventInput!) { rescheduleEvent(input: $i) { event { id } errors { __typename } } }"""
    wish = {"eventId": show.event_id, "expectedVersion": 2, "startsAt": "2031-06-01T18:00:00Z", "endsAt": "2031-06-01T21:00:00Z"}

    answer = (await tenant.owner.ask(moved, i=wish))["rescheduleEvent"]
    after = await tenant.owner.ask(
        "query ($id: ID!) { ticket(by: {id: $id}) { validUntil revision version qrCode { text } } }", id=ticket["id"]
    )

    assert answer["errors"] == []
    assert after["ticket"]["validUntil"] == "2031-06-02T21:00:00Z"
    assert (after["ticket"]["revision"], after["ticket"]["version"]) == (1, 2)
    keys = await published(tenant, show, "ticket-keys")
    revoked = await published(tenant, show, "revoked-tickets")
    codes = [ticket["qrCode"]["text"], after["ticket"]["qrCode"]["text"]]
    assert await outcomes(tmp_path, keys, codes, revoked, at="2031-06-01T19:00:00Z") == ["EXPIRED", "GENUINE"]


async def test_what_was_reissued_blocked_or_voided_is_on_the_list(tenant: Tenant, tmp_path: Path) -> None:
    show = await put_on(tenant)
    same, anew, blocked, back, void = await given(tenant.owner, show, quantity=5)
    after = await changed(tenant.owner, "reissueTicket", anew)
    await changed(tenant.owner, "blockTicket", blocked)
    await changed(tenant.owner, "unblockTicket", await changed(tenant.owner, "blockTicket", back))
    await changed(tenant.owner, "voidTicket", void)

    keys, revoked = await published(tenant, show, "ticket-keys"), await published(tenant, show, "revoked-tickets")
    said = await outcomes(tmp_path, keys, [each["qrCode"]["text"] for each in (same, anew, after, blocked, back, void)], revoked)

    assert said == ["GENUINE", "REVOKED", "GENUINE", "REVOKED", "GENUINE", "REVOKED"]
    below = {uuid_of(anew["id"]): 2, uuid_of(blocked["id"]): 65_536, uuid_of(void["id"]): 65_536}
    named = [[urlsafe_b64encode(each.bytes).rstrip(b"=").decode(), number] for each, number in sorted(below.items())]
    assert revoked == {"eventId": show.event_id, "version": 5, "revoked": named}


async def test_after_a_rotation_old_codes_and_new_ones_are_genuine(tenant: Tenant, tmp_path: Path) -> None:
    show = await put_on(tenant)
    [old] = await given(tenant.owner, show)

    rotated = [
        (await tenant.owner.ask(ROTATE, input={"eventId": show.event_id, "idempotencyKey": "a"}))["rotateTicketKey"] for _ in range(2)
    ]
    [new] = await given(tenant.owner, show)
    anew = await changed(tenant.owner, "reissueTicket", old)

    assert rotated[0] == rotated[1]
    assert [(each["keyId"] == old["keyId"], bool(each["retiredAt"])) for each in rotated[0]["ticketKeys"]] == [(False, False), (True, True)]
    assert new["keyId"] == anew["keyId"] == rotated[0]["ticketKeys"][0]["keyId"]
    keys = await published(tenant, show, "ticket-keys")
    assert await outcomes(tmp_path, keys, [each["qrCode"]["text"] for each in (old, new, anew)]) == ["GENUINE"] * 3

    again = (await tenant.owner.ask(ROTATE, input={"eventId": show.event_id}))["rotateTicketKey"]["ticketKeys"]

    assert [each["keyId"] for each in again][1:] == [new["keyId"]]  # nothing is left of the first, so nobody needs it
    keys = await published(tenant, show, "ticket-keys")
    assert await outcomes(tmp_path, keys, [each["qrCode"]["text"] for each in (old, new, anew)]) == ["UNKNOWN_KEY", "GENUINE", "GENUINE"]


async def test_keys_are_made_with_the_first_ticket_and_shown_to_everybody(tenant: Tenant) -> None:
    show = await put_on(tenant)
    before = (await tenant.anonymous.ask(KEYS, id=show.event_id))["event"]["ticketKeys"]
    [ticket] = await given(tenant.owner, show)

    [key] = (await tenant.anonymous.ask(KEYS, id=show.event_id))["event"]["ticketKeys"]
    served = await published(tenant, show, "ticket-keys")

    assert before == []
    assert (key["keyId"], key["retiredAt"]) == (ticket["keyId"], None)
    assert served == {"keys": [{"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": key["keyId"], "x": key["publicKey"]}]}


async def test_the_secret_half_of_a_key_lies_sealed(tenant: Tenant) -> None:
    show = await put_on(tenant)
    await given(tenant.owner, show)

    rows = await _rows(tenant, "SELECT secret_sealed, public, id FROM ticket_keys")

    vault = tenant.house.outside.vault
    [row] = rows
    secret = vault.open(row["secret_sealed"], bound_to=f"{tenant.organization.id}|ticket key|{row['id']}|1")
    assert len(secret) == 32
    assert secret not in row["secret_sealed"]
    message = datetime.now(UTC).isoformat().encode()
    assert Ed25519Signer().verify(row["public"], message, Ed25519Signer().sign(secret, message))


async def test_the_script_needs_node_alone() -> None:
    assert shutil.which(str(NODE))
    imports = [line.split("'")[-2] for line in SCRIPT.read_text().splitlines() if line.startswith("import")]
    assert imports == ["node:crypto", "node:fs", "node:process", "node:readline"]


def _turned(code: bytes, bit: int) -> bytes:
    turned = bytearray(code)
    turned[bit // 8] ^= 1 << bit % 8
    return bytes(turned)


async def _rows(tenant: Tenant, statement: str) -> list[Any]:
    async with tenant.house.pools.app.acquire() as connection, connection.transaction():
        await connection.execute(f"SET LOCAL app.organization_id = '{tenant.organization.id}'")
        rows: list[Any] = await connection.fetch(statement)
        return rows
