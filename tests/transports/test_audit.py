"""The graphql-http audit suite finds nothing to complain of, with the status codes of today."""

import json

import pytest

from tests.node import node
from tests.transports.serving import serving
from tests.transports.toy import Toy

AUDITS = 61


@pytest.mark.asyncio(loop_scope="session")
async def test_all_audits_of_graphql_over_http_pass() -> None:
    async with serving(Toy().over_http()) as base:
        said = await node("audit-http.mjs", f"{base}/graphql")

    results = json.loads(said)
    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == AUDITS
