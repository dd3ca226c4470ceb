"""A gateway that shares its secret with a front end, beside the tests' own one, on the same database."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx

from domain.foreign_sessions import ForeignSession
from gateway.app import Gateway, build_gateway
from gateway.database import Pools
from gateway.environment import Secret
from gateway.house import House, furnish
from gateway.nextauth_settings import NextAuthTerms
from gateway.settings import Settings
from tests.nextauth.front_ends import NOBODY, FrontEnd

VIEWER = "{ viewer { personId role permissions account { email } } organization { slug } }"


@dataclass(frozen=True)
class Connected:
    """The gateway of one front end, and what it is asked with the front end's sessions."""

    front: FrontEnd
    house: House
    gateway: Gateway
    http: httpx.AsyncClient

    def cookie(self, session: ForeignSession, now: float | None = None) -> dict[str, str]:
        """The Cookie header of a browser in this session, which was sealed at `now`."""
        sealed = self.front.sessions(now).issue(session)
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.front.sessions().to_cookies(sealed).set)}

    def bearer(self, session: ForeignSession, now: float | None = None) -> dict[str, str]:
        """The Authorization header of the front end's server."""
        return {"authorization": f"Bearer {self.front.sessions(now).issue(session)}"}

    async def ask(self, headers: dict[str, str], query: str = VIEWER, **variables: Any) -> Any:
        """The whole GraphQL response."""
        answer = await self.http.post("/graphql", json={"query": query, "variables": variables}, headers=headers)
        return answer.json()

    async def email(self, headers: dict[str, str]) -> str | None:
        """Whom the gateway takes the sender for; NOBODY for nobody."""
        answer = await self.ask(headers)
        assert "errors" not in answer, answer
        viewer = answer["data"]["viewer"]
        return str(viewer["account"]["email"]) if viewer else NOBODY

    async def code(self, headers: dict[str, str]) -> str:
        """The code with which the gateway turns the sender away."""
        [error] = (await self.ask(headers))["errors"]
        return str(error["extensions"]["code"])


@asynccontextmanager
async def connected_to(front: FrontEnd, settings: Settings, pools: Pools) -> AsyncIterator[Connected]:
    """The gateway until the block ends."""
    terms = front.terms
    agreed = NextAuthTerms(terms.mode, tuple(Secret(each) for each in terms.secrets), terms.is_secure, terms.version)
    settings = replace(settings, identity=replace(settings.identity, nextauth=agreed))
    async with furnish(settings, pools) as house:
        gateway = await build_gateway(house)
        transport = httpx.ASGITransport(app=gateway.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield Connected(front, house, gateway, client)
