"""The five lines of the README connect a front end: what stands there is run, by the real library, against a gateway set up as it says."""

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.database import Pools
from gateway.environment import Environment
from gateway.nextauth_settings import NextAuthTerms, read_nextauth
from gateway.settings import Settings
from tests.identity.conftest import Person
from tests.nextauth.connected import VIEWER, connected_to
from tests.nextauth.front_ends import SECRET, FrontEnd, cookies_of
from tests.nextauth.libraries import Libraries
from tests.transports.serving import serving

pytestmark = pytest.mark.asyncio

README = Path(__file__).parents[2] / "README.md"
SECTION = re.compile(r"## A front end with NextAuth\n\n(.*?)\n\n```js\n(.*?)\n```", re.DOTALL)
ADDRESS = "http://localhost:3000"


def written() -> tuple[dict[str, str], str]:
    """The variables that the README tells to set, with values, and its lines for the front end."""
    told = SECTION.search(README.read_text(encoding="utf-8"))
    assert told
    names = re.findall(r"`(AUTH_\w+)`", told[1])
    return {name: ADDRESS if name.endswith("_URL") else SECRET for name in names}, told[2]


def terms_of(variables: Mapping[str, str]) -> NextAuthTerms:
    """What a gateway with these variables agrees to."""
    terms = read_nextauth(Environment(variables), developing=True)
    assert terms
    return terms


async def signed_in(libraries: Libraries, person: Person, front: Mapping[str, Any], password: str) -> dict[str, Any]:
    """What the library answers to the form of somebody who signs in, with a token that it gave before."""

    async def ask(action: str, **more: Any) -> dict[str, Any]:
        return await asyncio.to_thread(libraries.fields, "written5", action=action, **front, **more)

    csrf = await ask("csrf")
    form = {"csrfToken": csrf["body"]["csrfToken"], "email": person.email, "password": password}
    return await ask("callback/credentials", method="POST", cookies=cookies_of(csrf, "authjs"), body=form)


async def test_it_is_five_lines() -> None:
    variables, lines = written()

    assert sorted(variables) == ["AUTH_SECRET", "AUTH_URL"]
    assert len(lines.splitlines()) <= 6


async def test_whoever_signs_in_at_a_front_end_written_so_is_the_same_person_here(
    libraries: Libraries, ada: Person, api_settings: Settings, app_pool: Any, system_pool: Any
) -> None:
    variables, lines = written()
    front = FrontEnd(terms_of(variables).reveal())
    here = lines.replace("'demo'", f"'{ada.tenant.organization.slug}'")

    async with connected_to(front, api_settings, Pools(app_pool, system_pool)) as shop, serving(shop.gateway.app) as address:
        at = {"lines": here, "gateway": address, "environ": variables}
        right, wrong = [await signed_in(libraries, ada, at, each) for each in (ada.password, "not her password")]
        cookies = cookies_of(right, front.cookie)
        async with httpx.AsyncClient(base_url=address, cookies=cookies) as browser:
            seen = (await browser.post("/graphql", json={"query": VIEWER})).json()["data"]

    assert here != lines
    assert (list(cookies), cookies_of(wrong, front.cookie)) == ([front.cookie], {})
    assert seen["viewer"]["account"] == {"email": ada.email}
    assert seen["organization"] == {"slug": ada.tenant.organization.slug}
